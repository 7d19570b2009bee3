//! One transaction that writes.

use super::{SqliteMailStore, StoreError};
use postern_shared::ids::{AccountId, FolderId};
use sqlx::{Row, Sqlite, SqliteConnection, pool::PoolConnection};
use tokio::sync::OwnedMutexGuard;

/// A transaction. Whatever keeps it from its commit, an error or being dropped half way, undoes it by closing its
/// connection: sqlx's own transactions lose count where SQLite has rolled back by itself, as it may on a full disk.
pub(super) struct Change {
    connection: PoolConnection<Sqlite>,
    open: bool,
    _turn: OwnedMutexGuard<()>,
}

impl SqliteMailStore {
    /// Begins a transaction that may write at once, so that it never fails half way because of another writer.
    pub(super) async fn begin(&self) -> Result<Change, StoreError> {
        let turn = self.writer.clone().lock_owned().await;
        let mut change = Change { connection: self.pool.acquire().await?, open: true, _turn: turn };
        sqlx::query("BEGIN IMMEDIATE").execute(change.sql()).await?;
        Ok(change)
    }
}

impl Change {
    /// What runs its statements.
    pub(super) fn sql(&mut self) -> &mut SqliteConnection {
        &mut self.connection
    }

    /// Makes it last.
    pub(super) async fn commit(mut self) -> Result<(), StoreError> {
        sqlx::query("COMMIT").execute(self.sql()).await?;
        self.open = false;
        Ok(())
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

impl Drop for Change {
    fn drop(&mut self) {
        if self.open {
            self.connection.close_on_drop();
        }
    }
}
