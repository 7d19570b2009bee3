//! A mail store in memory, for tests of what stands above.

mod account;
mod search;

use super::{
    DownloadLock, ListSpec, MailAccount, MailChange, MailStore, NewMessage, ServerFolder, StoreError,
    StoredMessage, locks::Locks,
};
use crate::sync::{
    order,
    pop3::ledger::{ContentHash, EntryId, LedgerChange, LedgerEntry},
};
use account::{Account, Kept};
use async_trait::async_trait;
use postern_shared::{
    flags::FlagChange,
    folder::Folder,
    ids::{AccountId, FolderId, Uid},
    pop3::{Pop3Settings, WaitingCopy},
    summary::Summary,
    uid_set::UidSet,
};
use std::{
    collections::{BTreeMap, HashSet},
    sync::{Mutex, MutexGuard, PoisonError},
};
use tokio::sync::broadcast;

/// A store that forgets when the gateway stops.
#[derive(Debug)]
pub struct MemoryMailStore {
    accounts: Mutex<BTreeMap<AccountId, Account>>,
    imap_used: Mutex<HashSet<String>>,
    locks: Locks,
    silence: broadcast::Sender<(AccountId, MailChange)>,
}

impl Default for MemoryMailStore {
    fn default() -> Self {
        Self {
            accounts: Mutex::default(),
            imap_used: Mutex::default(),
            locks: Locks::default(),
            silence: broadcast::Sender::new(1),
        }
    }
}

impl MemoryMailStore {
    fn accounts(&self) -> MutexGuard<'_, BTreeMap<AccountId, Account>> {
        self.accounts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What `look` makes of an account; nothing where there is none.
    fn look<T: Default>(&self, account: &AccountId, look: impl FnOnce(&mut Account) -> T) -> T {
        self.accounts().get_mut(account).map(look).unwrap_or_default()
    }

    /// The same, where a missing account is an error.
    fn change<T>(
        &self,
        account: &AccountId,
        change: impl FnOnce(&mut Account) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.accounts().get_mut(account).map_or(Err(StoreError::NoSuchFolder), change)
    }
}

#[async_trait]
impl MailStore for MemoryMailStore {
    async fn open_account(&self, account: &AccountId) -> Result<MailAccount, StoreError> {
        let mut accounts = self.accounts();
        let validity = u32::try_from(accounts.len() + 1).map_err(|_| StoreError::Full)?;
        Ok(accounts.entry(account.clone()).or_insert_with(|| Account::new(validity)).account.clone())
    }

    async fn accounts(&self) -> Result<Vec<AccountId>, StoreError> {
        Ok(self.accounts().keys().cloned().collect())
    }

    async fn set_settings(&self, account: &AccountId, settings: Pop3Settings) -> Result<(), StoreError> {
        self.look(account, |account| account.account.settings = settings);
        Ok(())
    }

    async fn set_checked(&self, account: &AccountId, at: i64) -> Result<(), StoreError> {
        self.look(account, |account| account.account.checked_at = Some(at));
        Ok(())
    }

    async fn folders(&self, account: &AccountId) -> Result<Vec<Folder>, StoreError> {
        Ok(self.look(account, |account| account.folders()))
    }

    async fn create_folder(
        &self,
        account: &AccountId,
        parent: Option<&FolderId>,
        name: &str,
    ) -> Result<FolderId, StoreError> {
        self.change(account, |account| account.create_folder(parent, name))
    }

    async fn move_folder(
        &self,
        account: &AccountId,
        folder: &FolderId,
        parent: Option<&FolderId>,
        name: &str,
    ) -> Result<(), StoreError> {
        self.change(account, |account| account.move_folder(folder, parent, name))
    }

    async fn remove_folder(
        &self,
        account: &AccountId,
        folder: &FolderId,
    ) -> Result<Vec<(FolderId, UidSet)>, StoreError> {
        self.change(account, |account| account.remove_folder(folder))
    }

    async fn add(&self, account: &AccountId, messages: &[NewMessage]) -> Result<Vec<Uid>, StoreError> {
        self.change(account, |account| account.add(messages))
    }

    async fn add_copied(
        &self,
        account: &AccountId,
        from: &ServerFolder,
        uids: &UidSet,
        messages: &[NewMessage],
    ) -> Result<Vec<Uid>, StoreError> {
        self.change(account, |account| account.add_copied(from, uids, messages))
    }

    async fn copied(&self, account: &AccountId, from: &ServerFolder) -> Result<UidSet, StoreError> {
        Ok(self.look(account, |account| account.copied(from)))
    }

    async fn complete(&self, account: &AccountId, uid: Uid, whole: &NewMessage) -> Result<(), StoreError> {
        self.look(account, |account| account.complete(uid, whole)).ok_or(StoreError::NoSuchMessage)
    }

    async fn list(&self, account: &AccountId, spec: &ListSpec) -> Result<Vec<(u16, Uid)>, StoreError> {
        Ok(self.look(account, |account| {
            let mut rows = Vec::new();
            for (uid, kept) in &account.messages {
                let place = spec.folders.iter().position(|folder| *folder == kept.message.folder);
                let Some(place) = place.and_then(|place| u16::try_from(place).ok()) else { continue };
                if search::finds(&spec.query, &kept.message) {
                    rows.push((search::value(kept, spec.sort.key), place, *uid));
                }
            }
            rows.sort_by(|a, b| order::compare((&a.0, a.2), (&b.0, b.2), spec.sort));
            rows.into_iter().map(|(_, place, uid)| (place, uid)).collect()
        }))
    }

    async fn summaries(
        &self,
        account: &AccountId,
        folder: &FolderId,
        uids: &[Uid],
    ) -> Result<Vec<Summary>, StoreError> {
        Ok(self.look(account, |account| {
            uids.iter().filter_map(|uid| Some(account.summary(*uid, account.kept(folder, *uid)?))).collect()
        }))
    }

    async fn message(
        &self,
        account: &AccountId,
        folder: &FolderId,
        uid: Uid,
    ) -> Result<Option<StoredMessage>, StoreError> {
        Ok(self.look(account, |account| {
            let kept = account.kept(folder, uid)?;
            Some(StoredMessage {
                summary: account.summary(uid, kept),
                hash: kept.message.hash,
                partial: kept.message.partial,
                layout: kept.message.layout.clone(),
                source: kept.message.source.clone(),
                ledger: account.ledger.iter().find(|entry| entry.uid == Some(uid)).cloned(),
            })
        }))
    }

    async fn set_flags(
        &self,
        account: &AccountId,
        folder: &FolderId,
        uids: &UidSet,
        change: &FlagChange,
    ) -> Result<UidSet, StoreError> {
        Ok(self.look(account, |account| {
            let mut changed = UidSet::new();
            for (uid, kept) in account.in_folder(folder, uids) {
                let mut flags = kept.message.flags.clone();
                change.apply(&mut flags);
                if flags != kept.message.flags {
                    kept.message.flags = flags;
                    changed.insert(uid);
                }
            }
            changed
        }))
    }

    async fn move_messages(
        &self,
        account: &AccountId,
        from: &FolderId,
        uids: &UidSet,
        to: &FolderId,
    ) -> Result<UidSet, StoreError> {
        self.change(account, |account| account.move_messages(from, uids, to))
    }

    async fn restore(
        &self,
        account: &AccountId,
        uids: &UidSet,
    ) -> Result<Vec<(FolderId, UidSet)>, StoreError> {
        Ok(self.look(account, |account| account.restore(uids)))
    }

    async fn remove(
        &self,
        account: &AccountId,
        folder: &FolderId,
        uids: &UidSet,
    ) -> Result<UidSet, StoreError> {
        Ok(self.look(account, |account| account.remove(folder, uids)))
    }

    async fn ledger(&self, account: &AccountId) -> Result<Vec<LedgerEntry>, StoreError> {
        Ok(self.look(account, |account| account.ledger.clone()))
    }

    async fn copies(&self, account: &AccountId, entries: &[EntryId]) -> Result<Vec<WaitingCopy>, StoreError> {
        Ok(self.look(account, |account| account.copies(entries)))
    }

    async fn change_ledger(&self, account: &AccountId, changes: &[LedgerChange]) -> Result<(), StoreError> {
        self.look(account, |account| account.change_ledger(changes));
        Ok(())
    }

    async fn blobs(&self, account: &AccountId) -> Result<HashSet<ContentHash>, StoreError> {
        Ok(self.look(account, |account| account.messages.values().map(|kept| kept.message.hash).collect()))
    }

    async fn folder_blobs(
        &self,
        account: &AccountId,
        folder: &FolderId,
    ) -> Result<HashSet<ContentHash>, StoreError> {
        Ok(self.look(account, |account| {
            let there = account.messages.values().filter(|kept| kept.message.folder == *folder);
            there.map(|kept| kept.message.hash).collect()
        }))
    }

    async fn note_imap(&self, mailbox: &str, used: bool) -> Result<(), StoreError> {
        let mut noted = self.imap_used.lock().unwrap_or_else(PoisonError::into_inner);
        if used {
            noted.insert(mailbox.to_owned());
        } else {
            noted.remove(mailbox);
        }
        Ok(())
    }

    async fn imap_noted(&self, mailbox: &str) -> Result<bool, StoreError> {
        Ok(self.imap_used.lock().unwrap_or_else(PoisonError::into_inner).contains(mailbox))
    }

    async fn lock_download(&self, account: &AccountId) -> Result<Option<Box<dyn DownloadLock>>, StoreError> {
        Ok(self.locks.take(account))
    }

    async fn tell(&self, _: &AccountId, _: &[MailChange]) -> Result<(), StoreError> {
        Ok(())
    }

    fn hear(&self) -> broadcast::Receiver<(AccountId, MailChange)> {
        self.silence.subscribe()
    }

    async fn close(&self) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn memory_conforms() {
        crate::store::mail::conformance::conforms(&MemoryMailStore::default()).await;
    }
}
