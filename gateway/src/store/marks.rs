//! [`DeletingStore`] on SQLite.

use super::{DeletingStore, Marked, MarkedFolder, Store, StoreError};
use futures::future::BoxFuture;
use postern_shared::{
    account::{DeleteModel, DeletingSettings},
    ids::AccountId,
    uid_set::UidSet,
};
use sqlx::{Row, sqlite::SqliteRow};

impl DeletingStore for Store {
    fn settings<'a>(&'a self, account: &'a AccountId) -> BoxFuture<'a, Result<DeletingSettings, StoreError>> {
        Box::pin(self.deleting_settings(account))
    }

    fn set_settings<'a>(
        &'a self,
        account: &'a AccountId,
        settings: DeletingSettings,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        Box::pin(self.replace_deleting_settings(account, settings))
    }

    fn marked<'a>(
        &'a self,
        folder: &'a MarkedFolder,
        marked: Marked,
    ) -> BoxFuture<'a, Result<UidSet, StoreError>> {
        Box::pin(self.marked_uids(folder, marked))
    }

    fn set_marked<'a>(
        &'a self,
        folder: &'a MarkedFolder,
        marked: Marked,
        uids: UidSet,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        Box::pin(self.replace_marked_uids(folder, marked, uids))
    }
}

impl Store {
    async fn deleting_settings(&self, account: &AccountId) -> Result<DeletingSettings, StoreError> {
        let row = sqlx::query("SELECT * FROM deleting_settings WHERE account = ?")
            .bind(account.as_str())
            .fetch_optional(&self.pool)
            .await?;
        row.map_or_else(|| Ok(DeletingSettings::default()), |row| read_settings(&row))
    }

    async fn replace_deleting_settings(
        &self,
        account: &AccountId,
        settings: DeletingSettings,
    ) -> Result<(), StoreError> {
        sqlx::query("INSERT OR REPLACE INTO deleting_settings VALUES (?, ?, ?, ?, ?, ?)")
            .bind(account.as_str())
            .bind(settings.model == DeleteModel::Trash)
            .bind(settings.ask_before_purge)
            .bind(settings.purge_on_leave)
            .bind(settings.purge_on_sign_out)
            .bind(settings.hide_deleted)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    async fn marked_uids(&self, folder: &MarkedFolder, marked: Marked) -> Result<UidSet, StoreError> {
        let row = sqlx::query(
            "SELECT uids FROM marked_messages WHERE account = ? AND folder = ? AND kind = ? AND validity = ?",
        )
        .bind(folder.account.as_str())
        .bind(folder.folder.as_str())
        .bind(kind(marked))
        .bind(folder.validity.0)
        .fetch_optional(&self.pool)
        .await?;
        let Some(row) = row else { return Ok(UidSet::new()) };
        let uids: String = row.try_get(0)?;
        serde_json::from_str(&uids).map_err(|_| StoreError::Broken("set of marked messages"))
    }

    async fn replace_marked_uids(
        &self,
        folder: &MarkedFolder,
        marked: Marked,
        uids: UidSet,
    ) -> Result<(), StoreError> {
        let text = serde_json::to_string(&uids).map_err(|_| StoreError::Broken("set of marked messages"))?;
        let mut transaction = self.pool.begin().await?;
        sqlx::query(
            "DELETE FROM marked_messages WHERE account = ? AND folder = ? AND (kind = ? OR validity <> ?)",
        )
        .bind(folder.account.as_str())
        .bind(folder.folder.as_str())
        .bind(kind(marked))
        .bind(folder.validity.0)
        .execute(&mut *transaction)
        .await?;
        if !uids.is_empty() {
            sqlx::query(
                "INSERT INTO marked_messages (account, folder, kind, validity, uids) VALUES (?, ?, ?, ?, ?)",
            )
            .bind(folder.account.as_str())
            .bind(folder.folder.as_str())
            .bind(kind(marked))
            .bind(folder.validity.0)
            .bind(text)
            .execute(&mut *transaction)
            .await?;
        }
        Ok(transaction.commit().await?)
    }
}

fn kind(marked: Marked) -> &'static str {
    match marked {
        Marked::Here => "here",
        Marked::PutBack => "put_back",
    }
}

fn read_settings(row: &SqliteRow) -> Result<DeletingSettings, StoreError> {
    Ok(DeletingSettings {
        model: if row.try_get("trash")? { DeleteModel::Trash } else { DeleteModel::Mark },
        ask_before_purge: row.try_get("ask_before_purge")?,
        purge_on_leave: row.try_get("purge_on_leave")?,
        purge_on_sign_out: row.try_get("purge_on_sign_out")?,
        hide_deleted: row.try_get("hide_deleted")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::MemoryDeletingStore;
    use postern_shared::ids::UidValidity;

    /// What every store of this kind keeps to.
    async fn conforms(store: &dyn DeletingStore) {
        let (ada, grace) = (AccountId::from("ada@example.org"), AccountId::from("grace@example.org"));
        assert_eq!(store.settings(&ada).await.unwrap(), DeletingSettings::default());
        let chosen = DeletingSettings {
            model: DeleteModel::Trash,
            purge_on_sign_out: true,
            ..DeletingSettings::default()
        };
        store.set_settings(&ada, DeletingSettings { hide_deleted: true, ..chosen }).await.unwrap();
        store.set_settings(&ada, chosen).await.unwrap();
        assert_eq!(store.settings(&ada).await.unwrap(), chosen);
        assert_eq!(store.settings(&grace).await.unwrap(), DeletingSettings::default());

        let folder = |account: &AccountId, name: &str, validity| MarkedFolder {
            account: account.clone(),
            folder: name.into(),
            validity: UidValidity(validity),
        };
        let inbox = folder(&ada, "INBOX", 1);
        let uids = UidSet::from_ranges([(1, 5), (9, u32::MAX)]);
        store.set_marked(&inbox, Marked::Here, UidSet::from_ranges([(7, 7)])).await.unwrap();
        store.set_marked(&inbox, Marked::Here, uids.clone()).await.unwrap();
        store.set_marked(&inbox, Marked::PutBack, UidSet::from_ranges([(2, 2)])).await.unwrap();
        assert_eq!(store.marked(&inbox, Marked::Here).await.unwrap(), uids);
        for other in [folder(&grace, "INBOX", 1), folder(&ada, "Sent", 1), folder(&ada, "INBOX", 2)] {
            assert!(store.marked(&other, Marked::Here).await.unwrap().is_empty(), "{other:?}");
        }

        // Another UIDVALIDITY: what was kept for the old one means nothing any more.
        let renewed = folder(&ada, "INBOX", 2);
        store.set_marked(&renewed, Marked::Here, uids.clone()).await.unwrap();
        assert!(store.marked(&inbox, Marked::Here).await.unwrap().is_empty());
        assert!(store.marked(&inbox, Marked::PutBack).await.unwrap().is_empty());
        store.set_marked(&renewed, Marked::Here, UidSet::new()).await.unwrap();
        assert!(store.marked(&renewed, Marked::Here).await.unwrap().is_empty());
    }

    #[tokio::test]
    async fn sqlite_conforms() {
        let folder = tempfile::tempdir().unwrap();
        conforms(&Store::open(folder.path()).await.unwrap()).await;
    }

    #[tokio::test]
    async fn memory_conforms() {
        conforms(&MemoryDeletingStore::default()).await;
    }
}
