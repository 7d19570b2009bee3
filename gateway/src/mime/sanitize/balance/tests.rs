use super::*;
use proptest::prelude::*;

#[test]
fn tags_are_closed_in_order() {
    let table = [
        ("text", "text"),
        ("a < b & \"c\"", "a &lt; b &amp; &quot;c&quot;"),
        ("<p>a<p>b", "<p>a</p><p>b</p>"),
        ("<div><p>a</div>b", "<div><p>a</p></div>b"),
        ("</div></p>a</b>", "a"),
        ("<br/>a<br></br><hr>", "<br>a<br><hr>"),
        (
            "<ul><li>a<li>b<ul><li>c</ul><li>d</ul>",
            "<ul><li>a</li><li>b<ul><li>c</li></ul></li><li>d</li></ul>",
        ),
        ("<dl><dt>a<dd>b<dt>c</dl>", "<dl><dt>a</dt><dd>b</dd><dt>c</dt></dl>"),
        ("<h1>a</h2>b<h3>c", "<h1>a</h1>b<h3>c</h3>"),
        ("<h1>a<h2>b", "<h1>a</h1><h2>b</h2>"),
        // Formatting goes on where it was interrupted, in its cell.
        ("<b>a<p>b</b>c", "<b>a<p>b</p></b>c"),
        ("<p><b>a<p>b</b>c", "<p><b>a</b></p><p><b>b</b>c</p>"),
        ("<b><i>a</b>b</i>c", "<b><i>a</i></b><i>b</i>c"),
        ("<a href=x>a<a href=y>b", "<a href=\"x\">a</a><a href=\"y\">b</a>"),
        ("<table><tr><td><b>a<td>b</table>c", "<table><tr><td><b>a</b></td><td>b</td></tr></table>c"),
        ("<span>a<div>b</span>c</div>d", "<span>a<div>bc</div>d</span>"),
        // Tables are completed; what stands between cells gets one.
        ("<table><td>a<tr><td>b</table>", "<table><tr><td>a</td></tr><tr><td>b</td></tr></table>"),
        ("<table>a</table>", "<table><tr><td>a</td></tr></table>"),
        (
            "<table><tr><table><tr><td>a</table>b",
            "<table><tr><td><table><tr><td>a</td></tr></table>b</td></tr></table>",
        ),
        (
            "<table><tbody><tr><td><div>a</tbody></table>b",
            "<table><tbody><tr><td><div>a</div></td></tr></tbody></table>b",
        ),
        ("<table> <tr> <td>a</table>", "<table> <tr> <td>a</td></tr></table>"),
        ("<td>a<tr>b", "ab"),
        ("<table><tr><td>a</div></table>", "<table><tr><td>a</td></tr></table>"),
        // What is not in the vocabulary goes; its text stays where it is meant to be read.
        ("<svg><p onclick=x>a</p></svg>", "<p>a</p>"),
        ("<title>t</title><style>a<b</style><script>'</p>'</script>b", "b"),
        ("<textarea><b>a</textarea><xmp><i></xmp>", "&lt;b&gt;a&lt;i&gt;"),
        ("<noscript><b>a</b></noscript>", "<b>a</b>"),
        ("a<!-- <b> -->b<![if x]>c<?php ?>d", "abcd"),
        ("<form action=x><input value=y>a</form>", "a"),
        ("<p ID=a title='\"&gt;' onload=x>", "<p id=\"a\" title=\"&quot;&gt;\"></p>"),
        ("<pre>\n\na\nb</pre>", "<pre>a\nb</pre>"),
        ("a\0b&#13;c\rd", "ab\nc\nd"),
    ];
    for (html, balanced) in table {
        let balanced_html = balance(html);
        assert_eq!(balanced_html.html, balanced, "{html}");
        assert!(!balanced_html.simplified && balanced_html.root == Root::default(), "{html}");
    }
}

#[test]
fn what_the_root_elements_say_is_told_apart() {
    let balanced = balance(
        "<html dir=rtl class=a style='x:y'><body bgcolor=black class=b style='margin:0'>a</body></html>",
    );
    assert_eq!(balanced.html, "a");
    let mut expected = Root::default();
    let attributes = [("dir", "rtl"), ("bgcolor", "black"), ("class", " a b"), ("style", ";x:y;margin:0")];
    let mut tag = StartTag::default();
    tag.attributes.extend(
        attributes
            .map(|(name, value)| (name.as_bytes().to_vec().into(), value.as_bytes()[..].to_vec().into())),
    );
    expected.add(&tag);
    let trimmed = |root: &Root| format!("{root:?}").replace("\" ", "\"").replace("\";", "\"");
    assert_eq!(trimmed(&balanced.root), trimmed(&expected).replace("\" ", "\"").replace("\";", "\""));
}

#[test]
fn sheets_are_told_apart() {
    let html = "<head><style media=screen type=TEXT/CSS>a<!--b</style><style type=text/x>c</style></head>\
                <p>x<style>d</p><b></style>y<meta name=Color-Scheme content='light dark'><style>e";
    let balanced = balance(html);
    assert_eq!(balanced.html, "<p>xy</p>");
    let sheet = |media: &str, text: &str| Sheet { media: media.into(), text: text.into() };
    assert_eq!(balanced.sheets, [sheet("screen", "a<!--b"), sheet("", "d</p><b>"), sheet("", "e")]);
    assert!(balanced.supports_dark && !balance("<meta name=color-scheme content=light>").supports_dark);

    let large = format!("<style>{}</style>a", " ".repeat(SHEET_LIMIT + 1));
    let balanced = balance(&large);
    assert!(balanced.simplified && balanced.sheets.is_empty() && balanced.html == "a");
    let many = balance(&"<style></style>".repeat(SHEETS_LIMIT + 1));
    assert!(many.simplified && many.sheets.len() == SHEETS_LIMIT);
}

fn depth(html: &str) -> usize {
    let (mut depth, mut deepest) = (0usize, 0);
    for Ok(token) in Tokenizer::new(html) {
        match token {
            Token::StartTag(tag)
                if element(std::str::from_utf8(&tag.name).unwrap()).unwrap().1 != Kind::Void =>
            {
                depth += 1;
            }
            Token::EndTag(_) => depth -= 1,
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    assert_eq!(depth, 0, "every tag is closed");
    deepest
}

#[test]
fn nesting_is_bounded_and_text_is_kept() {
    for tag in ["<div>", "<b>", "<span>", "<blockquote>", "<table><tr><td>", "<ul><li>"] {
        let balanced = balance(&format!("{}deep", tag.repeat(10_000)));
        assert!(balanced.simplified, "{tag}");
        assert!(depth(&balanced.html) <= DEPTH_LIMIT + 4, "{tag}");
        assert!(balanced.html.contains("deep"), "{tag}");
    }
}

#[test]
fn what_is_too_deep_does_not_close_what_is_not() {
    let (open, close) = ("<div>".repeat(300), "</div>".repeat(300));
    let balanced = balance(&format!("<blockquote>{open}in{close}</blockquote>out"));
    assert!(balanced.html.ends_with("</blockquote>out"), "{}", balanced.html);
}

/// Work is counted as what comes out: everything else is a constant for each character and tag.
#[test]
fn twice_the_input_is_about_twice_the_work() {
    let many_fonts = (0..200).map(|size| format!("<font size={size}>")).collect::<String>();
    let attacks: &[(&str, &str)] = &[
        (&many_fonts, "<p>x</p>"),
        (&format!("<p>{many_fonts}"), "<div>x</div>"),
        (&format!("<table>{many_fonts}"), "<tr>x"),
        ("", "<b><p>"),
        ("", "<table>"),
        ("<table>", "x<p>"),
        ("", "<a x=y>"),
        ("", "</p>"),
        ("", "&"),
        ("<a ", "x=1 y=2 z=3 "),
    ];
    for (prefix, attack) in attacks {
        let length = |times: usize| balance(&format!("{prefix}{}", attack.repeat(times))).html.len();
        let (once, twice) = (length(4_000), length(8_000));
        assert!(twice <= once * 5 / 2 + 10_000, "{attack}: {once}, then {twice}");
    }
}

#[test]
fn long_texts_are_parted_at_a_space() {
    let words = "word & ".repeat(2_000);
    let parted = balance(&words).html;
    assert_eq!(parted.replace("<wbr>", "").replace("&amp;", "&"), words);
    assert!(parted.split("<wbr>").all(|piece| piece.ends_with(' ') && piece.len() < 2 * TEXT_LIMIT));
    assert_eq!(balance(&"x<!-- -->".repeat(3 * TEXT_LIMIT)).html.matches("<wbr>").count(), 2);
    assert_eq!(balance(&"ä".repeat(TEXT_LIMIT)).html.matches("<wbr>").count(), 1);
    assert_eq!(balance(&parted).html, parted);
    assert_eq!(balance(&format!("<p title='{words}'>")).html, "<p></p>");
}

#[test]
fn too_many_tags_leave_text() {
    let balanced = balance(&"<b>x</b>".repeat(TAG_LIMIT + 10));
    assert!(balanced.simplified);
    assert!(balanced.html.ends_with(&format!("</b>{}", "x".repeat(10))));
}

proptest! {
    #[test]
    fn balancing_again_changes_nothing(
        pieces in proptest::collection::vec(
            prop_oneof![
                "</?(b|i|a|p|div|li|ul|table|tr|td|th|tbody|caption|h1|h2|pre|span|font|dd|dt|blockquote|br|hr|svg|style|title)>",
                "[a-z \n<&>\"]{0,4}",
                Just("<a href='x\"y'>".to_owned()),
                Just("<!--".to_owned()),
                Just("-->".to_owned()),
            ],
            0..40,
        ),
    ) {
        let once = balance(&pieces.concat());
        depth(&once.html);
        prop_assert_eq!(balance(&once.html).html, once.html);
    }
}
