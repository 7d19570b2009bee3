//! How often people may fail to sign in: for each account from everywhere, and from each address for all accounts.
//! A try is counted when it begins, so that many at once count as many, and given back when it succeeds.

use crate::config::RateLimit;
use postern_shared::ids::AccountId;
use std::{
    collections::HashMap,
    hash::Hash,
    net::{IpAddr, Ipv6Addr},
    num::NonZeroU32,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// The bits of an IPv6 address that name a network: whoever has one address there has them all.
const IPV6_NETWORK: u128 = !0 << 64;

/// The two limits.
#[derive(Debug)]
pub struct SignInLimit {
    buckets: Mutex<Buckets>,
}

#[derive(Debug)]
struct Buckets {
    accounts: Limiter<AccountId>,
    addresses: Limiter<IpAddr>,
}

impl SignInLimit {
    /// Limits without any try yet.
    pub fn new(limit: RateLimit) -> Self {
        let accounts = Limiter::per_minute(limit.per_account);
        let addresses = Limiter::per_minute(limit.per_address);
        Self { buckets: Mutex::new(Buckets { accounts, addresses }) }
    }

    /// Counts a try.
    ///
    /// # Errors
    /// It is one too many: how long to wait.
    pub fn begin(&self, account: &AccountId, client: IpAddr, now: Instant) -> Result<(), Duration> {
        let mut buckets = self.lock();
        let address = network(client);
        buckets.addresses.take(&address, now)?;
        buckets.accounts.take(account, now).inspect_err(|_| buckets.addresses.give_back(&address))
    }

    /// The try succeeded: it does not count.
    pub fn succeeded(&self, account: &AccountId, client: IpAddr) {
        let mut buckets = self.lock();
        buckets.addresses.give_back(&network(client));
        buckets.accounts.give_back(account);
    }

    /// Forgets those who have not failed for a while.
    pub fn sweep(&self, now: Instant) {
        let mut buckets = self.lock();
        buckets.accounts.sweep(now);
        buckets.addresses.sweep(now);
    }

    fn lock(&self) -> MutexGuard<'_, Buckets> {
        self.buckets.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A bucket of tries for each key that fills up evenly. What is kept of a bucket is when it will be full (the generic
/// cell rate algorithm): one instant tells all.
#[derive(Debug)]
pub(super) struct Limiter<K> {
    interval: Duration,
    capacity: Duration,
    full_at: HashMap<K, Instant>,
}

impl<K: Clone + Eq + Hash> Limiter<K> {
    pub(super) fn per_minute(tries: NonZeroU32) -> Self {
        let minute = Duration::from_secs(60);
        Self { interval: minute / tries.get(), capacity: minute, full_at: HashMap::new() }
    }

    /// Counts a try; where it is one too many, says how long to wait.
    pub(super) fn take(&mut self, key: &K, now: Instant) -> Result<(), Duration> {
        let full_at = self.full_at.get(key).copied().unwrap_or(now).max(now) + self.interval;
        match (full_at - now).checked_sub(self.capacity).filter(|wait| !wait.is_zero()) {
            Some(wait) => Err(wait),
            None => {
                self.full_at.insert(key.clone(), full_at);
                Ok(())
            }
        }
    }

    /// Forgets who has tried nothing for a while.
    pub(super) fn sweep(&mut self, now: Instant) {
        self.full_at.retain(|_, full_at| *full_at > now);
    }

    fn give_back(&mut self, key: &K) {
        if let Some(full_at) = self.full_at.get_mut(key) {
            *full_at = full_at.checked_sub(self.interval).unwrap_or(*full_at);
        }
    }
}

/// The network of an IPv6 address, or the IPv4 address itself.
pub(super) fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & IPV6_NETWORK).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limit(per_account: u32, per_address: u32) -> SignInLimit {
        SignInLimit::new(RateLimit {
            per_account: NonZeroU32::new(per_account).unwrap(),
            per_address: NonZeroU32::new(per_address).unwrap(),
        })
    }

    #[test]
    fn an_account_is_limited_from_everywhere() {
        let (limit, start) = (limit(2, 100), Instant::now());
        let account = "ada@example.org".into();
        for last in [1, 2] {
            assert!(limit.begin(&account, IpAddr::from([192, 0, 2, last]), start).is_ok());
        }
        let client = IpAddr::from([192, 0, 2, 3]);
        assert_eq!(limit.begin(&account, client, start), Err(Duration::from_secs(30)));
        assert!(limit.begin(&"grace@example.org".into(), client, start).is_ok());
        assert!(limit.begin(&account, client, start + Duration::from_secs(30)).is_ok());
    }

    #[test]
    fn an_address_is_limited_for_all_accounts() {
        let (limit, start) = (limit(100, 1), Instant::now());
        let check = |account: &str, address: &str| {
            limit.begin(&account.into(), address.parse().unwrap(), start).is_ok()
        };
        assert!(check("a@example.org", "2001:db8::1"));
        assert!(!check("b@example.org", "2001:db8::2"));
        assert!(check("b@example.org", "2001:db8:0:1::1"));
        assert!(check("a@example.org", "192.0.2.1"));
        assert!(!check("b@example.org", "192.0.2.1"));
    }

    #[test]
    fn tries_that_succeed_do_not_count() {
        let (limit, start) = (limit(1, 1), Instant::now());
        let (account, client) = ("ada@example.org".into(), IpAddr::from([192, 0, 2, 1]));
        for _ in 0..5 {
            assert!(limit.begin(&account, client, start).is_ok());
            limit.succeeded(&account, client);
        }
        assert!(limit.begin(&account, client, start).is_ok());
        assert!(limit.begin(&account, client, start).is_err());
    }

    #[test]
    fn what_is_full_again_is_forgotten() {
        let (limit, start) = (limit(1, 1), Instant::now());
        let (account, client) = ("ada@example.org".into(), IpAddr::from([192, 0, 2, 1]));
        assert!(limit.begin(&account, client, start).is_ok());
        limit.sweep(start);
        assert!(limit.begin(&account, client, start).is_err());
        limit.sweep(start + Duration::from_secs(60));
        assert!(limit.lock().accounts.full_at.is_empty());
    }
}
