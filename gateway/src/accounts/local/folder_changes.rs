//! Changes of local folders. Whatever is deleted goes to Deleted Items first; only there is it removed for good.

use super::{
    changes::{Done, fail},
    history::Undo,
    mailbox::Mailbox,
};
use crate::{
    store::mail::{ListSpec, MailChange, folder_ids},
    sync::query::Query,
};
use postern_shared::{
    error::{ErrorCode, Failure},
    folder::Role,
    ids::{FolderId, Uid},
    uid_set::UidSet,
    view::Sort,
};

impl Mailbox {
    pub(super) async fn create_folder(&self, parent: Option<&FolderId>, name: &str) -> Result<Done, Failure> {
        self.store.create_folder(&self.account, parent, name).await.map_err(fail)?;
        Ok(Done { changes: vec![MailChange::Folders], ..Done::default() })
    }

    pub(super) async fn rename_folder(
        &self,
        folder: &FolderId,
        parent: Option<&FolderId>,
        name: &str,
    ) -> Result<Done, Failure> {
        let before = self.folder(folder).ok_or_else(|| Failure::new(ErrorCode::NoSuchFolder, ""))?;
        let undo = Undo::Folder(folder.clone(), before.parent.clone(), before.name.clone());
        self.store.move_folder(&self.account, folder, parent, name).await.map_err(fail)?;
        Ok(Done { changes: vec![MailChange::Folders], undo: Some(undo), ..Done::default() })
    }

    /// The folder goes to Deleted Items, with all that is in it; from there it goes for good.
    pub(super) async fn delete_folder(&self, folder: &FolderId) -> Result<Done, Failure> {
        let found = self.folder(folder).ok_or_else(|| Failure::new(ErrorCode::NoSuchFolder, ""))?;
        if found.role.is_some() {
            return Err(Failure::new(ErrorCode::BadInput, "a special folder stays as it is"));
        }
        if self.is_in_deleted_items(folder) {
            return self.remove_folder(folder).await;
        }
        let deleted_items = FolderId::from(folder_ids::DELETED_ITEMS);
        let name = self.free_name(&deleted_items, &found.name);
        self.rename_folder(folder, Some(&deleted_items), &name).await
    }

    /// Everything in a folder goes to Deleted Items; Deleted Items itself is emptied for good, folders in it too.
    pub(super) async fn empty_folder(&self, folder: &FolderId) -> Result<Done, Failure> {
        let found = self.folder(folder).ok_or_else(|| Failure::new(ErrorCode::NoSuchFolder, ""))?;
        let uids = self.all_in(folder).await?;
        if !self.is_in_deleted_items(folder) {
            return self.move_to(vec![(folder.clone(), uids)], &folder_ids::DELETED_ITEMS.into()).await;
        }
        let removed = self.store.remove(&self.account, folder, &uids).await.map_err(fail)?;
        let mut done = Done { count: removed.len() as u32, for_good: true, ..Done::default() };
        done.changes.push(MailChange::Removed(folder.clone(), removed));
        if found.role == Some(Role::Trash) {
            let inside = self.folders.iter().filter(|inner| inner.parent.as_ref() == Some(folder));
            for inner in inside {
                let part = self.remove_folder(&inner.id).await?;
                done.count += part.count;
                done.changes.extend(part.changes);
            }
        }
        Ok(done)
    }

    async fn remove_folder(&self, folder: &FolderId) -> Result<Done, Failure> {
        let mut done = Done { for_good: true, ..Done::default() };
        for (from, uids) in self.store.remove_folder(&self.account, folder).await.map_err(fail)? {
            done.count += uids.len() as u32;
            done.changes.push(MailChange::Removed(from, uids));
        }
        done.changes.push(MailChange::Folders);
        Ok(done)
    }

    async fn all_in(&self, folder: &FolderId) -> Result<UidSet, Failure> {
        let list = ListSpec { folders: vec![folder.clone()], query: Query::default(), sort: Sort::default() };
        let entries = self.store.list(&self.account, &list).await.map_err(fail)?;
        let mut uids: Vec<Uid> = entries.into_iter().map(|(_, uid)| uid).collect();
        uids.sort_unstable();
        Ok(uids.into_iter().collect())
    }

    /// A name that no folder in `parent` has.
    fn free_name(&self, parent: &FolderId, name: &str) -> String {
        let taken = |name: &str| {
            let name = name.to_lowercase();
            let mut inside = self.folders.iter().filter(|folder| folder.parent.as_ref() == Some(parent));
            inside.any(|folder| folder.name.to_lowercase() == name)
        };
        let numbered = (2..).map(|number: u32| format!("{name} ({number})"));
        std::iter::once(name.to_owned()).chain(numbered).find(|name| !taken(name)).unwrap_or_default()
    }
}
