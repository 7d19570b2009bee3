//! Short messages that go by themselves, some with Undo.

use postern_shared::ids::OpId;

/// A short message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Toast {
    /// Names it for dismissing.
    pub id: u32,
    /// What it says.
    pub text: String,
    /// What its Undo button undoes; no button where absent.
    pub undo: Option<OpId>,
    /// It tells of a failure: it stays until it is dismissed.
    pub failure: bool,
}
