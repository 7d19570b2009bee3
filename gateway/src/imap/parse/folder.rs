//! Folders: LIST, LSUB, STATUS, NAMESPACE.

use super::cursor::{Cursor, Malformed};
use crate::imap::response::{FolderStatus, ListedFolder, Untagged};

/// `LIST` and `LSUB` (RFC 9051 §7.3.1). What follows the name (CHILDINFO, OLDNAME) is skipped.
pub(super) fn list(cursor: &mut Cursor) -> Result<ListedFolder, Malformed> {
    let mut attributes = Vec::new();
    if cursor.eat(b'(') {
        while cursor.in_list() {
            attributes.push(cursor.text()?.to_ascii_lowercase());
        }
    } else if !cursor.nil() {
        return Err(Malformed);
    }
    let delimiter = delimiter(cursor)?;
    Ok(ListedFolder { attributes, delimiter, name: cursor.string()?.into_owned() })
}

fn delimiter(cursor: &mut Cursor) -> Result<Option<char>, Malformed> {
    cursor.peek();
    if let Some(rest) = cursor.rest().strip_prefix(b"\"\\\" ") {
        // A backslash that should have been escaped.
        *cursor = Cursor::new(rest);
        return Ok(Some('\\'));
    }
    let delimiter = cursor.nstring()?;
    Ok(delimiter.and_then(|bytes| bytes.first().copied()).map(char::from))
}

/// `STATUS` (RFC 9051 §7.3.5). Items not asked for are skipped.
pub(super) fn status(cursor: &mut Cursor) -> Result<FolderStatus, Malformed> {
    let mut status = FolderStatus { name: cursor.string()?.into_owned(), ..FolderStatus::default() };
    cursor.expect(b'(')?;
    while cursor.in_list() {
        match cursor.text()?.to_ascii_uppercase().as_str() {
            "MESSAGES" => status.messages = cursor.number().ok(),
            "UNSEEN" => status.unseen = cursor.number().ok(),
            "DELETED" => status.deleted = cursor.number().ok(),
            "UIDNEXT" => status.uid_next = cursor.number().ok(),
            "UIDVALIDITY" => status.uid_validity = cursor.number().ok(),
            "HIGHESTMODSEQ" => status.highest_modseq = cursor.number().ok(),
            _ => cursor.skip()?,
        }
    }
    Ok(status)
}

/// `NAMESPACE` (RFC 2342): the personal namespaces; other users' and shared ones are not used.
pub(super) fn namespace(cursor: &mut Cursor) -> Result<Untagged, Malformed> {
    let mut personal = Vec::new();
    if cursor.nil() {
        return Ok(Untagged::Namespace(personal));
    }
    cursor.expect(b'(')?;
    while cursor.in_list() {
        cursor.expect(b'(')?;
        let prefix = cursor.string()?.into_owned();
        personal.push((prefix, delimiter(cursor)?));
        cursor.skip_to_end()?;
    }
    Ok(Untagged::Namespace(personal))
}
