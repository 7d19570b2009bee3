//! One command at a time with the server, and who may speak next. Everything that can go wrong here ends the
//! connection; whether the server did what it was asked is the caller's to see in the status.

use super::{
    sign_in::{Driver, stream_error},
    tap::Taken,
};
use crate::{
    accounts::login::ConnectError,
    imap::{
        encode::Line,
        response::{StatusResponse, Untagged},
    },
};
use std::time::Duration;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWriteExt},
    time::timeout,
};

/// How long a server may be silent during a command: a SEARCH in a large folder takes its time.
const PATIENCE: Duration = Duration::from_secs(120);
/// How long a command may take in all, so that a server that answers drop by drop does not hold it for ever.
pub(super) const COMMAND_TIME: Duration = Duration::from_secs(600);

/// Takes untagged responses as they come.
pub(super) type OnUntagged<'a> = &'a mut (dyn FnMut(Untagged) + Send);

/// What follows of a command's literals.
pub(super) type Rest<'a> = &'a mut (dyn AsyncRead + Send + Unpin);

/// A driver, and whether it is free.
#[derive(Debug)]
pub(super) struct Conversation {
    driver: Driver,
    /// A command is under way, or was when its caller went away.
    busy: bool,
}

impl Conversation {
    pub(super) fn new(mut driver: Driver) -> Self {
        driver.get_mut().wake_for_untagged(true);
        Self { driver, busy: false }
    }

    /// Sends a command and reads to its tagged status, which alone decides what became of it. `rest` has what follows
    /// of its literals. An answer of more than `most` octets ends the connection.
    pub(super) async fn exchange(
        &mut self,
        lines: Vec<Line>,
        rest: Rest<'_>,
        most: u64,
        on: OnUntagged<'_>,
    ) -> Result<StatusResponse, ConnectError> {
        self.begin(PATIENCE)?;
        let limit = self.driver.get_ref().received().saturating_add(most);
        let talking = timeout(COMMAND_TIME, self.talk(lines, rest, limit, on));
        let status = talking.await.map_err(|_| ConnectError::Timeout)??;
        self.finish();
        Ok(status)
    }

    async fn talk(
        &mut self,
        lines: Vec<Line>,
        rest: Rest<'_>,
        limit: u64,
        on: OnUntagged<'_>,
    ) -> Result<StatusResponse, ConnectError> {
        let mut lines = lines.into_iter();
        let first = lines.next().unwrap_or_default();
        let tag = self.say(&first.text).await?;
        let mut literal = first.literal;
        while let Some(sending) = literal {
            if sending.synchronising
                && let Some(refused) = self.go_ahead(&tag, on).await?
            {
                return Ok(refused);
            }
            let written = self.driver.get_mut().write_all(&sending.octets).await;
            written.map_err(|error| stream_error(&error))?;
            if sending.follows > 0 {
                let mut rest = (&mut *rest).take(sending.follows);
                let copied = tokio::io::copy(&mut rest, self.driver.get_mut()).await;
                if copied.map_err(|error| stream_error(&error))? < sending.follows {
                    return Err(ConnectError::Lost("the message is shorter than it was".to_owned()));
                }
            }
            let next = lines.next().unwrap_or_default();
            self.say_more(&next.text).await?;
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

    /// Takes the connection for a command, unless an earlier one was abandoned: two would be spliced.
    pub(super) fn begin(&mut self, patience: Duration) -> Result<(), ConnectError> {
        if self.busy {
            return Err(ConnectError::Lost("an earlier command did not end".to_owned()));
        }
        self.busy = true;
        self.be_patient(patience);
        Ok(())
    }

    /// The command ended: the next one may begin.
    pub(super) fn finish(&mut self) {
        self.busy = false;
    }

    /// How long the server may be silent from now on.
    pub(super) fn be_patient(&mut self, patience: Duration) {
        self.driver.get_mut().set_patience(patience);
    }

    /// Sends a command's first line. Gives its tag.
    pub(super) async fn say(&mut self, line: &str) -> Result<String, ConnectError> {
        let said = self.driver.run_command(line).await;
        said.map(|tag| tag.0).map_err(|error| self.lost(error))
    }

    /// Sends another line of a command.
    pub(super) async fn say_more(&mut self, line: &str) -> Result<(), ConnectError> {
        self.driver.run_command_untagged(line).await.map_err(|error| self.lost(error))
    }

    /// Reads until the server asks for more, or ends the command instead: with that status.
    pub(super) async fn go_ahead(
        &mut self,
        tag: &str,
        on: OnUntagged<'_>,
    ) -> Result<Option<StatusResponse>, ConnectError> {
        loop {
            match self.step(tag, on).await? {
                Step::More => {}
                Step::GoAhead => return Ok(None),
                Step::Ended(status) => return Ok(Some(status)),
            }
        }
    }

    /// Reads until the server ends the command.
    pub(super) async fn end(
        &mut self,
        tag: &str,
        on: OnUntagged<'_>,
    ) -> Result<StatusResponse, ConnectError> {
        loop {
            if let Step::Ended(status) = self.step(tag, on).await? {
                return Ok(status);
            }
        }
    }

    /// Closes the stream. Errors no longer matter.
    pub(super) async fn close(&mut self) {
        let _ = self.driver.get_mut().shutdown().await;
    }

    /// Reads on until the tap has something. Nothing is lost if it is dropped while it waits.
    async fn step(&mut self, tag: &str, on: OnUntagged<'_>) -> Result<Step, ConnectError> {
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
