//! The folders of the IMAP server of the same account come into folders here: all mail in them but what the inbox holds.
//! Nothing is changed on the server. What came is remembered with its message, so that a download that ended early goes on
//! where it was, and one that is done again brings only what is new.

mod reading;

use crate::{
    accounts::{
        clock,
        imap::{
            connection::{CommandError, Connection},
            server_list,
        },
        local::{Tree, arrival, row},
        login::Login,
        transfer_error::TransferError,
    },
    imap::{
        command::Command,
        response::{Code, Untagged},
    },
    store::{
        Mail, StoreError,
        blob::{BlobWriter, StagedBlob},
        mail::{DownloadLock, NewMessage, ServerFolder},
    },
    sync::pop3::{
        ledger::ContentHash,
        server_folders::{Source, Wanted, chosen, portions},
    },
};
use postern_shared::{
    ids::{AccountId, FolderId, Uid, UidValidity},
    pop3::{FolderDownload, FoldersEnded},
    uid_set::UidSet,
};
use reading::{Head, Piece, Read, Reading};
use std::{
    collections::HashSet,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::{
    sync::{Mutex, OwnedMutexGuard, mpsc},
    time::sleep,
};
use tokio_util::sync::CancellationToken;

/// How often is looked whether a download of another gateway has ended.
const LOCK_TIME: Duration = Duration::from_millis(200);

/// Time between reports of progress.
const REPORT_TIME: Duration = Duration::from_millis(200);

/// What a download of folders needs.
pub struct FoldersJob {
    /// The credentials; the server is the IMAP server.
    pub login: Login,
    /// Where mail goes.
    pub mail: Mail,
    /// Held while something is stored: a check of the same account waits for that, and is waited for.
    pub turn: Arc<Mutex<()>>,
    /// Ends it.
    pub cancel: CancellationToken,
    /// Hears what happens.
    pub reports: mpsc::Sender<FolderReport>,
}

/// What happens during a download of folders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FolderReport {
    /// How far it is. Some are left out where nobody listens fast enough.
    Progress(FolderDownload),
    /// A folder is here now, if it was not before.
    Made,
    /// Messages are stored.
    Stored {
        /// Where.
        folder: FolderId,
        /// Which.
        uids: UidSet,
    },
}

/// Downloads the folders. What came by its end stays, however it ends.
pub async fn download(job: FoldersJob) -> (FoldersEnded, Result<(), TransferError>) {
    let mut session = Session {
        job: &job,
        progress: FolderDownload::default(),
        told: Instant::now(),
        ended: FoldersEnded::default(),
    };
    let result = Box::pin(session.download()).await;
    (session.ended, result)
}

/// A folder and what is wanted of it.
struct Work {
    source: Source,
    from: ServerFolder,
    wanted: Vec<Wanted>,
}

/// Messages of a portion that came.
#[derive(Default)]
struct Batch {
    /// Theirs, and those of messages that are here already.
    uids: UidSet,
    staged: Vec<StagedBlob>,
    rows: Vec<NewMessage>,
}

struct Session<'a> {
    job: &'a FoldersJob,
    progress: FolderDownload,
    told: Instant,
    ended: FoldersEnded,
}

impl<'a> Session<'a> {
    async fn download(&mut self) -> Result<(), TransferError> {
        let mut connection = self.unless_cancelled(Connection::open(&self.job.login)).await??;
        let works = self.look(&mut connection).await?;
        for work in works {
            self.progress.folder.clone_from(&work.source.name);
            self.report_progress();
            // Read anew each time: people make and move folders meanwhile.
            let mut tree = Tree::open(self.job.mail.store.as_ref(), self.account()).await?;
            let place = &work.source.place;
            let here = tree.find_or_make_from(place.role, &place.names).await?;
            self.report(FolderReport::Made).await;
            if !work.wanted.is_empty() {
                self.download_folder(&mut connection, &work, &here).await?;
            }
        }
        connection.logout().await;
        Ok(())
    }

    fn account(&self) -> &'a AccountId {
        &self.job.login.account
    }

    /// Finds out what there is and was not downloaded yet.
    async fn look(&mut self, connection: &mut Connection) -> Result<Vec<Work>, TransferError> {
        let list = self
            .unless_cancelled(async {
                let prefix = server_list::prefix(connection).await?;
                server_list::list(connection, &prefix).await
            })
            .await??;
        let mut works = Vec::new();
        for source in chosen(&list) {
            let opened = self.unless_cancelled(async {
                let (validity, messages) = examine(connection, &source).await?;
                // Some refuse to list nothing.
                let listed = if messages == 0 { Vec::new() } else { reading::list(connection).await? };
                Ok((validity, listed))
            });
            let (validity, mut wanted) = match opened.await? {
                // Listed, and not for this user all the same.
                Err(CommandError::Refused { text, .. }) => {
                    tracing::info!(reason = text, "the mail server does not open a folder");
                    self.ended.closed.push(source.name);
                    continue;
                }
                opened => opened?,
            };
            let (server, name) = (self.job.login.server.host.clone(), source.raw.0.clone());
            let from = ServerFolder { server, name, validity };
            let copied = self.job.mail.store.copied(self.account(), &from).await?;
            wanted.retain(|message| !copied.contains(message.uid));
            let progress = &mut self.progress.progress;
            progress.messages_total += wanted.len() as u32;
            progress.bytes_total += wanted.iter().map(|message| message.size).sum::<u64>();
            self.report_progress();
            works.push(Work { source, from, wanted });
        }
        Ok(works)
    }

    async fn download_folder(
        &mut self,
        connection: &mut Connection,
        work: &Work,
        here: &FolderId,
    ) -> Result<(), TransferError> {
        if self.unless_cancelled(examine(connection, &work.source)).await??.0 != work.from.validity {
            return Err(TransferError::FolderChanged(work.source.name.clone()));
        }
        let mut known = self.job.mail.store.folder_blobs(self.account(), here).await?;
        for portion in portions(&work.wanted) {
            let heads = self.heads(connection, &portion).await?;
            // What is gone meanwhile, or deleted there, is not missed.
            let gone = portion.len().saturating_sub(heads.len() as u64);
            let progress = &mut self.progress.progress;
            progress.messages_total = progress.messages_total.saturating_sub(gone as u32);
            let mut batch = Batch::default();
            for head in heads {
                self.take(connection, head, here, &mut known, &mut batch).await?;
            }
            self.store(&work.from, here, batch).await?;
        }
        Ok(())
    }

    /// The beginnings of messages, and what belongs to them. Where the server refuses, they are asked for one by one: one
    /// that cannot be read keeps no other from coming.
    async fn heads(
        &mut self,
        connection: &mut Connection,
        portion: &UidSet,
    ) -> Result<Vec<Head>, TransferError> {
        let together = self.unless_cancelled(reading::heads(connection, portion)).await?;
        if !matches!(together, Err(CommandError::Refused { .. })) {
            return Ok(together?);
        }
        let mut all = Vec::new();
        for uid in portion.iter() {
            match self.unless_cancelled(reading::heads(connection, &UidSet::one(uid))).await? {
                Err(CommandError::Refused { text, .. }) => {
                    tracing::info!(reason = text, "the mail server does not give a message");
                    self.ended.refused += 1;
                }
                heads => all.extend(heads?),
            }
        }
        Ok(all)
    }

    /// Reads a message to its end.
    async fn take(
        &mut self,
        connection: &mut Connection,
        head: Head,
        here: &FolderId,
        known: &mut HashSet<ContentHash>,
        batch: &mut Batch,
    ) -> Result<(), TransferError> {
        let Head { uid, flags, received, size, piece } = head;
        let writer = self.job.mail.blobs.writer(self.account());
        let whole = self.read(connection, uid, size, piece, writer).await?;
        let Some(Read { staged, scanned }) = whole else {
            self.ended.refused += 1;
            return Ok(());
        };
        batch.uids.insert(uid);
        if known.insert(staged.hash) {
            let received = received.or_else(|| arrival(&scanned)).unwrap_or_else(clock::now);
            batch.rows.push(row(here.clone(), &staged, scanned, flags, received, false));
            batch.staged.push(staged);
        }
        Ok(())
    }

    async fn read(
        &mut self,
        connection: &mut Connection,
        uid: Uid,
        size: Option<u64>,
        mut piece: Piece,
        writer: BlobWriter,
    ) -> Result<Option<Read>, TransferError> {
        let mut reading = Reading::new(writer, size);
        loop {
            reading.push(&piece.data).await?;
            self.progress.progress.bytes += piece.data.len() as u64;
            self.report_progress();
            let Some(origin) = reading.next().filter(|_| piece.more) else { break };
            let next = match self.unless_cancelled(reading::piece(connection, uid, origin)).await? {
                Err(CommandError::Refused { .. }) => None,
                next => next?,
            };
            piece = match next {
                Some(next) => next,
                None if reading.is_whole() => break,
                // It went meanwhile: half of it is no message.
                None => return Ok(None),
            };
        }
        Ok(reading.finish().await?)
    }

    /// Makes messages durable: contents first, then one transaction.
    async fn store(
        &mut self,
        from: &ServerFolder,
        here: &FolderId,
        batch: Batch,
    ) -> Result<(), TransferError> {
        let Batch { mut uids, staged, rows } = batch;
        let count = uids.len() as u32;
        if from.validity == UidValidity(0) {
            // Its UIDs mean nothing the next time: contents tell what is here.
            uids = UidSet::new();
        }
        let right = self.right().await?;
        let Mail { store, blobs } = &self.job.mail;
        blobs.settle(staged).await?;
        let added = match store.add_copied(self.account(), from, &uids, &rows).await {
            Err(StoreError::AlreadyDownloaded(_)) => return Err(TransferError::Elsewhere),
            added => added?,
        };
        drop(right);
        self.ended.messages += added.len() as u32;
        self.progress.progress.messages += count;
        if !added.is_empty() {
            let uids = added.into_iter().collect();
            self.report(FolderReport::Stored { folder: here.clone(), uids }).await;
        }
        self.report_progress();
        Ok(())
    }

    /// The right to store mail, which a check has for as long as it goes on.
    async fn right(&self) -> Result<(OwnedMutexGuard<()>, Box<dyn DownloadLock>), TransferError> {
        loop {
            let turn = self.unless_cancelled(self.job.turn.clone().lock_owned()).await?;
            if let Some(lock) = self.job.mail.store.lock_download(self.account()).await? {
                return Ok((turn, lock));
            }
            drop(turn);
            self.unless_cancelled(sleep(LOCK_TIME)).await?;
        }
    }

    /// Waits for something that can be dropped half way. A connection that was waited for is of no more use then.
    async fn unless_cancelled<T>(&self, waiting: impl Future<Output = T>) -> Result<T, TransferError> {
        tokio::select! {
            biased;
            () = self.job.cancel.cancelled() => Err(TransferError::Cancelled),
            done = waiting => Ok(done),
        }
    }

    fn report_progress(&mut self) {
        let whole = self.progress.progress.messages == self.progress.progress.messages_total;
        if whole || self.told.elapsed() >= REPORT_TIME {
            self.told = Instant::now();
            let _ = self.job.reports.try_send(FolderReport::Progress(self.progress.clone()));
        }
    }

    async fn report(&self, report: FolderReport) {
        // Where nobody listens it does not matter.
        let _ = self.job.reports.send(report).await;
    }
}

/// Opens a folder without changing anything in it; its UIDVALIDITY, 0 where the server has none, and how many messages it
/// holds.
async fn examine(connection: &mut Connection, source: &Source) -> Result<(UidValidity, u32), CommandError> {
    let answer = connection.run(&Command::Examine(source.raw.clone())).await?;
    let (mut validity, mut messages) = (0, 0);
    for response in answer.untagged {
        match response {
            Untagged::Status(status) => {
                if let Some(Code::UidValidity(told)) = status.code {
                    validity = told;
                }
            }
            Untagged::Exists(count) => messages = count,
            _ => {}
        }
    }
    Ok((UidValidity(validity), messages))
}
