//! The connections of an account's actor: each is a task that reports and ends.

use super::{Actor, Happened, PROGRESS, Running};
use crate::{
    accounts::{
        clock,
        local::failure,
        login::{ConnectError, Login},
        pop3::{
            check::{CheckError, CheckJob, Checked, Report, check},
            whole::fetch_whole,
        },
    },
    store::{Mail, mail::MailChange},
    sync::pop3::ledger::LedgerEntry,
};
use postern_shared::{
    error::{ErrorCode, Failure},
    event::Event,
    ids::{MessageKey, OpId},
    pop3::Pop3Settings,
    reply::Reply,
};
use std::{sync::Arc, time::Instant};
use tokio::sync::{Mutex, mpsc};
use tokio_util::sync::CancellationToken;

/// What a connection works on.
struct Work {
    login: Login,
    mail: Mail,
    settings: Pop3Settings,
    turn: Arc<Mutex<()>>,
}

impl Work {
    async fn check(
        self,
        cancel: CancellationToken,
        reports: mpsc::Sender<Report>,
    ) -> Result<Checked, CheckError> {
        // Whatever else stores mail waits until it is done.
        let _turn = self.turn.lock().await;
        check(self.job(cancel, reports)).await
    }

    async fn fetch_whole(self, entry: &LedgerEntry) -> Result<(), CheckError> {
        let _turn = self.turn.lock().await;
        // Nobody listens to how it goes: it is one message.
        let (reports, _) = mpsc::channel(1);
        fetch_whole(self.job(CancellationToken::new(), reports), entry).await
    }

    fn job(&self, cancel: CancellationToken, reports: mpsc::Sender<Report>) -> CheckJob<'_> {
        CheckJob {
            account: &self.login.account,
            login: &self.login,
            store: self.mail.store.as_ref(),
            blobs: &self.mail.blobs,
            settings: self.settings,
            now: &clock::now,
            cancel,
            reports,
        }
    }
}

impl Actor {
    pub(super) fn start_check(&mut self) {
        let cancel = CancellationToken::new();
        self.running = Some(Running { cancel: cancel.clone(), download: None });
        self.schedule.begun();
        let (reports, mut told) = mpsc::channel(16);
        let (work, happened) = (self.work(), self.happened.clone());
        tokio::spawn(async move {
            let passing = async {
                while let Some(report) = told.recv().await {
                    // An actor that is gone hears nothing.
                    let _ = happened.send(Happened::Reported(report)).await;
                }
            };
            let (result, ()) = tokio::join!(Box::pin(work.check(cancel, reports)), passing);
            let _ = happened.send(Happened::Checked(result)).await;
        });
    }

    fn work(&self) -> Work {
        Work {
            login: self.login.clone(),
            mail: self.mail.clone(),
            settings: self.settings,
            turn: self.turn.clone(),
        }
    }

    pub(super) fn cancel(&mut self) {
        if let Some(running) = &self.running {
            running.cancel.cancel();
        }
    }

    pub(super) async fn reported(&mut self, report: Report) {
        match report {
            Report::Progress(download) => {
                let first = self.running.as_ref().is_some_and(|running| running.download.is_none());
                if let Some(running) = &mut self.running {
                    running.download = Some(download);
                }
                if first || self.told.elapsed() >= PROGRESS {
                    self.tell_account();
                }
            }
            Report::CopiesDeleted(_) => {}
            Report::Stored { folder, uids } => {
                self.trouble = None;
                self.mailbox.publish(None, vec![MailChange::Arrived(folder, uids)]).await;
            }
        }
    }

    pub(super) async fn checked(&mut self, result: Result<Checked, CheckError>) {
        self.running = None;
        let now = Instant::now();
        match result {
            // The user stopped it: what was left comes with the next one.
            Ok(Checked { cancelled: true, .. }) => self.schedule.rested(now),
            Ok(checked) => {
                for skipped in &checked.skipped {
                    tracing::warn!(reason = skipped.reason, "the mail server did not give a message");
                }
                self.trouble = None;
                self.schedule.succeeded(now);
                self.checked_at = Some(clock::now());
                self.mailbox.publish(None, vec![MailChange::Account]).await;
            }
            Err(error) => {
                tracing::info!(%error, "the check ended early");
                self.trouble = match &error {
                    CheckError::Full => Some(Failure::new(ErrorCode::DiskFull, "")),
                    CheckError::Store(error) => Some(failure(error)),
                    _ => None,
                };
                match &error {
                    CheckError::Connect(error) => self.schedule.failed(error, now),
                    CheckError::Busy => {
                        self.schedule.failed(&ConnectError::InUse(error.to_string()), now);
                    }
                    CheckError::Full | CheckError::Store(_) | CheckError::NotOnServer => {
                        self.schedule.delayed(&error, now)
                    }
                }
            }
        }
        self.count_waiting().await;
        self.tell_account();
    }

    pub(super) async fn download_rest(&mut self, op: OpId, key: MessageKey) -> Reply {
        let entry = match self.reader.message(&key).await {
            Ok(message) => message.ledger.filter(|_| message.partial),
            Err(failure) => return Reply::Failed(failure),
        };
        let Some(entry) = entry else {
            return Reply::Failed(Failure::new(ErrorCode::BadInput, "the message is here already"));
        };
        let (work, happened) = (self.work(), self.happened.clone());
        tokio::spawn(async move {
            let result = Box::pin(work.fetch_whole(&entry)).await;
            // An actor that is gone has no browsers to tell.
            let _ = happened.send(Happened::Completed(op, key, result)).await;
        });
        Reply::Accepted
    }

    pub(super) async fn completed(&mut self, op: OpId, key: MessageKey, result: Result<(), CheckError>) {
        match result {
            Ok(()) => {
                self.mailbox.publish(Some(op), vec![MailChange::Folder(key.folder)]).await;
                let finished = Event::Finished { op, count: 1, undoable: false };
                self.mailbox.hub.publish(Some(op), finished);
            }
            Err(error) => {
                let failed = Event::Failed { op, done: 0, total: 1, failure: (&error).into() };
                self.mailbox.hub.publish(Some(op), failed);
            }
        }
    }
}
