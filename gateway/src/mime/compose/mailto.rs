//! A `mailto:` address as the draft it stands for (RFC 6068). It comes from strangers: it may name recipients, subject
//! and text, and nothing else.

use super::{one_line, quote::html_lines};
use crate::{imap::convert::addresses, mime::scan::address_list};
use percent_encoding::percent_decode_str;
use postern_shared::{
    address::Address,
    writing::{Draft, DraftText},
};

/// What is read of an address, in bytes.
const LIMIT: usize = 64 * 1024;

/// Recipients that are taken.
const RECIPIENTS_LIMIT: usize = 100;

/// Adds to a draft what the address says. What is no `mailto:` address says nothing.
pub fn fill(url: &str, draft: &mut Draft) {
    let Some((scheme, rest)) = url.trim().split_once(':') else { return };
    if !scheme.eq_ignore_ascii_case("mailto") || rest.len() > LIMIT {
        return;
    }
    let rest = rest.split('#').next().unwrap_or_default();
    let (to, fields) = rest.split_once('?').unwrap_or((rest, ""));
    add(&mut draft.to, &decoded(to));
    for field in fields.split('&') {
        let (name, value) = field.split_once('=').unwrap_or((field, ""));
        let value = decoded(value);
        match decoded(name).to_ascii_lowercase().as_str() {
            "to" => add(&mut draft.to, &value),
            "cc" => add(&mut draft.cc, &value),
            "bcc" => add(&mut draft.bcc, &value),
            "subject" => draft.subject = one_line(&value),
            "body" => write(&value.replace("\r\n", "\n").replace('\r', "\n"), draft),
            _ => {}
        }
    }
}

/// A plus is a plus (RFC 6068 §5).
fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

fn add(list: &mut Vec<Address>, value: &str) {
    let found = addresses(&address_list(one_line(value).as_bytes(), RECIPIENTS_LIMIT));
    let left = RECIPIENTS_LIMIT.saturating_sub(list.len());
    list.extend(found.into_iter().filter(|address| !address.email.is_empty()).take(left));
}

/// The text stands above what is there already: the signature.
fn write(text: &str, draft: &mut Draft) {
    match &mut draft.text {
        DraftText::Plain(below) => *below = [text, below.as_str()].concat(),
        DraftText::Html(below) => *below = html_lines(text) + below,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(url: &str) -> Draft {
        let mut draft = Draft::default();
        fill(url, &mut draft);
        draft
    }

    fn emails(list: &[Address]) -> Vec<&str> {
        list.iter().map(|address| address.email.as_str()).collect()
    }

    #[test]
    fn addresses_say_whom_and_what() {
        let found = draft(
            "mailto:ada@x.test,bob@x.test?cc=carol@x.test&Subject=Tea%20%26%20cake&body=one%0D%0Atwo+2",
        );
        assert_eq!(emails(&found.to), ["ada@x.test", "bob@x.test"]);
        assert_eq!(emails(&found.cc), ["carol@x.test"]);
        assert_eq!(found.subject, "Tea & cake");
        assert_eq!(found.text, DraftText::Plain("one\ntwo+2".to_owned()));
        let named = draft("MAILTO:?to=%22Ada%2C%20A%22%20%3Cada@x.test%3E&bcc=dan@x.test");
        assert_eq!((named.to[0].name.as_str(), emails(&named.bcc)), ("Ada, A", vec!["dan@x.test"]));
    }

    #[test]
    fn strangers_cannot_say_more() {
        let hostile = draft(
            "mailto:a@x.test?attach=/etc/passwd&from=boss@x.test&subject=a%0D%0ABcc:%20b@x.test&in-reply-to=x",
        );
        assert_eq!(hostile.subject, "a  Bcc: b@x.test");
        assert!(hostile.bcc.is_empty() && hostile.files.is_empty() && hostile.from.email.is_empty());
        for none in ["", "javascript:alert(1)", "mailto", "http://x.test/?to=a@x.test"] {
            assert_eq!(draft(none), Draft::default());
        }
        let many = format!("mailto:{}", "a@x.test,".repeat(5_000));
        assert!(draft(&many).to.len() <= RECIPIENTS_LIMIT);
    }

    #[test]
    fn markup_in_it_is_text() {
        let mut html =
            Draft { text: DraftText::Html("<div>-- </div><div>me</div>".to_owned()), ..Draft::default() };
        fill("mailto:?body=%3Cb%3E%0A%0Ax", &mut html);
        assert_eq!(
            html.text,
            DraftText::Html(
                "<div>&lt;b&gt;</div><div><br></div><div>x</div><div>-- </div><div>me</div>".to_owned()
            )
        );
    }
}
