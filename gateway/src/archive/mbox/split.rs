//! An mbox of another program, cut into its messages. Messages begin at a [from_line](super::from_line) that stands first or behind
//! an empty line; that empty line belongs to none.

use super::{from_line::begins_message, quoting::Quoting};

/// Lines are looked at up to here, in bytes; a longer one begins no message.
const LONGEST: usize = 1000;

/// What comes out of an mbox.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// A message begins, received at this time, in seconds since 1970.
    Begin(Option<i64>),
    /// Bytes of it.
    Bytes(Vec<u8>),
}

/// Cuts an mbox, however it comes.
#[derive(Debug)]
pub(super) struct Splitter {
    line: Vec<u8>,
    /// The line is not the rest of a long one.
    at_start: bool,
    /// An empty line that may belong to no message.
    blank: Option<Vec<u8>>,
    /// Of the message at hand; absent before the first one.
    quoting: Option<Quoting>,
    is_mbox: bool,
}

impl Splitter {
    pub fn new() -> Self {
        Self { line: Vec::new(), at_start: true, blank: None, quoting: None, is_mbox: true }
    }

    /// Whether it is an mbox, by what came so far.
    pub fn is_mbox(&self) -> bool {
        self.is_mbox
    }

    /// Takes the next piece.
    pub fn push(&mut self, piece: &[u8], found: &mut Vec<Found>) {
        for part in piece.split_inclusive(|&byte| byte == b'\n') {
            self.line.extend_from_slice(part);
            if part.ends_with(b"\n") || self.line.len() > LONGEST {
                self.take_line(found);
            }
        }
    }

    /// Ends it.
    pub fn finish(&mut self, found: &mut Vec<Found>) {
        self.take_line(found);
        self.end_message(found);
    }

    fn take_line(&mut self, found: &mut Vec<Found>) {
        let line = std::mem::take(&mut self.line);
        if line.is_empty() {
            return;
        }
        let at_start = std::mem::replace(&mut self.at_start, line.ends_with(b"\n"));
        let may_begin = at_start && (self.blank.is_some() || self.quoting.is_none());
        let begins = if may_begin { begins_message(&line) } else { None };
        let is_blank = at_start && matches!(&line[..], b"\n" | b"\r\n");
        if let Some(received) = begins {
            self.end_message(found);
            self.quoting = Some(Quoting::unquote());
            found.push(Found::Begin(received));
            return;
        }
        let Some(quoting) = &mut self.quoting else {
            self.is_mbox &= is_blank;
            return;
        };
        let mut bytes = Vec::with_capacity(line.len() + 2);
        if let Some(blank) = self.blank.take() {
            quoting.push(&blank, &mut bytes);
        }
        if is_blank {
            self.blank = Some(line);
        } else {
            quoting.push(&line, &mut bytes);
        }
        if !bytes.is_empty() {
            found.push(Found::Bytes(bytes));
        }
    }

    fn end_message(&mut self, found: &mut Vec<Found>) {
        self.blank = None;
        let mut bytes = Vec::new();
        if let Some(quoting) = self.quoting.take() {
            quoting.finish(&mut bytes);
        }
        if !bytes.is_empty() {
            found.push(Found::Bytes(bytes));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages(mbox: &[u8], cut: usize) -> Vec<(Option<i64>, String)> {
        let (mut splitter, mut found) = (Splitter::new(), Vec::new());
        mbox.chunks(cut).for_each(|piece| splitter.push(piece, &mut found));
        splitter.finish(&mut found);
        assert!(splitter.is_mbox());
        let mut messages: Vec<(Option<i64>, String)> = Vec::new();
        for found in found {
            match found {
                Found::Begin(received) => messages.push((received, String::new())),
                Found::Bytes(bytes) => {
                    messages.last_mut().unwrap().1.push_str(std::str::from_utf8(&bytes).unwrap());
                }
            }
        }
        messages
    }

    #[test]
    fn messages_are_cut_at_their_lines_only() {
        let long = "x".repeat(3000);
        let mbox = format!(
            "From a@b Thu Jan  1 00:00:01 1970\r\nSubject: 1\r\n\r\n{long}\r\nFrom a@b Thu Jan  1 00:00:01 1970\r\n\r\n\r\n\
             From - \nSubject: 2\n\n>From quoted\n\nFrom a sentence\n\n\nFrom a@b Thu Jan  1 00:00:02 1970\n"
        );
        let expected = [
            (Some(1), format!("Subject: 1\r\n\r\n{long}\r\nFrom a@b Thu Jan  1 00:00:01 1970\r\n\r\n")),
            (None, "Subject: 2\n\nFrom quoted\n\nFrom a sentence\n\n".to_owned()),
            (Some(2), String::new()),
        ];
        for cut in [1, 7, 1000, 100_000] {
            assert_eq!(messages(mbox.as_bytes(), cut), expected, "{cut}");
        }
    }

    #[test]
    fn what_is_no_mbox_is_told() {
        for (text, is_mbox) in [("", true), ("\n\nFrom -\n", true), ("Subject: x\n\n", false)] {
            let (mut splitter, mut found) = (Splitter::new(), Vec::new());
            splitter.push(text.as_bytes(), &mut found);
            splitter.finish(&mut found);
            assert_eq!(splitter.is_mbox(), is_mbox, "{text:?}");
        }
    }
}
