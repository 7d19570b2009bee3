//! One transaction that writes, and how values stand in columns.

use crate::store::{Store, StoreError};
use postern_shared::ids::DraftId;
use serde::{Serialize, de::DeserializeOwned};
use sqlx::{Sqlite, SqliteConnection, pool::PoolConnection};

/// A transaction. What is committed has been synced, as the database is opened with `synchronous = FULL`. Whatever
/// keeps it from its commit, an error or being dropped half way, undoes it by closing its connection.
pub(super) struct Change {
    connection: PoolConnection<Sqlite>,
    open: bool,
}

impl Store {
    /// Begins a transaction that may write at once, so that it never fails half way because of another writer.
    pub(super) async fn change(&self) -> Result<Change, StoreError> {
        let mut change = Change { connection: self.pool.acquire().await?, open: true };
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
}

impl Drop for Change {
    fn drop(&mut self) {
        if self.open {
            self.connection.close_on_drop();
        }
    }
}

/// A draft's id in a column, which has signed numbers.
pub(super) fn number(draft: DraftId) -> i64 {
    draft.0.cast_signed()
}

/// A draft's id out of a column.
pub(super) fn draft_id(number: i64) -> DraftId {
    DraftId(number.cast_unsigned())
}

/// A value as JSON.
pub(super) fn to_json<T: Serialize>(value: &T, what: &'static str) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|_| StoreError::Broken(what))
}

/// A value out of JSON.
pub(super) fn from_json<T: DeserializeOwned>(text: &str, what: &'static str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|_| StoreError::Broken(what))
}
