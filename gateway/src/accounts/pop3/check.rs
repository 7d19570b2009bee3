//! One complete check: download what is new, commit it, and only then delete on the server what may go.

use super::{
    batch::{Batch, Stored, Storing, beside},
    connection::Pop3Connection,
    incoming::{Incoming, new_message, receive},
    retrieve::{Answer, Retriever},
};
use crate::{
    accounts::login::{ConnectError, Login},
    failpoint,
    store::{StoreError, blob::Blobs, mail::MailStore},
    sync::pop3::{
        ledger::{EntryId, LedgerChange, LedgerEntry},
        plan::{Candidates, Extent, Fetch, deletions, plan},
    },
};
use postern_shared::{
    error::{ErrorCode, Failure},
    ids::{AccountId, FolderId, Uid},
    pop3::{Download, Pop3Settings},
    uid_set::UidSet,
};
use std::collections::HashMap;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// Bytes between reports of progress within a message.
const REPORT_BYTES: u64 = 512 * 1024;

/// What a check needs.
pub struct CheckJob<'a> {
    /// The account.
    pub account: &'a AccountId,
    /// Where its mail is.
    pub login: &'a Login,
    /// Where it goes.
    pub store: &'a dyn MailStore,
    /// Where its contents go.
    pub blobs: &'a Blobs,
    /// What the user wants.
    pub settings: Pop3Settings,
    /// The time, in seconds since 1970.
    pub now: &'a (dyn Fn() -> i64 + Send + Sync),
    /// Stops it after the message it is at.
    pub cancel: CancellationToken,
    /// Hears what happens.
    pub reports: mpsc::Sender<Report>,
}

/// What happens during a check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Report {
    /// How far the download is. Some are left out where nobody listens fast enough.
    Progress(Download),
    /// Messages are stored.
    Stored {
        /// Where.
        folder: FolderId,
        /// Which.
        uids: UidSet,
    },
    /// So many copies on the server are deleted for certain.
    CopiesDeleted(u32),
}

/// What came of a check.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// Messages stored.
    pub stored: u32,
    /// Messages recognised by their content that the server tells under new ids.
    pub recognised: u32,
    /// Copies deleted, by the server's `+OK` to QUIT.
    pub deleted: u32,
    /// Messages that the server did not give; they are asked for again at the next check.
    pub skipped: Vec<Skipped>,
    /// It was stopped: there may be more.
    pub cancelled: bool,
}

/// A message that the server did not give.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// Its unique-id, if it can be trusted.
    pub unique_id: Option<String>,
    /// The server's words.
    pub reason: String,
}

/// Why a check ended early. What was committed stays.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// Somebody else downloads the account's mail at the moment.
    #[error("the account is being checked already")]
    Busy,
    /// The server.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// There is no room left here: nothing was deleted there.
    #[error("the disk is full")]
    Full,
    /// The store.
    #[error(transparent)]
    Store(StoreError),
    /// The server has the message no more.
    #[error("the message is not on the server any more")]
    NotOnServer,
}

impl From<StoreError> for CheckError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Full => Self::Full,
            error => Self::Store(error),
        }
    }
}

impl From<&CheckError> for Failure {
    fn from(error: &CheckError) -> Self {
        let code = match error {
            CheckError::Connect(error) => return error.into(),
            CheckError::Busy => ErrorCode::MailboxInUse,
            CheckError::Full => ErrorCode::DiskFull,
            CheckError::Store(_) => ErrorCode::Internal,
            CheckError::NotOnServer => ErrorCode::NoSuchMessage,
        };
        Self::new(code, "")
    }
}

/// Checks an account.
///
/// # Errors
/// [`CheckError`]; what was committed before stays, and is not downloaded again.
pub async fn check(job: CheckJob<'_>) -> Result<Checked, CheckError> {
    let _lock = job.store.lock_download(job.account).await?.ok_or(CheckError::Busy)?;
    let connection = Box::pin(Pop3Connection::open(job.login)).await?;
    Box::pin(check_on(&job, connection)).await
}

/// Checks an account on a connection. The right to download is the caller's.
pub(super) async fn check_on(
    job: &CheckJob<'_>,
    mut connection: Pop3Connection,
) -> Result<Checked, CheckError> {
    let ledger = job.store.ledger(job.account).await?;
    let there = connection.stat().await?;
    let listing = match connection.listing().await {
        Ok(listing) => listing,
        // Some refuse to list nothing.
        Err(ConnectError::Unavailable(_)) if there.messages == 0 => Vec::new(),
        Err(error) => return Err(error.into()),
    };
    let plan = plan(&listing, &ledger, &job.settings, connection.capabilities().top());
    if !plan.distrusted.is_empty() {
        let forget = |entry: &EntryId| LedgerChange::Renamed(*entry, None);
        let changes: Vec<_> = plan.distrusted.iter().map(forget).collect();
        job.store.change_ledger(job.account, &changes).await?;
    }
    let mut session = Session::new(job, plan.present, plan.candidates, &plan.fetches);
    let mut retriever = Retriever::new(&connection, plan.fetches);
    let fetched = Box::pin(session.fetch_and_store(&mut retriever)).await;
    let idle = retriever.is_idle();
    drop(retriever);
    if fetched.is_err() || session.checked.cancelled {
        if idle {
            // Nothing is marked; said all the same, in case the server disagrees. Neither answer matters.
            let _ = connection.reset().await;
            let _ = connection.quit().await;
        }
        return fetched.map(|()| session.checked);
    }
    let marked = session.mark(&mut connection).await?;
    session.quit(connection, marked).await?;
    job.store.set_checked(job.account, (job.now)()).await?;
    Ok(session.checked)
}

/// A check under way.
struct Session<'j, 'a> {
    job: &'j CheckJob<'a>,
    /// Messages of this connection by number, and what they are.
    present: Vec<(u32, EntryId)>,
    /// Those stored in this session.
    added: Vec<(u32, Uid)>,
    candidates: Candidates,
    batch: Batch,
    progress: Download,
    checked: Checked,
}

impl<'j, 'a> Session<'j, 'a> {
    fn new(
        job: &'j CheckJob<'a>,
        present: Vec<(u32, EntryId)>,
        candidates: Candidates,
        fetches: &[Fetch],
    ) -> Self {
        let progress = Download {
            messages_total: u32::try_from(fetches.len()).unwrap_or(u32::MAX),
            bytes_total: fetches.iter().map(|fetch| fetch.size).fold(0, u64::saturating_add),
            ..Download::default()
        };
        let (added, batch, checked) = (Vec::new(), Batch::default(), Checked::default());
        Self { job, present, added, candidates, batch, progress, checked }
    }

    /// Fetches everything and stores it.
    async fn fetch_and_store(&mut self, retriever: &mut Retriever) -> Result<(), CheckError> {
        let mut storing = None;
        let fetched = self.fetch(retriever, &mut storing).await;
        // What is whole is kept, whatever happened behind it.
        let stored = match storing {
            Some(before) => self.note(before.await),
            None => Ok(()),
        };
        // Also where nothing is left: how far it came is told once more at least.
        let last = std::mem::take(&mut self.batch).store(self.job).await;
        let last = self.note(last);
        fetched.and(stored).and(last)
    }

    /// Fetches everything, and stores a batch of it while the next one comes in; the last ones are left.
    async fn fetch(
        &mut self,
        retriever: &mut Retriever,
        storing: &mut Option<Storing<'j>>,
    ) -> Result<(), CheckError> {
        loop {
            if self.job.cancel.is_cancelled() {
                self.checked.cancelled = true;
                return Ok(());
            }
            let (more, stored) = beside(Box::pin(self.next(retriever)), storing).await?;
            if let Some(stored) = stored {
                self.note(Ok(stored))?;
            }
            if !more? {
                return Ok(());
            }
            if self.batch.is_full()
                && let Some(before) = storing.take()
            {
                self.note(before.await)?;
            }
            if storing.is_none() && self.batch.is_due() {
                *storing = Some(Box::pin(std::mem::take(&mut self.batch).store(self.job)));
            }
        }
    }

    /// Reads the next message, if there is one.
    async fn next(&mut self, retriever: &mut Retriever) -> Result<bool, CheckError> {
        match retriever.next().await? {
            None => return Ok(false),
            Some(Answer::Refused(fetch, status)) => self.skip(&fetch, status.text),
            Some(Answer::Content(fetch)) => {
                let incoming = self.receive(retriever, &fetch).await?;
                self.take(fetch, incoming);
            }
        }
        Ok(true)
    }

    async fn receive(&mut self, retriever: &mut Retriever, fetch: &Fetch) -> Result<Incoming, CheckError> {
        let beginnings = fetch.by_hash && fetch.extent == Extent::Whole && self.candidates.any_partial();
        let beginnings = beginnings.then_some(&self.candidates);
        let (progress, reports, mut told) = (&mut self.progress, &self.job.reports, 0);
        let read = |bytes: usize| {
            progress.bytes += bytes as u64;
            told += bytes as u64;
            if told >= REPORT_BYTES {
                told = 0;
                let _ = reports.try_send(Report::Progress(*progress));
            }
        };
        receive(retriever, self.job.blobs.writer(self.job.account), beginnings, read).await
    }

    /// Takes a message that is whole: one known before, or a new one.
    fn take(&mut self, fetch: Fetch, incoming: Incoming) {
        let Incoming { staged, scanned, beginning } = incoming;
        if staged.size == 0 && fetch.size > 0 {
            // Nothing is no message: to store it would mean to delete the real one some day.
            return self.skip(&fetch, "the server gave nothing of it".to_owned());
        }
        let partial = matches!(fetch.extent, Extent::FirstLines(_));
        let known = if fetch.by_hash {
            let by_content = self.candidates.claim(&staged.hash, partial);
            by_content.or_else(|| self.candidates.claim(&beginning?, true))
        } else {
            None
        };
        match known {
            Some(known) => {
                self.present.push((fetch.number, known.entry));
                if fetch.unique_id.is_some() {
                    self.batch.rename(LedgerChange::Renamed(known.entry, fetch.unique_id));
                }
                self.checked.recognised += 1;
            }
            None => {
                let message = new_message(&fetch, scanned, &staged, (self.job.now)());
                self.batch.push(fetch.number, message, staged);
            }
        }
    }

    /// Leaves a message for the next check.
    fn skip(&mut self, fetch: &Fetch, reason: String) {
        self.checked.skipped.push(Skipped { unique_id: fetch.unique_id.clone(), reason });
    }

    /// Counts what was stored.
    fn note(&mut self, stored: Result<Stored, CheckError>) -> Result<(), CheckError> {
        let Stored { added, renamed } = stored?;
        self.progress.messages += (added.len() + renamed) as u32;
        self.checked.stored += added.len() as u32;
        self.added.extend(added);
        let _ = self.job.reports.try_send(Report::Progress(self.progress));
        Ok(())
    }

    /// Marks what may go, by the ledger as it is now that everything is committed.
    async fn mark(&mut self, connection: &mut Pop3Connection) -> Result<Vec<EntryId>, CheckError> {
        let ledger = self.job.store.ledger(self.job.account).await?;
        let by_uid: HashMap<Uid, EntryId> =
            ledger.iter().filter_map(|entry: &LedgerEntry| Some((entry.uid?, entry.id))).collect();
        let added = self.added.iter().filter_map(|(number, uid)| Some((*number, *by_uid.get(uid)?)));
        self.present.extend(added);
        let mut marked = Vec::new();
        let mut deletions = deletions(&self.present, &ledger, self.job.settings.copy, (self.job.now)())
            .into_iter()
            .peekable();
        while deletions.peek().is_some() {
            let next = deletions.by_ref().take(connection.window());
            let (entries, messages): (Vec<EntryId>, Vec<_>) =
                next.map(|delete| (delete.entry, (delete.number, delete.permit))).unzip();
            failpoint::hit("pop3.before_dele");
            let agreed = connection.delete(messages).await?;
            marked.extend(
                entries.into_iter().zip(agreed).filter_map(|(entry, agreed)| agreed.then_some(entry)),
            );
            failpoint::hit("pop3.after_dele");
        }
        Ok(marked)
    }

    /// Ends the session and notes what the server then says is deleted.
    async fn quit(&mut self, connection: Pop3Connection, marked: Vec<EntryId>) -> Result<(), CheckError> {
        failpoint::hit("pop3.before_quit");
        let ended = connection.quit().await;
        failpoint::hit("pop3.after_quit");
        if marked.is_empty() {
            return Ok(());
        }
        if !ended? {
            // Some of them may be there still: known as they are, they are marked again next time.
            return Ok(());
        }
        let at = (self.job.now)();
        let changes: Vec<_> =
            marked.iter().map(|entry| LedgerChange::CopyDeleted(*entry, Some(at))).collect();
        self.job.store.change_ledger(self.job.account, &changes).await?;
        failpoint::hit("pop3.ledger_changed");
        self.checked.deleted = marked.len() as u32;
        self.report(Report::CopiesDeleted(self.checked.deleted)).await;
        Ok(())
    }

    async fn report(&self, report: Report) {
        // Where nobody listens it does not matter.
        let _ = self.job.reports.send(report).await;
    }
}

#[cfg(test)]
mod tests;
