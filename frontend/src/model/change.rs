//! What a person did, in words: for toasts, progress and failures.

/// A kind of change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// Delete: struck, or moved to Trash.
    Delete,
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
    /// Move to Junk.
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

/// A long operation under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operation {
    /// Which operation; it can be cancelled.
    pub op: postern_shared::ids::OpId,
    /// What it does.
    pub kind: ChangeKind,
    /// Messages done.
    pub done: u32,
    /// Messages in all.
    pub total: u32,
}
