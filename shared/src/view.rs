//! What a message list shows, and how it changes. A view is a window on an ordered list of any length.

use crate::{
    ids::{FolderId, Revision, ViewId},
    summary::Summary,
};
use serde::{Deserialize, Serialize};

/// Where a view looks.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Scope {
    /// One folder.
    Folder(FolderId),
    /// Every folder but Junk and Trash.
    Everywhere,
}

/// What a list is ordered by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum SortKey {
    /// The order of arrival in the folder. It needs no sorting on the server.
    #[default]
    Arrival,
    /// The Date header.
    Date,
    /// The sender's name, else address.
    Sender,
    /// The subject without `Re:` and its like (RFC 5256 §2.1).
    Subject,
    /// The size in bytes.
    Size,
}

/// An order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Sort {
    /// By what.
    pub key: SortKey,
    /// Greatest (newest, largest, Z) first.
    pub descending: bool,
}

impl Default for Sort {
    fn default() -> Self {
        Self { key: SortKey::Arrival, descending: true }
    }
}

/// What a view shows. Two browsers that open equal specs share one view.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ViewSpec {
    /// Where it looks.
    pub scope: Scope,
    /// The search as it was typed; empty shows everything. `in:` may widen or move the scope.
    pub query: String,
    /// The order.
    pub sort: Sort,
    /// Leave struck mail out.
    pub hide_deleted: bool,
}

/// A view as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct View {
    /// Which view.
    pub id: ViewId,
    /// Counts its changes.
    pub revision: Revision,
    /// How many rows it has in all.
    pub total: u32,
    /// More may still be found: a search is running.
    pub searching: bool,
}

/// Consecutive rows of a view.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Rows {
    /// Which view.
    pub view: ViewId,
    /// The revision in which the indices hold.
    pub revision: Revision,
    /// The index of the first row; the top is 0.
    pub start: u32,
    /// The rows.
    pub rows: Vec<Summary>,
}

/// One step of a change in a view's order, applied in turn: indices are those after the steps before it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Splice {
    /// `count` rows from `start` on are gone.
    Remove {
        /// Index of the first.
        start: u32,
        /// How many.
        count: u32,
    },
    /// `count` rows are new from `start` on.
    Insert {
        /// Index the first of them has now.
        start: u32,
        /// How many.
        count: u32,
        /// Their content from the first on; shorter than `count` where the browser should ask as it scrolls there.
        rows: Vec<Summary>,
    },
}

/// A view changed.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ViewChange {
    /// The view after the change; its revision is one more than before it.
    pub view: View,
    /// What changed in its order.
    pub splices: Vec<Splice>,
}
