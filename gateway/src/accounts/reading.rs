//! An account's choices for reading: in memory for browsers, in the store for the next run.

use crate::store::ReadingStore;
use postern_shared::{
    account::ReadingSettings,
    error::{ErrorCode, Failure},
    ids::AccountId,
};
use std::{collections::BTreeSet, sync::Arc};
use tokio::sync::mpsc;

/// More senders are not kept.
const SENDERS_LIMIT: usize = 1_000;

/// The longest address of mail, in bytes (RFC 5321 §4.5.3.1).
const ADDRESS_LIMIT: usize = 320;

/// The senders whose remote images are loaded at once.
#[derive(Debug)]
pub struct TrustedSenders {
    senders: BTreeSet<String>,
    changes: mpsc::UnboundedSender<(String, bool)>,
}

impl TrustedSenders {
    /// Reads them. A store that fails is logged: reading goes on without its memory.
    pub async fn load(account: AccountId, store: Arc<dyn ReadingStore>) -> Self {
        let senders = store.trusted_senders(&account).await.unwrap_or_else(|error| {
            tracing::error!(%error, "trusted senders cannot be read");
            Vec::new()
        });
        let (changes, mut changed) = mpsc::unbounded_channel::<(String, bool)>();
        // One after the other, so that the last choice is the one that stays.
        tokio::spawn(async move {
            while let Some((sender, trusted)) = changed.recv().await {
                if let Err(error) = store.set_trusted(&account, &sender, trusted).await {
                    tracing::error!(%error, "a trusted sender cannot be kept");
                }
            }
        });
        Self { senders: senders.into_iter().collect(), changes }
    }

    /// As browsers are told.
    pub fn settings(&self) -> ReadingSettings {
        ReadingSettings { trusted_senders: self.senders.iter().cloned().collect() }
    }

    /// Trusts a sender, or no longer.
    ///
    /// # Errors
    /// It is no address, or one too many.
    pub fn change(&mut self, sender: &str, trusted: bool) -> Result<(), Failure> {
        let sender = sender.trim().to_lowercase();
        let odd = |c: char| c.is_whitespace() || c.is_control();
        if !sender.contains('@') || sender.len() > ADDRESS_LIMIT || sender.contains(odd) {
            return Err(Failure::new(ErrorCode::BadInput, "this is no address of a sender"));
        }
        if trusted && self.senders.len() >= SENDERS_LIMIT && !self.senders.contains(&sender) {
            return Err(Failure::new(
                ErrorCode::BadInput,
                "there are too many trusted senders: remove some first",
            ));
        }
        if trusted {
            self.senders.insert(sender.clone());
        } else {
            self.senders.remove(&sender);
        }
        // The writer lives as long as this.
        let _ = self.changes.send((sender, trusted));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::MemoryReadingStore;

    #[tokio::test]
    async fn senders_are_kept_in_order() {
        let store: Arc<dyn ReadingStore> = Arc::new(MemoryReadingStore::default());
        let account = AccountId::from("ada@example.org");
        let mut trusted = TrustedSenders::load(account.clone(), store.clone()).await;
        trusted.change(" News@B.test ", true).unwrap();
        trusted.change("news@a.test", true).unwrap();
        trusted.change("news@b.test", false).unwrap();
        assert_eq!(trusted.settings().trusted_senders, ["news@a.test"]);
        for odd in ["", "nobody", "a b@c.test", "a@b\n.test", &format!("{}@a.test", "x".repeat(400))] {
            assert_eq!(trusted.change(odd, true).unwrap_err().code, ErrorCode::BadInput, "{odd}");
        }
        // What is loaded next is what the last choice left.
        while store.trusted_senders(&account).await.unwrap() != ["news@a.test"] {
            tokio::task::yield_now().await;
        }
        let again = TrustedSenders::load(account, store).await;
        assert_eq!(again.settings().trusted_senders, ["news@a.test"]);
    }
}
