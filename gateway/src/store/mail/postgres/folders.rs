//! Folders.

use super::{
    PostgresMailStore,
    changing::{InFolder, remove},
};
use crate::store::{StoreError, mail::tree};
use postern_shared::{
    folder::Folder,
    ids::{AccountId, FolderId},
    uid_set::UidSet,
};
use sqlx::PgConnection;

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    parent: Option<String>,
    name: String,
    total: i64,
    unread: i64,
}

impl Row {
    fn folder(self) -> Result<Folder, StoreError> {
        let count = |number: i64| u32::try_from(number).map_err(|_| StoreError::Broken("count"));
        let parent = self.parent.map(FolderId);
        Ok(tree::folder(FolderId(self.id), parent, self.name, count(self.total)?, count(self.unread)?))
    }
}

/// The folders of a locked account.
async fn of_locked(connection: &mut PgConnection, number: i64) -> Result<Vec<Folder>, StoreError> {
    let rows: Vec<Row> =
        sqlx::query_as("SELECT id, parent, name, total, unread FROM folders WHERE account = $1")
            .bind(number)
            .fetch_all(connection)
            .await?;
    rows.into_iter().map(Row::folder).collect()
}

impl PostgresMailStore {
    pub(super) async fn folders(&self, account: &AccountId) -> Result<Vec<Folder>, StoreError> {
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT id, parent, name, total, unread FROM folders
             WHERE account = (SELECT number FROM accounts WHERE account = $1)",
        )
        .bind(account.as_str())
        .fetch_all(&self.pool)
        .await?;
        let folders: Result<Vec<Folder>, StoreError> = rows.into_iter().map(Row::folder).collect();
        Ok(tree::ordered(folders?))
    }

    pub(super) async fn create_folder(
        &self,
        account: &AccountId,
        parent: Option<&FolderId>,
        name: &str,
    ) -> Result<FolderId, StoreError> {
        let name = tree::checked_name(name)?;
        let Some((mut transaction, locked)) = self.begin(account).await? else {
            return Err(StoreError::NoSuchFolder);
        };
        tree::check_place(&of_locked(&mut transaction, locked.number).await?, None, parent, name)?;
        let last = locked.last_folder + 1;
        let id = FolderId(format!("f{last}"));
        sqlx::query("UPDATE accounts SET last_folder = $2 WHERE number = $1")
            .bind(locked.number)
            .bind(last)
            .execute(&mut *transaction)
            .await?;
        sqlx::query("INSERT INTO folders (account, id, parent, name) VALUES ($1, $2, $3, $4)")
            .bind(locked.number)
            .bind(id.as_str())
            .bind(parent.map(FolderId::as_str))
            .bind(name)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(id)
    }

    pub(super) async fn move_folder(
        &self,
        account: &AccountId,
        folder: &FolderId,
        parent: Option<&FolderId>,
        name: &str,
    ) -> Result<(), StoreError> {
        let name = tree::checked_name(name)?;
        let Some((mut transaction, locked)) = self.begin(account).await? else {
            return Err(StoreError::NoSuchFolder);
        };
        tree::check_place(&of_locked(&mut transaction, locked.number).await?, Some(folder), parent, name)?;
        sqlx::query("UPDATE folders SET parent = $3, name = $4 WHERE account = $1 AND id = $2")
            .bind(locked.number)
            .bind(folder.as_str())
            .bind(parent.map(FolderId::as_str))
            .bind(name)
            .execute(&mut *transaction)
            .await?;
        Ok(transaction.commit().await?)
    }

    pub(super) async fn remove_folder(
        &self,
        account: &AccountId,
        folder: &FolderId,
    ) -> Result<Vec<(FolderId, UidSet)>, StoreError> {
        let Some((mut transaction, locked)) = self.begin(account).await? else {
            return Err(StoreError::NoSuchFolder);
        };
        let folders = of_locked(&mut transaction, locked.number).await?;
        tree::check_own(&folders, folder)?;
        let everything = UidSet::from_ranges([(0, u32::MAX)]);
        let mut gone = Vec::new();
        for folder in tree::within(&folders, folder) {
            let all = InFolder { number: locked.number, folder: &folder, uids: &everything };
            let uids = remove(&mut transaction, all).await?;
            sqlx::query("DELETE FROM folders WHERE account = $1 AND id = $2")
                .bind(locked.number)
                .bind(folder.as_str())
                .execute(&mut *transaction)
                .await?;
            gone.push((folder, uids));
        }
        transaction.commit().await?;
        Ok(gone)
    }
}
