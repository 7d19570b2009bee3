//! Messages are made durable a batch at a time: one wait for the disk serves many.

use super::check::CheckError;
use crate::{
    failpoint,
    store::{
        blob::{Blobs, StagedBlob},
        mail::{MailStore, NewMessage},
    },
};
use postern_shared::ids::{AccountId, Uid};
use std::time::{Duration, Instant};

/// Messages in a batch, at most.
const MESSAGES: usize = 64;

/// Bytes in a batch, but for the last message's.
const BYTES: u64 = 8 * 1024 * 1024;

/// How long a message waits for others.
const WAIT: Duration = Duration::from_millis(300);

/// Messages that were read and are not stored yet.
#[derive(Default)]
pub struct Batch {
    numbers: Vec<u32>,
    messages: Vec<NewMessage>,
    blobs: Vec<StagedBlob>,
    bytes: u64,
    since: Option<Instant>,
}

impl Batch {
    /// Adds a message.
    pub fn push(&mut self, number: u32, message: NewMessage, blob: StagedBlob) {
        self.bytes += message.size;
        self.since.get_or_insert_with(Instant::now);
        self.numbers.push(number);
        self.messages.push(message);
        self.blobs.push(blob);
    }

    /// Whether it is worth a wait for the disk now.
    pub fn is_due(&self) -> bool {
        self.messages.len() >= MESSAGES
            || self.bytes >= BYTES
            || self.since.is_some_and(|since| since.elapsed() >= WAIT)
    }

    /// Makes the contents durable, then commits the messages with their ledger entries. Numbers and UIDs of what is
    /// stored; nothing is where it fails.
    pub async fn commit(
        self,
        account: &AccountId,
        store: &dyn MailStore,
        blobs: &Blobs,
    ) -> Result<Vec<(u32, Uid)>, CheckError> {
        if self.messages.is_empty() {
            return Ok(Vec::new());
        }
        failpoint::hit("pop3.read");
        blobs.settle(self.blobs).await?;
        failpoint::hit("pop3.settled");
        let uids = store.add(account, &self.messages).await?;
        failpoint::hit("pop3.committed");
        Ok(self.numbers.into_iter().zip(uids).collect())
    }
}
