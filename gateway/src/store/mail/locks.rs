//! The right to download, among the tasks of one gateway.

use super::DownloadLock;
use postern_shared::ids::AccountId;
use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
};

/// Which accounts are being downloaded.
#[derive(Clone, Debug, Default)]
pub(super) struct Locks {
    held: Arc<Mutex<HashSet<AccountId>>>,
}

/// The right to download one account.
struct Held {
    account: AccountId,
    locks: Locks,
}

impl Locks {
    /// The right for `account`, unless somebody has it.
    pub(super) fn take(&self, account: &AccountId) -> Option<Box<dyn DownloadLock>> {
        let free = self.held.lock().unwrap_or_else(PoisonError::into_inner).insert(account.clone());
        free.then(|| -> Box<dyn DownloadLock> {
            Box::new(Held { account: account.clone(), locks: self.clone() })
        })
    }
}

impl DownloadLock for Held {}

impl Drop for Held {
    fn drop(&mut self) {
        self.locks.held.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.account);
    }
}
