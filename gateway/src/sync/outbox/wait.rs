//! How long a message waits for its next try (RFC 5321 §4.5.4.1, shorter at first: people watch).

/// Tries before it is given up: some four days.
pub const ATTEMPTS: u32 = 100;

/// Waits after the first tries, in seconds; the last one is for all that follow.
const WAITS: [i64; 7] = [60, 120, 300, 600, 900, 1800, 3600];

/// Seconds to wait after the `attempts`-th try. `spread`, from 0 to 1, takes up to a quarter of it off, so that not all
/// mail goes in the same instant.
pub fn wait(attempts: u32, spread: f64) -> i64 {
    let index = usize::try_from(attempts.saturating_sub(1)).unwrap_or(usize::MAX);
    let seconds = WAITS.get(index).or(WAITS.last()).copied().unwrap_or_default();
    // Exact: a wait is small.
    seconds - (seconds as f64 * spread.clamp(0.0, 1.0) / 4.0) as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_up_to_an_hour() {
        let table = [(0, 60), (1, 60), (2, 120), (3, 300), (7, 3600), (99, 3600)];
        for (attempts, seconds) in table {
            assert_eq!(wait(attempts, 0.0), seconds);
            assert_eq!(wait(attempts, 1.0), seconds - seconds / 4);
        }
    }
}
