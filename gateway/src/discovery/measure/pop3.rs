//! The little POP3 it takes to measure.

use super::{LineError, MOST_MAIL, MOST_MESSAGES, SignIn, imap::plain, line::Line, rate, reading, words};
use crate::discovery::network::Transport;
use secrecy::{ExposeSecret, SecretString};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    time::Instant,
};

/// The most lines a list of capabilities has.
const MOST_LINES: usize = 200;

/// More lines than the part of a message has that is read.
const ALL_LINES: u32 = 1_000_000;

/// A conversation before and after the sign-in.
pub struct Pop3 {
    line: Line<Box<dyn Transport>>,
    capabilities: Vec<String>,
}

impl Pop3 {
    /// Reads the greeting, if it is not behind us, and asks for the capabilities.
    ///
    /// # Errors
    /// It is no POP3 server.
    pub async fn greet(mut line: Line<Box<dyn Transport>>, greeted: bool) -> Result<Self, LineError> {
        if !greeted {
            status(&mut line).await?;
        }
        let mut pop3 = Self { line, capabilities: Vec::new() };
        pop3.ask_capabilities().await?;
        Ok(pop3)
    }

    /// Whether the server has a capability (RFC 2449).
    pub fn can(&self, name: &str) -> bool {
        self.arguments(name).is_some()
    }

    /// Asks what the server can; one without CAPA can nothing of it.
    ///
    /// # Errors
    /// The connection broke.
    pub async fn ask_capabilities(&mut self) -> Result<(), LineError> {
        self.line.send("CAPA").await?;
        self.capabilities.clear();
        match status(&mut self.line).await {
            Ok(_) => {}
            Err(LineError::Refused(_) | LineError::Unavailable(_)) => return Ok(()),
            Err(error) => return Err(error),
        }
        for _ in 0..MOST_LINES {
            let line = self.line.read().await?;
            if line == "." {
                return Ok(());
            }
            self.capabilities.push(line);
        }
        Err(LineError::NotMail)
    }

    /// AUTH PLAIN (RFC 5034) where it is offered, else USER and PASS. Whether it did.
    ///
    /// # Errors
    /// The server refuses, or fails.
    pub async fn sign_in(&mut self, with: &SignIn<'_>) -> Result<bool, LineError> {
        // RFC 2449 §6.5: the server would refuse the next sign-in, the one that matters.
        let delay = self.arguments("LOGIN-DELAY").and_then(|words| words.split(' ').next());
        if delay.is_some_and(|seconds| seconds != "0") {
            return Ok(false);
        }
        if let (Some(client), true) = (with.client, self.can("XCLIENT")) {
            // Dovecot counts failed sign-ins by this address, if it trusts us.
            match self.command(&format!("XCLIENT ADDR={client}")).await {
                Ok(_) | Err(LineError::Refused(_) | LineError::Unavailable(_)) => {}
                Err(error) => return Err(error),
            }
        }
        let offers_plain =
            self.arguments("SASL").is_some_and(|names| names.split(' ').any(|name| name == "PLAIN"));
        if offers_plain {
            let plain = plain(with)?;
            // Without an initial response, which may be longer than a command may be (RFC 5034 §4).
            self.line.send("AUTH PLAIN").await?;
            let asked = self.line.read().await?;
            if !asked.starts_with('+') || asked.starts_with("+OK") {
                return judge(&asked).and(Err(LineError::NotMail));
            }
            self.line.send_secret(&plain).await?;
            status(&mut self.line).await?;
        } else {
            self.command(&format!("USER {}", word(with.user, false)?)).await?;
            let pass: SecretString = format!("PASS {}", word(with.password.expose_secret(), true)?).into();
            self.line.send_secret(&pass).await?;
            status(&mut self.line).await?;
        }
        Ok(true)
    }

    /// Reads the last messages with TOP, which marks nothing as read or taken.
    pub async fn download(mut self) -> Option<u64> {
        let told = self.command("STAT").await.ok()?;
        let last: u32 = told.split_ascii_whitespace().next()?.parse().ok()?;
        let top = self.can("TOP");
        // RFC 2449 §6.7: where mail expires at once, a RETR takes it away.
        if !top && self.arguments("EXPIRE").is_some_and(|days| days.starts_with('0')) {
            return None;
        }
        let (begun, before) = (Instant::now(), self.line.received());
        let ended = reading(self.read(last, top)).await;
        let rate = rate(self.line.received() - before, begun.elapsed());
        if ended {
            // Nothing was marked for deletion; this says so once more.
            let _ = self.line.send("RSET").await;
            let _ = self.line.send("QUIT").await;
        }
        rate
    }

    /// A cut text breaks the conversation: an error, like any other.
    async fn read(&mut self, last: u32, top: bool) -> Result<(), LineError> {
        let until = self.line.received() + MOST_MAIL;
        // Without TOP the last message alone.
        let most = if top { MOST_MESSAGES } else { 1 };
        for number in (1..=last).rev().take(most as usize) {
            let command = if top { format!("TOP {number} {ALL_LINES}") } else { format!("RETR {number}") };
            self.command(&command).await?;
            let left = until.saturating_sub(self.line.received());
            if !self.line.skip_text(left).await? {
                return Err(LineError::Lost);
            }
        }
        Ok(())
    }

    async fn command(&mut self, text: &str) -> Result<String, LineError> {
        self.line.send(text).await?;
        status(&mut self.line).await
    }

    /// What follows a capability's name.
    fn arguments(&self, name: &str) -> Option<&str> {
        self.capabilities.iter().find_map(|line| {
            let (known, arguments) = line.split_once(' ').unwrap_or((line, ""));
            known.eq_ignore_ascii_case(name).then_some(arguments)
        })
    }
}

/// STLS on a bare stream (RFC 2595 §4).
pub async fn start_tls<S: AsyncRead + AsyncWrite + Unpin>(line: &mut Line<S>) -> Result<(), LineError> {
    status(line).await?;
    line.send("STLS").await?;
    status(line).await.map(drop)
}

/// Reads a status: what follows `+OK`.
async fn status<S: AsyncRead + AsyncWrite + Unpin>(line: &mut Line<S>) -> Result<String, LineError> {
    judge(&line.read().await?)
}

/// What a status means: a refusal is for later where its code says so (RFC 2449 §8.1.1, RFC 3206).
fn judge(line: &str) -> Result<String, LineError> {
    if let Some(text) = line.strip_prefix("+OK") {
        return Ok(text.trim().to_owned());
    }
    let text = line.strip_prefix("-ERR").ok_or(LineError::NotMail)?.trim();
    let code = text.strip_prefix('[').and_then(|rest| rest.split_once(']'));
    let (code, text) = code.unwrap_or(("", text));
    let later = ["IN-USE", "LOGIN-DELAY", "SYS/TEMP", "SYS/PERM"];
    Err(match later.iter().any(|known| code.eq_ignore_ascii_case(known)) {
        true => LineError::Unavailable(words(text)),
        false => LineError::Refused(words(text)),
    })
}

/// An argument of USER, without spaces, or of PASS, which may have them (RFC 1939 §7).
fn word(text: &str, spaces: bool) -> Result<&str, LineError> {
    let fits = |byte: u8| byte.is_ascii_graphic() || (spaces && byte == b' ');
    if !text.is_empty() && text.bytes().all(fits) { Ok(text) } else { Err(LineError::Unsendable) }
}
