//! Messages that are whole and not stored yet: how many go at once, how they become durable, and what is read meanwhile.

use super::check::{CheckError, CheckJob, Report};
use crate::{
    failpoint,
    store::{
        blob::StagedBlob,
        mail::{MailStore, NewMessage, folder_ids},
    },
    sync::pop3::ledger::LedgerChange,
};
use futures::future::BoxFuture;
use postern_shared::ids::{FolderId, Uid};
use std::{future::poll_fn, pin::pin, task::Poll, time::Duration};
use tokio::time::Instant;

/// Messages that are enough for a transaction.
pub(super) const ENOUGH: usize = 64;

/// Messages of a transaction at most: so many gather while the one before is under way.
const MOST: usize = 512;

/// Bytes of a transaction, about.
const BYTES: u64 = 8 * 1024 * 1024;

/// How long a message that is whole waits for others.
const WAIT: Duration = Duration::from_millis(300);

/// Messages that are whole and not stored.
#[derive(Default)]
pub(super) struct Batch {
    /// Their numbers in the session.
    numbers: Vec<u32>,
    messages: Vec<NewMessage>,
    /// The contents of those that do not carry theirs.
    staged: Vec<StagedBlob>,
    /// What changes for messages that were here before.
    renamed: Vec<LedgerChange>,
    bytes: u64,
    since: Option<Instant>,
}

/// What was stored.
#[derive(Debug, Default)]
pub(super) struct Stored {
    /// New messages by their numbers in the session.
    pub added: Vec<(u32, Uid)>,
    /// Messages recognised.
    pub renamed: usize,
}

/// A batch while it is stored.
pub(super) type Storing<'a> = BoxFuture<'a, Result<Stored, CheckError>>;

impl Batch {
    /// Takes a message, and its content where it does not carry that.
    pub fn push(&mut self, number: u32, message: NewMessage, staged: StagedBlob) {
        self.since.get_or_insert_with(Instant::now);
        self.bytes += staged.size;
        self.numbers.push(number);
        if message.source.is_none() {
            self.staged.push(staged);
        }
        self.messages.push(message);
    }

    /// Takes a change of the ledger.
    pub fn rename(&mut self, change: LedgerChange) {
        self.since.get_or_insert_with(Instant::now);
        self.renamed.push(change);
    }

    /// Messages in it, new ones and others.
    pub fn len(&self) -> usize {
        self.messages.len() + self.renamed.len()
    }

    /// Whether it is worth a transaction.
    pub fn is_due(&self) -> bool {
        self.len() >= ENOUGH || self.is_full() || self.since.is_some_and(|since| since.elapsed() >= WAIT)
    }

    /// Whether nothing more may come into it.
    pub fn is_full(&self) -> bool {
        self.len() >= MOST || self.bytes >= BYTES
    }

    /// Makes it durable, contents first, then in one transaction, and reports it.
    ///
    /// # Errors
    /// [`CheckError`]; new messages may be stored all the same, while changes of the ledger are missing.
    pub async fn store(self, job: &CheckJob<'_>) -> Result<Stored, CheckError> {
        let Self { numbers, messages, staged, renamed, .. } = self;
        let (store, account): (&dyn MailStore, _) = (job.store, job.account);
        let mut stored = Stored { added: Vec::new(), renamed: renamed.len() };
        if !messages.is_empty() {
            failpoint::hit("pop3.blob_staged");
            job.blobs.settle(staged).await?;
            failpoint::hit("pop3.blob_settled");
            let uids = store.add(account, &messages).await?;
            failpoint::hit("pop3.added");
            stored.added = numbers.into_iter().zip(uids.iter().copied()).collect();
            let folder = FolderId(folder_ids::INBOX.to_owned());
            // At once: the message that is read meanwhile may take long. Where nobody listens it does not matter.
            let _ = job.reports.send(Report::Stored { folder, uids: uids.into_iter().collect() }).await;
        }
        if !renamed.is_empty() {
            store.change_ledger(account, &renamed).await?;
            failpoint::hit("pop3.renamed");
        }
        Ok(stored)
    }
}

/// Does `work`, and goes on with what is stored meanwhile; tells what that came to if it ended.
///
/// # Errors
/// Those of storing, as soon as it fails: `work` is given up then.
pub(super) async fn beside<T>(
    work: impl Future<Output = T>,
    storing: &mut Option<Storing<'_>>,
) -> Result<(T, Option<Stored>), CheckError> {
    let (mut work, mut ended) = (pin!(work), None);
    poll_fn(|cx| {
        if let Some(under_way) = storing
            && let Poll::Ready(result) = under_way.as_mut().poll(cx)
        {
            *storing = None;
            match result {
                Ok(stored) => ended = Some(stored),
                Err(error) => return Poll::Ready(Err(error)),
            }
        }
        work.as_mut().poll(cx).map(|done| Ok((done, ended.take())))
    })
    .await
}
