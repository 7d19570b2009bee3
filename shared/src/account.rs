//! An account, its settings and its connection.

use crate::{ids::AccountId, pop3::Pop3Status};
use serde::{Deserialize, Serialize};

/// How an account gets its mail.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum AccountKind {
    /// Mail lives on the server.
    #[default]
    Imap,
    /// Mail is downloaded into the gateway's store.
    Pop3,
}

/// What Delete does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum DeleteModel {
    /// Sets `\Deleted`: struck through in place until purged.
    #[default]
    Mark,
    /// Moves to the folder with the `\Trash` role.
    Trash,
}

/// The choices of the settings page Deleting. Kept by the gateway, one set an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct DeletingSettings {
    /// What Delete does.
    pub model: DeleteModel,
    /// Show the purge dialog first.
    pub ask_before_purge: bool,
    /// Purge a folder when it is left.
    pub purge_on_leave: bool,
    /// Purge every folder opened in the session at sign-out.
    pub purge_on_sign_out: bool,
    /// Leave struck mail out of lists.
    pub hide_deleted: bool,
}

impl Default for DeletingSettings {
    fn default() -> Self {
        Self {
            model: DeleteModel::Mark,
            ask_before_purge: true,
            purge_on_leave: false,
            purge_on_sign_out: false,
            hide_deleted: false,
        }
    }
}

/// The choices of the settings page Reading. Kept by the gateway, one set an account.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ReadingSettings {
    /// Senders whose remote images are loaded at once: addresses in lower case, in alphabetical order.
    pub trusted_senders: Vec<String>,
}

/// Where the account's connection to its mail server stands.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Connection {
    /// Signed in.
    Online,
    /// Lost, or not yet made; the gateway tries by itself.
    Reconnecting {
        /// Seconds until the next try.
        retry_in: u32,
        /// The reason in plain words; may hold the server's.
        reason: String,
    },
    /// The server refused the password: nothing is tried until the user signs in again.
    SignInNeeded {
        /// The server's words.
        reason: String,
    },
}

/// An account as browsers see it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Account {
    /// Which one.
    pub id: AccountId,
    /// IMAP or POP3.
    pub kind: AccountKind,
    /// Its choices for deleting.
    pub deleting: DeletingSettings,
    /// Its connection.
    pub connection: Connection,
    /// What only a POP3 account has.
    pub pop3: Option<Pop3Status>,
    /// Its choices for reading.
    pub reading: ReadingSettings,
}
