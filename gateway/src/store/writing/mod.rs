//! What writing has to remember: drafts, what is on its way, files, people, choices.
//!
//! A draft's id is in one place at a time: a draft, in the outbox, or ended for ever. Each change between these is one
//! transaction, and what is committed outlasts the loss of power.

mod change;
mod drafts;
mod outbox;
mod settings;

pub use drafts::{DraftCopy, Saved, StoredDraft};
pub use outbox::{After, Queue, Queued};
