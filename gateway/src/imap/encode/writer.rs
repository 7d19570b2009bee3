//! Writing a command's arguments. Whatever cannot stand in a line as it is goes out as a literal or not at all.

use crate::imap::{
    capabilities::Capabilities,
    command::{MailboxName, SequenceSet},
};
use postern_shared::flags::Flags;

/// A line of a command, and the literal behind it. Only the last line has none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// The line without its line break. It ends with the literal's announcement, if there is one.
    pub text: String,
    /// The literal.
    pub literal: Option<Literal>,
}

/// Octets sent behind a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Literal {
    /// The octets, or the first of them.
    pub octets: Vec<u8>,
    /// So many more follow, which whoever sends it has.
    pub follows: u64,
    /// The server has to ask for them first (RFC 9051 §4.3).
    pub synchronising: bool,
}

/// An argument that no encoding can carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EncodeError {
    /// NUL stands nowhere in IMAP (RFC 9051 §9, `CHAR8`).
    #[error("a name or text holds a NUL")]
    Nul,
    /// Not a keyword (RFC 9051 §9, `flag-keyword`).
    #[error("a flag's name holds characters that flags cannot have")]
    Flag,
    /// No flag where one is needed.
    #[error("no flag to store")]
    NoFlags,
    /// Not a `sequence-set`.
    #[error("not a set of messages")]
    Set,
    /// Not a section specifier.
    #[error("not a part of a message")]
    Section,
}

/// Builds a command.
#[derive(Debug)]
pub(super) struct Writer<'c> {
    pub(super) capabilities: &'c Capabilities,
    lines: Vec<Line>,
    text: String,
}

impl<'c> Writer<'c> {
    pub(super) fn new(capabilities: &'c Capabilities, command: &str) -> Self {
        Self { capabilities, lines: Vec::new(), text: command.to_owned() }
    }

    pub(super) fn finish(mut self) -> Vec<Line> {
        self.lines.push(Line { text: self.text, literal: None });
        self.lines
    }

    /// Syntax of our own: never anything a user or a server named.
    pub(super) fn raw(&mut self, syntax: &str) -> &mut Self {
        self.text.push_str(syntax);
        self
    }

    /// Items in parentheses.
    pub(super) fn list(&mut self, items: &[String]) -> &mut Self {
        self.raw("(").raw(&items.join(" ")).raw(")")
    }

    pub(super) fn set(&mut self, set: &SequenceSet) -> Result<&mut Self, EncodeError> {
        let valid = |octet: u8| octet.is_ascii_digit() || matches!(octet, b',' | b':' | b'*');
        if set.0.is_empty() || !set.0.bytes().all(valid) {
            return Err(EncodeError::Set);
        }
        Ok(self.raw(&set.0))
    }

    pub(super) fn mailbox(&mut self, name: &MailboxName) -> Result<&mut Self, EncodeError> {
        match std::str::from_utf8(&name.0) {
            Ok(text) if text.is_ascii() || self.capabilities.utf8_accept() => self.string(text),
            _ => self.literal(&name.0),
        }
    }

    /// Text: quoted, or a literal where quotes cannot hold it (RFC 9051 §4.3).
    pub(super) fn string(&mut self, text: &str) -> Result<&mut Self, EncodeError> {
        let quotable = text.is_ascii() || self.capabilities.utf8_accept();
        if !quotable || text.contains(['\0', '\r', '\n']) {
            return self.literal(text.as_bytes());
        }
        let escaped = text.replace('\\', "\\\\").replace('"', "\\\"");
        Ok(self.raw("\"").raw(&escaped).raw("\""))
    }

    pub(super) fn literal(&mut self, octets: &[u8]) -> Result<&mut Self, EncodeError> {
        if octets.contains(&0) {
            return Err(EncodeError::Nul);
        }
        self.message(octets, 0);
        Ok(self)
    }

    /// A message as a literal, whatever it holds: what is NUL in it is the server's to judge.
    pub(super) fn message(&mut self, start: &[u8], follows: u64) {
        let length = follows.saturating_add(start.len() as u64);
        let synchronising = !self.capabilities.takes_literal_unasked(length);
        let plus = if synchronising { "" } else { "+" };
        let announced = format!("{}{{{length}{plus}}}", std::mem::take(&mut self.text));
        let literal = Literal { octets: start.to_vec(), follows, synchronising };
        self.lines.push(Line { text: announced, literal: Some(literal) });
    }

    pub(super) fn flags(&mut self, flags: &Flags) -> Result<&mut Self, EncodeError> {
        let names: Vec<String> = flags.imap_names().map(str::to_owned).collect();
        if !names.iter().all(|name| is_flag(name)) {
            return Err(EncodeError::Flag);
        }
        Ok(self.list(&names))
    }
}

/// Whether a name is an `atom`, with a backslash in front of it or not.
pub(super) fn is_flag(name: &str) -> bool {
    let atom = name.strip_prefix('\\').unwrap_or(name);
    let special = |octet: u8| matches!(octet, b'(' | b')' | b'{' | b'%' | b'*' | b'"' | b'\\' | b']');
    !atom.is_empty() && atom.bytes().all(|octet| octet.is_ascii_graphic() && !special(octet))
}
