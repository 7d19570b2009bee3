//! IDLE (RFC 2177). async-imap's own handle takes the session and cannot give it back after a NO, so the command is
//! said like any other.

use super::conversation::{Conversation, OnUntagged};
use crate::{accounts::login::ConnectError, imap::response::StatusResponse};
use std::time::Duration;
use tokio::time::{sleep, timeout};

/// How long an IDLE lasts (RFC 2177 asks for less than 29 minutes; routers forget sooner).
const IDLE_TIME: Duration = Duration::from_secs(300);
/// How long the server may take to begin or end an IDLE, and to answer the NOOP behind it.
pub(super) const IDLE_PATIENCE: Duration = Duration::from_secs(15);

/// How an IDLE ended.
pub(super) struct Idled {
    /// The command's status.
    pub(super) status: StatusResponse,
    /// Its time was over: nobody has heard from the server for long.
    pub(super) over: bool,
}

impl Conversation {
    /// Idles until `stop` is ready, [`IDLE_TIME`] is over, or the server ends it by itself.
    pub(super) async fn idle(
        &mut self,
        stop: impl Future<Output = ()> + Send,
        on: OnUntagged<'_>,
    ) -> Result<Idled, ConnectError> {
        self.begin(IDLE_PATIENCE)?;
        let tag = self.say("IDLE").await?;
        let idled = match self.go_ahead(&tag, on).await? {
            Some(status) => Idled { status, over: false },
            None => self.wait(&tag, stop, on).await?,
        };
        self.finish();
        Ok(idled)
    }

    async fn wait(
        &mut self,
        tag: &str,
        stop: impl Future<Output = ()> + Send,
        on: OnUntagged<'_>,
    ) -> Result<Idled, ConnectError> {
        // Its own end is what bounds it: servers say nothing where nothing happens.
        self.be_patient(IDLE_TIME + IDLE_PATIENCE);
        let over = tokio::select! {
            () = stop => false,
            () = sleep(IDLE_TIME) => true,
            ended = self.end(tag, on) => return Ok(Idled { status: ended?, over: false }),
        };
        self.be_patient(IDLE_PATIENCE);
        self.say_more("DONE").await?;
        let ending = timeout(IDLE_PATIENCE, self.end(tag, on));
        let status = ending.await.map_err(|_| ConnectError::Timeout)??;
        Ok(Idled { status, over })
    }
}
