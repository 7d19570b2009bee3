//! One check: what is new comes, what the policy lets go goes, and the connection is closed. Whatever breaks it off,
//! what was committed stays, and nothing is deleted that is not here.

use super::{
    batch::Batch,
    connection::Pop3Connection,
    incoming::{Incoming, Whole},
};
use crate::{
    accounts::{
        local::failure,
        login::{ConnectError, Login},
    },
    failpoint,
    pop3::{body::BodyReader, command::Command},
    store::{
        StoreError,
        blob::Blobs,
        mail::{MailStore, folder_ids},
    },
    sync::pop3::{
        ledger::{LedgerChange, LedgerEntry},
        plan::{Fetch, Identities, Recognized, plan},
    },
};
use postern_shared::{
    error::{ErrorCode, Failure},
    ids::{FolderId, Uid},
    pop3::{Download, Pop3Settings},
    uid_set::UidSet,
};
use std::{collections::VecDeque, sync::Arc};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// Everything a check needs.
pub struct CheckJob {
    /// The credentials.
    pub login: Login,
    /// Where messages go.
    pub store: Arc<dyn MailStore>,
    /// Where their contents go.
    pub blobs: Blobs,
    /// The policy for the copies, and how much to download.
    pub settings: Pop3Settings,
    /// The time, in seconds since 1970.
    pub now: i64,
    /// Cancelled when it has to end after the message it is at.
    pub cancel: CancellationToken,
    /// How it goes.
    pub reports: mpsc::Sender<Report>,
}

/// How a check goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Report {
    /// So much is done.
    Progress(Download),
    /// Messages are stored.
    Stored {
        /// Where.
        folder: FolderId,
        /// Which.
        uids: UidSet,
    },
}

/// What a complete check did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// Messages stored.
    pub stored: u32,
    /// Copies that the server confirmed to have deleted.
    pub deleted: u32,
    /// Messages the server would not give: they are asked for again next time.
    pub refused: u32,
}

/// Why a check ended early.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// The connection could not be made, or broke.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// There is no room here.
    #[error("the disk is full")]
    Full,
    /// The store failed.
    #[error(transparent)]
    Store(StoreError),
    /// Somebody else downloads this account's mail: another gateway on the same store.
    #[error("another gateway downloads this account's mail")]
    Busy,
    /// The user stopped it.
    #[error("the download was cancelled")]
    Cancelled,
}

impl From<StoreError> for CheckError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Full => Self::Full,
            other => Self::Store(other),
        }
    }
}

impl CheckError {
    /// As browsers are told it.
    pub fn failure(&self) -> Failure {
        match self {
            Self::Connect(error) => error.into(),
            Self::Full => Failure::new(ErrorCode::DiskFull, ""),
            Self::Store(error) => failure(error),
            Self::Busy => Failure::new(ErrorCode::MailboxInUse, self.to_string()),
            Self::Cancelled => Failure::new(ErrorCode::Cancelled, ""),
        }
    }
}

/// Checks for mail.
pub async fn check(job: CheckJob) -> Result<Checked, CheckError> {
    let account = job.login.account.clone();
    let _lock = job.store.lock_download(&account).await?.ok_or(CheckError::Busy)?;
    let mut connection = Pop3Connection::open(&job.login).await?;
    let listing = connection.list().await?;
    failpoint::hit("pop3.listed");
    let ledger = job.store.ledger(&account).await?;
    let (fetches, identities) = plan(&listing, &ledger);
    let mut downloader = Downloader::new(&job, connection, identities, ledger, &fetches);
    let downloaded = downloader.run(fetches).await;
    let Downloader { connection, identities, mut checked, .. } = downloader;
    if let Err(error) = downloaded {
        if matches!(error, CheckError::Full | CheckError::Store(_)) {
            connection.quit_unchanged().await;
        }
        return Err(error);
    }
    checked.deleted = finish(&job, connection, &identities).await?;
    Ok(checked)
}

/// Downloads the rest of a message of which only the beginning is here. Nothing else happens in that connection.
pub async fn fetch_whole(job: CheckJob, entry: LedgerEntry) -> Result<(), CheckError> {
    let account = job.login.account.clone();
    let _lock = job.store.lock_download(&account).await?.ok_or(CheckError::Busy)?;
    let mut connection = Pop3Connection::open(&job.login).await?;
    let listing = connection.list().await?;
    let mut named = listing.iter().filter(|listed| listed.unique_id == entry.unique_id);
    let gone = || ConnectError::NotMail("it does not have the message any more".to_owned());
    let (Some(listed), None, Some(uid)) = (named.next(), named.next(), entry.uid) else {
        return Err(gone().into());
    };
    connection.send([Command::Retr(listed.number)]).await?;
    if !connection.status().await?.ok {
        return Err(gone().into());
    }
    let whole = read(&mut connection, Incoming::new(job.blobs.writer(&account)), |_| {}).await?;
    let (message, blob) = whole.into_message(entry.unique_id, false, job.now);
    job.blobs.settle(vec![blob]).await?;
    job.store.complete(&account, uid, &message).await?;
    // What is stored is stored, whatever the server says to that.
    let _ = connection.quit().await;
    Ok(())
}

/// Deletes what the policy lets go. A deletion counts when the server says `+OK` to QUIT (RFC 1939 §6).
async fn finish(
    job: &CheckJob,
    mut connection: Pop3Connection,
    identities: &Identities,
) -> Result<u32, CheckError> {
    let account = &job.login.account;
    let ledger = job.store.ledger(account).await?;
    let deletions = identities.deletions(&ledger, job.settings.copy, job.now);
    let entries: Vec<_> = deletions.iter().map(|deletion| (deletion.number, deletion.entry)).collect();
    let permitted = deletions.into_iter().map(|deletion| (deletion.number, deletion.permit));
    let marked = connection.delete(permitted).await?;
    failpoint::hit("pop3.marked");
    connection.quit().await?;
    failpoint::hit("pop3.quit");
    let gone = entries.into_iter().filter(|(number, _)| marked.binary_search(number).is_ok());
    let changes: Vec<_> = gone.map(|(_, entry)| LedgerChange::CopyDeleted(entry, job.now)).collect();
    if !changes.is_empty() {
        job.store.change_ledger(account, &changes).await?;
    }
    failpoint::hit("pop3.noted");
    Ok(changes.len() as u32)
}

/// Reads a message whose status was good to its end.
async fn read(
    connection: &mut Pop3Connection,
    mut incoming: Incoming,
    mut on_bytes: impl FnMut(usize),
) -> Result<Whole, CheckError> {
    let (mut reader, mut piece) = (BodyReader::default(), Vec::new());
    while !reader.is_complete() {
        connection.body(&mut reader, &mut piece).await?;
        incoming.take(&piece).await?;
        on_bytes(piece.len());
        piece.clear();
    }
    Ok(incoming.finish().await?)
}

/// The download of one check.
struct Downloader<'a> {
    job: &'a CheckJob,
    connection: Pop3Connection,
    identities: Identities,
    ledger: Vec<LedgerEntry>,
    batch: Batch,
    renamed: Vec<LedgerChange>,
    progress: Download,
    checked: Checked,
}

impl<'a> Downloader<'a> {
    fn new(
        job: &'a CheckJob,
        connection: Pop3Connection,
        identities: Identities,
        ledger: Vec<LedgerEntry>,
        fetches: &[Fetch],
    ) -> Self {
        let progress = Download {
            messages_total: fetches.len() as u32,
            bytes_total: fetches.iter().map(|fetch| fetch.size).sum(),
            ..Download::default()
        };
        let (batch, renamed, checked) = (Batch::default(), Vec::new(), Checked::default());
        Self { job, connection, identities, ledger, batch, renamed, progress, checked }
    }

    /// Downloads everything, and stores what was read also where it breaks off.
    async fn run(&mut self, fetches: Vec<Fetch>) -> Result<(), CheckError> {
        let downloaded = self.download(fetches).await;
        match downloaded {
            Ok(()) | Err(CheckError::Connect(_) | CheckError::Cancelled) => {
                self.commit().await?;
                downloaded
            }
            Err(error) => Err(error),
        }
    }

    async fn download(&mut self, fetches: Vec<Fetch>) -> Result<(), CheckError> {
        let window = self.connection.window();
        let mut waiting = VecDeque::from(fetches);
        let mut asked: VecDeque<Fetch> = VecDeque::with_capacity(window);
        while !waiting.is_empty() || !asked.is_empty() {
            if self.job.cancel.is_cancelled() {
                return Err(CheckError::Cancelled);
            }
            // Half a window at a time: one write for many commands, and the server never waits for the next.
            if asked.len() <= window / 2 {
                let more: Vec<Fetch> = waiting.drain(..waiting.len().min(window - asked.len())).collect();
                let commands: Vec<Command> = more.iter().map(|fetch| self.command(fetch)).collect();
                self.connection.send(commands).await?;
                asked.extend(more);
            }
            if let Some(fetch) = asked.pop_front() {
                self.receive(fetch).await?;
            }
        }
        Ok(())
    }

    async fn receive(&mut self, fetch: Fetch) -> Result<(), CheckError> {
        if !self.connection.status().await?.ok {
            // One message the server does not give keeps none of the others.
            self.checked.refused += 1;
            return Ok(());
        }
        let incoming = Incoming::new(self.job.blobs.writer(&self.job.login.account));
        let (progress, reports) = (&mut self.progress, &self.job.reports);
        let whole = read(&mut self.connection, incoming, |bytes| {
            progress.bytes += bytes as u64;
            // Whoever is behind hears of the next piece.
            let _ = reports.try_send(Report::Progress(*progress));
        })
        .await?;
        let partial = matches!(self.command(&fetch), Command::Top(..));
        self.keep(fetch, whole, partial);
        if self.batch.is_due() {
            self.commit().await?;
        }
        Ok(())
    }

    fn keep(&mut self, fetch: Fetch, whole: Whole, partial: bool) {
        self.progress.messages += 1;
        match self.identities.recognize(&fetch, &whole.hash(), partial, &self.ledger) {
            Recognized::Known(entry) => self.renamed.push(LedgerChange::Renamed(entry, fetch.unique_id)),
            Recognized::New { displaces } => {
                self.renamed.extend(displaces.map(|other| LedgerChange::Renamed(other, None)));
                let (message, blob) = whole.into_message(fetch.unique_id, partial, self.job.now);
                self.batch.push(fetch.number, message, blob);
            }
        }
    }

    async fn commit(&mut self) -> Result<(), CheckError> {
        let CheckJob { store, blobs, login, reports, .. } = self.job;
        // First, so that no id names two messages at any time.
        if !self.renamed.is_empty() {
            store.change_ledger(&login.account, &self.renamed).await?;
            self.renamed.clear();
            failpoint::hit("pop3.renamed");
        }
        let batch = std::mem::take(&mut self.batch);
        let stored = batch.commit(&login.account, store.as_ref(), blobs).await?;
        if stored.is_empty() {
            return Ok(());
        }
        self.checked.stored += stored.len() as u32;
        let mut uids: Vec<Uid> = stored.iter().map(|(_, uid)| *uid).collect();
        uids.sort_unstable();
        for (number, uid) in stored {
            self.identities.stored(number, uid);
        }
        let folder = FolderId::from(folder_ids::INBOX);
        // An actor that is gone hears nothing.
        let _ = reports.send(Report::Progress(self.progress)).await;
        let _ = reports.send(Report::Stored { folder, uids: uids.into_iter().collect() }).await;
        Ok(())
    }

    /// How a message is asked for: whole, or its beginning where it is longer than what the user wants at first. A
    /// line is taken for 80 bytes: TOP of a short message brings all of it, and would still count as its beginning.
    fn command(&self, fetch: &Fetch) -> Command {
        match self.job.settings.first_lines {
            Some(lines) if self.connection.capabilities().top && fetch.size > u64::from(lines) * 80 => {
                Command::Top(fetch.number, lines)
            }
            _ => Command::Retr(fetch.number),
        }
    }
}
