//! The lines of LIST and UIDL (RFC 1939 §5, §7).

use crate::sync::pop3::ledger::{Listed, MAX_UNIQUE_ID};
use std::collections::BTreeMap;

/// Joins the lines of LIST and UIDL to a listing, by number. Lines that make no sense are passed over: a message that
/// only one of them names is listed with what is known of it, and a message without a number is none.
pub fn listing<'a>(
    list: impl IntoIterator<Item = &'a [u8]>,
    uidl: impl IntoIterator<Item = &'a [u8]>,
) -> Vec<Listed> {
    let mut listed: BTreeMap<u32, Listed> = BTreeMap::new();
    let entry = |number| Listed { number, size: 0, unique_id: None };
    for line in list {
        if let Some((number, rest)) = numbered(line) {
            let size = rest.split(u8::is_ascii_whitespace).next().and_then(|size| decimal(size));
            listed.entry(number).or_insert_with(|| entry(number)).size = size.unwrap_or_default();
        }
    }
    for line in uidl {
        if let Some((number, id)) = numbered(line) {
            listed.entry(number).or_insert_with(|| entry(number)).unique_id = unique_id(id);
        }
    }
    listed.into_values().collect()
}

/// The unique-id, if it can be one: 1 to 70 characters in the range 0x21 to 0x7E (RFC 1939 §7).
fn unique_id(id: &[u8]) -> Option<String> {
    let id = id.trim_ascii_end();
    let fits = !id.is_empty() && id.len() <= MAX_UNIQUE_ID && id.iter().all(u8::is_ascii_graphic);
    if fits { String::from_utf8(id.to_vec()).ok() } else { None }
}

fn numbered(line: &[u8]) -> Option<(u32, &[u8])> {
    let line = line.trim_ascii();
    let end = line.iter().position(u8::is_ascii_whitespace).unwrap_or(line.len());
    let number = u32::try_from(decimal(&line[..end])?).ok().filter(|number| *number > 0)?;
    Some((number, line[end..].trim_ascii_start()))
}

fn decimal(digits: &[u8]) -> Option<u64> {
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    std::str::from_utf8(digits).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_answers_are_joined_and_nonsense_is_passed_over() {
        let long = [b"4 ".to_vec(), vec![b'x'; 71]].concat();
        let list: [&[u8]; 6] = [b"1 120", b" 2   200  octets", b"x 3", b"0 5", b"5", b"4294967296 1"];
        let uidl: [&[u8]; 6] = [b"1 abc", b"2 a b", b"3 only-here", &long, b"5 ", b""];
        let told = |number, size, id: Option<&str>| Listed { number, size, unique_id: id.map(str::to_owned) };
        assert_eq!(
            listing(list, uidl),
            [
                told(1, 120, Some("abc")),
                told(2, 200, None),
                told(3, 0, Some("only-here")),
                told(4, 0, None),
                told(5, 0, None)
            ]
        );
    }
}
