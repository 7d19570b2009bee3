//! Places where tests kill the gateway. Release builds have none.

/// Every one of them, in the order in which a check comes by.
pub const ALL: [&str; 8] = [
    "pop3.listed",
    "pop3.read",
    "pop3.settled",
    "pop3.committed",
    "pop3.renamed",
    "pop3.marked",
    "pop3.quit",
    "pop3.noted",
];

/// Kills this process, as a power cut would, if `POSTERN_FAILPOINT` says so: `pop3.settled:2` at the second time that
/// place is reached, `any:17` at the seventeenth time any is.
#[cfg(debug_assertions)]
pub fn hit(name: &str) {
    use std::sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    };
    static WANTED: OnceLock<Option<(String, u32)>> = OnceLock::new();
    static HITS: AtomicU32 = AtomicU32::new(0);
    let wanted = WANTED.get_or_init(|| {
        let text = std::env::var("POSTERN_FAILPOINT").ok()?;
        let (name, time) = text.rsplit_once(':')?;
        Some((name.to_owned(), time.parse().ok()?))
    });
    let Some((place, time)) = wanted else { return };
    if (place == name || place == "any") && HITS.fetch_add(1, Ordering::Relaxed) + 1 == *time {
        // Nothing is left to do if even that fails.
        let _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL);
    }
}

/// Does nothing.
#[cfg(not(debug_assertions))]
pub fn hit(_: &str) {}
