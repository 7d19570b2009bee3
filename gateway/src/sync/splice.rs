//! From one order to another in a few steps.

use std::{collections::HashSet, hash::Hash};

/// A step from one order to another; indices are those after the steps before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// `count` entries from `start` on are gone.
    Remove {
        /// Index of the first.
        start: usize,
        /// How many.
        count: usize,
    },
    /// `count` entries are new from `start` on.
    Insert {
        /// Index the first of them has now.
        start: usize,
        /// How many.
        count: usize,
    },
}

/// The steps from `old` to `new`. Entries are unique in each. What stays has to keep its order; where it does not,
/// everything between the first and the last difference is replaced.
pub fn steps<T: Copy + Eq + Hash>(old: &[T], new: &[T]) -> Vec<Step> {
    let front = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let (old, new) = (&old[front..], &new[front..]);
    let back = old.iter().rev().zip(new.iter().rev()).take_while(|(a, b)| a == b).count();
    let (old, new) = (&old[..old.len() - back], &new[..new.len() - back]);
    let (before, after) = (HashSet::from_iter(old.iter().copied()), HashSet::from_iter(new.iter().copied()));
    let stays = |entry: &&T| before.contains(*entry) && after.contains(*entry);
    if !old.iter().filter(stays).eq(new.iter().filter(stays)) {
        return replace(front, old.len(), new.len());
    }
    let mut out = Vec::new();
    // From the end, so that a removal does not move those that follow.
    for (start, count) in runs(old, &after).into_iter().rev() {
        out.push(Step::Remove { start: front + start, count });
    }
    for (start, count) in runs(new, &before) {
        out.push(Step::Insert { start: front + start, count });
    }
    out
}

fn replace(start: usize, old: usize, new: usize) -> Vec<Step> {
    let remove = (old > 0).then_some(Step::Remove { start, count: old });
    let insert = (new > 0).then_some(Step::Insert { start, count: new });
    remove.into_iter().chain(insert).collect()
}

/// The runs of entries that are not in `known`, as start and length.
fn runs<T: Copy + Eq + Hash>(entries: &[T], known: &HashSet<T>) -> Vec<(usize, usize)> {
    let mut out: Vec<(usize, usize)> = Vec::new();
    for index in
        entries.iter().enumerate().filter(|(_, entry)| !known.contains(entry)).map(|(index, _)| index)
    {
        match out.last_mut() {
            Some((start, count)) if *start + *count == index => *count += 1,
            _ => out.push((index, 1)),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn apply(order: &mut Vec<u8>, step: Step, new: &[u8]) {
        match step {
            Step::Remove { start, count } => drop(order.drain(start..start + count)),
            Step::Insert { start, count } => {
                order.splice(start..start, new[start..start + count].iter().copied());
            }
        }
    }

    proptest! {
        #[test]
        fn the_steps_lead_from_old_to_new(
            old in proptest::sample::subsequence((0u8..40).collect::<Vec<_>>(), 0..40),
            new in proptest::sample::subsequence((0u8..40).collect::<Vec<_>>(), 0..40).prop_shuffle(),
            sorted in any::<bool>(),
        ) {
            let mut new = new;
            if sorted {
                new.sort_unstable();
            }
            let mut order = old.clone();
            for step in steps(&old, &new) {
                apply(&mut order, step, &new);
            }
            prop_assert_eq!(order, new);
        }
    }

    #[test]
    fn a_new_entry_on_top_is_one_step() {
        assert_eq!(steps(&[3, 2, 1], &[4, 3, 2, 1]), [Step::Insert { start: 0, count: 1 }]);
        assert_eq!(
            steps(&[5, 4, 3, 2, 1], &[4, 2, 1]),
            [Step::Remove { start: 2, count: 1 }, Step::Remove { start: 0, count: 1 }]
        );
        assert_eq!(steps::<u8>(&[], &[]), []);
    }
}
