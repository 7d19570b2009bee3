//! Why mail did not go to the IMAP server, or come from there.

use crate::{
    accounts::{
        imap::connection::{CommandError, Refusal},
        local::failure,
        login::ConnectError,
    },
    store::StoreError,
    sync::{answer::Refused, folder_list::NameError},
};
use postern_shared::error::{ErrorCode, Failure};

/// Why an upload, or a download of folders, ended early.
#[derive(Debug, thiserror::Error)]
pub enum TransferError {
    /// The user cancelled it.
    #[error("cancelled")]
    Cancelled,
    /// The server cannot be reached, or the connection broke.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// The server refused a command.
    #[error("the mail server refused: {}", .0.detail)]
    Refused(Failure),
    /// A folder's name cannot be used on the server.
    #[error("folder \"{name}\": {error}")]
    Name {
        /// The folder's name.
        name: String,
        /// Why.
        error: NameError,
    },
    /// The folder was made anew there while its mail was read.
    #[error("folder \"{0}\" changed on the mail server meanwhile")]
    FolderChanged(String),
    /// Another gateway stores the same messages at the moment.
    #[error("they are downloaded elsewhere at the moment")]
    Elsewhere,
    /// The mail here cannot be read or stored.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<CommandError> for TransferError {
    fn from(error: CommandError) -> Self {
        match error {
            CommandError::Lost(error) => Self::Connect(error),
            CommandError::Refused { refusal, code, text, .. } => {
                let refused = Refused { bad: refusal == Refusal::Bad, code, text };
                Self::Refused((&refused).into())
            }
        }
    }
}

impl From<&TransferError> for Failure {
    fn from(error: &TransferError) -> Self {
        match error {
            TransferError::Cancelled => Failure::new(ErrorCode::Cancelled, ""),
            TransferError::Connect(error) => error.into(),
            TransferError::Refused(failure) => failure.clone(),
            TransferError::FolderChanged(_) => Failure::new(ErrorCode::FolderChanged, error.to_string()),
            TransferError::Elsewhere => Failure::new(ErrorCode::MailboxInUse, ""),
            TransferError::Name { .. } => Failure::new(ErrorCode::BadInput, error.to_string()),
            TransferError::Store(error) => failure(error),
        }
    }
}
