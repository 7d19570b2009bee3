//! What is particular to POP3 accounts: the policy for the copies on the server, how mail is downloaded, what waits.

use crate::{address::Address, error::Failure, ids::MessageKey};
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
