//! A web server that nobody should ever ask: it notes every connection and what it asks for.

use crate::error::Result;
use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// What every image, style and script from here is: nothing, and no error either.
const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nAccess-Control-Allow-Origin: *\r\n\
    Cache-Control: no-store\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";

/// The longest beginning of a request that is looked at, in bytes.
const LONGEST: usize = 16 * 1024;

/// A running sink.
#[derive(Debug)]
pub struct Sink {
    address: SocketAddr,
    seen: Arc<Mutex<Vec<String>>>,
    task: JoinHandle<()>,
}

impl Sink {
    /// Listens on a free port of this machine.
    pub async fn start() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let seen = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&seen);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(note(stream, Arc::clone(&log)));
            }
        });
        Ok(Self { address, seen, task })
    }

    /// Its address, without a slash at its end.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Its port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// What was asked for since the last call: the target of each request, with the host where that is another than this,
    /// or what a connection said that was none.
    pub fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.seen.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Notes what one connection asks for. One that says nothing is noted when it closes: it was a preconnect.
async fn note(mut stream: TcpStream, log: Arc<Mutex<Vec<String>>>) {
    let (mut request, mut piece) = (Vec::new(), [0; 2048]);
    let is_whole = |request: &[u8]| request.windows(4).any(|end| end == b"\r\n\r\n");
    while request.len() < LONGEST && !is_whole(&request) && name_of_tls(&request).is_none() {
        match stream.read(&mut piece).await {
            Ok(0) | Err(_) => break,
            Ok(length) => request.extend_from_slice(&piece[..length]),
        }
    }
    if let Some(host) = name_of_tls(&request) {
        log.lock().unwrap_or_else(PoisonError::into_inner).push(format!("https://{host}/"));
        return;
    }
    let text = String::from_utf8_lossy(&request);
    let mut lines = text.lines();
    let line = lines.next().unwrap_or_default();
    let host = lines.find_map(|line| line.strip_prefix("Host: ")).unwrap_or_default();
    let said = match line.split(' ').nth(1) {
        Some(target) if host.starts_with("127.0.0.1") => target.to_owned(),
        Some(target) if line.ends_with("HTTP/1.1") => format!("http://{host}{target}"),
        _ if request.is_empty() => "(a connection without a request)".to_owned(),
        _ => format!("(no HTTP: {:?})", line.chars().take(200).collect::<String>()),
    };
    log.lock().unwrap_or_else(PoisonError::into_inner).push(said);
    // Whoever asked may be gone.
    stream.write_all(ANSWER).await.ok();
}

/// The host that a TLS client names (RFC 6066 §3): type 0, two bytes of length, the name.
fn name_of_tls(hello: &[u8]) -> Option<String> {
    if hello.first() != Some(&0x16) {
        return None;
    }
    let is_part = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-".contains(byte);
    (3..hello.len()).find_map(|at| {
        let length = usize::from(hello[at - 1]) | usize::from(hello[at - 2]) << 8;
        let name = hello.get(at..at.checked_add(length)?)?;
        let is_name = hello[at - 3] == 0 && length > 3 && name.contains(&b'.') && name.iter().all(is_part);
        is_name.then(|| String::from_utf8_lossy(name).into_owned())
    })
}
