//! The accounts that run: one actor each, started when it is needed, shared by all sessions of its user.

use crate::{
    accounts::{
        handle::AccountHandle,
        imap::{
            actor::{self, Happened, Start},
            connection::Connection,
        },
        login::{ConnectError, Login},
    },
    store::DeletingStore,
};
use postern_shared::ids::AccountId;
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
    store: Arc<dyn DeletingStore>,
    running: Arc<Mutex<HashMap<Key, Running>>>,
    tasks: TaskTracker,
    stop: CancellationToken,
    idle: Duration,
}

/// Who an actor works for. The server belongs to it: whoever signs in with the same address at a server of their own
/// gets an actor of their own.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Key {
    account: AccountId,
    host: String,
    port: u16,
    user: String,
}

struct Running {
    handle: AccountHandle,
    happened: mpsc::Sender<Happened>,
}

impl Accounts {
    /// No account runs yet. Each one stays connected for `idle` after its last browser.
    pub fn new(store: Arc<dyn DeletingStore>, idle: Duration) -> Self {
        let (tasks, stop) = (TaskTracker::new(), CancellationToken::new());
        Self { store, running: Arc::default(), tasks, stop, idle }
    }

    /// Opens a connection to prove the login, and hands it to the account's actor as its worker.
    ///
    /// # Errors
    /// What the connection failed with; the actor, if one runs, is left as it was.
    pub async fn sign_in(&self, login: Login) -> Result<AccountHandle, ConnectError> {
        let connection = Box::new(Connection::open(&login).await?);
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = running.get(&key(&login)).filter(|found| !found.handle.is_gone()) {
            let signed_in = Happened::SignedIn(Box::new(login), connection);
            // An actor too busy to take it has a connection already.
            let _ = found.happened.try_send(signed_in);
            return Ok(found.handle.clone());
        }
        Ok(self.start(&mut running, login, Some(connection)))
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
        connection: Option<Box<Connection>>,
    ) -> AccountHandle {
        let (requests, asked) = mpsc::channel(REQUESTS);
        let (happened, inner) = mpsc::channel(EVENTS);
        let handle = AccountHandle::new(requests);
        running.retain(|_, actor| !actor.handle.is_gone());
        running.insert(key(&login), Running { handle: handle.clone(), happened: happened.clone() });
        let (store, stop, idle) = (self.store.clone(), self.stop.clone(), self.idle);
        self.tasks.spawn(async move {
            let settings = store.settings(&login.account).await.unwrap_or_else(|error| {
                tracing::error!(%error, "choices for deleting cannot be read");
                Default::default()
            });
            let start = Start { login, settings, store, connection, happened, idle };
            Box::pin(actor::run(start, asked, inner, stop)).await;
        });
        handle
    }
}

fn key(login: &Login) -> Key {
    Key {
        account: login.account.clone(),
        host: login.server.host.clone(),
        port: login.server.port,
        user: login.user.clone(),
    }
}
