//! One account's task: browsers' requests, connections' answers, the watcher's hints and time go into the core; what
//! the core puts out is done here. It owns the connections and waits for none of them.

mod fetching;

pub use fetching::{FetchRequest, Waiter};

use super::{
    connection::Connection,
    keeper::{self, Keep},
    lane::{self, LaneHandle},
    link::Link,
    piece,
    structures::Structures,
    watcher,
};
use crate::{
    accounts::{
        chance,
        desk::Told,
        handle::{Request, Structure},
        login::{ConnectError, Login},
        reading::TrustedSenders,
    },
    browser::BrowserId,
    hub::{outbox::Outbox, publish::Hub},
    imap::command::MailboxName,
    mime::sender::Recipient,
    store::{DeletingStore, MarkedFolder},
    sync::{
        answer::Answer,
        engine::{Engine, Hint},
        output::{Lane, Output, Ticket},
    },
};
use postern_shared::{
    account::{Account, AccountKind, Connection as ConnectionState, DeletingSettings},
    command::AccountCommand,
    event::Event,
    ids::{Epoch, FolderId, Seq},
    reply::{Attached, Reply, Snapshot},
    uid_set::UidSet,
};
use std::{
    collections::HashMap,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::sync::{mpsc, oneshot, watch};
use tokio_util::sync::CancellationToken;

/// How often the core is told the time.
const TICK: Duration = Duration::from_secs(1);

/// How often all folders are looked at where the server does not tell of them by itself, while somebody looks.
const LOOK_AROUND: Duration = Duration::from_secs(15);

/// How long a sign-out waits for its purges.
const SIGN_OUT_TIME: Duration = Duration::from_secs(30);

/// What an actor is told by its own tasks and by the supervisor.
#[derive(Debug)]
pub enum Happened {
    /// A connection is open, or could not be opened.
    Opened(Lane, Result<Box<Connection>, ConnectError>),
    /// A command was answered.
    Answered(Lane, Answer),
    /// A connection broke.
    Lost(Lane, ConnectError),
    /// The watcher begins or ceases to listen; `all` says whether it hears of every folder.
    Listening {
        /// By NOTIFY.
        all: bool,
    },
    /// The watcher heard something.
    Hinted(Hint),
    /// A folder's marks were read.
    Recalled {
        /// Of which folder.
        folder: MarkedFolder,
        /// Struck in Postern.
        struck_here: UidSet,
        /// To be put back.
        put_back: UidSet,
    },
    /// A message's part is wanted.
    Fetch(FetchRequest),
    /// A structure was completed with what is packed into the message's parts.
    Unpacked(Structure, Waiter),
    /// The user signed in anew: these are the credentials now, and a connection that proves them.
    SignedIn(Box<Login>, Box<Connection>),
}

/// An account's actor.
#[derive(Debug)]
pub struct Actor {
    login: Login,
    reading: TrustedSenders,
    engine: Engine,
    hub: Hub,
    link: Link,
    lanes: HashMap<Lane, LaneHandle>,
    happened: mpsc::Sender<Happened>,
    keeper: mpsc::UnboundedSender<Keep>,
    watched: watch::Sender<watcher::Watched>,
    watcher: Option<tokio::task::AbortHandle>,
    hears_all: bool,
    looked_around: Instant,
    waiters: HashMap<Ticket, Waiter>,
    last_ticket: u64,
    structures: Structures,
    recipient: Recipient,
    alone_since: Option<Instant>,
    idle: Duration,
    signing_out: Option<(Instant, oneshot::Sender<()>)>,
}

/// What an actor is started with.
pub struct Start {
    /// The credentials.
    pub login: Login,
    /// The account's choices.
    pub settings: DeletingSettings,
    /// Its choices for reading.
    pub reading: TrustedSenders,
    /// Where marks are kept.
    pub store: Arc<dyn DeletingStore>,
    /// A connection that is signed in already.
    pub connection: Option<Box<Connection>>,
    /// The sending end of its own events.
    pub happened: mpsc::Sender<Happened>,
    /// How long it stays connected without a browser.
    pub idle: Duration,
    /// The servers whose findings about senders are believed.
    pub trusted: Arc<[String]>,
}

/// Runs an account until it is signed out, stopped, or nobody was there for long.
pub async fn run(
    start: Start,
    mut requests: mpsc::Receiver<Request>,
    mut inner: mpsc::Receiver<Happened>,
    stop: CancellationToken,
) {
    let mut actor = Actor::new(start);
    let mut ticks = tokio::time::interval(TICK);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    while !actor.is_done() {
        tokio::select! {
            Some(event) = inner.recv() => actor.handle(event),
            Some(request) = requests.recv() => actor.request(request),
            _ = ticks.tick() => actor.tick(),
            () = stop.cancelled() => break,
        }
        actor.act();
    }
    actor.close();
}

impl Actor {
    fn new(start: Start) -> Self {
        let now = Instant::now();
        let account = start.login.account.clone();
        let with_header = !start.trusted.is_empty();
        let (keeper, jobs) = mpsc::unbounded_channel();
        tokio::spawn(keeper::keep(account.clone(), start.store, jobs, start.happened.clone()));
        let inbox = (FolderId::from("INBOX"), MailboxName(b"INBOX".to_vec()));
        let mut actor = Self {
            recipient: Recipient { address: start.login.account.0.clone(), trusted: start.trusted },
            login: start.login,
            reading: start.reading,
            engine: Engine::new(start.settings, now),
            hub: Hub::new(account, Epoch(chance::random())),
            link: Link::default(),
            lanes: HashMap::new(),
            happened: start.happened,
            keeper,
            watched: watch::channel(inbox).0,
            watcher: None,
            hears_all: false,
            looked_around: now,
            waiters: HashMap::new(),
            last_ticket: 0,
            structures: Structures::new(with_header),
            alone_since: Some(now),
            idle: start.idle,
            signing_out: None,
        };
        match start.connection {
            Some(connection) => actor.adopt(Lane::Worker, *connection),
            None => actor.connect(Lane::Worker),
        }
        actor.act();
        actor
    }

    fn handle(&mut self, event: Happened) {
        let now = Instant::now();
        match event {
            Happened::Opened(lane, Ok(connection)) => self.opened(lane, *connection),
            Happened::Opened(lane, Err(error)) | Happened::Lost(lane, error) => self.lost(lane, &error),
            Happened::Answered(lane, answer) => self.engine.answered(lane, answer, now),
            Happened::Listening { all } => {
                self.hears_all = all;
                self.engine.hinted(Hint::Anything, now);
            }
            Happened::Hinted(hint) => self.engine.hinted(hint, now),
            Happened::Recalled { folder, struck_here, put_back } => {
                self.engine.remembered(&folder.folder, folder.validity, struck_here, put_back, now);
            }
            Happened::Fetch(FetchRequest { key, items, answer }) => {
                self.fetch(key, items, Waiter::Piece(answer));
            }
            Happened::Unpacked(structure, waiter) => self.tell_structure(Ok(structure), waiter),
            Happened::SignedIn(login, connection) => {
                self.login = *login;
                if !self.lanes.contains_key(&Lane::Worker) {
                    self.adopt(Lane::Worker, *connection);
                } else {
                    tokio::spawn(connection.logout());
                }
            }
        }
    }

    fn request(&mut self, request: Request) {
        let now = Instant::now();
        match request {
            Request::Attach { browser, resume, outbox, attached } => {
                self.attach(browser, resume, outbox, attached);
            }
            Request::Detach { browser } => {
                self.hub.detach(browser);
                self.alone_since = self.hub.is_empty().then_some(now);
                self.engine.detached(browser, now);
            }
            Request::Command { browser, id, command: AccountCommand::OpenMessage { key } } => {
                self.open_message(browser, id, key);
            }
            Request::Command { browser, id, command: AccountCommand::TrustSender { sender, trusted } } => {
                let changed = self.reading.change(&sender, trusted);
                if changed.is_ok() {
                    self.tell_account();
                }
                self.hub.reply(browser, id, changed.map_or_else(Reply::Failed, |()| Reply::Accepted));
            }
            Request::Command { browser, id, command } => self.engine.command(browser, id, command, now),
            Request::Structure { key, answer } => match self.structures.get(&key) {
                // Whoever asked may be gone.
                Some(structure) => drop(answer.send(Ok(structure))),
                None => self.fetch(key.clone(), self.structures.items(), Waiter::Structure(key, answer)),
            },
            Request::Piece { key, piece, from, chunks } => {
                let structure = self.structures.get(&key);
                tokio::spawn(piece::send(key, piece, from, structure, self.happened.clone(), chunks));
            }
            Request::Desk(told) => match told {
                Told::Reply(browser, id, reply) => self.hub.reply(browser, id, reply),
                Told::Event(event) => self.hub.publish(None, Event::Writing(event)),
                // The server tells of it, sooner if it is asked.
                Told::Changed(_) => self.engine.hinted(Hint::Anything, now),
            },
            Request::SignOut { done } => {
                self.engine.purge_open_folders(now);
                self.signing_out = Some((now, done));
            }
        }
    }

    fn tick(&mut self) {
        let now = Instant::now();
        self.engine.tick(now);
        if self.link.is_due(now) {
            self.connect(Lane::Worker);
        }
        let look_around = !self.hub.is_empty() && !self.hears_all && self.engine.is_online();
        if look_around && now.duration_since(self.looked_around) >= LOOK_AROUND {
            self.looked_around = now;
            self.engine.hinted(Hint::Anything, now);
        }
    }

    /// Does what the core asks.
    fn act(&mut self) {
        while let Some(output) = self.engine.poll() {
            match output {
                Output::Run(lane, command) => {
                    if let Some(handle) = self.lanes.get(&lane) {
                        handle.run(command);
                    }
                }
                Output::Connect(lane) => self.connect(lane),
                Output::Close(lane) => drop(self.lanes.remove(&lane)),
                Output::Reply(browser, id, reply) => self.hub.reply(browser, id, reply),
                Output::Event(cause, event) => self.hub.publish(cause, event),
                Output::Fetched(ticket, result) => self.fetched(ticket, result),
                Output::Settings(settings) => {
                    // The keeper lives as long as the actor.
                    let _ = self.keeper.send(Keep::Settings(settings));
                    self.tell_account();
                }
                Output::Recall(folder, validity) => drop(self.keeper.send(Keep::Recall(folder, validity))),
                Output::Remember(folder, validity, what) => {
                    drop(self.keeper.send(Keep::Remember(folder, validity, what)));
                }
                Output::Watch(folder) => self.watch(folder),
            }
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
        let resumed = self.hub.attach(browser, resume, outbox);
        let answer = if resumed { Attached::Resumed } else { Attached::Snapshot(self.snapshot()) };
        if attached.send(answer).is_err() {
            self.hub.detach(browser);
        }
    }

    fn snapshot(&self) -> Snapshot {
        Snapshot {
            epoch: self.hub.epoch(),
            seq: self.hub.last(),
            account: self.account(),
            folders: self.engine.folder_list(),
        }
    }

    fn account(&self) -> Account {
        Account {
            id: self.login.account.clone(),
            kind: AccountKind::Imap,
            deleting: self.engine.settings(),
            connection: self.link.state(Instant::now()),
            pop3: None,
            reading: self.reading.settings(),
        }
    }

    fn tell_account(&mut self) {
        let account = self.account();
        self.hub.publish(None, Event::AccountChanged(account));
    }

    fn connect(&mut self, lane: Lane) {
        if lane == Lane::Worker {
            self.link.connecting();
        }
        lane::open(lane, self.login.clone(), self.happened.clone());
    }

    fn opened(&mut self, lane: Lane, connection: Connection) {
        if self.lanes.contains_key(&lane) {
            // A sign-in brought one meanwhile.
            tokio::spawn(connection.logout());
        } else {
            self.adopt(lane, connection);
        }
    }

    fn adopt(&mut self, lane: Lane, connection: Connection) {
        let now = Instant::now();
        let capabilities = connection.capabilities().clone();
        self.lanes.insert(lane, LaneHandle::start(lane, connection, self.happened.clone()));
        self.engine.connected(lane, &capabilities, now);
        if lane == Lane::Worker {
            let before = self.link.state(now);
            self.link.online(now);
            if before != ConnectionState::Online {
                self.tell_account();
            }
            self.start_watcher();
        }
    }

    fn lost(&mut self, lane: Lane, error: &ConnectError) {
        let now = Instant::now();
        self.lanes.remove(&lane);
        self.engine.disconnected(lane, now);
        if lane == Lane::Worker {
            tracing::info!(%error, "the mail server's connection ended");
            self.link.lost(error, now, chance::jitter());
            self.tell_account();
        }
    }

    fn start_watcher(&mut self) {
        if let Some(watcher) = self.watcher.take() {
            watcher.abort();
        }
        self.hears_all = false;
        let watching = watcher::watch(self.login.clone(), self.watched.subscribe(), self.happened.clone());
        self.watcher = Some(tokio::spawn(watching).abort_handle());
    }

    fn watch(&mut self, folder: FolderId) {
        let raw = self.engine.raw_name(&folder).unwrap_or_else(|| MailboxName(folder.0.clone().into_bytes()));
        self.watched.send_if_modified(|watched| {
            let changed = watched.0 != folder;
            *watched = (folder, raw);
            changed
        });
    }

    /// Whether there is nothing left to do, ever.
    fn is_done(&self) -> bool {
        if let Some((since, _)) = &self.signing_out {
            return !self.engine.is_busy() || since.elapsed() >= SIGN_OUT_TIME || !self.engine.is_online();
        }
        self.alone_since.is_some_and(|since| since.elapsed() >= self.idle) && !self.engine.is_busy()
    }

    fn close(self) {
        if let Some(watcher) = self.watcher {
            watcher.abort();
        }
        if let Some((_, done)) = self.signing_out {
            // Whoever waited may be gone.
            let _ = done.send(());
        }
    }
}
