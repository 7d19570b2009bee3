//! A message as it comes: lines with stuffed dots, up to a line with a dot alone (RFC 1939 §3). Nothing is gathered:
//! what comes in goes out in the same pieces, less the stuffing.

/// Where in the stream it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum At {
    /// At the beginning of a line.
    #[default]
    LineStart,
    /// Behind a dot at the beginning of a line.
    Dot,
    /// Behind a dot and a CR: if LF follows, that was the end.
    DotCr,
    /// Inside of a line.
    Inside,
    /// Behind a CR inside of a line.
    Cr,
    /// Behind the terminator.
    End,
}

/// Takes the stuffing off. Lines end with LF; the CR before it belongs to the message. Octets behind the terminator are
/// left: they are the next answer's.
#[derive(Debug, Default)]
pub struct BodyReader {
    at: At,
}

impl BodyReader {
    /// Reads what came; returns how much of it belongs to this message, and appends its content to `out`.
    pub fn read(&mut self, input: &[u8], out: &mut Vec<u8>) -> usize {
        let mut index = 0;
        while index < input.len() && self.at != At::End {
            let byte = input[index];
            match (self.at, byte) {
                (At::LineStart, b'.') => self.at = At::Dot,
                (At::Dot, b'\r') => self.at = At::DotCr,
                (At::Dot | At::DotCr, b'\n') => self.at = At::End,
                (At::Dot, _) => {
                    // The dot was stuffing: it is left out.
                    self.at = At::Inside;
                    continue;
                }
                (At::DotCr, _) => {
                    out.push(b'\r');
                    self.at = At::Cr;
                    continue;
                }
                (At::LineStart | At::Inside | At::Cr, _) => {
                    // As far as the line goes, in one piece.
                    let rest = &input[index..];
                    let line = rest.iter().position(|byte| *byte == b'\n').map_or(rest.len(), |at| at + 1);
                    out.extend_from_slice(&rest[..line]);
                    self.at = match rest[line - 1] {
                        b'\n' => At::LineStart,
                        b'\r' => At::Cr,
                        _ => At::Inside,
                    };
                    index += line;
                    continue;
                }
                (At::End, _) => {}
            }
            index += 1;
        }
        index
    }

    /// Whether the terminator was read.
    pub fn is_complete(&self) -> bool {
        self.at == At::End
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(input: &[u8], step: usize) -> (Vec<u8>, usize, bool) {
        let (mut reader, mut out, mut used) = (BodyReader::default(), Vec::new(), 0);
        for piece in input.chunks(step) {
            let taken = reader.read(piece, &mut out);
            used += taken;
            if taken < piece.len() {
                break;
            }
        }
        (out, used, reader.is_complete())
    }

    /// What a server does to a message whose last line is ended.
    fn stuffed(message: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        for line in message.split_inclusive(|byte| *byte == b'\n') {
            if line.starts_with(b".") {
                out.push(b'.');
            }
            out.extend_from_slice(line);
        }
        out.extend_from_slice(b".\r\n");
        out
    }

    #[test]
    fn dots_and_ends_are_found_however_they_are_cut() {
        let table: [(&[u8], &[u8], bool); 8] = [
            (b"a\r\n.\r\n", b"a\r\n", true),
            (b".\r\n", b"", true),
            (b"..\r\n.\r\n", b".\r\n", true),
            (b"..a\r\n...\r\n.\r\n", b".a\r\n..\r\n", true),
            (b"a\n.\n", b"a\n", true),
            (b"a\r\n.\r", b"a\r\n", false),
            (b".\rx\r\n.\r\n", b"\rx\r\n", true),
            (b"x.\r\n.y\r\n.\r\n", b"x.\r\ny\r\n", true),
        ];
        for (input, message, complete) in table {
            for step in 1..=input.len() {
                assert_eq!(
                    read(input, step),
                    (message.to_vec(), input.len(), complete),
                    "{input:?} by {step}"
                );
            }
        }
    }

    #[test]
    fn what_follows_is_left_for_the_next_answer() {
        assert_eq!(read(b"a\r\n.\r\n+OK 2\r\n", 100), (b"a\r\n".to_vec(), 6, true));
    }

    proptest! {
        #[test]
        fn stuffing_is_undone(message in "([.\r\nab]{0,12}\r\n){0,6}", step in 1usize..9) {
            let input = stuffed(message.as_bytes());
            prop_assert_eq!(read(&input, step), (message.into_bytes(), input.len(), true));
        }
    }
}
