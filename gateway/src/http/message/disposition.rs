//! `Content-Disposition` (RFC 6266).

use axum::http::HeaderValue;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What `filename*` may not hold unencoded (RFC 8187 §3.2.1, `attr-char`).
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'!')
    .remove(b'#')
    .remove(b'$')
    .remove(b'&')
    .remove(b'+')
    .remove(b'-')
    .remove(b'.')
    .remove(b'^')
    .remove(b'_')
    .remove(b'`')
    .remove(b'|')
    .remove(b'~');

/// Saved under that name, never opened.
pub fn attachment(name: &str) -> HeaderValue {
    named("attachment", name)
}

/// Shown in place; saved under that name.
pub fn inline(name: &str) -> HeaderValue {
    named("inline", name)
}

fn named(kind: &'static str, name: &str) -> HeaderValue {
    let plain: String = name.chars().map(|c| if is_plain(c) { c } else { '_' }).collect();
    let encoded = utf8_percent_encode(name, ENCODED);
    HeaderValue::try_from(format!("{kind}; filename=\"{plain}\"; filename*=UTF-8''{encoded}"))
        .unwrap_or(HeaderValue::from_static(kind))
}

/// Whether a character needs no escape in a quoted string and means the same everywhere (RFC 6266 appendix D).
fn is_plain(c: char) -> bool {
    (c.is_ascii_graphic() || c == ' ') && !matches!(c, '"' | '\\' | '%' | '/')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_any_script_survive_and_none_breaks_out() {
        let cases = [
            ("a b.txt", "attachment; filename=\"a b.txt\"; filename*=UTF-8''a%20b.txt"),
            ("ä.pdf", "attachment; filename=\"_.pdf\"; filename*=UTF-8''%C3%A4.pdf"),
            (
                "\"; filename=x\r\nSet-Cookie: a\\",
                "attachment; filename=\"_; filename=x__Set-Cookie: a_\"; \
                 filename*=UTF-8''%22%3B%20filename%3Dx%0D%0ASet-Cookie%3A%20a%5C",
            ),
            ("a💡.txt", "attachment; filename=\"a_.txt\"; filename*=UTF-8''a%F0%9F%92%A1.txt"),
            (
                "it's 100% \"so\".txt",
                "attachment; filename=\"it's 100_ _so_.txt\"; filename*=UTF-8''it%27s%20100%25%20%22so%22.txt",
            ),
            ("", "attachment; filename=\"\"; filename*=UTF-8''"),
        ];
        for (name, expected) in cases {
            assert_eq!(attachment(name), expected, "{name}");
        }
        let long = attachment(&"ж".repeat(300));
        assert_eq!(long.to_str().unwrap().matches("%D0%B6").count(), 300);
        assert!(inline("a").to_str().unwrap().starts_with("inline; "));
    }
}
