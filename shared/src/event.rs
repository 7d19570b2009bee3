//! What every browser of an account is told, in one sequence.

use crate::{
    account::Account,
    error::Failure,
    flags::FlagChange,
    folder::{Counts, Folder},
    ids::{AccountId, FolderId, OpId, Seq, Uid, UidValidity, ViewId},
    uid_set::UidSet,
    view::ViewChange,
    writing::WritingEvent,
};
use serde::{Deserialize, Serialize};

/// An event with its place in the account's sequence.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Envelope {
    /// Which account.
    pub account: AccountId,
    /// Its number: one more than the event before it.
    pub seq: Seq,
    /// The operation that brought it about, if one of Postern's did.
    pub cause: Option<OpId>,
    /// What happened.
    pub event: Event,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Event {
    /// The account's connection or settings changed.
    AccountChanged(Account),
    /// The folders, all of them, in the order they are shown: special ones first.
    Folders(Vec<Folder>),
    /// One folder's counts.
    Counts {
        /// Which folder.
        folder: FolderId,
        /// Its counts now.
        counts: Counts,
    },
    /// Flags changed.
    FlagsChanged {
        /// In which folder.
        folder: FolderId,
        /// Its UIDVALIDITY.
        validity: UidValidity,
        /// Of which messages.
        uids: UidSet,
        /// How.
        change: FlagChange,
    },
    /// Messages are gone from a folder: open ones close.
    Removed {
        /// From which folder.
        folder: FolderId,
        /// Its UIDVALIDITY.
        validity: UidValidity,
        /// Which.
        uids: UidSet,
    },
    /// Messages arrived in a folder (not those a new UIDVALIDITY brought back).
    Arrived {
        /// In which folder.
        folder: FolderId,
        /// Its UIDVALIDITY.
        validity: UidValidity,
        /// Which.
        uids: UidSet,
    },
    /// An open view changed.
    ViewChanged(ViewChange),
    /// A view is no more (its folder went, or its UIDs changed): open it again.
    ViewClosed {
        /// Which view.
        view: ViewId,
    },
    /// Beginnings of messages' texts became known.
    Previews {
        /// In which folder.
        folder: FolderId,
        /// Its UIDVALIDITY.
        validity: UidValidity,
        /// Of which messages, and what.
        previews: Vec<(Uid, String)>,
    },
    /// A long operation went on.
    Progress {
        /// Which operation.
        op: OpId,
        /// Messages done.
        done: u32,
        /// Messages in all.
        total: u32,
    },
    /// An operation is done, and every event of its own came before this one.
    Finished {
        /// Which operation.
        op: OpId,
        /// Messages it changed.
        count: u32,
        /// Whether [`crate::command::AccountCommand::Undo`] takes it.
        undoable: bool,
    },
    /// An operation failed or was cancelled. What it had done stays done and was told before.
    Failed {
        /// Which operation.
        op: OpId,
        /// Messages it changed before.
        done: u32,
        /// Messages in all.
        total: u32,
        /// Why.
        failure: Failure,
    },
    /// Something the user should know.
    Notice(Notice),
    /// Something happened at the writing desk.
    Writing(WritingEvent),
}

/// Something the user should know that no request asked for.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Notice {
    /// The server's ALERT, which has to be shown (RFC 9051 §7.1). Text, never markup.
    Alert(String),
    /// The server removed messages by itself when they were struck; the Trash model avoids it.
    AutoExpunged {
        /// In which folder.
        folder: FolderId,
        /// How many.
        count: u32,
    },
    /// An upload is done, and left these messages out.
    NotUploaded {
        /// Of these only the beginning is here.
        partial: u32,
        /// These are too large to be uploaded.
        too_large: u32,
    },
}
