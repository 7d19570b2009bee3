//! Mail out of a store into files that other programs read, and back: mbox or Maildir. What these formats have no place
//! for stands in a [sidecar](sidecar), so that importing what was exported brings back the same folders, bytes, flags and
//! times of arrival. Everything streams: memory does not grow with the mail.

mod folders;
mod intake;
mod maildir;
mod mbox;
mod names;
mod sidecar;
#[cfg(test)]
mod tests;

use crate::store::{StoreError, blob::Blobs, mail::MailStore};
use clap::ValueEnum;
use postern_shared::ids::AccountId;
use serde::{Deserialize, Serialize};
use std::{
    io,
    path::{Path, PathBuf},
};

/// How mail is kept in files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// One file a folder (RFC 4155, quoted reversibly as mboxrd does).
    Mbox,
    /// One file a message, in the folders of a Maildir++.
    Maildir,
}

/// What was exported or imported.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Folders.
    pub folders: u64,
    /// Messages.
    pub messages: u64,
    /// Bytes of messages.
    pub bytes: u64,
}

/// Why mail did not go out or come in.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There is no such account.
    #[error("there is no account {0}")]
    NoAccount(AccountId),
    /// A file or folder.
    #[error("{path}: {error}")]
    File {
        /// Which one.
        path: PathBuf,
        /// The reason.
        error: io::Error,
    },
    /// Mail is only exported where nothing is yet.
    #[error("{0}: there is something already")]
    NotEmpty(PathBuf),
    /// A line of the sidecar makes no sense.
    #[error("{path}, line {line}: {reason}")]
    Sidecar {
        /// The file.
        path: PathBuf,
        /// Which line, counted from 1.
        line: u64,
        /// What is wrong with it.
        reason: String,
    },
    /// A file is not what it was when the sidecar was written.
    #[error(
        "{path}: changed since it was exported; without the postern.json beside it, it imports as any other"
    )]
    Changed {
        /// The file.
        path: PathBuf,
    },
    /// A file is no mbox.
    #[error("{0}: not an mbox: its first line does not begin with \"From \"")]
    NotMbox(PathBuf),
    /// There is no mail of this format.
    #[error("{0}: no mail in this format")]
    NoMail(PathBuf),
}

/// Writes all folders of an account into `path`, a folder that is empty or not there yet.
///
/// # Errors
/// Any; what is written by then stays.
pub async fn export(
    store: &dyn MailStore,
    blobs: &Blobs,
    account: &AccountId,
    format: Format,
    path: &Path,
) -> Result<Tally, ArchiveError> {
    if !store.accounts().await?.contains(account) {
        return Err(ArchiveError::NoAccount(account.clone()));
    }
    make_empty(path).await?;
    let from = folders::Source { store, blobs, account };
    match format {
        Format::Mbox => mbox::export(from, path).await,
        Format::Maildir => maildir::export(from, path).await,
    }
}

/// Reads mail into an account, which is made where it is missing; what is there already stays. Folders of the same names
/// are filled further. Importing twice brings each message twice.
///
/// # Errors
/// Any; what is imported by then stays.
pub async fn import(
    store: &dyn MailStore,
    blobs: &Blobs,
    account: &AccountId,
    format: Format,
    path: &Path,
) -> Result<Tally, ArchiveError> {
    store.open_account(account).await?;
    let mut intake = intake::Intake::new(store, blobs, account).await?;
    match format {
        Format::Mbox => mbox::import(&mut intake, path).await?,
        Format::Maildir => maildir::import(&mut intake, path).await?,
    }
    intake.finish().await
}

async fn make_empty(path: &Path) -> Result<(), ArchiveError> {
    tokio::fs::create_dir_all(path).await.at(path)?;
    let mut entries = tokio::fs::read_dir(path).await.at(path)?;
    match entries.next_entry().await.at(path)? {
        None => Ok(()),
        Some(_) => Err(ArchiveError::NotEmpty(path.to_owned())),
    }
}

/// Makes the name of a file durable.
async fn sync_folder(path: &Path) -> Result<(), ArchiveError> {
    let folder = tokio::fs::File::open(path).await.at(path)?;
    folder.sync_all().await.at(path)
}

/// Says which file an error is about.
trait AtPath<T> {
    /// Says which file an error is about.
    fn at(self, path: &Path) -> Result<T, ArchiveError>;
}

impl<T> AtPath<T> for io::Result<T> {
    fn at(self, path: &Path) -> Result<T, ArchiveError> {
        self.map_err(|error| ArchiveError::File { path: path.to_owned(), error })
    }
}
