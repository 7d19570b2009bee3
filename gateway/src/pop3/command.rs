//! What we say (RFC 1939 §5-§7, RFC 2449 §5, RFC 2595 §4). Sign-in, NOOP, RSET and QUIT are the driver's words.

use std::fmt;

/// A command. Every argument is a number: nothing of anybody's goes into a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// What the server can do.
    Capa,
    /// Numbers and sizes.
    List,
    /// Numbers and unique-ids.
    Uidl,
    /// A message.
    Retr(u32),
    /// A message's headers and first lines.
    Top(u32, u32),
    /// Marks a message: it goes with QUIT.
    Dele(u32),
    /// TLS from here on.
    Stls,
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Capa => write!(f, "CAPA\r\n"),
            Self::List => write!(f, "LIST\r\n"),
            Self::Uidl => write!(f, "UIDL\r\n"),
            Self::Retr(number) => write!(f, "RETR {number}\r\n"),
            Self::Top(number, lines) => write!(f, "TOP {number} {lines}\r\n"),
            Self::Dele(number) => write!(f, "DELE {number}\r\n"),
            Self::Stls => write!(f, "STLS\r\n"),
        }
    }
}

/// Whether a name or a password can stand in a command: no line breaks, no NUL (RFC 1939 §3 has printable ASCII; 8-bit
/// passwords are in use, and RFC 6856 allows UTF-8).
pub fn is_argument(text: &str) -> bool {
    !text.is_empty() && !text.contains(['\r', '\n', '\0'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_hold_no_second_command() {
        for (text, good) in
            [("ada", true), ("pässword x", true), ("a\r\nDELE 1", false), ("a\0", false), ("", false)]
        {
            assert_eq!(is_argument(text), good, "{text:?}");
        }
        assert_eq!(Command::Top(3, 20).to_string(), "TOP 3 20\r\n");
    }
}
