//! Mail in a real PostgreSQL.

#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod conformance;
mod sharing;
mod words;

use postern_gateway::store::mail::{NewMessage, folder_ids};
use postern_shared::flags::Flags;

/// A message in the inbox.
fn message(subject: String) -> NewMessage {
    NewMessage {
        folder: folder_ids::INBOX.into(),
        hash: [1; 32],
        size: 1,
        flags: Flags::new(),
        from: Vec::new(),
        to: Vec::new(),
        cc: Vec::new(),
        subject,
        sent: None,
        received: 1,
        preview: None,
        has_attachment: false,
        unreadable: false,
        partial: false,
        layout: Vec::new(),
        source: None,
        text: String::new(),
        download: None,
    }
}
