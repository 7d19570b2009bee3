//! Mail that lives here: folders, messages, the ledger of what was downloaded. One trait, three backends, one suite
//! that each of them passes.

#[cfg(any(test, feature = "conformance"))]
pub mod conformance;
mod day;
mod locks;
mod memory;
mod postgres;
mod source;
mod sqlite;
mod tree;
pub mod words;

pub use memory::MemoryMailStore;
pub use postgres::PostgresMailStore;
pub use sqlite::SqliteMailStore;

use super::StoreError;
use crate::sync::{
    pop3::ledger::{ContentHash, EntryId, LedgerChange, LedgerEntry},
    query::Query,
};
use async_trait::async_trait;
use bytes::Bytes;
use postern_shared::{
    address::Address,
    flags::{FlagChange, Flags},
    folder::Folder,
    ids::{AccountId, FolderId, Uid, UidValidity},
    pop3::{Pop3Settings, WaitingCopy},
    summary::Summary,
    uid_set::UidSet,
    view::Sort,
};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use tokio::sync::broadcast;

/// The folders every account has, by their ids. Further ones get ids of the store's making, which stay through renames.
pub mod folder_ids {
    /// Where mail arrives.
    pub const INBOX: &str = "INBOX";
    /// Unfinished mail.
    pub const DRAFTS: &str = "Drafts";
    /// Sent mail.
    pub const SENT: &str = "Sent";
    /// Kept mail.
    pub const ARCHIVE: &str = "Archive";
    /// Unwanted mail.
    pub const JUNK: &str = "Junk";
    /// What Delete moves to; its role is Trash, its name "Deleted Items".
    pub const DELETED_ITEMS: &str = "Deleted Items";
}

/// An account that downloads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailAccount {
    /// Of all its folders, drawn when it was made.
    pub validity: UidValidity,
    /// Its settings.
    pub settings: Pop3Settings,
    /// When the last complete check ended, in seconds since 1970.
    pub checked_at: Option<i64>,
}

/// A message as it is stored. Its content comes with it, or is a blob that is durable already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewMessage {
    /// Where it goes.
    pub folder: FolderId,
    /// Of its content: names the blob, if it is one.
    pub hash: ContentHash,
    /// Its size in bytes.
    pub size: u64,
    /// Its flags.
    pub flags: Flags,
    /// From.
    pub from: Vec<Address>,
    /// To.
    pub to: Vec<Address>,
    /// Cc: found like To.
    pub cc: Vec<Address>,
    /// The decoded subject.
    pub subject: String,
    /// The Date header, in seconds since 1970.
    pub sent: Option<i64>,
    /// When it was received, in seconds since 1970.
    pub received: i64,
    /// The beginning of its text.
    pub preview: Option<String>,
    /// Whether it has an attachment in the sense a person means it.
    pub has_attachment: bool,
    /// It could not be understood: its source is shown.
    pub unreadable: bool,
    /// Only its beginning is here.
    pub partial: bool,
    /// Envelope, structure and the places of its parts, encoded; opaque to the store.
    pub layout: Vec<u8>,
    /// Its content, where that is kept with it; absent where it is a blob.
    pub source: Option<Bytes>,
    /// What a search for words looks at, besides sender, recipients and subject.
    pub text: String,
    /// Where it was downloaded from; absent where it was not (imported, written here).
    pub download: Option<Downloaded>,
}

/// How a message came from a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Downloaded {
    /// The server's unique-id for it, if it can be trusted.
    pub unique_id: Option<String>,
    /// When, in seconds since 1970.
    pub at: i64,
}

/// A message as it is opened.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredMessage {
    /// Its row.
    pub summary: Summary,
    /// Of its content: names the blob, if it is one.
    pub hash: ContentHash,
    /// Only its beginning is here.
    pub partial: bool,
    /// What [`NewMessage::layout`] was.
    pub layout: Vec<u8>,
    /// What [`NewMessage::source`] was.
    pub source: Option<Bytes>,
    /// Its entry in the ledger, if it was downloaded.
    pub ledger: Option<LedgerEntry>,
}

/// A folder of an IMAP server, in one life of its UIDs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ServerFolder {
    /// The server's host.
    pub server: String,
    /// What the server calls it.
    pub name: Vec<u8>,
    /// Its UIDVALIDITY.
    pub validity: UidValidity,
}

/// What a list holds, and how it is ordered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListSpec {
    /// In which folders; entries name them by their index here.
    pub folders: Vec<FolderId>,
    /// What is searched for; an empty query finds everything.
    pub query: Query,
    /// The order. [`postern_shared::view::SortKey::Arrival`] is by the time received, then UID.
    pub sort: Sort,
}

/// Something another gateway on the same store changed, or that this one tells them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum MailChange {
    /// Messages came into a folder.
    Arrived(FolderId, UidSet),
    /// Messages are gone from a folder.
    Removed(FolderId, UidSet),
    /// Flags changed.
    Flags(FolderId, UidSet, FlagChange),
    /// More changed in a folder than can be told.
    Folder(FolderId),
    /// Folders came, went, or changed their names.
    Folders,
    /// Settings, or what the last check found.
    Account,
    /// What was told could not be heard for a while: anything may have changed.
    Everything,
}

/// Holds the right to download an account's mail; dropping it gives the right back.
pub trait DownloadLock: Send + Sync {}

/// Keeps the mail of accounts. Every change is one transaction and durable when its future is done. UIDs are the
/// account's: never given twice, and kept when a message moves between folders. Messages and folders that do not exist
/// are passed over unless said otherwise.
#[async_trait]
pub trait MailStore: Send + Sync + 'static {
    /// The account, made with its special folders where it is missing.
    async fn open_account(&self, account: &AccountId) -> Result<MailAccount, StoreError>;

    /// The accounts there are.
    async fn accounts(&self) -> Result<Vec<AccountId>, StoreError>;

    /// Replaces the settings.
    async fn set_settings(&self, account: &AccountId, settings: Pop3Settings) -> Result<(), StoreError>;

    /// Notes that a complete check ended at `at`.
    async fn set_checked(&self, account: &AccountId, at: i64) -> Result<(), StoreError>;

    /// The folders with their counts: special ones first, in the order of their roles, then by name, parents before
    /// children.
    async fn folders(&self, account: &AccountId) -> Result<Vec<Folder>, StoreError>;

    /// Makes a folder.
    ///
    /// # Errors
    /// [`StoreError::FolderExists`] where the parent has one of that name (compared without regard to case),
    /// [`StoreError::BadName`] where the name, without white space around it, is empty, longer than 255 bytes or
    /// holds a control character, [`StoreError::NoSuchFolder`] for the parent.
    async fn create_folder(
        &self,
        account: &AccountId,
        parent: Option<&FolderId>,
        name: &str,
    ) -> Result<FolderId, StoreError>;

    /// Renames a folder, moves it, or both.
    ///
    /// # Errors
    /// As [`MailStore::create_folder`]; [`StoreError::NoSuchFolder`] also where the parent is the folder itself or
    /// inside of it, [`StoreError::SpecialFolder`] for a special folder.
    async fn move_folder(
        &self,
        account: &AccountId,
        folder: &FolderId,
        parent: Option<&FolderId>,
        name: &str,
    ) -> Result<(), StoreError>;

    /// Removes a folder, those in it, and all their mail for good; tells each folder that went, with its mail, which
    /// may be none.
    ///
    /// # Errors
    /// [`StoreError::NoSuchFolder`], [`StoreError::SpecialFolder`].
    async fn remove_folder(
        &self,
        account: &AccountId,
        folder: &FolderId,
    ) -> Result<Vec<(FolderId, UidSet)>, StoreError>;

    /// Stores messages, with their ledger entries and what search needs, in one transaction; their UIDs in that order.
    ///
    /// # Errors
    /// [`StoreError::NoSuchFolder`]; nothing is stored then. [`StoreError::AlreadyDownloaded`] where the ledger has an
    /// entry with one of their unique-ids; nothing is stored then.
    async fn add(&self, account: &AccountId, messages: &[NewMessage]) -> Result<Vec<Uid>, StoreError>;

    /// Puts the whole message in the place of its beginning, also in the ledger. Its UID, folder and flags stay.
    ///
    /// # Errors
    /// [`StoreError::NoSuchMessage`].
    async fn complete(&self, account: &AccountId, uid: Uid, whole: &NewMessage) -> Result<(), StoreError>;

    /// Stores messages that come from a folder of an IMAP server, as [`MailStore::add`] does, and remembers in the same
    /// transaction that `uids` of that folder are here: theirs, and those of messages that were here before. What was
    /// remembered for other UIDVALIDITYs of the folder is forgotten.
    ///
    /// # Errors
    /// As [`MailStore::add`]; [`StoreError::AlreadyDownloaded`] also where one of `uids` is remembered already. Nothing
    /// is stored or remembered then.
    async fn add_copied(
        &self,
        account: &AccountId,
        from: &ServerFolder,
        uids: &UidSet,
        messages: &[NewMessage],
    ) -> Result<Vec<Uid>, StoreError>;

    /// What is remembered of a folder of an IMAP server: the UIDs of its messages that were stored here once, wherever
    /// they are now.
    async fn copied(&self, account: &AccountId, from: &ServerFolder) -> Result<UidSet, StoreError>;

    /// The messages of a list in its order: index of the folder in the spec, UID.
    async fn list(&self, account: &AccountId, spec: &ListSpec) -> Result<Vec<(u16, Uid)>, StoreError>;

    /// Rows of messages in a folder, in no order; those that are not (any more) in it are left out.
    async fn summaries(
        &self,
        account: &AccountId,
        folder: &FolderId,
        uids: &[Uid],
    ) -> Result<Vec<Summary>, StoreError>;

    /// A message in a folder.
    async fn message(
        &self,
        account: &AccountId,
        folder: &FolderId,
        uid: Uid,
    ) -> Result<Option<StoredMessage>, StoreError>;

    /// Changes flags; tells which messages changed.
    async fn set_flags(
        &self,
        account: &AccountId,
        folder: &FolderId,
        uids: &UidSet,
        change: &FlagChange,
    ) -> Result<UidSet, StoreError>;

    /// Moves messages; tells which: none, where both folders are the same. Where `to` is Deleted Items, each remembers where it came from.
    ///
    /// # Errors
    /// [`StoreError::NoSuchFolder`] for `to`.
    async fn move_messages(
        &self,
        account: &AccountId,
        from: &FolderId,
        uids: &UidSet,
        to: &FolderId,
    ) -> Result<UidSet, StoreError>;

    /// Moves messages from Deleted Items back to where they came from (to the inbox where that is gone or unknown);
    /// tells which went where.
    async fn restore(
        &self,
        account: &AccountId,
        uids: &UidSet,
    ) -> Result<Vec<(FolderId, UidSet)>, StoreError>;

    /// Removes messages for good; tells which. Their ledger entries stay, without a UID.
    async fn remove(
        &self,
        account: &AccountId,
        folder: &FolderId,
        uids: &UidSet,
    ) -> Result<UidSet, StoreError>;

    /// The whole ledger, by entry id.
    async fn ledger(&self, account: &AccountId) -> Result<Vec<LedgerEntry>, StoreError>;

    /// What is known of downloaded messages, those removed here too: who sent them, about what, where they are. In the
    /// order asked for; for this the ledger keeps each message's first sender and subject when it is added, and keeps
    /// them when the message is removed. Entries that do not exist are passed over.
    async fn copies(&self, account: &AccountId, entries: &[EntryId]) -> Result<Vec<WaitingCopy>, StoreError>;

    /// Changes the ledger. A unique-id that another entry has too is that one's no more: what the server says last
    /// counts.
    async fn change_ledger(&self, account: &AccountId, changes: &[LedgerChange]) -> Result<(), StoreError>;

    /// The contents of messages, those that are kept with them too.
    async fn blobs(&self, account: &AccountId) -> Result<HashSet<ContentHash>, StoreError>;

    /// The blobs that the messages of a folder are made of.
    async fn folder_blobs(
        &self,
        account: &AccountId,
        folder: &FolderId,
    ) -> Result<HashSet<ContentHash>, StoreError>;

    /// Notes that a mailbox of an IMAP server was used here, or that this does not matter any more. `mailbox` names user
    /// and server; it need not be an account of this store.
    async fn note_imap(&self, mailbox: &str, used: bool) -> Result<(), StoreError>;

    /// Whether that is noted.
    async fn imap_noted(&self, mailbox: &str) -> Result<bool, StoreError>;

    /// The right to download, unless somebody has it: here, or in another gateway on the same store.
    async fn lock_download(&self, account: &AccountId) -> Result<Option<Box<dyn DownloadLock>>, StoreError>;

    /// Tells other gateways on the same store.
    async fn tell(&self, account: &AccountId, changes: &[MailChange]) -> Result<(), StoreError>;

    /// What other gateways tell, of all accounts. Nothing, ever, where the store cannot be shared.
    fn hear(&self) -> broadcast::Receiver<(AccountId, MailChange)>;

    /// Closes the store; everything committed is safe either way.
    async fn close(&self);
}
