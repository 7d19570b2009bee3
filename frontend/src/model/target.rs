//! What the toolbar has to know of the messages its actions would apply to.

use crate::model::row::Row;

/// The messages an action would apply to, as far as the toolbar has to know.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TargetState {
    /// How many messages.
    pub count: u32,
    /// All of the view are selected.
    pub all: bool,
    /// There is a struck one: Undelete applies.
    pub undeletable: bool,
    /// There is an unread one: the button says "Mark as read".
    pub unread: bool,
    /// There is one that is not flagged: the button says "Flag".
    pub unflagged: bool,
}

impl TargetState {
    /// What is known of these rows.
    pub fn of(rows: impl Iterator<Item = Row>) -> Self {
        rows.fold(Self::default(), |state, row| Self {
            count: state.count + 1,
            all: false,
            undeletable: state.undeletable || row.deleted(),
            unread: state.unread || row.unread(),
            unflagged: state.unflagged || !row.flagged(),
        })
    }
}
