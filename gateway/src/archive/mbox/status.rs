//! Flags as mail programs keep them in the headers of messages in an mbox. Nothing of it is a standard: `Status` and
//! `X-Status` are mbox's own since ever, `X-Mozilla-Status` is Thunderbird's.

use postern_shared::flags::{Flag, Flags};

/// Header lines are looked at up to here, in bytes.
const LONGEST: usize = 1000;

/// Bits of `X-Mozilla-Status`.
const MOZILLA: [(u32, Flag); 4] =
    [(0x1, Flag::Seen), (0x2, Flag::Answered), (0x4, Flag::Flagged), (0x1000, Flag::Forwarded)];

/// The bit of a message that is gone, and stands there until the file is tidied up.
const EXPUNGED: u32 = 0x8;

/// Reads the flags of one message.
#[derive(Debug, Default)]
pub(super) struct Status {
    line: Vec<u8>,
    in_body: bool,
    gone: bool,
    flags: Flags,
}

impl Status {
    /// Looks at the next piece of the message.
    pub fn push(&mut self, piece: &[u8]) {
        for part in piece.split_inclusive(|&byte| byte == b'\n') {
            if self.in_body {
                return;
            }
            let room = LONGEST.saturating_sub(self.line.len());
            self.line.extend_from_slice(&part[..part.len().min(room)]);
            if part.ends_with(b"\n") {
                let line = std::mem::take(&mut self.line);
                self.take_line(String::from_utf8_lossy(&line).trim_end());
            }
        }
    }

    /// Its flags; absent where the message is gone.
    pub fn finish(self) -> Option<Flags> {
        (!self.gone).then_some(self.flags)
    }

    fn take_line(&mut self, line: &str) {
        self.in_body = line.is_empty();
        let Some((name, value)) = line.split_once(':') else { return };
        match name.to_ascii_lowercase().as_str() {
            "status" => self.set(value, &[('R', Flag::Seen)]),
            "x-status" => {
                self.set(value, &[('A', Flag::Answered), ('F', Flag::Flagged), ('T', Flag::Draft)]);
            }
            "x-mozilla-status" => {
                let bits = u32::from_str_radix(value.trim(), 16).unwrap_or(0);
                self.gone |= bits & EXPUNGED != 0;
                for (_, flag) in MOZILLA.into_iter().filter(|(bit, _)| bits & bit != 0) {
                    self.flags.set(flag, true);
                }
            }
            "x-keywords" | "x-mozilla-keys" => {
                value.split_ascii_whitespace().for_each(|keyword| self.flags.insert_name(keyword));
            }
            _ => {}
        }
    }

    fn set(&mut self, value: &str, letters: &[(char, Flag)]) {
        for (_, flag) in letters.iter().filter(|(letter, _)| value.contains(*letter)) {
            self.flags.set(*flag, true);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_tell_flags_and_bodies_do_not() {
        for (message, flags) in [
            ("Status: RO\r\nX-Status: AF\r\n\r\n", Some("\\Seen \\Answered \\Flagged")),
            ("Status: O\n\nX-Status: F\n", Some("")),
            (
                "X-Mozilla-Status: 1005\nX-Mozilla-Keys: $label1 Work  \n\n",
                Some("\\Seen \\Flagged $Forwarded $label1 Work"),
            ),
            ("X-Mozilla-Status: 0009\n\n", None),
            ("Subject: Status: R\n\n", Some("")),
            ("", Some("")),
        ] {
            for cut in [1, 5, 100] {
                let mut status = Status::default();
                message.as_bytes().chunks(cut).for_each(|piece| status.push(piece));
                let found = status.finish().map(|flags| flags.imap_names().collect::<Vec<_>>().join(" "));
                assert_eq!(found.as_deref(), flags, "{message:?}");
            }
        }
    }
}
