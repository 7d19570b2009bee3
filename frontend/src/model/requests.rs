//! Requests on the socket: their numbers, and what each one was for.

use crate::model::compose::desk::WritingAsked;
use postern_shared::{
    account::DeletingSettings,
    command::Command,
    ids::{AccountId, FolderId, MessageKey, OpId, RequestId},
    pop3::Pop3Settings,
    view::ViewSpec,
    wire::ClientFrame,
};
use std::{collections::HashMap, ops::Range};

/// What a request was for, so that its answer finds its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// Hello.
    Hello,
    /// Ping.
    Ping,
    /// Something whose answer changes nothing, unless it failed.
    Courtesy,
    /// The view that is shown.
    View(ViewSpec),
    /// Rows of it.
    Rows(Range<u32>),
    /// The opened message.
    Message(MessageKey),
    /// The counted purge of a folder.
    PurgePlan {
        /// Which folder.
        folder: FolderId,
        /// Purge without the dialog.
        unasked: bool,
    },
    /// The choices for deleting; these were the ones before.
    Settings(DeletingSettings),
    /// The choices of a POP3 account; these were the ones before.
    Pop3Settings(Pop3Settings),
    /// The copies on a POP3 server that go at the next connection.
    Waiting,
    /// A change.
    Change(OpId),
    /// Something of the writing desk.
    Writing(WritingAsked),
}

/// An open request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The account it went to; absent where it went to the gateway.
    pub account: Option<AccountId>,
    /// What it was for.
    pub asked: Asked,
}

/// The open requests of one socket.
#[derive(Debug, Default)]
pub struct Requests {
    last: u32,
    open: HashMap<RequestId, Request>,
}

impl Requests {
    /// Numbers a request and remembers what it is for.
    pub fn frame(&mut self, account: Option<AccountId>, asked: Asked, command: Command) -> ClientFrame {
        self.last = self.last.wrapping_add(1);
        let id = RequestId(self.last);
        self.open.insert(id, Request { account, asked });
        ClientFrame { id, command }
    }

    /// What an answer is to. Absent for an answer nobody waits for.
    pub fn answered(&mut self, id: RequestId) -> Option<Request> {
        self.open.remove(&id)
    }

    /// The socket is gone: no answer will come.
    pub fn forget(&mut self) {
        self.open.clear();
    }
}
