//! What a person did, in words: for toasts, progress and failures.

use postern_shared::ids::{DraftId, OpId};

/// A kind of change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// Delete: struck, or moved to Trash.
    Delete,
    /// Remove from Deleted Items, for good.
    Remove,
    /// Download the rest of a message.
    Rest,
    /// Upload mail to the server.
    Upload,
    /// Move a folder into Deleted Items.
    FolderAway,
    /// Undelete.
    Undelete,
    /// Mark as read.
    MarkRead,
    /// Mark as unread.
    MarkUnread,
    /// Flag.
    Flag,
    /// Unflag.
    Unflag,
    /// Move to a folder.
    Move,
    /// Move to Archive.
    Archive,
    /// Move to Junk, or out of it.
    Junk,
    /// Purge deleted messages.
    Purge,
    /// Empty a folder.
    Empty,
    /// Undo.
    Undo,
    /// Create, rename, delete, subscribe to a folder.
    Folder,
}

impl ChangeKind {
    /// What was done to `count` messages: "3 messages deleted".
    pub fn done(self, count: u32) -> String {
        let did = match self {
            ChangeKind::Delete => "deleted",
            ChangeKind::Rest => "downloaded",
            ChangeKind::Upload => "uploaded",
            ChangeKind::FolderAway => return "Folder moved to Deleted Items".to_owned(),
            ChangeKind::Undelete => "undeleted",
            ChangeKind::MarkRead => "marked as read",
            ChangeKind::MarkUnread => "marked as unread",
            ChangeKind::Flag => "flagged",
            ChangeKind::Unflag => "unflagged",
            ChangeKind::Move => "moved",
            ChangeKind::Archive => "archived",
            ChangeKind::Junk => "moved as junk",
            ChangeKind::Purge => "purged",
            ChangeKind::Empty | ChangeKind::Remove => "removed",
            ChangeKind::Undo => "restored",
            ChangeKind::Folder => return "Folder changed".to_owned(),
        };
        format!("{} {did}", messages(count))
    }

    /// What is being done, for a progress bar: "Deleting".
    pub fn doing(self) -> &'static str {
        match self {
            ChangeKind::Delete | ChangeKind::FolderAway => "Deleting",
            ChangeKind::Remove => "Removing",
            ChangeKind::Rest => "Downloading",
            ChangeKind::Upload => "Uploading",
            ChangeKind::Undelete => "Undeleting",
            ChangeKind::MarkRead => "Marking as read",
            ChangeKind::MarkUnread => "Marking as unread",
            ChangeKind::Flag => "Flagging",
            ChangeKind::Unflag => "Unflagging",
            ChangeKind::Move => "Moving",
            ChangeKind::Archive => "Archiving",
            ChangeKind::Junk => "Moving junk",
            ChangeKind::Purge => "Purging",
            ChangeKind::Empty => "Emptying",
            ChangeKind::Undo => "Undoing",
            ChangeKind::Folder => "Changing folders",
        }
    }

    /// Whether what it did is said when it is done. Read marks and flags show by themselves.
    pub fn is_told(self) -> bool {
        use ChangeKind::{Flag, Folder, MarkRead, MarkUnread, Rest, Undo, Unflag};
        !matches!(self, MarkRead | MarkUnread | Flag | Unflag | Undo | Folder | Rest)
    }

    /// Whether it can be undone at all.
    pub fn is_undoable(self) -> bool {
        !matches!(self, ChangeKind::Remove | ChangeKind::Upload)
    }
}

/// "1 message", "3 messages".
pub fn messages(count: u32) -> String {
    if count == 1 { "1 message".to_owned() } else { format!("{count} messages") }
}

/// A long operation under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operation {
    /// Which operation; it can be cancelled.
    pub op: OpId,
    /// What it does.
    pub kind: ChangeKind,
    /// Messages done.
    pub done: u32,
    /// Messages in all.
    pub total: u32,
}

/// What an Undo button undoes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Undo {
    /// An operation.
    Change(OpId),
    /// Sending a message.
    Send(DraftId),
    /// Throwing a draft away.
    Discard(DraftId),
}

/// Something a person has to be told, or the shell has to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Show a short message.
    Say {
        /// What it says.
        text: String,
        /// What its Undo button undoes.
        undo: Option<Undo>,
    },
    /// Show a failure: it stays until it is dismissed.
    Warn(String),
    /// An operation cannot be undone any more: take its Undo button away.
    Settled(Undo),
    /// All of a draft is saved: its text need not be kept by this browser.
    Safe(DraftId),
    /// A draft is not open any more.
    Unkept(DraftId),
    /// Events were missed: connect anew.
    Reconnect,
    /// The gateway serves this other build of the app: reload, once.
    Reload(String),
}
