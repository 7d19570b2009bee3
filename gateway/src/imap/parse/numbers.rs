//! Numbers and sets: SEARCH, SORT, ESEARCH, VANISHED, COPYUID. Linear in the length of the answer.

use super::cursor::{Cursor, Malformed};
use crate::imap::response::{Esearch, Untagged};
use postern_shared::uid_set::UidSet;

/// `1,3:5` as ranges in the order told. `*` has no meaning in a response.
pub(super) fn ranges(set: &[u8]) -> Result<Vec<(u32, u32)>, Malformed> {
    let set = std::str::from_utf8(set).map_err(|_| Malformed)?;
    let number = |digits: &str| digits.parse::<u32>().map_err(|_| Malformed);
    set.split(',')
        .map(|range| match range.split_once(':') {
            Some((first, last)) => Ok((number(first)?, number(last)?)),
            None => number(range).map(|one| (one, one)),
        })
        .collect()
}

/// `1,3:5` as a set.
pub(super) fn uid_set(set: &[u8]) -> Result<UidSet, Malformed> {
    ranges(set).map(UidSet::from_ranges)
}

/// `SEARCH` and `SORT` (RFC 9051 §7.3.4 obsoletes the form, servers use it): numbers, perhaps `(MODSEQ n)`.
pub(super) fn search(cursor: &mut Cursor) -> Result<Untagged, Malformed> {
    let mut numbers = Vec::new();
    let mut modseq = None;
    while let Some(next) = cursor.peek() {
        if next == b'(' {
            modseq = Some(search_modseq(cursor)?);
        } else {
            numbers.push(cursor.number()?);
        }
    }
    Ok(Untagged::Search { numbers, modseq })
}

fn search_modseq(cursor: &mut Cursor) -> Result<u64, Malformed> {
    cursor.expect(b'(')?;
    if !cursor.word().eq_ignore_ascii_case(b"MODSEQ") {
        return Err(Malformed);
    }
    let modseq = cursor.number()?;
    cursor.expect(b')')?;
    Ok(modseq)
}

/// `ESEARCH` (RFC 4731 §3.1): return data not asked for is skipped.
pub(super) fn esearch(cursor: &mut Cursor) -> Result<Esearch, Malformed> {
    let mut found = Esearch::default();
    if cursor.peek() == Some(b'(') {
        cursor.skip()?;
    }
    while cursor.peek().is_some() {
        match cursor.word().to_ascii_uppercase().as_slice() {
            b"UID" => found.uid = true,
            b"ALL" => found.all = ranges(cursor.word())?,
            b"COUNT" => found.count = Some(cursor.number()?),
            b"MIN" => found.min = Some(cursor.number()?),
            b"MAX" => found.max = Some(cursor.number()?),
            b"MODSEQ" => found.modseq = Some(cursor.number()?),
            _ => cursor.skip()?,
        }
    }
    Ok(found)
}

/// `VANISHED` (RFC 7162 §3.2.10).
pub(super) fn vanished(cursor: &mut Cursor) -> Result<Untagged, Malformed> {
    let earlier = cursor.peek() == Some(b'(');
    if earlier {
        cursor.skip()?;
    }
    Ok(Untagged::Vanished { earlier, uids: uid_set(cursor.word())? })
}
