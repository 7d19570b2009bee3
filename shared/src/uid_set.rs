//! A set of UIDs as sorted, disjoint, non-adjacent ranges: ten thousand messages in a few bytes.

use crate::ids::Uid;
use serde::{Deserialize, Deserializer, Serialize};

/// A set of UIDs. Ranges are inclusive, sorted, and never touch; a decoded set is normalised, so a peer cannot
/// build an invalid one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct UidSet {
    ranges: Vec<(u32, u32)>,
}

impl<'de> Deserialize<'de> for UidSet {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self::from_ranges(Vec::<(u32, u32)>::deserialize(deserializer)?))
    }
}

impl UidSet {
    /// The empty set.
    pub fn new() -> Self {
        Self::default()
    }

    /// The set with one member.
    pub fn one(uid: Uid) -> Self {
        Self { ranges: vec![(uid.0, uid.0)] }
    }

    /// The union of inclusive ranges, in any order, overlapping or reversed.
    pub fn from_ranges(ranges: impl IntoIterator<Item = (u32, u32)>) -> Self {
        let mut sorted: Vec<(u32, u32)> = ranges.into_iter().map(|(a, b)| (a.min(b), a.max(b))).collect();
        sorted.sort_unstable();
        let mut set = Self::new();
        for (first, last) in sorted {
            set.push_range(first, last);
        }
        set
    }

    /// Whether it has no member.
    pub fn is_empty(&self) -> bool {
        self.ranges.is_empty()
    }

    /// How many members it has.
    pub fn len(&self) -> u64 {
        self.ranges.iter().map(|&(first, last)| u64::from(last - first) + 1).sum()
    }

    /// Whether `uid` is a member.
    pub fn contains(&self, uid: Uid) -> bool {
        let after = self.ranges.partition_point(|&(first, _)| first <= uid.0);
        after > 0 && self.ranges[after - 1].1 >= uid.0
    }

    /// Adds one member.
    pub fn insert(&mut self, uid: Uid) {
        match self.ranges.last() {
            Some(&(first, _)) if uid.0 < first => {
                let ranges = std::mem::take(&mut self.ranges);
                *self = Self::from_ranges(ranges.into_iter().chain([(uid.0, uid.0)]));
            }
            _ => self.push_range(uid.0, uid.0),
        }
    }

    /// Takes one member out.
    pub fn remove(&mut self, uid: Uid) {
        *self = self.difference(&Self::one(uid));
    }

    /// All members, ascending. A hostile range is as long as it says: check [`UidSet::len`] first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = Uid> + '_ {
        self.ranges.iter().flat_map(|&(first, last)| (first..=last).map(Uid))
    }

    /// The inclusive ranges, ascending.
    pub fn ranges(&self) -> &[(u32, u32)] {
        &self.ranges
    }

    /// Members of either.
    pub fn union(&self, other: &Self) -> Self {
        Self::from_ranges(self.ranges.iter().chain(&other.ranges).copied())
    }

    /// Members of both.
    pub fn intersection(&self, other: &Self) -> Self {
        let mut out = Self::new();
        let (mut a, mut b) = (self.ranges.iter().peekable(), other.ranges.iter().peekable());
        while let (Some(&&(a1, a2)), Some(&&(b1, b2))) = (a.peek(), b.peek()) {
            let (first, last) = (a1.max(b1), a2.min(b2));
            if first <= last {
                out.push_range(first, last);
            }
            if a2 < b2 {
                a.next();
            } else {
                b.next();
            }
        }
        out
    }

    /// Members of `self` that are not in `other`.
    pub fn difference(&self, other: &Self) -> Self {
        let mut out = Self::new();
        let mut cuts = other.ranges.iter().copied().peekable();
        for &(first, last) in &self.ranges {
            let mut start = u64::from(first);
            while let Some(&(cut_first, cut_last)) = cuts.peek() {
                if u64::from(cut_last) < start {
                    cuts.next();
                    continue;
                }
                if cut_first > last {
                    break;
                }
                if u64::from(cut_first) > start {
                    out.push_range(start as u32, cut_first - 1);
                }
                start = u64::from(cut_last) + 1;
                if cut_last >= last {
                    break;
                }
                cuts.next();
            }
            if start <= u64::from(last) {
                out.push_range(start as u32, last);
            }
        }
        out
    }

    /// The set in IMAP's `sequence-set` syntax (RFC 9051 §9), cut into pieces of at most `limit` characters, so
    /// that no command line grows too long for a server. A piece holds at least one range.
    pub fn imap_pieces(&self, limit: usize) -> Vec<String> {
        let mut pieces: Vec<String> = Vec::new();
        for &(first, last) in &self.ranges {
            let range = if first == last { first.to_string() } else { format!("{first}:{last}") };
            match pieces.last_mut() {
                Some(piece) if piece.len() + 1 + range.len() <= limit => {
                    piece.push(',');
                    piece.push_str(&range);
                }
                _ => pieces.push(range),
            }
        }
        pieces
    }

    /// Cuts the set into batches of at most `size` members each, ascending.
    pub fn batches(&self, size: u32) -> Vec<Self> {
        let mut out = Vec::new();
        let mut batch = Self::new();
        let mut room = u64::from(size.max(1));
        for &(mut first, last) in &self.ranges {
            loop {
                let width = u64::from(last - first) + 1;
                if width < room {
                    batch.push_range(first, last);
                    room -= width;
                    break;
                }
                let cut = first + (room - 1) as u32;
                batch.push_range(first, cut);
                out.push(std::mem::take(&mut batch));
                room = u64::from(size.max(1));
                if cut == last {
                    break;
                }
                first = cut + 1;
            }
        }
        if !batch.is_empty() {
            out.push(batch);
        }
        out
    }

    /// Adds a range that begins at or after the start of the last one.
    fn push_range(&mut self, first: u32, last: u32) {
        match self.ranges.last_mut() {
            Some(end) if u64::from(first) <= u64::from(end.1) + 1 => end.1 = end.1.max(last),
            _ => self.ranges.push((first, last)),
        }
    }
}

impl FromIterator<Uid> for UidSet {
    fn from_iter<I: IntoIterator<Item = Uid>>(uids: I) -> Self {
        Self::from_ranges(uids.into_iter().map(|uid| (uid.0, uid.0)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn set(members: &BTreeSet<u32>) -> UidSet {
        members.iter().map(|&uid| Uid(uid)).collect()
    }

    proptest! {
        #[test]
        fn behaves_like_a_tree_of_numbers(
            a in proptest::collection::btree_set(1u32..60, 0..30),
            b in proptest::collection::btree_set(1u32..60, 0..30),
            size in 1u32..9,
        ) {
            let (x, y) = (set(&a), set(&b));
            prop_assert_eq!(x.len(), a.len() as u64);
            prop_assert_eq!(x.union(&y), set(&a.union(&b).copied().collect()));
            prop_assert_eq!(x.intersection(&y), set(&a.intersection(&b).copied().collect()));
            prop_assert_eq!(x.difference(&y), set(&a.difference(&b).copied().collect()));
            let mut inserted = UidSet::new();
            for &uid in a.iter().rev() {
                inserted.insert(Uid(uid));
            }
            prop_assert_eq!(&inserted, &x);
            for uid in 0..61 {
                prop_assert_eq!(x.contains(Uid(uid)), a.contains(&uid));
            }
            let batches = x.batches(size);
            prop_assert!(batches.iter().all(|batch| batch.len() <= u64::from(size) && !batch.is_empty()));
            prop_assert_eq!(batches.iter().flat_map(UidSet::iter).map(|uid| uid.0).collect::<Vec<_>>(), a.iter().copied().collect::<Vec<_>>());
        }
    }

    #[test]
    fn pieces_stay_under_the_limit_and_lose_nothing() {
        let odd: UidSet = (1..2000).step_by(2).map(Uid).collect();
        let pieces = odd.imap_pieces(1000);
        assert!(pieces.iter().all(|piece| piece.len() <= 1000));
        assert_eq!(pieces.join(",").split(',').count(), 1000);
        assert_eq!(UidSet::from_ranges([(1, 3), (7, 7)]).imap_pieces(80), ["1:3,7"]);
    }

    #[test]
    fn the_widest_range_costs_nothing() {
        let all = UidSet::from_ranges([(u32::MAX, 0), (5, u32::MAX)]);
        assert_eq!(all.ranges(), [(0, u32::MAX)]);
        assert_eq!(all.difference(&UidSet::from_ranges([(1, u32::MAX)])), UidSet::one(Uid(0)));
        assert_eq!(all.batches(u32::MAX).len(), 2);
    }

    #[test]
    fn a_decoded_set_is_normalised() {
        let set: UidSet = serde_json::from_str("[[9,7],[1,2],[3,3]]").unwrap();
        assert_eq!(set.ranges(), [(1, 3), (7, 9)]);
    }
}
