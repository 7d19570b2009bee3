//! Changes that can be undone, the newest last.

use crate::model::pending::CountShift;
use postern_shared::{
    command::FolderMessages,
    flags::FlagChange,
    ids::{FolderId, OpId},
};

/// How many changes can be undone.
const LENGTH: usize = 50;

/// How the undoing of a change of flags shows before the gateway did it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inverse {
    /// The messages that were changed.
    pub messages: Vec<FolderMessages>,
    /// The opposite change.
    pub change: FlagChange,
    /// The opposite shift of counts.
    pub counts: Vec<(FolderId, CountShift)>,
}

/// A change that can be undone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Done {
    /// Which operation.
    pub op: OpId,
    /// How its undoing shows; absent where only the gateway knows what it changed.
    pub inverse: Option<Inverse>,
}

/// Changes that can be undone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History(Vec<Done>);

impl History {
    /// Remembers a change; the oldest is forgotten.
    pub fn push(&mut self, done: Done) {
        if self.0.len() == LENGTH {
            self.0.remove(0);
        }
        self.0.push(done);
    }

    /// The last operation that can be undone.
    pub fn last(&self) -> Option<OpId> {
        self.0.last().map(|done| done.op)
    }

    /// Takes a change out: it is undone now, or cannot be undone.
    pub fn take(&mut self, op: OpId) -> Option<Done> {
        let at = self.0.iter().position(|done| done.op == op)?;
        Some(self.0.remove(at))
    }
}
