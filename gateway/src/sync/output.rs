//! What the core asks of its shell.

use crate::{
    browser::BrowserId,
    imap::{command::Command, response::Fetch},
};
use postern_shared::{
    account::DeletingSettings,
    error::Failure,
    event::Event,
    ids::{FolderId, OpId, RequestId, UidValidity},
    reply::Reply,
    uid_set::UidSet,
};

/// Names a message part somebody waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ticket(pub u64);

/// One of the account's connections that run commands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Lane {
    /// The one people wait for: rows, messages, changes.
    Worker,
    /// The one for what takes long and waits for nobody: searches, sorting, counts. Opened when it is needed.
    Bulk,
}

impl Lane {
    /// Both, the worker first.
    pub const ALL: [Lane; 2] = [Lane::Worker, Lane::Bulk];
}

/// Messages of a folder to remember beyond a run of the gateway.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remember {
    /// Those struck in Postern.
    StruckHere(UidSet),
    /// Those whose `\Deleted` a guarded purge took off and has to put back.
    PutBack(UidSet),
}

/// Something to do for the shell, in order.
#[derive(Clone, Debug, PartialEq)]
pub enum Output {
    /// Run a command on a connection that waits for one.
    Run(Lane, Command),
    /// Open that connection.
    Connect(Lane),
    /// Close that connection.
    Close(Lane),
    /// Answer a browser.
    Reply(BrowserId, RequestId, Reply),
    /// Tell every browser.
    Event(Option<OpId>, Event),
    /// Part of a message somebody waits for.
    Fetched(Ticket, Result<Box<Fetch>, Failure>),
    /// The account's choices for deleting are these now: keep and tell them.
    Settings(DeletingSettings),
    /// Bring what was remembered of a folder ([`super::engine::Engine::remembered`]).
    Recall(FolderId, UidValidity),
    /// Remember messages of a folder.
    Remember(FolderId, UidValidity, Remember),
    /// This folder is looked at: changes in it matter most.
    Watch(FolderId),
}
