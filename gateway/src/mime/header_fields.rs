//! The fields of a header one by one, as they were sent and as people read them.

use crate::imap::convert::header_text;
use postern_shared::header::{HeaderField, HeaderFields};

/// Fields worth showing: more than any real message has.
const SHOWN: usize = 2000;

/// A field as it was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RawField<'a> {
    /// What stands before the colon; empty for a line without one.
    pub name: &'a [u8],
    /// What stands behind it, with the line breaks inside.
    pub value: &'a [u8],
}

impl RawField<'_> {
    /// Whether it is the field of that name.
    pub fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name.as_bytes())
    }
}

/// The fields of a header in their order, up to its end: the first empty line (RFC 5322 §2.1). A line that begins with
/// white space goes on with the field before it.
pub fn raw_fields(header: &[u8]) -> impl Iterator<Item = RawField<'_>> {
    let mut rest = header;
    std::iter::from_fn(move || {
        let mut end = line_end(rest);
        if rest[..end].trim_ascii().is_empty() {
            return None;
        }
        while matches!(rest.get(end), Some(b' ' | b'\t')) {
            let line = &rest[end..end + line_end(&rest[end..])];
            end += line.len();
        }
        let (field, after) = rest.split_at(end);
        rest = after;
        Some(split(field.trim_ascii_end()))
    })
}

/// The fields for a person to look at; `complete` says whether `header` is all of it.
pub fn fields(header: &[u8], complete: bool) -> HeaderFields {
    let mut raw = raw_fields(header);
    let fields: Vec<HeaderField> = raw.by_ref().take(SHOWN).map(readable).collect();
    HeaderFields { fields, complete: complete && raw.next().is_none() }
}

fn readable(field: RawField<'_>) -> HeaderField {
    HeaderField {
        name: String::from_utf8_lossy(field.name).into_owned(),
        raw: String::from_utf8_lossy(field.value).into_owned(),
        text: header_text(field.value),
    }
}

/// Where the next line begins.
fn line_end(text: &[u8]) -> usize {
    text.iter().position(|&byte| byte == b'\n').map_or(text.len(), |at| at + 1)
}

fn split(field: &[u8]) -> RawField<'_> {
    match field.iter().position(|&byte| byte == b':') {
        Some(colon) => RawField { name: field[..colon].trim_ascii(), value: field[colon + 1..].trim_ascii() },
        None => RawField { name: b"", value: field },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(header: &str) -> Vec<(String, String, String)> {
        let fields = fields(header.as_bytes(), true).fields;
        fields.into_iter().map(|field| (field.name, field.raw, field.text)).collect()
    }

    fn row(name: &str, raw: &str, text: &str) -> (String, String, String) {
        (name.into(), raw.into(), text.into())
    }

    #[test]
    fn fields_come_in_order_raw_and_readable() {
        let header = "Subject: =?utf-8?q?caf=C3=A9?=\r\n =?utf-8?q?s?=\r\nX-Odd : a\r\n\tb\r\nno colon\nsubject:second\r\n\r\nBody: no\r\n";
        assert_eq!(
            told(header),
            [
                row("Subject", "=?utf-8?q?caf=C3=A9?=\r\n =?utf-8?q?s?=", "cafés"),
                row("X-Odd", "a\r\n\tb", "a b"),
                row("", "no colon", "no colon"),
                row("subject", "second", "second"),
            ]
        );
        assert_eq!(told("A: <img src=x onerror=alert(1)>")[0].2, "<img src=x onerror=alert(1)>");
        assert_eq!(told("\r\nA: b"), []);
        assert_eq!(told(""), []);
        assert_eq!(told(":"), [row("", "", "")]);
    }

    #[test]
    fn a_header_of_many_fields_is_cut_and_says_so() {
        let header = "A: b\r\n".repeat(SHOWN + 1);
        let cut = fields(header.as_bytes(), true);
        assert_eq!((cut.fields.len(), cut.complete), (SHOWN, false));
        assert!(fields(b"A: b", true).complete);
        assert!(!fields(b"A: b", false).complete);
    }
}
