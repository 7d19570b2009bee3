//! What the gateway knows of a folder's messages: UIDs in sequence order and flags, a few bytes a message.

use crate::sync::flag_sets::{FlagSetId, FlagSets};
use postern_shared::{
    flags::{Flag, FlagChange, Flags},
    folder::Counts,
    ids::Uid,
    uid_set::UidSet,
};

/// A folder's messages. The one at index `i` has sequence number `i + 1` in the session that has the folder selected.
#[derive(Debug, Default)]
pub struct Shadow {
    uids: Vec<Uid>,
    flags: Vec<FlagSetId>,
    sets: FlagSets,
    unread: u32,
    deleted: u32,
}

impl Shadow {
    /// The messages with these UIDs, ascending, each with its flags.
    pub fn new(messages: impl IntoIterator<Item = (Uid, Flags)>) -> Self {
        let mut shadow = Self::default();
        for (uid, flags) in messages {
            shadow.append(uid, &flags);
        }
        shadow
    }

    /// How many messages there are.
    pub fn len(&self) -> usize {
        self.uids.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.uids.is_empty()
    }

    /// All UIDs, ascending.
    pub fn uids(&self) -> &[Uid] {
        &self.uids
    }

    /// The greatest UID; 0 where there is none.
    pub fn last(&self) -> Uid {
        self.uids.last().copied().unwrap_or_default()
    }

    /// The UID of the message with that sequence number.
    pub fn uid_at(&self, sequence: u32) -> Option<Uid> {
        self.uids.get((sequence as usize).checked_sub(1)?).copied()
    }

    /// Whether the message is there.
    pub fn contains(&self, uid: Uid) -> bool {
        self.index_of(uid).is_some()
    }

    /// A message's flags.
    pub fn flags(&self, uid: Uid) -> Option<&Flags> {
        self.index_of(uid).map(|index| self.sets.get(self.flags[index]))
    }

    /// How many messages there are, unread and struck.
    pub fn counts(&self) -> Counts {
        Counts { total: self.uids.len() as u32, unread: self.unread, deleted: self.deleted }
    }

    /// The messages with `flag`.
    pub fn with(&self, flag: Flag) -> UidSet {
        self.select(|flags| flags.has(flag)).collect()
    }

    /// The messages whose flags `wanted` accepts, ascending. It is asked once a combination of flags.
    pub fn select<F: Fn(&Flags) -> bool>(&self, wanted: F) -> impl Iterator<Item = Uid> + use<'_, F> {
        let accepted = self.sets.accepted(wanted);
        self.uids.iter().zip(&self.flags).filter(move |&(_, &id)| accepted(id)).map(|(&uid, _)| uid)
    }

    /// Adds a message behind all others. One that does not belong there is left out.
    pub fn append(&mut self, uid: Uid, flags: &Flags) -> bool {
        if uid <= self.last() {
            return false;
        }
        let id = self.sets.intern(flags);
        self.count(id, 1);
        self.uids.push(uid);
        self.flags.push(id);
        true
    }

    /// Notes a message's flags and tells what changed; nothing for a message that is not there.
    pub fn set_flags(&mut self, uid: Uid, flags: &Flags) -> Option<FlagChange> {
        let index = self.index_of(uid)?;
        let before = self.flags[index];
        let after = self.sets.intern(flags);
        if before == after {
            return None;
        }
        let change = FlagChange::between(self.sets.get(before), flags);
        self.count(before, -1);
        self.count(after, 1);
        self.flags[index] = after;
        Some(change)
    }

    /// Takes out the message with that sequence number (`EXPUNGE`): those behind it move up.
    pub fn expunge(&mut self, sequence: u32) -> Option<Uid> {
        let index = (sequence as usize).checked_sub(1).filter(|&index| index < self.uids.len())?;
        self.count(self.flags[index], -1);
        self.flags.remove(index);
        Some(self.uids.remove(index))
    }

    /// Takes out messages and tells which of them were there.
    pub fn remove(&mut self, gone: &UidSet) -> UidSet {
        let mut removed = UidSet::new();
        let mut kept = 0;
        for index in 0..self.uids.len() {
            let (uid, id) = (self.uids[index], self.flags[index]);
            if gone.contains(uid) {
                removed.insert(uid);
                self.count(id, -1);
            } else {
                (self.uids[kept], self.flags[kept]) = (uid, id);
                kept += 1;
            }
        }
        self.uids.truncate(kept);
        self.flags.truncate(kept);
        removed
    }

    fn index_of(&self, uid: Uid) -> Option<usize> {
        self.uids.binary_search(&uid).ok()
    }

    fn count(&mut self, id: FlagSetId, by: i32) {
        let (seen, deleted) = (self.sets.has(id, Flag::Seen), self.sets.has(id, Flag::Deleted));
        if deleted {
            self.deleted = self.deleted.saturating_add_signed(by);
        } else if !seen {
            self.unread = self.unread.saturating_add_signed(by);
        }
    }
}
