//! A submission server for what no real one on this machine does: it refuses, puts off, is slow, and breaks off at any
//! byte. It lets in whoever comes, and remembers what it was told and every message that it really took.
//!
//! | module | subject |
//! |---|---|
//! | [`manner`] | how it behaves, and where it breaks off |
//! | [`taken`] | a message that it took |
//! | [`conversation`] | one connection |

mod conversation;
mod manner;
mod taken;

pub use manner::{Answer, Manner, Moment};
pub use taken::Taken;

use crate::{error::Result, wait};
use std::{
    collections::BTreeSet,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::{
    net::{TcpListener, TcpSocket},
    sync::Notify,
    task::{AbortHandle, JoinSet},
};

/// What is on its way to the server at most, in bytes: a slow server is felt at once.
const RECEIVE_BUFFER: u32 = 32 * 1024;

/// A running server. It ends when it is dropped, with all of its connections.
#[derive(Debug)]
pub struct FakeSmtp {
    port: u16,
    shared: Arc<Shared>,
    task: AbortHandle,
}

/// What its connections share.
#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    /// Whoever is held may go on.
    release: Notify,
}

#[derive(Debug, Default)]
struct State {
    manner: Manner,
    commands: Vec<String>,
    taken: Vec<Taken>,
    connections: usize,
    open: usize,
    held: usize,
    cut: usize,
    /// Senders and recipients that were put off once already.
    known: BTreeSet<(String, String)>,
}

impl FakeSmtp {
    /// Starts on a free port of 127.0.0.1, without TLS.
    pub async fn start(manner: Manner) -> Result<Self> {
        let socket = TcpSocket::new_v4()?;
        // Connections have it from the socket they came to.
        socket.set_recv_buffer_size(RECEIVE_BUFFER)?;
        socket.bind(SocketAddr::from(([127, 0, 0, 1], 0)))?;
        let listener = socket.listen(64)?;
        let port = listener.local_addr()?.port();
        let shared = Arc::new(Shared::default());
        shared.lock().manner = manner;
        let task = tokio::spawn(accept(listener, Arc::clone(&shared))).abort_handle();
        Ok(Self { port, shared, task })
    }

    /// Where it listens.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Behaves otherwise from now on.
    pub fn behave(&self, change: impl FnOnce(&mut Manner)) {
        change(&mut self.shared.lock().manner);
    }

    /// Answers every command that begins so with `reply`, such as `RCPT TO:<mary@` with `550 5.1.1 Nobody here`. `.` is
    /// the end of a message. What was said last about a command counts.
    pub fn answer(&self, command: &str, reply: &str) {
        self.behave(|manner| manner.answers.push(Answer::always(command, reply)));
    }

    /// Answers the next command that begins so with `reply`, and those after it as before.
    pub fn answer_once(&self, command: &str, reply: &str) {
        self.behave(|manner| manner.answers.push(Answer::once(command, reply)));
    }

    /// Breaks off at this moment, once.
    pub fn cut(&self, at: Moment) {
        self.behave(|manner| manner.cut = Some(at));
    }

    /// Stops at this moment, once, and says nothing until [`FakeSmtp::release`].
    pub fn hold(&self, at: Moment) {
        self.behave(|manner| manner.hold = Some(at));
    }

    /// Waits until so many connections in all have been stopped by [`FakeSmtp::hold`].
    pub async fn held(&self, times: usize) -> Result<()> {
        self.seen(&format!("{times} connections held"), |state| state.held, times).await
    }

    /// Waits until so many connections in all have been broken by [`FakeSmtp::cut`].
    pub async fn was_cut(&self, times: usize) -> Result<()> {
        self.seen(&format!("{times} connections broken"), |state| state.cut, times).await
    }

    /// Lets those go on that are held.
    pub fn release(&self) {
        self.shared.release.notify_waiters();
    }

    /// The messages that it really took, in order.
    pub fn taken(&self) -> Vec<Taken> {
        self.shared.lock().taken.clone()
    }

    /// Waits until it has taken so many messages in all, and returns all of them.
    pub async fn takes(&self, messages: usize) -> Result<Vec<Taken>> {
        self.seen(&format!("{messages} messages taken"), |state| state.taken.len(), messages).await?;
        Ok(self.taken())
    }

    /// Every command so far, without passwords; `.` for the end of a message.
    pub fn commands(&self) -> Vec<String> {
        self.shared.lock().commands.clone()
    }

    /// How many commands so far begin so.
    pub fn count(&self, beginning: &str) -> usize {
        self.shared.lock().count(beginning)
    }

    /// Waits until so many commands in all begin so.
    pub async fn hears(&self, beginning: &str, times: usize) -> Result<()> {
        let what = format!("{beginning} {times} times");
        self.seen(&what, |state| state.count(beginning), times).await
    }

    /// How many connections were made in all.
    pub fn connections(&self) -> usize {
        self.shared.lock().connections
    }

    /// Waits until no connection is open.
    pub async fn is_left(&self) -> Result<()> {
        wait::until("no connection", async || Ok(self.shared.lock().open), |open| *open == 0).await?;
        Ok(())
    }

    async fn seen(&self, what: &str, count: impl Fn(&State) -> usize, least: usize) -> Result<()> {
        wait::until(what, async || Ok(count(&self.shared.lock())), |seen| *seen >= least).await?;
        Ok(())
    }
}

impl Drop for FakeSmtp {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn count(&self, beginning: &str) -> usize {
        self.commands.iter().filter(|command| command.starts_with(beginning)).count()
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    let mut connections = JoinSet::new();
    while let Ok((client, _)) = listener.accept().await {
        client.set_nodelay(true).ok();
        {
            let mut state = shared.lock();
            state.connections += 1;
            state.open += 1;
        }
        connections.spawn(conversation::hold(client, Arc::clone(&shared)));
        while connections.try_join_next().is_some() {}
    }
}

#[cfg(test)]
mod tests;
