//! The file of a large content: hashed and written on a thread of its own while more comes in, and on its way to the
//! disk before it is whole.

use super::{file_error, on_disk};
use crate::store::StoreError;
use sha2::{Digest, Sha256};
use std::{
    fs::File,
    io::{self, Write},
    path::PathBuf,
    thread,
};
use tempfile::NamedTempFile;
use tokio::{sync::mpsc, task::JoinHandle};

/// Pieces that wait to be written.
const WAITING: usize = 4;

/// Bytes written before the disk begins with them: little is left to wait for at the end.
const UNSYNCED: usize = 8 * 1024 * 1024;

/// Takes pieces of a content. Dropping it leaves no file behind.
pub(super) struct Spool {
    file: NamedTempFile,
    pieces: mpsc::Sender<Vec<u8>>,
    work: JoinHandle<io::Result<Sha256>>,
}

impl Spool {
    /// Begins a file in that folder. Where it is to last, the disk begins with it early.
    ///
    /// # Errors
    /// [`StoreError::Full`], [`StoreError::BlobFile`].
    pub async fn begin(folder: PathBuf, lasts: bool) -> Result<Self, StoreError> {
        let make = || {
            let file = NamedTempFile::new_in(folder)?;
            // Of the same opening, so that an error of the disk is told to whoever asks first, and to nobody again.
            let written = file.as_file().try_clone()?;
            Ok((file, written))
        };
        let (file, written) = on_disk(|| make().map_err(file_error)).await?;
        let (pieces, waiting) = mpsc::channel(WAITING);
        Ok(Self { file, pieces, work: tokio::task::spawn_blocking(move || write(written, waiting, lasts)) })
    }

    /// Takes the next piece; waits while too many wait.
    ///
    /// # Errors
    /// As [`Spool::begin`]: the file is of no more use then.
    pub async fn push(&mut self, piece: Vec<u8>) -> Result<(), StoreError> {
        if self.pieces.send(piece).await.is_ok() {
            return Ok(());
        }
        let ended = ended((&mut self.work).await);
        ended.and(Err(file_error(io::Error::other("the file was given up"))))
    }

    /// Ends the file: it is written, not synced. Its hash comes with it.
    ///
    /// # Errors
    /// As [`Spool::begin`].
    pub async fn end(self) -> Result<(NamedTempFile, Sha256), StoreError> {
        let Self { file, pieces, work } = self;
        drop(pieces);
        Ok((file, ended(work.await)?))
    }
}

fn ended(work: Result<io::Result<Sha256>, tokio::task::JoinError>) -> Result<Sha256, StoreError> {
    work.unwrap_or_else(|error| Err(io::Error::other(error))).map_err(file_error)
}

fn write(mut file: File, mut pieces: mpsc::Receiver<Vec<u8>>, lasts: bool) -> io::Result<Sha256> {
    let (mut hasher, mut unsynced) = (Sha256::new(), 0);
    let mut sync: Option<thread::JoinHandle<io::Result<()>>> = None;
    while let Some(piece) = pieces.blocking_recv() {
        hasher.update(&piece);
        file.write_all(&piece)?;
        unsynced += piece.len();
        if lasts && unsynced >= UNSYNCED && sync.as_ref().is_none_or(thread::JoinHandle::is_finished) {
            joined(sync.take())?;
            let written = file.try_clone()?;
            sync = Some(thread::Builder::new().spawn(move || written.sync_data())?);
            unsynced = 0;
        }
    }
    joined(sync)?;
    Ok(hasher)
}

/// What became of a sync: its error is the only word of it.
fn joined(sync: Option<thread::JoinHandle<io::Result<()>>>) -> io::Result<()> {
    let Some(sync) = sync else { return Ok(()) };
    sync.join().unwrap_or_else(|_| Err(io::Error::other("a file could not be synced")))
}
