//! What a row says, on the screen and aloud. Pure: every text comes from the mail and stays text.

use crate::model::row::Row;
use postern_shared::address::Address;

/// The people a row names: senders, or in folders of one's own mail, recipients.
pub fn people(row: &Row, outgoing: bool) -> String {
    let people = if outgoing { &row.summary.to } else { &row.summary.from };
    let names: Vec<&str> =
        people.iter().map(Address::display).filter(|name| !name.trim().is_empty()).collect();
    match (names.is_empty(), outgoing) {
        (false, true) => format!("To: {}", names.join(", ")),
        (false, false) => names.join(", "),
        (true, true) => "(no recipients)".to_owned(),
        (true, false) => "(unknown sender)".to_owned(),
    }
}

/// The subject, or what stands for it.
pub fn subject(row: &Row) -> &str {
    match row.summary.subject.trim() {
        _ if row.summary.unreadable => "This message cannot be read; open it to see its source",
        "" => "(no subject)",
        subject => subject,
    }
}

/// The name of a row as screen readers say it: its states first, then people, subject and date.
pub fn spoken(row: &Row, outgoing: bool, date: &str) -> String {
    let states = [
        (row.deleted(), "deleted"),
        (row.unread(), "unread"),
        (row.flagged(), "flagged"),
        (row.answered(), "answered"),
        (row.summary.has_attachment, "has attachment"),
    ];
    let states = states.into_iter().filter(|(applies, _)| *applies).map(|(_, name)| name.to_owned());
    let says = [people(row, outgoing), subject(row).to_owned(), date.to_owned()];
    states.chain(says).collect::<Vec<String>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use postern_shared::{
        flags::{Flag, Flags},
        ids::{FolderId, MessageKey, Uid, UidValidity},
        summary::Summary,
    };
    use std::sync::Arc;

    fn row(flags: &[Flag], subject: &str) -> Row {
        let key = MessageKey { folder: FolderId::from("INBOX"), validity: UidValidity(1), uid: Uid(7) };
        let address = |name: &str, email: &str| Address { name: name.into(), email: email.into() };
        let flags: Flags = flags.iter().copied().collect();
        let summary = Summary {
            key,
            flags: flags.clone(),
            from: vec![address("Grace", "grace@demo.test"), address("", "bob@demo.test")],
            to: Vec::new(),
            subject: subject.to_owned(),
            preview: None,
            sent: None,
            received: 0,
            size: 1,
            has_attachment: flags.has(Flag::Flagged),
            unreadable: false,
        };
        Row { summary: Arc::new(summary), flags }
    }

    #[test]
    fn a_name_begins_with_the_states_in_their_order() {
        let all = row(&[Flag::Deleted, Flag::Flagged, Flag::Answered], "Lunch");
        assert_eq!(
            spoken(&all, false, "12 May"),
            "deleted, unread, flagged, answered, has attachment, Grace, bob@demo.test, Lunch, 12 May"
        );
        let none = row(&[Flag::Seen], "  ");
        assert_eq!(spoken(&none, false, "12 May"), "Grace, bob@demo.test, (no subject), 12 May");
    }

    #[test]
    fn ones_own_mail_names_its_recipients() {
        let mut sent = row(&[Flag::Seen], "Lunch");
        assert_eq!(people(&sent, true), "(no recipients)");
        let grace = Address { name: "Grace".into(), email: String::new() };
        Arc::make_mut(&mut sent.summary).to = vec![grace.clone(), grace];
        assert_eq!(people(&sent, true), "To: Grace, Grace");
    }
}
