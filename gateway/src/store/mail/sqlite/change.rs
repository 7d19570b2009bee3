//! One transaction that writes.

use super::{SqliteMailStore, StoreError};
use crate::store::transaction::Transaction;
use postern_shared::ids::{AccountId, FolderId};
use sqlx::{Row, SqliteConnection};
use tokio::sync::OwnedMutexGuard;

/// A transaction, and the right to write in the meantime, which is given up after it.
pub(super) struct Change {
    transaction: Transaction,
    _turn: OwnedMutexGuard<()>,
}

impl SqliteMailStore {
    /// Begins a transaction when nobody else writes.
    pub(super) async fn begin(&self) -> Result<Change, StoreError> {
        let turn = self.writer.clone().lock_owned().await;
        Ok(Change { transaction: Transaction::begin(&self.pool).await?, _turn: turn })
    }
}

impl Change {
    /// What runs its statements.
    pub(super) fn sql(&mut self) -> &mut SqliteConnection {
        self.transaction.sql()
    }

    /// Makes it last.
    pub(super) async fn commit(self) -> Result<(), StoreError> {
        self.transaction.commit().await
    }

    /// The row ids of an account and of a folder in it.
    ///
    /// # Errors
    /// [`StoreError::NoSuchFolder`].
    pub(super) async fn folder_row(
        &mut self,
        account: &AccountId,
        folder: &FolderId,
    ) -> Result<(i64, i64), StoreError> {
        let row = sqlx::query(
            "SELECT a.id, f.id FROM mail_accounts a JOIN mail_folders f ON f.account = a.id
             WHERE a.name = ? AND f.key = ?",
        )
        .bind(account.as_str())
        .bind(folder.as_str())
        .fetch_optional(self.sql())
        .await?
        .ok_or(StoreError::NoSuchFolder)?;
        Ok((row.try_get(0)?, row.try_get(1)?))
    }
}
