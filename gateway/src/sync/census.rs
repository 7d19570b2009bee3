//! A folder's UIDs and flags by a handful of searches: one for all UIDs, one for each flag. Servers answer those from
//! their index, in ranges, while a FETCH of every message's flags costs them and us a line a message.

use crate::imap::command::SearchKey;
use postern_shared::{
    flags::{Flag, Flags},
    ids::Uid,
    uid_set::UidSet,
};
use std::collections::HashMap;

/// System flags, searched in every folder; keywords only in folders that have them.
const SYSTEM: [Flag; 5] = [Flag::Deleted, Flag::Seen, Flag::Flagged, Flag::Answered, Flag::Draft];

/// Keywords searched at most.
const MAX_KEYWORDS: usize = 40;

/// A census under way.
#[derive(Debug)]
pub struct Census {
    keys: Vec<Flags>,
    uids: Option<UidSet>,
    sets: Vec<UidSet>,
    fresh: HashMap<Uid, Flags>,
    gone: UidSet,
}

impl Census {
    /// A census of a folder that knows these flags (its `FLAGS` response).
    pub fn new(known: &Flags) -> Self {
        let mut keys: Vec<Flags> = SYSTEM.into_iter().map(Flags::one).collect();
        let keywords = known.imap_names().filter(|name| !name.starts_with('\\')).take(MAX_KEYWORDS);
        keys.extend(keywords.map(|name| {
            let mut flags = Flags::new();
            flags.insert_name(name);
            flags
        }));
        Self { keys, uids: None, sets: Vec::new(), fresh: HashMap::new(), gone: UidSet::new() }
    }

    /// The next search, or nothing when all is known.
    pub fn next(&self) -> Option<SearchKey> {
        match self.uids {
            None => Some(SearchKey::All),
            Some(_) => self.keys.get(self.sets.len()).map(|flags| SearchKey::Has(flags.clone())),
        }
    }

    /// What the last search found.
    pub fn found(&mut self, uids: UidSet) {
        match self.uids {
            None => self.uids = Some(uids),
            Some(_) => self.sets.push(uids),
        }
    }

    /// The last search was refused. A keyword that cannot be asked about is on no message as far as we know; without
    /// the others nothing is known, and it is false.
    pub fn refused(&mut self) -> bool {
        let keyword = self.uids.is_some() && self.sets.len() >= SYSTEM.len();
        if keyword {
            self.sets.push(UidSet::new());
        }
        keyword
    }

    /// A message's flags, told while the census runs.
    pub fn fetched(&mut self, uid: Uid, flags: &Flags) {
        self.fresh.insert(uid, flags.clone());
    }

    /// Messages went while the census runs.
    pub fn removed(&mut self, uids: &UidSet) {
        self.gone = self.gone.union(uids);
    }

    /// The UIDs, as soon as they are found.
    pub fn uids(&self) -> Option<UidSet> {
        self.uids.as_ref().map(|uids| uids.difference(&self.gone))
    }

    /// How many messages it found.
    pub fn count(&self) -> u64 {
        self.uids().map_or(0, |uids| uids.len())
    }

    /// The messages with their flags. Call [`Census::count`] first: a hostile answer may be of any length.
    pub fn messages(mut self) -> Vec<(Uid, Flags)> {
        let uids: Vec<Uid> = self.uids().unwrap_or_default().iter().collect();
        let mut masks = vec![0u64; uids.len()];
        for (bit, set) in self.sets.iter().enumerate() {
            for &(first, last) in set.ranges() {
                let start = uids.partition_point(|uid| uid.0 < first);
                let members = uids[start..].iter().zip(&mut masks[start..]);
                for (_, mask) in members.take_while(|(uid, _)| uid.0 <= last) {
                    *mask |= 1 << bit;
                }
            }
        }
        let mut combinations: HashMap<u64, Flags> = HashMap::new();
        let flags_of = |uid: &Uid, mask: u64| match self.fresh.remove(uid) {
            Some(flags) => flags,
            None => combinations.entry(mask).or_insert_with(|| combine(&self.keys, mask)).clone(),
        };
        let mut flags_of = flags_of;
        uids.into_iter().zip(masks).map(|(uid, mask)| (uid, flags_of(&uid, mask))).collect()
    }
}

fn combine(keys: &[Flags], mask: u64) -> Flags {
    let mut flags = Flags::new();
    for (_, key) in keys.iter().enumerate().filter(|(bit, _)| mask & (1 << bit) != 0) {
        key.imap_names().for_each(|name| flags.insert_name(name));
    }
    flags
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn searches_add_up_to_every_messages_flags() {
        let mut known = Flags::one(Flag::Seen);
        known.insert_name("Work");
        let mut census = Census::new(&known);
        let answer = |key: &SearchKey| match key {
            SearchKey::All => UidSet::from_ranges([(1, 3), (7, 7)]),
            SearchKey::Has(flags) if flags.has(Flag::Seen) => UidSet::from_ranges([(1, 2), (7, 9)]),
            SearchKey::Has(flags) if flags.keywords() == ["Work"] => UidSet::from_ranges([(2, 2)]),
            _ => UidSet::new(),
        };
        while let Some(key) = census.next() {
            census.found(answer(&key));
        }
        census.removed(&UidSet::one(Uid(1)));
        census.fetched(Uid(3), &Flags::one(Flag::Deleted));
        let mut seen_work = Flags::one(Flag::Seen);
        seen_work.insert_name("Work");
        assert_eq!(
            census.messages(),
            [(Uid(2), seen_work), (Uid(3), Flags::one(Flag::Deleted)), (Uid(7), Flags::one(Flag::Seen)),]
        );
    }
}
