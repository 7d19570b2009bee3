//! Why an upload ended early.

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

/// Why an upload ended early.
#[derive(Debug, thiserror::Error)]
pub enum UploadError {
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
    /// The mail here cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<CommandError> for UploadError {
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

impl From<&UploadError> for Failure {
    fn from(error: &UploadError) -> Self {
        match error {
            UploadError::Cancelled => Failure::new(ErrorCode::Cancelled, ""),
            UploadError::Connect(error) => error.into(),
            UploadError::Refused(failure) => failure.clone(),
            UploadError::Name { .. } => Failure::new(ErrorCode::BadInput, error.to_string()),
            UploadError::Store(error) => failure(error),
        }
    }
}
