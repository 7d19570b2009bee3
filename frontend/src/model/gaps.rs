//! Rows that are on their way out of the view are not shown: the list counts without them.

/// The indices of rows that are not shown, ascending.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gaps(Vec<u32>);

impl FromIterator<u32> for Gaps {
    /// From ascending indices.
    fn from_iter<I: IntoIterator<Item = u32>>(indices: I) -> Self {
        Self(indices.into_iter().collect())
    }
}

impl Gaps {
    /// How many of `total` rows are shown.
    pub fn shown_of(&self, total: u32) -> u32 {
        total.saturating_sub(self.0.len() as u32)
    }

    /// The view's index of the row shown at `shown`.
    pub fn index(&self, shown: u32) -> u32 {
        self.0.iter().fold(shown, |index, &gap| if gap <= index { index.saturating_add(1) } else { index })
    }

    /// Where the row at `index` of the view is shown; a row that is not shown counts as the one after it.
    pub fn shown(&self, index: u32) -> u32 {
        index - self.0.partition_point(|&gap| gap < index) as u32
    }

    /// Whether the row at `index` of the view is not shown.
    pub fn holds(&self, index: u32) -> bool {
        self.0.binary_search(&index).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indices_go_there_and_back() {
        let gaps: Gaps = [0, 3, 4, 9].into_iter().collect();
        let seen: Vec<u32> = (0..gaps.shown_of(12)).map(|shown| gaps.index(shown)).collect();
        assert_eq!(seen, [1, 2, 5, 6, 7, 8, 10, 11]);
        for (shown, &index) in seen.iter().enumerate() {
            assert_eq!((gaps.shown(index) as usize, gaps.holds(index)), (shown, false));
        }
        assert_eq!((gaps.shown(4), gaps.holds(4)), (2, true));
    }
}
