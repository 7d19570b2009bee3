//! Places where a debug build can be told to die, so that tests see what survives. Release builds have none of it.

/// Every place there is.
pub const ALL: [&str; 20] = [
    "drafts.saved",
    "drafts.appended",
    "drafts.mirrored",
    "drafts.discarded",
    "outbox.queued",
    "outbox.all_but_end",
    "outbox.sending",
    "outbox.end_sent",
    "outbox.answered",
    "outbox.ended",
    "outbox.copied",
    "pop3.blob_staged",
    "pop3.blob_settled",
    "pop3.added",
    "pop3.renamed",
    "pop3.before_dele",
    "pop3.after_dele",
    "pop3.before_quit",
    "pop3.after_quit",
    "pop3.ledger_changed",
];

/// Dies here if this is the place and the time that the environment variable `POSTERN_FAILPOINT` names: `name:n`, or
/// `any:n` for the n-th of all.
#[inline]
pub fn hit(name: &str) {
    #[cfg(debug_assertions)]
    armed::hit(name);
    #[cfg(not(debug_assertions))]
    let _ = name;
}

#[cfg(debug_assertions)]
mod armed {
    use std::{
        env,
        sync::{
            OnceLock,
            atomic::{AtomicU64, Ordering},
        },
    };

    /// Where to die, and at which time there.
    #[derive(Debug, PartialEq, Eq)]
    pub(super) struct Order {
        name: String,
        at: u64,
    }

    impl Order {
        pub(super) fn parse(text: &str) -> Option<Self> {
            let (name, at) = text.rsplit_once(':')?;
            Some(Self { name: name.to_owned(), at: at.parse().ok()? })
        }

        /// Whether a hit of `name` counts.
        pub(super) fn counts(&self, name: &str) -> bool {
            self.name == "any" || self.name == name
        }
    }

    static ORDER: OnceLock<Option<Order>> = OnceLock::new();
    static HITS: AtomicU64 = AtomicU64::new(0);

    pub(super) fn hit(name: &str) {
        debug_assert!(super::ALL.contains(&name), "{name} is not in the list");
        let order = ORDER.get_or_init(|| Order::parse(&env::var("POSTERN_FAILPOINT").ok()?));
        let Some(order) = order.as_ref().filter(|order| order.counts(name)) else { return };
        if HITS.fetch_add(1, Ordering::SeqCst) + 1 == order.at {
            // Nothing is cleaned up, as if the power went.
            let _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL);
        }
    }
}

#[cfg(all(test, debug_assertions))]
mod tests {
    use super::{ALL, armed::Order};

    #[test]
    fn orders_name_a_place_or_any() {
        let one = Order::parse("pop3.added:3").unwrap();
        assert!(one.counts("pop3.added") && !one.counts("pop3.after_quit"));
        let any = Order::parse("any:1").unwrap();
        assert!(ALL.iter().all(|name| any.counts(name)));
        assert_eq!(Order::parse("pop3.added"), None);
        assert_eq!(Order::parse("pop3.added:x"), None);
    }
}
