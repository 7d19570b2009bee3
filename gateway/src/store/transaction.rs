//! One transaction that writes.

use super::StoreError;
use sqlx::{Sqlite, SqliteConnection, SqlitePool, pool::PoolConnection};

/// A transaction. What is committed has been synced, as the databases are opened with `synchronous = FULL`. Whatever keeps
/// it from its commit, an error or being dropped half way, undoes it by closing its connection: sqlx's own transactions
/// lose count where SQLite has rolled back by itself, as it may on a full disk.
pub(super) struct Transaction {
    connection: PoolConnection<Sqlite>,
    open: bool,
}

impl Transaction {
    /// Begins one that may write at once, so that it never fails half way because of another writer.
    pub(super) async fn begin(pool: &SqlitePool) -> Result<Self, StoreError> {
        let mut transaction = Self { connection: pool.acquire().await?, open: true };
        sqlx::query("BEGIN IMMEDIATE").execute(transaction.sql()).await?;
        Ok(transaction)
    }

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
}

impl Drop for Transaction {
    fn drop(&mut self) {
        if self.open {
            self.connection.close_on_drop();
        }
    }
}
