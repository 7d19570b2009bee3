//! What reading has to remember beyond a run of the gateway.

use super::{Store, StoreError};
use futures::future::BoxFuture;
use postern_shared::ids::AccountId;

/// Keeps the senders whose remote images are loaded at once, by account.
pub trait ReadingStore: Send + Sync + 'static {
    /// The account's trusted senders, in alphabetical order.
    fn trusted_senders<'a>(
        &'a self,
        account: &'a AccountId,
    ) -> BoxFuture<'a, Result<Vec<String>, StoreError>>;

    /// Trusts a sender, or no longer.
    fn set_trusted<'a>(
        &'a self,
        account: &'a AccountId,
        sender: &'a str,
        trusted: bool,
    ) -> BoxFuture<'a, Result<(), StoreError>>;
}

impl ReadingStore for Store {
    fn trusted_senders<'a>(
        &'a self,
        account: &'a AccountId,
    ) -> BoxFuture<'a, Result<Vec<String>, StoreError>> {
        Box::pin(async move {
            let senders =
                sqlx::query_scalar("SELECT sender FROM trusted_senders WHERE account = ? ORDER BY sender")
                    .bind(account.as_str())
                    .fetch_all(&self.pool)
                    .await?;
            Ok(senders)
        })
    }

    fn set_trusted<'a>(
        &'a self,
        account: &'a AccountId,
        sender: &'a str,
        trusted: bool,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        let change = if trusted {
            "INSERT OR IGNORE INTO trusted_senders (account, sender) VALUES (?, ?)"
        } else {
            "DELETE FROM trusted_senders WHERE account = ? AND sender = ?"
        };
        Box::pin(async move {
            sqlx::query(change).bind(account.as_str()).bind(sender).execute(&self.pool).await?;
            Ok(())
        })
    }
}

impl Store {
    /// Whether the account trusts all of these senders; nobody is trusted where there is none.
    pub async fn trusts(&self, account: &AccountId, senders: &[String]) -> Result<bool, StoreError> {
        if senders.is_empty() {
            return Ok(false);
        }
        let trusted = self.trusted_senders(account).await?;
        Ok(senders.iter().all(|sender| trusted.contains(&sender.to_lowercase())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::MemoryReadingStore;

    /// What every store of this kind keeps to.
    async fn conforms(store: &dyn ReadingStore) {
        let (ada, grace) = (AccountId::from("ada@example.org"), AccountId::from("grace@example.org"));
        assert!(store.trusted_senders(&ada).await.unwrap().is_empty());
        for sender in ["news@b.test", "news@a.test", "news@b.test"] {
            store.set_trusted(&ada, sender, true).await.unwrap();
        }
        assert_eq!(store.trusted_senders(&ada).await.unwrap(), ["news@a.test", "news@b.test"]);
        assert!(store.trusted_senders(&grace).await.unwrap().is_empty());
        for sender in ["news@b.test", "nobody@c.test"] {
            store.set_trusted(&ada, sender, false).await.unwrap();
        }
        assert_eq!(store.trusted_senders(&ada).await.unwrap(), ["news@a.test"]);
    }

    #[tokio::test]
    async fn sqlite_conforms() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).await.unwrap();
        conforms(&store).await;
        let ada = AccountId::from("ada@example.org");
        let table: [(&[&str], bool); 4] = [
            (&["News@A.test"], true),
            (&["news@b.test"], false),
            (&["news@a.test", "news@b.test"], false),
            (&[], false),
        ];
        for (senders, trusted) in table {
            let senders: Vec<String> = senders.iter().map(|&sender| sender.to_owned()).collect();
            assert_eq!(store.trusts(&ada, &senders).await.unwrap(), trusted, "{senders:?}");
        }
    }

    #[tokio::test]
    async fn memory_conforms() {
        conforms(&MemoryReadingStore::default()).await;
    }
}
