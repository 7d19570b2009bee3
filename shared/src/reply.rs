//! What a request is answered. A reply says accepted, failed, or the value asked for; state arrives as events.

use crate::{
    account::Account,
    address::Address,
    body::MessageDetail,
    error::Failure,
    folder::Folder,
    ids::{Epoch, FolderId, PlanId, Seq},
    pop3::WaitingCopy,
    view::{Rows, View},
    writing::WritingReply,
};
use serde::{Deserialize, Serialize};

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Reply {
    /// To Hello.
    Welcome {
        /// The build of the app the gateway serves: another one than the app's own asks it to reload once.
        build: String,
        /// Each account of the session.
        accounts: Vec<Attached>,
    },
    /// It will be done; events tell what came of it.
    Accepted,
    /// It was not done.
    Failed(Failure),
    /// A view and its first rows.
    ViewOpened {
        /// The view.
        view: View,
        /// Rows from the top.
        rows: Rows,
    },
    /// Rows of a view.
    Rows(Rows),
    /// An opened message.
    Message(Box<MessageDetail>),
    /// What a purge would remove.
    PurgePlan(PurgePlan),
    /// Copies on the server that go at the next connection: the first 200 of them.
    WaitingCopies(Vec<WaitingCopy>),
    /// From the writing desk.
    Writing(WritingReply),
}

/// How an account takes a browser up.
#[allow(clippy::large_enum_variant, reason = "there is one for each connection, and it is sent at once")]
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Attached {
    /// The events it missed follow; what it has stays true.
    Resumed,
    /// It starts anew from this: views have to be opened again.
    Snapshot(Snapshot),
}

/// An account as it stands after event `seq`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Snapshot {
    /// The epoch of its event numbers.
    pub epoch: Epoch,
    /// The last event that is in it.
    pub seq: Seq,
    /// The account.
    pub account: Account,
    /// Its folders, as [`crate::event::Event::Folders`] would tell them.
    pub folders: Vec<Folder>,
}

/// A counted purge.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PurgePlan {
    /// Confirm with this.
    pub plan: PlanId,
    /// Which folder.
    pub folder: FolderId,
    /// Exactly how many messages it removes.
    pub count: u32,
    /// How many of them were not struck in Postern.
    pub foreign: u32,
    /// A few of them.
    pub samples: Vec<PurgeSample>,
    /// The server lacks UIDPLUS: marks that are not of this purge are taken off and put back (RFC 4549 §4.2.4).
    pub guarded: bool,
}

/// One message of a counted purge.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PurgeSample {
    /// Its first sender.
    pub from: Address,
    /// Its subject.
    pub subject: String,
}
