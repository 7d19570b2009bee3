//! The files of drafts, in a folder of their own. A file comes in pieces and may stop at any of them; it gets its name
//! once all of it is synced.

mod bounds;

use crate::store::{StoreError, create_private};
use bytes::Bytes;
use postern_shared::{
    ids::{AccountId, DraftId, FileId},
    writing::DraftFile,
};
use sha2::{Digest, Sha256};
use std::{
    collections::HashSet,
    fs::{self, File},
    io::{self, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, SystemTime},
};
use tempfile::SpooledTempFile;

/// Their folder in the data folder.
const FOLDER: &str = "draft-files";

/// Drafts share so many locks.
const LOCKS: usize = 16;

/// Names a file of a draft of an account.
pub type FileKey = (AccountId, DraftId, FileId);

/// What is there of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Held {
    /// So many bytes.
    pub bytes: u64,
    /// Those are all.
    pub whole: bool,
}

/// A file of a draft cannot be taken or given.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The next piece begins elsewhere.
    #[error("the file goes on at {0}")]
    WrongOffset(u64),
    /// It is larger, or comes with more others, than is taken.
    #[error("too many files, or too large ones")]
    TooMuch,
    /// It was not begun, or is not whole.
    #[error("there is no such file")]
    NoSuchFile,
    /// The disk does not do it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<io::Error> for FileError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => Self::NoSuchFile,
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Store(StoreError::Full),
            _ => Self::Store(StoreError::BlobFile(error)),
        }
    }
}

/// The files of all drafts. Clones share them.
#[derive(Clone, Debug)]
pub struct DraftFiles {
    root: PathBuf,
    locks: Arc<[Mutex<()>; LOCKS]>,
}

impl DraftFiles {
    /// Opens their folder in the data folder, and makes it where it is missing.
    ///
    /// # Errors
    /// [`StoreError::Folder`].
    pub fn open(data_dir: &Path) -> Result<Self, StoreError> {
        let root = data_dir.join(FOLDER);
        let made = create_private(&root).and_then(|()| File::open(data_dir)?.sync_all());
        made.map_err(|error| StoreError::Folder { path: root.clone(), error })?;
        Ok(Self { root, locks: Arc::default() })
    }

    /// Begins a file, or tells how much of it is there. One of another size takes the place of what was there.
    ///
    /// # Errors
    /// [`FileError::TooMuch`].
    pub async fn begin(
        &self,
        account: &AccountId,
        draft: DraftId,
        file: FileId,
        described: &DraftFile,
    ) -> Result<u64, FileError> {
        let size = described.size;
        self.locked(account, draft, move |place| place.begin(file, size)).await
    }

    /// Takes the next piece of a file that was begun. Returns how much of it is there then, durably. A piece of nothing
    /// is fine.
    ///
    /// # Errors
    /// [`FileError::WrongOffset`] tells where the next piece begins; [`FileError::TooMuch`] where it goes beyond the
    /// file's size; [`FileError::NoSuchFile`].
    pub async fn append(
        &self,
        account: &AccountId,
        draft: DraftId,
        file: FileId,
        offset: u64,
        bytes: Bytes,
    ) -> Result<u64, FileError> {
        self.locked(account, draft, move |place| place.append(file, offset, &bytes)).await
    }

    /// What is there of a file; absent where it was not begun.
    pub async fn length(
        &self,
        account: &AccountId,
        draft: DraftId,
        file: FileId,
    ) -> Result<Option<Held>, FileError> {
        self.locked(account, draft, move |place| place.held(file)).await
    }

    /// The content of a whole file.
    ///
    /// # Errors
    /// [`FileError::NoSuchFile`].
    pub async fn read(
        &self,
        account: &AccountId,
        draft: DraftId,
        file: FileId,
    ) -> Result<tokio::fs::File, FileError> {
        let file = self.locked(account, draft, move |place| Ok(File::open(place.whole(file))?)).await?;
        Ok(tokio::fs::File::from_std(file))
    }

    /// A file without a name, on the same disk, for a message with them. So many bytes of it stay in memory.
    pub fn spool(&self, in_memory: usize) -> SpooledTempFile {
        SpooledTempFile::new_in(in_memory, &self.root)
    }

    /// Gives a draft the whole files of another one, under the same ids. It has them already where this is repeated.
    ///
    /// # Errors
    /// [`FileError::TooMuch`].
    pub async fn copy(&self, account: &AccountId, from: DraftId, to: DraftId) -> Result<(), FileError> {
        let source = self.folder(account, from);
        self.locked(account, to, move |place| place.copy(&source)).await
    }

    /// Removes a file, whole or not.
    pub async fn remove(&self, account: &AccountId, draft: DraftId, file: FileId) -> Result<(), FileError> {
        self.locked(account, draft, move |place| place.remove(file)).await
    }

    /// Removes all files of a draft.
    pub async fn remove_draft(&self, account: &AccountId, draft: DraftId) -> Result<(), FileError> {
        self.locked(account, draft, |place| gone_is_fine(fs::remove_dir_all(&place.folder))).await
    }

    /// Removes the files that are not referenced and were not written to for so long. Returns how many. A file comes
    /// before its draft is saved with it, so `unused` is some hours at least.
    pub async fn sweep(&self, referenced: HashSet<FileKey>, unused: Duration) -> Result<u64, FileError> {
        let root = self.root.clone();
        let keep: HashSet<PathBuf> = referenced
            .iter()
            .map(|(account, draft, file)| self.folder(account, *draft).join(file.to_string()))
            .collect();
        on_disk(move || sweep(&root, &keep, unused)).await
    }

    fn folder(&self, account: &AccountId, draft: DraftId) -> PathBuf {
        self.root.join(hex(account)).join(format!("{:016x}", draft.0))
    }

    /// Does something with a draft's folder while nobody else does.
    async fn locked<T: Send + 'static>(
        &self,
        account: &AccountId,
        draft: DraftId,
        work: impl FnOnce(&Place) -> Result<T, FileError> + Send + 'static,
    ) -> Result<T, FileError> {
        let place = Place { folder: self.folder(account, draft) };
        let locks = self.locks.clone();
        on_disk(move || {
            let which = usize::try_from(draft.0 % LOCKS as u64).unwrap_or(0);
            let _turn = locks.get(which).map(|lock| lock.lock().unwrap_or_else(PoisonError::into_inner));
            work(&place)
        })
        .await
    }
}

/// The folder of a draft's files.
struct Place {
    folder: PathBuf,
}

impl Place {
    fn whole(&self, file: FileId) -> PathBuf {
        self.folder.join(file.to_string())
    }

    /// A file on its way has its size in its name.
    fn part(&self, file: FileId, size: u64) -> PathBuf {
        self.folder.join(format!("{file}.{size}"))
    }

    fn begin(&self, file: FileId, size: u64) -> Result<u64, FileError> {
        match self.held(file)? {
            Some(Held { bytes, whole: true }) if bytes == size => return Ok(bytes),
            _ => {}
        }
        if let Some((path, expected)) = self.begun(file)?
            && expected == size
        {
            let there = fs::metadata(path)?.len();
            // Also where all of it came and the gateway died before it had its name.
            return if there == size { self.append(file, there, &[]) } else { Ok(there) };
        }
        self.remove(file)?;
        bounds::check(&self.folder, size)?;
        create_private(&self.folder)?;
        File::options().create_new(true).write(true).open(self.part(file, size))?;
        self.sync_folders()?;
        if size == 0 { self.append(file, 0, &[]) } else { Ok(0) }
    }

    fn append(&self, file: FileId, offset: u64, bytes: &[u8]) -> Result<u64, FileError> {
        let Some((path, size)) = self.begun(file)? else {
            let whole = fs::metadata(self.whole(file))?.len();
            return if offset == whole && bytes.is_empty() {
                Ok(whole)
            } else {
                Err(FileError::WrongOffset(whole))
            };
        };
        let mut part = File::options().write(true).open(&path)?;
        let there = part.metadata()?.len();
        if offset != there {
            return Err(FileError::WrongOffset(there));
        }
        let after = there.saturating_add(bytes.len() as u64);
        if after > size {
            return Err(FileError::TooMuch);
        }
        part.seek(SeekFrom::Start(there))?;
        if let Err(error) = part.write_all(bytes).and_then(|()| part.sync_all()) {
            // What was told to be there before is there.
            part.set_len(there)?;
            return Err(error.into());
        }
        if after == size {
            fs::rename(&path, self.whole(file))?;
            File::open(&self.folder)?.sync_all()?;
        }
        Ok(after)
    }

    /// Files never change once they are whole, so that two drafts may have one between them.
    fn copy(&self, source: &Path) -> Result<(), FileError> {
        for entry in bounds::entries(source)?.into_iter().filter(|entry| entry.whole) {
            if self.held(entry.file)?.is_none() {
                bounds::check(&self.folder, entry.size)?;
                create_private(&self.folder)?;
                let file = self.whole(entry.file);
                fs::hard_link(entry.path, &file)?;
                // Young: no sweep takes it before its draft is saved.
                File::open(&file)?.set_modified(SystemTime::now())?;
            }
        }
        if self.folder.exists() { self.sync_folders() } else { Ok(()) }
    }

    fn held(&self, file: FileId) -> Result<Option<Held>, FileError> {
        match fs::metadata(self.whole(file)) {
            Ok(whole) => return Ok(Some(Held { bytes: whole.len(), whole: true })),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error.into()),
        }
        let Some((path, _)) = self.begun(file)? else { return Ok(None) };
        Ok(Some(Held { bytes: fs::metadata(path)?.len(), whole: false }))
    }

    /// A file on its way, and the size it will have.
    fn begun(&self, file: FileId) -> Result<Option<(PathBuf, u64)>, FileError> {
        let begun =
            bounds::entries(&self.folder)?.into_iter().find(|entry| entry.file == file && !entry.whole);
        Ok(begun.map(|entry| (entry.path, entry.size)))
    }

    fn remove(&self, file: FileId) -> Result<(), FileError> {
        gone_is_fine(fs::remove_file(self.whole(file)))?;
        match self.begun(file)? {
            Some((path, _)) => gone_is_fine(fs::remove_file(path)),
            None => Ok(()),
        }
    }

    /// Makes the names of this folder, and those of it and of the one above, durable.
    fn sync_folders(&self) -> Result<(), FileError> {
        for folder in self.folder.ancestors().take(3) {
            File::open(folder)?.sync_all()?;
        }
        Ok(())
    }
}

fn sweep(root: &Path, keep: &HashSet<PathBuf>, unused: Duration) -> Result<u64, FileError> {
    let mut removed = 0;
    for account in bounds::folders(root)? {
        for draft in bounds::folders(&account)? {
            for entry in bounds::entries(&draft)? {
                let old = fs::metadata(&entry.path)
                    .and_then(|file| file.modified())
                    .is_ok_and(|modified| modified.elapsed().is_ok_and(|age| age >= unused));
                if old && !keep.contains(&draft.join(entry.file.to_string())) {
                    gone_is_fine(fs::remove_file(&entry.path))?;
                    removed += 1;
                }
            }
            // Those that are not empty stay.
            let _ = fs::remove_dir(&draft);
        }
    }
    Ok(removed)
}

fn gone_is_fine(done: io::Result<()>) -> Result<(), FileError> {
    match done {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

/// An account's folder: its id holds any character and tells who it is. Half a hash names it well enough.
fn hex(account: &AccountId) -> String {
    let hash = Sha256::digest(account.as_str());
    hash.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

/// Does something where it may wait for the disk.
async fn on_disk<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, FileError> + Send + 'static,
) -> Result<T, FileError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(_) => Err(FileError::Store(StoreError::BlobFile(io::Error::other("the work was stopped")))),
    }
}

#[cfg(test)]
mod tests;
