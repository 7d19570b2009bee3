//! Folders by the names that lead to them.

use super::ArchiveError;
use crate::{
    store::{
        StoreError,
        blob::Blobs,
        mail::{ListSpec, MailStore, StoredMessage},
    },
    sync::{folder_role, query::Query},
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

/// The folders of an account that is imported into.
pub(super) struct Tree<'a> {
    store: &'a dyn MailStore,
    account: &'a AccountId,
    folders: Vec<Folder>,
}

impl<'a> Tree<'a> {
    pub async fn open(store: &'a dyn MailStore, account: &'a AccountId) -> Result<Self, StoreError> {
        let folders = store.folders(account).await?;
        Ok(Self { store, account, folders })
    }

    /// The folder these names lead to, made where it is missing. Names compare as the store compares them.
    pub async fn find_or_make(&mut self, path: &[String]) -> Result<FolderId, StoreError> {
        let mut parent: Option<FolderId> = None;
        for name in path {
            let folded = name.trim().to_lowercase();
            let known = self
                .folders
                .iter()
                .find(|folder| folder.parent == parent && folder.name.to_lowercase() == folded);
            parent = Some(match known {
                Some(folder) => folder.id.clone(),
                None => {
                    let id = self.store.create_folder(self.account, parent.as_ref(), name).await?;
                    self.folders = self.store.folders(self.account).await?;
                    id
                }
            });
        }
        parent.ok_or(StoreError::NoSuchFolder)
    }

    /// The same for names that another program gave: at the top, what means a special folder is that folder.
    pub async fn find_or_make_foreign(&mut self, path: &[String]) -> Result<FolderId, StoreError> {
        let mut path: Vec<String> = path.iter().map(|name| speakable(name)).collect();
        if let Some(top) = path.first_mut()
            && let Some(role) = folder_role::by_name(&top.to_lowercase())
            && let Some(special) = self.folders.iter().find(|folder| folder.role == Some(role))
        {
            top.clone_from(&special.name);
        }
        self.find_or_make(&path).await
    }
}

/// A name that the store takes.
fn speakable(name: &str) -> String {
    let name = name.replace(char::is_control, " ");
    match name.trim() {
        "" => "Folder".to_owned(),
        name => name.to_owned(),
    }
}
