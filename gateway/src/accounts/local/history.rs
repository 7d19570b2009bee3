//! What was changed, and how to undo it.

use postern_shared::{
    flags::FlagChange,
    ids::{FolderId, OpId},
    uid_set::UidSet,
};
use std::collections::VecDeque;

/// Changes that can be undone.
const REMEMBERED: usize = 50;

/// How to undo a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Undo {
    /// Move messages from where they are to where they were.
    Moves(Vec<(FolderId, FolderId, UidSet)>),
    /// Change flags back.
    Flags(Vec<(FolderId, UidSet, FlagChange)>),
    /// Put a folder back under its parent and name.
    Folder(FolderId, Option<FolderId>, String),
}

/// The last changes.
#[derive(Debug, Default)]
pub(super) struct History {
    changes: VecDeque<(OpId, Undo)>,
}

impl History {
    /// Remembers a change.
    pub fn push(&mut self, op: OpId, undo: Undo) {
        if self.changes.len() == REMEMBERED {
            self.changes.pop_front();
        }
        self.changes.push_back((op, undo));
    }

    /// Takes a change out: it is undone once.
    pub fn take(&mut self, op: OpId) -> Option<Undo> {
        let at = self.changes.iter().position(|(known, _)| *known == op)?;
        self.changes.remove(at).map(|(_, undo)| undo)
    }
}
