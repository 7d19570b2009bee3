//! A folder and its counts.

use crate::ids::FolderId;
use serde::{Deserialize, Serialize};

/// What a folder is for (RFC 6154), in the order in which special folders are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Role {
    /// New mail arrives here.
    Inbox,
    /// `\Drafts`.
    Drafts,
    /// `\Sent`.
    Sent,
    /// `\Archive`.
    Archive,
    /// `\Junk`.
    Junk,
    /// `\Trash`.
    Trash,
    /// `\All`: a virtual folder with every message.
    All,
    /// `\Flagged`: a virtual folder with every flagged message.
    Flagged,
}

/// How much mail a folder holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Counts {
    /// All messages, struck ones too.
    pub total: u32,
    /// Neither `\Seen` nor `\Deleted`.
    pub unread: u32,
    /// `\Deleted`.
    pub deleted: u32,
}

/// A folder.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Folder {
    /// Which one.
    pub id: FolderId,
    /// The folder above it.
    pub parent: Option<FolderId>,
    /// Its own name, without its parents', in any script. Text, never markup.
    pub name: String,
    /// What it is for.
    pub role: Option<Role>,
    /// Whether it can hold mail; a folder that cannot only holds other folders.
    pub selectable: bool,
    /// Whether folders can be created in it.
    pub accepts_children: bool,
    /// Whether the user subscribed to it (RFC 9051 §6.3.7).
    pub subscribed: bool,
    /// Its counts; absent until the server told them.
    pub counts: Option<Counts>,
}
