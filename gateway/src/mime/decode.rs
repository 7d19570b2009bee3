//! Content-Transfer-Encoding (RFC 2045 §6), read leniently and in constant memory.

use bytes::Bytes;

/// How a part's content is encoded for transfer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransferEncoding {
    /// `7bit`, `8bit`, `binary`, and whatever is not known: the content as it is.
    Identity,
    /// `base64`.
    Base64,
    /// `quoted-printable`.
    QuotedPrintable,
}

impl TransferEncoding {
    /// The encoding of that name.
    pub fn named(name: &str) -> Self {
        match name.trim().to_ascii_lowercase().as_str() {
            "base64" => Self::Base64,
            "quoted-printable" => Self::QuotedPrintable,
            _ => Self::Identity,
        }
    }

    /// What a whole content decodes to.
    pub fn decode(self, content: &[u8]) -> Vec<u8> {
        let mut decoder = Decoder::new(self);
        let mut decoded = Vec::from(decoder.push(content));
        decoded.extend_from_slice(&decoder.finish());
        decoded
    }
}

/// Decodes a part's content piece by piece, holding back a few bytes at most. It never fails: in base64, what is not
/// of its alphabet is left out; in quoted-printable, what is no escape stays as it is.
#[derive(Clone, Debug)]
pub struct Decoder {
    state: State,
}

#[derive(Clone, Debug)]
enum State {
    Identity,
    Base64(Base64),
    QuotedPrintable(QuotedPrintable),
}

impl Decoder {
    /// A decoder at the start of a part.
    pub fn new(encoding: TransferEncoding) -> Self {
        let state = match encoding {
            TransferEncoding::Identity => State::Identity,
            TransferEncoding::Base64 => State::Base64(Base64::default()),
            TransferEncoding::QuotedPrintable => State::QuotedPrintable(QuotedPrintable::default()),
        };
        Self { state }
    }

    /// What the next piece decodes to, as far as it can be told now.
    pub fn push(&mut self, piece: &[u8]) -> Bytes {
        match &mut self.state {
            State::Identity => Bytes::copy_from_slice(piece),
            State::Base64(base64) => base64.push(piece).into(),
            State::QuotedPrintable(quoted) => quoted.push(piece).into(),
        }
    }

    /// What was held back, at the part's end.
    pub fn finish(self) -> Bytes {
        match self.state {
            State::Identity => Bytes::new(),
            State::Base64(base64) => base64.finish().into(),
            State::QuotedPrintable(quoted) => quoted.finish().into(),
        }
    }
}

/// How much of a line behind the padding is looked at.
const LINE_LIMIT: usize = 1024;

/// Base64 in groups of four digits. What follows the padding is another encoded piece if it is whole lines of base64:
/// some mailers join them. Otherwise it is something else, such as a mailing list's footer, and no content.
#[derive(Clone, Debug, Default)]
struct Base64 {
    bits: u32,
    digits: u8,
    padded: bool,
    /// The line so far, behind the padding.
    line: Vec<u8>,
}

impl Base64 {
    fn push(&mut self, piece: &[u8]) -> Vec<u8> {
        let mut decoded = Vec::with_capacity(piece.len() / 4 * 3 + 3);
        for &byte in piece {
            match byte {
                b'\n' if self.padded => self.end_line(&mut decoded),
                _ if self.padded => self.line.extend((self.line.len() < LINE_LIMIT).then_some(byte)),
                byte => self.take(byte, &mut decoded),
            }
        }
        decoded
    }

    fn take(&mut self, byte: u8, decoded: &mut Vec<u8>) {
        if byte == b'=' {
            self.end_group(decoded);
            self.padded = true;
        }
        let Some(digit) = base64_digit(byte) else { return };
        self.bits = self.bits << 6 | digit;
        self.digits += 1;
        if self.digits == 4 {
            decoded.extend_from_slice(&self.bits.to_be_bytes()[1..]);
            (self.bits, self.digits) = (0, 0);
        }
    }

    fn finish(mut self) -> Vec<u8> {
        let mut decoded = Vec::new();
        self.end_line(&mut decoded);
        self.end_group(&mut decoded);
        decoded
    }

    fn end_line(&mut self, decoded: &mut Vec<u8>) {
        let line = std::mem::take(&mut self.line);
        // The second "=" of the padding before is the first character here.
        let line = line.trim_ascii();
        let line = line.strip_prefix(b"=").unwrap_or(line);
        let is_base64 = |byte: &u8| *byte == b'=' || base64_digit(*byte).is_some();
        if line.len() < LINE_LIMIT && line.len().is_multiple_of(4) && line.iter().all(is_base64) {
            line.iter().for_each(|&byte| self.take(byte, decoded));
            self.end_group(decoded);
        }
    }

    /// A group of two digits is one byte, of three two; a single digit is nothing.
    fn end_group(&mut self, decoded: &mut Vec<u8>) {
        let bytes = (self.bits << (6 * (4 - u32::from(self.digits)))).to_be_bytes();
        match self.digits {
            2 => decoded.push(bytes[1]),
            3 => decoded.extend_from_slice(&bytes[1..3]),
            _ => {}
        }
        (self.bits, self.digits) = (0, 0);
    }
}

fn base64_digit(byte: u8) -> Option<u32> {
    let digit = match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    };
    Some(u32::from(digit))
}

/// How much white space before a line break is remembered: lines have 76 characters.
const SPACE_LIMIT: usize = 1024;

/// Quoted-printable. Held back is what may be the start of an escape, or white space that ends a line and is not part
/// of the content (RFC 2045 §6.7, rule 3).
#[derive(Clone, Debug, Default)]
struct QuotedPrintable {
    held: Vec<u8>,
}

impl QuotedPrintable {
    fn push(&mut self, piece: &[u8]) -> Vec<u8> {
        let mut decoded = Vec::with_capacity(self.held.len() + piece.len());
        for &byte in piece {
            self.take(byte, &mut decoded);
        }
        decoded
    }

    fn take(&mut self, byte: u8, decoded: &mut Vec<u8>) {
        match (self.held.as_slice(), byte) {
            ([b'=', spaces @ ..], b'\n') if spaces.iter().all(|&byte| is_blank(byte)) => self.held.clear(),
            ([b'='], _) if is_blank(byte) || byte.is_ascii_hexdigit() => self.held.push(byte),
            ([b'=', high], low) if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                decoded.push(hex_digit(*high) << 4 | hex_digit(low));
                self.held.clear();
            }
            ([b'=', space, ..], _) if is_blank(*space) && is_blank(byte) && self.held.len() < SPACE_LIMIT => {
                self.held.push(byte);
            }
            ([b'=', ..], _) => {
                decoded.append(&mut self.held);
                self.take(byte, decoded);
            }
            (_, b'=') => {
                decoded.append(&mut self.held);
                self.held.push(byte);
            }
            (_, b'\n') => {
                let crlf = self.held.last() == Some(&b'\r');
                self.held.clear();
                decoded.extend_from_slice(if crlf { b"\r\n" } else { b"\n" });
            }
            (_, byte) if is_blank(byte) && self.held.len() < SPACE_LIMIT => self.held.push(byte),
            (_, byte) => {
                decoded.append(&mut self.held);
                decoded.push(byte);
            }
        }
    }

    fn finish(self) -> Vec<u8> {
        let soft_break =
            self.held.first() == Some(&b'=') && self.held[1..].iter().all(|&byte| is_blank(byte));
        let only_space = self.held.iter().all(|&byte| is_blank(byte));
        if soft_break || only_space { Vec::new() } else { self.held }
    }
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r')
}

fn hex_digit(byte: u8) -> u8 {
    match byte {
        b'0'..=b'9' => byte - b'0',
        _ => (byte | 0x20) - b'a' + 10,
    }
}

#[cfg(test)]
mod tests {
    use super::{
        TransferEncoding::{Base64, Identity, QuotedPrintable},
        *,
    };
    use base64::{Engine, engine::general_purpose::STANDARD};
    use proptest::prelude::*;

    #[test]
    fn contents() {
        let table: &[(TransferEncoding, &[u8], &[u8])] = &[
            (Identity, b"as =41 it\xff is", b"as =41 it\xff is"),
            (Base64, b"aGVsbG8=", b"hello"),
            (Base64, b"aGVs\r\nbG8h", b"hello!"),
            (Base64, b"aGVsbG8", b"hello"),
            (Base64, b" a*G!V\x00s-->b\xffG8= \r\n", b"hello"),
            (Base64, b"aGk=aGk=", b"hihi"),
            (Base64, b"aGk=\r\naGkhaGkh\r\naGk=\r\n", b"hihi!hi!hi"),
            (Base64, b"aA==aA==", b"hh"),
            (Base64, b"aGk= ignored\r\n____\r\nA mailing list\r\nlist@a.test\r\n", b"hi"),
            (Base64, b"a", b""),
            (Base64, b"====", b""),
            (Base64, b"+/+/", b"\xfb\xff\xbf"),
            (QuotedPrintable, b"caf=C3=A9", "café".as_bytes()),
            (QuotedPrintable, b"caf=c3=a9", "café".as_bytes()),
            (QuotedPrintable, b"soft =\r\nbreak", b"soft break"),
            (QuotedPrintable, b"soft=\nbreak", b"softbreak"),
            (QuotedPrintable, b"padded= \t\r\nbreak", b"paddedbreak"),
            (QuotedPrintable, b"trailing \t\r\nspace", b"trailing\r\nspace"),
            (QuotedPrintable, b"inner space", b"inner space"),
            (QuotedPrintable, b"encoded space=20\r\nend", b"encoded space \r\nend"),
            (QuotedPrintable, b"1=2, =XY, ==41", b"1=2, =XY, =A"),
            (QuotedPrintable, b"= 1", b"= 1"),
            (QuotedPrintable, b"=4", b"=4"),
            (QuotedPrintable, b"end=", b"end"),
            (QuotedPrintable, b"end ", b"end"),
            (QuotedPrintable, b"raw \xe9 8-bit", b"raw \xe9 8-bit"),
            (QuotedPrintable, b"bare\rreturn", b"bare\rreturn"),
        ];
        for (encoding, content, decoded) in table {
            let shown = String::from_utf8_lossy(content);
            assert_eq!(
                encoding.decode(content).escape_ascii().to_string(),
                decoded.escape_ascii().to_string(),
                "{shown}"
            );
        }
    }

    #[test]
    fn names() {
        assert_eq!(TransferEncoding::named(" BASE64 "), Base64);
        assert_eq!(TransferEncoding::named("Quoted-Printable"), QuotedPrintable);
        assert_eq!(TransferEncoding::named("x-uuencode"), Identity);
        assert_eq!(TransferEncoding::named(""), Identity);
    }

    #[test]
    fn what_is_held_back_is_bounded() {
        for content in [[b' '; 4096], [b'='; 4096], [b'\r'; 4096]] {
            let mut decoder = Decoder::new(QuotedPrintable);
            let pushed: usize = (0..16).map(|_| decoder.push(&content).len()).sum();
            let held = decoder.finish().len();
            assert!(pushed + SPACE_LIMIT + 1 >= 16 * 4096, "{pushed} and {held}");
        }
    }

    proptest! {
        #[test]
        fn base64_round_trips(content in proptest::collection::vec(any::<u8>(), 0..300)) {
            prop_assert_eq!(Base64.decode(STANDARD.encode(&content).as_bytes()), content);
        }

        #[test]
        fn pieces_decode_as_the_whole(
            content in "[ =\r\nA-Fa-f0-9\t]{0,80}",
            cuts in proptest::collection::vec(0usize..80, 0..6),
        ) {
            for encoding in [Identity, Base64, QuotedPrintable] {
                let mut decoder = Decoder::new(encoding);
                let mut cuts: Vec<_> = cuts.iter().map(|cut| cut % (content.len() + 1)).collect();
                cuts.extend([0, content.len()]);
                cuts.sort_unstable();
                let mut decoded = Vec::new();
                for pair in cuts.windows(2) {
                    decoded.extend_from_slice(&decoder.push(&content.as_bytes()[pair[0]..pair[1]]));
                }
                decoded.extend_from_slice(&decoder.finish());
                prop_assert_eq!(decoded, encoding.decode(content.as_bytes()));
            }
        }
    }
}
