//! The purge dialog: counted first, then confirmed, then with progress.

use postern_shared::{
    ids::{FolderId, OpId},
    reply::PurgePlan,
};

/// Where the purge dialog stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum PurgeDialog {
    /// Not shown.
    #[default]
    Closed,
    /// The gateway counts what a purge would remove.
    Counting(FolderId),
    /// Counted: asks the user.
    Asking(PurgePlan),
    /// Confirmed and under way.
    Running {
        /// Which operation; it can be cancelled.
        op: OpId,
        /// Messages removed.
        done: u32,
        /// Messages in all.
        total: u32,
    },
    /// It failed or was cancelled: what was removed, what was kept and what to do, in words to show.
    Failed(String),
}
