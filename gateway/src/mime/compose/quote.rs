//! What a draft says at first: room to write, the signature, and below it what is answered or passed on.

use super::{answer::Original, editor::structure_only};
use crate::mime::escape::escape;
use postern_shared::{
    address::Address,
    writing::{Answer, DraftText},
};

/// What a message says, as it is quoted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Quote {
    /// Plain text, a paragraph a line.
    Plain(String),
    /// HTML. It is held to structure when it is quoted.
    Html(String),
}

/// A line with nothing in it, as the editor has it.
const EMPTY_LINE: &str = "<div><br></div>";

impl Default for Quote {
    fn default() -> Self {
        Self::Plain(String::new())
    }
}

/// The text of a draft that answers, or passes on.
pub fn quote(how: Answer, original: &Original, signature: &str) -> DraftText {
    let above = above(signature);
    match how {
        Answer::ForwardAsFile => DraftText::Plain(above),
        Answer::Forward => {
            let head = format!("{above}\n{}", head(original).join("\n"));
            match &original.quote {
                Quote::Plain(text) => DraftText::Plain(format!("{head}\n\n{}", text.trim_end())),
                Quote::Html(html) => {
                    DraftText::Html(format!("{}{EMPTY_LINE}{}", html_lines(&head), structure(html)))
                }
            }
        }
        Answer::Reply | Answer::ReplyAll => {
            let head = format!("{above}\n{}", attribution(original));
            match &original.quote {
                Quote::Plain(text) => DraftText::Plain(format!("{head}\n{}", quoted(text))),
                Quote::Html(html) => {
                    let quote = structure(html);
                    let head = html_lines(&head);
                    DraftText::Html(format!("{head}<blockquote type=\"cite\">{quote}</blockquote>"))
                }
            }
        }
    }
}

/// The text of an empty draft.
pub fn signed(signature: &str, plain: bool) -> DraftText {
    let above = above(signature);
    if plain { DraftText::Plain(above) } else { DraftText::Html(html_lines(&above)) }
}

/// Text as the editor has it: a line a block.
pub(super) fn html_lines(text: &str) -> String {
    let mut html = String::new();
    for line in text.lines() {
        if line.is_empty() {
            html.push_str(EMPTY_LINE);
        } else {
            html.push_str("<div>");
            // An editor drops blanks at the end of a block, but the one that separates a signature says so.
            match line.strip_suffix(' ') {
                Some(line) => {
                    escape(line, &mut html);
                    html.push_str("&nbsp;");
                }
                None => escape(line, &mut html),
            }
            html.push_str("</div>");
        }
    }
    html
}

/// A line to write in, and the signature below its separator (RFC 3676 §4.3).
fn above(signature: &str) -> String {
    match signature.trim_end() {
        "" => "\n".to_owned(),
        signature => format!("\n\n-- \n{signature}\n"),
    }
}

/// "On Friday, Grace wrote:".
fn attribution(original: &Original) -> String {
    let name = original.from.first().map(|from| one_line(from.display()));
    match (&original.sent, name) {
        (Some(sent), Some(name)) => format!("On {}, {name} wrote:", one_line(sent)),
        (Some(sent), None) => format!("On {}, somebody wrote:", one_line(sent)),
        (None, Some(name)) => format!("{name} wrote:"),
        (None, None) => "Somebody wrote:".to_owned(),
    }
}

/// Each line marked; quotes in it are a level deeper.
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 16);
    for line in text.trim_end().lines() {
        out.push_str(match line.chars().next() {
            None => ">",
            Some('>') => ">",
            Some(_) => "> ",
        });
        out.push_str(line);
        out.push('\n');
    }
    out
}

/// What a message that is passed on was.
fn head(original: &Original) -> Vec<String> {
    let mut lines = vec!["---------- Forwarded message ----------".to_owned()];
    let mut line = |name: &str, value: String| {
        if !value.is_empty() {
            lines.push(format!("{name}: {value}"));
        }
    };
    line("From", list(&original.from));
    line("Date", original.sent.as_deref().map(one_line).unwrap_or_default());
    line("Subject", one_line(&original.subject));
    line("To", list(&original.to));
    line("Cc", list(&original.cc));
    lines
}

fn list(addresses: &[Address]) -> String {
    let written = addresses.iter().map(|address| {
        let Address { name, email } = address;
        if name.is_empty() { one_line(email) } else { format!("{} <{}>", one_line(name), one_line(email)) }
    });
    written.collect::<Vec<_>>().join(", ")
}

fn one_line(text: &str) -> String {
    text.split(char::is_control).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

fn structure(html: &str) -> String {
    // No picture of a stranger's mail is a file of this draft.
    structure_only(html, |_| None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grace(quote: Quote) -> Original {
        let address = |name: &str, email: &str| Address { name: name.to_owned(), email: email.to_owned() };
        Original {
            subject: "Lunch".to_owned(),
            from: vec![address("Grace <G> Hopper", "grace@x.test")],
            to: vec![address("", "ada@x.test"), address("Bob", "bob@x.test")],
            sent: Some("Friday, 3 January 2025".to_owned()),
            quote,
            ..Original::default()
        }
    }

    #[test]
    fn a_plain_answer_has_room_the_signature_and_the_quote() {
        let original = grace(Quote::Plain("Hello,\n\n> earlier\n".to_owned()));
        let text = |signature| quote(Answer::ReplyAll, &original, signature);
        let below = "\nOn Friday, 3 January 2025, Grace <G> Hopper wrote:\n> Hello,\n>\n>> earlier\n";
        assert_eq!(text(""), DraftText::Plain(format!("\n{below}")));
        assert_eq!(text("Ada\nX\n"), DraftText::Plain(format!("\n\n-- \nAda\nX\n{below}")));
    }

    #[test]
    fn an_html_answer_quotes_structure_alone() {
        let html = r#"<p style="color:red">Hi<img src="https://x.test/a"><img src="/api/accounts/a/drafts/1/files/2"></p>"#;
        let original = grace(Quote::Html(html.to_owned()));
        let expected = "<div><br></div><div><br></div><div>--&nbsp;</div><div>A &amp; B</div><div><br></div>\
            <div>On Friday, 3 January 2025, Grace &lt;G&gt; Hopper wrote:</div>\
            <blockquote type=\"cite\"><p>Hi<img><img></p></blockquote>";
        assert_eq!(quote(Answer::Reply, &original, "A & B"), DraftText::Html(expected.to_owned()));
    }

    #[test]
    fn what_is_passed_on_says_what_it_was() {
        let plain = quote(Answer::Forward, &grace(Quote::Plain("Hello\n> x".to_owned())), "");
        let expected = "\n\n---------- Forwarded message ----------\nFrom: Grace <G> Hopper <grace@x.test>\n\
            Date: Friday, 3 January 2025\nSubject: Lunch\nTo: ada@x.test, Bob <bob@x.test>\n\nHello\n> x";
        assert_eq!(plain, DraftText::Plain(expected.to_owned()));
        let html = quote(Answer::Forward, &grace(Quote::Html("<h1>Hello</h1>".to_owned())), "");
        let expected = "<div><br></div><div><br></div><div>---------- Forwarded message ----------</div>\
            <div>From: Grace &lt;G&gt; Hopper &lt;grace@x.test&gt;</div><div>Date: Friday, 3 January 2025</div>\
            <div>Subject: Lunch</div><div>To: ada@x.test, Bob &lt;bob@x.test&gt;</div><div><br></div><h1>Hello</h1>";
        assert_eq!(html, DraftText::Html(expected.to_owned()));
    }

    #[test]
    fn a_message_passed_on_as_a_file_has_the_signature_alone() {
        let original = grace(Quote::Html("<p>secret</p>".to_owned()));
        assert_eq!(
            quote(Answer::ForwardAsFile, &original, "Ada"),
            DraftText::Plain("\n\n-- \nAda\n".to_owned())
        );
    }

    #[test]
    fn what_others_wrote_begins_no_line_of_its_own() {
        let mut original = grace(Quote::default());
        original.subject = "a\r\nTo: mallory@x.test".to_owned();
        let DraftText::Plain(text) = quote(Answer::Forward, &original, "") else { panic!() };
        assert!(text.contains("\nSubject: a To: mallory@x.test\n"), "{text}");
    }
}
