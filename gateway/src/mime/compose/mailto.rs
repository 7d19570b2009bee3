//! The draft that a `mailto:` address asks for (RFC 6068). Anybody can write one: only harmless fields count, and of
//! bounded length.

use percent_encoding::percent_decode_str;
use postern_shared::{
    address::Address,
    writing::{Draft, DraftText},
};

/// Longer addresses are cut.
const URL_LIMIT: usize = 64 * 1024;
/// More recipients are left out.
const RECIPIENTS_LIMIT: usize = 100;

/// The draft; empty where it is no `mailto:` address. `From` and files are never taken from one (RFC 6068 §7).
pub fn draft_of(url: &str) -> Draft {
    let mut draft = Draft::default();
    let Some((scheme, rest)) = cut(url).split_once(':') else { return draft };
    if !scheme.trim().eq_ignore_ascii_case("mailto") {
        return draft;
    }
    let rest = rest.split('#').next().unwrap_or_default();
    let (to, fields) = rest.split_once('?').unwrap_or((rest, ""));
    add(to, &mut draft.to);
    let mut body = String::new();
    for field in fields.split('&') {
        let (name, value) = field.split_once('=').unwrap_or((field, ""));
        match decoded(name).to_ascii_lowercase().as_str() {
            "to" => add(value, &mut draft.to),
            "cc" => add(value, &mut draft.cc),
            "bcc" => add(value, &mut draft.bcc),
            "subject" => draft.subject = one_line(&decoded(value)),
            "body" => {
                if !body.is_empty() {
                    body.push('\n');
                }
                body.push_str(&decoded(value).replace("\r\n", "\n").replace('\r', "\n").replace('\0', ""));
            }
            _ => {}
        }
    }
    draft.text = DraftText::Plain(body);
    draft
}

/// Addresses are divided before they are decoded: an encoded comma belongs to one (RFC 6068 §2).
fn add(list: &str, to: &mut Vec<Address>) {
    for address in list.split(',') {
        let email = one_line(&decoded(address));
        if email.contains('@') && to.len() < RECIPIENTS_LIMIT {
            to.push(Address { name: String::new(), email });
        }
    }
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

fn one_line(text: &str) -> String {
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    text.trim().to_owned()
}

fn cut(url: &str) -> &str {
    let end = (0..=url.len().min(URL_LIMIT)).rev().find(|end| url.is_char_boundary(*end)).unwrap_or(0);
    url.get(..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_harmless_fields_count() {
        let draft = draft_of(
            "mailto:a@x.test,b%2Cc@x.test?cc=d@x.test&bcc=e@x.test&subject=caf%C3%A9%0D%0ABcc:%20x&body=1%0D%0A2+3&attach=/etc/passwd&from=z@x.test",
        );
        let emails = |list: &[Address]| list.iter().map(|address| address.email.clone()).collect::<Vec<_>>();
        assert_eq!(emails(&draft.to), ["a@x.test", "b,c@x.test"]);
        assert_eq!(
            (emails(&draft.cc), emails(&draft.bcc)),
            (vec!["d@x.test".into()], vec!["e@x.test".into()])
        );
        assert_eq!(draft.subject, "café  Bcc: x");
        assert_eq!(draft.text, DraftText::Plain("1\n2+3".to_owned()));
        assert_eq!((draft.from.email.as_str(), draft.files.len()), ("", 0));
        assert_eq!(draft_of("javascript:a@x.test"), Draft::default());
        assert_eq!(draft_of(&format!("mailto:{}", "a@x.test,".repeat(100_000))).to.len(), RECIPIENTS_LIMIT);
    }
}
