//! How far away a mail server is and how fast it sends: a conversation of a few commands that changes nothing there.

mod imap;
mod line;
mod pop3;

pub use line::LineError;

use super::{candidate::Candidate, network::Network};
use imap::Imap;
use line::Line;
use pop3::Pop3;
use postern_shared::account::AccountKind;
use secrecy::SecretString;
use std::{net::IpAddr, time::Duration};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    time::{Instant, timeout_at},
};

/// How many round trips the median is of.
const ROUND_TRIPS: usize = 5;

/// How much mail is read at most, in bytes.
const MOST_MAIL: u64 = 1024 * 1024;

/// How long mail is read at most.
const LONGEST_READING: Duration = Duration::from_secs(3);

/// How many of the newest messages are read at most.
const MOST_MESSAGES: u32 = 20;

/// The longest refusal that is told, in characters.
const LONGEST_WORDS: usize = 200;

/// A server that answered.
pub struct Reached {
    /// The median round trip.
    pub round_trip: Duration,
    talk: Talk,
}

enum Talk {
    Imap(Imap),
    Pop3(Pop3),
}

/// What signing in takes.
pub struct SignIn<'a> {
    /// What the server calls the user.
    pub user: &'a str,
    /// The mail password.
    pub password: &'a SecretString,
    /// The browser's address, for servers that take it.
    pub client: Option<IpAddr>,
}

/// Connects, reads the greeting, asks what the server can and measures the round trip. The caller limits the time.
///
/// # Errors
/// It does not answer, or not as a mail server.
pub async fn reach(network: &dyn Network, candidate: &Candidate) -> Result<Reached, LineError> {
    let opened = network.open(candidate.kind, &candidate.server).await.map_err(|_| LineError::Lost)?;
    let line = Line::new(opened.transport);
    let mut talk = match candidate.kind {
        AccountKind::Imap => Talk::Imap(Imap::greet(line, opened.greeted).await?),
        AccountKind::Pop3 => Talk::Pop3(Pop3::greet(line, opened.greeted).await?),
    };
    let mut trips = [Duration::ZERO; ROUND_TRIPS];
    for trip in &mut trips {
        let begun = Instant::now();
        match &mut talk {
            Talk::Imap(imap) => imap.noop().await?,
            Talk::Pop3(pop3) => pop3.ask_capabilities().await?,
        }
        *trip = begun.elapsed();
    }
    trips.sort_unstable();
    Ok(Reached { round_trip: trips[ROUND_TRIPS / 2], talk })
}

impl Reached {
    /// Whether the server tells of new mail by itself.
    pub fn pushes(&self) -> bool {
        match &self.talk {
            Talk::Imap(imap) => imap.can("IDLE"),
            Talk::Pop3(_) => false,
        }
    }

    /// Whether it takes several commands at once.
    pub fn pipelines(&self) -> bool {
        match &self.talk {
            Talk::Imap(_) => true,
            Talk::Pop3(pop3) => pop3.can("PIPELINING"),
        }
    }

    /// Signs in. Capabilities may be others afterwards. Whether it did: POP3 servers that want to be left alone
    /// between sign-ins are not signed in to, or they would refuse the one that matters.
    ///
    /// # Errors
    /// The server refuses ([`LineError::Refused`]), or fails.
    pub async fn sign_in(&mut self, with: &SignIn<'_>) -> Result<bool, LineError> {
        match &mut self.talk {
            Talk::Imap(imap) => imap.sign_in(with).await.map(|()| true),
            Talk::Pop3(pop3) => pop3.sign_in(with).await,
        }
    }

    /// Reads mail for three seconds or a megabyte: bytes a second, none where there is nothing to read. Flags and
    /// messages stay as they are.
    pub async fn download(self) -> Option<u64> {
        match self.talk {
            Talk::Imap(imap) => imap.download().await,
            Talk::Pop3(pop3) => pop3.download().await,
        }
    }
}

/// Asks for TLS on a bare stream (RFC 9051 §6.2.1, RFC 2595 §4), and gives it back for the handshake.
///
/// # Errors
/// The server refuses or is none.
pub async fn start_tls<S>(kind: AccountKind, stream: S) -> Result<S, LineError>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut line = Line::new(stream);
    match kind {
        AccountKind::Imap => imap::start_tls(&mut line).await?,
        AccountKind::Pop3 => pop3::start_tls(&mut line).await?,
    }
    line.into_inner()
}

/// Runs `reading` no longer than a reading may take. Whether it came to its end.
async fn reading(reading: impl Future<Output = Result<(), LineError>>) -> bool {
    let until = Instant::now() + LONGEST_READING;
    matches!(timeout_at(until, reading).await, Ok(Ok(())))
}

/// Bytes a second.
fn rate(bytes: u64, time: Duration) -> Option<u64> {
    let micros = time.as_micros().max(1);
    let rate = u128::from(bytes) * 1_000_000 / micros;
    (bytes > 0).then(|| u64::try_from(rate).unwrap_or(u64::MAX))
}

/// A server's words, as far as they are told on.
fn words(text: &str) -> String {
    text.trim().chars().filter(|char| !char.is_control()).take(LONGEST_WORDS).collect()
}

#[cfg(test)]
mod tests;
