//! How often people may look for mail servers: a look opens connections to other hosts, so each counts, whatever
//! comes of it.

use super::sign_in_limit::{Limiter, network};
use crate::config::RateLimit;
use std::{
    net::IpAddr,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// The limit: as many looks from one address as sign-ins may fail from one.
#[derive(Debug)]
pub struct ProbeLimit(Mutex<Limiter<IpAddr>>);

impl ProbeLimit {
    /// A limit without any look yet.
    pub fn new(limit: RateLimit) -> Self {
        Self(Mutex::new(Limiter::per_minute(limit.per_address)))
    }

    /// Counts a look.
    ///
    /// # Errors
    /// It is one too many: how long to wait.
    pub fn begin(&self, client: IpAddr, now: Instant) -> Result<(), Duration> {
        let mut addresses = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        addresses.take(&network(client), now)
    }

    /// Forgets those who have not looked for a while.
    pub fn sweep(&self, now: Instant) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).sweep(now);
    }
}
