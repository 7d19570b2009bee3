//! What a message is made of and where its parts stand: all that showing it takes, besides its bytes.

use crate::imap::response::{BodyPart, Envelope, Fetch};
use postern_shared::{flags::Flags, ids::Uid};
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// The form that [`Layout::encode`] writes. Another one is not read: the message is scanned again.
const VERSION: u8 = 1;

/// What an IMAP server would tell of a message, and where its parts stand in it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Layout {
    /// Its envelope, header texts still encoded.
    pub envelope: Envelope,
    /// Its structure; absent where it has no header at all: its source is what can be shown.
    pub structure: Option<BodyPart>,
    /// Where its parts stand.
    pub places: Vec<PartPlace>,
    /// Its size in bytes.
    pub size: u64,
}

/// Where the body of a part stands: what `BODY[part]` fetches (RFC 9051 §6.4.5).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartPlace {
    /// The part specifier.
    pub part: String,
    /// Its first byte, counted from the message's beginning.
    pub start: u64,
    /// The byte behind its last one.
    pub end: u64,
}

impl Layout {
    /// The layout in few bytes.
    pub fn encode(&self) -> Vec<u8> {
        // It fails only for what has no length known beforehand, and here all have one.
        postcard::to_extend(self, vec![VERSION]).unwrap_or_default()
    }

    /// What [`Layout::encode`] wrote; absent if it is something else.
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        let (&version, layout) = bytes.split_first()?;
        if version == VERSION { postcard::from_bytes(layout).ok() } else { None }
    }

    /// Where a part's body stands; the empty specifier is the whole message.
    pub fn place(&self, part: &str) -> Option<Range<u64>> {
        if part.is_empty() {
            return Some(0..self.size);
        }
        let place = self.places.iter().find(|place| place.part == part)?;
        Some(place.start..place.end)
    }

    /// The message as an IMAP server would have told of it. `received` is in seconds since 1970.
    pub fn fetch(&self, uid: Uid, flags: Flags, received: i64) -> Fetch {
        Fetch {
            uid: Some(uid),
            flags: Some(flags),
            internal_date: Some(received),
            size: Some(self.size),
            // Without a header there is nothing in it: such a row is told as unreadable.
            envelope: self.structure.is_some().then(|| self.envelope.clone()),
            structure: self.structure.clone(),
            ..Fetch::default()
        }
    }
}
