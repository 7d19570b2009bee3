//! An account's writing desk: drafts are kept, mirrored to Drafts, and sent, whether a browser is open or not.
//!
//! | module | subject |
//! |---|---|
//! | [`actor`] | the desk's task: what comes in, and when it wakes |
//! | [`drafts`] | keeping, taking up, throwing away |
//! | [`beginning`] | drafts made from mail |
//! | [`outbox`] | messages on their way, by the rules of [`crate::sync::outbox`] |
//! | [`sending`] | one message handed over |
//! | [`fetching`] | mail and its files for drafts |
//! | [`errands`] | what is to be done in the mailbox, one after the other |
//! | [`home`] | Drafts and Sent: of an IMAP server, or here |
//! | [`learning`] | people, from mail read and sent |
//! | [`letter`] | a draft as a message |

mod actor;
mod beginning;
mod drafts;
mod errands;
mod fetching;
mod home;
mod learning;
mod letter;
mod outbox;
mod sending;

pub use actor::{Start, run};

use crate::{
    accounts::{
        handle::AccountHandle,
        login::{Login, MailServer},
    },
    browser::BrowserId,
    store::mail::MailChange,
};
use futures::future::BoxFuture;
use postern_shared::{
    ids::{MessageKey, RequestId},
    reply::Reply,
    writing::{WritingCommand, WritingEvent},
};
use tokio::sync::mpsc;

/// Finds where mail of an address is handed over, where nobody named a server.
pub trait FindOutgoing: Send + Sync {
    /// The server for an address, if there is one that its domain vouches for.
    fn find<'a>(&'a self, address: &'a str) -> BoxFuture<'a, Option<MailServer>>;
}

/// What a desk tells the actors of its account.
#[derive(Clone, Debug)]
pub enum Told {
    /// The answer to a browser's command.
    Reply(BrowserId, RequestId, Reply),
    /// Something every browser hears.
    Event(WritingEvent),
    /// The desk changed something in the mailbox: local folders, or, where it is empty, those of the server.
    Changed(Vec<MailChange>),
}

/// What a desk is asked.
#[derive(Debug)]
pub enum DeskRequest {
    /// A browser's command; answered through the account's actor.
    Command {
        /// Who asks.
        asker: Asker,
        /// The actor that the browser is attached to.
        actor: AccountHandle,
        /// What.
        command: WritingCommand,
    },
    /// The user opened a message.
    Opened(MessageKey),
    /// An actor of the account runs, or its user signed in anew: these are the credentials now.
    Joined(Box<Login>, AccountHandle),
}

/// Who is to be answered.
#[derive(Clone, Copy, Debug)]
pub struct Asker {
    /// Which browser.
    pub browser: BrowserId,
    /// The number of its request.
    pub id: RequestId,
}

/// The way to a desk. A desk lives as long as somebody has one, or as it has something to do.
#[derive(Clone, Debug)]
pub struct DeskHandle {
    requests: mpsc::Sender<DeskRequest>,
}

/// The desk is gone.
#[derive(Clone, Copy, Debug)]
pub struct Gone;

impl DeskHandle {
    /// A handle on the desk that receives from the other end.
    pub fn new(requests: mpsc::Sender<DeskRequest>) -> Self {
        Self { requests }
    }

    /// Passes a browser's command on.
    ///
    /// # Errors
    /// [`Gone`].
    pub async fn command(
        &self,
        asker: Asker,
        actor: AccountHandle,
        command: WritingCommand,
    ) -> Result<(), Gone> {
        self.requests.send(DeskRequest::Command { asker, actor, command }).await.map_err(|_| Gone)
    }

    /// Tells that the user opened a message. A desk too busy to take it learns less.
    pub fn opened(&self, key: MessageKey) {
        let _ = self.requests.try_send(DeskRequest::Opened(key));
    }

    /// Tells of an actor of the account. A desk too busy to take it hears of the next one.
    pub fn joined(&self, login: Login, actor: AccountHandle) {
        let _ = self.requests.try_send(DeskRequest::Joined(Box::new(login), actor));
    }
}
