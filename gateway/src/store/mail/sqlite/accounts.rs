//! Accounts.

use super::{MailAccount, SqliteMailStore, StoreError, rows};
use crate::store::mail::tree;
use postern_shared::{
    ids::{AccountId, UidValidity},
    pop3::Pop3Settings,
};
use sqlx::{Row, SqliteExecutor};

impl SqliteMailStore {
    pub(super) async fn opened_account(&self, account: &AccountId) -> Result<MailAccount, StoreError> {
        if let Some(found) = read(&self.pool, account).await? {
            return Ok(found);
        }
        let mut change = self.begin().await?;
        // Somebody else may have made it meanwhile.
        if read(change.sql(), account).await?.is_none() {
            let drawn = getrandom::u32().map_err(|_| StoreError::Broken("source of random numbers"))?;
            let row = sqlx::query(
                "INSERT INTO mail_accounts (name, validity, settings) VALUES (?, ?, ?) RETURNING id",
            )
            .bind(account.as_str())
            .bind(drawn.max(1))
            .bind(rows::json(&Pop3Settings::default())?)
            .fetch_one(change.sql())
            .await?;
            let id: i64 = row.try_get(0)?;
            for (key, name, _) in tree::SPECIAL {
                sqlx::query("INSERT INTO mail_folders (account, key, name) VALUES (?, ?, ?)")
                    .bind(id)
                    .bind(key)
                    .bind(name)
                    .execute(change.sql())
                    .await?;
            }
        }
        let made = read(change.sql(), account).await?;
        change.commit().await?;
        made.ok_or(StoreError::Broken("account"))
    }

    pub(super) async fn account_names(&self) -> Result<Vec<AccountId>, StoreError> {
        let rows = sqlx::query("SELECT name FROM mail_accounts ORDER BY id").fetch_all(&self.pool).await?;
        rows.iter().map(|row| Ok(AccountId(row.try_get(0)?))).collect()
    }

    pub(super) async fn replace_settings(
        &self,
        account: &AccountId,
        settings: Pop3Settings,
    ) -> Result<(), StoreError> {
        let mut change = self.begin().await?;
        sqlx::query("UPDATE mail_accounts SET settings = ? WHERE name = ?")
            .bind(rows::json(&settings)?)
            .bind(account.as_str())
            .execute(change.sql())
            .await?;
        change.commit().await
    }

    pub(super) async fn note_checked(&self, account: &AccountId, at: i64) -> Result<(), StoreError> {
        let mut change = self.begin().await?;
        sqlx::query("UPDATE mail_accounts SET checked_at = ? WHERE name = ?")
            .bind(at)
            .bind(account.as_str())
            .execute(change.sql())
            .await?;
        change.commit().await
    }
}

async fn read(sql: impl SqliteExecutor<'_>, account: &AccountId) -> Result<Option<MailAccount>, StoreError> {
    let row = sqlx::query("SELECT validity, settings, checked_at FROM mail_accounts WHERE name = ?")
        .bind(account.as_str())
        .fetch_optional(sql)
        .await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(MailAccount {
        validity: UidValidity(row.try_get(0)?),
        settings: rows::from_json(row.try_get(1)?, "set of settings")?,
        checked_at: row.try_get(2)?,
    }))
}
