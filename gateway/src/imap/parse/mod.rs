//! From a server's octets to [`Untagged`] values: tolerant, linear, without panics. A response that cannot be read is
//! [`Untagged::Unknown`].

mod cursor;
mod envelope;
mod fetch;
mod folder;
mod numbers;
mod status;
mod structure;
#[cfg(test)]
mod tests;

use super::{
    charset,
    response::{StatusResponse, Untagged},
};
use cursor::{Cursor, Malformed};
use postern_shared::flags::Flags;

/// Reads an untagged response: what follows `*`, literals included.
pub fn untagged(response: &[u8]) -> Untagged {
    let mut cursor = Cursor::new(response);
    let first = cursor.word();
    if let Some(kind) = status::kind(first) {
        return Untagged::Status(status::status(kind, cursor.rest()));
    }
    let number = std::str::from_utf8(first).ok().and_then(|digits| digits.parse().ok());
    let word = match number {
        Some(_) => String::from_utf8_lossy(cursor.word()),
        None => String::from_utf8_lossy(first),
    };
    let name = word.to_ascii_uppercase();
    match number {
        Some(number) => numbered(number, &name, &mut cursor),
        None => named(&name, &mut cursor),
    }
    .unwrap_or(Untagged::Unknown(name))
}

/// Reads a tagged line: its tag and status. Nothing for a line that is neither.
pub fn tagged(line: &[u8]) -> Option<(String, StatusResponse)> {
    let mut cursor = Cursor::new(line);
    let tag = String::from_utf8(cursor.word().to_vec()).ok()?;
    let kind = status::kind(cursor.word())?;
    Some((tag, status::status(kind, cursor.rest())))
}

fn numbered(number: u32, name: &str, cursor: &mut Cursor) -> Result<Untagged, Malformed> {
    Ok(match name {
        "EXISTS" => Untagged::Exists(number),
        "EXPUNGE" => Untagged::Expunge(number),
        "FETCH" => Untagged::Fetch(Box::new(fetch::fetch(number, cursor))),
        _ => return Err(Malformed),
    })
}

fn named(name: &str, cursor: &mut Cursor) -> Result<Untagged, Malformed> {
    Ok(match name {
        "CAPABILITY" => Untagged::Capability(words(cursor)),
        "ENABLED" => Untagged::Enabled(words(cursor)),
        "FLAGS" => Untagged::Flags(flag_list(cursor)?.0),
        "VANISHED" => numbers::vanished(cursor)?,
        "LIST" | "LSUB" => Untagged::List(folder::list(cursor)?),
        "STATUS" => Untagged::FolderStatus(folder::status(cursor)?),
        "SEARCH" | "SORT" => numbers::search(cursor)?,
        "ESEARCH" => Untagged::Esearch(numbers::esearch(cursor)?),
        "NAMESPACE" => folder::namespace(cursor)?,
        "ID" => Untagged::Id(id(cursor)?),
        _ => return Err(Malformed),
    })
}

/// Words in upper case, as CAPABILITY and ENABLED list them.
fn words(cursor: &mut Cursor) -> Vec<String> {
    let list = cursor.rest().split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
    list.map(|word| String::from_utf8_lossy(word).to_ascii_uppercase()).collect()
}

/// A list of flags, and whether `\*` stands in it.
fn flag_list(cursor: &mut Cursor) -> Result<(Flags, bool), Malformed> {
    let (mut flags, mut any) = (Flags::new(), false);
    cursor.expect(b'(')?;
    while cursor.in_list() {
        match cursor.text()?.as_str() {
            "\\*" => any = true,
            name => flags.insert_name(name),
        }
    }
    Ok((flags, any))
}

/// `ID` (RFC 2971 §3.2).
fn id(cursor: &mut Cursor) -> Result<Vec<(String, String)>, Malformed> {
    let mut fields = Vec::new();
    if cursor.nil() {
        return Ok(fields);
    }
    cursor.expect(b'(')?;
    while cursor.in_list() {
        let name = cursor.text()?;
        let value = cursor.nstring()?.map(|value| lenient(&value));
        fields.push((name, value.unwrap_or_default()));
    }
    Ok(fields)
}

/// Text for people, in a charset nobody named.
fn lenient(bytes: &[u8]) -> String {
    charset::decode(bytes, None).into_owned()
}
