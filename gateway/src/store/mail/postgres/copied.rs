//! What came from the folders of an IMAP server, and which of its mailboxes were used here.

use super::{PostgresMailStore, adding::put_messages, columns};
use crate::{
    store::{
        StoreError,
        mail::{NewMessage, ServerFolder},
    },
    sync::pop3::ledger::ContentHash,
};
use postern_shared::{
    ids::{AccountId, FolderId, Uid},
    uid_set::UidSet,
};
use sqlx::PgConnection;
use std::collections::HashSet;

impl PostgresMailStore {
    pub(super) async fn add_copied(
        &self,
        account: &AccountId,
        from: &ServerFolder,
        uids: &UidSet,
        messages: &[NewMessage],
    ) -> Result<Vec<Uid>, StoreError> {
        let Some((mut transaction, locked)) = self.begin(account).await? else {
            return Err(StoreError::NoSuchFolder);
        };
        let known = remembered(&mut transaction, account, from).await?;
        if let Some(uid) = known.intersection(uids).iter().next() {
            return Err(StoreError::AlreadyDownloaded(uid.0.to_string()));
        }
        let added = put_messages(&mut transaction, locked.number, messages).await?;
        sqlx::query(
            "INSERT INTO copied (account, server, folder, validity, uids) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (account, server, folder)
             DO UPDATE SET validity = excluded.validity, uids = excluded.uids",
        )
        .bind(locked.number)
        .bind(columns::text(&from.server))
        .bind(&from.name)
        .bind(i64::from(from.validity.0))
        .bind(columns::encoded(&known.union(uids))?)
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(added)
    }

    pub(super) async fn copied(
        &self,
        account: &AccountId,
        from: &ServerFolder,
    ) -> Result<UidSet, StoreError> {
        let mut connection = self.pool.acquire().await?;
        remembered(&mut connection, account, from).await
    }

    pub(super) async fn folder_blobs(
        &self,
        account: &AccountId,
        folder: &FolderId,
    ) -> Result<HashSet<ContentHash>, StoreError> {
        let hashes: Vec<Vec<u8>> = sqlx::query_scalar(
            "SELECT DISTINCT hash FROM messages
             WHERE account = (SELECT number FROM accounts WHERE account = $1) AND folder = $2",
        )
        .bind(account.as_str())
        .bind(columns::text(folder.as_str()))
        .fetch_all(&self.pool)
        .await?;
        hashes.into_iter().map(columns::hash).collect()
    }

    pub(super) async fn note_imap(&self, mailbox: &str, used: bool) -> Result<(), StoreError> {
        let statement = if used {
            "INSERT INTO imap_used (mailbox) VALUES ($1) ON CONFLICT DO NOTHING"
        } else {
            "DELETE FROM imap_used WHERE mailbox = $1"
        };
        sqlx::query(statement).bind(columns::text(mailbox)).execute(&self.pool).await?;
        Ok(())
    }

    pub(super) async fn imap_noted(&self, mailbox: &str) -> Result<bool, StoreError> {
        let noted = sqlx::query_scalar("SELECT EXISTS (SELECT FROM imap_used WHERE mailbox = $1)")
            .bind(columns::text(mailbox))
            .fetch_one(&self.pool)
            .await?;
        Ok(noted)
    }
}

async fn remembered(
    connection: &mut PgConnection,
    account: &AccountId,
    from: &ServerFolder,
) -> Result<UidSet, StoreError> {
    let uids: Option<String> = sqlx::query_scalar(
        "SELECT uids FROM copied WHERE account = (SELECT number FROM accounts WHERE account = $1)
         AND server = $2 AND folder = $3 AND validity = $4",
    )
    .bind(account.as_str())
    .bind(columns::text(&from.server))
    .bind(&from.name)
    .bind(i64::from(from.validity.0))
    .fetch_optional(connection)
    .await?;
    uids.map_or_else(|| Ok(UidSet::new()), |uids| columns::decoded(&uids))
}
