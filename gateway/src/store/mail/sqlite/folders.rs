//! Folders.

use super::{SqliteMailStore, StoreError, change::Change, rows};
use crate::store::mail::tree;
use postern_shared::{
    folder::Folder,
    ids::{AccountId, FolderId},
    uid_set::UidSet,
};
use sqlx::{Row, SqliteExecutor};

impl SqliteMailStore {
    pub(super) async fn all_folders(&self, account: &AccountId) -> Result<Vec<Folder>, StoreError> {
        Ok(tree::ordered(read(&self.pool, account).await?))
    }

    pub(super) async fn make_folder(
        &self,
        account: &AccountId,
        parent: Option<&FolderId>,
        name: &str,
    ) -> Result<FolderId, StoreError> {
        let name = tree::checked_name(name)?;
        let mut change = self.begin().await?;
        tree::check_place(&read(change.sql(), account).await?, None, parent, name)?;
        let parent = parent_row(&mut change, account, parent).await?;
        let row = sqlx::query(
            "UPDATE mail_accounts SET last_folder = last_folder + 1 WHERE name = ?
             RETURNING id, last_folder",
        )
        .bind(account.as_str())
        .fetch_optional(change.sql())
        .await?
        .ok_or(StoreError::NoSuchFolder)?;
        let id = FolderId(format!("f{}", row.try_get::<i64, _>(1)?));
        sqlx::query("INSERT INTO mail_folders (account, key, parent, name) VALUES (?, ?, ?, ?)")
            .bind(row.try_get::<i64, _>(0)?)
            .bind(id.as_str())
            .bind(parent)
            .bind(name)
            .execute(change.sql())
            .await?;
        change.commit().await?;
        Ok(id)
    }

    pub(super) async fn place_folder(
        &self,
        account: &AccountId,
        folder: &FolderId,
        parent: Option<&FolderId>,
        name: &str,
    ) -> Result<(), StoreError> {
        let name = tree::checked_name(name)?;
        let mut change = self.begin().await?;
        tree::check_place(&read(change.sql(), account).await?, Some(folder), parent, name)?;
        let parent = parent_row(&mut change, account, parent).await?;
        let (_, row) = change.folder_row(account, folder).await?;
        sqlx::query("UPDATE mail_folders SET parent = ?, name = ? WHERE id = ?")
            .bind(parent)
            .bind(name)
            .bind(row)
            .execute(change.sql())
            .await?;
        change.commit().await
    }

    pub(super) async fn drop_folder(
        &self,
        account: &AccountId,
        folder: &FolderId,
    ) -> Result<Vec<(FolderId, UidSet)>, StoreError> {
        let mut change = self.begin().await?;
        let folders = read(change.sql(), account).await?;
        tree::check_own(&folders, folder)?;
        let mut gone = Vec::new();
        // From the leaves up: a folder outlives those in it.
        for id in tree::within(&folders, folder).into_iter().rev() {
            let (_, row) = change.folder_row(account, &id).await?;
            let uids = empty(&mut change, row).await?;
            sqlx::query("DELETE FROM mail_folders WHERE id = ?").bind(row).execute(change.sql()).await?;
            gone.push((id, uids));
        }
        change.commit().await?;
        Ok(gone)
    }
}

/// Removes all mail from a folder.
async fn empty(change: &mut Change, folder: i64) -> Result<UidSet, StoreError> {
    let row = sqlx::query("SELECT group_concat(id & 4294967295) FROM mail_messages WHERE folder = ?")
        .bind(folder)
        .fetch_one(change.sql())
        .await?;
    let uids = rows::uids(row.try_get(0)?)?;
    sqlx::query("DELETE FROM mail_messages WHERE folder = ?").bind(folder).execute(change.sql()).await?;
    Ok(uids)
}

async fn parent_row(
    change: &mut Change,
    account: &AccountId,
    parent: Option<&FolderId>,
) -> Result<Option<i64>, StoreError> {
    match parent {
        Some(parent) => Ok(Some(change.folder_row(account, parent).await?.1)),
        None => Ok(None),
    }
}

async fn read(sql: impl SqliteExecutor<'_>, account: &AccountId) -> Result<Vec<Folder>, StoreError> {
    let rows = sqlx::query(
        "SELECT f.key, p.key AS parent, f.name, f.total, f.unread
         FROM mail_accounts a JOIN mail_folders f ON f.account = a.id LEFT JOIN mail_folders p ON p.id = f.parent
         WHERE a.name = ?",
    )
    .bind(account.as_str())
    .fetch_all(sql)
    .await?;
    let folders = rows.iter().map(|row| {
        let parent: Option<String> = row.try_get(1)?;
        let id = FolderId(row.try_get(0)?);
        Ok(tree::folder(id, parent.map(FolderId), row.try_get(2)?, row.try_get(3)?, row.try_get(4)?))
    });
    folders.collect()
}
