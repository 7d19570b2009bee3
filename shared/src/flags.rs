//! Message flags (RFC 9051 §2.3.2) and changes to them.

use serde::{Deserialize, Serialize};

/// A system flag, or one of the keywords every client knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Flag {
    /// `\Seen`: it has been read.
    Seen,
    /// `\Answered`: it has been replied to.
    Answered,
    /// `\Flagged`: marked as important.
    Flagged,
    /// `\Deleted`: struck through, and gone at the next purge.
    Deleted,
    /// `\Draft`: not finished.
    Draft,
    /// `$Forwarded`: it has been forwarded.
    Forwarded,
    /// `$Junk`.
    Junk,
    /// `$NotJunk`.
    NotJunk,
}

impl Flag {
    /// Every flag that has a bit of its own, in bit order.
    pub const ALL: [Flag; 8] = [
        Flag::Seen,
        Flag::Answered,
        Flag::Flagged,
        Flag::Deleted,
        Flag::Draft,
        Flag::Forwarded,
        Flag::Junk,
        Flag::NotJunk,
    ];

    /// Its name in IMAP.
    pub fn imap_name(self) -> &'static str {
        match self {
            Flag::Seen => "\\Seen",
            Flag::Answered => "\\Answered",
            Flag::Flagged => "\\Flagged",
            Flag::Deleted => "\\Deleted",
            Flag::Draft => "\\Draft",
            Flag::Forwarded => "$Forwarded",
            Flag::Junk => "$Junk",
            Flag::NotJunk => "$NotJunk",
        }
    }

    fn bit(self) -> u8 {
        1 << (self as u8)
    }
}

/// The flags of one message: the well-known ones as bits, other keywords by name (sorted, in the server's case).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Flags {
    bits: u8,
    keywords: Vec<String>,
}

impl Flags {
    /// No flags.
    pub fn new() -> Self {
        Self::default()
    }

    /// Just this flag.
    pub fn one(flag: Flag) -> Self {
        Self { bits: flag.bit(), keywords: Vec::new() }
    }

    /// Whether no flag is set.
    pub fn is_empty(&self) -> bool {
        self.bits == 0 && self.keywords.is_empty()
    }

    /// Whether `flag` is set.
    pub fn has(&self, flag: Flag) -> bool {
        self.bits & flag.bit() != 0
    }

    /// Sets or clears `flag`.
    pub fn set(&mut self, flag: Flag, on: bool) {
        if on {
            self.bits |= flag.bit();
        } else {
            self.bits &= !flag.bit();
        }
    }

    /// The keywords without a bit of their own.
    pub fn keywords(&self) -> &[String] {
        &self.keywords
    }

    /// Sets a flag by its IMAP name; names compare without regard to ASCII case. `\Recent` is dropped: it is about
    /// a session, not the message.
    pub fn insert_name(&mut self, name: &str) {
        if name.eq_ignore_ascii_case("\\Recent") {
            return;
        }
        if let Some(flag) = Flag::ALL.into_iter().find(|flag| flag.imap_name().eq_ignore_ascii_case(name)) {
            self.set(flag, true);
        } else if !self.keywords.iter().any(|keyword| keyword.eq_ignore_ascii_case(name)) {
            let at = self.keywords.partition_point(|keyword| keyword.as_str() < name);
            self.keywords.insert(at, name.to_owned());
        }
    }

    /// All flags as IMAP names.
    pub fn imap_names(&self) -> impl Iterator<Item = &str> {
        let known = Flag::ALL.iter().filter(|&&flag| self.has(flag)).map(|flag| flag.imap_name());
        known.chain(self.keywords.iter().map(String::as_str))
    }
}

impl FromIterator<Flag> for Flags {
    fn from_iter<I: IntoIterator<Item = Flag>>(flags: I) -> Self {
        let mut out = Self::new();
        for flag in flags {
            out.set(flag, true);
        }
        out
    }
}

/// A change of flags: first `remove` is taken away, then `add` is set.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct FlagChange {
    /// Flags to set.
    pub add: Flags,
    /// Flags to clear.
    pub remove: Flags,
}

impl FlagChange {
    /// Sets or clears one flag.
    pub fn one(flag: Flag, on: bool) -> Self {
        let flags = Flags::one(flag);
        if on { Self { add: flags, remove: Flags::new() } } else { Self { add: Flags::new(), remove: flags } }
    }

    /// What leads from `before` to `after`.
    pub fn between(before: &Flags, after: &Flags) -> Self {
        let minus = |a: &Flags, b: &Flags| Flags {
            bits: a.bits & !b.bits,
            keywords: a.keywords.iter().filter(|keyword| !b.keywords.contains(keyword)).cloned().collect(),
        };
        Self { add: minus(after, before), remove: minus(before, after) }
    }

    /// Whether it changes nothing.
    pub fn is_empty(&self) -> bool {
        self.add.is_empty() && self.remove.is_empty()
    }

    /// Makes the change.
    pub fn apply(&self, flags: &mut Flags) {
        flags.bits = flags.bits & !self.remove.bits | self.add.bits;
        flags.keywords.retain(|keyword| !self.remove.keywords.contains(keyword));
        for keyword in &self.add.keywords {
            flags.insert_name(keyword);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flags(names: &[&str]) -> Flags {
        let mut out = Flags::new();
        for name in names {
            out.insert_name(name);
        }
        out
    }

    #[test]
    fn names_fold_case_and_recent_is_no_flag_of_the_message() {
        let parsed = flags(&["\\seen", "\\RECENT", "$forwarded", "Work", "work", "Alpha"]);
        assert_eq!(parsed.imap_names().collect::<Vec<_>>(), ["\\Seen", "$Forwarded", "Alpha", "Work"]);
    }

    #[test]
    fn the_change_between_two_states_leads_from_one_to_the_other() {
        let states = [
            flags(&[]),
            flags(&["\\Deleted"]),
            flags(&["\\Seen", "Work"]),
            flags(&["\\Deleted", "Home", "Work"]),
        ];
        for before in &states {
            for after in &states {
                let change = FlagChange::between(before, after);
                let mut state = before.clone();
                change.apply(&mut state);
                assert_eq!(&state, after);
                assert_eq!(change.is_empty(), before == after);
            }
        }
    }
}
