//! FETCH (RFC 9051 §7.5.2). A data item that is unknown or broken is skipped; its neighbours stay whole.

use super::{
    cursor::{Cursor, Malformed},
    envelope::envelope,
    flag_list, lenient,
    structure::structure,
};
use crate::imap::{
    date::internal_date,
    response::{Fetch, Section},
};
use postern_shared::ids::Uid;

/// The data items behind `n FETCH`.
pub(super) fn fetch(seq: u32, cursor: &mut Cursor) -> Fetch {
    let mut fetch = Fetch { seq, ..Fetch::default() };
    if cursor.expect(b'(').is_err() {
        fetch.malformed = true;
        return fetch;
    }
    // Domino puts single items into parentheses of their own.
    let mut wrapped = 0usize;
    loop {
        if cursor.eat(b'(') {
            wrapped += 1;
            continue;
        }
        if !cursor.in_list() {
            if wrapped == 0 || cursor.peek().is_none() {
                break;
            }
            wrapped -= 1;
            continue;
        }
        let name = cursor.item_name().to_ascii_uppercase();
        let value = cursor.clone();
        if item(&mut fetch, &name, cursor).is_err() {
            fetch.malformed = true;
            *cursor = value;
            if name.is_empty() || cursor.skip().is_err() {
                break;
            }
        }
    }
    fetch
}

fn item(fetch: &mut Fetch, name: &str, cursor: &mut Cursor) -> Result<(), Malformed> {
    match name {
        "UID" => fetch.uid = Some(Uid(cursor.number()?)),
        "FLAGS" => fetch.flags = Some(flag_list(cursor)?.0),
        "MODSEQ" => fetch.modseq = modseq(cursor)?,
        "INTERNALDATE" => fetch.internal_date = cursor.nstring()?.and_then(|date| internal_date(&date)),
        "RFC822.SIZE" => fetch.size = Some(cursor.number()?),
        "ENVELOPE" if !cursor.nil() => fetch.envelope = Some(envelope(cursor)?),
        "BODYSTRUCTURE" | "BODY" if !cursor.nil() => fetch.structure = Some(structure(cursor)?),
        "PREVIEW" => fetch.preview = Some(cursor.nstring()?.map(|text| lenient(&text))),
        "ENVELOPE" | "BODYSTRUCTURE" | "BODY" => {}
        _ => match section_name(name) {
            Some((name, origin)) => {
                // Some servers say nothing at all where a part is empty.
                let nothing = cursor.peek() == Some(b')');
                let data = if nothing { None } else { cursor.nbytes()? };
                fetch.sections.push(Section { name, origin, data });
            }
            None if name.is_empty() => return Err(Malformed),
            None => cursor.skip()?,
        },
    }
    Ok(())
}

/// `BODY[section]<origin>`, or BINARY: the section and the origin. Some servers repeat the length behind the origin.
fn section_name(name: &str) -> Option<(String, Option<u32>)> {
    let inner = name.strip_prefix("BODY[").or_else(|| name.strip_prefix("BINARY["))?;
    let (section, partial) = inner.rsplit_once(']')?;
    let origin = partial.strip_prefix('<').map(|partial| partial.trim_end_matches('>'));
    let origin = origin.and_then(|partial| partial.split('.').next()).and_then(|digits| digits.parse().ok());
    Some((section.to_owned(), origin))
}

/// A mod-sequence; servers that have none say -1.
fn modseq(cursor: &mut Cursor) -> Result<Option<u64>, Malformed> {
    cursor.expect(b'(')?;
    let modseq = cursor.number().ok();
    cursor.expect(b')')?;
    Ok(modseq)
}
