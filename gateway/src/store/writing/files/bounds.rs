//! How much is taken, and what lies in a draft's folder.

use super::FileError;
use postern_shared::ids::FileId;
use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// Files a draft may have.
pub(super) const FILES: usize = 100;

/// The files of a draft, in bytes: several times what servers take in one message.
pub(super) const DRAFT_BYTES: u64 = 256 * 1024 * 1024;

/// The files of all drafts of an account, in bytes.
const ACCOUNT_BYTES: u64 = 2 * 1024 * 1024 * 1024;

/// A file in a draft's folder.
pub(super) struct Entry {
    pub(super) path: PathBuf,
    pub(super) file: FileId,
    /// What it has or will have, in bytes.
    pub(super) size: u64,
    pub(super) whole: bool,
}

/// Whether one more file of this size may come into a draft's folder.
///
/// # Errors
/// [`FileError::TooMuch`].
pub(super) fn check(draft: &Path, size: u64) -> Result<(), FileError> {
    let own = entries(draft)?;
    let total = |entries: &[Entry]| entries.iter().fold(0u64, |sum, entry| sum.saturating_add(entry.size));
    let mut account: u64 = 0;
    for folder in draft.parent().map(folders).transpose()?.unwrap_or_default() {
        account = account.saturating_add(total(&entries(&folder)?));
    }
    let fits = own.len() < FILES
        && total(&own).saturating_add(size) <= DRAFT_BYTES
        && account.saturating_add(size) <= ACCOUNT_BYTES;
    if fits { Ok(()) } else { Err(FileError::TooMuch) }
}

/// What lies in a draft's folder; nothing where there is none.
pub(super) fn entries(draft: &Path) -> Result<Vec<Entry>, FileError> {
    let mut found = Vec::new();
    for path in listed(draft)? {
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
        let (file, size) = match name.split_once('.') {
            Some((file, size)) => (file, size.parse().ok()),
            None => (name, None),
        };
        let Ok(file) = file.parse().map(FileId) else { continue };
        let entry = match size {
            Some(size) => Entry { path, file, size, whole: false },
            None => {
                let Ok(size) = fs::metadata(&path).map(|file| file.len()) else { continue };
                Entry { path, file, size, whole: true }
            }
        };
        found.push(entry);
    }
    Ok(found)
}

/// The folders in a folder.
pub(super) fn folders(above: &Path) -> Result<Vec<PathBuf>, FileError> {
    Ok(listed(above)?.into_iter().filter(|path| path.is_dir()).collect())
}

fn listed(folder: &Path) -> Result<Vec<PathBuf>, FileError> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error.into()),
    };
    entries.map(|entry| Ok(entry?.path())).collect()
}
