//! What every [`MailStore`] keeps to. Each subject uses an account of its own, so that one store serves all of them.

// These are tests, also where another package's tests compile them.
#![allow(clippy::unwrap_used)]

mod accounts;
mod adding;
mod completing;
mod copied;
mod flags;
mod folders;
mod ledger;
mod listing;
mod locks;
mod moving;
mod removing;
mod searching;
mod sources;

use super::{Downloaded, ListSpec, MailStore, NewMessage, folder_ids};
use crate::sync::query::Query;
use postern_shared::{
    address::Address,
    flags::Flags,
    ids::{AccountId, FolderId, Uid},
    uid_set::UidSet,
    view::{Sort, SortKey},
};

/// Everything, on a store without accounts. Fails by panicking.
pub async fn conforms(store: &dyn MailStore) {
    accounts::conforms(store).await;
    folders::conforms(store).await;
    adding::conforms(store).await;
    ledger::conforms(store).await;
    listing::conforms(store).await;
    searching::conforms(store).await;
    flags::conforms(store).await;
    moving::conforms(store).await;
    removing::conforms(store).await;
    completing::conforms(store).await;
    copied::conforms(store).await;
    sources::conforms(store).await;
    locks::conforms(store).await;
}

/// An account of its own for one subject.
async fn opened(store: &dyn MailStore, subject: &str) -> AccountId {
    let account = AccountId(format!("{subject}@example.org"));
    store.open_account(&account).await.unwrap();
    account
}

fn inbox() -> FolderId {
    folder_ids::INBOX.into()
}

fn deleted_items() -> FolderId {
    folder_ids::DELETED_ITEMS.into()
}

fn set(uids: &[Uid]) -> UidSet {
    uids.iter().copied().collect()
}

/// A message in the inbox that was not downloaded. Its content is told by the subject.
fn message(subject: &str) -> NewMessage {
    let mut hash = [0; 32];
    for (at, byte) in subject.bytes().enumerate() {
        hash[at % 32] ^= byte;
    }
    NewMessage {
        folder: inbox(),
        hash,
        size: 1000,
        flags: Flags::new(),
        from: vec![address("Ada", "ada@example.org")],
        to: vec![address("", "grace@example.org")],
        cc: Vec::new(),
        subject: subject.to_owned(),
        sent: Some(1_700_000_000),
        received: 1_700_000_100,
        preview: None,
        has_attachment: false,
        unreadable: false,
        partial: false,
        layout: subject.as_bytes().to_vec(),
        source: None,
        text: String::new(),
        download: None,
    }
}

/// A message that was downloaded with this unique-id.
fn downloaded(unique_id: &str) -> NewMessage {
    let download = Downloaded { unique_id: Some(unique_id.to_owned()), at: 1_700_000_200 };
    NewMessage { download: Some(download), ..message(unique_id) }
}

fn address(name: &str, email: &str) -> Address {
    Address { name: name.to_owned(), email: email.to_owned() }
}

/// Adds one message.
async fn add(store: &dyn MailStore, account: &AccountId, message: NewMessage) -> Uid {
    store.add(account, &[message]).await.unwrap()[0]
}

/// The UIDs in a folder that a query finds, oldest first.
async fn found(store: &dyn MailStore, account: &AccountId, folder: &FolderId, query: &str) -> Vec<Uid> {
    let spec = ListSpec {
        folders: vec![folder.clone()],
        query: Query::parse(query).unwrap(),
        sort: Sort { key: SortKey::Arrival, descending: false },
    };
    store.list(account, &spec).await.unwrap().into_iter().map(|(_, uid)| uid).collect()
}

/// All UIDs in a folder, oldest first.
async fn all(store: &dyn MailStore, account: &AccountId, folder: &FolderId) -> Vec<Uid> {
    found(store, account, folder, "").await
}

/// Total and unread as the folder's row tells them.
async fn counts(store: &dyn MailStore, account: &AccountId, folder: &FolderId) -> (u32, u32) {
    let folders = store.folders(account).await.unwrap();
    let counts = folders.iter().find(|other| other.id == *folder).and_then(|folder| folder.counts).unwrap();
    assert_eq!(counts.deleted, 0);
    (counts.total, counts.unread)
}
