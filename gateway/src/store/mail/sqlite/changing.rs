//! Changes of many messages at once: a few statements, however many there are.

use super::{SqliteMailStore, StoreError, change::Change, rows};
use crate::store::mail::folder_ids;
use postern_shared::{
    flags::FlagChange,
    ids::{AccountId, FolderId},
    uid_set::UidSet,
};
use sqlx::Row;

/// The messages of a set of UIDs: the first value is the set's ranges, the second the row id of UID 0. Where a folder is
/// asked for too, it is as `+m.folder`: SQLite must not go through the whole folder once a range.
macro_rules! picked {
    () => {
        "json_each(?1) r CROSS JOIN mail_messages m
         ON m.id BETWEEN ?2 + (r.value ->> 0) AND ?2 + (r.value ->> 1)"
    };
}

/// Those of them that are in a folder.
pub(super) const IN_FOLDER: &str =
    concat!("SELECT group_concat(m.id & 4294967295) FROM ", picked!(), " WHERE +m.folder = ?3");

impl SqliteMailStore {
    pub(super) async fn change_flags(
        &self,
        account: &AccountId,
        folder: &FolderId,
        uids: &UidSet,
        flag_change: &FlagChange,
    ) -> Result<UidSet, StoreError> {
        let mut change = self.begin().await?;
        let Some((account, folder)) = change.known_folder(account, folder).await? else {
            return change.commit().await.map(|()| UidSet::new());
        };
        // However many messages, their flags are of few kinds.
        let kinds = sqlx::query(concat!(
            "SELECT m.flags, m.keywords, group_concat(m.id & 4294967295) FROM ",
            picked!(),
            " WHERE +m.folder = ?3 GROUP BY m.flags, m.keywords"
        ))
        .bind(rows::json(uids)?)
        .bind(rows::base(account))
        .bind(folder)
        .fetch_all(change.sql())
        .await?;
        let mut changed = UidSet::new();
        for kind in &kinds {
            let before = rows::flags(kind.try_get(0)?, kind.try_get(1)?)?;
            let mut after = before.clone();
            flag_change.apply(&mut after);
            if after == before {
                continue;
            }
            let uids = rows::uids(kind.try_get(2)?)?;
            sqlx::query(concat!(
                "UPDATE mail_messages SET flags = ?3, keywords = ?4 WHERE id IN (SELECT m.id FROM ",
                picked!(),
                ")"
            ))
            .bind(rows::json(&uids)?)
            .bind(rows::base(account))
            .bind(rows::bits(&after))
            .bind(rows::json(after.keywords())?)
            .execute(change.sql())
            .await?;
            changed = changed.union(&uids);
        }
        change.commit().await?;
        Ok(changed)
    }

    pub(super) async fn move_uids(
        &self,
        account: &AccountId,
        from: &FolderId,
        uids: &UidSet,
        to: &FolderId,
    ) -> Result<UidSet, StoreError> {
        let mut change = self.begin().await?;
        let (account_row, to_row) = change.folder_row(account, to).await?;
        let Some((_, from_row)) = change.known_folder(account, from).await? else {
            return change.commit().await.map(|()| UidSet::new());
        };
        if from_row == to_row {
            return change.commit().await.map(|()| UidSet::new());
        }
        let moved = change.in_folder(account_row, from_row, uids).await?;
        let origin = (to.as_str() == folder_ids::DELETED_ITEMS).then_some(from_row);
        change.put(account_row, &moved, to_row, origin).await?;
        change.commit().await?;
        Ok(moved)
    }

    pub(super) async fn restore_uids(
        &self,
        account: &AccountId,
        uids: &UidSet,
    ) -> Result<Vec<(FolderId, UidSet)>, StoreError> {
        let mut change = self.begin().await?;
        let Some((account_row, deleted)) =
            change.known_folder(account, &folder_ids::DELETED_ITEMS.into()).await?
        else {
            return change.commit().await.map(|()| Vec::new());
        };
        let (_, inbox) = change.folder_row(account, &folder_ids::INBOX.into()).await?;
        let places = sqlx::query(concat!(
            "SELECT f.id, f.key, group_concat(m.id & 4294967295) FROM ",
            picked!(),
            " LEFT JOIN mail_folders o ON o.id = m.origin JOIN mail_folders f ON f.id = coalesce(o.id, ?4)
              WHERE +m.folder = ?3 GROUP BY f.id"
        ))
        .bind(rows::json(uids)?)
        .bind(rows::base(account_row))
        .bind(deleted)
        .bind(inbox)
        .fetch_all(change.sql())
        .await?;
        let mut restored = Vec::new();
        for place in &places {
            let uids = rows::uids(place.try_get(2)?)?;
            change.put(account_row, &uids, place.try_get(0)?, None).await?;
            restored.push((FolderId(place.try_get(1)?), uids));
        }
        change.commit().await?;
        Ok(restored)
    }

    pub(super) async fn remove_uids(
        &self,
        account: &AccountId,
        folder: &FolderId,
        uids: &UidSet,
    ) -> Result<UidSet, StoreError> {
        let mut change = self.begin().await?;
        let Some((account, folder)) = change.known_folder(account, folder).await? else {
            return change.commit().await.map(|()| UidSet::new());
        };
        let gone = change.in_folder(account, folder, uids).await?;
        sqlx::query(concat!("DELETE FROM mail_messages WHERE id IN (SELECT m.id FROM ", picked!(), ")"))
            .bind(rows::json(&gone)?)
            .bind(rows::base(account))
            .execute(change.sql())
            .await?;
        change.commit().await?;
        Ok(gone)
    }
}

impl Change {
    /// As [`Change::folder_row`], where a folder that is missing is none.
    async fn known_folder(
        &mut self,
        account: &AccountId,
        folder: &FolderId,
    ) -> Result<Option<(i64, i64)>, StoreError> {
        match self.folder_row(account, folder).await {
            Ok(rows) => Ok(Some(rows)),
            Err(StoreError::NoSuchFolder) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Those of a set of UIDs that are in a folder.
    async fn in_folder(&mut self, account: i64, folder: i64, uids: &UidSet) -> Result<UidSet, StoreError> {
        let row = sqlx::query(IN_FOLDER)
            .bind(rows::json(uids)?)
            .bind(rows::base(account))
            .bind(folder)
            .fetch_one(self.sql())
            .await?;
        rows::uids(row.try_get(0)?)
    }

    /// Puts messages into a folder.
    async fn put(
        &mut self,
        account: i64,
        uids: &UidSet,
        folder: i64,
        origin: Option<i64>,
    ) -> Result<(), StoreError> {
        sqlx::query(concat!(
            "UPDATE mail_messages SET folder = ?3, origin = ?4 WHERE id IN (SELECT m.id FROM ",
            picked!(),
            ")"
        ))
        .bind(rows::json(uids)?)
        .bind(rows::base(account))
        .bind(folder)
        .bind(origin)
        .execute(self.sql())
        .await?;
        Ok(())
    }
}
