//! Rows and messages.

use super::{PostgresMailStore, columns};
use crate::{
    store::{
        StoreError,
        mail::{StoredMessage, postgres::ledger},
    },
    sync::pop3::ledger::ContentHash,
};
use bytes::Bytes;
use postern_shared::{
    ids::{AccountId, FolderId, MessageKey, Uid, UidValidity},
    summary::Summary,
};
use std::collections::HashSet;

/// What [`Row`] is read from.
const ROW: &str =
    "a.validity, m.uid, m.folder, m.flags, m.keywords, m.senders, m.recipients, m.subject, m.preview,
    m.sent, m.received, m.size, m.has_attachment, m.unreadable
    FROM accounts a JOIN messages m ON m.account = a.number";

#[derive(sqlx::FromRow)]
struct Row {
    validity: i64,
    uid: i64,
    folder: String,
    flags: i16,
    keywords: String,
    senders: String,
    recipients: String,
    subject: String,
    preview: Option<String>,
    sent: Option<i64>,
    received: i64,
    size: i64,
    has_attachment: bool,
    unreadable: bool,
}

impl Row {
    fn summary(self) -> Result<Summary, StoreError> {
        let validity = u32::try_from(self.validity).map_err(|_| StoreError::Broken("validity"))?;
        Ok(Summary {
            key: MessageKey {
                folder: FolderId(self.folder),
                validity: UidValidity(validity),
                uid: columns::uid(self.uid)?,
            },
            flags: columns::flags(self.flags, &self.keywords)?,
            from: columns::decoded(&self.senders)?,
            to: columns::decoded(&self.recipients)?,
            subject: self.subject,
            preview: self.preview,
            sent: self.sent,
            received: self.received,
            size: self.size.unsigned_abs(),
            has_attachment: self.has_attachment,
            unreadable: self.unreadable,
        })
    }
}

impl PostgresMailStore {
    pub(super) async fn summaries(
        &self,
        account: &AccountId,
        folder: &FolderId,
        uids: &[Uid],
    ) -> Result<Vec<Summary>, StoreError> {
        let uids: Vec<i64> = uids.iter().map(|uid| i64::from(uid.0)).collect();
        let select = format!("SELECT {ROW} WHERE a.account = $1 AND m.folder = $2 AND m.uid = ANY($3)");
        let rows: Vec<Row> = sqlx::query_as(&select)
            .bind(account.as_str())
            .bind(columns::text(folder.as_str()))
            .bind(uids)
            .fetch_all(&self.pool)
            .await?;
        rows.into_iter().map(Row::summary).collect()
    }

    pub(super) async fn message(
        &self,
        account: &AccountId,
        folder: &FolderId,
        uid: Uid,
    ) -> Result<Option<StoredMessage>, StoreError> {
        // One view of the database for all of it.
        let mut transaction = self.pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?;
        let select = format!("SELECT {ROW} WHERE a.account = $1 AND m.folder = $2 AND m.uid = $3");
        let row: Option<Row> = sqlx::query_as(&select)
            .bind(account.as_str())
            .bind(columns::text(folder.as_str()))
            .bind(i64::from(uid.0))
            .fetch_optional(&mut *transaction)
            .await?;
        let Some(row) = row else { return Ok(None) };
        let (hash, partial, layout, source): (Vec<u8>, bool, Vec<u8>, Option<Vec<u8>>) = sqlx::query_as(
            "SELECT m.hash, m.partial, c.layout, c.source FROM accounts a
             JOIN messages m ON m.account = a.number JOIN contents c ON c.account = a.number AND c.uid = m.uid
             WHERE a.account = $1 AND m.uid = $2",
        )
        .bind(account.as_str())
        .bind(i64::from(uid.0))
        .fetch_one(&mut *transaction)
        .await?;
        let ledger = ledger::of_message(&mut transaction, account, uid).await?;
        Ok(Some(StoredMessage {
            summary: row.summary()?,
            hash: columns::hash(hash)?,
            partial,
            layout,
            source: source.map(Bytes::from),
            ledger,
        }))
    }

    pub(super) async fn blobs(&self, account: &AccountId) -> Result<HashSet<ContentHash>, StoreError> {
        let hashes: Vec<Vec<u8>> = sqlx::query_scalar(
            "SELECT DISTINCT hash FROM messages WHERE account = (SELECT number FROM accounts WHERE account = $1)",
        )
        .bind(account.as_str())
        .fetch_all(&self.pool)
        .await?;
        hashes.into_iter().map(columns::hash).collect()
    }
}
