//! The contents of messages, named by their SHA-256: in a local folder, or where an S3 API keeps them. Each account has
//! a prefix of its own, in which equal contents are kept once.

mod durable;
mod remote;
mod s3;
mod spool;
#[cfg(test)]
mod tests;
mod writer;

pub use s3::S3Settings;
pub use writer::{BlobWriter, SMALL, StagedBlob};

use super::{StoreError, create_private};
use crate::sync::pop3::ledger::ContentHash;
use bytes::Bytes;
use futures::{StreamExt, TryStreamExt, stream::BoxStream};
use object_store::{
    GetOptions, GetRange, ObjectStore, ObjectStoreExt, local::LocalFileSystem, memory::InMemory, path::Path,
};
use postern_shared::ids::AccountId;
use sha2::{Digest, Sha256};
use std::{
    collections::HashSet,
    fmt::Write,
    io, iter,
    ops::Range,
    path::{Path as FilePath, PathBuf},
    sync::Arc,
    time::{Duration, SystemTime},
};
use tokio::sync::RwLock;

/// Where contents are kept. Clones share it.
#[derive(Clone, Debug)]
pub struct Blobs {
    objects: Arc<dyn ObjectStore>,
    /// Before the prefixes of accounts.
    prefix: Path,
    backing: Arc<Backing>,
    /// Held for writing while an orphan goes: nobody settles the same content meanwhile.
    orphans: Arc<RwLock<()>>,
}

/// What makes objects durable.
#[derive(Debug)]
enum Backing {
    /// This folder, by us.
    Folder(PathBuf),
    /// Whoever answers.
    Remote,
}

impl Blobs {
    /// In a folder, which is made where it is missing.
    ///
    /// # Errors
    /// [`StoreError::Folder`] where that fails.
    pub fn local(folder: &FilePath) -> Result<Self, StoreError> {
        let open = || {
            create_private(folder)?;
            durable::open(folder)
        };
        open().map_err(|error| StoreError::Folder { path: folder.to_owned(), error })?;
        let objects = LocalFileSystem::new_with_prefix(folder)?;
        Ok(Self::new(Arc::new(objects), Path::default(), Backing::Folder(folder.to_owned())))
    }

    /// Where an S3 API keeps them. Nothing is asked yet.
    ///
    /// # Errors
    /// [`StoreError::Blobs`] where the settings make no sense.
    pub fn s3(settings: &S3Settings) -> Result<Self, StoreError> {
        let objects = s3::open(settings)?;
        Ok(Self::new(Arc::new(objects), Path::from(settings.prefix.as_str()), Backing::Remote))
    }

    /// In memory.
    pub fn memory() -> Self {
        Self::new(Arc::new(InMemory::new()), Path::default(), Backing::Remote)
    }

    fn new(objects: Arc<dyn ObjectStore>, prefix: Path, backing: Backing) -> Self {
        Self { objects, prefix, backing: Arc::new(backing), orphans: Arc::default() }
    }

    /// Begins a content. Nothing of it is left where the writer, or what it comes to, is dropped before it is settled.
    pub fn writer(&self, account: &AccountId) -> BlobWriter {
        let prefix = prefix_of(account);
        match &*self.backing {
            Backing::Folder(folder) => BlobWriter::new(prefix, durable::incoming(folder), true),
            Backing::Remote => BlobWriter::new(prefix, std::env::temp_dir(), false),
        }
    }

    /// Makes contents durable and readable. Those that are there already are fine.
    ///
    /// # Errors
    /// [`StoreError::Full`], [`StoreError::Blobs`], [`StoreError::BlobFile`]. Some may be settled then; none of which is
    /// only a part readable.
    pub async fn settle(&self, staged: Vec<StagedBlob>) -> Result<(), StoreError> {
        if staged.is_empty() {
            return Ok(());
        }
        let _no_orphan_goes = self.orphans.read().await;
        match &*self.backing {
            Backing::Folder(folder) => {
                let folder = folder.clone();
                on_disk(move || durable::settle(&folder, staged)).await
            }
            Backing::Remote => {
                let located = |blob: StagedBlob| (self.location(&blob.prefix, &blob.hash), blob);
                remote::settle(&*self.objects, staged.into_iter().map(located).collect()).await
            }
        }
    }

    /// Reads bytes of a content; a range may reach over its end.
    ///
    /// # Errors
    /// [`StoreError::NoSuchBlob`], [`StoreError::Blobs`].
    pub async fn read(
        &self,
        account: &AccountId,
        hash: &ContentHash,
        range: Range<u64>,
    ) -> Result<BoxStream<'static, Result<Bytes, StoreError>>, StoreError> {
        let location = self.location(&prefix_of(account), hash);
        let start = range.start;
        // Servers refuse larger numbers, and have no larger contents.
        let bounded = GetRange::Bounded(start..range.end.min(i64::MAX as u64));
        let options = GetOptions { range: Some(bounded), ..GetOptions::default() };
        let failed = if range.is_empty() {
            None
        } else {
            match self.objects.get_opts(&location, options).await {
                Ok(found) => return Ok(found.into_stream().map_err(StoreError::from).boxed()),
                Err(error) => Some(error),
            }
        };
        // Stores refuse a range without a byte in it; the content is there all the same.
        let beyond = self.objects.head(&location).await?.size <= start;
        match failed {
            Some(error) if !beyond => Err(error.into()),
            _ => Ok(futures::stream::empty().boxed()),
        }
    }

    /// Removes contents that no message is made of (any more) and that nobody wrote for `older_than`; tells how many.
    /// `keep` is what messages are made of. Whoever settles a content and stores its message within that time loses
    /// nothing, whether it was there before or not.
    ///
    /// # Errors
    /// [`StoreError::Blobs`]; some are removed then.
    pub async fn sweep(
        &self,
        account: &AccountId,
        keep: &HashSet<ContentHash>,
        older_than: Duration,
    ) -> Result<u64, StoreError> {
        let prefix = prefix_of(account);
        let kept: HashSet<Path> = keep.iter().map(|hash| self.location(&prefix, hash)).collect();
        let old = |modified: SystemTime| match modified.elapsed() {
            Ok(age) => age >= older_than,
            // Written in what is the future here: clocks differ.
            Err(_) => older_than.is_zero(),
        };
        let mut removed = 0;
        let mut there = self.objects.list(Some(&self.prefix.clone().join(prefix)));
        while let Some(object) = there.try_next().await? {
            if kept.contains(&object.location) || !old(object.last_modified.into()) {
                continue;
            }
            let _nobody_settles = self.orphans.write().await;
            // Settled again since it was listed?
            match self.objects.head(&object.location).await {
                Ok(now) if !old(now.last_modified.into()) => continue,
                Ok(_) => self.objects.delete(&object.location).await?,
                Err(object_store::Error::NotFound { .. }) => continue,
                Err(error) => return Err(error.into()),
            }
            removed += 1;
        }
        Ok(removed)
    }

    fn location(&self, prefix: &str, hash: &ContentHash) -> Path {
        self.prefix.clone().join(prefix).join(hex(hash))
    }
}

/// An account's prefix: ids hold any character and tell who it is. Half a hash names it well enough.
fn prefix_of(account: &AccountId) -> String {
    let hash = Sha256::digest(account.as_str());
    hex(&hash[..hash.len() / 2])
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        // Writing to a string never fails.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Does something where it may wait for the disk.
async fn on_disk<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(error) => Err(StoreError::BlobFile(io::Error::other(error))),
    }
}

/// A full disk is an error of its own, however it comes.
fn file_error(error: io::Error) -> StoreError {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => StoreError::Full,
        _ => StoreError::BlobFile(error),
    }
}

impl From<object_store::Error> for StoreError {
    fn from(error: object_store::Error) -> Self {
        if matches!(error, object_store::Error::NotFound { .. }) {
            return Self::NoSuchBlob;
        }
        let causes = iter::successors(std::error::Error::source(&error), |cause| cause.source());
        let full = causes
            .filter_map(|cause| cause.downcast_ref::<io::Error>())
            .any(|cause| matches!(cause.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded));
        if full { Self::Full } else { Self::Blobs(error) }
    }
}
