//! A raw message understood while it streams by, in linear time and bounded memory: what an IMAP server tells of its
//! mail (`ENVELOPE`, `BODYSTRUCTURE`, RFC 9051 §7.5.2), where the parts stand, and what a search looks at. Everything
//! in a message is hostile: nothing makes it fail.

mod addresses;
mod describe;
mod gather;
mod header;
mod html_text;
mod layout;
mod lines;
mod open;
mod parameters;
mod text;
mod tree;

pub use layout::{Layout, PartPlace};

pub use addresses::addresses as address_list;
use lines::Lines;
use tree::Tree;

/// Reads a message piece by piece.
#[derive(Debug)]
pub struct Scanner {
    lines: Lines,
    tree: Tree,
}

/// What was found in a message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scanned {
    /// Envelope, structure and places.
    pub layout: Layout,
    /// What a search for words looks at: the body's text and the attachments' names, at most 256 KB.
    pub text: String,
    /// The beginning of what its sender wrote, at most 200 characters on one line.
    pub preview: Option<String>,
    /// When the last server took it, by the topmost Received header, in seconds since 1970.
    pub received: Option<i64>,
    /// It has no header at all: its source is what can be shown.
    pub unreadable: bool,
}

impl Scanner {
    /// A scanner at a message's beginning.
    pub fn new() -> Self {
        Self { lines: Lines::default(), tree: Tree::new() }
    }

    /// Reads the next piece, however the message is cut.
    pub fn push(&mut self, piece: &[u8]) {
        self.lines.push(piece, &mut self.tree);
    }

    /// What was found, at the message's end.
    pub fn finish(self) -> Scanned {
        let Self { lines, mut tree } = self;
        let size = lines.finish(&mut tree);
        let found = tree.finish(size);
        let (text, preview) = match &found.structure {
            Some(structure) => text::text(structure, &found.texts),
            None => text::bare_text(&found.texts),
        };
        Scanned {
            text,
            preview,
            received: found.received,
            unreadable: found.structure.is_none(),
            layout: Layout {
                envelope: found.envelope,
                structure: found.structure,
                places: found.places,
                size,
            },
        }
    }
}

impl Default for Scanner {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests;
