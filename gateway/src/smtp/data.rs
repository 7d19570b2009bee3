//! A message's bytes between DATA and the dot (RFC 5321 §4.5.2): every line ends in CRLF, a line that begins with a dot
//! gets another. A bare CR or LF never leaves, nor does NUL: some servers take one for a line's end or overlook it, and
//! with it a dot of the text for the end of the message, and what follows for commands.

/// Turns a message into what goes over the wire, piece by piece.
#[derive(Debug)]
pub struct Stuffing {
    at_line_start: bool,
    after_cr: bool,
}

impl Default for Stuffing {
    fn default() -> Self {
        Self { at_line_start: true, after_cr: false }
    }
}

impl Stuffing {
    /// Takes bytes of the message and appends what goes out for them.
    pub fn push(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        out.reserve(bytes.len() + bytes.len() / 32);
        for &byte in bytes.iter().filter(|byte| **byte != 0) {
            let after_cr = std::mem::replace(&mut self.after_cr, byte == b'\r');
            match byte {
                // CR ends a line; its LF, if it comes, is part of the same end.
                b'\r' => self.end_line(out),
                b'\n' if after_cr => {}
                b'\n' => self.end_line(out),
                b'.' if self.at_line_start => {
                    out.extend_from_slice(b"..");
                    self.at_line_start = false;
                }
                _ => {
                    out.push(byte);
                    self.at_line_start = false;
                }
            }
        }
    }

    /// The message is over: appends the end of its last line and the dot.
    pub fn finish(self, out: &mut Vec<u8>) {
        if !self.at_line_start {
            out.extend_from_slice(b"\r\n");
        }
        out.extend_from_slice(b".\r\n");
    }

    fn end_line(&mut self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"\r\n");
        self.at_line_start = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn stuffed(pieces: &[&[u8]]) -> Vec<u8> {
        let (mut stuffing, mut out) = (Stuffing::default(), Vec::new());
        pieces.iter().for_each(|piece| stuffing.push(piece, &mut out));
        stuffing.finish(&mut out);
        out
    }

    #[test]
    fn lines_and_dots() {
        for (message, wire) in [
            ("", ".\r\n"),
            ("a", "a\r\n.\r\n"),
            ("a\r\n", "a\r\n.\r\n"),
            (".", "..\r\n.\r\n"),
            ("a\r\n.b\r\n..\r\n", "a\r\n..b\r\n...\r\n.\r\n"),
            ("a.b", "a.b\r\n.\r\n"),
        ] {
            assert_eq!(stuffed(&[message.as_bytes()]), wire.as_bytes(), "{message:?}");
        }
    }

    /// Each of these was taken for the end of the message by some server.
    #[test]
    fn nothing_in_a_message_ends_it() {
        for end in
            ["\n.\n", "\r.\r", "\r\n.\r", "\n.\r\n", "\r.\r\n", "\r\n.\n", "\r\n\0.\r\n", "\r\r\n.\r\r\n"]
        {
            let wire = stuffed(&[format!("a{end}MAIL FROM:<eve@x.test>\r\n").as_bytes()]);
            let text = String::from_utf8(wire).unwrap();
            assert!(!text.contains('\0'));
            let (body, after) = text.split_once("\r\n.\r\n").unwrap();
            assert_eq!(after, "", "{end:?}");
            assert!(!body.replace("\r\n", "").contains(['\r', '\n']), "{end:?}");
        }
    }

    proptest! {
        #[test]
        fn pieces_make_no_difference_and_the_end_stands_at_the_end(
            pieces in prop::collection::vec("[a.\r\n]{0,6}", 0..8),
        ) {
            let whole = pieces.concat();
            let wire = stuffed(&[whole.as_bytes()]);
            prop_assert_eq!(&stuffed(&pieces.iter().map(|piece| piece.as_bytes()).collect::<Vec<_>>()), &wire);
            let text = String::from_utf8(wire).unwrap();
            let lines: Vec<_> = text.split("\r\n").collect();
            prop_assert_eq!(lines.iter().position(|line| *line == "."), Some(lines.len() - 2));
            prop_assert!(lines.iter().all(|line| !line.contains(['\r', '\n'])));
            let unstuffed: Vec<_> =
                lines[..lines.len() - 2].iter().map(|line| line.strip_prefix('.').unwrap_or(line)).collect();
            let normal = whole.replace("\r\n", "\n").replace('\r', "\n");
            let expected: Vec<_> = normal.strip_suffix('\n').unwrap_or(&normal).split('\n').collect();
            let expected = if normal.is_empty() { Vec::new() } else { expected };
            prop_assert_eq!(unstuffed, expected);
        }
    }
}
