//! Mail servers of both protocols for tests: they know one password and remember what they heard.

use base64::{Engine, prelude::BASE64_STANDARD};
use postern_shared::account::AccountKind;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};

/// A mail server.
#[derive(Clone)]
pub struct Fake {
    /// What it speaks.
    pub kind: AccountKind,
    /// Its capabilities: words, or lines of CAPA.
    pub capabilities: &'static str,
    /// What it says first.
    pub greeting: &'static str,
    /// What it answers a wrong password, but for the tag.
    pub refusal: &'static str,
    /// The password.
    pub password: &'static str,
    /// The text of each message.
    pub messages: Vec<String>,
    /// What it heard so far. A copy of a server remembers along with it.
    pub heard: Arc<Mutex<Vec<String>>>,
}

impl Fake {
    /// One that offers IDLE.
    pub fn imap() -> Self {
        Self {
            kind: AccountKind::Imap,
            capabilities: "IMAP4rev1 SASL-IR AUTH=PLAIN IDLE ID",
            greeting: "* OK ready",
            refusal: "NO [AUTHENTICATIONFAILED] not you",
            password: "secret",
            messages: vec!["Subject: one\r\n\r\nbody\r\n".to_owned(); 3],
            heard: Arc::default(),
        }
    }

    /// One that offers PIPELINING.
    pub fn pop3() -> Self {
        Self {
            kind: AccountKind::Pop3,
            capabilities: "USER\nTOP\nUIDL\nPIPELINING",
            greeting: "+OK ready",
            refusal: "-ERR [AUTH] not you",
            ..Self::imap()
        }
    }

    /// Every line it heard so far.
    pub fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }

    /// Whether it heard a command, whatever its tag.
    pub fn has_heard(&self, command: &str) -> bool {
        self.heard().iter().any(|line| line.contains(command))
    }

    /// Serves one connection to its end.
    pub async fn serve(self, stream: impl AsyncRead + AsyncWrite + Unpin) {
        let mut stream = BufReader::new(stream);
        let mut answer = format!("{}\r\n", self.greeting);
        loop {
            if stream.write_all(answer.as_bytes()).await.is_err() {
                return;
            }
            let mut line = String::new();
            if !matches!(stream.read_line(&mut line).await, Ok(1..)) {
                return;
            }
            let line = line.trim_end().to_owned();
            self.heard.lock().unwrap().push(line.clone());
            answer = match self.kind {
                AccountKind::Imap => self.imap_answer(&line),
                AccountKind::Pop3 => self.pop3_answer(&line),
            };
        }
    }

    fn imap_answer(&self, line: &str) -> String {
        let (tag, command) = line.split_once(' ').unwrap_or(("", line));
        let words: Vec<&str> = command.split(' ').collect();
        let sign_in = |is_right| match is_right {
            true => format!("{tag} OK welcome\r\n"),
            false => format!("{tag} {}\r\n", self.refusal),
        };
        match words[..] {
            ["CAPABILITY"] => format!("* CAPABILITY {}\r\n{tag} OK done\r\n", self.capabilities),
            ["AUTHENTICATE", "PLAIN"] => "+ \r\n".to_owned(),
            ["AUTHENTICATE", "PLAIN", initial] => sign_in(self.opens(initial)),
            ["LOGIN", _, password] => sign_in(password == format!("\"{}\"", self.password)),
            // The answer to a continuation has no tag; ours of before is known.
            [_] if tag.is_empty() => format!("P7 {}\r\n", if self.opens(line) { "OK" } else { self.refusal }),
            ["EXAMINE", "INBOX"] => {
                format!("* {} EXISTS\r\n* OK [UIDVALIDITY 1] x\r\n{tag} OK done\r\n", self.messages.len())
            }
            ["FETCH", ..] => {
                let mut answer = String::new();
                for (number, text) in self.messages.iter().enumerate() {
                    let (number, size) = (number + 1, text.len());
                    answer += &format!("* {number} FETCH (BODY[]<0> {{{size}}}\r\n{text})\r\n");
                }
                answer + &format!("{tag} OK done\r\n")
            }
            _ => format!("{tag} OK done\r\n"),
        }
    }

    fn pop3_answer(&self, line: &str) -> String {
        let words: Vec<&str> = line.split(' ').collect();
        let sign_in = |is_right| match is_right {
            true => "+OK welcome\r\n".to_owned(),
            false => format!("{}\r\n", self.refusal),
        };
        match words[..] {
            ["CAPA"] => format!("+OK\r\n{}\r\n.\r\n", self.capabilities.replace('\n', "\r\n")),
            ["AUTH", "PLAIN"] => "+ \r\n".to_owned(),
            ["PASS", password] => sign_in(password == self.password),
            ["STAT"] => format!("+OK {} 1000\r\n", self.messages.len()),
            ["TOP" | "RETR", number, ..] => {
                let number: usize = number.parse().unwrap();
                format!("+OK\r\n{}.\r\n", self.messages[number - 1])
            }
            [initial] if BASE64_STANDARD.decode(initial).is_ok_and(|plain| plain.starts_with(b"\0")) => {
                sign_in(self.opens(initial))
            }
            _ => "+OK\r\n".to_owned(),
        }
    }

    fn opens(&self, plain: &str) -> bool {
        BASE64_STANDARD.decode(plain).unwrap().ends_with(format!("\0{}", self.password).as_bytes())
    }
}
