//! Which rows are in sight, and where they are drawn. Pure: pixels in, rows and pixels out.

use std::ops::Range;

/// Rows drawn beyond either end of what is in sight, so that scrolling does not show gaps.
const OVERSCAN: u32 = 8;
/// The tallest content, in pixels: engines lose precision or stop above some 17 to 33 million. A longer list scrolls
/// faster than the finger.
const TALLEST: f64 = 12_000_000.0;

/// The list's measures, in CSS pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Geometry {
    /// Rows in all.
    pub total: u32,
    /// The height of a row.
    pub row: f64,
    /// The height of what is in sight.
    pub sight: f64,
}

impl Geometry {
    /// The height of the content that scrolls.
    pub fn height(&self) -> f64 {
        self.full().min(TALLEST)
    }

    /// The rows to draw when the content is scrolled to `scroll`.
    pub fn drawn(&self, scroll: f64) -> Range<u32> {
        if self.row <= 0.0 {
            return 0..0;
        }
        let top = self.top(scroll);
        let first = (top / self.row) as u32;
        let last = ((top + self.sight) / self.row).ceil() as u32;
        first.saturating_sub(OVERSCAN).min(self.total)..last.saturating_add(OVERSCAN).min(self.total)
    }

    /// Where the first drawn row is drawn, from the top of the content.
    pub fn offset(&self, scroll: f64, first: u32) -> f64 {
        if self.full() <= TALLEST {
            f64::from(first) * self.row
        } else {
            scroll - self.top(scroll) + f64::from(first) * self.row
        }
    }

    /// The first row of which the whole is in sight.
    pub fn first_whole(&self, scroll: f64) -> u32 {
        if self.row <= 0.0 { 0 } else { (self.top(scroll) / self.row).ceil() as u32 }
    }

    /// How many whole rows are in sight.
    pub fn page(&self) -> u32 {
        if self.row <= 0.0 { 1 } else { ((self.sight / self.row) as u32).max(1) }
    }

    /// Where to scroll to so that the whole of a row is in sight; absent where it is.
    pub fn reveal(&self, scroll: f64, index: u32) -> Option<f64> {
        let (top, begin) = (self.top(scroll), f64::from(index) * self.row);
        let end = begin + self.row;
        let wanted = if begin < top {
            begin
        } else if end > top + self.sight {
            end - self.sight
        } else {
            return None;
        };
        Some(self.scroll(wanted))
    }

    /// Where to scroll to so that everything moves up by so many rows.
    pub fn shifted(&self, scroll: f64, rows: i64) -> f64 {
        self.scroll(self.top(scroll) + rows as f64 * self.row)
    }

    /// The height the content would have without a limit.
    fn full(&self) -> f64 {
        f64::from(self.total) * self.row
    }

    /// How far the list is scrolled, in pixels of the full height.
    fn top(&self, scroll: f64) -> f64 {
        scroll.max(0.0) * self.scale()
    }

    fn scroll(&self, top: f64) -> f64 {
        top.max(0.0) / self.scale()
    }

    fn scale(&self) -> f64 {
        let room = self.height() - self.sight;
        if self.full() <= TALLEST || room <= 0.0 { 1.0 } else { (self.full() - self.sight) / room }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: Geometry = Geometry { total: 100_000, row: 60.0, sight: 600.0 };
    const HUGE: Geometry = Geometry { total: 1_000_000, row: 60.0, sight: 600.0 };

    #[test]
    fn only_what_is_in_sight_is_drawn() {
        assert_eq!(SMALL.height(), 6_000_000.0);
        assert_eq!(SMALL.drawn(0.0), 0..18);
        assert_eq!(SMALL.drawn(3_000_000.0), 49_992..50_018);
        assert_eq!(SMALL.drawn(SMALL.height() - 600.0), 99_982..100_000);
        assert_eq!(SMALL.offset(3_000_000.0, 49_992), 49_992.0 * 60.0);
        assert_eq!(Geometry { total: 3, ..SMALL }.drawn(0.0), 0..3);
        assert_eq!(Geometry::default().drawn(0.0), 0..0);
    }

    #[test]
    fn a_list_beyond_the_limit_of_engines_still_reaches_both_ends() {
        assert_eq!(HUGE.height(), 12_000_000.0);
        assert_eq!(HUGE.drawn(0.0).start, 0);
        let end = HUGE.height() - HUGE.sight;
        assert_eq!(HUGE.drawn(end).end, 1_000_000);
        let drawn = HUGE.drawn(6_000_000.0);
        assert!((499_000..501_000).contains(&drawn.start));
        let offset = HUGE.offset(6_000_000.0, drawn.start);
        assert!(offset <= 6_000_000.0 && offset > 6_000_000.0 - 600.0, "{offset}");
    }

    #[test]
    fn revealing_scrolls_as_little_as_it_can() {
        assert_eq!(SMALL.reveal(600.0, 10), None);
        assert_eq!(SMALL.reveal(600.0, 19), None);
        assert_eq!(SMALL.reveal(600.0, 9), Some(540.0));
        assert_eq!(SMALL.reveal(600.0, 20), Some(660.0));
        let scroll = HUGE.reveal(0.0, 700_000).unwrap();
        assert_eq!(HUGE.reveal(scroll, 700_000), None);
    }

    #[test]
    fn mail_that_arrives_above_moves_the_list_by_whole_rows() {
        assert_eq!(SMALL.shifted(3_000.0, 2), 3_120.0);
        assert_eq!(SMALL.shifted(3_000.0, -1), 2_940.0);
        assert_eq!((SMALL.first_whole(3_000.0), SMALL.first_whole(3_001.0), SMALL.page()), (50, 51, 10));
    }
}
