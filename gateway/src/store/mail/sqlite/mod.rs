//! Mail in the gateway's own database. Rows, ledger and what search needs are changed in one transaction.
//!
//! A message's row id is made of its account and its UID, so that ranges of UIDs are ranges of rows. Long lists of UIDs
//! go in and come out as one text.

mod accounts;
mod adding;
mod change;
mod changing;
mod copied;
mod folders;
mod ledger;
mod listing;
mod reading;
mod rows;

use super::{
    DownloadLock, ListSpec, MailAccount, MailChange, MailStore, NewMessage, ServerFolder, StoreError,
    StoredMessage, locks::Locks,
};
use crate::{
    store::Store,
    sync::pop3::ledger::{ContentHash, EntryId, LedgerChange, LedgerEntry},
};
use async_trait::async_trait;
use postern_shared::{
    flags::FlagChange,
    folder::Folder,
    ids::{AccountId, FolderId, Uid},
    pop3::{Pop3Settings, WaitingCopy},
    summary::Summary,
    uid_set::UidSet,
};
use sqlx::SqlitePool;
use std::{collections::HashSet, sync::Arc};
use tokio::sync::{Mutex, broadcast};

/// Mail in SQLite.
#[derive(Clone, Debug)]
pub struct SqliteMailStore {
    pool: SqlitePool,
    /// SQLite writes one at a time, and whoever waits there only tries again and again: here they queue.
    writer: Arc<Mutex<()>>,
    locks: Locks,
    silence: broadcast::Sender<(AccountId, MailChange)>,
}

impl SqliteMailStore {
    /// The mail in an open database.
    pub fn new(store: &Store) -> Self {
        Self {
            pool: store.pool.clone(),
            writer: Arc::default(),
            locks: Locks::default(),
            silence: broadcast::Sender::new(1),
        }
    }
}

#[async_trait]
impl MailStore for SqliteMailStore {
    async fn open_account(&self, account: &AccountId) -> Result<MailAccount, StoreError> {
        self.opened_account(account).await
    }

    async fn accounts(&self) -> Result<Vec<AccountId>, StoreError> {
        self.account_names().await
    }

    async fn set_settings(&self, account: &AccountId, settings: Pop3Settings) -> Result<(), StoreError> {
        self.replace_settings(account, settings).await
    }

    async fn set_checked(&self, account: &AccountId, at: i64) -> Result<(), StoreError> {
        self.note_checked(account, at).await
    }

    async fn folders(&self, account: &AccountId) -> Result<Vec<Folder>, StoreError> {
        self.all_folders(account).await
    }

    async fn create_folder(
        &self,
        account: &AccountId,
        parent: Option<&FolderId>,
        name: &str,
    ) -> Result<FolderId, StoreError> {
        self.make_folder(account, parent, name).await
    }

    async fn move_folder(
        &self,
        account: &AccountId,
        folder: &FolderId,
        parent: Option<&FolderId>,
        name: &str,
    ) -> Result<(), StoreError> {
        self.place_folder(account, folder, parent, name).await
    }

    async fn remove_folder(
        &self,
        account: &AccountId,
        folder: &FolderId,
    ) -> Result<Vec<(FolderId, UidSet)>, StoreError> {
        self.drop_folder(account, folder).await
    }

    async fn add(&self, account: &AccountId, messages: &[NewMessage]) -> Result<Vec<Uid>, StoreError> {
        self.add_messages(account, messages).await
    }

    async fn add_copied(
        &self,
        account: &AccountId,
        from: &ServerFolder,
        uids: &UidSet,
        messages: &[NewMessage],
    ) -> Result<Vec<Uid>, StoreError> {
        self.add_copied_messages(account, from, uids, messages).await
    }

    async fn copied(&self, account: &AccountId, from: &ServerFolder) -> Result<UidSet, StoreError> {
        self.copied_uids(account, from).await
    }

    async fn complete(&self, account: &AccountId, uid: Uid, whole: &NewMessage) -> Result<(), StoreError> {
        self.complete_message(account, uid, whole).await
    }

    async fn list(&self, account: &AccountId, spec: &ListSpec) -> Result<Vec<(u16, Uid)>, StoreError> {
        self.listed(account, spec).await
    }

    async fn summaries(
        &self,
        account: &AccountId,
        folder: &FolderId,
        uids: &[Uid],
    ) -> Result<Vec<Summary>, StoreError> {
        self.read_summaries(account, folder, uids).await
    }

    async fn message(
        &self,
        account: &AccountId,
        folder: &FolderId,
        uid: Uid,
    ) -> Result<Option<StoredMessage>, StoreError> {
        self.read_message(account, folder, uid).await
    }

    async fn set_flags(
        &self,
        account: &AccountId,
        folder: &FolderId,
        uids: &UidSet,
        change: &FlagChange,
    ) -> Result<UidSet, StoreError> {
        self.change_flags(account, folder, uids, change).await
    }

    async fn move_messages(
        &self,
        account: &AccountId,
        from: &FolderId,
        uids: &UidSet,
        to: &FolderId,
    ) -> Result<UidSet, StoreError> {
        self.move_uids(account, from, uids, to).await
    }

    async fn restore(
        &self,
        account: &AccountId,
        uids: &UidSet,
    ) -> Result<Vec<(FolderId, UidSet)>, StoreError> {
        self.restore_uids(account, uids).await
    }

    async fn remove(
        &self,
        account: &AccountId,
        folder: &FolderId,
        uids: &UidSet,
    ) -> Result<UidSet, StoreError> {
        self.remove_uids(account, folder, uids).await
    }

    async fn ledger(&self, account: &AccountId) -> Result<Vec<LedgerEntry>, StoreError> {
        self.whole_ledger(account).await
    }

    async fn copies(&self, account: &AccountId, entries: &[EntryId]) -> Result<Vec<WaitingCopy>, StoreError> {
        self.known_copies(account, entries).await
    }

    async fn change_ledger(&self, account: &AccountId, changes: &[LedgerChange]) -> Result<(), StoreError> {
        self.change_entries(account, changes).await
    }

    async fn blobs(&self, account: &AccountId) -> Result<HashSet<ContentHash>, StoreError> {
        self.all_blobs(account).await
    }

    async fn folder_blobs(
        &self,
        account: &AccountId,
        folder: &FolderId,
    ) -> Result<HashSet<ContentHash>, StoreError> {
        self.blobs_of_folder(account, folder).await
    }

    async fn note_imap(&self, mailbox: &str, used: bool) -> Result<(), StoreError> {
        self.set_imap_noted(mailbox, used).await
    }

    async fn imap_noted(&self, mailbox: &str) -> Result<bool, StoreError> {
        self.is_imap_noted(mailbox).await
    }

    async fn lock_download(&self, account: &AccountId) -> Result<Option<Box<dyn DownloadLock>>, StoreError> {
        let Some(lock) = self.locks.take(account) else { return Ok(None) };
        // Whoever had the right before may be gone with a commit on its way. Whoever has a turn to write has waited for it.
        self.begin().await?.commit().await?;
        Ok(Some(lock))
    }

    async fn tell(&self, _: &AccountId, _: &[MailChange]) -> Result<(), StoreError> {
        Ok(())
    }

    fn hear(&self) -> broadcast::Receiver<(AccountId, MailChange)> {
        self.silence.subscribe()
    }

    async fn close(&self) {
        self.pool.close().await;
    }
}

#[cfg(test)]
mod tests;
