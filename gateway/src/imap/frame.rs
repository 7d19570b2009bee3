//! Cuts what a server sends into responses: lines, with the literals they announce (RFC 9051 §2.2.2, §4.3).
//! Everything that could make the gateway hold too much is refused here, before any memory is set aside for it.

use bytes::{Bytes, BytesMut};

/// Longest line in octets: room for the answer to a SEARCH that finds two million messages.
const MAX_LINE: usize = 16 * 1024 * 1024;
/// Largest literal in octets. Message bodies are fetched in chunks far below it.
const MAX_LITERAL: u64 = 32 * 1024 * 1024;
/// Largest response, lines and literals together.
const MAX_RESPONSE: usize = 64 * 1024 * 1024;

/// What a server sent, without the final line break.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Frame {
    /// Behind `* `, literals included as they stand: `{3}CRLF` and three octets.
    Untagged(Bytes),
    /// Behind `+`.
    Continuation(Bytes),
    /// Any other line: a tagged one, or nonsense.
    Other(Bytes),
}

/// The server sends more than the gateway is willing to hold. The connection cannot go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// A line.
    #[error("a line of the server is longer than {MAX_LINE} octets")]
    Line,
    /// A literal.
    #[error("the server announced {0} octets at once")]
    Literal(u64),
    /// A response.
    #[error("a response of the server is longer than {MAX_RESPONSE} octets")]
    Response,
}

/// Gathers octets and gives out whole responses. Its work is linear in the octets pushed.
#[derive(Debug, Default)]
pub struct Framer {
    buffer: BytesMut,
    /// Where the current line of the response begins: behind the last literal. May lie beyond the buffer.
    line: usize,
    /// Up to where that line was searched for its end.
    scanned: usize,
}

impl Framer {
    /// Adds what was read. Memory that a large response took is given back once it is out.
    pub fn push(&mut self, octets: &[u8]) {
        if self.buffer.is_empty() {
            self.buffer = BytesMut::new();
        }
        self.buffer.extend_from_slice(octets);
    }

    /// Whether nothing waits to be framed.
    pub fn is_empty(&self) -> bool {
        self.buffer.is_empty()
    }

    /// The next whole response, if there is one.
    pub fn next_frame(&mut self) -> Result<Option<Frame>, FrameError> {
        loop {
            if self.line > MAX_RESPONSE {
                return Err(FrameError::Response);
            }
            let from = self.scanned.max(self.line);
            let Some(tail) = self.buffer.get(from..) else { return Ok(None) };
            let Some(end) = tail.iter().position(|&octet| octet == b'\n').map(|at| from + at) else {
                self.scanned = self.buffer.len();
                return if self.scanned - self.line > MAX_LINE { Err(FrameError::Line) } else { Ok(None) };
            };
            let line = self.buffer.get(self.line..end).unwrap_or_default();
            match announced_literal(line) {
                Some(size) if may_hold_literals(&self.buffer) => {
                    if size > MAX_LITERAL {
                        return Err(FrameError::Literal(size));
                    }
                    self.line = end + 1 + usize::try_from(size).unwrap_or(usize::MAX - end - 1);
                }
                _ => return Ok(Some(self.take(end))),
            }
        }
    }

    fn take(&mut self, end: usize) -> Frame {
        let mut response = self.buffer.split_to(end + 1).freeze();
        (self.line, self.scanned) = (0, 0);
        response.truncate(end);
        if response.ends_with(b"\r") {
            response.truncate(end - 1);
        }
        match response.first() {
            Some(b'*') => Frame::Untagged(response.slice(1..)),
            Some(b'+') => Frame::Continuation(response.slice(1..)),
            _ => Frame::Other(response),
        }
    }
}

/// Whether a response can hold literals: not where it ends in free text, which may look like one by chance.
fn may_hold_literals(response: &[u8]) -> bool {
    let Some(rest) = response.strip_prefix(b"*") else { return false };
    let words = rest.trim_ascii_start();
    let word = words.split(|octet| !octet.is_ascii_alphabetic()).next().unwrap_or_default();
    !["OK", "NO", "BAD", "BYE", "PREAUTH"].iter().any(|status| word.eq_ignore_ascii_case(status.as_bytes()))
}

/// The size of the literal a line ends with: `{n}`, `{n+}` or `~{n}` as a value of its own.
fn announced_literal(line: &[u8]) -> Option<u64> {
    let line = line.strip_suffix(b"\r").unwrap_or(line).strip_suffix(b"}")?;
    let line = line.strip_suffix(b"+").unwrap_or(line);
    let digits = line.iter().rev().take_while(|octet| octet.is_ascii_digit()).count();
    let (before, number) = line.split_at(line.len() - digits);
    let before = before.strip_suffix(b"{")?;
    if digits == 0 || !matches!(before.last(), None | Some(b' ' | b'(' | b'~')) {
        return None;
    }
    let significant = number.iter().skip_while(|&&octet| octet == b'0');
    Some(significant.fold(0u64, |sum, digit| sum.saturating_mul(10).saturating_add(u64::from(digit - b'0'))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frames(input: &[u8], step: usize) -> Vec<Frame> {
        let mut framer = Framer::default();
        let mut out = Vec::new();
        for piece in input.chunks(step) {
            framer.push(piece);
            while let Some(frame) = framer.next_frame().unwrap() {
                out.push(frame);
            }
        }
        assert!(framer.is_empty());
        out
    }

    #[test]
    fn literals_belong_to_their_response_however_the_octets_arrive() {
        let input = b"* LIST () \"/\" {3}\r\na\nb\r\n*  OK done {9}\r\n+ go\r\n* 1 FETCH (A ~{2}\r\n)) B {0}\r\n)\nA1 OK\r\n";
        let expected = vec![
            Frame::Untagged(Bytes::from_static(b" LIST () \"/\" {3}\r\na\nb")),
            Frame::Untagged(Bytes::from_static(b"  OK done {9}")),
            Frame::Continuation(Bytes::from_static(b" go")),
            Frame::Untagged(Bytes::from_static(b" 1 FETCH (A ~{2}\r\n)) B {0}\r\n)")),
            Frame::Other(Bytes::from_static(b"A1 OK")),
        ];
        for step in [1, 2, 3, 7, 1000] {
            assert_eq!(frames(input, step), expected, "in steps of {step}");
        }
    }

    #[test]
    fn braces_in_a_name_announce_nothing() {
        assert_eq!(frames(b"* LIST () \"/\" a{3}\r\n* LIST () \"/\" \"{3}\"\r\n", 4).len(), 2);
    }

    #[test]
    fn a_huge_literal_is_refused_before_a_byte_of_it_is_awaited() {
        for size in ["33554433", "4294967295", "99999999999999999999999"] {
            let mut framer = Framer::default();
            framer.push(format!("* 1 FETCH (BODY[] {{{size}}}\r\n").as_bytes());
            assert!(matches!(framer.next_frame(), Err(FrameError::Literal(_))));
        }
    }

    #[test]
    fn a_line_without_end_is_refused() {
        let mut framer = Framer::default();
        framer.push(b"* ");
        let result = (0..=MAX_LINE / 65536).map(|_| {
            framer.push(&[b'x'; 65536]);
            framer.next_frame()
        });
        assert_eq!(result.last(), Some(Err(FrameError::Line)));
    }

    #[test]
    fn literals_without_end_are_refused() {
        let mut framer = Framer::default();
        framer.push(b"* 1 FETCH (A");
        let literal = [b" {8388608}\r\n".as_slice(), &vec![0; 8_388_608]].concat();
        let result = (0..9).map(|_| {
            framer.push(&literal);
            framer.next_frame()
        });
        assert_eq!(result.last(), Some(Err(FrameError::Response)));
    }
}
