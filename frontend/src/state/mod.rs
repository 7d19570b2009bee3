//! The model made reactive, and what a person can do.
//!
//! | module | subject |
//! |---|---|
//! | [`context`] | what components read |
//! | [`intents`] | what components call |
//! | [`listing`] | what the message list reads and calls |
//! | [`session`] | signing in and out |
//! | [`attachments`] | texts of attachments |
//! | [`pop3`] | downloads, copies on the server, IMAP or POP3? |
//! | [`writing`] | the writing desk |
//! | [`upload`] | files of drafts on their way |
//! | [`kept`] | unsent text that the browser keeps |
//! | [`source`] | the opened message as it stands |
//! | [`reactive`] | values and deeds that follow what they read |
//! | [`toasts`] | short messages that go by themselves |
//! | [`link`] | the model's way to the gateway |
//! | [`build`] | which build of the app this is |

pub mod attachments;
pub mod build;
pub mod context;
pub mod intents;
pub mod kept;
mod link;
pub mod listing;
pub mod pop3;
pub mod reactive;
pub mod session;
pub mod source;
pub mod toasts;
pub mod upload;
pub mod writing;
