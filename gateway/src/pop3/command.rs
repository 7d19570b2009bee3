//! Commands as lines. What a user typed goes into one only as an [`Argument`].

use std::fmt;

/// The longest argument, in bytes. RFC 1939 §3 has 40, which no one keeps to.
const MAX_ARGUMENT: usize = 255;

/// Something that cannot go into a command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadArgument {
    /// There is nothing to say.
    #[error("it is empty")]
    Empty,
    /// It would not fit.
    #[error("it is too long")]
    TooLong,
    /// It would end the line, or is no text.
    #[error("it holds a line break or another control character")]
    Control,
    /// POP3 has no way to say it (RFC 1939 §3).
    #[error("it holds characters that are not ASCII, which POP3 cannot carry")]
    NotAscii,
}

/// A word of a command: printable ASCII and spaces.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Argument<'a>(&'a str);

impl<'a> Argument<'a> {
    /// Takes a user's word if a line can carry it.
    ///
    /// # Errors
    /// [`BadArgument`] says why it cannot.
    pub fn new(text: &'a str) -> Result<Self, BadArgument> {
        match text {
            "" => Err(BadArgument::Empty),
            _ if text.len() > MAX_ARGUMENT => Err(BadArgument::TooLong),
            _ if !text.is_ascii() => Err(BadArgument::NotAscii),
            _ if text.bytes().any(|byte| byte.is_ascii_control()) => Err(BadArgument::Control),
            _ => Ok(Self(text)),
        }
    }

    /// The word.
    pub fn as_str(&self) -> &'a str {
        self.0
    }
}

/// It may be a password.
impl fmt::Debug for Argument<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Argument(…)")
    }
}

/// A command whose answer we read ourselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// What the server can do (RFC 2449 §5).
    Capa,
    /// TLS from here on (RFC 2595 §4).
    Stls,
    /// The sizes of all messages.
    List,
    /// The unique-ids of all messages.
    Uidl,
    /// A message.
    Retr(u32),
    /// A message's header and so many lines of its body.
    Top(u32, u32),
    /// A message is to go at the end of the session.
    Dele(u32),
}

impl Command {
    /// Its line, with the line break.
    pub fn line(&self) -> String {
        match self {
            Self::Capa => "CAPA\r\n".to_owned(),
            Self::Stls => "STLS\r\n".to_owned(),
            Self::List => "LIST\r\n".to_owned(),
            Self::Uidl => "UIDL\r\n".to_owned(),
            Self::Retr(number) => format!("RETR {number}\r\n"),
            Self::Top(number, lines) => format!("TOP {number} {lines}\r\n"),
            Self::Dele(number) => format!("DELE {number}\r\n"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_breaks_out_of_a_line() {
        for (text, verdict) in [
            ("ada", None),
            ("correct horse battery staple", None),
            (" pass:word! ", None),
            ("", Some(BadArgument::Empty)),
            ("ada\r\nDELE 1", Some(BadArgument::Control)),
            ("ada\nDELE 1", Some(BadArgument::Control)),
            ("ada\r", Some(BadArgument::Control)),
            ("a\0b", Some(BadArgument::Control)),
            ("tab\t", Some(BadArgument::Control)),
            ("\u{7f}", Some(BadArgument::Control)),
            ("pässword", Some(BadArgument::NotAscii)),
        ] {
            assert_eq!(Argument::new(text).err(), verdict, "{text:?}");
        }
        assert_eq!(Argument::new(&"a".repeat(255)).err(), None);
        assert_eq!(Argument::new(&"a".repeat(256)).err(), Some(BadArgument::TooLong));
    }

    #[test]
    fn an_argument_is_not_printed() {
        assert!(!format!("{:?}", Argument::new("secret")).contains("secret"));
    }

    #[test]
    fn commands_are_lines() {
        assert_eq!(Command::Retr(7).line(), "RETR 7\r\n");
        assert_eq!(Command::Top(7, 0).line(), "TOP 7 0\r\n");
        assert_eq!(Command::Dele(7).line(), "DELE 7\r\n");
    }
}
