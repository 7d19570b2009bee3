//! `Content-Type` (RFC 2045 §5.1), `Content-Disposition` (RFC 2183 §2) and `Content-Transfer-Encoding` values, and what
//! mailers write instead. Linear.

use super::addresses::comment;

/// Parameters kept of one header.
const PARAMS_LIMIT: usize = 200;

/// A header's value with parameters: the word before them in lower case, the names in lower case, the values raw.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Parameterized {
    /// `text/plain`, `attachment`.
    pub word: String,
    /// The parameters; of RFC 2231's, the pieces as they stand.
    pub params: Vec<(String, Vec<u8>)>,
}

/// Reads a value with parameters, at most as many of them as are left.
pub(super) fn parameterized(value: &[u8], left: &mut usize) -> Parameterized {
    let mut rest = value;
    let word = word(&mut rest);
    let mut params = Vec::new();
    while params.len() < PARAMS_LIMIT && *left > 0 {
        let Some(param) = next_param(&mut rest) else { break };
        if let Some(param) = param {
            *left -= 1;
            params.push(param);
        }
    }
    Parameterized { word, params }
}

/// The first word of a value in lower case, comments left out; spaces around a slash do not end it.
pub(super) fn word(rest: &mut &[u8]) -> String {
    let mut word = Vec::new();
    let mut ended = false;
    while let Some((&byte, after)) = rest.split_first() {
        let goes_on = !ended || byte == b'/' || word.last() == Some(&b'/');
        if byte == b';' || !(goes_on || is_space(byte) || byte == b'(') {
            break;
        }
        *rest = after;
        match byte {
            b'(' => {
                comment(rest);
            }
            b'"' => {}
            byte if is_space(byte) => ended = !word.is_empty(),
            byte => {
                ended = false;
                word.push(byte.to_ascii_lowercase());
            }
        }
    }
    String::from_utf8_lossy(&word).into_owned()
}

/// The next parameter: nothing at the end, `Some(None)` for one without a value. The semicolon may be missing.
fn next_param(rest: &mut &[u8]) -> Option<Option<(String, Vec<u8>)>> {
    skip(rest, b";");
    if rest.is_empty() {
        return None;
    }
    let mut name = Vec::new();
    loop {
        skip(rest, b"");
        match rest.split_first() {
            None => return Some(None),
            Some((b';', _)) => return Some(None),
            Some((b'=', after)) => {
                *rest = after;
                break;
            }
            Some((byte, after)) => {
                *rest = after;
                name.push(byte.to_ascii_lowercase());
            }
        }
    }
    let name = String::from_utf8_lossy(&name).into_owned();
    skip(rest, b"");
    let value = match rest.strip_prefix(b"\"") {
        Some(after) => {
            *rest = after;
            quoted(rest)
        }
        None => plain(rest, name.split('*').next().is_some_and(|name| matches!(name, "name" | "filename"))),
    };
    Some((!name.is_empty()).then_some((name, value)))
}

/// Skips white space, comments, and these.
fn skip(rest: &mut &[u8], others: &[u8]) {
    while let Some((&byte, after)) = rest.split_first() {
        match byte {
            b'(' => {
                *rest = after;
                comment(rest);
            }
            byte if is_space(byte) => *rest = after,
            byte if others.contains(&byte) => *rest = after,
            _ => break,
        }
    }
}

fn quoted(rest: &mut &[u8]) -> Vec<u8> {
    let mut text = Vec::new();
    while let Some((&byte, after)) = rest.split_first() {
        *rest = after;
        match (byte, rest.first()) {
            (b'"', _) => break,
            // Any other backslash is one: people send paths.
            (b'\\', Some(&escaped @ (b'"' | b'\\'))) => {
                *rest = &rest[1..];
                text.push(escaped);
            }
            _ => text.push(byte),
        }
    }
    text
}

/// A value without quotes. A file name may have spaces and brackets in it.
fn plain(rest: &mut &[u8], is_file_name: bool) -> Vec<u8> {
    let is_end = |&byte: &u8| byte == b';' || (!is_file_name && (is_space(byte) || byte == b'('));
    let (value, after) = rest.split_at(rest.iter().position(is_end).unwrap_or(rest.len()));
    *rest = after;
    value.trim_ascii().to_vec()
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(value: &str) -> (String, String) {
        let read = parameterized(value.as_bytes(), &mut 100);
        let params =
            read.params.iter().map(|(name, value)| format!("{name}={}", String::from_utf8_lossy(value)));
        (read.word, params.collect::<Vec<_>>().join("|"))
    }

    #[test]
    fn values() {
        for (value, word, params) in [
            ("text/plain", "text/plain", ""),
            (" Text/HTML ; CharSet=\"utf-8\" ", "text/html", "charset=utf-8"),
            ("text/plain; charset=us-ascii (Plain text)", "text/plain", "charset=us-ascii"),
            ("text / plain (x;y); a=b;;; c=\"d;\\\"e\\\"\" f", "text/plain", "a=b|c=d;\"e\""),
            ("attachment; filename=my file (1).pdf; size=3", "attachment", "filename=my file (1).pdf|size=3"),
            ("attachment; filename=\"C:\\dir\\a.txt", "attachment", "filename=C:\\dir\\a.txt"),
            (
                "inline; filename*0*=utf-8''a%20; filename*1=b",
                "inline",
                "filename*0*=utf-8''a%20|filename*1=b",
            ),
            ("multipart/mixed; boundary = \"a b\"", "multipart/mixed", "boundary=a b"),
            (
                "multipart/mixed boundary=\"a\" charset=b c; d=e",
                "multipart/mixed",
                "boundary=a|charset=b|d=e",
            ),
            ("text/plain; format", "text/plain", ""),
            ("text/plain; =x; y=", "text/plain", "y="),
            ("", "", ""),
            ("; a=b", "", "a=b"),
            ("base64 trailing", "base64", ""),
        ] {
            assert_eq!(read(value), (word.to_owned(), params.to_owned()), "{value}");
        }
    }

    #[test]
    fn parameters_are_bounded() {
        let value = format!("a/b{}", ";c=d".repeat(10_000));
        let mut left = 150;
        assert_eq!(parameterized(value.as_bytes(), &mut left).params.len(), 150);
        assert_eq!(left, 0);
        assert_eq!(parameterized(value.as_bytes(), &mut 1_000).params.len(), PARAMS_LIMIT);
    }
}
