//! The choices of the settings page Writing.

use super::columns::{from_json, to_json};
use crate::store::{Store, StoreError};
use postern_shared::{ids::AccountId, writing::WritingSettings};

/// What a broken row is called.
const WHAT: &str = "choice for writing";

impl Store {
    /// The account's choices; absent where none were made.
    pub async fn writing_settings(&self, account: &AccountId) -> Result<Option<WritingSettings>, StoreError> {
        let text: Option<String> =
            sqlx::query_scalar("SELECT settings FROM writing_settings WHERE account = ?")
                .bind(account.as_str())
                .fetch_optional(&self.pool)
                .await?;
        text.map(|text| from_json(&text, WHAT)).transpose()
    }

    /// Replaces the account's choices.
    pub async fn set_writing_settings(
        &self,
        account: &AccountId,
        settings: &WritingSettings,
    ) -> Result<(), StoreError> {
        sqlx::query("INSERT OR REPLACE INTO writing_settings (account, settings) VALUES (?, ?)")
            .bind(account.as_str())
            .bind(to_json(settings, WHAT)?)
            .execute(&self.pool)
            .await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use postern_shared::{address::Address, writing::Identity};

    #[tokio::test]
    async fn choices_are_kept_by_account() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).await.unwrap();
        let (ada, grace) = (AccountId::from("ada@example.org"), AccountId::from("grace@example.org"));
        let mut chosen = WritingSettings {
            identities: vec![Identity {
                address: Address { name: "Ada".into(), email: "ada@example.org".into() },
                signature: "A. \"L.\"\nLondon".into(),
            }],
            undo_seconds: 30,
            plain: true,
        };
        assert_eq!(store.writing_settings(&ada).await.unwrap(), None);
        for undo_seconds in [30, 0] {
            chosen.undo_seconds = undo_seconds;
            store.set_writing_settings(&ada, &chosen).await.unwrap();
            assert_eq!(store.writing_settings(&ada).await.unwrap().as_ref(), Some(&chosen));
        }
        assert_eq!(store.writing_settings(&grace).await.unwrap(), None);
    }
}
