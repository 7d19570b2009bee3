//! Random numbers that need not be secret.

/// 64 random bits; where the system has none to give, the clock's.
pub fn random() -> u64 {
    getrandom::u64().unwrap_or_else(|_| {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        since.map_or(0, |since| since.as_nanos() as u64)
    })
}

/// A random share, from 0 to 1.
pub fn jitter() -> f64 {
    random() as f64 / u64::MAX as f64
}
