//! Which messages of a view are selected, and which row has the focus.

use crate::model::rows::SparseRows;
use postern_shared::{ids::MessageKey, view::Splice};
use std::{collections::BTreeSet, ops::RangeInclusive};

/// Rows a range may bring in that are not loaded yet.
pub const LONGEST_RANGE: u32 = 5000;

/// Where a person moves through the list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Travel {
    /// Towards the top.
    Up,
    /// Towards the bottom.
    #[default]
    Down,
}

impl Travel {
    /// The other direction.
    pub fn back(self) -> Self {
        match self {
            Travel::Up => Travel::Down,
            Travel::Down => Travel::Up,
        }
    }
}

/// The selected messages.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Picked {
    These(BTreeSet<MessageKey>),
    /// All of the view, known or not, but these.
    AllBut(BTreeSet<MessageKey>),
}

/// Selection and focus. Indices are those of the view and follow its changes; selected messages are known by key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selection {
    picked: Picked,
    focus: Option<u32>,
    anchor: Option<u32>,
    /// The selection is the range from anchor to focus; rows of it that come later join it.
    is_range: bool,
    travel: Travel,
    moves: u32,
}

impl Default for Selection {
    fn default() -> Self {
        let picked = Picked::These(BTreeSet::new());
        Self { picked, focus: None, anchor: None, is_range: false, travel: Travel::Down, moves: 0 }
    }
}

impl Selection {
    /// The focused row.
    pub fn focus(&self) -> Option<u32> {
        self.focus
    }

    /// Counts how often a person moved the focus: the row they moved to has to be in sight. A focus that just follows
    /// its row does not count.
    pub fn moves(&self) -> u32 {
        self.moves
    }

    /// The direction of the last move.
    pub fn travel(&self) -> Travel {
        self.travel
    }

    /// Whether nothing is selected.
    pub fn is_empty(&self) -> bool {
        matches!(&self.picked, Picked::These(keys) if keys.is_empty())
    }

    /// The selected messages; absent where the whole view is selected.
    pub fn keys(&self) -> Option<&BTreeSet<MessageKey>> {
        match &self.picked {
            Picked::These(keys) => Some(keys),
            Picked::AllBut(_) => None,
        }
    }

    /// What was taken out of a selection of the whole view; absent where just some messages are selected.
    pub fn all_but(&self) -> Option<&BTreeSet<MessageKey>> {
        match &self.picked {
            Picked::These(_) => None,
            Picked::AllBut(keys) => Some(keys),
        }
    }

    /// Whether a message is selected. A selection of the whole view leaves struck messages out.
    pub fn holds(&self, key: &MessageKey, deleted: bool) -> bool {
        match &self.picked {
            Picked::These(keys) => keys.contains(key),
            Picked::AllBut(keys) => !deleted && !keys.contains(key),
        }
    }

    /// Selects the whole view.
    pub fn all(&mut self) {
        self.picked = Picked::AllBut(BTreeSet::new());
        self.is_range = false;
    }

    /// Selects nothing. The focus stays.
    pub fn clear(&mut self) {
        self.picked = Picked::These(BTreeSet::new());
        self.is_range = false;
        self.anchor = self.focus;
    }

    /// Selects a message, or takes it out.
    pub fn toggle(&mut self, key: &MessageKey) {
        let (Picked::These(keys) | Picked::AllBut(keys)) = &mut self.picked;
        if !keys.remove(key) {
            keys.insert(key.clone());
        }
        self.is_range = false;
    }

    /// Moves the focus; a range begins here from now on.
    pub fn move_to(&mut self, index: u32) {
        self.turn(index);
        self.anchor = Some(index);
        self.is_range = false;
    }

    /// Moves the focus because the message that had it was dealt with: the direction of travel stays.
    pub fn go_on_to(&mut self, index: u32) {
        self.moves = self.moves.wrapping_add(1);
        self.focus = Some(index);
        self.anchor = Some(index);
        self.is_range = false;
    }

    /// Moves the focus and selects from where the range began to there.
    pub fn extend_to(&mut self, index: u32, rows: &SparseRows) {
        self.anchor = self.anchor.or(self.focus).or(Some(index));
        self.turn(index);
        self.is_range = true;
        self.picked = Picked::These(BTreeSet::new());
        self.fill(rows);
    }

    /// Lets rows that came join the range they are in.
    pub fn fill(&mut self, rows: &SparseRows) {
        let Some(range) = self.range() else { return };
        if let Picked::These(keys) = &mut self.picked {
            let came = rows.range(*range.start()..range.end().saturating_add(1));
            keys.extend(came.map(|(_, row)| row.key.clone()));
        }
    }

    /// The rows of the range that is being selected.
    pub fn range(&self) -> Option<RangeInclusive<u32>> {
        let (anchor, focus) = (self.anchor?, self.focus?);
        let (first, last) = (anchor.min(focus), anchor.max(focus));
        self.is_range.then_some(first..=last.min(first.saturating_add(LONGEST_RANGE)))
    }

    /// Follows one step of a change of the view's order, `total` rows after it.
    pub fn splice(&mut self, splice: &Splice, total: u32) {
        for index in [&mut self.focus, &mut self.anchor].into_iter().flatten() {
            *index = match *splice {
                Splice::Insert { start, count, .. } if *index >= start => index.saturating_add(count),
                Splice::Remove { start, count } if *index >= start => index.saturating_sub(count).max(start),
                _ => *index,
            };
            *index = (*index).min(total.saturating_sub(1));
        }
        if total == 0 {
            (self.focus, self.anchor) = (None, None);
        }
    }

    /// Messages left the view.
    pub fn forget(&mut self, gone: impl Fn(&MessageKey) -> bool) {
        let (Picked::These(keys) | Picked::AllBut(keys)) = &mut self.picked;
        keys.retain(|key| !gone(key));
    }

    /// The view was opened anew: finds the focused message there, and forgets what is not there.
    pub fn reopened(&mut self, before: &SparseRows, now: &SparseRows) {
        let place = |index: u32| {
            let key = &before.get(index)?.key;
            now.position(key)
        };
        let last = now.total().checked_sub(1);
        self.focus = self.focus.and_then(|index| place(index).or(last.map(|last| index.min(last))));
        self.anchor = self.focus;
        self.is_range = false;
        if let Picked::These(keys) = &mut self.picked {
            keys.retain(|key| now.position(key).is_some());
        }
    }

    fn turn(&mut self, index: u32) {
        self.travel = match self.focus {
            Some(focus) if index < focus => Travel::Up,
            Some(focus) if index == focus => self.travel,
            _ => Travel::Down,
        };
        self.moves = self.moves.wrapping_add(1);
        self.focus = Some(index);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::tests::fixture::{key, summary};

    fn rows(uids: impl IntoIterator<Item = u32>) -> SparseRows {
        let rows: Vec<_> = uids.into_iter().map(summary).collect();
        let mut sparse = SparseRows::new(rows.len() as u32);
        sparse.place(0, rows);
        sparse
    }

    fn picked(selection: &Selection) -> Vec<u32> {
        selection.keys().map(|keys| keys.iter().map(|key| key.uid.0).collect()).unwrap_or_default()
    }

    #[test]
    fn a_range_grows_and_shrinks_around_its_anchor() {
        let rows = rows(1..=9);
        let mut selection = Selection::default();
        selection.move_to(4);
        selection.extend_to(6, &rows);
        assert_eq!(picked(&selection), [5, 6, 7]);
        selection.extend_to(2, &rows);
        assert_eq!((picked(&selection), selection.travel()), (vec![3, 4, 5], Travel::Up));
        selection.toggle(&key(4));
        assert_eq!(picked(&selection), [3, 5]);
        selection.clear();
        assert!(selection.is_empty());
        assert_eq!(selection.focus(), Some(2));
    }

    #[test]
    fn rows_of_a_range_join_it_when_they_come() {
        let mut rows = SparseRows::new(10);
        rows.place(0, vec![summary(1), summary(2)]);
        let mut selection = Selection::default();
        selection.move_to(1);
        selection.extend_to(3, &rows);
        assert_eq!((picked(&selection), selection.range()), (vec![2], Some(1..=3)));
        rows.place(2, vec![summary(3), summary(4), summary(5)]);
        selection.fill(&rows);
        assert_eq!(picked(&selection), [2, 3, 4]);
    }

    #[test]
    fn focus_follows_its_row_through_changes() {
        let insert = |start, count| Splice::Insert { start, count, rows: Vec::new() };
        let remove = |start, count| Splice::Remove { start, count };
        let cases = [
            (insert(0, 2), 12, 7),
            (insert(5, 1), 11, 6),
            (insert(6, 1), 11, 5),
            (remove(0, 3), 7, 2),
            (remove(5, 1), 9, 5),
            (remove(3, 4), 6, 3),
            (remove(5, 5), 5, 4),
            (remove(6, 1), 9, 5),
        ];
        for (splice, total, expected) in cases {
            let mut selection = Selection::default();
            selection.move_to(5);
            selection.splice(&splice, total);
            assert_eq!(selection.focus(), Some(expected), "{splice:?}");
        }
        let mut selection = Selection::default();
        selection.move_to(0);
        selection.splice(&remove(0, 1), 0);
        assert_eq!(selection.focus(), None);
    }

    #[test]
    fn all_needs_no_keys_and_leaves_out_struck_and_unticked_ones() {
        let mut selection = Selection::default();
        selection.all();
        selection.toggle(&key(3));
        assert!(selection.holds(&key(1), false));
        assert!(!selection.holds(&key(1), true));
        assert!(!selection.holds(&key(3), false));
        assert_eq!(selection.all_but().map(BTreeSet::len), Some(1));
    }

    #[test]
    fn an_opening_anew_keeps_what_is_still_there() {
        let mut selection = Selection::default();
        selection.move_to(2);
        selection.toggle(&key(3));
        selection.toggle(&key(9));
        selection.reopened(&rows(1..=9), &rows(2..=6));
        assert_eq!((selection.focus(), picked(&selection)), (Some(1), vec![3]));
        selection.reopened(&rows(2..=6), &rows(20..=20));
        assert_eq!((selection.focus(), picked(&selection)), (Some(0), vec![]));
    }
}
