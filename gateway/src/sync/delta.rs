//! What changed in a folder since browsers were last told.

use postern_shared::{
    event::Event,
    flags::FlagChange,
    ids::{FolderId, Uid, UidValidity},
    uid_set::UidSet,
};
use std::collections::HashMap;

/// Changes of one folder, gathered while an answer is read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Delta {
    flags: HashMap<FlagChange, Vec<Uid>>,
    removed: Vec<Uid>,
    arrived: Vec<Uid>,
}

/// A delta in the form in which it is told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Flags that changed, messages with the same change together, in order of their first message.
    pub flags: Vec<(FlagChange, UidSet)>,
    /// Messages that are gone.
    pub removed: UidSet,
    /// Messages that are new and still there.
    pub arrived: UidSet,
}

impl Delta {
    /// Whether nothing changed.
    pub fn is_empty(&self) -> bool {
        self.flags.is_empty() && self.removed.is_empty() && self.arrived.is_empty()
    }

    /// A message's flags changed.
    pub fn flags(&mut self, uid: Uid, change: FlagChange) {
        self.flags.entry(change).or_default().push(uid);
    }

    /// A message is gone.
    pub fn removed(&mut self, uid: Uid) {
        self.removed.push(uid);
    }

    /// A message is new.
    pub fn arrived(&mut self, uid: Uid) {
        self.arrived.push(uid);
    }

    /// The changes since the last call.
    pub fn take(&mut self) -> Changes {
        let Self { flags, removed, arrived } = std::mem::take(self);
        let removed: UidSet = removed.into_iter().collect();
        let arrived: UidSet = arrived.into_iter().collect();
        let mut flags: Vec<(FlagChange, UidSet)> =
            flags.into_iter().map(|(change, uids)| (change, uids.into_iter().collect())).collect();
        flags.sort_by(|a, b| a.1.ranges().cmp(b.1.ranges()));
        let gone = removed.intersection(&arrived);
        Changes { flags, removed: removed.difference(&gone), arrived: arrived.difference(&gone) }
    }
}

impl Changes {
    /// Whether nothing changed.
    pub fn is_empty(&self) -> bool {
        self.flags.is_empty() && self.removed.is_empty() && self.arrived.is_empty()
    }

    /// Splits off what concerns `uids`.
    pub fn split(self, uids: &UidSet) -> (Self, Self) {
        let part = |keep: &dyn Fn(&UidSet) -> UidSet| Self {
            flags: self
                .flags
                .iter()
                .map(|(change, of)| (change.clone(), keep(of)))
                .filter(|(_, of)| !of.is_empty())
                .collect(),
            removed: keep(&self.removed),
            arrived: keep(&self.arrived),
        };
        (part(&|of| of.intersection(uids)), part(&|of| of.difference(uids)))
    }

    /// The events that tell them.
    pub fn events(&self, folder: &FolderId, validity: UidValidity) -> Vec<Event> {
        let mut events: Vec<Event> = self
            .flags
            .iter()
            .map(|(change, uids)| Event::FlagsChanged {
                folder: folder.clone(),
                validity,
                uids: uids.clone(),
                change: change.clone(),
            })
            .collect();
        if !self.removed.is_empty() {
            let uids = self.removed.clone();
            events.push(Event::Removed { folder: folder.clone(), validity, uids });
        }
        if !self.arrived.is_empty() {
            let uids = self.arrived.clone();
            events.push(Event::Arrived { folder: folder.clone(), validity, uids });
        }
        events
    }
}
