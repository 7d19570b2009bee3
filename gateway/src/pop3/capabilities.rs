//! What a server says it can do (RFC 2449 §6).

/// The answer to `CAPA`; nothing for servers that do not know the command.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Capabilities {
    lines: Vec<String>,
}

impl Capabilities {
    /// Takes a line of the answer.
    pub fn push(&mut self, line: &[u8]) {
        let line = String::from_utf8_lossy(line).trim().to_ascii_uppercase();
        if !line.is_empty() {
            self.lines.push(line);
        }
    }

    /// Whether a capability is named.
    pub fn has(&self, name: &str) -> bool {
        self.words(name).is_some()
    }

    /// Whether a message's header and first lines can be asked for.
    pub fn top(&self) -> bool {
        self.has("TOP")
    }

    /// Whether commands may be sent before earlier ones are answered (RFC 2449 §6.6).
    pub fn pipelining(&self) -> bool {
        self.has("PIPELINING")
    }

    /// Seconds between sign-ins (RFC 2449 §6.5).
    pub fn login_delay(&self) -> Option<u32> {
        self.words("LOGIN-DELAY")?.next()?.parse().ok()
    }

    /// What follows a capability's name.
    fn words(&self, name: &str) -> Option<impl Iterator<Item = &str>> {
        self.lines.iter().find_map(|line| {
            let mut words = line.split_ascii_whitespace();
            (words.next() == Some(name)).then_some(words)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capabilities_are_found_by_their_first_word() {
        let mut told = Capabilities::default();
        for line in [
            "top",
            "SASL PLAIN LOGIN",
            " PIPELINING ",
            "LOGIN-DELAY 900 USER",
            "",
            "IMPLEMENTATION TOPS UIDL",
        ] {
            told.push(line.as_bytes());
        }
        assert!(told.top() && told.pipelining() && told.has("SASL"));
        assert!(!told.has("UIDL") && !told.has("PLAIN") && !told.has("STLS"));
        assert_eq!(told.login_delay(), Some(900));
        assert_eq!(Capabilities::default().login_delay(), None);
    }
}
