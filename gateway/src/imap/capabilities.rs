//! What a server can do (RFC 9051 §6.1.1) and what was switched on (RFC 5161).

use std::collections::BTreeSet;

/// Capabilities offered and extensions enabled. Names compare without regard to ASCII case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Capabilities {
    offered: BTreeSet<String>,
    enabled: BTreeSet<String>,
}

impl Capabilities {
    /// The capabilities a server told, none enabled.
    pub fn new(offered: impl IntoIterator<Item = String>) -> Self {
        Self {
            offered: offered.into_iter().map(|name| name.to_ascii_uppercase()).collect(),
            enabled: BTreeSet::new(),
        }
    }

    /// Notes what `ENABLED` told.
    pub fn enable(&mut self, names: impl IntoIterator<Item = String>) {
        self.enabled.extend(names.into_iter().map(|name| name.to_ascii_uppercase()));
    }

    /// Whether the server offers `name`: `MOVE`, `AUTH=PLAIN`, ...
    pub fn has(&self, name: &str) -> bool {
        self.offered.contains(&name.to_ascii_uppercase())
    }

    /// Whether `name` was enabled: `QRESYNC`, `CONDSTORE`, ...
    pub fn enabled(&self, name: &str) -> bool {
        self.enabled.contains(&name.to_ascii_uppercase())
    }

    /// Whether mailbox names are UTF-8 on this connection (RFC 6855 §3), not modified UTF-7.
    pub fn utf8_accept(&self) -> bool {
        self.enabled("UTF8=ACCEPT")
    }

    /// Whether a literal of `size` bytes may follow its length at once (RFC 7888).
    pub fn takes_literal_unasked(&self, size: u64) -> bool {
        self.has("LITERAL+") || (size <= 4096 && (self.has("LITERAL-") || self.has("IMAP4REV2")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fold_case_and_small_literals_need_less() {
        let mut capabilities = Capabilities::new(["imap4rev1".to_owned(), "LITERAL-".to_owned()]);
        assert!(capabilities.has("IMAP4rev1") && !capabilities.has("MOVE"));
        assert!(capabilities.takes_literal_unasked(4096) && !capabilities.takes_literal_unasked(4097));
        assert!(!capabilities.utf8_accept());
        capabilities.enable(["utf8=accept".to_owned()]);
        assert!(capabilities.utf8_accept());
    }
}
