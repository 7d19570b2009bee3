//! The rows of a view that are here, by index: some hundreds of a hundred thousand.

use postern_shared::{ids::MessageKey, summary::Summary, view::Splice};
use std::{ops::Range, sync::Arc};

/// Rows by index. Only loaded ones cost memory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SparseRows {
    total: u32,
    /// Sorted by index, each index once, all below `total`.
    loaded: Vec<(u32, Arc<Summary>)>,
}

impl SparseRows {
    /// `total` rows, none loaded.
    pub fn new(total: u32) -> Self {
        Self { total, loaded: Vec::new() }
    }

    /// How many rows there are, loaded or not.
    pub fn total(&self) -> u32 {
        self.total
    }

    /// The row at `index`, if it is loaded.
    pub fn get(&self, index: u32) -> Option<&Arc<Summary>> {
        let at = self.loaded.binary_search_by_key(&index, |&(index, _)| index).ok()?;
        Some(&self.loaded[at].1)
    }

    /// The index of a loaded message.
    pub fn position(&self, key: &MessageKey) -> Option<u32> {
        self.loaded.iter().find(|(_, row)| row.key == *key).map(|&(index, _)| index)
    }

    /// The loaded rows with their indices, in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (u32, &Arc<Summary>)> {
        self.loaded.iter().map(|(index, row)| (*index, row))
    }

    /// The loaded rows in a range of indices.
    pub fn range(&self, range: Range<u32>) -> impl Iterator<Item = (u32, &Arc<Summary>)> {
        let (from, to) = (self.before(range.start), self.before(range.end.max(range.start)));
        self.loaded[from..to].iter().map(|(index, row)| (*index, row))
    }

    /// Whether every row of a range is loaded; rows beyond the end do not count.
    pub fn has_all(&self, range: Range<u32>) -> bool {
        let end = range.end.min(self.total);
        self.before(end).saturating_sub(self.before(range.start)) as u32 >= end.saturating_sub(range.start)
    }

    /// Changes loaded rows in place.
    pub fn update(&mut self, picks: impl Fn(&MessageKey) -> bool, change: impl Fn(&mut Summary)) {
        for (_, row) in &mut self.loaded {
            if picks(&row.key) {
                change(Arc::make_mut(row));
            }
        }
    }

    /// Puts consecutive rows in place, from `start` on. Rows beyond the end are dropped.
    pub fn place(&mut self, start: u32, rows: Vec<Summary>) {
        let room = self.total.saturating_sub(start) as usize;
        let placed: Vec<_> = (start..).zip(rows.into_iter().take(room).map(Arc::new)).collect();
        let end = start.saturating_add(placed.len() as u32);
        let (from, to) = (self.before(start), self.before(end));
        self.loaded.splice(from..to, placed);
    }

    /// Makes one step of a change and returns the loaded rows it took out. Absent where it does not fit: the rows are
    /// then out of step.
    #[must_use]
    pub fn splice(&mut self, splice: Splice) -> Option<Vec<Arc<Summary>>> {
        match splice {
            Splice::Remove { start, count } => self.remove(start, count),
            Splice::Insert { start, count, rows } => self.insert(start, count, rows),
        }
    }

    /// Forgets the loaded rows farthest from `near` until `limit` are left; those that `keeps` picks stay.
    pub fn forget_beyond(&mut self, near: Range<u32>, limit: usize, keeps: impl Fn(&MessageKey) -> bool) {
        if self.loaded.len() <= limit {
            return;
        }
        let margin = (limit as u32).saturating_sub(near.end.saturating_sub(near.start)) / 2;
        let kept = near.start.saturating_sub(margin)..near.end.saturating_add(margin);
        self.loaded.retain(|(index, row)| kept.contains(index) || keeps(&row.key));
    }

    fn remove(&mut self, start: u32, count: u32) -> Option<Vec<Arc<Summary>>> {
        let end = start.checked_add(count).filter(|&end| end <= self.total)?;
        let (from, to) = (self.before(start), self.before(end));
        let removed = self.loaded.drain(from..to).map(|(_, row)| row).collect();
        for (index, _) in &mut self.loaded[from..] {
            *index -= count;
        }
        self.total -= count;
        Some(removed)
    }

    fn insert(&mut self, start: u32, count: u32, rows: Vec<Summary>) -> Option<Vec<Arc<Summary>>> {
        let total = self.total.checked_add(count).filter(|_| start <= self.total)?;
        let from = self.before(start);
        for (index, _) in &mut self.loaded[from..] {
            *index += count;
        }
        self.total = total;
        self.place(start, rows.into_iter().take(count as usize).collect());
        Some(Vec::new())
    }

    /// How many loaded rows come before `index`.
    fn before(&self, index: u32) -> usize {
        self.loaded.partition_point(|&(at, _)| at < index)
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use crate::model::tests::fixture::summary;
    use proptest::prelude::*;

    #[derive(Clone, Debug)]
    enum Step {
        Remove { start: u32, count: u32 },
        Insert { start: u32, count: u32, known: u32 },
        Load { start: u32, count: u32 },
    }

    fn step() -> impl Strategy<Value = Step> {
        let (start, count) = (0u32..40, 0u32..9);
        prop_oneof![
            (start.clone(), count.clone()).prop_map(|(start, count)| Step::Remove { start, count }),
            (start.clone(), count.clone(), 0u32..9).prop_map(|(start, count, known)| Step::Insert {
                start,
                count,
                known
            }),
            (start, count).prop_map(|(start, count)| Step::Load { start, count }),
        ]
    }

    proptest! {
        #[test]
        fn a_sparse_view_agrees_with_a_full_list(first in 0u32..30, steps in proptest::collection::vec(step(), 0..25)) {
            let mut next_uid = 1000;
            let mut list: Vec<u32> = (1..=first).collect();
            let mut rows = SparseRows::new(first);
            for step in steps {
                match step {
                    Step::Remove { start, count } => {
                        let fits = (start + count) as usize <= list.len();
                        prop_assert_eq!(rows.splice(Splice::Remove { start, count }).is_some(), fits);
                        if fits {
                            list.drain(start as usize..(start + count) as usize);
                        }
                    }
                    Step::Insert { start, count, known } => {
                        let fits = start as usize <= list.len();
                        let uids: Vec<u32> = (next_uid..next_uid + count).collect();
                        next_uid += count;
                        let told = uids.iter().take(known as usize).map(|&uid| summary(uid)).collect();
                        prop_assert_eq!(rows.splice(Splice::Insert { start, count, rows: told }).is_some(), fits);
                        if fits {
                            list.splice(start as usize..start as usize, uids);
                        }
                    }
                    Step::Load { start, count } => {
                        let uids = list.iter().skip(start as usize).take(count as usize);
                        rows.place(start, uids.map(|&uid| summary(uid)).collect());
                        prop_assert!(rows.has_all(start..start + count));
                    }
                }
                prop_assert_eq!(rows.total() as usize, list.len());
                for (index, row) in rows.iter() {
                    prop_assert_eq!(row.key.uid.0, list[index as usize]);
                    prop_assert_eq!(rows.position(&row.key), Some(index));
                    prop_assert_eq!(rows.get(index), Some(row));
                }
                prop_assert!(rows.iter().zip(rows.iter().skip(1)).all(|(a, b)| a.0 < b.0));
            }
        }
    }

    #[test]
    fn rows_far_away_are_forgotten_except_selected_ones() {
        let mut rows = SparseRows::new(100_000);
        rows.place(0, (1..=50).map(summary).collect());
        rows.place(50_000, (501..=600).map(summary).collect());
        let selected = summary(7).key;
        rows.forget_beyond(50_020..50_060, 60, |key| *key == selected);
        assert_eq!(rows.position(&selected), Some(6));
        assert_eq!(rows.iter().count(), 61);
        assert!(rows.has_all(50_010..50_070));
    }
}
