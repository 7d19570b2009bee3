//! The ledger.

use super::{PostgresMailStore, columns};
use crate::{
    store::StoreError,
    sync::pop3::ledger::{EntryId, LedgerChange, LedgerEntry},
};
use postern_shared::{
    ids::{AccountId, FolderId, MessageKey, Uid, UidValidity},
    pop3::WaitingCopy,
};
use sqlx::PgConnection;
use std::collections::HashMap;

/// What [`Row`] is read from.
const ROW: &str = "SELECT id, unique_id, hash, partial, uid, downloaded_at, copy_deleted_at FROM ledger
    WHERE account = (SELECT number FROM accounts WHERE account = $1)";

#[derive(sqlx::FromRow)]
struct Row {
    id: i64,
    unique_id: Option<String>,
    hash: Vec<u8>,
    partial: bool,
    uid: Option<i64>,
    downloaded_at: i64,
    copy_deleted_at: Option<i64>,
}

impl Row {
    fn entry(self) -> Result<LedgerEntry, StoreError> {
        Ok(LedgerEntry {
            id: EntryId(self.id),
            unique_id: self.unique_id,
            hash: columns::hash(self.hash)?,
            partial: self.partial,
            uid: self.uid.map(columns::uid).transpose()?,
            downloaded_at: self.downloaded_at,
            copy_deleted_at: self.copy_deleted_at,
        })
    }
}

#[derive(sqlx::FromRow)]
struct Copy {
    id: i64,
    sender: Option<String>,
    subject: String,
    folder: Option<String>,
    uid: Option<i64>,
    validity: i64,
}

impl Copy {
    fn waiting(self) -> Result<WaitingCopy, StoreError> {
        let key = match self.folder.zip(self.uid) {
            None => None,
            Some((folder, uid)) => Some(MessageKey {
                folder: FolderId(folder),
                validity: u32::try_from(self.validity)
                    .map(UidValidity)
                    .map_err(|_| StoreError::Broken("validity"))?,
                uid: columns::uid(uid)?,
            }),
        };
        let from = self.sender.as_deref().map(columns::decoded).transpose()?;
        Ok(WaitingCopy { key, from, subject: self.subject })
    }
}

/// The entry of a message, if it was downloaded.
pub(super) async fn of_message(
    connection: &mut PgConnection,
    account: &AccountId,
    uid: Uid,
) -> Result<Option<LedgerEntry>, StoreError> {
    let row: Option<Row> = sqlx::query_as(&format!("{ROW} AND uid = $2"))
        .bind(account.as_str())
        .bind(i64::from(uid.0))
        .fetch_optional(connection)
        .await?;
    row.map(Row::entry).transpose()
}

/// Makes one change.
async fn change(
    connection: &mut PgConnection,
    account: i64,
    change: &LedgerChange,
) -> Result<(), StoreError> {
    let (id, name) = match change {
        LedgerChange::CopyDeleted(id, at) => {
            sqlx::query("UPDATE ledger SET copy_deleted_at = $3 WHERE account = $1 AND id = $2")
                .bind(account)
                .bind(id.0)
                .bind(at)
                .execute(connection)
                .await?;
            return Ok(());
        }
        LedgerChange::Renamed(id, name) => (id, name.as_deref().map(columns::text)),
    };
    // Whoever had the name has it no more, unless the entry that shall have it does not exist.
    sqlx::query(
        "UPDATE ledger SET unique_id = NULL WHERE account = $1 AND unique_id = $3
         AND EXISTS (SELECT FROM ledger WHERE account = $1 AND id = $2)",
    )
    .bind(account)
    .bind(id.0)
    .bind(&name)
    .execute(&mut *connection)
    .await?;
    sqlx::query("UPDATE ledger SET unique_id = $3 WHERE account = $1 AND id = $2")
        .bind(account)
        .bind(id.0)
        .bind(&name)
        .execute(connection)
        .await?;
    Ok(())
}

impl PostgresMailStore {
    pub(super) async fn ledger(&self, account: &AccountId) -> Result<Vec<LedgerEntry>, StoreError> {
        let rows: Vec<Row> = sqlx::query_as(&format!("{ROW} ORDER BY id"))
            .bind(account.as_str())
            .fetch_all(&self.pool)
            .await?;
        rows.into_iter().map(Row::entry).collect()
    }

    pub(super) async fn copies(
        &self,
        account: &AccountId,
        entries: &[EntryId],
    ) -> Result<Vec<WaitingCopy>, StoreError> {
        let rows: Vec<Copy> = sqlx::query_as(
            "SELECT l.id, l.sender, l.subject, m.folder, m.uid, a.validity
             FROM accounts a JOIN ledger l ON l.account = a.number
             LEFT JOIN messages m ON m.account = a.number AND m.uid = l.uid
             WHERE a.account = $1 AND l.id = ANY($2)",
        )
        .bind(account.as_str())
        .bind(entries.iter().map(|entry| entry.0).collect::<Vec<_>>())
        .fetch_all(&self.pool)
        .await?;
        let mut copies: HashMap<i64, WaitingCopy> = HashMap::new();
        for row in rows {
            copies.insert(row.id, row.waiting()?);
        }
        Ok(entries.iter().filter_map(|entry| copies.get(&entry.0).cloned()).collect())
    }

    pub(super) async fn change_ledger(
        &self,
        account: &AccountId,
        changes: &[LedgerChange],
    ) -> Result<(), StoreError> {
        let Some((mut transaction, locked)) = self.begin(account).await? else { return Ok(()) };
        for one in changes {
            change(&mut transaction, locked.number, one).await?;
        }
        Ok(transaction.commit().await?)
    }
}
