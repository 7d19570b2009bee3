//! Rules for folders that every store keeps to: names, order, who is in whom.

use super::{StoreError, folder_ids};
use postern_shared::{
    folder::{Counts, Folder, Role},
    ids::FolderId,
};

/// The longest name, in bytes.
const LONGEST_NAME: usize = 255;

/// The folders every account has: id, name, role.
pub(super) const SPECIAL: [(&str, &str, Role); 6] = [
    (folder_ids::INBOX, "Inbox", Role::Inbox),
    (folder_ids::DRAFTS, "Drafts", Role::Drafts),
    (folder_ids::SENT, "Sent", Role::Sent),
    (folder_ids::ARCHIVE, "Archive", Role::Archive),
    (folder_ids::JUNK, "Junk", Role::Junk),
    (folder_ids::DELETED_ITEMS, "Deleted Items", Role::Trash),
];

/// The role of the folder with this id.
pub(super) fn role(folder: &FolderId) -> Option<Role> {
    SPECIAL.iter().find(|(id, ..)| *id == folder.as_str()).map(|&(.., role)| role)
}

/// A folder as browsers see it.
pub(super) fn folder(
    id: FolderId,
    parent: Option<FolderId>,
    name: String,
    total: u32,
    unread: u32,
) -> Folder {
    Folder {
        role: role(&id),
        id,
        parent,
        name,
        selectable: true,
        accepts_children: true,
        subscribed: true,
        counts: Some(Counts { total, unread, deleted: 0 }),
    }
}

/// The name without white space around it.
///
/// # Errors
/// [`StoreError::BadName`].
pub(super) fn checked_name(name: &str) -> Result<&str, StoreError> {
    let name = name.trim();
    if name.is_empty() || name.len() > LONGEST_NAME || name.contains(char::is_control) {
        return Err(StoreError::BadName(name.to_owned()));
    }
    Ok(name)
}

/// Checks that a folder can stand under `parent` by `name`; `moved` is the folder itself where it exists already.
///
/// # Errors
/// As [`super::MailStore::move_folder`].
pub(super) fn check_place(
    folders: &[Folder],
    moved: Option<&FolderId>,
    parent: Option<&FolderId>,
    name: &str,
) -> Result<(), StoreError> {
    if let Some(moved) = moved {
        check_own(folders, moved)?;
    }
    if let Some(parent) = parent {
        let exists = folders.iter().any(|folder| folder.id == *parent);
        if !exists || moved.is_some_and(|moved| within(folders, moved).contains(parent)) {
            return Err(StoreError::NoSuchFolder);
        }
    }
    let folded = name.to_lowercase();
    let taken = folders.iter().any(|folder| {
        folder.parent.as_ref() == parent && Some(&folder.id) != moved && folder.name.to_lowercase() == folded
    });
    if taken { Err(StoreError::FolderExists(name.to_owned())) } else { Ok(()) }
}

/// Checks that a folder exists and is the user's own.
///
/// # Errors
/// [`StoreError::NoSuchFolder`], [`StoreError::SpecialFolder`].
pub(super) fn check_own(folders: &[Folder], folder: &FolderId) -> Result<(), StoreError> {
    match folders.iter().find(|other| other.id == *folder) {
        None => Err(StoreError::NoSuchFolder),
        Some(folder) if folder.role.is_some() => Err(StoreError::SpecialFolder),
        Some(_) => Ok(()),
    }
}

/// The folder and those in it, parents before children.
pub(super) fn within(folders: &[Folder], top: &FolderId) -> Vec<FolderId> {
    let mut found = vec![top.clone()];
    let mut next = 0;
    while let Some(parent) = found.get(next).cloned() {
        let children = folders.iter().filter(|folder| folder.parent.as_ref() == Some(&parent));
        found.extend(children.map(|folder| folder.id.clone()));
        next += 1;
    }
    found
}

/// The order in which folders are shown: special ones first, in the order of their roles, then by name; each with
/// those in it right behind it.
pub(super) fn ordered(mut folders: Vec<Folder>) -> Vec<Folder> {
    folders.sort_by_cached_key(|folder| {
        (folder.role.is_none(), folder.role, folder.name.to_lowercase(), folder.id.clone())
    });
    // From the last to the first, so that the first one is on top of the stack.
    let (mut stack, mut rest): (Vec<Folder>, Vec<Folder>) =
        folders.into_iter().rev().partition(|folder| folder.parent.is_none());
    let mut out = Vec::with_capacity(stack.len() + rest.len());
    while let Some(folder) = stack.pop() {
        let (children, others) =
            rest.into_iter().partition(|child| child.parent.as_ref() == Some(&folder.id));
        rest = others;
        stack.extend::<Vec<Folder>>(children);
        out.push(folder);
    }
    out
}
