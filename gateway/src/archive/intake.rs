//! Messages into a store: their bytes as they come, a batch of them at a time.

use super::{ArchiveError, Tally};
use crate::{
    accounts::local::{Tree, row},
    mime::scan::{Scanned, Scanner},
    store::{
        StoreError,
        blob::{BlobWriter, Blobs, StagedBlob},
        mail::{MailChange, MailStore, NewMessage},
    },
};
use postern_shared::{
    flags::Flags,
    ids::{AccountId, FolderId},
};
use std::collections::BTreeSet;

/// Messages of a transaction.
const BATCH: usize = 64;

/// Takes messages into one account.
pub(super) struct Intake<'a> {
    pub tree: Tree<'a>,
    store: &'a dyn MailStore,
    blobs: &'a Blobs,
    account: &'a AccountId,
    staged: Vec<StagedBlob>,
    rows: Vec<NewMessage>,
    filled: BTreeSet<FolderId>,
    tally: Tally,
}

/// A message while it comes.
pub(super) struct Incoming {
    writer: BlobWriter,
    scanner: Scanner,
}

/// A message that came, and is not stored yet.
pub(super) struct Arrived {
    pub blob: StagedBlob,
    pub scanned: Scanned,
}

/// What is known of a message besides its bytes.
#[derive(Clone, Debug, Default)]
pub(super) struct Known {
    pub flags: Flags,
    /// In seconds since 1970.
    pub received: i64,
    pub partial: bool,
}

impl<'a> Intake<'a> {
    pub async fn new(
        store: &'a dyn MailStore,
        blobs: &'a Blobs,
        account: &'a AccountId,
    ) -> Result<Self, StoreError> {
        Ok(Self {
            tree: Tree::open(store, account).await?,
            store,
            blobs,
            account,
            staged: Vec::new(),
            rows: Vec::new(),
            filled: BTreeSet::new(),
            tally: Tally::default(),
        })
    }

    /// Counts a folder.
    pub fn count_folder(&mut self) {
        self.tally.folders += 1;
    }

    /// Begins a message.
    pub fn begin(&self) -> Incoming {
        Incoming { writer: self.blobs.writer(self.account), scanner: Scanner::new() }
    }

    /// Stores a message, by the next [`Intake::finish`] at the latest.
    pub async fn keep(
        &mut self,
        folder: &FolderId,
        arrived: Arrived,
        known: Known,
    ) -> Result<(), StoreError> {
        let Arrived { blob, scanned } = arrived;
        self.tally.messages += 1;
        self.tally.bytes += blob.size;
        let row = row(folder.clone(), &blob, scanned, known.flags, known.received, known.partial);
        if row.source.is_none() {
            self.staged.push(blob);
        }
        self.rows.push(row);
        if self.rows.len() == BATCH { self.store_batch().await } else { Ok(()) }
    }

    /// Stores what is left, and tells other gateways on the same store.
    pub async fn finish(mut self) -> Result<Tally, ArchiveError> {
        self.store_batch().await?;
        let filled = self.filled.into_iter().map(MailChange::Folder);
        let changes: Vec<MailChange> = [MailChange::Folders].into_iter().chain(filled).collect();
        self.store.tell(self.account, &changes).await?;
        Ok(self.tally)
    }

    async fn store_batch(&mut self) -> Result<(), StoreError> {
        self.blobs.settle(std::mem::take(&mut self.staged)).await?;
        let rows = std::mem::take(&mut self.rows);
        if rows.is_empty() {
            return Ok(());
        }
        self.store.add(self.account, &rows).await?;
        self.filled.extend(rows.into_iter().map(|row| row.folder));
        Ok(())
    }
}

impl Incoming {
    /// Takes the next piece.
    pub async fn push(&mut self, piece: &[u8]) -> Result<(), StoreError> {
        self.scanner.push(piece);
        self.writer.write(piece).await
    }

    /// Ends the message.
    pub async fn finish(self) -> Result<Arrived, StoreError> {
        Ok(Arrived { blob: self.writer.finish().await?, scanned: self.scanner.finish() })
    }
}
