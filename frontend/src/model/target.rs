//! What the toolbar's actions would apply to: the selection, else the focused row, else the opened message.

/// The messages an action would apply to, as far as the toolbar has to know.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TargetState {
    /// How many messages.
    pub count: u32,
    /// All of the view are selected.
    pub all: bool,
    /// There is one that is not struck: Delete applies.
    pub deletable: bool,
    /// There is a struck one: Undelete applies.
    pub undeletable: bool,
    /// There is an unread one: the button says "Mark as read".
    pub unread: bool,
    /// There is one that is not flagged: the button says "Flag".
    pub unflagged: bool,
}
