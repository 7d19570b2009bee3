//! What deleting has to remember beyond a run of the gateway.

use futures::future::BoxFuture;
use postern_shared::{
    account::DeletingSettings,
    ids::{AccountId, FolderId, UidValidity},
    uid_set::UidSet,
};
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

/// Which set of messages is remembered for a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Marked {
    /// Messages struck in Postern: a purge counts all others as foreign.
    Here,
    /// Messages whose `\Deleted` a guarded purge took off and has to put back (RFC 4549 §4.2.4).
    PutBack,
}

/// A folder of an account in one life of its UIDs.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct MarkedFolder {
    /// The account.
    pub account: AccountId,
    /// The folder.
    pub folder: FolderId,
    /// Its UIDVALIDITY.
    pub validity: UidValidity,
}

/// The store could not be read or written.
#[derive(Debug, thiserror::Error)]
#[error("the store failed: {0}")]
pub struct StoreError(pub String);

/// Keeps the choices for deleting, one set an account, and marked messages, by folder and UIDVALIDITY.
pub trait DeletingStore: Send + Sync + 'static {
    /// The account's choices; the default ones where none were made.
    fn settings<'a>(&'a self, account: &'a AccountId) -> BoxFuture<'a, Result<DeletingSettings, StoreError>>;

    /// Replaces the account's choices.
    fn set_settings<'a>(
        &'a self,
        account: &'a AccountId,
        settings: DeletingSettings,
    ) -> BoxFuture<'a, Result<(), StoreError>>;

    /// The marked messages of a folder; empty where none were kept.
    fn marked<'a>(
        &'a self,
        folder: &'a MarkedFolder,
        marked: Marked,
    ) -> BoxFuture<'a, Result<UidSet, StoreError>>;

    /// Replaces the marked messages of a folder, and forgets those of its other UIDVALIDITYs: they are no more.
    fn set_marked<'a>(
        &'a self,
        folder: &'a MarkedFolder,
        marked: Marked,
        uids: UidSet,
    ) -> BoxFuture<'a, Result<(), StoreError>>;
}

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
