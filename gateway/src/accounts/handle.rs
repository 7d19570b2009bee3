//! The way to an account's actor: whoever has a handle need not know that there is a channel, or what kind of account
//! it is.

use super::desk::{Asker, DeskHandle, Told};
use crate::{hub::outbox::Outbox, imap::response::Fetch};
use bytes::Bytes;
use postern_shared::{
    command::AccountCommand,
    error::{ErrorCode, Failure},
    ids::{Epoch, MessageKey, RequestId, Seq},
    reply::Attached,
    writing::WritingCommand,
};
use std::sync::Arc;
use tokio::sync::{mpsc, oneshot};

pub use crate::browser::BrowserId;

/// A piece of a message, as it stands in the mail: still transfer-encoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// The whole message (`BODY[]`).
    Source,
    /// A part's content (`BODY[n]`), by its part specifier.
    Part(String),
}

/// A message's structure as the server tells it, with envelope, flags, date and size.
pub type Structure = Arc<Fetch>;

/// What an actor is asked.
#[derive(Debug)]
pub enum Request {
    /// A browser wants the account's events. It is answered once; events from then on go to the outbox.
    Attach {
        /// Which browser.
        browser: BrowserId,
        /// Where its events stopped.
        resume: Option<(Epoch, Seq)>,
        /// Where its frames go.
        outbox: Outbox,
        /// Answered at once, before any event.
        attached: oneshot::Sender<Attached>,
    },
    /// A browser is gone.
    Detach {
        /// Which browser.
        browser: BrowserId,
    },
    /// A browser's command; answered through its outbox.
    Command {
        /// Which browser.
        browser: BrowserId,
        /// Its number there.
        id: RequestId,
        /// What it asks.
        command: AccountCommand,
    },
    /// A message's structure.
    Structure {
        /// Which message.
        key: MessageKey,
        /// The answer.
        answer: oneshot::Sender<Result<Structure, Failure>>,
    },
    /// A piece of a message, in chunks as they come. A short total ends in an error.
    Piece {
        /// Which message.
        key: MessageKey,
        /// Which piece.
        piece: Piece,
        /// From which byte of it on.
        from: u64,
        /// The chunks. Dropping the receiver stops the download after the chunk it is at.
        chunks: mpsc::Sender<Result<Bytes, Failure>>,
    },
    /// The account's writing desk has something to tell.
    Desk(Told),
    /// The user signs out of their last session: purge if the settings say so, then stop. Answered when done.
    SignOut {
        /// The answer.
        done: oneshot::Sender<()>,
    },
}

/// An account's actor, for as long as it runs.
#[derive(Clone, Debug)]
pub struct AccountHandle {
    requests: mpsc::Sender<Request>,
    desk: Option<DeskHandle>,
}

impl AccountHandle {
    /// A handle on the actor that receives from the other end.
    pub fn new(requests: mpsc::Sender<Request>) -> Self {
        Self { requests, desk: None }
    }

    /// The same actor, and the writing desk of its account.
    pub fn with_desk(self, desk: DeskHandle) -> Self {
        Self { desk: Some(desk), ..self }
    }

    /// The writing desk of its account.
    pub fn desk(&self) -> Option<&DeskHandle> {
        self.desk.as_ref()
    }

    /// The actor alone: whoever has it keeps no desk alive.
    pub fn actor(&self) -> Self {
        Self { requests: self.requests.clone(), desk: None }
    }

    /// Whether both lead to the same actor.
    pub fn is_same(&self, other: &Self) -> bool {
        self.requests.same_channel(&other.requests)
    }

    /// Whether the actor stopped: start another one.
    pub fn is_gone(&self) -> bool {
        self.requests.is_closed()
    }

    /// Attaches a browser. Its events begin after what the answer holds.
    pub async fn attach(
        &self,
        browser: BrowserId,
        resume: Option<(Epoch, Seq)>,
        outbox: Outbox,
    ) -> Result<Attached, Failure> {
        let (attached, answer) = oneshot::channel();
        self.send(Request::Attach { browser, resume, outbox, attached }).await?;
        answer.await.map_err(|_| gone())
    }

    /// Detaches a browser.
    pub async fn detach(&self, browser: BrowserId) {
        // An actor that is gone has no browsers.
        let _ = self.requests.send(Request::Detach { browser }).await;
    }

    /// Passes a browser's command on; the reply comes through its outbox.
    pub async fn command(
        &self,
        browser: BrowserId,
        id: RequestId,
        command: AccountCommand,
    ) -> Result<(), Failure> {
        self.send(Request::Command { browser, id, command }).await
    }

    /// Passes a browser's command on to the writing desk; the reply comes through its outbox.
    ///
    /// # Errors
    /// The account has no desk (any more).
    pub async fn write(
        &self,
        browser: BrowserId,
        id: RequestId,
        command: WritingCommand,
    ) -> Result<(), Failure> {
        let desk = self.desk.as_ref().ok_or_else(gone)?;
        desk.command(Asker { browser, id }, self.actor(), command).await.map_err(|_| gone())
    }

    /// Passes on what the writing desk tells browsers. An actor that is gone has none.
    pub async fn tell(&self, told: Told) {
        let _ = self.requests.send(Request::Desk(told)).await;
    }

    /// A message's structure.
    pub async fn structure(&self, key: MessageKey) -> Result<Structure, Failure> {
        let (answer, structure) = oneshot::channel();
        self.send(Request::Structure { key, answer }).await?;
        structure.await.map_err(|_| gone())?
    }

    /// A piece of a message, in chunks.
    pub async fn piece(
        &self,
        key: MessageKey,
        piece: Piece,
    ) -> Result<mpsc::Receiver<Result<Bytes, Failure>>, Failure> {
        self.piece_from(key, piece, 0).await
    }

    /// A piece of a message without its first `from` bytes, in chunks.
    pub async fn piece_from(
        &self,
        key: MessageKey,
        piece: Piece,
        from: u64,
    ) -> Result<mpsc::Receiver<Result<Bytes, Failure>>, Failure> {
        let (chunks, receiver) = mpsc::channel(4);
        self.send(Request::Piece { key, piece, from, chunks }).await?;
        Ok(receiver)
    }

    /// Ends the account's work after the last sign-out.
    pub async fn sign_out(&self) {
        let (done, answer) = oneshot::channel();
        if self.requests.send(Request::SignOut { done }).await.is_ok() {
            // An actor that stops without answering has stopped all the same.
            let _ = answer.await;
        }
    }

    async fn send(&self, request: Request) -> Result<(), Failure> {
        self.requests.send(request).await.map_err(|_| gone())
    }
}

fn gone() -> Failure {
    Failure::new(ErrorCode::Offline, "")
}
