//! Waiting for a condition, with a deadline.

use crate::error::{Error, Result};
use std::{fmt::Debug, time::Duration};
use tokio::time::{Instant, sleep};

/// How long a test waits before it gives up. Generous: it is only ever used up by a failure, and disks of busy machines
/// stall for long.
pub const DEADLINE: Duration = Duration::from_secs(60);

/// Looks again and again until `accept` takes what `look` sees, and returns it.
pub async fn until<T: Debug>(
    what: &str,
    mut look: impl AsyncFnMut() -> Result<T>,
    accept: impl Fn(&T) -> bool,
) -> Result<T> {
    until_within(DEADLINE, what, &mut look, accept).await
}

/// [`until`] with a deadline of its own, for what takes long by its nature.
pub async fn until_within<T: Debug>(
    deadline: Duration,
    what: &str,
    mut look: impl AsyncFnMut() -> Result<T>,
    accept: impl Fn(&T) -> bool,
) -> Result<T> {
    let end = Instant::now() + deadline;
    loop {
        let seen = look().await?;
        if accept(&seen) {
            return Ok(seen);
        }
        if Instant::now() > end {
            return Err(Error::TimedOut { what: what.to_owned(), last: format!("{seen:?}") });
        }
        sleep(Duration::from_millis(25)).await;
    }
}
