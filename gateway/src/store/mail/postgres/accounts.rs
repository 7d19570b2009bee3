//! Accounts and their settings.

use super::{PostgresMailStore, transaction};
use crate::store::{
    StoreError,
    mail::{MailAccount, tree},
};
use postern_shared::{
    ids::{AccountId, UidValidity},
    pop3::Pop3Settings,
};
use sqlx::PgPool;

/// The accounts there are.
pub(super) async fn all(pool: &PgPool) -> Result<Vec<AccountId>, StoreError> {
    let accounts: Vec<String> =
        sqlx::query_scalar("SELECT account FROM accounts ORDER BY number").fetch_all(pool).await?;
    Ok(accounts.into_iter().map(AccountId).collect())
}

/// The settings as they are stored.
fn encoded(settings: Pop3Settings) -> Result<String, StoreError> {
    serde_json::to_string(&settings).map_err(|_| StoreError::Broken("setting"))
}

impl PostgresMailStore {
    pub(super) async fn open_account(&self, account: &AccountId) -> Result<MailAccount, StoreError> {
        if let Some(there) = self.account(account).await? {
            return Ok(there);
        }
        let validity = getrandom::u32().map_err(|_| StoreError::Broken("source of random numbers"))?.max(1);
        let mut transaction = transaction(&self.pool).await?;
        let made: Option<i64> = sqlx::query_scalar(
            "INSERT INTO accounts (account, validity, settings) VALUES ($1, $2, $3)
             ON CONFLICT (account) DO NOTHING RETURNING number",
        )
        .bind(account.as_str())
        .bind(i64::from(validity))
        .bind(encoded(Pop3Settings::default())?)
        .fetch_optional(&mut *transaction)
        .await?;
        // Otherwise another gateway was faster.
        if let Some(number) = made {
            let (ids, names): (Vec<_>, Vec<_>) =
                tree::SPECIAL.iter().map(|(id, name, _)| (*id, *name)).unzip();
            sqlx::query(
                "INSERT INTO folders (account, id, name) SELECT $1, * FROM unnest($2::text[], $3::text[])",
            )
            .bind(number)
            .bind(ids)
            .bind(names)
            .execute(&mut *transaction)
            .await?;
        }
        transaction.commit().await?;
        self.account(account).await?.ok_or(StoreError::Broken("account"))
    }

    async fn account(&self, account: &AccountId) -> Result<Option<MailAccount>, StoreError> {
        let row: Option<(i64, String, Option<i64>)> =
            sqlx::query_as("SELECT validity, settings, checked_at FROM accounts WHERE account = $1")
                .bind(account.as_str())
                .fetch_optional(&self.pool)
                .await?;
        let Some((validity, settings, checked_at)) = row else { return Ok(None) };
        let validity = u32::try_from(validity).map_err(|_| StoreError::Broken("validity"))?;
        let settings = serde_json::from_str(&settings).map_err(|_| StoreError::Broken("setting"))?;
        Ok(Some(MailAccount { validity: UidValidity(validity), settings, checked_at }))
    }

    pub(super) async fn set_settings(
        &self,
        account: &AccountId,
        settings: Pop3Settings,
    ) -> Result<(), StoreError> {
        sqlx::query("UPDATE accounts SET settings = $2 WHERE account = $1")
            .bind(account.as_str())
            .bind(encoded(settings)?)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    pub(super) async fn set_checked(&self, account: &AccountId, at: i64) -> Result<(), StoreError> {
        sqlx::query("UPDATE accounts SET checked_at = $2 WHERE account = $1")
            .bind(account.as_str())
            .bind(at)
            .execute(&self.pool)
            .await?;
        Ok(())
    }
}
