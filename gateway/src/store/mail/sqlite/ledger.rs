//! The ledger.

use super::{SqliteMailStore, StoreError, rows};
use crate::sync::pop3::ledger::{EntryId, LedgerChange, LedgerEntry};
use postern_shared::{
    ids::{AccountId, FolderId, MessageKey, UidValidity},
    pop3::WaitingCopy,
};
use sqlx::{Row, SqlitePool, sqlite::SqliteRow};
use std::collections::{BTreeMap, HashSet};

impl SqliteMailStore {
    pub(super) async fn whole_ledger(&self, account: &AccountId) -> Result<Vec<LedgerEntry>, StoreError> {
        let rows = sqlx::query(
            "SELECT l.* FROM mail_accounts a JOIN mail_ledger l ON l.account = a.id WHERE a.name = ? ORDER BY l.id",
        )
        .bind(account.as_str())
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(entry).collect()
    }

    pub(super) async fn known_copies(
        &self,
        account: &AccountId,
        entries: &[EntryId],
    ) -> Result<Vec<WaitingCopy>, StoreError> {
        let ids: Vec<i64> = entries.iter().map(|entry| entry.0).collect();
        let rows = sqlx::query(
            "SELECT a.validity, l.message, l.sender, l.subject, f.key AS folder
             FROM mail_accounts a CROSS JOIN json_each(?) u CROSS JOIN mail_ledger l ON l.id = u.value AND l.account = a.id
             LEFT JOIN mail_messages m ON m.id = l.message LEFT JOIN mail_folders f ON f.id = m.folder
             WHERE a.name = ? ORDER BY u.key",
        )
        .bind(rows::json(&ids)?)
        .bind(account.as_str())
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(copy).collect()
    }

    pub(super) async fn change_entries(
        &self,
        account: &AccountId,
        changes: &[LedgerChange],
    ) -> Result<(), StoreError> {
        let mut change = self.begin().await?;
        let known = sqlx::query(
            "SELECT l.id FROM mail_accounts a JOIN json_each(?) u JOIN mail_ledger l ON l.id = u.value AND l.account = a.id
             WHERE a.name = ?",
        )
        .bind(rows::json(&changes.iter().map(entry_of).collect::<Vec<_>>())?)
        .bind(account.as_str())
        .fetch_all(change.sql())
        .await?;
        let known: HashSet<i64> = known.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?;
        let made = Changes::of(changes.iter().filter(|change| known.contains(&entry_of(change))));
        let names = rows::json(&made.names)?;
        // Names are taken away before they are given: two entries may change theirs with each other.
        for statement in [
            "UPDATE mail_ledger SET unique_id = NULL WHERE id IN (SELECT u.value ->> 0 FROM json_each(?) u)",
            "UPDATE mail_ledger SET unique_id = NULL WHERE id IN (
                 SELECT l.id FROM json_each(?) u JOIN mail_ledger o ON o.id = (u.value ->> 0)
                 JOIN mail_ledger l ON l.account = o.account AND l.unique_id = (u.value ->> 1))",
            "UPDATE mail_ledger SET unique_id = u.value ->> 1 FROM json_each(?) u WHERE mail_ledger.id = (u.value ->> 0)",
        ] {
            sqlx::query(statement).bind(names.as_str()).execute(change.sql()).await?;
        }
        sqlx::query("UPDATE mail_ledger SET copy_deleted_at = u.value ->> 1 FROM json_each(?) u WHERE mail_ledger.id = (u.value ->> 0)")
            .bind(rows::json(&made.deleted)?)
            .execute(change.sql())
            .await?;
        change.commit().await
    }
}

/// What changes amount to in the end.
#[derive(Default)]
struct Changes<'a> {
    names: Vec<(i64, Option<&'a str>)>,
    deleted: Vec<(i64, Option<i64>)>,
}

impl<'a> Changes<'a> {
    fn of(changes: impl Iterator<Item = &'a LedgerChange>) -> Self {
        let mut names: BTreeMap<i64, Option<&str>> = BTreeMap::new();
        let mut owners: BTreeMap<&str, i64> = BTreeMap::new();
        let mut deleted: BTreeMap<i64, Option<i64>> = BTreeMap::new();
        for change in changes {
            match change {
                LedgerChange::Renamed(id, name) => {
                    let name = name.as_deref();
                    if let Some(Some(old)) = names.insert(id.0, name) {
                        owners.remove(old);
                    }
                    // The one that had it from an earlier change has it no more.
                    if let Some(loser) =
                        name.and_then(|name| owners.insert(name, id.0)).filter(|other| *other != id.0)
                    {
                        names.insert(loser, None);
                    }
                }
                LedgerChange::CopyDeleted(id, at) => {
                    deleted.insert(id.0, *at);
                }
            }
        }
        Self { names: names.into_iter().collect(), deleted: deleted.into_iter().collect() }
    }
}

fn entry_of(change: &LedgerChange) -> i64 {
    let (LedgerChange::Renamed(id, _) | LedgerChange::CopyDeleted(id, _)) = change;
    id.0
}

/// The entry of a message, by the message's row id.
pub(super) async fn of_message(pool: &SqlitePool, message: i64) -> Result<Option<LedgerEntry>, StoreError> {
    let row =
        sqlx::query("SELECT * FROM mail_ledger WHERE message = ?").bind(message).fetch_optional(pool).await?;
    row.as_ref().map(entry).transpose()
}

fn entry(row: &SqliteRow) -> Result<LedgerEntry, StoreError> {
    Ok(LedgerEntry {
        id: EntryId(row.try_get("id")?),
        unique_id: row.try_get("unique_id")?,
        hash: rows::hash(row, "hash")?,
        partial: row.try_get("partial")?,
        uid: row.try_get::<Option<i64>, _>("message")?.map(rows::uid),
        downloaded_at: row.try_get("downloaded_at")?,
        copy_deleted_at: row.try_get("copy_deleted_at")?,
    })
}

fn copy(row: &SqliteRow) -> Result<WaitingCopy, StoreError> {
    let message: Option<i64> = row.try_get("message")?;
    let folder: Option<String> = row.try_get("folder")?;
    let validity = UidValidity(row.try_get("validity")?);
    let key = message.zip(folder).map(|(message, folder)| MessageKey {
        folder: FolderId(folder),
        validity,
        uid: rows::uid(message),
    });
    let sender: Option<&str> = row.try_get("sender")?;
    Ok(WaitingCopy {
        key,
        from: sender.map(|sender| rows::from_json(sender, "sender")).transpose()?,
        subject: row.try_get("subject")?,
    })
}
