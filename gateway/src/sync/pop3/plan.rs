//! What a check has to do: what is on the server, against what is remembered.
//!
//! A unique-id that was seen before is that message. One that never was is a new message, unless copies are missing
//! from where they should be: a server that moved tells all its messages under new ids. So whatever is not known by its
//! id is compared by content with those entries; without an id there is nothing else to go by.

use super::{
    copy_policy::{DeletePermit, permit},
    ledger::{ContentHash, EntryId, LedgerEntry, Listed, MAX_UNIQUE_ID},
};
use postern_shared::pop3::{CopyPolicy, Pop3Settings};
use std::collections::{HashMap, HashSet};

/// Bytes a header may have that "the first lines" do not count.
const HEADER: u64 = 4096;

/// Bytes of a line, about.
const LINE: u64 = 78;

/// What a check has to do.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// What to fetch, in this order.
    pub fetches: Vec<Fetch>,
    /// Which messages of the listing are known, and as what.
    pub present: Vec<(u32, EntryId)>,
    /// Entries whose unique-ids several messages have now, or another one: they name nothing any more.
    pub distrusted: Vec<EntryId>,
    /// Entries whose copies are not where they should be; content that is the same is theirs.
    pub candidates: Candidates,
}

/// A message to fetch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetch {
    /// Its number in this session.
    pub number: u32,
    /// Its size in bytes, as the server tells it.
    pub size: u64,
    /// Its unique-id, if it can be trusted.
    pub unique_id: Option<String>,
    /// How much of it.
    pub extent: Extent,
    /// It may be one that was downloaded before: its content tells.
    pub by_hash: bool,
}

/// How much of a message is fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// All of it.
    Whole,
    /// Its header and so many lines.
    FirstLines(u32),
}

/// A copy to delete on the server.
#[derive(Debug, PartialEq, Eq)]
pub struct Delete {
    /// Its number in this session.
    pub number: u32,
    /// What it is a copy of.
    pub entry: EntryId,
    /// The right to.
    pub permit: DeletePermit,
}

/// Entries that a content may belong to. Each is claimed once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Candidates {
    entries: HashMap<(ContentHash, bool), Vec<Candidate>>,
}

/// An entry that a content was recognised as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Which entry.
    pub entry: EntryId,
    /// The unique-id it had.
    pub unique_id: Option<String>,
}

impl Candidates {
    fn add(&mut self, entry: &LedgerEntry) {
        let candidate = Candidate { entry: entry.id, unique_id: entry.unique_id.clone() };
        self.entries.entry((entry.hash, entry.partial)).or_default().push(candidate);
    }

    /// Whether there are any.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Whether some entry has only the beginning of its message.
    pub fn any_partial(&self) -> bool {
        self.entries.keys().any(|(_, partial)| *partial)
    }

    /// Whether a content is one of theirs. `partial`: it is a beginning.
    pub fn contains(&self, hash: &ContentHash, partial: bool) -> bool {
        self.entries.contains_key(&(*hash, partial))
    }

    /// Takes the entry that a content belongs to.
    pub fn claim(&mut self, hash: &ContentHash, partial: bool) -> Option<Candidate> {
        let key = (*hash, partial);
        let found = self.entries.get_mut(&key)?;
        let claimed = found.pop();
        if found.is_empty() {
            self.entries.remove(&key);
        }
        claimed
    }
}

/// Makes the plan. `top`: the server can send first lines. A listing that lacks something never means anything.
pub fn plan(listing: &[Listed], ledger: &[LedgerEntry], settings: &Pop3Settings, top: bool) -> Plan {
    let mut told: HashMap<&str, u32> = HashMap::new();
    for id in listing.iter().filter_map(|listed| listed.unique_id.as_deref()) {
        *told.entry(id).or_default() += 1;
    }
    let trusted = |listed: &Listed| {
        let id = listed.unique_id.clone()?;
        let good = !id.is_empty() && id.len() <= MAX_UNIQUE_ID && told.get(id.as_str()) == Some(&1);
        good.then_some(id)
    };
    // An id whose copy was deleted there names another message, if it comes back: or the same, if it was not deleted.
    let (gone, there): (Vec<&LedgerEntry>, Vec<&LedgerEntry>) =
        ledger.iter().partition(|entry| entry.copy_deleted_at.is_some());
    let known: HashMap<&str, EntryId> =
        there.iter().filter_map(|entry| Some((entry.unique_id.as_deref()?, entry.id))).collect();

    let mut plan = Plan::default();
    let mut unknown = Vec::new();
    for listed in listing {
        let unique_id = trusted(listed);
        match unique_id.as_deref().and_then(|id| known.get(id)) {
            Some(entry) => plan.present.push((listed.number, *entry)),
            None => unknown.push((listed, unique_id)),
        }
    }
    let twice = |id: &str| told.get(id).is_some_and(|&times| times > 1);
    plan.distrusted = known.iter().filter(|(id, _)| twice(id)).map(|(_, entry)| *entry).collect();
    let comes_back =
        |entry: &&&LedgerEntry| entry.unique_id.as_deref().is_some_and(|id| told.contains_key(id));
    let back: Vec<&LedgerEntry> = gone.iter().filter(comes_back).copied().collect();
    plan.distrusted.extend(back.iter().map(|entry| entry.id));
    let here: HashSet<EntryId> = plan.present.iter().map(|(_, entry)| *entry).collect();
    // The last one added is claimed first: the oldest entry.
    let mut missing: Vec<&LedgerEntry> =
        there.into_iter().filter(|entry| !here.contains(&entry.id)).chain(back).collect();
    missing.sort_by_key(|entry| std::cmp::Reverse(entry.id));
    missing.iter().for_each(|entry| plan.candidates.add(entry));

    // So many unknown ones mean a server that moved: only whole messages can be compared with whole ones.
    let moved = here.len() * 10 <= listing.len();
    unknown.sort_by_key(|(listed, _)| std::cmp::Reverse(listed.number));
    for (listed, unique_id) in unknown {
        let by_hash = !plan.candidates.is_empty();
        let compare_whole = by_hash && (moved || unique_id.is_none());
        let extent = match settings.first_lines {
            Some(lines) if top && !compare_whole && listed.size > HEADER + u64::from(lines) * LINE => {
                Extent::FirstLines(lines)
            }
            _ => Extent::Whole,
        };
        let (number, size) = (listed.number, listed.size);
        plan.fetches.push(Fetch { number, size, unique_id, extent, by_hash });
    }
    plan
}

/// Which copies go now, of the messages that are known in this session; `now` is in seconds since 1970. Asked when
/// everything that was fetched is committed, with the ledger as it is then.
pub fn deletions(
    present: &[(u32, EntryId)],
    ledger: &[LedgerEntry],
    policy: CopyPolicy,
    now: i64,
) -> Vec<Delete> {
    let entries: HashMap<EntryId, &LedgerEntry> = ledger.iter().map(|entry| (entry.id, entry)).collect();
    let delete = |&(number, id): &(u32, EntryId)| {
        let permit = permit(policy, entries.get(&id)?, now)?;
        Some(Delete { number, entry: id, permit })
    };
    present.iter().filter_map(delete).collect()
}

#[cfg(test)]
mod tests;
