//! What an S/MIME signature is about: the content of a CMS SignedData (RFC 5652 §5), in BER, which senders use freely.

/// How deep elements are looked into.
const DEPTH_LIMIT: usize = 32;
const SEQUENCE: u8 = 0x30;
const OBJECT_IDENTIFIER: u8 = 0x06;
const OCTETS: u8 = 0x04;
const OCTETS_IN_PIECES: u8 = 0x24;
const EXPLICIT_0: u8 = 0xa0;
/// 1.2.840.113549.1.7.2
const SIGNED_DATA: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02";

/// The content that was signed, if it is inside.
pub(super) fn content(ber: &[u8]) -> Option<Vec<u8>> {
    let (kind, rest) = first(element(ber)?.of(SEQUENCE)?, OBJECT_IDENTIFIER)?;
    if kind != SIGNED_DATA {
        return None;
    }
    let (explicit, _) = first(rest, EXPLICIT_0)?;
    let (signed, _) = first(explicit, SEQUENCE)?;
    // The version and the digests' algorithms come first.
    let rest = element(element(signed)?.rest)?.rest;
    let (encapsulated, _) = first(rest, SEQUENCE)?;
    let (_, rest) = first(encapsulated, OBJECT_IDENTIFIER)?;
    let (explicit, _) = first(rest, EXPLICIT_0)?;
    let mut octets = Vec::new();
    gather(&element(explicit)?, 0, &mut octets)?;
    Some(octets)
}

struct Element<'a> {
    tag: u8,
    body: &'a [u8],
    rest: &'a [u8],
}

impl<'a> Element<'a> {
    fn of(self, tag: u8) -> Option<&'a [u8]> {
        (self.tag == tag).then_some(self.body)
    }
}

/// The first element's body, if it is of that tag, and what follows it.
fn first(ber: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let Element { tag: found, body, rest } = element(ber)?;
    (found == tag).then_some((body, rest))
}

fn element(ber: &[u8]) -> Option<Element<'_>> {
    element_at(ber, 0)
}

/// The first element. One that is cut off ends where the data ends.
fn element_at(ber: &[u8], depth: usize) -> Option<Element<'_>> {
    let (&tag, after) = ber.split_first()?;
    let (&length, after) = after.split_first()?;
    match length {
        0x80 => {
            let end = end_of_contents(after, depth)?;
            Some(Element { tag, body: &after[..end], rest: after.get(end + 2..).unwrap_or_default() })
        }
        length => {
            let digits = usize::from(if length > 0x80 { length & 0x7f } else { 0 });
            let (digits, after) = after.split_at_checked(digits)?;
            let long = digits.iter().try_fold(0usize, |value, &digit| {
                value.checked_mul(256).map(|value| value + usize::from(digit))
            })?;
            let length = if digits.is_empty() { usize::from(length) } else { long };
            let (body, rest) = after.split_at(length.min(after.len()));
            Some(Element { tag, body, rest })
        }
    }
}

/// Where the two zero bytes stand that end an element of no told length.
fn end_of_contents(ber: &[u8], depth: usize) -> Option<usize> {
    if depth > DEPTH_LIMIT {
        return None;
    }
    let mut rest = ber;
    while !rest.is_empty() && !rest.starts_with(&[0, 0]) {
        rest = element_at(rest, depth + 1)?.rest;
    }
    Some(ber.len() - rest.len())
}

fn gather(element: &Element<'_>, depth: usize, octets: &mut Vec<u8>) -> Option<()> {
    match element.tag {
        OCTETS => octets.extend_from_slice(element.body),
        OCTETS_IN_PIECES if depth < DEPTH_LIMIT => {
            let mut rest = element.body;
            while !rest.is_empty() {
                let piece = element_at(rest, depth)?;
                gather(&piece, depth + 1, octets)?;
                rest = piece.rest;
            }
        }
        _ => return None,
    }
    Some(())
}
