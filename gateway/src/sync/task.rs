//! Work for a connection: each task is one command, made from the state when its turn comes.

use crate::{
    imap::command::FetchItem,
    sync::output::{Lane, Ticket},
};
use postern_shared::{
    ids::{FolderId, MessageKey, OpId, ViewId},
    uid_set::UidSet,
};
use std::{collections::VecDeque, time::Instant};

/// One command's worth of work.
#[derive(Clone, Debug, PartialEq)]
pub enum Task {
    /// The personal namespace.
    Namespace,
    /// The folders.
    List,
    /// Every folder's STATUS along with LIST (RFC 5819).
    Statuses,
    /// Subscriptions, where LIST does not tell them.
    Lsub,
    /// A folder's STATUS.
    Status(FolderId),
    /// How many struck messages a folder holds, then how many unread ones.
    CountDeleted(FolderId),
    /// How many messages are neither seen nor struck.
    CountUnread(FolderId),
    /// The newest messages, by sequence number.
    FirstScreen(FolderId),
    /// The next search of a folder's census.
    Census(FolderId),
    /// What is new behind the last known message.
    Arrivals(FolderId),
    /// Flags changed since the last mod-sequence.
    Changes(FolderId),
    /// All UIDs, to see which are gone.
    Compare(FolderId),
    /// Hear what changed in the folder.
    Sync(FolderId),
    /// Summaries of these messages.
    Rows(FolderId, UidSet),
    /// Previews of these messages.
    Previews(FolderId, UidSet),
    /// Part of a message.
    Message(Ticket, MessageKey, Vec<FetchItem>),
    /// The next step of an operation, in the folder it works on.
    Step(OpId, Option<FolderId>),
    /// A view's search in one folder: the quick one that looks at headers alone, or the whole.
    Search {
        /// For which view.
        view: ViewId,
        /// Where.
        folder: FolderId,
        /// Only headers.
        quick: bool,
    },
    /// Whether messages that changed belong to a view.
    Recheck(ViewId, FolderId, UidSet),
    /// What messages of a view are ordered by.
    Values(ViewId, FolderId, UidSet),
}

/// How soon a task's turn comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Urgency {
    /// Somebody looks at an empty place.
    Awaited,
    /// Changes and what keeps views true.
    Prompt,
    /// Nobody would notice a second.
    Idle,
}

impl Task {
    /// The folder that has to be selected for it.
    pub fn folder(&self) -> Option<&FolderId> {
        match self {
            Self::Namespace | Self::List | Self::Lsub | Self::Statuses | Self::Status(_) => None,
            Self::CountDeleted(folder)
            | Self::CountUnread(folder)
            | Self::FirstScreen(folder)
            | Self::Census(folder)
            | Self::Arrivals(folder)
            | Self::Changes(folder)
            | Self::Compare(folder)
            | Self::Sync(folder)
            | Self::Rows(folder, _)
            | Self::Previews(folder, _)
            | Self::Search { folder, .. }
            | Self::Recheck(_, folder, _)
            | Self::Values(_, folder, _) => Some(folder),
            Self::Message(_, key, _) => Some(&key.folder),
            Self::Step(_, folder) => folder.as_ref(),
        }
    }

    /// The connection it runs on.
    pub fn lane(&self) -> Lane {
        match self {
            Self::Statuses
            | Self::Status(_)
            | Self::CountDeleted(_)
            | Self::CountUnread(_)
            | Self::Search { .. }
            | Self::Values(..) => Lane::Bulk,
            _ => Lane::Worker,
        }
    }

    /// How soon its turn comes.
    pub fn urgency(&self) -> Urgency {
        match self {
            Self::FirstScreen(_) | Self::Rows(..) | Self::Message(..) | Self::Search { quick: true, .. } => {
                Urgency::Awaited
            }
            Self::Namespace
            | Self::List
            | Self::Lsub
            | Self::Census(_)
            | Self::Arrivals(_)
            | Self::Changes(_)
            | Self::Compare(_)
            | Self::Sync(_)
            | Self::Step(..)
            | Self::Search { quick: false, .. }
            | Self::Recheck(..)
            | Self::Values(..) => Urgency::Prompt,
            Self::Previews(..)
            | Self::Statuses
            | Self::Status(_)
            | Self::CountDeleted(_)
            | Self::CountUnread(_) => Urgency::Idle,
        }
    }
}

/// A task that waits or runs.
#[derive(Clone, Debug, PartialEq)]
pub struct Queued {
    /// What.
    pub task: Task,
    /// Since when.
    pub since: Instant,
    /// How often its connection broke under it.
    pub breaks: u32,
}

/// The tasks of one connection.
#[derive(Debug, Default)]
pub struct Queue {
    waiting: VecDeque<Queued>,
}

impl Queue {
    /// Adds a task behind those as urgent as it, unless an equal one waits already.
    pub fn push(&mut self, queued: Queued) {
        if self.waiting.iter().any(|other| other.task == queued.task) {
            return;
        }
        let urgency = queued.task.urgency();
        let at = self.waiting.partition_point(|other| other.task.urgency() <= urgency);
        self.waiting.insert(at, queued);
    }

    /// Puts a task back in front of those as urgent as it.
    pub fn push_front(&mut self, queued: Queued) {
        let urgency = queued.task.urgency();
        let at = self.waiting.partition_point(|other| other.task.urgency() < urgency);
        self.waiting.insert(at, queued);
    }

    /// The task whose turn it is: among the most urgent ones, first those that need no other folder to be selected.
    pub fn pop(&mut self, selected: Option<&FolderId>) -> Option<Queued> {
        let urgency = self.waiting.front()?.task.urgency();
        let most_urgent = self.waiting.iter().take_while(|queued| queued.task.urgency() == urgency);
        let stays = |queued: &Queued| queued.task.folder().is_none_or(|folder| Some(folder) == selected);
        let at = most_urgent.into_iter().position(stays).unwrap_or(0);
        self.waiting.remove(at)
    }

    /// How urgent the most urgent task that waits is.
    pub fn urgency(&self) -> Option<Urgency> {
        self.waiting.front().map(|queued| queued.task.urgency())
    }

    /// Whether nothing waits.
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Whether a task that waits is one `chosen` accepts.
    pub fn any(&self, chosen: impl Fn(&Task) -> bool) -> bool {
        self.waiting.iter().any(|queued| chosen(&queued.task))
    }

    /// Takes out the tasks `chosen` accepts.
    pub fn extract(&mut self, chosen: impl Fn(&Queued) -> bool) -> Vec<Queued> {
        let (out, kept) = std::mem::take(&mut self.waiting).into_iter().partition(|queued| chosen(queued));
        self.waiting = kept;
        Vec::from(out as VecDeque<Queued>)
    }
}
