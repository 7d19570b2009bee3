//! Signatures that follow who writes, and words that stay.

use super::*;

const ADA: &str = "Ada & Co <x>\n\nLondon";

#[track_caller]
fn plain(text: &str, old: &str, new: &str, expected: &str) {
    let found = swapped(&DraftText::Plain(text.to_owned()), old, new);
    assert_eq!(found, Some(DraftText::Plain(expected.to_owned())), "{text:?}");
}

#[track_caller]
fn html(text: &str, old: &str, new: &str, expected: &str) {
    let found = swapped(&DraftText::Html(text.to_owned()), old, new);
    assert_eq!(found, Some(DraftText::Html(expected.to_owned())), "{text:?}");
}

#[test]
fn plain_text_gets_the_other_signature() {
    plain("Hi\n\n-- \nAda\n", "Ada", "Work\nParis", "Hi\n\n-- \nWork\nParis\n");
    plain("\n\n-- \nAda & Co <x>\n\nLondon\n", ADA, "B", "\n\n-- \nB\n");
    plain("Hi\n\n--\nAda", "Ada\n", "B", "Hi\n\n-- \nB");
    // With what is answered, and what is passed on, below.
    let answer = |above: &str| format!("{above}\nGrace wrote:\n> -- \n> Ada\n");
    plain(&answer("Hi\n\n-- \nAda\n"), "Ada", "B", &answer("Hi\n\n-- \nB\n"));
    let forward = |above: &str| format!("{above}\n{FORWARDED}\nFrom: ada@x.test\n\nOld\n-- \nAda\n");
    plain(&forward("\n\n-- \nAda\n"), "Ada", "B", &forward("\n\n-- \nB\n"));
}

#[test]
fn a_signature_comes_and_goes_as_if_it_had_always_been_so() {
    let below =
        ["", "\nGrace wrote:\n> Hi\n", "\n---------- Forwarded message ----------\nFrom: g@x.test\n\nHi"];
    for above in ["", "Dear Grace,\nyes.\n"] {
        for below in below {
            let with = format!("{above}\n\n-- \nAda\n{below}").replace("yes.\n\n\n", "yes.\n\n");
            let without = format!("{above}\n{below}").replace("yes.\n\n\n", "yes.\n\n");
            plain(&without, "", "Ada", &with);
        }
    }
    plain("\n\n-- \nAda\n", "Ada", "", "\n");
    plain("\n\n-- \nAda\n\nGrace wrote:\n> Hi\n", "Ada", "", "\n\nGrace wrote:\n> Hi\n");
    plain("Hi\n\n-- \nAda\n", "Ada", " \n", "Hi\n");
}

#[test]
fn html_gets_the_other_signature() {
    let new = "<div>--&nbsp;</div><div>B &lt;b&gt;</div><div>C</div>";
    for old in [
        "<p>-- <br>Ada &amp; Co &lt;x&gt;<br><br>London</p>",
        "<p><div>-- </div><div>Ada &amp; Co &lt;x&gt;</div><div><br></div><div>London</div></p>",
        "<div>--</div><div>Ada &amp; Co&nbsp;&lt;x&gt;</div><div><br></div><div>London</div>",
    ] {
        for (above, below) in [
            ("<p><br></p>", ""),
            (
                "<p>Hi</p>",
                "<p>On Friday, Grace wrote:</p><blockquote type=\"cite\"><p>-- <br>Ada</p></blockquote>",
            ),
            ("<div>a <b>b</b></div>", "<div>---------- Forwarded message ----------<br>From: a</div>"),
            ("<div>a</div>", "<div><br></div><div>PS: more</div>"),
        ] {
            let said = |middle: &str| format!("{above}{middle}{below}");
            html(&said(old), ADA, "B <b>\nC", &said(new));
            html(&said(old), ADA, "", &said(""));
        }
    }
    html("<div>Hi<br>-- <br>Ada</div>", "Ada", "B", "<div>Hi<br>--&nbsp;<br>B</div>");
}

#[test]
fn html_without_a_signature_gets_one_above_what_is_quoted() {
    let empty = "<div><br></div>";
    let new = "<div>--&nbsp;</div><div>B</div>";
    let quote = "<div>Grace wrote:</div><blockquote><p>Hi</p></blockquote>";
    let gap = format!("{empty}{quote}");
    for (above, parting, below) in [
        (empty, empty, ""),
        ("<p>Hi</p>", empty, quote),
        (
            "<p>Hi</p>",
            empty,
            "<blockquote><div><a href=\"https://x.test/?a>b\">Hi</a></div></blockquote><div>more</div>",
        ),
        (
            "<p>Hi</p>",
            empty,
            "<div><div>---------- Forwarded message ----------</div><div>From: a</div></div>",
        ),
        // As the gateway begins an answer.
        (empty, empty, &gap),
        ("<div>Hi</div><div><br></div>", "", &gap),
    ] {
        html(&format!("{above}{below}"), "", "B", &format!("{above}{parting}{new}{below}"));
    }
}

#[test]
fn the_users_own_words_stay() {
    for (text, old, new) in [
        ("Hi\n\n-- \nAda, changed\n", "Ada", "B"),
        ("Hi\n\n-- \nAda\nand more\n", "Ada", "B"),
        ("Hi\n\nAda\n", "Ada", "B"),
        ("Grace wrote:\n> -- \n> Ada\n", "Ada", "B"),
        ("Hi\n-- \nmine\n", "", "B"),
        ("Hi\n\n-- \nAda\n", "Ada", "Ada\n"),
    ] {
        assert_eq!(swapped(&DraftText::Plain(text.to_owned()), old, new), None, "{text:?}");
    }
    for (text, old, new) in [
        ("<div>-- <br>Ada <b>L</b></div>", "Ada", "B"),
        ("<div>-- </div><div><b>Ada</b></div>", "Ada", "B"),
        ("<div>-- </div><div>Ada<img src=\"/api/accounts/x\"></div>", "Ada", "B"),
        ("<div>-- </div><p>Ada</p>", "Ada", "B"),
        ("<blockquote><div>-- <br>Ada</div></blockquote>", "Ada", "B"),
        ("<div>Hi</div><div>-- </div><div>mine</div>", "", "B"),
    ] {
        assert_eq!(swapped(&DraftText::Html(text.to_owned()), old, new), None, "{text:?}");
    }
}
