//! What came from the folders of an IMAP server, and which of its mailboxes were used here.

use super::{SqliteMailStore, StoreError, adding::indexed, rows};
use crate::{
    store::mail::{NewMessage, ServerFolder},
    sync::pop3::ledger::ContentHash,
};
use postern_shared::{
    ids::{AccountId, FolderId, Uid},
    uid_set::UidSet,
};
use sqlx::{Row, SqliteConnection};
use std::collections::HashSet;

impl SqliteMailStore {
    pub(super) async fn add_copied_messages(
        &self,
        account: &AccountId,
        from: &ServerFolder,
        uids: &UidSet,
        messages: &[NewMessage],
    ) -> Result<Vec<Uid>, StoreError> {
        let words = indexed(messages);
        let mut change = self.begin().await?;
        let known = remembered(change.sql(), account, from).await?;
        if let Some(uid) = known.intersection(uids).iter().next() {
            return Err(StoreError::AlreadyDownloaded(uid.0.to_string()));
        }
        let added = change.put_messages(account, messages, words).await?;
        let put = sqlx::query(
            "INSERT OR REPLACE INTO mail_copied (account, server, folder, validity, uids)
             SELECT id, ?, ?, ?, ? FROM mail_accounts WHERE name = ?",
        )
        .bind(from.server.as_str())
        .bind(from.name.as_slice())
        .bind(from.validity.0)
        .bind(rows::json(&known.union(uids))?)
        .bind(account.as_str())
        .execute(change.sql())
        .await?;
        if put.rows_affected() == 0 {
            return Err(StoreError::NoSuchFolder);
        }
        change.commit().await?;
        Ok(added)
    }

    pub(super) async fn copied_uids(
        &self,
        account: &AccountId,
        from: &ServerFolder,
    ) -> Result<UidSet, StoreError> {
        let mut connection = self.pool.acquire().await?;
        remembered(&mut connection, account, from).await
    }

    pub(super) async fn blobs_of_folder(
        &self,
        account: &AccountId,
        folder: &FolderId,
    ) -> Result<HashSet<ContentHash>, StoreError> {
        let rows = sqlx::query(
            "SELECT m.hash FROM mail_accounts a JOIN mail_folders f ON f.account = a.id
             JOIN mail_messages m ON m.folder = f.id WHERE a.name = ? AND f.key = ?",
        )
        .bind(account.as_str())
        .bind(folder.as_str())
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(|row| rows::hash(row, "hash")).collect()
    }

    pub(super) async fn set_imap_noted(&self, mailbox: &str, used: bool) -> Result<(), StoreError> {
        let statement = if used {
            "INSERT OR IGNORE INTO mail_imap_used (mailbox) VALUES (?)"
        } else {
            "DELETE FROM mail_imap_used WHERE mailbox = ?"
        };
        let mut change = self.begin().await?;
        sqlx::query(statement).bind(mailbox).execute(change.sql()).await?;
        change.commit().await
    }

    pub(super) async fn is_imap_noted(&self, mailbox: &str) -> Result<bool, StoreError> {
        let row = sqlx::query("SELECT 1 FROM mail_imap_used WHERE mailbox = ?")
            .bind(mailbox)
            .fetch_optional(&self.pool)
            .await?;
        Ok(row.is_some())
    }
}

async fn remembered(
    connection: &mut SqliteConnection,
    account: &AccountId,
    from: &ServerFolder,
) -> Result<UidSet, StoreError> {
    let row = sqlx::query(
        "SELECT c.uids FROM mail_accounts a JOIN mail_copied c ON c.account = a.id
         WHERE a.name = ? AND c.server = ? AND c.folder = ? AND c.validity = ?",
    )
    .bind(account.as_str())
    .bind(from.server.as_str())
    .bind(from.name.as_slice())
    .bind(from.validity.0)
    .fetch_optional(connection)
    .await?;
    match row {
        Some(row) => rows::from_json(row.try_get(0)?, "set of copied messages"),
        None => Ok(UidSet::new()),
    }
}
