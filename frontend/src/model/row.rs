//! A message as the list shows it: what the gateway told, with pending changes on top.

use postern_shared::{
    flags::{Flag, Flags},
    ids::MessageKey,
    summary::Summary,
};
use std::sync::Arc;

/// One row of the message list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// What the gateway told. Its flags may lag behind [`Row::flags`].
    pub summary: Arc<Summary>,
    /// The flags with pending changes applied.
    pub flags: Flags,
}

impl Row {
    /// Which message.
    pub fn key(&self) -> &MessageKey {
        &self.summary.key
    }

    /// Whether it is struck through.
    pub fn deleted(&self) -> bool {
        self.flags.has(Flag::Deleted)
    }

    /// Whether it was not read yet.
    pub fn unread(&self) -> bool {
        !self.flags.has(Flag::Seen)
    }

    /// Whether it is flagged.
    pub fn flagged(&self) -> bool {
        self.flags.has(Flag::Flagged)
    }

    /// Whether it was replied to.
    pub fn answered(&self) -> bool {
        self.flags.has(Flag::Answered)
    }
}
