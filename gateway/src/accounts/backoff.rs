//! How long to wait before the next try to connect.

use std::time::Duration;

/// The first wait.
const SHORTEST: Duration = Duration::from_secs(2);

/// The longest wait.
const LONGEST: Duration = Duration::from_secs(80);

/// A connection that lived this long was no failure.
const SURVIVED: Duration = Duration::from_secs(60);

/// Waits that double from try to try, until a connection survives.
#[derive(Clone, Debug, Default)]
pub struct Backoff {
    failures: u32,
}

impl Backoff {
    /// The wait after a connection that could not be made, or lived for `lived`. `jitter`, from 0 to 1, takes up to half
    /// of it off, so that not everybody comes back in the same instant.
    pub fn wait(&mut self, lived: Duration, jitter: f64) -> Duration {
        if lived >= SURVIVED {
            self.failures = 0;
        }
        let doubled = SHORTEST.saturating_mul(1 << self.failures.min(10));
        self.failures += 1;
        doubled.min(LONGEST).mul_f64(1.0 - jitter.clamp(0.0, 1.0) / 2.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_a_limit_and_start_again_after_a_connection_that_lived() {
        let mut backoff = Backoff::default();
        let table = [(0, 2), (0, 4), (5, 8), (59, 16), (0, 32), (0, 64), (0, 80), (0, 80), (60, 2), (0, 4)];
        for (lived, wait) in table {
            assert_eq!(backoff.wait(Duration::from_secs(lived), 0.0), Duration::from_secs(wait));
        }
    }

    #[test]
    fn jitter_takes_off_half_at_most() {
        assert_eq!(Backoff::default().wait(Duration::ZERO, 1.0), Duration::from_secs(1));
        assert_eq!(Backoff::default().wait(Duration::ZERO, 0.5), Duration::from_millis(1500));
    }
}
