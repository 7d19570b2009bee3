//! Parts that are open while a message is read, and the boundaries that are waited for.

use crate::imap::response::BodyPart;

/// A part that is open.
#[derive(Debug)]
pub(super) struct Open {
    /// What is known of it.
    pub part: BodyPart,
    /// Where it stands.
    pub place: Place,
    /// Where its header begins.
    pub header: u64,
    /// Where its body begins.
    pub start: u64,
    /// Its index among the places.
    pub seat: Option<usize>,
    /// A multipart's, while its parts may still come.
    pub boundary: Option<Vec<u8>>,
    /// It was opened as a multipart.
    pub is_multipart: bool,
    /// Its parts are messages unless they say otherwise.
    pub digest: bool,
}

/// What ended a header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum HeaderEnd {
    /// An empty line.
    Separator,
    /// A line that can only be text.
    Text,
    /// The end of the part.
    End,
}

/// What may stand in a part.
pub(super) enum Nesting {
    /// Parts between lines of this boundary.
    Multipart(Vec<u8>),
    /// A message.
    Message,
    /// No part.
    None,
}

/// Where a part stands, which decides its part specifier (RFC 9051 §6.4.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// The whole message.
    Root,
    /// A multipart's part, counted from 1.
    Child(usize),
    /// The body of an attached message.
    Message,
}

impl Place {
    /// Its part specifier, by the one of the part around it.
    pub fn specifier(self, parent: &str, is_multipart: bool) -> String {
        match self {
            Self::Root if is_multipart => String::new(),
            Self::Root => "1".to_owned(),
            Self::Child(number) if parent.is_empty() => number.to_string(),
            Self::Child(number) => format!("{parent}.{number}"),
            Self::Message if is_multipart => parent.to_owned(),
            Self::Message => format!("{parent}.1"),
        }
    }
}

impl Open {
    /// A part whose header begins at that offset.
    pub fn new(place: Place, at: u64) -> Self {
        Self {
            part: BodyPart::default(),
            place,
            header: at,
            start: at,
            seat: None,
            boundary: None,
            is_multipart: false,
            digest: false,
        }
    }
}

/// The open multipart whose boundary a line is, by its index, and whether the line ends it. An exact match wins, else
/// the longest boundary that the line begins with (RFC 2046 §5.1.1), the innermost first.
pub(super) fn delimiter(open: &[Open], head: &[u8]) -> Option<(usize, bool)> {
    let line = head.strip_prefix(b"--")?.trim_ascii_end();
    let mut best: Option<(usize, bool, usize)> = None;
    for (index, open) in open.iter().enumerate().rev() {
        let Some(boundary) = &open.boundary else { continue };
        let Some(rest) = line.strip_prefix(boundary.as_slice()) else { continue };
        if best.is_none_or(|(.., length)| length < boundary.len()) {
            best = Some((index, rest.starts_with(b"--"), boundary.len()));
        }
        if rest.is_empty() || rest == b"--" {
            break;
        }
    }
    best.map(|(index, ends, _)| (index, ends))
}
