//! Writing.
//!
//! | module | subject |
//! |---|---|
//! | [`dock`] | the windows, and what was left open before |
//! | [`window`] | one message being written |
//! | [`cover`] | what it covers on a phone |
//! | [`fields`] | what its window holds, and how that is saved and sent |
//! | [`recipients`] | To, Cc and Bcc |
//! | [`text`] | what it says, formatted or plain |
//! | [`formatting`] | the toolbar Formatting |
//! | [`editor`] | the editor for formatted text |
//! | [`files`] | attachments and pictures |
//! | [`send`] | the buttons below, and what is asked before a message goes |
//! | [`notices`] | what went wrong, and what can be done |
//! | [`outbox`] | what is on its way |

pub mod cover;
pub mod dock;
pub mod editor;
pub mod fields;
pub mod files;
pub mod formatting;
pub mod notices;
pub mod outbox;
pub mod recipients;
pub mod send;
pub mod text;
pub mod window;

use crate::{state::context::App, ui::route::history::Route};
use leptos::prelude::WithUntracked;
use postern_shared::{folder::Role, ids::MessageKey, writing::Beginning};

/// Opens a message: one of the folder Drafts to be written on, others to be read.
pub fn open(app: App, route: Route, key: MessageKey) {
    let draft = app.folders.with_untracked(|folders| {
        folders.iter().any(|folder| folder.id == key.folder && folder.role == Some(Role::Drafts))
    });
    if draft {
        app.write(Beginning::Message(key));
    } else {
        route.open_message(key);
    }
}
