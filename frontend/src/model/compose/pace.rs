//! When a draft is saved by itself: soon after a pause, and now and then while somebody writes on and on.

/// A pause that long, in milliseconds.
const PAUSE: f64 = 1000.0;
/// The longest that something written stays unsaved, in milliseconds.
const LONGEST: f64 = 4000.0;

/// What was written and is not saved yet.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Pace {
    /// When the first and the last of it was written, in milliseconds since 1970.
    written: Option<(f64, f64)>,
}

impl Pace {
    /// Something was written.
    pub fn wrote(&mut self, now: f64) {
        let first = self.written.map_or(now, |(first, _)| first);
        self.written = Some((first, now));
    }

    /// Whether it is time to save.
    pub fn is_due(&self, now: f64) -> bool {
        self.written.is_some_and(|(first, last)| now - last >= PAUSE || now - first >= LONGEST)
    }

    /// Everything is saved. Says whether there was something to save.
    pub fn saved(&mut self) -> bool {
        self.written.take().is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_saves_and_so_does_a_long_sentence() {
        let mut pace = Pace::default();
        assert!(!pace.is_due(9999.0));
        pace.wrote(0.0);
        assert!(!pace.is_due(999.0));
        assert!(pace.is_due(1000.0));
        for tenth in 1..40 {
            pace.wrote(f64::from(tenth) * 100.0);
            assert!(!pace.is_due(f64::from(tenth) * 100.0));
        }
        assert!(pace.is_due(4000.0));
        assert!(pace.saved());
        assert!(!pace.is_due(4000.0));
        assert!(!pace.saved());
    }
}
