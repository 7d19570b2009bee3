//! One row of a message list.

use crate::{address::Address, flags::Flags, ids::MessageKey};
use serde::{Deserialize, Serialize};

/// What a list shows of one message. Every text comes from the mail and is text, never markup.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Summary {
    /// Which message.
    pub key: MessageKey,
    /// Its flags.
    pub flags: Flags,
    /// From.
    pub from: Vec<Address>,
    /// To: shown in place of From in folders of sent mail and drafts.
    pub to: Vec<Address>,
    /// The decoded subject; empty where there is none.
    pub subject: String,
    /// The beginning of its text, where it is known.
    pub preview: Option<String>,
    /// Its Date header, in seconds since 1970; absent where it has none that can be read.
    pub sent: Option<i64>,
    /// When the server received it (INTERNALDATE), in seconds since 1970.
    pub received: i64,
    /// Its size in bytes.
    pub size: u64,
    /// Whether it has an attachment in the sense a person means it.
    pub has_attachment: bool,
    /// The server could not tell its envelope: the row says "cannot be read" and offers the source.
    pub unreadable: bool,
}
