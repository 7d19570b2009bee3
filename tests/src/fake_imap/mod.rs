//! A mail server for what no real one on this machine does. It knows little more than RFC 3501 demands, has one user
//! whatever the name and password, an inbox of a few messages, and says some of its words in another way.

mod answer;
mod mailbox;

use crate::error::Result;
use answer::Connection;
use mailbox::Mailbox;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    task::{AbortHandle, JoinSet},
};

/// The UIDs of its inbox at first. Each message's subject is `Number UID`.
pub const UIDS: [u32; 3] = [11, 12, 13];

/// How it differs from a plain server.
#[derive(Clone, Copy, Debug, Default)]
pub struct Manner {
    /// Text it would say, and what it says instead, wherever that stands.
    pub instead: (&'static str, &'static str),
    /// It expunges what is marked as deleted by itself, at once.
    pub expunges_by_itself: bool,
}

/// A running server. It ends when it is dropped, with all of its connections.
#[derive(Debug)]
pub struct FakeImap {
    port: u16,
    state: Arc<State>,
    task: AbortHandle,
}

/// What its connections share.
#[derive(Debug)]
struct State {
    manner: Manner,
    mailbox: Mutex<Mailbox>,
    spoken: Mutex<String>,
}

impl FakeImap {
    /// Starts on a free port of 127.0.0.1, without TLS.
    pub async fn start(manner: Manner) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let port = listener.local_addr()?.port();
        let state = State { manner, mailbox: Mutex::new(Mailbox::new(&UIDS)), spoken: Mutex::default() };
        let state = Arc::new(state);
        let task = tokio::spawn(accept(listener, Arc::clone(&state))).abort_handle();
        Ok(Self { port, state, task })
    }

    /// Where it listens.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Whether it has said this.
    pub fn has_said(&self, text: &str) -> bool {
        self.state.spoken.lock().unwrap_or_else(PoisonError::into_inner).contains(text)
    }

    /// Puts one more message into the inbox, and returns its UID.
    pub fn deliver(&self) -> u32 {
        self.state.mailbox.lock().unwrap_or_else(PoisonError::into_inner).deliver()
    }
}

impl Drop for FakeImap {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl State {
    /// In this server's manner.
    fn spoken(&self, text: String) -> String {
        let (usual, other) = self.manner.instead;
        let text = if usual.is_empty() { text } else { text.replace(usual, other) };
        self.spoken.lock().unwrap_or_else(PoisonError::into_inner).push_str(&text);
        text
    }
}

async fn accept(listener: TcpListener, state: Arc<State>) {
    let mut connections = JoinSet::new();
    while let Ok((client, _)) = listener.accept().await {
        connections.spawn(converse(client, Arc::clone(&state)));
        while connections.try_join_next().is_some() {}
    }
}

/// Answers one command after the other until the client is gone.
async fn converse(client: TcpStream, state: Arc<State>) {
    let mut client = BufReader::new(client);
    let mut connection = Connection::default();
    let mut said = "* OK [CAPABILITY IMAP4rev1] At your service\r\n".to_owned();
    loop {
        let spoken = state.spoken(said);
        if client.get_mut().write_all(spoken.as_bytes()).await.is_err() {
            return;
        }
        let mut line = String::new();
        match client.read_line(&mut line).await {
            Ok(1..) => {}
            _ => return,
        }
        let mut mailbox = state.mailbox.lock().unwrap_or_else(PoisonError::into_inner);
        said = connection.answer(line.trim_end(), &mut mailbox, state.manner.expunges_by_itself);
    }
}
