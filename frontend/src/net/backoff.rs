//! How long to wait before the next try.

use std::time::Duration;

/// The first wait, without its jitter.
const FIRST: Duration = Duration::from_millis(500);
/// The longest wait, without its jitter.
const LONGEST: Duration = Duration::from_secs(30);
/// A connection that held this long was a good one: waits begin small again after it.
const GOOD: Duration = Duration::from_secs(10);

/// Waits that double, with jitter, so that a restarted gateway is not met by all browsers at once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Backoff {
    failures: u32,
}

impl Backoff {
    /// The wait before the next try. `chance` is from 0 to 1: the wait is half to all of its full length.
    pub fn wait(&mut self, chance: f64) -> Duration {
        let full = FIRST.saturating_mul(1 << self.failures.min(16)).min(LONGEST);
        self.failures = self.failures.saturating_add(1);
        full.mul_f64(0.5 + chance.clamp(0.0, 1.0) / 2.0)
    }

    /// Whether the last connection was a good one, or there was none yet.
    pub fn is_fresh(&self) -> bool {
        self.failures == 0
    }

    /// A connection ended after `held`.
    pub fn ended(&mut self, held: Duration) {
        if held >= GOOD {
            self.failures = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_a_limit_and_begin_anew_after_a_good_connection() {
        let mut backoff = Backoff::default();
        let waits: Vec<u128> = (0..8).map(|_| backoff.wait(1.0).as_millis()).collect();
        assert_eq!(waits, [500, 1000, 2000, 4000, 8000, 16000, 30000, 30000]);
        backoff.ended(Duration::from_secs(1));
        assert_eq!(backoff.wait(0.0).as_millis(), 15000);
        backoff.ended(Duration::from_secs(11));
        assert_eq!(backoff.wait(0.0).as_millis(), 250);
    }
}
