//! Folders by the names that lead to them.

use super::ArchiveError;
use crate::{
    store::{
        StoreError,
        blob::Blobs,
        mail::{ListSpec, MailStore, StoredMessage},
    },
    sync::query::Query,
};
use bytes::Bytes;
use futures::stream::BoxStream;
use postern_shared::{
    folder::Folder,
    ids::{AccountId, FolderId, Uid},
    view::Sort,
};

/// A folder and its name, its parents' names before it.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub id: FolderId,
    pub path: Vec<String>,
}

/// An account to read from.
#[derive(Clone, Copy)]
pub(super) struct Source<'a> {
    pub store: &'a dyn MailStore,
    pub blobs: &'a Blobs,
    pub account: &'a AccountId,
}

/// A message, and its bytes as they come.
pub(super) type Opened = (StoredMessage, BoxStream<'static, Result<Bytes, StoreError>>);

impl Source<'_> {
    /// All folders, parents before children.
    pub async fn places(&self) -> Result<Vec<Place>, ArchiveError> {
        let mut places: Vec<Place> = Vec::new();
        for Folder { id, parent, name, .. } in self.store.folders(self.account).await? {
            let above = places.iter().find(|place| parent.as_ref() == Some(&place.id));
            let mut path = above.map(|place| place.path.clone()).unwrap_or_default();
            path.push(name);
            places.push(Place { id, path });
        }
        Ok(places)
    }

    /// The messages of a folder in the order they came into the account.
    pub async fn uids(&self, folder: &FolderId) -> Result<Vec<Uid>, ArchiveError> {
        let spec = ListSpec { folders: vec![folder.clone()], query: Query::default(), sort: Sort::default() };
        let listed = self.store.list(self.account, &spec).await?;
        let mut uids: Vec<Uid> = listed.into_iter().map(|(_, uid)| uid).collect();
        uids.sort_unstable();
        Ok(uids)
    }

    /// A message; absent if it went meanwhile.
    pub async fn open(&self, folder: &FolderId, uid: Uid) -> Result<Option<Opened>, ArchiveError> {
        let Some(message) = self.store.message(self.account, folder, uid).await? else { return Ok(None) };
        let content = message.read(self.account, self.blobs, 0..message.summary.size).await?;
        Ok(Some((message, content)))
    }
}
