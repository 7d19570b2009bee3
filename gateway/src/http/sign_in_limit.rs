//! How often people may try to sign in: for each account from everywhere, and from each address for all accounts.

use crate::config::RateLimit;
use governor::{
    DefaultKeyedRateLimiter, Quota, RateLimiter,
    clock::{Clock, DefaultClock},
};
use postern_shared::ids::AccountId;
use std::{
    net::{IpAddr, Ipv6Addr},
    time::Duration,
};

/// The bits of an IPv6 address that name a network: whoever has one address there has them all.
const IPV6_NETWORK: u128 = !0 << 64;

/// The two limits.
#[derive(Debug)]
pub struct SignInLimit {
    accounts: DefaultKeyedRateLimiter<AccountId>,
    addresses: DefaultKeyedRateLimiter<IpAddr>,
    clock: DefaultClock,
}

impl SignInLimit {
    /// Limits without any try yet.
    pub fn new(limit: RateLimit) -> Self {
        Self {
            accounts: RateLimiter::keyed(Quota::per_minute(limit.per_account)),
            addresses: RateLimiter::keyed(Quota::per_minute(limit.per_address)),
            clock: DefaultClock::default(),
        }
    }

    /// Counts a try.
    ///
    /// # Errors
    /// It is one too many: how long to wait.
    pub fn check(&self, account: &AccountId, client: IpAddr) -> Result<(), Duration> {
        let now = self.clock.now();
        self.addresses.check_key(&network(client)).map_err(|until| until.wait_time_from(now))?;
        self.accounts.check_key(account).map_err(|until| until.wait_time_from(now))
    }

    /// Forgets those who have not tried for a while.
    pub fn sweep(&self) {
        self.accounts.retain_recent();
        self.addresses.retain_recent();
    }
}

fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & IPV6_NETWORK).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::num::NonZeroU32;

    fn limit(per_account: u32, per_address: u32) -> SignInLimit {
        SignInLimit::new(RateLimit {
            per_account: NonZeroU32::new(per_account).unwrap(),
            per_address: NonZeroU32::new(per_address).unwrap(),
        })
    }

    #[test]
    fn an_account_is_limited_from_everywhere() {
        let limit = limit(2, 100);
        let account = "ada@example.org".into();
        for last in [1, 2] {
            assert!(limit.check(&account, IpAddr::from([192, 0, 2, last])).is_ok());
        }
        let wait = limit.check(&account, IpAddr::from([192, 0, 2, 3])).unwrap_err();
        assert!(wait > Duration::ZERO && wait <= Duration::from_secs(30));
        assert!(limit.check(&"grace@example.org".into(), IpAddr::from([192, 0, 2, 3])).is_ok());
    }

    #[test]
    fn an_address_is_limited_for_all_accounts() {
        let limit = limit(100, 1);
        let check =
            |account: &str, address: &str| limit.check(&account.into(), address.parse().unwrap()).is_ok();
        assert!(check("a@example.org", "2001:db8::1"));
        assert!(!check("b@example.org", "2001:db8::2"));
        assert!(check("b@example.org", "2001:db8:0:1::1"));
        assert!(check("a@example.org", "192.0.2.1"));
        assert!(!check("b@example.org", "192.0.2.1"));
    }
}
