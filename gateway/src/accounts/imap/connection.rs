//! One connection to an IMAP server: commands go in typed, answers come out typed, in the order the server sent them.

use super::{
    connect,
    sign_in::{self, Driver, stream_error},
    tap::Taken,
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
use tokio::{io::AsyncWriteExt, time::timeout};

/// How long a server may be silent during a command: a SEARCH in a large folder takes its time.
const PATIENCE: Duration = Duration::from_secs(120);
/// How long a command may take in all, so that a server that answers drop by drop does not hold it for ever.
const COMMAND_TIME: Duration = Duration::from_secs(600);
/// How long an IDLE lasts (RFC 2177 asks for less than 29 minutes; routers forget sooner).
const IDLE_TIME: Duration = Duration::from_secs(300);
/// How long the server may take to begin or end an IDLE, and to answer the NOOP behind it.
const IDLE_PATIENCE: Duration = Duration::from_secs(15);
/// How long a LOGOUT may take.
const LOGOUT_TIME: Duration = Duration::from_secs(2);
/// Most octets of one answer that is gathered in memory.
const MAX_ANSWER: u64 = 128 * 1024 * 1024;

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
    driver: Driver,
    capabilities: Capabilities,
    /// A command is under way, or was when its caller went away.
    busy: bool,
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
        let (mut driver, told) = signing_in.await.map_err(|_| ConnectError::Timeout)??;
        driver.get_mut().wake_for_untagged(true);
        let mut connection = Self { driver, capabilities: told.clone().unwrap_or_default(), busy: false };
        connection.introduce(told.is_none()).await.map_err(|error| match error {
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
        self.gather(lines).await
    }

    /// Runs a command and passes every untagged response on as it comes.
    pub async fn run_streaming(
        &mut self,
        command: &Command,
        mut on: impl FnMut(Untagged) + Send,
    ) -> Result<Completed, CommandError> {
        let lines = encode::command(command, &self.capabilities)?;
        let status = self.exchange(lines, u64::MAX, &mut on).await?;
        completed(status, Vec::new())
    }

    /// Appends a message (RFC 9051 §6.3.12); `date` is its INTERNALDATE in seconds since 1970.
    pub async fn append(
        &mut self,
        mailbox: &MailboxName,
        flags: &Flags,
        date: Option<i64>,
        message: &[u8],
    ) -> Result<Completed, CommandError> {
        let lines = encode::append(mailbox, flags, date, message, &self.capabilities)?;
        self.gather(lines).await
    }

    /// Idles (RFC 2177) until `stop` is ready or five minutes have passed, then ends the command and, after five
    /// minutes, checks with NOOP that the server is there. `on` is called for each untagged response as it comes.
    pub async fn idle(
        &mut self,
        stop: impl Future<Output = ()> + Send,
        mut on: impl FnMut(Untagged) + Send,
    ) -> Result<(), CommandError> {
        let served_its_time = self.idle_once(stop, &mut on).await?;
        if served_its_time {
            let checking = timeout(IDLE_PATIENCE, self.run_streaming(&Command::Noop, on));
            checking.await.map_err(|_| ConnectError::Timeout)??;
        }
        Ok(())
    }

    /// Says LOGOUT and closes, without waiting long.
    pub async fn logout(mut self) {
        // Whatever comes of it, the connection is closed.
        let _ = timeout(LOGOUT_TIME, self.run(&Command::Logout)).await;
        let _ = timeout(LOGOUT_TIME, self.driver.get_mut().shutdown()).await;
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
        wanted.retain(|name| self.capabilities.has(name));
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

    async fn gather(&mut self, lines: Vec<Line>) -> Result<Completed, CommandError> {
        let mut untagged = Vec::new();
        let status = self.exchange(lines, MAX_ANSWER, &mut |response| untagged.push(response)).await?;
        completed(status, untagged)
    }

    /// Sends a command and reads to its tagged status, which alone decides what became of it.
    async fn exchange(
        &mut self,
        lines: Vec<Line>,
        most: u64,
        on: &mut (dyn FnMut(Untagged) + Send),
    ) -> Result<StatusResponse, ConnectError> {
        self.begin(PATIENCE)?;
        let limit = self.driver.get_ref().received().saturating_add(most);
        let talking = timeout(COMMAND_TIME, self.converse(lines, limit, on));
        let status = talking.await.map_err(|_| ConnectError::Timeout)??;
        self.busy = false;
        Ok(status)
    }

    async fn converse(
        &mut self,
        lines: Vec<Line>,
        limit: u64,
        on: &mut (dyn FnMut(Untagged) + Send),
    ) -> Result<StatusResponse, ConnectError> {
        let mut lines = lines.into_iter();
        let first = lines.next().unwrap_or_default();
        let tag = self.driver.run_command(&first.text).await.map_err(|error| self.lost(error))?.0;
        let mut literal = first.literal;
        while let Some(sending) = literal {
            if sending.synchronising
                && let Step::Ended(status) = self.go_ahead(&tag, on).await?
            {
                return Ok(status);
            }
            let written = self.driver.get_mut().write_all(&sending.octets).await;
            written.map_err(|error| stream_error(&error))?;
            let next = lines.next().unwrap_or_default();
            self.driver.run_command_untagged(&next.text).await.map_err(|error| self.lost(error))?;
            literal = next.literal;
        }
        loop {
            if let Step::Ended(status) = self.step(&tag, on).await? {
                return Ok(status);
            }
            if self.driver.get_ref().received() > limit {
                return Err(ConnectError::NotMail("its answer is too large".to_owned()));
            }
        }
    }

    /// One IDLE. Whether it ended because its time was over.
    async fn idle_once(
        &mut self,
        stop: impl Future<Output = ()> + Send,
        on: &mut (dyn FnMut(Untagged) + Send),
    ) -> Result<bool, CommandError> {
        self.begin(IDLE_PATIENCE)?;
        let tag = self.driver.run_command("IDLE").await.map_err(|error| self.lost(error))?.0;
        let begun = self.go_ahead(&tag, on).await?;
        let mut over = false;
        let ended = match begun {
            Step::Ended(status) => status,
            _ => {
                self.driver.get_mut().set_patience(IDLE_TIME + IDLE_PATIENCE);
                let early = tokio::select! {
                    () = stop => None,
                    () = tokio::time::sleep(IDLE_TIME) => { over = true; None }
                    early = self.end(&tag, on) => Some(early?),
                };
                match early {
                    Some(status) => status,
                    None => self.end_idle(&tag, on).await?,
                }
            }
        };
        self.busy = false;
        completed(ended, Vec::new())?;
        Ok(over)
    }

    async fn end_idle(
        &mut self,
        tag: &str,
        on: &mut (dyn FnMut(Untagged) + Send),
    ) -> Result<StatusResponse, ConnectError> {
        self.driver.get_mut().set_patience(IDLE_PATIENCE);
        self.driver.run_command_untagged("DONE").await.map_err(|error| self.lost(error))?;
        timeout(IDLE_PATIENCE, self.end(tag, on)).await.map_err(|_| ConnectError::Timeout)?
    }

    /// Reads until the server asks for more or ends the command.
    async fn go_ahead(
        &mut self,
        tag: &str,
        on: &mut (dyn FnMut(Untagged) + Send),
    ) -> Result<Step, ConnectError> {
        loop {
            match self.step(tag, on).await? {
                Step::More => {}
                step => return Ok(step),
            }
        }
    }

    /// Reads until the server ends the command.
    async fn end(
        &mut self,
        tag: &str,
        on: &mut (dyn FnMut(Untagged) + Send),
    ) -> Result<StatusResponse, ConnectError> {
        loop {
            if let Step::Ended(status) = self.step(tag, on).await? {
                return Ok(status);
            }
        }
    }

    /// Reads on until the tap has something. Nothing is lost if it is dropped while it waits.
    async fn step(&mut self, tag: &str, on: &mut (dyn FnMut(Untagged) + Send)) -> Result<Step, ConnectError> {
        let read = self.driver.read_response().await;
        let Taken { untagged, go_ahead, tagged } = self.driver.get_mut().take();
        untagged.into_iter().for_each(on);
        match (tagged, read) {
            (Some((ended, status)), _) if ended == tag => Ok(Step::Ended(status)),
            (_, Err(error)) => Err(self.lost(error.into())),
            (_, Ok(None)) => Err(ConnectError::Lost("the mail server closed the connection".to_owned())),
            (_, Ok(Some(_))) if go_ahead => Ok(Step::GoAhead),
            (_, Ok(Some(_))) => Ok(Step::More),
        }
    }

    /// Takes the connection for a command, unless an earlier one was abandoned: two would be spliced.
    fn begin(&mut self, patience: Duration) -> Result<(), ConnectError> {
        if self.busy {
            return Err(ConnectError::Lost("an earlier command did not end".to_owned()));
        }
        self.busy = true;
        self.driver.get_mut().set_patience(patience);
        Ok(())
    }

    fn lost(&self, error: async_imap::error::Error) -> ConnectError {
        match (self.driver.get_ref().bye(), error) {
            (Some(text), _) => ConnectError::Unavailable(text.to_owned()),
            (None, async_imap::error::Error::Io(error)) => stream_error(&error),
            (None, _) => ConnectError::NotMail("its answer is not IMAP".to_owned()),
        }
    }
}

/// What one look at the tap brought.
enum Step {
    /// Untagged responses, or a status of another command.
    More,
    /// The server asks for more.
    GoAhead,
    /// The command ended.
    Ended(StatusResponse),
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
