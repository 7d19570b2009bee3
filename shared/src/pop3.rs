//! What is particular to POP3 accounts: the policy for the copies on the server, how mail is downloaded, what waits.

use crate::{address::Address, error::Failure, ids::MessageKey, session::ServerAddress};
use serde::{Deserialize, Serialize};

/// What becomes of the copy on the server once a message is downloaded. Nothing else ever removes it there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum CopyPolicy {
    /// It stays.
    #[default]
    Leave,
    /// It is removed this many days after the download here.
    LeaveForDays(u16),
    /// It is removed at the first connection after the message was removed from Deleted Items.
    RemoveWithDeletedItems,
    /// It is removed at once.
    RemoveAfterDownload,
}

/// The choices of a POP3 account's settings page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Pop3Settings {
    /// What becomes of the copies on the server.
    pub copy: CopyPolicy,
    /// Minutes between checks, 1 to 60; absent: only when asked.
    pub check_minutes: Option<u8>,
    /// Download only the headers and so many lines of longer messages, the rest on demand; absent: whole messages.
    pub first_lines: Option<u32>,
}

impl Default for Pop3Settings {
    fn default() -> Self {
        Self { copy: CopyPolicy::Leave, check_minutes: Some(10), first_lines: None }
    }
}

/// What a POP3 account is about now.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Pop3Status {
    /// Its settings.
    pub settings: Pop3Settings,
    /// When the last complete check ended, in seconds since 1970.
    pub checked_at: Option<i64>,
    /// Copies on the server that go at the next connection.
    pub waiting: u32,
    /// The download under way.
    pub download: Option<Download>,
    /// What keeps mail from being stored here, such as a full disk; nothing is removed from the server meanwhile.
    pub trouble: Option<Failure>,
    /// The folders of the IMAP server of the same address.
    pub server_folders: Box<ServerFolders>,
}

/// The folders of the IMAP server of the same address: POP3 shows none of them but the inbox.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ServerFolders {
    /// The server, where one is known.
    pub server: Option<ServerAddress>,
    /// Whether another server can be named.
    pub nameable: bool,
    /// The mailbox was used by IMAP here, and since then nobody downloaded its folders or declined to.
    pub offered: bool,
    /// Their download, while it is under way.
    pub download: Option<FolderDownload>,
    /// How the last one ended, since the account runs.
    pub ended: Option<FoldersEnded>,
}

/// A download of a server's folders under way.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct FolderDownload {
    /// The folder it is at, its parents' names before its own; empty while it is found out what there is.
    pub folder: String,
    /// How far it is.
    pub progress: Download,
}

/// How a download of a server's folders ended.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct FoldersEnded {
    /// Messages that came.
    pub messages: u32,
    /// Messages that the server did not give.
    pub refused: u32,
    /// Folders that the server did not open.
    pub closed: Vec<String>,
    /// Why it ended early. What came stays, and the next one goes on from there.
    pub failure: Option<Failure>,
}

/// A download under way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Download {
    /// Messages stored so far.
    pub messages: u32,
    /// Messages in all.
    pub messages_total: u32,
    /// Bytes read so far.
    pub bytes: u64,
    /// Bytes in all, as the server tells sizes.
    pub bytes_total: u64,
}

/// Where the copy of a downloaded message on the server stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ServerCopy {
    /// It stays there.
    Stays,
    /// It stays until the message is removed from Deleted Items.
    UntilEmptied,
    /// It is removed at the first connection after this time, in seconds since 1970.
    RemovedAfter(i64),
    /// It is removed at the next connection.
    RemovedNext,
    /// There is none (any more).
    Gone,
}

/// A copy on the server that goes at the next connection.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct WaitingCopy {
    /// The message here, if it is not removed from Deleted Items.
    pub key: Option<MessageKey>,
    /// Its first sender.
    pub from: Option<Address>,
    /// Its subject.
    pub subject: String,
}
