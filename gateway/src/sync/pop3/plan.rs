//! What a check has to do: what is on the server, against what is remembered.
//!
//! A message is the same as a remembered one if the server's unique-id says so. Ids that are missing or repeated say
//! nothing, and after a migration all of them are new: so what is not known by its id is compared by its content, after
//! it was downloaded: see [`Identities::recognize`]. What a listing does not name is not forgotten, whatever its reason.

use super::{
    copy_policy::{self, DeletePermit},
    ledger::{ContentHash, EntryId, LedgerEntry, Listed},
};
use postern_shared::{ids::Uid, pop3::CopyPolicy};
use std::collections::{HashMap, HashSet};

/// A message to download.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetch {
    /// Its number in this connection.
    pub number: u32,
    /// Its size in bytes as the server tells it.
    pub size: u64,
    /// The unique-id to remember it by, if it can be trusted.
    pub unique_id: Option<String>,
}

/// Who a downloaded message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recognized {
    /// A remembered one. Its entry takes over the message's id, also where that is none: an id that two messages have
    /// must not name one of them later.
    Known(EntryId),
    /// None of them.
    New {
        /// The remembered message that had its id, and has it no more.
        displaces: Option<EntryId>,
    },
}

/// A copy on the server to delete.
#[derive(Debug, PartialEq, Eq)]
pub struct Deletion {
    /// Its number in this connection.
    pub number: u32,
    /// The message.
    pub entry: EntryId,
    /// That it may go.
    pub permit: DeletePermit,
}

/// What is known in one connection of who is who. Message numbers mean nothing beyond it.
#[derive(Debug, Default)]
pub struct Identities {
    known: HashMap<u32, EntryId>,
    stored: HashMap<u32, Uid>,
    claimed: HashSet<EntryId>,
}

/// What to download, the newest (the highest number) first, and who of the listed is remembered already.
pub fn plan(listing: &[Listed], ledger: &[LedgerEntry]) -> (Vec<Fetch>, Identities) {
    let mut times: HashMap<&str, u32> = HashMap::new();
    for id in listing.iter().filter_map(|listed| listed.unique_id.as_deref()) {
        *times.entry(id).or_default() += 1;
    }
    // An id whose message was deleted there names another one, if it comes back.
    let there = ledger.iter().filter(|entry| entry.copy_deleted_at.is_none());
    let entries: HashMap<&str, EntryId> =
        there.filter_map(|entry| Some((entry.unique_id.as_deref()?, entry.id))).collect();
    let trusted = |listed: &Listed| {
        listed.unique_id.clone().filter(|id| times.get(id.as_str()).is_some_and(|times| *times == 1))
    };
    let mut identities = Identities::default();
    let mut fetches = Vec::new();
    for listed in listing {
        let unique_id = trusted(listed);
        match unique_id.as_deref().and_then(|id| entries.get(id)) {
            Some(entry) => identities.know(listed.number, *entry),
            None => fetches.push(Fetch { number: listed.number, size: listed.size, unique_id }),
        }
    }
    fetches.sort_unstable_by_key(|fetch| std::cmp::Reverse(fetch.number));
    (fetches, identities)
}

impl Identities {
    /// Who a downloaded message is, by its content: a remembered one whose copy is still on the server as far as is
    /// known, or whose id it has, and which nothing else in this connection is. Each is recognised once.
    pub fn recognize(
        &mut self,
        fetch: &Fetch,
        hash: &ContentHash,
        partial: bool,
        ledger: &[LedgerEntry],
    ) -> Recognized {
        let has_its_id =
            |entry: &LedgerEntry| fetch.unique_id.is_some() && entry.unique_id == fetch.unique_id;
        let same = |entry: &&LedgerEntry| {
            entry.hash == *hash
                && entry.partial == partial
                && (entry.copy_deleted_at.is_none() || has_its_id(entry))
                && !self.claimed.contains(&entry.id)
        };
        match ledger.iter().find(same) {
            Some(entry) => {
                self.know(fetch.number, entry.id);
                Recognized::Known(entry.id)
            }
            None => {
                let other = ledger.iter().find(|entry| has_its_id(entry));
                Recognized::New { displaces: other.map(|entry| entry.id) }
            }
        }
    }

    /// A downloaded message was stored.
    pub fn stored(&mut self, number: u32, uid: Uid) {
        self.stored.insert(number, uid);
    }

    /// The copies that may go now. `ledger` is as it stands after the downloads.
    pub fn deletions(&self, ledger: &[LedgerEntry], policy: CopyPolicy, now: i64) -> Vec<Deletion> {
        let by_id: HashMap<EntryId, &LedgerEntry> = ledger.iter().map(|entry| (entry.id, entry)).collect();
        let by_uid: HashMap<Uid, &LedgerEntry> =
            ledger.iter().filter_map(|entry| Some((entry.uid?, entry))).collect();
        let known = self.known.iter().filter_map(|(number, id)| Some((*number, *by_id.get(id)?)));
        let stored = self.stored.iter().filter_map(|(number, uid)| Some((*number, *by_uid.get(uid)?)));
        let mut deletions: Vec<Deletion> = known
            .chain(stored)
            .filter_map(|(number, entry)| {
                let permit = copy_policy::permit(policy, entry, now)?;
                Some(Deletion { number, entry: entry.id, permit })
            })
            .collect();
        deletions.sort_unstable_by_key(|deletion| deletion.number);
        deletions
    }

    fn know(&mut self, number: u32, entry: EntryId) {
        self.known.insert(number, entry);
        self.claimed.insert(entry);
    }
}

#[cfg(test)]
mod tests;
