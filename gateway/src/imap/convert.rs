//! From the server's answers to the wire's values: addresses, dates, attachments, rows of a list.

pub use super::header_text::header_text;
use super::{
    part_role::Roles,
    response::{BodyPart, EnvelopeAddress, Fetch},
};
use mail_parser::DateTime;
use postern_shared::{
    address::Address,
    ids::{FolderId, MessageKey, Uid, UidValidity},
    summary::Summary,
};

/// A row of a message list. A message whose envelope was not told or could not be read is `unreadable`.
pub fn summary(fetch: &Fetch, folder: &FolderId, validity: UidValidity) -> Summary {
    let envelope = fetch.envelope.as_ref();
    let key = MessageKey { folder: folder.clone(), validity, uid: fetch.uid.unwrap_or(Uid(0)) };
    let subject = envelope.and_then(|envelope| envelope.subject.as_deref());
    Summary {
        key,
        flags: fetch.flags.clone().unwrap_or_default(),
        from: envelope.map(|envelope| addresses(&envelope.from)).unwrap_or_default(),
        to: envelope.map(|envelope| addresses(&envelope.to)).unwrap_or_default(),
        subject: subject.map(header_text).unwrap_or_default(),
        preview: fetch.preview.clone().flatten(),
        sent: envelope.and_then(|envelope| envelope.date.as_deref()).and_then(header_date),
        received: fetch.internal_date.unwrap_or_default(),
        size: fetch.size.unwrap_or_default(),
        has_attachment: fetch.structure.as_ref().is_some_and(has_attachment),
        unreadable: envelope.is_none(),
    }
}

/// The addresses of an envelope's list. Groups are flattened (RFC 9051 §7.5.2); an empty one keeps its name, as in
/// `undisclosed-recipients:;`.
pub fn addresses(list: &[EnvelopeAddress]) -> Vec<Address> {
    let mut out: Vec<Address> = Vec::new();
    let mut group: Option<(String, usize)> = None;
    for address in list {
        match (&address.mailbox, &address.host) {
            (Some(name), None) => group = Some((header_text(name), out.len())),
            (None, None) => {
                if let Some((name, start)) = group.take()
                    && start == out.len()
                {
                    out.push(Address { name, email: String::new() });
                }
            }
            (mailbox, host) => out.push(Address {
                name: unquoted(&header_text(address.name.as_deref().unwrap_or_default())),
                email: email(mailbox.as_deref().unwrap_or_default(), host.as_deref().unwrap_or_default()),
            }),
        }
    }
    if let Some((name, start)) = group
        && start == out.len()
    {
        // A server that does not know groups says so of an address without a domain.
        out.push(Address { name: String::new(), email: name });
    }
    out
}

/// A Date header in seconds since 1970 (RFC 5322 §3.3, with the obsolete forms).
pub fn header_date(raw: &[u8]) -> Option<i64> {
    let date = DateTime::parse_rfc822(std::str::from_utf8(raw).ok()?)?;
    date.is_valid().then(|| date.to_timestamp())
}

/// Whether a message has an attachment as a person means it: not images shown in the text, not signatures.
pub fn has_attachment(structure: &BodyPart) -> bool {
    Roles::of(structure).has_attachment()
}

/// An address; what Dovecot puts in place of a missing part is left out.
fn email(mailbox: &[u8], host: &[u8]) -> String {
    let known = |text: String| if text.starts_with("MISSING_") { String::new() } else { text };
    let (mailbox, host) = (known(header_text(mailbox)), known(header_text(host)));
    if mailbox.is_empty() || host.is_empty() { mailbox + &host } else { format!("{mailbox}@{host}") }
}

/// A name without the quotes some senders encode along with it.
fn unquoted(name: &str) -> String {
    let inner = name.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    inner.unwrap_or(name).trim().to_owned()
}

#[cfg(test)]
mod tests;
