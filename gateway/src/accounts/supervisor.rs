//! The accounts that run: one actor each, started when it is needed, shared by all sessions of its user.

use crate::{
    accounts::{
        desk::{self, DeskHandle, DeskRequest, FindOutgoing},
        handle::{AccountHandle, Request},
        imap::{self, connection::Connection},
        login::{ConnectError, Login},
        pop3::{self, connection::Pop3Connection},
        reading::TrustedSenders,
    },
    store::{DeletingStore, Mail, ReadingStore, Store, writing::DraftFiles},
};
use postern_shared::{account::AccountKind, ids::AccountId};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::sync::mpsc;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// Requests that may wait for an actor.
const REQUESTS: usize = 64;

/// Events of its own tasks that may wait for an actor.
const EVENTS: usize = 256;

/// How long a shutdown waits for the actors.
const SHUTDOWN: Duration = Duration::from_secs(5);

/// Starts and finds the accounts' actors. Clones share them.
#[derive(Clone)]
pub struct Accounts {
    stores: Stores,
    running: Arc<Mutex<HashMap<Key, Running>>>,
    desks: Arc<Mutex<HashMap<AccountId, mpsc::WeakSender<DeskRequest>>>>,
    tasks: TaskTracker,
    stop: CancellationToken,
    patience: Patience,
    trusted: Arc<[String]>,
}

/// Where accounts keep what they keep.
#[derive(Clone)]
pub struct Stores {
    /// What deleting has to remember of IMAP accounts.
    pub deleting: Arc<dyn DeletingStore>,
    /// The mail of POP3 accounts.
    pub mail: Mail,
    /// What reading has to remember.
    pub reading: Arc<dyn ReadingStore>,
    /// What writing has to remember; without it accounts have no writing desk.
    pub writing: Option<Writing>,
}

/// Where drafts, and mail on its way out, are kept.
#[derive(Clone)]
pub struct Writing {
    /// All but files.
    pub store: Store,
    /// The contents of files.
    pub files: DraftFiles,
    /// Finds servers that nobody named.
    pub outgoing: Arc<dyn FindOutgoing>,
}

/// How long accounts go on without a browser.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// Connections, and accounts that do something only when asked.
    pub idle: Duration,
    /// Accounts that check for mail by themselves.
    pub checking: Duration,
}

/// Who an actor works for. The server belongs to it: whoever signs in with the same address at a server of their own
/// gets an actor of their own.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Key {
    account: AccountId,
    kind: AccountKind,
    host: String,
    port: u16,
    user: String,
}

struct Running {
    handle: AccountHandle,
    renew: Renew,
}

/// How an actor is told that its user signed in anew.
enum Renew {
    Imap(mpsc::Sender<imap::actor::Happened>),
    Pop3(mpsc::Sender<pop3::actor::Happened>),
}

/// A login that the mail server agreed to.
enum Proven {
    /// By this connection.
    Imap(Box<Connection>),
    /// By a connection that is closed again: it would keep others from the mailbox.
    Pop3,
}

impl Accounts {
    /// No account runs yet. What servers named in `trusted` found out about senders is believed.
    pub fn new(stores: Stores, patience: Patience, trusted: Arc<[String]>) -> Self {
        let (tasks, stop) = (TaskTracker::new(), CancellationToken::new());
        let (running, desks) = (Arc::default(), Arc::default());
        Self { stores, running, desks, tasks, stop, patience, trusted }
    }

    /// Opens a connection to prove the login. An IMAP account's actor takes it as its worker.
    ///
    /// # Errors
    /// What the connection failed with; the actor, if one runs, is left as it was.
    pub async fn sign_in(&self, login: Login) -> Result<AccountHandle, ConnectError> {
        let proven = match login.kind {
            AccountKind::Imap => Proven::Imap(Box::new(Connection::open(&login).await?)),
            AccountKind::Pop3 => prove_pop3(&login).await?,
        };
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = running.get(&key(&login)).filter(|found| !found.handle.is_gone()) {
            if let Some(desk) = found.handle.desk() {
                desk.joined(login.clone(), found.handle.actor());
            }
            found.renew(login, proven);
            return Ok(found.handle.clone());
        }
        Ok(self.start(&mut running, login, Some(proven)))
    }

    /// The account's actor, started if it does not run. It connects by itself; browsers see how that goes.
    pub fn handle(&self, login: Login) -> AccountHandle {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        match running.get(&key(&login)).filter(|found| !found.handle.is_gone()) {
            Some(found) => found.handle.clone(),
            None => self.start(&mut running, login, None),
        }
    }

    /// The account's actor, if it runs.
    pub fn running(&self, login: &Login) -> Option<AccountHandle> {
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        running.get(&key(login)).map(|found| found.handle.clone()).filter(|handle| !handle.is_gone())
    }

    /// How many actors run.
    pub fn count(&self) -> usize {
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        running.values().filter(|actor| !actor.handle.is_gone()).count()
    }

    /// Stops every actor after what it has in flight.
    pub async fn shutdown(&self) {
        self.stop.cancel();
        self.tasks.close();
        // Whoever takes longer is cut off with the process.
        let _ = tokio::time::timeout(SHUTDOWN, self.tasks.wait()).await;
    }

    fn start(
        &self,
        running: &mut HashMap<Key, Running>,
        login: Login,
        proven: Option<Proven>,
    ) -> AccountHandle {
        let (requests, asked) = mpsc::channel(REQUESTS);
        let handle = self.with_desk(&login, AccountHandle::new(requests));
        let key = key(&login);
        let renew = match login.kind {
            AccountKind::Imap => self.start_imap(login, proven, asked),
            AccountKind::Pop3 => self.start_pop3(login, asked),
        };
        running.insert(key, Running { handle: handle.clone(), renew });
        handle
    }

    /// The actor with its account's desk, which is started where it does not run: it is one for all of the account's
    /// actors, and outlives them as long as it has something to do.
    fn with_desk(&self, login: &Login, actor: AccountHandle) -> AccountHandle {
        let Some(Writing { store, files, outgoing }) = self.stores.writing.clone() else { return actor };
        let mut desks = self.desks.lock().unwrap_or_else(PoisonError::into_inner);
        desks.retain(|_, desk| desk.strong_count() > 0);
        let running = desks.get(&login.account).and_then(mpsc::WeakSender::upgrade);
        if let Some(desk) = running.map(DeskHandle::new) {
            desk.joined(login.clone(), actor.clone());
            return actor.with_desk(desk);
        }
        let (requests, asked) = mpsc::channel(REQUESTS);
        let own = requests.downgrade();
        desks.insert(login.account.clone(), own.clone());
        let start = desk::Start {
            login: login.clone(),
            actor: actor.clone(),
            store,
            files,
            mail: self.stores.mail.clone(),
            outgoing,
        };
        let stop = self.stop.clone();
        self.tasks.spawn(async move { Box::pin(desk::run(start, asked, own, stop)).await });
        actor.with_desk(DeskHandle::new(requests))
    }

    fn start_imap(&self, login: Login, proven: Option<Proven>, asked: mpsc::Receiver<Request>) -> Renew {
        let (happened, inner) = mpsc::channel(EVENTS);
        let renew = Renew::Imap(happened.clone());
        let connection = match proven {
            Some(Proven::Imap(connection)) => Some(connection),
            Some(Proven::Pop3) | None => None,
        };
        let (store, stop, idle) = (self.stores.deleting.clone(), self.stop.clone(), self.patience.idle);
        let (mail, mailbox) = (self.stores.mail.clone(), login.server.mailbox(&login.user));
        self.tasks.spawn(async move {
            // Who signs in by POP3 later is offered its folders.
            if let Err(error) = mail.store.note_imap(&mailbox, true).await {
                tracing::error!(%error, "that IMAP is used cannot be noted");
            }
        });
        let (reading, trusted) = (self.stores.reading.clone(), self.trusted.clone());
        let running = self.running.clone();
        self.tasks.spawn(async move {
            let settings = store.settings(&login.account).await.unwrap_or_else(|error| {
                tracing::error!(%error, "choices for deleting cannot be read");
                Default::default()
            });
            let reading = TrustedSenders::load(login.account.clone(), reading).await;
            let start =
                imap::actor::Start { login, settings, reading, store, connection, happened, idle, trusted };
            Box::pin(imap::actor::run(start, asked, inner, stop)).await;
            forget_ended(&running);
        });
        renew
    }

    fn start_pop3(&self, login: Login, asked: mpsc::Receiver<Request>) -> Renew {
        let (happened, inner) = mpsc::channel(EVENTS);
        let renew = Renew::Pop3(happened.clone());
        let Patience { idle, checking } = self.patience;
        let (mail, stop, trusted) = (self.stores.mail.clone(), self.stop.clone(), self.trusted.clone());
        let (reading, running) = (self.stores.reading.clone(), self.running.clone());
        self.tasks.spawn(async move {
            let reading = TrustedSenders::load(login.account.clone(), reading).await;
            let start = pop3::actor::Start { login, mail, reading, happened, idle, checking, trusted };
            Box::pin(pop3::actor::run(start, asked, inner, stop)).await;
            forget_ended(&running);
        });
        renew
    }
}

/// An actor that ended leaves nothing behind: neither its credentials nor a handle on its desk.
fn forget_ended(running: &Mutex<HashMap<Key, Running>>) {
    let mut running = running.lock().unwrap_or_else(PoisonError::into_inner);
    running.retain(|_, actor| !actor.handle.is_gone());
}

impl Running {
    /// An actor too busy to take it has a connection already, or takes the password with the next sign-in.
    fn renew(&self, login: Login, proven: Proven) {
        match (&self.renew, proven) {
            (Renew::Imap(happened), Proven::Imap(connection)) => {
                let signed_in = imap::actor::Happened::SignedIn(Box::new(login), connection);
                let _ = happened.try_send(signed_in);
            }
            (Renew::Pop3(happened), Proven::Pop3) => {
                let _ = happened.try_send(pop3::actor::Happened::SignedIn(Box::new(login)));
            }
            // The kind is part of an actor's key.
            _ => {}
        }
    }
}

/// A mailbox that is in use belongs to whoever knows its password: servers say so only after the password was right
/// (RFC 2449 §8.1.1).
async fn prove_pop3(login: &Login) -> Result<Proven, ConnectError> {
    match Pop3Connection::open(login).await {
        Ok(connection) => {
            // The password was right, whatever the server says to that.
            let _ = connection.quit().await;
            Ok(Proven::Pop3)
        }
        Err(ConnectError::InUse(_) | ConnectError::Delay(_)) => Ok(Proven::Pop3),
        Err(error) => Err(error),
    }
}

fn key(login: &Login) -> Key {
    Key {
        account: login.account.clone(),
        kind: login.kind,
        host: login.server.host.clone(),
        port: login.server.port,
        user: login.user.clone(),
    }
}
