//! A POP3 server for what no real one on this machine does: it is far away, breaks off, refuses, and lists what is not
//! so. It has one mailbox whatever the name and password, and remembers what it was told and what it removed.

mod conversation;

use crate::{error::Result, wait};
use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{
    net::TcpListener,
    task::{AbortHandle, JoinSet},
};

/// How the server behaves. It may be changed at any time; a connection looks at it anew for each command.
#[derive(Clone, Debug)]
pub struct Manner {
    /// It offers PIPELINING (RFC 2449 §6.6). Commands may be sent ahead either way.
    pub pipelining: bool,
    /// It knows UIDL.
    pub uidl: bool,
    /// How much later its answers come.
    pub round_trip: Duration,
    /// The next connection breaks after so many bytes were sent to it; those after it do not.
    pub cut_after: Option<u64>,
    /// What PASS is answered instead of being let in, such as `[IN-USE] Locked`.
    pub refusal: Option<String>,
    /// UIDL without a number ends in good order after so many lines.
    pub uidl_ends_after: Option<usize>,
    /// UIDL without a number breaks the connection after so many lines.
    pub uidl_breaks_after: Option<usize>,
    /// QUIT removes what is marked, but the connection breaks before the answer.
    pub silent_quit: bool,
}

impl Default for Manner {
    /// Like a good server next door.
    fn default() -> Self {
        Self {
            pipelining: true,
            uidl: true,
            round_trip: Duration::ZERO,
            cut_after: None,
            refusal: None,
            uidl_ends_after: None,
            uidl_breaks_after: None,
            silent_quit: false,
        }
    }
}

/// A message on the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// What tells it from others, whatever the unique-ids say.
    pub number: u32,
    /// Its unique-id; absent: UIDL leaves it out.
    pub unique_id: Option<String>,
    /// The size LIST tells; absent: the true one.
    pub told_size: Option<u64>,
    /// Its source, which ends with CRLF.
    pub source: Arc<[u8]>,
}

/// A running server. It ends when it is dropped, with all of its connections.
#[derive(Debug)]
pub struct FakePop3 {
    port: u16,
    state: Arc<Mutex<State>>,
    task: AbortHandle,
}

/// What its connections share.
#[derive(Debug, Default)]
struct State {
    manner: Manner,
    letters: Vec<Letter>,
    last_number: u32,
    commands: Vec<String>,
    removed: Vec<Letter>,
    connections: usize,
    most_ahead: usize,
}

impl FakePop3 {
    /// Starts on a free port of 127.0.0.1, without TLS, with an empty mailbox.
    pub async fn start(manner: Manner) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let port = listener.local_addr()?.port();
        let state = Arc::new(Mutex::new(State { manner, ..State::default() }));
        let task = tokio::spawn(accept(listener, Arc::clone(&state))).abort_handle();
        Ok(Self { port, state, task })
    }

    /// Where it listens.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Puts a message into the mailbox, with a good unique-id; returns its number.
    pub fn deliver(&self, source: &[u8]) -> u32 {
        let mut state = lock(&self.state);
        state.last_number += 1;
        let number = state.last_number;
        state.letters.push(Letter {
            number,
            unique_id: Some(format!("unique-{number}")),
            told_size: None,
            source: source.into(),
        });
        number
    }

    /// Behaves otherwise from now on.
    pub fn behave(&self, change: impl FnOnce(&mut Manner)) {
        change(&mut lock(&self.state).manner);
    }

    /// Changes what the mailbox holds, for connections that are yet to sign in.
    pub fn change(&self, change: impl FnOnce(&mut Vec<Letter>)) {
        change(&mut lock(&self.state).letters);
    }

    /// What the mailbox holds.
    pub fn letters(&self) -> Vec<Letter> {
        lock(&self.state).letters.clone()
    }

    /// What was really removed: marked in a session that ended with QUIT.
    pub fn removed(&self) -> Vec<Letter> {
        lock(&self.state).removed.clone()
    }

    /// Every command so far, without passwords.
    pub fn commands(&self) -> Vec<String> {
        lock(&self.state).commands.clone()
    }

    /// How many commands so far begin with this word.
    pub fn count(&self, word: &str) -> usize {
        let begins = |command: &&String| command.split(' ').next().is_some_and(|first| first == word);
        lock(&self.state).commands.iter().filter(begins).count()
    }

    /// How many commands were there at once at most, none of them answered.
    pub fn most_ahead(&self) -> usize {
        lock(&self.state).most_ahead
    }

    /// Waits until so many connections were made in all.
    pub async fn connected(&self, times: usize) -> Result<()> {
        let what = format!("{times} connections");
        wait::until(&what, async || Ok(lock(&self.state).connections), |seen| *seen >= times).await?;
        Ok(())
    }

    /// Waits until the mailbox holds so many messages.
    pub async fn holds(&self, letters: usize) -> Result<()> {
        let what = format!("{letters} messages on the server");
        wait::until(&what, async || Ok(lock(&self.state).letters.len()), |seen| *seen == letters).await?;
        Ok(())
    }
}

impl Drop for FakePop3 {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn accept(listener: TcpListener, state: Arc<Mutex<State>>) {
    let mut connections = JoinSet::new();
    while let Ok((client, _)) = listener.accept().await {
        client.set_nodelay(true).ok();
        lock(&state).connections += 1;
        connections.spawn(conversation::hold(client, Arc::clone(&state)));
        while connections.try_join_next().is_some() {}
    }
}
