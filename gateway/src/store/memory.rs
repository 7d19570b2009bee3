//! A store in memory, for tests of what stands above.

use super::{DeletingStore, Marked, MarkedFolder, ReadingStore, StoreError};
use futures::future::BoxFuture;
use postern_shared::{account::DeletingSettings, ids::AccountId, uid_set::UidSet};
use std::{
    collections::{BTreeSet, HashMap},
    sync::{Mutex, PoisonError},
};

/// A store that forgets when the gateway stops.
#[derive(Debug, Default)]
pub struct MemoryDeletingStore {
    settings: Mutex<HashMap<AccountId, DeletingSettings>>,
    marked: Mutex<HashMap<(MarkedFolder, Marked), UidSet>>,
}

impl DeletingStore for MemoryDeletingStore {
    fn settings<'a>(&'a self, account: &'a AccountId) -> BoxFuture<'a, Result<DeletingSettings, StoreError>> {
        let settings = self.settings.lock().unwrap_or_else(PoisonError::into_inner);
        let found = settings.get(account).copied().unwrap_or_default();
        Box::pin(async move { Ok(found) })
    }

    fn set_settings<'a>(
        &'a self,
        account: &'a AccountId,
        settings: DeletingSettings,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        self.settings.lock().unwrap_or_else(PoisonError::into_inner).insert(account.clone(), settings);
        Box::pin(async { Ok(()) })
    }

    fn marked<'a>(
        &'a self,
        folder: &'a MarkedFolder,
        marked: Marked,
    ) -> BoxFuture<'a, Result<UidSet, StoreError>> {
        let sets = self.marked.lock().unwrap_or_else(PoisonError::into_inner);
        let found = sets.get(&(folder.clone(), marked)).cloned().unwrap_or_default();
        Box::pin(async move { Ok(found) })
    }

    fn set_marked<'a>(
        &'a self,
        folder: &'a MarkedFolder,
        marked: Marked,
        uids: UidSet,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        let mut sets = self.marked.lock().unwrap_or_else(PoisonError::into_inner);
        sets.retain(|(kept, _), _| {
            kept.account != folder.account || kept.folder != folder.folder || kept.validity == folder.validity
        });
        if uids.is_empty() {
            sets.remove(&(folder.clone(), marked));
        } else {
            sets.insert((folder.clone(), marked), uids);
        }
        Box::pin(async { Ok(()) })
    }
}

/// Choices for reading that are forgotten when the gateway stops.
#[derive(Debug, Default)]
pub struct MemoryReadingStore {
    trusted: Mutex<BTreeSet<(AccountId, String)>>,
}

impl ReadingStore for MemoryReadingStore {
    fn trusted_senders<'a>(
        &'a self,
        account: &'a AccountId,
    ) -> BoxFuture<'a, Result<Vec<String>, StoreError>> {
        let trusted = self.trusted.lock().unwrap_or_else(PoisonError::into_inner);
        let own = trusted.iter().filter(|(of, _)| of == account).map(|(_, sender)| sender.clone()).collect();
        Box::pin(async move { Ok(own) })
    }

    fn set_trusted<'a>(
        &'a self,
        account: &'a AccountId,
        sender: &'a str,
        trusted: bool,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        let entry = (account.clone(), sender.to_owned());
        let mut all = self.trusted.lock().unwrap_or_else(PoisonError::into_inner);
        if trusted {
            all.insert(entry)
        } else {
            all.remove(&entry)
        };
        Box::pin(async { Ok(()) })
    }
}
