//! Messages, read.

use super::{SqliteMailStore, StoreError, StoredMessage, ledger, rows};
use crate::sync::pop3::ledger::ContentHash;
use bytes::Bytes;
use postern_shared::{
    ids::{AccountId, FolderId, Uid},
    summary::Summary,
};
use sqlx::Row;
use std::collections::HashSet;

impl SqliteMailStore {
    pub(super) async fn read_summaries(
        &self,
        account: &AccountId,
        folder: &FolderId,
        uids: &[Uid],
    ) -> Result<Vec<Summary>, StoreError> {
        let rows = sqlx::query(
            "SELECT a.validity, m.* FROM mail_accounts a JOIN mail_folders f ON f.account = a.id
             CROSS JOIN json_each(?) u CROSS JOIN mail_messages m ON m.id = (a.id << 32 | u.value) AND m.folder = f.id
             WHERE a.name = ? AND f.key = ?",
        )
        .bind(rows::json(uids)?)
        .bind(account.as_str())
        .bind(folder.as_str())
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(|row| rows::summary(row, folder)).collect()
    }

    pub(super) async fn read_message(
        &self,
        account: &AccountId,
        folder: &FolderId,
        uid: Uid,
    ) -> Result<Option<StoredMessage>, StoreError> {
        let row = sqlx::query(
            "SELECT a.validity, m.*, l.layout, l.source FROM mail_accounts a JOIN mail_folders f ON f.account = a.id
             JOIN mail_messages m ON m.id = (a.id << 32 | ?) AND m.folder = f.id
             JOIN mail_layouts l ON l.message = m.id
             WHERE a.name = ? AND f.key = ?",
        )
        .bind(uid.0)
        .bind(account.as_str())
        .bind(folder.as_str())
        .fetch_optional(&self.pool)
        .await?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(StoredMessage {
            summary: rows::summary(&row, folder)?,
            hash: rows::hash(&row, "hash")?,
            partial: row.try_get("partial")?,
            layout: row.try_get("layout")?,
            source: row.try_get::<Option<Vec<u8>>, _>("source")?.map(Bytes::from),
            ledger: ledger::of_message(&self.pool, row.try_get("id")?).await?,
        }))
    }

    pub(super) async fn all_blobs(&self, account: &AccountId) -> Result<HashSet<ContentHash>, StoreError> {
        let rows = sqlx::query(
            "SELECT m.hash FROM mail_accounts a
             JOIN mail_messages m ON m.id BETWEEN a.id << 32 AND (a.id + 1 << 32) - 1 WHERE a.name = ?",
        )
        .bind(account.as_str())
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(|row| rows::hash(row, "hash")).collect()
    }
}
