//! The parts of a message being written, and their encodings.

use base64::{Engine, engine::general_purpose::STANDARD};
use mail_builder::{
    headers::Header,
    headers::content_type::ContentType,
    mime::{BodyPart, MimePart},
};
use std::io::{self, Read, Seek, Write};

/// Bytes of a line of base64 (RFC 2045 §6.8: 76 characters).
const LINE: usize = 57;
/// Lines of base64 that are read at once.
const LINES: usize = 1024;

/// A part of a message.
pub enum Part<R> {
    /// Text. The library chooses its encoding.
    Text(MimePart<'static>),
    /// A file.
    File {
        /// Its fields but for Content-Transfer-Encoding.
        head: Vec<u8>,
        /// How it is written.
        encoding: Encoding,
        /// What it holds.
        content: R,
    },
    /// Several parts.
    Many {
        /// Which multipart.
        kind: ContentType<'static>,
        /// They.
        parts: Vec<Part<R>>,
    },
}

/// How a file is written (RFC 2045 §6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// Any bytes.
    Base64,
    /// Lines of ASCII, as they are.
    SevenBit,
    /// Lines of bytes, as they are.
    EightBit,
}

impl<R: Read + Seek> Part<R> {
    /// Several parts as one.
    pub fn many(kind: ContentType<'static>, parts: impl IntoIterator<Item = Self>) -> Self {
        Self::Many { kind, parts: parts.into_iter().collect() }
    }

    /// Writes it, its fields first. Boundaries are of the Message-ID, which nobody knows before, and of no text in it.
    pub fn write(self, message_id: &str, out: &mut impl Write) -> io::Result<()> {
        let mut seed: String = message_id.chars().filter(char::is_ascii_alphanumeric).take(32).collect();
        while self.says(&seed) {
            seed.push('_');
        }
        self.write_at(&seed, &mut 0, out)
    }

    /// Whether a text has such words in it.
    fn says(&self, words: &str) -> bool {
        match self {
            Self::Text(part) => matches!(&part.contents, BodyPart::Text(text) if text.contains(words)),
            Self::File { .. } => false,
            Self::Many { parts, .. } => parts.iter().any(|part| part.says(words)),
        }
    }

    fn write_at(self, seed: &str, number: &mut usize, out: &mut impl Write) -> io::Result<()> {
        match self {
            Self::Text(part) => {
                let mut text = Vec::new();
                part.write_part(&mut text);
                out.write_all(&text)
            }
            Self::File { head, encoding, content } => {
                out.write_all(&head)?;
                write!(out, "Content-Transfer-Encoding: {}\r\n\r\n", encoding.name())?;
                match encoding {
                    Encoding::Base64 => write_base64(content, out),
                    Encoding::SevenBit | Encoding::EightBit => write_lines(content, out),
                }
            }
            Self::Many { kind, parts } => {
                // `=_` stands in no quoted-printable and in no base64 (RFC 2045 §6.7).
                let boundary = format!("=_{number}_{seed}");
                *number += 1;
                let eight_bit = parts.iter().any(Self::has_eight_bit);
                let mut head = b"Content-Type: ".to_vec();
                kind.attribute("boundary", boundary.as_str()).write_header(&mut head, 14);
                out.write_all(&head)?;
                if eight_bit {
                    out.write_all(b"Content-Transfer-Encoding: 8bit\r\n")?;
                }
                for part in parts {
                    write!(out, "\r\n--{boundary}\r\n")?;
                    part.write_at(seed, number, out)?;
                }
                write!(out, "\r\n--{boundary}--\r\n")
            }
        }
    }

    /// Whether it has bytes beyond ASCII.
    pub fn has_eight_bit(&self) -> bool {
        match self {
            Self::Text(_) => false,
            Self::File { encoding, .. } => *encoding == Encoding::EightBit,
            Self::Many { parts, .. } => parts.iter().any(Self::has_eight_bit),
        }
    }
}

impl Encoding {
    fn name(self) -> &'static str {
        match self {
            Self::Base64 => "base64",
            Self::SevenBit => "7bit",
            Self::EightBit => "8bit",
        }
    }
}

fn write_base64(mut content: impl Read, out: &mut impl Write) -> io::Result<()> {
    let mut piece = Vec::with_capacity(LINE * LINES);
    let mut lines = String::with_capacity(LINES * 78);
    loop {
        piece.clear();
        lines.clear();
        content.by_ref().take((LINE * LINES) as u64).read_to_end(&mut piece)?;
        for line in piece.chunks(LINE) {
            STANDARD.encode_string(line, &mut lines);
            lines.push_str("\r\n");
        }
        out.write_all(lines.as_bytes())?;
        if piece.len() < LINE * LINES {
            return Ok(());
        }
    }
}

/// Lines as they are, but that each ends as on the wire.
fn write_lines(mut content: impl Read, out: &mut impl Write) -> io::Result<()> {
    let mut piece = [0; 16 * 1024];
    let mut last = 0;
    loop {
        let length = match content.read(&mut piece) {
            Ok(0) => return Ok(()),
            Ok(length) => length,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        let piece = piece.get(..length).unwrap_or_default();
        let mut written = 0;
        for (at, &byte) in piece.iter().enumerate() {
            if byte == b'\n' && last != b'\r' {
                out.write_all(piece.get(written..at).unwrap_or_default())?;
                out.write_all(b"\r\n")?;
                written = at + 1;
            }
            last = byte;
        }
        out.write_all(piece.get(written..).unwrap_or_default())?;
    }
}
