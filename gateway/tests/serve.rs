//! The gateway from its start to its end, over real connections. The test has a process of its own: it looks at
//! everything that is logged.

#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "../src/http/tests/mail_server.rs"]
mod mail_server;

use postern_gateway::{
    config::{Config, Log, LogFormat},
    logging,
    server::serve,
};
use std::{
    io,
    net::SocketAddr,
    path::Path,
    sync::{Arc, Mutex},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::oneshot,
};

const CANARY: &str = "canary-7c2e";

#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Written {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

impl io::Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        io::Write::write(&mut *self.0.lock().unwrap(), bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Logs everything for the rest of the process.
fn log_everything() -> Written {
    let written = Written::default();
    let writer = written.clone();
    let log = Log { format: LogFormat::Text, level: "trace".to_owned() };
    let subscriber = logging::subscriber(&log, move || writer.clone()).unwrap();
    tracing::subscriber::set_global_default(subscriber).unwrap();
    written
}

/// One request over a connection of its own.
async fn request(address: SocketAddr, head: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let length = body.len();
    let request = format!(
        "{head}\r\nHost: {address}\r\nOrigin: http://{address}\r\nConnection: close\r\n\
         Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

async fn sign_in(address: SocketAddr) -> String {
    let body = format!(
        "{{\"address\":\"ada@example.org\",\"password\":\"{CANARY}\",\"stay\":true,\"kind\":\"Imap\",\
         \"incoming\":null,\"outgoing\":null}}"
    );
    let answer = request(address, "POST /api/session HTTP/1.1", &body).await;
    let (_, cookie) = answer.split_once("set-cookie: ").unwrap_or_else(|| panic!("{answer}"));
    cookie.split(';').next().unwrap().to_owned()
}

fn files_hold(folder: &Path, needle: &str) -> bool {
    std::fs::read_dir(folder).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        if path.is_dir() {
            return files_hold(&path, needle);
        }
        std::fs::read(path).unwrap().windows(needle.len()).any(|window| window == needle.as_bytes())
    })
}

#[tokio::test]
async fn a_session_outlives_the_gateway_and_the_password_is_nowhere() {
    let written = log_everything();
    let data = tempfile::tempdir().unwrap();
    let port = mail_server::start().await;
    let text = format!(
        "data_dir = \"{}\"\n[[servers]]\nname = \"Test\"\ndomains = [\"*\"]\n\
         imap = {{ host = \"127.0.0.1\", port = {port}, security = \"none\" }}",
        data.path().display()
    );
    let mut cookie = None;
    for _ in ["first run", "second run"] {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let shutdown = async move { stopped.await.unwrap() };
        let gateway = tokio::spawn(serve(Config::parse(&text).unwrap(), listener, shutdown));

        let cookie = match &cookie {
            Some(kept) => kept,
            None => cookie.insert(sign_in(address).await),
        };
        let head = format!("GET /api/session HTTP/1.1\r\nCookie: {cookie}");
        let answer = request(address, &head, "").await;
        assert!(answer.contains("[\"ada@example.org\"]"), "{answer}");
        assert!(written.text().contains(&format!("listening on http://{address}")));
        stop.send(()).unwrap();
        gateway.await.unwrap().unwrap();
        assert!(TcpStream::connect(address).await.is_err());
    }
    let (_, token) = cookie.as_deref().unwrap().split_once('=').unwrap();
    let logged = written.text();
    assert!(logged.contains("signed in"));
    for secret in [CANARY, token] {
        assert!(!logged.contains(secret), "{secret} is logged");
        assert!(!files_hold(data.path(), secret), "{secret} is stored");
    }
}
