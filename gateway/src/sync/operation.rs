//! A change somebody asked for, as the steps that make it: one command each, batches small enough that others get
//! their turn between them.

use crate::imap::command::MailboxName;
use postern_shared::{
    flags::{FlagChange, Flags},
    ids::{FolderId, OpId, UidValidity},
    uid_set::UidSet,
};
use std::collections::VecDeque;

/// Messages in one batch.
const BATCH: u32 = 500;

/// Characters of a UID set in one command (mail servers cut off longer lines).
const SET_LENGTH: usize = 1000;

/// Messages of one folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Messages {
    /// The folder.
    pub folder: FolderId,
    /// The UIDVALIDITY they were named under.
    pub validity: UidValidity,
    /// Which.
    pub uids: UidSet,
}

/// What a change is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Flags.
    Store(FlagChange),
    /// Flags, for each group of messages its own: an undo.
    Restore(Vec<(Messages, FlagChange)>),
    /// To another folder.
    Move(FolderId),
    /// To other folders, each group to its own: an undo.
    MoveBack(Vec<(Messages, FolderId)>),
    /// Messages marked `\Deleted`, for good.
    Purge,
    /// All messages, for good.
    Empty,
    /// The folder list.
    Folders,
}

/// One command of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// `UID STORE`.
    Store {
        /// Set, or clear.
        add: bool,
        /// Which flags.
        flags: Flags,
    },
    /// `UID MOVE`.
    Move(FolderId),
    /// `UID COPY`, the first half of a move on servers without MOVE.
    Copy(FolderId),
    /// `UID EXPUNGE`.
    Expunge,
    /// `EXPUNGE`, where there is no `UID EXPUNGE`: only once no message but these is struck (RFC 4549 §4.2.4).
    GuardedExpunge,
    /// Hear what changed in the folder.
    Hear,
    /// `CREATE`.
    Create(MailboxName),
    /// `RENAME`.
    Rename(MailboxName, MailboxName),
    /// `DELETE`.
    Delete(MailboxName),
    /// `SUBSCRIBE`, or `UNSUBSCRIBE`.
    Subscribe(MailboxName, bool),
    /// `LIST`.
    List,
}

/// A step: what, and with which messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What.
    pub action: Action,
    /// The folder that has to be selected.
    pub folder: Option<FolderId>,
    /// With which messages.
    pub uids: UidSet,
    /// It ends a batch: a cancelled change stops behind it.
    pub ends_batch: bool,
    /// Messages of the change that are done when it is.
    pub advances: u32,
}

impl Step {
    /// A step about folders.
    pub fn on_folders(action: Action) -> Self {
        Self { action, folder: None, uids: UidSet::new(), ends_batch: true, advances: 0 }
    }

    /// A step about messages, within a batch.
    pub fn on(folder: &FolderId, uids: UidSet, action: Action) -> Self {
        Self { action, folder: Some(folder.clone()), uids, ends_batch: false, advances: 0 }
    }

    /// The step as the last one of its batch.
    pub fn ending(mut self, advances: u64) -> Self {
        self.ends_batch = true;
        self.advances = u32::try_from(advances).unwrap_or(u32::MAX);
        self
    }
}

/// How to undo a change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Undo {
    /// The flags it changed, message by message.
    pub flags: Vec<(Messages, FlagChange)>,
    /// The messages it moved: where they are now, and where they came from.
    pub moved: Vec<(Messages, FolderId)>,
}

impl Undo {
    /// Whether there is something to undo.
    pub fn is_empty(&self) -> bool {
        self.flags.is_empty() && self.moved.is_empty()
    }
}

/// A change under way.
#[derive(Debug)]
pub struct Operation {
    /// Its name.
    pub id: OpId,
    /// What it is.
    pub kind: Kind,
    /// The messages it is about.
    pub targets: Vec<Messages>,
    /// Its steps, once they are planned; the front one runs.
    pub steps: Option<VecDeque<Step>>,
    /// Its first step was taken up.
    pub running: bool,
    /// Messages in all.
    pub total: u32,
    /// Messages done.
    pub done: u32,
    /// Messages that left their folder.
    pub removed: u32,
    /// It was cancelled: it stops behind this batch.
    pub cancelled: bool,
    /// How to undo it, as far as it got.
    pub undo: Undo,
    /// Marks taken off for a guarded purge, to be put back.
    pub put_back: UidSet,
}

impl Operation {
    /// A change that is not planned yet.
    pub fn new(id: OpId, kind: Kind, targets: Vec<Messages>) -> Self {
        Self {
            id,
            kind,
            targets,
            steps: None,
            running: false,
            total: 0,
            done: 0,
            removed: 0,
            cancelled: false,
            undo: Undo::default(),
            put_back: UidSet::new(),
        }
    }

    /// A change of the folder list, which needs no planning.
    pub fn on_folders(id: OpId, actions: impl IntoIterator<Item = Step>) -> Self {
        let mut operation = Self::new(id, Kind::Folders, Vec::new());
        operation.steps = Some(actions.into_iter().collect());
        operation
    }

    /// The step that runs or is next.
    pub fn step(&self) -> Option<&Step> {
        self.steps.as_ref()?.front()
    }

    /// The messages of the running step, if it works in `folder`.
    pub fn at_work_in(&self, folder: &FolderId) -> Option<&UidSet> {
        self.step().filter(|step| step.folder.as_ref() == Some(folder)).map(|step| &step.uids)
    }

    /// The folders whose messages it changes.
    pub fn folders(&self) -> Vec<FolderId> {
        let of = |messages: &Messages| messages.folder.clone();
        match &self.kind {
            Kind::Restore(groups) => groups.iter().map(|(messages, _)| of(messages)).collect(),
            Kind::MoveBack(groups) => groups.iter().map(|(messages, _)| of(messages)).collect(),
            _ => self.targets.iter().map(of).collect(),
        }
    }

    /// Whether it changes messages of the folder.
    pub fn concerns(&self, folder: &FolderId) -> bool {
        self.folders().contains(folder)
    }

    /// Whether more than one batch is needed, so that progress is worth telling.
    pub fn is_long(&self) -> bool {
        self.total > BATCH
    }
}

/// Cuts messages into sets for one command each: a batch's messages, and no line too long.
pub fn batches(uids: &UidSet) -> Vec<UidSet> {
    uids.batches(BATCH).iter().flat_map(short_sets).collect()
}

fn short_sets(uids: &UidSet) -> Vec<UidSet> {
    let mut sets: Vec<(usize, Vec<(u32, u32)>)> = Vec::new();
    for &range in uids.ranges() {
        let length = UidSet::from_ranges([range]).imap_pieces(0).first().map_or(0, String::len) + 1;
        match sets.last_mut() {
            Some((so_far, ranges)) if *so_far + length <= SET_LENGTH => {
                *so_far += length;
                ranges.push(range);
            }
            _ => sets.push((length, vec![range])),
        }
    }
    sets.into_iter().map(|(_, ranges)| UidSet::from_ranges(ranges)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use postern_shared::ids::Uid;

    #[test]
    fn batches_are_short_and_lose_nothing() {
        let odd: UidSet = (1_000_000_001..1_000_020_001).step_by(2).map(Uid).collect();
        let sets = batches(&odd);
        assert!(sets.iter().all(|set| set.len() <= 500 && set.imap_pieces(1000).len() == 1));
        assert_eq!(sets.iter().map(UidSet::len).sum::<u64>(), 10_000);
        assert_eq!(batches(&UidSet::from_ranges([(1, 1000)])).len(), 2);
    }
}
