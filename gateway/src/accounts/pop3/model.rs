//! A POP3 server in memory, with the oddities servers have, for tests.

use crate::accounts::{
    login::{Login, MailServer, NamedBy},
    net::Transport,
};
use postern_shared::{account::AccountKind, ids::AccountId, session::Security};
use std::{
    pin::Pin,
    sync::{Arc, Mutex},
    task::{Context, Poll},
};
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader, DuplexStream, ReadBuf},
    task::JoinHandle,
};

/// A message on the server.
#[derive(Clone, Debug)]
pub struct Mail {
    /// What `UIDL` tells; nothing where empty.
    pub id: String,
    /// Its content, lines ended by CRLF.
    pub content: String,
    /// `RETR` refuses it.
    pub broken: bool,
}

/// What a server does.
#[derive(Clone, Debug, Default)]
pub struct Habits {
    /// Commands may come ahead.
    pub pipelining: bool,
    /// `QUIT` is obeyed but not answered.
    pub drops_at_quit: bool,
    /// `QUIT` is neither obeyed nor answered.
    pub loses_quit: bool,
    /// The answer to `PASS`, if it is a refusal.
    pub refusal: Option<&'static str>,
    /// Listings end after so many messages.
    pub listed: Option<usize>,
    /// There is no `UIDL`.
    pub no_uidl: bool,
}

/// The server's mailbox and what was said to it.
#[derive(Debug, Default)]
pub struct Maildrop {
    /// The mail.
    pub mail: Vec<Mail>,
    /// What it does.
    pub habits: Habits,
    /// Commands of the last session.
    pub heard: Vec<String>,
    /// What sessions deleted.
    pub deleted: Vec<Mail>,
}

/// Shares a mailbox.
pub type Shared = Arc<Mutex<Maildrop>>;

/// A message with a subject.
pub fn mail(id: &str, subject: &str) -> Mail {
    let content = format!(
        "From: ada@demo.test\r\nSubject: {subject}\r\nDate: Tue, 3 Feb 2026 10:00:00 +0000\r\n\r\n.dot\r\n..two\r\n\r\n{subject}\r\n"
    );
    Mail { id: id.to_owned(), content, broken: false }
}

/// A mailbox.
pub fn maildrop(mail: Vec<Mail>) -> Shared {
    Arc::new(Mutex::new(Maildrop { mail, ..Maildrop::default() }))
}

/// A session with it, cut after so many bytes of the server's.
pub fn connect(drop: &Shared, cut: Option<usize>) -> (Box<dyn Transport>, JoinHandle<()>) {
    let (client, server) = tokio::io::duplex(64 * 1024);
    let drop = Arc::clone(drop);
    let serving = tokio::spawn(async move {
        // A client that goes is no failure of the server's.
        let _ = serve(server, drop).await;
    });
    (Box::new(Cut { stream: client, left: cut }), serving)
}

async fn serve(stream: DuplexStream, drop: Shared) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    let (mail, habits) = {
        let mut drop = drop.lock().unwrap();
        drop.heard.clear();
        (drop.mail.clone(), drop.habits.clone())
    };
    let mut marked = vec![false; mail.len()];
    stream.write_all(b"+OK ready\r\n").await?;
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        let line = line.trim_end().to_owned();
        drop.lock().unwrap().heard.push(line.clone());
        let mut words = line.split(' ');
        let command = words.next().unwrap_or_default().to_owned();
        let number = words.next().and_then(|word| word.parse::<usize>().ok()).unwrap_or(0);
        let lines = words.next().and_then(|word| word.parse::<usize>().ok()).unwrap_or(0);
        let message = number.checked_sub(1).and_then(|index| mail.get(index));
        let numbered = || mail.iter().enumerate().take(habits.listed.unwrap_or(usize::MAX));
        let answer = match (command.as_str(), message) {
            ("CAPA", _) if habits.pipelining => "+OK\r\nTOP\r\nUIDL\r\nPIPELINING\r\n.\r\n".to_owned(),
            ("CAPA", _) => "+OK\r\nTOP\r\nUIDL\r\n.\r\n".to_owned(),
            ("PASS", _) if habits.refusal.is_some() => format!("{}\r\n", habits.refusal.unwrap_or_default()),
            ("USER" | "PASS" | "NOOP", _) => "+OK\r\n".to_owned(),
            ("STAT", _) => format!("+OK {} {}\r\n", mail.len(), mail.len() * 100),
            ("LIST", _) => {
                let lines = numbered().map(|(at, mail)| format!("{} {}\r\n", at + 1, mail.content.len()));
                format!("+OK\r\n{}.\r\n", lines.collect::<String>())
            }
            ("UIDL", _) if !habits.no_uidl => {
                let lines = numbered().map(|(at, mail)| format!("{} {}\r\n", at + 1, mail.id));
                format!("+OK\r\n{}.\r\n", lines.collect::<String>())
            }
            ("RETR" | "TOP", Some(mail)) if mail.broken => "-ERR cannot be read\r\n".to_owned(),
            ("RETR", Some(mail)) => format!("+OK\r\n{}.\r\n", stuffed(&mail.content)),
            ("TOP", Some(mail)) => {
                let (header, body) = mail.content.split_once("\r\n\r\n").unwrap();
                let body: String = body.split_inclusive("\r\n").take(lines).collect();
                format!("+OK\r\n{}.\r\n", stuffed(&format!("{header}\r\n\r\n{body}")))
            }
            ("DELE", Some(_)) => {
                marked[number - 1] = true;
                "+OK\r\n".to_owned()
            }
            ("RSET", _) => {
                marked.fill(false);
                "+OK\r\n".to_owned()
            }
            ("QUIT", _) => {
                if habits.loses_quit {
                    return Ok(());
                }
                let mut drop = drop.lock().unwrap();
                let gone: Vec<Mail> = mail
                    .iter()
                    .zip(&marked)
                    .filter(|(_, marked)| **marked)
                    .map(|(mail, _)| mail.clone())
                    .collect();
                let mut kept = marked.iter().map(|marked| !marked);
                // Mail that came meanwhile stands behind.
                drop.mail.retain(|_| kept.next().unwrap_or(true));
                drop.deleted.extend(gone);
                if habits.drops_at_quit {
                    return Ok(());
                }
                "+OK bye\r\n".to_owned()
            }
            _ => "-ERR what?\r\n".to_owned(),
        };
        stream.write_all(answer.as_bytes()).await?;
        if command == "QUIT" {
            return Ok(());
        }
    }
}

fn stuffed(content: &str) -> String {
    let stuff = |line: &str| if line.starts_with('.') { format!(".{line}") } else { line.to_owned() };
    content.split_inclusive("\r\n").map(stuff).collect()
}

/// The sign-in of all tests.
pub fn login() -> Login {
    Login {
        kind: AccountKind::Pop3,
        account: AccountId("ada@demo.test".to_owned()),
        server: MailServer {
            host: "pop.demo.test".to_owned(),
            port: 995,
            security: Security::Tls,
            named_by: NamedBy::User,
            pinned_certificate: None,
        },
        imap: None,
        smtp: None,
        user: "ada".to_owned(),
        password: "secret".to_owned().into(),
        client: None,
    }
}

/// A stream that ends after some bytes.
#[derive(Debug)]
struct Cut {
    stream: DuplexStream,
    left: Option<usize>,
}

impl AsyncRead for Cut {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        room: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        let Some(left) = self.left else { return Pin::new(&mut self.stream).poll_read(cx, room) };
        if left == 0 {
            return Poll::Ready(Ok(()));
        }
        let mut held = vec![0; left.min(room.remaining())];
        let mut some = ReadBuf::new(&mut held);
        let polled = Pin::new(&mut self.stream).poll_read(cx, &mut some);
        room.put_slice(some.filled());
        self.left = Some(left - some.filled().len());
        polled
    }
}

impl AsyncWrite for Cut {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<std::io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
