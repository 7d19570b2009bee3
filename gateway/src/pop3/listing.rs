//! What `LIST` and `UIDL` tell of the messages there are (RFC 1939 §5, §7), read with tolerance.

use crate::sync::pop3::ledger::{Listed, MAX_UNIQUE_ID};
use std::collections::BTreeMap;

/// The listing of a session while it is read.
#[derive(Clone, Debug, Default)]
pub struct Listing {
    messages: BTreeMap<u32, Listed>,
}

impl Listing {
    /// Takes a line of the answer to `LIST`. One that is none is passed over; a size that is none counts as 0.
    pub fn push_size(&mut self, line: &[u8]) {
        if let Some((number, rest)) = numbered(line) {
            let size = rest.split_ascii_whitespace().next().and_then(|size| size.parse().ok()).unwrap_or(0);
            self.message(number).size = size;
        }
    }

    /// Takes a line of the answer to `UIDL`. A unique-id is 1 to 70 printable characters; whatever else is there
    /// counts as none.
    pub fn push_unique_id(&mut self, line: &[u8]) {
        if let Some((number, rest)) = numbered(line) {
            let id = rest.trim_ascii();
            let good =
                (1..=MAX_UNIQUE_ID).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_graphic());
            // Told twice and not the same: neither can be trusted.
            let before = self.message(number).unique_id.take();
            let told = good.then(|| id.to_owned());
            self.message(number).unique_id = if before.is_none() || before == told { told } else { None };
        }
    }

    /// The messages, by their numbers.
    pub fn messages(self) -> Vec<Listed> {
        self.messages.into_values().collect()
    }

    fn message(&mut self, number: u32) -> &mut Listed {
        self.messages.entry(number).or_insert(Listed { number, size: 0, unique_id: None })
    }
}

/// The number a line begins with, and what follows.
fn numbered(line: &[u8]) -> Option<(u32, &str)> {
    let text = std::str::from_utf8(line).unwrap_or_else(|error| {
        // What comes before is text.
        std::str::from_utf8(&line[..error.valid_up_to()]).unwrap_or_default()
    });
    let text = text.trim_ascii_start();
    let (number, rest) = text.split_once(|c: char| c.is_ascii_whitespace()).unwrap_or((text, ""));
    let number = number.parse().ok().filter(|&number: &u32| number > 0)?;
    // An id of which only the beginning is text is no id.
    Some((number, if text.len() < line.trim_ascii_start().len() { "" } else { rest }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_list() {
        for (line, size) in [
            ("1 120", Some(120)),
            ("1 120 and more", Some(120)),
            ("  1   120  ", Some(120)),
            ("1\t120", Some(120)),
            ("1", Some(0)),
            ("1 many", Some(0)),
            ("1 -5", Some(0)),
            ("0 120", None),
            ("x 120", None),
            ("", None),
            ("99999999999 1", None),
        ] {
            let mut listing = Listing::default();
            listing.push_size(line.as_bytes());
            assert_eq!(listing.messages().first().map(|listed| listed.size), size, "{line:?}");
        }
    }

    #[test]
    fn lines_of_uidl() {
        let longest = "x".repeat(70);
        let too_long = "x".repeat(71);
        for (line, id) in [
            ("1 abc".to_owned(), Some("abc")),
            (" 1   abc  ".to_owned(), Some("abc")),
            ("1".to_owned(), None),
            ("1 ".to_owned(), None),
            ("1 two words".to_owned(), None),
            ("1 n\u{f8}".to_owned(), None),
            (format!("1 {longest}"), Some(longest.as_str())),
            (format!("1 {too_long}"), None),
        ] {
            let mut listing = Listing::default();
            listing.push_unique_id(line.as_bytes());
            assert_eq!(listing.messages()[0].unique_id.as_deref(), id, "{line:?}");
        }
        let mut listing = Listing::default();
        listing.push_unique_id(b"1 ab\xff");
        assert_eq!(listing.messages()[0].unique_id, None);
    }

    #[test]
    fn both_together_and_a_number_told_twice() {
        let mut listing = Listing::default();
        for line in ["2 20", "1 10"] {
            listing.push_size(line.as_bytes());
        }
        for line in ["1 a", "2 b", "2 c", "3 d"] {
            listing.push_unique_id(line.as_bytes());
        }
        let told: Vec<_> = listing
            .messages()
            .into_iter()
            .map(|listed| (listed.number, listed.size, listed.unique_id))
            .collect();
        assert_eq!(told, [(1, 10, Some("a".to_owned())), (2, 20, None), (3, 0, Some("d".to_owned()))]);
    }
}
