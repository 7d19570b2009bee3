//! A network between the gateway and a mail server that can be slow, break, and say what no real server would.

use crate::{error::Result, imap::literal_size};
use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::{Notify, broadcast, mpsc},
    task::{AbortHandle, JoinSet},
    time::{Instant, sleep_until},
};

/// What is in flight to the client, in responses.
const IN_FLIGHT: usize = 1024;

/// Passes IMAP connections without TLS on to a port of this machine. It ends when it is dropped, with all of its
/// connections.
#[derive(Debug)]
pub struct Proxy {
    port: u16,
    faults: Arc<Faults>,
    task: AbortHandle,
}

/// What goes wrong.
#[derive(Debug)]
struct Faults {
    /// How much later responses arrive, in milliseconds.
    delay: AtomicU64,
    /// Beginnings of commands that never reach the server, and what the client is answered.
    refusals: Mutex<HashMap<String, String>>,
    /// Responses that the server never gave.
    inventions: broadcast::Sender<Vec<u8>>,
    /// All connections break.
    cut: Notify,
    /// New connections are closed at once.
    down: AtomicBool,
}

impl Proxy {
    /// Listens on a free port of 127.0.0.1 and passes connections on to `to`, without any fault.
    pub async fn start(to: u16) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let port = listener.local_addr()?.port();
        let faults = Arc::new(Faults {
            delay: AtomicU64::new(0),
            refusals: Mutex::default(),
            inventions: broadcast::Sender::new(IN_FLIGHT),
            cut: Notify::new(),
            down: AtomicBool::new(false),
        });
        let task = tokio::spawn(accept(listener, to, Arc::clone(&faults))).abort_handle();
        Ok(Self { port, faults, task })
    }

    /// Where it listens.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Lets everything the server says from now on arrive this much later, in whole milliseconds.
    pub fn set_delay(&self, delay: Duration) {
        self.faults.delay.store(u64::try_from(delay.as_millis()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// From now on answers commands that begin so, such as `UID STORE`, itself: with `answer`, such as
    /// `NO [NOPERM] Not today`. The server never sees them.
    pub fn refuse(&self, beginning: &str, answer: &str) {
        self.faults.refusals().insert(beginning.to_owned(), answer.to_owned());
    }

    /// Lets all commands pass again.
    pub fn refuse_nothing(&self) {
        self.faults.refusals().clear();
    }

    /// Says something to every client that the server did not say, between two responses of its own.
    pub fn invent(&self, response: &str) {
        // Nobody is connected: nobody hears it.
        self.faults.inventions.send(response.as_bytes().to_vec()).ok();
    }

    /// Breaks every connection and closes new ones at once, until [`Proxy::come_back`].
    pub fn go_down(&self) {
        self.faults.down.store(true, Ordering::Relaxed);
        self.faults.cut.notify_one();
    }

    /// Passes new connections on again.
    pub fn come_back(&self) {
        self.faults.down.store(false, Ordering::Relaxed);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Faults {
    fn refusals(&self) -> std::sync::MutexGuard<'_, HashMap<String, String>> {
        self.refusals.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The answer to a command line that is refused.
    fn refusal(&self, line: &[u8]) -> Option<Vec<u8>> {
        let line = String::from_utf8_lossy(line);
        let (tag, command) = line.split_once(' ')?;
        let refusals = self.refusals();
        let (_, answer) = refusals.iter().find(|(beginning, _)| command.starts_with(beginning.as_str()))?;
        Some(format!("{tag} {answer}\r\n").into_bytes())
    }

    fn due(&self) -> Instant {
        Instant::now() + Duration::from_millis(self.delay.load(Ordering::Relaxed))
    }
}

async fn accept(listener: TcpListener, to: u16, faults: Arc<Faults>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                let Ok((client, _)) = accepted else { return };
                if !faults.down.load(Ordering::Relaxed) {
                    connections.spawn(connect(client, to, Arc::clone(&faults)));
                }
            }
            () = faults.cut.notified() => connections.abort_all(),
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn connect(client: TcpStream, to: u16, faults: Arc<Faults>) {
    let Ok(server) = TcpStream::connect(("127.0.0.1", to)).await else { return };
    client.set_nodelay(true).ok();
    server.set_nodelay(true).ok();
    let (client_read, client_write) = client.into_split();
    let (server_read, server_write) = server.into_split();
    let (responses, queue) = mpsc::channel(IN_FLIGHT);
    let commands = pass_commands(client_read, server_write, &faults, responses.downgrade());
    let answers =
        async { tokio::join!(pass_responses(server_read, &faults, responses), deliver(queue, client_write)) };
    // Either side's end is the connection's, but what the server said before its end still arrives.
    tokio::select! {
        () = commands => {}
        _ = answers => {}
    }
}

/// A response and when it is to arrive.
type Due = (Instant, Vec<u8>);

async fn pass_commands(
    from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    faults: &Faults,
    responses: mpsc::WeakSender<Due>,
) {
    let mut from = BufReader::new(from);
    let mut line = Vec::new();
    while let Ok(1..) = from.read_until(b'\n', &mut line).await {
        match (faults.refusal(&line), responses.upgrade()) {
            (Some(answer), Some(responses)) => responses.send((faults.due(), answer)).await.ok(),
            _ => to.write_all(&line).await.ok(),
        };
        // A literal comes only when the server has asked for it, so the line before it cannot wait for it.
        let mut literal = vec![0; literal_size(&line).unwrap_or_default()];
        if from.read_exact(&mut literal).await.is_err() || to.write_all(&literal).await.is_err() {
            return;
        }
        line.clear();
    }
}

/// Passes on whole responses, so that an invented one never stands in the middle of a real one, and so that delays
/// overlap: each costs time once.
async fn pass_responses(from: OwnedReadHalf, faults: &Faults, responses: mpsc::Sender<Due>) {
    let mut from = BufReader::new(from);
    let mut inventions = faults.inventions.subscribe();
    loop {
        let response = tokio::select! {
            Ok(invention) = inventions.recv() => Some(invention),
            buffered = from.fill_buf() => match buffered {
                Ok(bytes) if !bytes.is_empty() => response(&mut from).await,
                _ => None,
            }
        };
        let Some(response) = response else { return };
        if responses.send((faults.due(), response)).await.is_err() {
            return;
        }
    }
}

/// One response with its literals.
async fn response(from: &mut BufReader<OwnedReadHalf>) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    loop {
        if from.read_until(b'\n', &mut bytes).await.ok()? == 0 {
            return None;
        }
        let Some(size) = literal_size(&bytes) else { return Some(bytes) };
        let start = bytes.len();
        bytes.resize(start + size, 0);
        from.read_exact(&mut bytes[start..]).await.ok()?;
    }
}

async fn deliver(mut queue: mpsc::Receiver<Due>, mut to: OwnedWriteHalf) {
    while let Some((due, response)) = queue.recv().await {
        sleep_until(due).await;
        if to.write_all(&response).await.is_err() {
            return;
        }
    }
}
