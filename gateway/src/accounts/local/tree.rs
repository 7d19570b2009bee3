//! Folders by the names that lead to them, made where they are missing.

use crate::{
    store::{StoreError, mail::MailStore},
    sync::folder_role,
};
use postern_shared::{
    folder::{Folder, Role},
    ids::{AccountId, FolderId},
};

/// The longest name the store takes, in bytes.
const LONGEST_NAME: usize = 255;

/// The folders of an account that mail of other origin goes into.
pub struct Tree<'a> {
    store: &'a dyn MailStore,
    account: &'a AccountId,
    folders: Vec<Folder>,
}

impl<'a> Tree<'a> {
    /// Reads them.
    ///
    /// # Errors
    /// The store's.
    pub async fn open(store: &'a dyn MailStore, account: &'a AccountId) -> Result<Self, StoreError> {
        let folders = store.folders(account).await?;
        Ok(Self { store, account, folders })
    }

    /// The folder these names lead to, made where it is missing. Names compare as the store compares them.
    ///
    /// # Errors
    /// The store's; [`StoreError::NoSuchFolder`] where there are no names.
    pub async fn find_or_make(&mut self, path: &[String]) -> Result<FolderId, StoreError> {
        self.find_or_make_in(None, path).await
    }

    /// The same for names that another program gave: they lead from the folder of that role, or from the top.
    ///
    /// # Errors
    /// As [`Tree::find_or_make`], where there is neither a role nor a name.
    pub async fn find_or_make_from(
        &mut self,
        role: Option<Role>,
        path: &[String],
    ) -> Result<FolderId, StoreError> {
        let path: Vec<String> = path.iter().map(|name| speakable(name)).collect();
        let special = self.folders.iter().find(|folder| role.is_some() && folder.role == role);
        let top = special.map(|folder| folder.id.clone());
        self.find_or_make_in(top, &path).await
    }

    async fn find_or_make_in(
        &mut self,
        top: Option<FolderId>,
        path: &[String],
    ) -> Result<FolderId, StoreError> {
        let mut parent = top;
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
    ///
    /// # Errors
    /// As [`Tree::find_or_make`].
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
    let name = name.trim();
    match &name[..name.floor_char_boundary(LONGEST_NAME)] {
        "" => "Folder".to_owned(),
        name => name.to_owned(),
    }
}
