//! One message on its way in: its content goes to the blobs while the scanner reads it, in pieces as they come.

use crate::{
    accounts::local::{arrival, row},
    mime::scan::{Scanned, Scanner},
    store::{
        StoreError,
        blob::{BlobWriter, StagedBlob},
        mail::{Downloaded, NewMessage, folder_ids},
    },
    sync::pop3::ledger::ContentHash,
};
use postern_shared::{flags::Flags, ids::FolderId};

/// A message that is being read.
pub struct Incoming {
    writer: BlobWriter,
    scanner: Scanner,
}

/// A message that was read to its end.
pub struct Whole {
    /// Its content, not durable yet.
    pub blob: StagedBlob,
    scanned: Scanned,
}

impl Incoming {
    /// Nothing was read yet.
    pub fn new(writer: BlobWriter) -> Self {
        Self { writer, scanner: Scanner::new() }
    }

    /// Takes the next piece.
    pub async fn take(&mut self, piece: &[u8]) -> Result<(), StoreError> {
        self.scanner.push(piece);
        self.writer.write(piece).await
    }

    /// That was all of it.
    pub async fn finish(self) -> Result<Whole, StoreError> {
        Ok(Whole { blob: self.writer.finish().await?, scanned: self.scanner.finish() })
    }
}

impl Whole {
    /// The SHA-256 of its content.
    pub fn hash(&self) -> ContentHash {
        self.blob.hash
    }

    /// The message for the inbox, and its content for the blobs. Times are in seconds since 1970; a message was
    /// received when the last server says, but not later than now.
    pub fn into_message(
        self,
        unique_id: Option<String>,
        partial: bool,
        now: i64,
    ) -> (NewMessage, StagedBlob) {
        let Self { blob, scanned } = self;
        let received = arrival(&scanned).map_or(now, |received| received.min(now));
        let inbox = FolderId::from(folder_ids::INBOX);
        let message = NewMessage {
            download: Some(Downloaded { unique_id, at: now }),
            ..row(inbox, &blob, scanned, Flags::new(), received, partial)
        };
        (message, blob)
    }
}
