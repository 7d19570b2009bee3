//! The message in the reading pane: its row at once, its headers and attachments when they come.

use crate::model::row::Row;
use postern_shared::{body::MessageDetail, ids::MessageKey, summary::Summary};
use std::sync::Arc;

/// The opened message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// Which message.
    pub key: MessageKey,
    /// What the list knew of it, with pending changes; absent where it was opened by its address alone.
    pub row: Option<Row>,
    /// Headers and attachments.
    pub detail: Detail,
    /// Counts how often its content came anew: its body has to be loaded again then.
    pub edition: u32,
}

/// Headers and attachments of the opened message, as far as they are here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Detail {
    /// Asked for.
    Loading,
    /// Here.
    Ready(Arc<MessageDetail>),
    /// They cannot be had: why, in words to show.
    Failed(String),
    /// The message was removed, here or by another client.
    Gone,
}

/// The opened message as the mailbox keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// Which message.
    pub key: MessageKey,
    /// Its row, without pending changes.
    pub summary: Option<Arc<Summary>>,
    /// Headers and attachments.
    pub detail: Detail,
    /// They were asked for on this socket.
    pub asked: bool,
    /// Counts how often its content came anew.
    pub edition: u32,
}
