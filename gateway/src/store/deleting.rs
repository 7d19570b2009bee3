//! What deleting has to remember beyond a run of the gateway.

use super::StoreError;
use futures::future::BoxFuture;
use postern_shared::{
    account::DeletingSettings,
    ids::{AccountId, FolderId, UidValidity},
    uid_set::UidSet,
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
