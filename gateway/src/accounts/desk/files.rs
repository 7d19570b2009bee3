//! The contents of drafts' files.

use postern_shared::ids::{AccountId, DraftId, FileId};
use std::io;

/// Where they are kept.
#[derive(Clone, Debug, Default)]
pub struct Files;

impl Files {
    /// The length of a file that is whole.
    pub async fn length(&self, _: &AccountId, _: DraftId, _: FileId) -> io::Result<Option<u64>> {
        Ok(None)
    }

    /// The content of a file that is whole.
    pub async fn read(&self, _: &AccountId, _: DraftId, _: FileId) -> io::Result<Vec<u8>> {
        Err(io::ErrorKind::NotFound.into())
    }

    /// Removes all files of a draft.
    pub async fn remove_all(&self, _: &AccountId, _: DraftId) {}
}
