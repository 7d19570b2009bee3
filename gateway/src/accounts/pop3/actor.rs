//! A POP3 account: a mailbox of its own, and quick connections that bring what is new and hang up.

mod checking;
mod folders;
mod uploading;

use super::{
    check::{CheckError, Checked, Report},
    schedule::Schedule,
    server_folders::FolderReport,
    upload::Tally,
    waiting,
};
use crate::{
    accounts::{
        chance, clock,
        desk::Told,
        handle::Request,
        local::{Mailbox, Reader, failure},
        login::Login,
        reading::TrustedSenders,
        transfer_error::TransferError,
    },
    browser::BrowserId,
    hub::{outbox::Outbox, publish::Hub},
    store::{
        Mail, StoreError,
        mail::{MailAccount, MailChange},
    },
};
use folders::Folders;
use postern_shared::{
    account::{Account, AccountKind, DeletingSettings},
    command::AccountCommand,
    error::{ErrorCode, Failure},
    event::Event,
    ids::{AccountId, Epoch, MessageKey, OpId, RequestId, Seq},
    pop3::{Download, FoldersEnded, Pop3Settings, Pop3Status},
    reply::{Attached, Reply, Snapshot},
};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::sync::{Mutex, broadcast, mpsc, oneshot};
use tokio_util::sync::CancellationToken;
use uploading::Uploading;

/// How often is looked whether something is due.
const TICK: Duration = Duration::from_secs(1);

/// Progress is told no oftener.
const PROGRESS: Duration = Duration::from_millis(200);

/// What is waiting for the next connection is shown up to this many.
const WAITING_SHOWN: usize = 200;

/// What an actor is told by its own tasks and by the supervisor.
#[derive(Debug)]
pub enum Happened {
    /// The check under way tells how it goes.
    Reported(Report),
    /// It ended.
    Checked(Result<Checked, CheckError>),
    /// The rest of a message came, or did not.
    Completed(OpId, MessageKey, Result<(), CheckError>),
    /// An upload goes on.
    Uploading(OpId, Tally),
    /// It ended.
    Uploaded(OpId, Tally, Result<(), TransferError>),
    /// A download of the server's folders goes on.
    FoldersWentOn(FolderReport),
    /// It ended.
    FoldersEnded(FoldersEnded, Result<(), TransferError>),
    /// The user signed in anew: these are the credentials now.
    SignedIn(Box<Login>),
}

/// What an actor is started with.
pub struct Start {
    /// The credentials.
    pub login: Login,
    /// Where mail is kept.
    pub mail: Mail,
    /// Its choices for reading.
    pub reading: TrustedSenders,
    /// The sending end of its own events.
    pub happened: mpsc::Sender<Happened>,
    /// How long it stays without a browser where it checks only when asked.
    pub idle: Duration,
    /// How long it goes on checking without a browser.
    pub checking: Duration,
    /// The servers whose findings about senders are believed.
    pub trusted: Arc<[String]>,
}

/// The check under way.
struct Running {
    cancel: CancellationToken,
    download: Option<Download>,
}

/// An account's actor.
struct Actor {
    login: Login,
    mail: Mail,
    reading: TrustedSenders,
    mailbox: Mailbox,
    reader: Reader,
    settings: Pop3Settings,
    checked_at: Option<i64>,
    waiting: u32,
    trouble: Option<Failure>,
    schedule: Schedule,
    running: Option<Running>,
    uploading: Option<Uploading>,
    folders: Folders,
    /// Held by whatever stores new mail.
    turn: Arc<Mutex<()>>,
    told: Instant,
    happened: mpsc::Sender<Happened>,
    alone_since: Option<Instant>,
    idle: Duration,
    checking: Duration,
    signed_out: Option<oneshot::Sender<()>>,
}

/// Runs an account until it is signed out, stopped, or nobody was there for long.
pub async fn run(
    start: Start,
    mut requests: mpsc::Receiver<Request>,
    mut inner: mpsc::Receiver<Happened>,
    stop: CancellationToken,
) {
    let mut heard = start.mail.store.hear();
    let account = start.login.account.clone();
    let mut actor = match Actor::open(start).await {
        Ok(actor) => actor,
        Err(error) => return tracing::error!(%error, "the account's mail cannot be opened"),
    };
    let mut ticks = tokio::time::interval(TICK);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    while !actor.is_done() {
        tokio::select! {
            Some(event) = inner.recv() => actor.handle(event).await,
            Some(request) = requests.recv() => actor.request(request).await,
            change = elsewhere(&mut heard, &account) => actor.heard(change).await,
            _ = ticks.tick() => actor.tick(),
            () = stop.cancelled() => break,
        }
    }
    actor.close(&mut inner).await;
}

/// The next change that another gateway made to this account.
async fn elsewhere(
    heard: &mut broadcast::Receiver<(AccountId, MailChange)>,
    account: &AccountId,
) -> MailChange {
    loop {
        match heard.recv().await {
            Ok((of, change)) if of == *account => return change,
            Ok(_) => {}
            Err(broadcast::error::RecvError::Lagged(_)) => return MailChange::Everything,
            // A store that is not shared never tells anything.
            Err(broadcast::error::RecvError::Closed) => std::future::pending().await,
        }
    }
}

impl Actor {
    async fn open(start: Start) -> Result<Self, StoreError> {
        let Start { login, mail, reading, happened, idle, checking, trusted } = start;
        let account = login.account.clone();
        let opened = mail.store.open_account(&account).await?;
        let hub = Hub::new(account.clone(), Epoch(chance::random()));
        let mailbox = Mailbox::open(hub, account.clone(), &opened, mail.store.clone()).await?;
        let reader = Reader::new(account, opened.validity, mail.store.clone(), mail.blobs.clone(), trusted);
        let MailAccount { settings, checked_at, .. } = opened;
        let now = Instant::now();
        let mut actor = Self {
            login,
            mail,
            reading,
            mailbox,
            reader,
            settings,
            checked_at,
            waiting: 0,
            trouble: None,
            schedule: Schedule::new(),
            running: None,
            uploading: None,
            folders: Folders::default(),
            turn: Arc::default(),
            told: now,
            happened,
            alone_since: Some(now),
            idle,
            checking,
            signed_out: None,
        };
        actor.count_waiting().await;
        actor.look_for_imap().await;
        Ok(actor)
    }

    async fn handle(&mut self, event: Happened) {
        match event {
            Happened::Reported(report) => self.reported(report).await,
            Happened::Checked(result) => self.checked(result).await,
            Happened::Completed(op, key, result) => self.completed(op, key, result).await,
            Happened::Uploading(op, tally) => self.upload_went_on(op, tally),
            Happened::Uploaded(op, tally, result) => self.uploaded(op, tally, result),
            Happened::FoldersWentOn(report) => self.folders_went_on(report).await,
            Happened::FoldersEnded(ended, result) => self.folders_ended(ended, result).await,
            Happened::SignedIn(login) => {
                self.login = *login;
                self.look_for_imap().await;
                self.tell_account();
                self.schedule.ask_now();
                self.tick();
            }
        }
    }

    async fn request(&mut self, request: Request) {
        match request {
            Request::Attach { browser, resume, outbox, attached } => {
                self.attach(browser, resume, outbox, attached);
            }
            Request::Detach { browser } => {
                self.mailbox.detached(browser);
                self.alone_since = self.mailbox.hub.is_empty().then(Instant::now);
            }
            Request::Command { browser, id, command } => self.command(browser, id, command).await,
            Request::Structure { key, answer } => {
                let reader = self.reader.clone();
                // Whoever asked may be gone.
                tokio::spawn(async move { drop(answer.send(reader.structure(&key).await)) });
            }
            Request::Piece { key, piece, from, chunks } => {
                tokio::spawn(self.reader.clone().piece(key, piece, from, chunks));
            }
            Request::Desk(told) => match told {
                Told::Reply(browser, id, reply) => self.mailbox.reply(browser, id, reply),
                Told::Event(event) => self.mailbox.hub.publish(None, Event::Writing(event)),
                Told::Changed(changes) => self.mailbox.publish(None, changes).await,
            },
            Request::SignOut { done } => {
                self.cancel_everything();
                self.signed_out = Some(done);
            }
        }
    }

    async fn command(&mut self, browser: BrowserId, id: RequestId, command: AccountCommand) {
        let reply = match command {
            AccountCommand::Refresh => {
                self.schedule.ask_now();
                self.tick();
                Reply::Accepted
            }
            AccountCommand::OpenMessage { key } => {
                let detail = self.reader.detail(key, self.settings.copy, clock::now()).await;
                detail.map_or_else(Reply::Failed, |detail| Reply::Message(Box::new(detail)))
            }
            AccountCommand::SetPop3 { settings } => self.set_settings(settings).await,
            AccountCommand::TrustSender { sender, trusted } => {
                let changed = self.reading.change(&sender, trusted);
                if changed.is_ok() {
                    self.tell_account();
                }
                changed.map_or_else(Reply::Failed, |()| Reply::Accepted)
            }
            AccountCommand::CancelDownload => {
                self.cancel();
                Reply::Accepted
            }
            AccountCommand::DownloadRest { op, key } => self.download_rest(op, key).await,
            AccountCommand::DownloadServerFolders { server } => self.start_folders(server),
            AccountCommand::CancelServerFolders => self.cancel_folders(),
            AccountCommand::DeclineServerFolders => {
                self.folders.forget_end();
                self.decline_folders().await
            }
            AccountCommand::UploadToImap { op } => self.start_upload(op).await,
            AccountCommand::Cancel { op } if self.cancel_upload(op) => Reply::Accepted,
            AccountCommand::ListWaitingCopies => self.waiting_copies().await,
            other => {
                if self.mailbox.command(browser, id, other).await {
                    self.count_waiting().await;
                    self.tell_account();
                }
                return;
            }
        };
        self.mailbox.reply(browser, id, reply);
    }

    /// Another gateway changed something.
    async fn heard(&mut self, change: MailChange) {
        let concerns_us = matches!(change, MailChange::Account | MailChange::Everything);
        self.mailbox.follow(None, &[change]).await;
        if concerns_us {
            self.reload().await;
        }
    }

    /// Takes up what another gateway decided or found.
    async fn reload(&mut self) {
        match self.mail.store.open_account(&self.login.account).await {
            Ok(MailAccount { settings, checked_at, .. }) => {
                (self.settings, self.checked_at) = (settings, checked_at);
                self.count_waiting().await;
                self.look_for_imap().await;
                self.tell_account();
            }
            Err(error) => tracing::error!(%error, "the account cannot be read"),
        }
    }

    fn tick(&mut self) {
        self.mailbox.sweep();
        let every = self.settings.check_minutes.map(|minutes| Duration::from_secs(60) * u32::from(minutes));
        let free = self.running.is_none() && self.uploading.is_none() && self.signed_out.is_none();
        if free && self.schedule.is_due(every, Instant::now()) {
            self.start_check();
        }
    }

    async fn set_settings(&mut self, settings: Pop3Settings) -> Reply {
        if let Err(what) = check_settings(&settings) {
            return Reply::Failed(Failure::new(ErrorCode::BadInput, what));
        }
        if let Err(error) = self.mail.store.set_settings(&self.login.account, settings).await {
            return Reply::Failed(failure(&error));
        }
        self.settings = settings;
        self.mailbox.publish(None, vec![MailChange::Account]).await;
        self.count_waiting().await;
        self.tell_account();
        Reply::Accepted
    }

    async fn waiting_copies(&self) -> Reply {
        let (account, policy) = (&self.login.account, self.settings.copy);
        match waiting::list(&self.mail, account, policy, clock::now(), WAITING_SHOWN).await {
            Ok(copies) => Reply::WaitingCopies(copies),
            Err(error) => Reply::Failed(failure(&error)),
        }
    }

    async fn count_waiting(&mut self) {
        let (account, policy) = (&self.login.account, self.settings.copy);
        match waiting::count(&self.mail, account, policy, clock::now()).await {
            Ok(count) => self.waiting = count,
            Err(error) => tracing::error!(%error, "what waits for the next connection cannot be counted"),
        }
    }

    fn attach(
        &mut self,
        browser: BrowserId,
        resume: Option<(Epoch, Seq)>,
        outbox: Outbox,
        attached: oneshot::Sender<Attached>,
    ) {
        self.alone_since = None;
        let resumed = self.mailbox.hub.attach(browser, resume, outbox);
        let answer = if resumed { Attached::Resumed } else { Attached::Snapshot(self.snapshot()) };
        if attached.send(answer).is_err() {
            self.mailbox.detached(browser);
        }
    }

    fn snapshot(&self) -> Snapshot {
        Snapshot {
            epoch: self.mailbox.hub.epoch(),
            seq: self.mailbox.hub.last(),
            account: self.account(),
            folders: self.mailbox.folders().to_vec(),
        }
    }

    fn account(&self) -> Account {
        Account {
            id: self.login.account.clone(),
            kind: AccountKind::Pop3,
            deleting: DeletingSettings::default(),
            connection: self.schedule.connection(Instant::now()),
            pop3: Some(Pop3Status {
                settings: self.settings,
                checked_at: self.checked_at,
                waiting: self.waiting,
                download: self.running.as_ref().and_then(|running| running.download),
                trouble: self.trouble.clone(),
                server_folders: Box::new(self.server_folders()),
            }),
            reading: self.reading.settings(),
        }
    }

    fn tell_account(&mut self) {
        self.told = Instant::now();
        let account = self.account();
        self.mailbox.hub.publish(None, Event::AccountChanged(account));
    }

    /// Whether there is nothing left to do.
    fn is_done(&self) -> bool {
        let patience = if self.settings.check_minutes.is_some() { self.checking } else { self.idle };
        let forgotten = self.alone_since.is_some_and(|since| since.elapsed() >= patience);
        (forgotten || self.signed_out.is_some()) && !self.is_busy()
    }

    fn is_busy(&self) -> bool {
        self.running.is_some() || self.uploading.is_some() || self.folders.is_running()
    }

    fn cancel_everything(&mut self) {
        self.cancel();
        self.cancel_uploading();
        self.folders.cancel();
    }

    /// Ends what is under way after the message it is at.
    async fn close(mut self, inner: &mut mpsc::Receiver<Happened>) {
        self.cancel_everything();
        while self.is_busy() {
            match inner.recv().await {
                Some(event) => self.handle(event).await,
                None => break,
            }
        }
        if let Some(done) = self.signed_out {
            // Whoever waited may be gone.
            let _ = done.send(());
        }
    }
}

fn check_settings(settings: &Pop3Settings) -> Result<(), &'static str> {
    use postern_shared::pop3::CopyPolicy;
    let days = !matches!(settings.copy, CopyPolicy::LeaveForDays(days) if !(1..=3650).contains(&days));
    let minutes = settings.check_minutes.is_none_or(|minutes| (1..=60).contains(&minutes));
    let lines = settings.first_lines.is_none_or(|lines| (1..=100_000).contains(&lines));
    match (days, minutes, lines) {
        (false, ..) => Err("a copy can be left for 1 to 3650 days"),
        (_, false, _) => Err("mail can be checked for every 1 to 60 minutes"),
        (.., false) => Err("1 to 100000 lines can be downloaded at first"),
        _ => Ok(()),
    }
}
