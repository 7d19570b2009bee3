//! The little IMAP it takes to measure.

use super::{LineError, MOST_MAIL, MOST_MESSAGES, SignIn, line::Line, rate, reading, words};
use crate::discovery::network::Transport;
use base64::{Engine, prelude::BASE64_STANDARD};
use secrecy::{ExposeSecret, SecretString};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    time::Instant,
};

/// The most untagged lines that belong to one answer.
const MOST_LINES: usize = 500;

/// A conversation before and after the sign-in.
pub struct Imap {
    line: Line<Box<dyn Transport>>,
    tag: u32,
    capabilities: Vec<String>,
}

impl Imap {
    /// Reads the greeting, if it is not behind us, and asks for the capabilities.
    ///
    /// # Errors
    /// It is no IMAP server that one can sign in to.
    pub async fn greet(mut line: Line<Box<dyn Transport>>, greeted: bool) -> Result<Self, LineError> {
        if !greeted {
            greeting(&mut line).await?;
        }
        let mut imap = Self { line, tag: 0, capabilities: Vec::new() };
        imap.ask_capabilities().await?;
        Ok(imap)
    }

    /// Whether the server has a capability.
    pub fn can(&self, name: &str) -> bool {
        self.capabilities.iter().any(|known| known.eq_ignore_ascii_case(name))
    }

    /// There and back.
    ///
    /// # Errors
    /// The connection broke.
    pub async fn noop(&mut self) -> Result<(), LineError> {
        self.command("NOOP").await.map(drop)
    }

    /// AUTHENTICATE PLAIN with an initial response (RFC 4959) where it is offered, else without, else LOGIN.
    ///
    /// # Errors
    /// The server refuses, or fails.
    pub async fn sign_in(&mut self, with: &SignIn<'_>) -> Result<(), LineError> {
        if let (Some(client), true) = (with.client, self.can("ID")) {
            // Dovecot counts failed sign-ins by this address, if it trusts us.
            self.command(&format!("ID (\"x-originating-ip\" \"{client}\")")).await?;
        }
        if self.can("AUTH=PLAIN") {
            let plain = plain(with)?;
            if self.can("SASL-IR") {
                let command = format!("AUTHENTICATE PLAIN {}", plain.expose_secret());
                self.secret_command(command.into()).await?;
            } else {
                let tag = self.next_tag();
                self.line.send(&format!("{tag} AUTHENTICATE PLAIN")).await?;
                self.answer(&tag, Some(&plain)).await?;
            }
        } else if !self.can("LOGINDISABLED") {
            let (user, password) = (quoted(with.user)?, quoted(with.password.expose_secret())?);
            self.secret_command(format!("LOGIN {user} {password}").into()).await?;
        } else {
            return Err(LineError::Unsendable);
        }
        self.ask_capabilities().await
    }

    /// Reads the newest messages of the inbox, which stay unread.
    pub async fn download(mut self) -> Option<u64> {
        let examined = self.command("EXAMINE INBOX").await.ok()?;
        let newest = examined.iter().rev().find_map(|line| exists(line)).filter(|count| *count > 0)?;
        let oldest = newest.saturating_sub(MOST_MESSAGES - 1).max(1);
        let (begun, before) = (Instant::now(), self.line.received());
        let ended = reading(self.fetch(oldest, newest)).await;
        let rate = rate(self.line.received() - before, begun.elapsed());
        if ended {
            // Courtesy only: nothing depends on the answer.
            let _ = self.line.send("Z LOGOUT").await;
        }
        rate
    }

    /// Ends early, and well, where enough has come.
    async fn fetch(&mut self, oldest: u32, newest: u32) -> Result<(), LineError> {
        let tag = self.next_tag();
        let until = self.line.received() + MOST_MAIL;
        self.line.send(&format!("{tag} FETCH {oldest}:{newest} (BODY.PEEK[]<0.{MOST_MAIL}>)")).await?;
        loop {
            let line = self.line.read().await?;
            if line.strip_prefix(&tag).is_some_and(|rest| rest.starts_with(' ')) {
                return Ok(());
            }
            let left = until.saturating_sub(self.line.received());
            self.line.skip(literal(&line).unwrap_or_default().min(left)).await?;
            if self.line.received() >= until {
                return Ok(());
            }
        }
    }

    async fn ask_capabilities(&mut self) -> Result<(), LineError> {
        let answer = self.command("CAPABILITY").await?;
        let told = answer.iter().rev().find_map(|line| prefixed(line, "* CAPABILITY "));
        let told = told.ok_or(LineError::NotMail)?;
        self.capabilities = told.split_ascii_whitespace().map(str::to_owned).collect();
        Ok(())
    }

    async fn command(&mut self, text: &str) -> Result<Vec<String>, LineError> {
        self.secret_command(text.to_owned().into()).await
    }

    async fn secret_command(&mut self, text: SecretString) -> Result<Vec<String>, LineError> {
        let tag = self.next_tag();
        let line: SecretString = format!("{tag} {}", text.expose_secret()).into();
        self.line.send_secret(&line).await?;
        self.answer(&tag, None).await
    }

    /// The untagged lines of an answer that ends in OK. The server may ask for `secret` once.
    async fn answer(
        &mut self,
        tag: &str,
        mut secret: Option<&SecretString>,
    ) -> Result<Vec<String>, LineError> {
        let mut untagged = Vec::new();
        while untagged.len() < MOST_LINES {
            let line = self.line.read().await?;
            if let Some(status) = line.strip_prefix(tag).and_then(|rest| rest.strip_prefix(' ')) {
                return judge(status).map(|()| untagged);
            }
            if line.starts_with('+') {
                self.line.send_secret(secret.take().ok_or(LineError::NotMail)?).await?;
            } else {
                untagged.push(line);
            }
        }
        Err(LineError::NotMail)
    }

    fn next_tag(&mut self) -> String {
        self.tag += 1;
        format!("P{}", self.tag)
    }
}

/// STARTTLS on a bare stream.
pub async fn start_tls<S: AsyncRead + AsyncWrite + Unpin>(line: &mut Line<S>) -> Result<(), LineError> {
    greeting(line).await?;
    line.send("P0 STARTTLS").await?;
    for _ in 0..MOST_LINES {
        if let Some(status) = line.read().await?.strip_prefix("P0 ") {
            return judge(status);
        }
    }
    Err(LineError::NotMail)
}

/// A server that takes us for signed in already is not trusted (RFC 9051 §11.1).
async fn greeting<S: AsyncRead + AsyncWrite + Unpin>(line: &mut Line<S>) -> Result<(), LineError> {
    let greeting = line.read().await?;
    match prefixed(&greeting, "* OK") {
        Some(_) => Ok(()),
        None => Err(LineError::NotMail),
    }
}

/// What a tagged status means (RFC 5530 §3).
fn judge(status: &str) -> Result<(), LineError> {
    let (kind, text) = status.split_once(' ').unwrap_or((status, ""));
    if kind.eq_ignore_ascii_case("OK") {
        return Ok(());
    }
    let code = text.strip_prefix('[').and_then(|rest| rest.split_once(']'));
    let (code, text) = code.unwrap_or(("", text));
    let later = ["UNAVAILABLE", "INUSE", "LIMIT", "SERVERBUG", "PRIVACYREQUIRED", "CONTACTADMIN"];
    if !kind.eq_ignore_ascii_case("NO") {
        return Err(LineError::NotMail);
    }
    Err(match later.iter().any(|known| code.eq_ignore_ascii_case(known)) {
        true => LineError::Unavailable(words(text)),
        false => LineError::Refused(words(text)),
    })
}

/// SASL PLAIN (RFC 4616), in base64.
pub fn plain(with: &SignIn<'_>) -> Result<SecretString, LineError> {
    let password = with.password.expose_secret();
    if with.user.contains('\0') || password.contains('\0') {
        return Err(LineError::Unsendable);
    }
    let message: SecretString = format!("\0{}\0{password}", with.user).into();
    Ok(BASE64_STANDARD.encode(message.expose_secret()).into())
}

/// A quoted string (RFC 9051 §9): ASCII without controls.
fn quoted(text: &str) -> Result<String, LineError> {
    if text.bytes().any(|byte| byte.is_ascii_control() || !byte.is_ascii()) {
        return Err(LineError::Unsendable);
    }
    Ok(format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")))
}

/// The octets of the literal a line ends with.
fn literal(line: &str) -> Option<u64> {
    let (_, size) = line.strip_suffix('}')?.rsplit_once('{')?;
    size.parse().ok()
}

/// The count of an EXISTS.
fn exists(line: &str) -> Option<u32> {
    let (count, name) = line.strip_prefix("* ")?.split_once(' ')?;
    name.trim_end().eq_ignore_ascii_case("EXISTS").then(|| count.parse().ok())?
}

/// The rest of a line that begins so, in whatever case.
fn prefixed<'a>(line: &'a str, prefix: &str) -> Option<&'a str> {
    let (start, rest) = line.split_at_checked(prefix.len())?;
    start.eq_ignore_ascii_case(prefix).then_some(rest)
}
