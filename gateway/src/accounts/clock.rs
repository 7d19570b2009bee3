//! The clock that policies go by.

use std::time::{SystemTime, UNIX_EPOCH};

/// Seconds since 1970. Debug builds add POSTERN_CLOCK_OFFSET_SECONDS, so that tests need not wait for days.
pub fn now() -> i64 {
    let elapsed = SystemTime::now().duration_since(UNIX_EPOCH);
    elapsed.map_or(0, |elapsed| elapsed.as_secs() as i64) + offset()
}

#[cfg(debug_assertions)]
fn offset() -> i64 {
    let offset = std::env::var("POSTERN_CLOCK_OFFSET_SECONDS");
    offset.ok().and_then(|seconds| seconds.parse().ok()).unwrap_or_default()
}

#[cfg(not(debug_assertions))]
fn offset() -> i64 {
    0
}
