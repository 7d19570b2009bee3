//! One connection to an IMAP server: commands go in typed, answers come out typed, in the order the server sent them.

use super::{
    connect,
    conversation::{COMMAND_TIME, Conversation, Rest},
    idle::{IDLE_PATIENCE, Idled},
    sign_in::{self, stream_error},
};
use crate::{
    accounts::login::{ConnectError, Login},
    imap::{
        capabilities::Capabilities,
        command::{Command, MailboxName},
        encode::{self, EncodeError, Line},
        response::{Code, StatusKind, StatusResponse, Untagged},
    },
};
use postern_shared::flags::Flags;
use std::time::Duration;
use tokio::{
    io::{AsyncRead, AsyncReadExt},
    time::timeout,
};

/// How long a LOGOUT may take.
const LOGOUT_TIME: Duration = Duration::from_secs(2);
/// Most octets of one answer that is gathered in memory.
const MAX_ANSWER: u64 = 128 * 1024 * 1024;
/// So much of a message is read before its APPEND begins, in octets: its headers are all in there.
const APPEND_START: u64 = 1024 * 1024;

/// A command the server answered with OK.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Completed {
    /// What came before the tagged line, in order. [`Connection::run_streaming`] has passed it on already and leaves
    /// this empty.
    pub untagged: Vec<Untagged>,
    /// The tagged line's response code.
    pub code: Option<Code>,
    /// Its text.
    pub text: String,
}

/// How a server refuses a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// `NO`: it could not be done.
    No,
    /// `BAD`: it was not understood.
    Bad,
}

/// A command that did not complete.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// The server said NO or BAD. The connection is fine; what came before may hold real changes.
    #[error("the mail server refused: {text}")]
    Refused {
        /// NO or BAD.
        refusal: Refusal,
        /// The response code.
        code: Option<Code>,
        /// The server's words.
        text: String,
        /// What came before the tagged line, in order.
        untagged: Vec<Untagged>,
    },
    /// The connection cannot be used any more: drop it.
    #[error(transparent)]
    Lost(#[from] ConnectError),
}

/// A signed-in connection. It has one owner; a call that is dropped before it ended leaves the connection
/// unusable, and every later call says [`CommandError::Lost`].
#[derive(Debug)]
pub struct Connection {
    conversation: Conversation,
    capabilities: Capabilities,
}

impl Connection {
    /// Connects, protects the connection as [`Login`] says, signs in, asks for capabilities, says `ID` and enables
    /// `QRESYNC`, `CONDSTORE` and `UTF8=ACCEPT` as offered. Bounded in time.
    pub async fn open(login: &Login) -> Result<Self, ConnectError> {
        Self::start(connect::open(&login.server).await?, login).await
    }

    /// What [`Connection::open`] does once there is a stream.
    pub(super) async fn start(opened: connect::Opened, login: &Login) -> Result<Self, ConnectError> {
        let signing_in = timeout(COMMAND_TIME, sign_in::sign_in(opened, login));
        let (driver, told) = signing_in.await.map_err(|_| ConnectError::Timeout)??;
        let untold = told.is_none();
        let conversation = Conversation::new(driver);
        let mut connection = Self { conversation, capabilities: told.unwrap_or_default() };
        connection.introduce(untold).await.map_err(|error| match error {
            CommandError::Lost(error) => error,
            CommandError::Refused { text, .. } => ConnectError::NotMail(text),
        })?;
        Ok(connection)
    }

    /// What the server can do since the sign-in, and what is enabled.
    pub fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    /// Runs a command and gathers its answers.
    pub async fn run(&mut self, command: &Command) -> Result<Completed, CommandError> {
        let lines = encode::command(command, &self.capabilities)?;
        self.gather(lines, &mut tokio::io::empty()).await
    }

    /// Runs a command and passes every untagged response on as it comes.
    pub async fn run_streaming(
        &mut self,
        command: &Command,
        mut on: impl FnMut(Untagged) + Send,
    ) -> Result<Completed, CommandError> {
        let lines = encode::command(command, &self.capabilities)?;
        let status = self.conversation.exchange(lines, &mut tokio::io::empty(), u64::MAX, &mut on).await?;
        completed(status, Vec::new())
    }

    /// Appends a message of that size (RFC 9051 §6.3.12); `date` is its INTERNALDATE in seconds since 1970. It is read
    /// as it goes; where it cannot be read the connection is lost.
    pub async fn append(
        &mut self,
        mailbox: &MailboxName,
        flags: &Flags,
        date: Option<i64>,
        size: u64,
        mut message: impl AsyncRead + Send + Unpin,
    ) -> Result<Completed, CommandError> {
        let mut start = Vec::new();
        let reading = (&mut message).take(size.min(APPEND_START)).read_to_end(&mut start).await;
        reading.map_err(|error| stream_error(&error))?;
        let follows = size.saturating_sub(start.len() as u64);
        let lines = encode::append(mailbox, flags, date, &start, follows, &self.capabilities)?;
        self.gather(lines, &mut message).await
    }

    /// Idles (RFC 2177) until `stop` is ready or five minutes have passed, then ends the command and, after five
    /// minutes, checks with NOOP that the server is there. `on` is called for each untagged response as it comes.
    pub async fn idle(
        &mut self,
        stop: impl Future<Output = ()> + Send,
        mut on: impl FnMut(Untagged) + Send,
    ) -> Result<(), CommandError> {
        let Idled { status, over } = self.conversation.idle(stop, &mut on).await?;
        completed(status, Vec::new())?;
        if over {
            let checking = timeout(IDLE_PATIENCE, self.run_streaming(&Command::Noop, on));
            checking.await.map_err(|_| ConnectError::Timeout)??;
        }
        Ok(())
    }

    /// Says LOGOUT and closes, without waiting long.
    pub async fn logout(mut self) {
        // Whatever comes of it, the connection is closed.
        let _ = timeout(LOGOUT_TIME, self.run(&Command::Logout)).await;
        let _ = timeout(LOGOUT_TIME, self.conversation.close()).await;
    }

    /// Asks what was not told, names us, and enables what is offered (RFC 5161 §3.1: before SELECT).
    async fn introduce(&mut self, ask: bool) -> Result<(), CommandError> {
        if ask {
            let answer = self.run(&Command::Capability).await?;
            let names = answer.untagged.into_iter().filter_map(|response| match response {
                Untagged::Capability(names) => Some(names),
                _ => None,
            });
            self.capabilities = Capabilities::new(names.flatten());
        }
        if self.capabilities.has("ID") {
            let fields = [("name", "Postern"), ("version", env!("CARGO_PKG_VERSION"))];
            let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
            ignore_refusal(self.run(&Command::Id(fields)).await)?;
        }
        let mut wanted = vec!["CONDSTORE", "QRESYNC", "UTF8=ACCEPT"];
        // UTF8=ONLY is enabled by the other name (RFC 6855 §6).
        let offered = |name: &str| match name {
            "UTF8=ACCEPT" => self.capabilities.has(name) || self.capabilities.has("UTF8=ONLY"),
            _ => self.capabilities.has(name),
        };
        wanted.retain(|name| offered(name));
        if self.capabilities.has("ENABLE") && !wanted.is_empty() {
            let answer = ignore_refusal(self.run(&Command::Enable(wanted)).await)?;
            for response in answer.unwrap_or_default().untagged {
                if let Untagged::Enabled(names) = response {
                    self.capabilities.enable(names);
                }
            }
        }
        Ok(())
    }

    async fn gather(&mut self, lines: Vec<Line>, rest: Rest<'_>) -> Result<Completed, CommandError> {
        let mut untagged = Vec::new();
        let mut on = |response| untagged.push(response);
        let status = self.conversation.exchange(lines, rest, MAX_ANSWER, &mut on).await?;
        completed(status, untagged)
    }
}

fn completed(status: StatusResponse, untagged: Vec<Untagged>) -> Result<Completed, CommandError> {
    let StatusResponse { kind, code, text } = status;
    let refusal = match kind {
        StatusKind::Ok => return Ok(Completed { untagged, code, text }),
        StatusKind::No => Refusal::No,
        StatusKind::Bad | StatusKind::Bye | StatusKind::PreAuth => Refusal::Bad,
    };
    Err(CommandError::Refused { refusal, code, text, untagged })
}

/// For commands whose refusal changes nothing.
fn ignore_refusal(result: Result<Completed, CommandError>) -> Result<Option<Completed>, CommandError> {
    match result {
        Ok(completed) => Ok(Some(completed)),
        Err(CommandError::Refused { .. }) => Ok(None),
        Err(lost) => Err(lost),
    }
}

impl From<EncodeError> for CommandError {
    /// What cannot be said is refused like what the server does not understand. The connection is as it was.
    fn from(error: EncodeError) -> Self {
        CommandError::Refused {
            refusal: Refusal::Bad,
            code: None,
            text: error.to_string(),
            untagged: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests;
