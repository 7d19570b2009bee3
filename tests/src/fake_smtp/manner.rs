//! How the server behaves.

use std::time::Duration;

/// How the server behaves. It may be changed at any time; a connection looks at it anew for each command.
#[derive(Clone, Debug)]
pub struct Manner {
    /// What EHLO tells, a line each. Where AUTH is among it, mail is taken after sign-in only; SIZE is kept to.
    pub extensions: Vec<String>,
    /// What is answered instead of the usual; the last one that fits counts.
    pub answers: Vec<Answer>,
    /// Puts each sender's mail to a recipient off the first time: 451.
    pub greylisting: bool,
    /// How much later each reply comes.
    pub delay: Duration,
    /// How long each byte of a reply takes.
    pub byte_takes: Duration,
    /// How fast it reads the content of messages, in bytes a second.
    pub reads: Option<u32>,
    /// Where the next connection that comes there breaks.
    pub cut: Option<Moment>,
    /// Where the next connection that comes there is held.
    pub hold: Option<Moment>,
}

impl Default for Manner {
    /// Like a good server next door.
    fn default() -> Self {
        let extensions = [
            "PIPELINING",
            "SIZE 52428800",
            "AUTH PLAIN LOGIN XOAUTH2",
            "ENHANCEDSTATUSCODES",
            "8BITMIME",
            "SMTPUTF8",
        ];
        Self {
            extensions: extensions.map(str::to_owned).to_vec(),
            answers: Vec::new(),
            greylisting: false,
            delay: Duration::ZERO,
            byte_takes: Duration::ZERO,
            reads: None,
            cut: None,
            hold: None,
        }
    }
}

impl Manner {
    /// A good server that offers nothing but this, such as `["SIZE 1000", "AUTH LOGIN"]`.
    pub fn offering(extensions: &[&str]) -> Self {
        Self { extensions: extensions.iter().map(|&line| line.to_owned()).collect(), ..Self::default() }
    }

    /// The reply to a command that has one of its own.
    pub(super) fn answer(&mut self, command: &str) -> Option<String> {
        let at = self.answers.iter().rposition(|answer| command.starts_with(&answer.to))?;
        if self.answers[at].once {
            Some(self.answers.remove(at).reply)
        } else {
            Some(self.answers[at].reply.clone())
        }
    }

    pub(super) fn size_limit(&self) -> Option<usize> {
        let told = self.extensions.iter().find_map(|line| line.strip_prefix("SIZE "))?;
        told.parse().ok().filter(|&limit| limit > 0)
    }

    pub(super) fn wants_sign_in(&self) -> bool {
        self.extensions.iter().any(|line| line.starts_with("AUTH"))
    }
}

/// A reply that is not the usual.
#[derive(Clone, Debug)]
pub struct Answer {
    to: String,
    reply: String,
    once: bool,
}

impl Answer {
    /// Commands that begin so are answered so, every time. A reply that begins with 421 ends the connection.
    pub fn always(command: &str, reply: &str) -> Self {
        Self { to: command.to_owned(), reply: reply.to_owned(), once: false }
    }

    /// The next command that begins so is answered so.
    pub fn once(command: &str, reply: &str) -> Self {
        Self { once: true, ..Self::always(command, reply) }
    }
}

/// A moment in a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Moment {
    /// The connection was made, the greeting was not said.
    Greeting,
    /// A command that begins so came and was not answered. The answers to what LOGIN asks are called `(name)` and
    /// `(password)`.
    Command(String),
    /// So many bytes of what follows DATA came, dots doubled: it may be within the end. The message is not taken.
    Content(usize),
    /// The end of a message came. It is not taken.
    End,
    /// A message was taken, and so many bytes of the reply were said: none, some, or all.
    Taken(usize),
}

impl Moment {
    /// The moment of a command.
    pub fn command(beginning: &str) -> Self {
        Self::Command(beginning.to_owned())
    }
}
