//! What a folder of the server holds already.

use crate::accounts::transfer_error::TransferError;
use crate::{
    accounts::imap::connection::Connection,
    imap::{
        command::{Command, FetchItem, MailboxName, SequenceSet},
        convert::header_date,
        response::{Envelope, Untagged},
    },
};
use std::collections::HashMap;

/// What a message is found again by.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Identity {
    /// Its Message-ID, without what stands around it.
    Id(Vec<u8>),
    /// It has none: its Date header in seconds since 1970, and then its size.
    Date(Option<i64>),
}

impl Identity {
    /// The identity of a message with that header.
    pub fn of(envelope: Option<&Envelope>) -> Self {
        let id = envelope.and_then(|envelope| envelope.message_id.as_deref()).map(bare).unwrap_or_default();
        if id.is_empty() {
            Self::Date(envelope.and_then(|envelope| envelope.date.as_deref()).and_then(header_date))
        } else {
            Self::Id(id.to_vec())
        }
    }
}

/// A Message-ID without its angle brackets and white space around them.
fn bare(id: &[u8]) -> &[u8] {
    let id = id.trim_ascii();
    let id = id.strip_prefix(b"<").unwrap_or(id);
    id.strip_suffix(b">").unwrap_or(id)
}

/// The messages of a folder of the server that no message here was found to be yet: their sizes, by identity.
#[derive(Debug, Default)]
pub struct There(HashMap<Identity, Vec<u64>>);

impl There {
    /// Asks the server, without changing anything there.
    ///
    /// # Errors
    /// [`TransferError`].
    pub async fn look(connection: &mut Connection, folder: &MailboxName) -> Result<Self, TransferError> {
        connection.run(&Command::Examine(folder.clone())).await?;
        let fetch = Command::Fetch {
            uid: true,
            set: SequenceSet::from(1),
            items: vec![FetchItem::Uid, FetchItem::Size, FetchItem::Envelope],
            changed_since: None,
        };
        let mut there = Self::default();
        let told = |response| {
            if let Untagged::Fetch(fetch) = response
                && let Some(size) = fetch.size
            {
                there.add(Identity::of(fetch.envelope.as_ref()), size);
            }
        };
        connection.run_streaming(&fetch, told).await?;
        Ok(there)
    }

    fn add(&mut self, identity: Identity, size: u64) {
        self.0.entry(identity).or_default().push(size);
    }

    /// Takes a message of that identity and size, if there is one.
    pub fn take_same(&mut self, identity: &Identity, size: u64) -> bool {
        let Some(sizes) = self.0.get_mut(identity) else { return false };
        let found = sizes.iter().position(|&other| other == size);
        found.map(|at| sizes.swap_remove(at)).is_some()
    }

    /// Takes a message of that identity whatever its size, if its identity is a Message-ID: some servers store mail with
    /// other line ends, or with a header more.
    pub fn take_alike(&mut self, identity: &Identity) -> bool {
        matches!(identity, Identity::Id(_))
            && self.0.get_mut(identity).is_some_and(|sizes| sizes.pop().is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn envelope(id: Option<&str>, date: Option<&str>) -> Envelope {
        let bytes = |text: &str| text.as_bytes().to_vec();
        Envelope { message_id: id.map(bytes), date: date.map(bytes), ..Envelope::default() }
    }

    #[test]
    fn messages_are_found_by_their_id_else_by_date_and_size() {
        let id = |text| Identity::of(Some(&envelope(Some(text), None)));
        assert_eq!(id("<a@b>"), id(" a@b\r\n"));
        let date = |text| Identity::of(Some(&envelope(Some(" "), Some(text))));
        assert_eq!(date("Thu, 1 Jan 1970 00:00:10 +0000"), date("1 Jan 1970 01:00:10 +0100"));
        assert_ne!(date("Thu, 1 Jan 1970 00:00:10 +0000"), Identity::of(None));
    }

    #[test]
    fn each_message_there_stands_for_one_here() {
        let (id, none) = (Identity::Id(b"a@b".to_vec()), Identity::Date(None));
        let mut there = There::default();
        there.add(id.clone(), 200);
        there.add(none.clone(), 50);
        assert!(!there.take_same(&id, 100), "another message of the same id");
        assert!(there.take_same(&id, 200));
        assert!(!there.take_same(&id, 200) && !there.take_alike(&id), "it was one");
        there.add(id.clone(), 201);
        assert!(there.take_alike(&id));
        assert!(!there.take_alike(&none) && !there.take_same(&none, 51));
        assert!(there.take_same(&none, 50));
    }
}
