//! A content while it is written: its beginning in memory, and as a file from a size on.

use super::spool::Spool;
use crate::{store::StoreError, sync::pop3::ledger::ContentHash};
use bytes::Bytes;
use sha2::{Digest, Sha256};
use std::{fmt, mem, path::PathBuf};
use tempfile::NamedTempFile;

/// So much is held in memory, in bytes: more than most messages have.
pub(super) const HELD: usize = 256 * 1024;

/// Contents up to this size, in bytes, are better kept with their rows than as blobs: to make a file, sync it and name
/// it takes longer than everything else that is done to a small message.
pub const SMALL: u64 = 64 * 1024;

/// Takes a content piece by piece, in constant memory. Dropping it leaves nothing behind.
pub struct BlobWriter {
    prefix: String,
    /// Where its file goes, if it needs one.
    folder: PathBuf,
    /// That file is what stays, not a copy of it elsewhere.
    lasts: bool,
    size: u64,
    held: Vec<u8>,
    spool: Option<Spool>,
}

/// A content that is written and not settled yet. Dropping it leaves nothing behind.
#[derive(Debug)]
pub struct StagedBlob {
    /// Its SHA-256.
    pub hash: ContentHash,
    /// Its size in bytes.
    pub size: u64,
    pub(super) prefix: String,
    pub(super) content: Content,
}

/// Where a staged content is.
#[derive(Debug)]
pub(super) enum Content {
    Memory(Bytes),
    /// Not synced.
    File(NamedTempFile),
}

impl StagedBlob {
    /// The content, where it is small enough to be kept with its row; it need not be settled then.
    pub fn source(&self) -> Option<Bytes> {
        match &self.content {
            Content::Memory(bytes) if self.size <= SMALL => Some(bytes.clone()),
            _ => None,
        }
    }
}

impl BlobWriter {
    pub(super) fn new(prefix: String, folder: PathBuf, lasts: bool) -> Self {
        Self { prefix, folder, lasts, size: 0, held: Vec::new(), spool: None }
    }

    /// Takes the next piece.
    ///
    /// # Errors
    /// [`StoreError::Full`], [`StoreError::BlobFile`]; the writer is of no more use then.
    pub async fn write(&mut self, piece: &[u8]) -> Result<(), StoreError> {
        self.size += piece.len() as u64;
        let mut rest = piece;
        while self.held.len() + rest.len() > HELD {
            let (now, later) = rest.split_at(HELD - self.held.len());
            self.held.extend_from_slice(now);
            rest = later;
            let full = mem::replace(&mut self.held, Vec::with_capacity(HELD));
            let spool = match &mut self.spool {
                Some(spool) => spool,
                None => self.spool.insert(Spool::begin(self.folder.clone(), self.lasts).await?),
            };
            spool.push(full).await?;
        }
        self.held.extend_from_slice(rest);
        Ok(())
    }

    /// Ends the content.
    ///
    /// # Errors
    /// As [`BlobWriter::write`].
    pub async fn finish(self) -> Result<StagedBlob, StoreError> {
        let Self { prefix, size, held, spool, .. } = self;
        let (hash, content) = match spool {
            Some(mut spool) => {
                spool.push(held).await?;
                let (file, hasher) = spool.end().await?;
                (hasher.finalize(), Content::File(file))
            }
            None => (Sha256::digest(&held), Content::Memory(held.into())),
        };
        Ok(StagedBlob { hash: hash.into(), size, prefix, content })
    }
}

impl fmt::Debug for BlobWriter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BlobWriter").field("size", &self.size).finish_non_exhaustive()
    }
}
