//! What writing has to remember: drafts, what is on its way, files, people, choices.
//!
//! A draft's id is in one place at a time: a draft, in the outbox, or ended for ever. Each change between these is one
//! transaction, and what is committed outlasts the loss of power.

mod columns;
mod contacts;
mod correspondents;
mod drafts;
mod files;
mod outbox;
mod settings;

pub use contacts::Imported;
pub use correspondents::{Met, worth_learning};
pub use drafts::{DraftCopy, LeftCopy, Saved, StoredDraft};
pub use files::{DraftFiles, FileError, FileKey, Held};
pub use outbox::{After, Queue, Queued};

use super::{Store, StoreError, transaction::Transaction};

impl Store {
    /// Begins a transaction.
    async fn change(&self) -> Result<Transaction, StoreError> {
        Transaction::begin(&self.pool).await
    }
}

#[cfg(test)]
mod tests;
