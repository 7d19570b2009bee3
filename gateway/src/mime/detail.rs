//! The headers and the attachments of an opened message.

use super::select::BodyPlan;
use crate::imap::{
    convert::{addresses, header_date, header_text},
    response::{EnvelopeAddress, Fetch},
};
use postern_shared::{address::Address, body::MessageDetail, ids::MessageKey};

/// What is shown above a message's body, from its envelope and structure. What the server did not tell is empty.
pub fn detail(key: MessageKey, fetch: &Fetch) -> MessageDetail {
    let plan = BodyPlan::of(fetch.structure.as_ref());
    let envelope = fetch.envelope.clone().unwrap_or_default();
    let from = addresses(&envelope.from);
    // Servers repeat From where these headers are missing (RFC 9051 §7.5.2).
    let other = |list: &[EnvelopeAddress]| -> Vec<Address> {
        let other = addresses(list);
        let same = other.iter().map(|address| &address.email).eq(from.iter().map(|address| &address.email));
        if same { Vec::new() } else { other }
    };
    MessageDetail {
        key,
        subject: envelope.subject.as_deref().map(header_text).unwrap_or_default(),
        sender: other(&envelope.sender),
        reply_to: other(&envelope.reply_to),
        to: addresses(&envelope.to),
        cc: addresses(&envelope.cc),
        bcc: addresses(&envelope.bcc),
        sent: envelope.date.as_deref().and_then(header_date),
        received: fetch.internal_date.unwrap_or_default(),
        message_id: envelope.message_id.as_deref().map(header_text),
        size: fetch.size.unwrap_or_default(),
        body: plan.kind,
        attachments: plan.attachments,
        server_copy: None,
        partial: false,
        authentication: None,
        warnings: Vec::new(),
        from,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imap::response::{BodyPart, Envelope};
    use postern_shared::{
        body::BodyKind,
        ids::{FolderId, Uid, UidValidity},
    };

    fn key() -> MessageKey {
        MessageKey { folder: FolderId("INBOX".into()), validity: UidValidity(1), uid: Uid(7) }
    }

    fn person(name: &str) -> EnvelopeAddress {
        EnvelopeAddress { name: None, mailbox: Some(name.into()), host: Some(b"a.test".to_vec()) }
    }

    #[test]
    fn an_envelope_is_told_once() {
        let envelope = Envelope {
            date: Some(b"Thu, 01 Jan 1970 00:01:40 +0000".to_vec()),
            subject: Some(b"=?utf-8?q?caf=C3=A9?=".to_vec()),
            from: vec![person("ada")],
            sender: vec![person("ada")],
            reply_to: vec![person("list")],
            to: vec![person("grace")],
            message_id: Some(b"<1@a.test>".to_vec()),
            ..Envelope::default()
        };
        let pdf = BodyPart {
            part: "1".into(),
            kind: "application".into(),
            subtype: "pdf".into(),
            ..BodyPart::default()
        };
        let fetch = Fetch {
            envelope: Some(envelope),
            structure: Some(pdf),
            size: Some(9),
            internal_date: Some(200),
            ..Fetch::default()
        };
        let detail = detail(key(), &fetch);
        assert_eq!(detail.subject, "café");
        assert_eq!((detail.from[0].email.as_str(), detail.sender.len()), ("ada@a.test", 0));
        assert_eq!(detail.reply_to[0].email, "list@a.test");
        assert_eq!((detail.sent, detail.received, detail.size), (Some(100), 200, 9));
        assert_eq!(detail.message_id.as_deref(), Some("<1@a.test>"));
        assert_eq!((detail.body, detail.attachments.len()), (BodyKind::None, 1));
    }

    #[test]
    fn what_cannot_be_read_is_told_as_such() {
        let detail = detail(key(), &Fetch { malformed: true, ..Fetch::default() });
        assert_eq!((detail.body, detail.subject.as_str()), (BodyKind::Source, ""));
    }
}
