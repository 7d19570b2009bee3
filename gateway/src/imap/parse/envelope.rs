//! ENVELOPE (RFC 9051 §7.5.2).

use super::cursor::{Cursor, Malformed};
use crate::imap::response::{Envelope, EnvelopeAddress};

/// Most addresses kept of one list.
const MAX_ADDRESSES: usize = 10_000;

/// An envelope. One that ends early lacks its last fields, one that goes on is cut.
pub(super) fn envelope(cursor: &mut Cursor) -> Result<Envelope, Malformed> {
    cursor.expect(b'(')?;
    let envelope = Envelope {
        date: field(cursor)?,
        subject: field(cursor)?,
        from: addresses(cursor)?,
        sender: addresses(cursor)?,
        reply_to: addresses(cursor)?,
        to: addresses(cursor)?,
        cc: addresses(cursor)?,
        bcc: addresses(cursor)?,
        in_reply_to: field(cursor)?,
        message_id: field(cursor)?,
    };
    cursor.skip_to_end()?;
    Ok(envelope)
}

fn field(cursor: &mut Cursor) -> Result<Option<Vec<u8>>, Malformed> {
    match cursor.peek() {
        Some(b')') => Ok(None),
        Some(b'(') => cursor.skip().map(|()| None),
        _ => cursor.nbytes(),
    }
}

fn addresses(cursor: &mut Cursor) -> Result<Vec<EnvelopeAddress>, Malformed> {
    let mut list = Vec::new();
    if !cursor.eat(b'(') {
        // NIL, a string in its place, or an envelope that ends early.
        field(cursor)?;
        return Ok(list);
    }
    while cursor.in_list() {
        if cursor.peek() == Some(b'(') && list.len() < MAX_ADDRESSES {
            list.push(address(cursor)?);
        } else {
            cursor.skip()?;
        }
    }
    Ok(list)
}

/// `(name source-route mailbox host)`, with fields missing or too many.
fn address(cursor: &mut Cursor) -> Result<EnvelopeAddress, Malformed> {
    cursor.expect(b'(')?;
    let name = field(cursor)?;
    field(cursor)?;
    let address = EnvelopeAddress { name, mailbox: field(cursor)?, host: field(cursor)? };
    cursor.skip_to_end()?;
    Ok(address)
}
