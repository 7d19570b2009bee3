//! BODYSTRUCTURE (RFC 9051 §7.5.2), the structure most often broken.

use super::{
    cursor::{Cursor, Malformed},
    envelope::envelope,
};
use crate::imap::response::{BodyPart, Disposition};

/// Deepest nesting of parts that is followed.
const MAX_DEPTH: usize = 50;
/// Most parts of one message that are kept.
const MAX_PARTS: usize = 1000;

/// The structure of a message.
pub(super) fn structure(cursor: &mut Cursor) -> Result<BodyPart, Malformed> {
    let mut reader = Reader { cursor, parts: 0 };
    reader.part(Place::Root, 0)
}

/// Where a part stands, which decides its part specifier (RFC 9051 §6.4.5).
enum Place<'a> {
    /// The whole message.
    Root,
    /// A multipart's part.
    Child(&'a str, usize),
    /// The body of a `message/rfc822`.
    Message(&'a str),
}

impl Place<'_> {
    fn specifier(&self, multipart: bool) -> String {
        match *self {
            Place::Root if multipart => String::new(),
            Place::Root => "1".to_owned(),
            Place::Child("", number) => number.to_string(),
            Place::Child(parent, number) => format!("{parent}.{number}"),
            Place::Message(parent) if multipart => parent.to_owned(),
            Place::Message(parent) => format!("{parent}.1"),
        }
    }
}

struct Reader<'c, 'a> {
    cursor: &'c mut Cursor<'a>,
    parts: usize,
}

impl Reader<'_, '_> {
    fn part(&mut self, place: Place, depth: usize) -> Result<BodyPart, Malformed> {
        self.parts += 1;
        self.cursor.expect(b'(')?;
        if self.cursor.peek() == Some(b'(') {
            return self.multipart(&place, depth);
        }
        let first = self.word()?;
        if self.cursor.peek() == Some(b'(') {
            // A multipart without parts: its subtype comes first, its parameters next.
            let part = BodyPart {
                part: place.specifier(true),
                kind: "multipart".to_owned(),
                subtype: first,
                params: self.params()?,
                ..BodyPart::default()
            };
            return self.multipart_tail(part);
        }
        self.leaf(place.specifier(false), first, depth)
    }

    fn multipart(&mut self, place: &Place, depth: usize) -> Result<BodyPart, Malformed> {
        let specifier = place.specifier(true);
        let mut children = Vec::new();
        let mut number = 0;
        while self.cursor.peek() == Some(b'(') {
            number += 1;
            if depth < MAX_DEPTH && self.parts < MAX_PARTS {
                children.push(self.part(Place::Child(&specifier, number), depth + 1)?);
            } else {
                self.cursor.skip()?;
            }
        }
        let part = BodyPart {
            part: specifier,
            kind: "multipart".to_owned(),
            subtype: self.word()?,
            params: self.params()?,
            children,
            ..BodyPart::default()
        };
        self.multipart_tail(part)
    }

    fn multipart_tail(&mut self, part: BodyPart) -> Result<BodyPart, Malformed> {
        let disposition = self.disposition()?;
        self.cursor.skip_to_end()?;
        Ok(BodyPart { disposition, ..part })
    }

    /// A part that is no multipart, behind its type.
    fn leaf(&mut self, specifier: String, kind: String, depth: usize) -> Result<BodyPart, Malformed> {
        let mut part = BodyPart {
            part: specifier,
            kind,
            subtype: self.word()?,
            params: self.params()?,
            id: self.field()?,
            description: self.field()?,
            encoding: self.word()?,
            ..BodyPart::default()
        };
        if part.kind.is_empty() {
            // Without a type it is plain text (RFC 2045 §5.2).
            (part.kind, part.subtype) = ("text".to_owned(), "plain".to_owned());
        } else if part.kind == "text" {
            part.size = self.number()?;
            self.lines()?;
            return self.leaf_tail(part);
        }
        part.size = self.number()?;
        if part.kind == "message" && self.cursor.peek() == Some(b'(') {
            part.envelope = Some(Box::new(envelope(self.cursor)?));
            if self.cursor.peek() == Some(b'(') {
                if depth < MAX_DEPTH && self.parts < MAX_PARTS {
                    part.children.push(self.part(Place::Message(&part.part), depth + 1)?);
                } else {
                    self.cursor.skip()?;
                }
            }
            self.lines()?;
        }
        self.leaf_tail(part)
    }

    /// MD5, disposition, and extensions the gateway has no use for.
    fn leaf_tail(&mut self, mut part: BodyPart) -> Result<BodyPart, Malformed> {
        if self.cursor.peek() != Some(b'(') {
            self.field()?;
        }
        part.disposition = self.disposition()?;
        self.cursor.skip_to_end()?;
        Ok(part)
    }

    /// The number of lines: some servers leave it out or say NIL.
    fn lines(&mut self) -> Result<(), Malformed> {
        if !matches!(self.cursor.peek(), Some(b'(' | b')')) { self.cursor.skip() } else { Ok(()) }
    }

    fn disposition(&mut self) -> Result<Option<Disposition>, Malformed> {
        if !self.cursor.eat(b'(') {
            let kind = self.word()?;
            return Ok((!kind.is_empty()).then(|| Disposition { kind, ..Disposition::default() }));
        }
        let disposition = Disposition { kind: self.word()?, params: self.params()? };
        self.cursor.skip_to_end()?;
        Ok(Some(disposition))
    }

    /// `("name" "value" ...)`, `()`, NIL or nothing. A name without a value is dropped.
    fn params(&mut self) -> Result<Vec<(String, Vec<u8>)>, Malformed> {
        let mut params = Vec::new();
        if !self.cursor.eat(b'(') {
            self.field()?;
            return Ok(params);
        }
        while self.cursor.in_list() {
            let name = self.word()?;
            if let Some(value) = self.field()? {
                params.push((name, value));
            }
        }
        Ok(params)
    }

    /// A word in lower case; empty for NIL or where the list ends early.
    fn word(&mut self) -> Result<String, Malformed> {
        let word = self.field()?.unwrap_or_default();
        Ok(String::from_utf8_lossy(&word).trim().to_ascii_lowercase())
    }

    fn field(&mut self) -> Result<Option<Vec<u8>>, Malformed> {
        match self.cursor.peek() {
            Some(b')') => Ok(None),
            Some(b'(') => self.cursor.skip().map(|()| None),
            _ => self.cursor.nbytes(),
        }
    }

    /// A size; 0 for NIL, a negative number or nothing.
    fn number(&mut self) -> Result<u64, Malformed> {
        let digits = self.word()?;
        Ok(digits.parse().unwrap_or(0))
    }
}
