//! The IMAP account: connections, the worker, the watcher and the actor that owns them.

pub mod actor;
pub(crate) mod address_policy;
pub(crate) mod connect;
pub mod connection;
mod conversation;
mod idle;
mod keeper;
mod lane;
mod link;
mod piece;
#[cfg(test)]
mod scripted;
mod sign_in;
mod structures;
mod tap;
pub(crate) mod tls;
mod watcher;

/// 64 random bits; where the system has none to give, the clock's.
fn random() -> u64 {
    getrandom::u64().unwrap_or_else(|_| {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        since.map_or(0, |since| since.as_nanos() as u64)
    })
}

/// A random share, from 0 to 1.
fn jitter() -> f64 {
    random() as f64 / u64::MAX as f64
}
