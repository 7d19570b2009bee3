//! The folders of the server that stand for those here.

use crate::{
    accounts::{
        imap::{
            connection::{CommandError, Connection},
            server_list,
        },
        transfer_error::TransferError,
    },
    imap::command::{Command, MailboxName},
    sync::folder_list::{FolderEntry, FolderList, NameError},
};
use postern_shared::{folder::Folder, ids::FolderId};
use std::collections::HashMap;

/// Stands for the server's hierarchy delimiter in the name of a folder here.
const NO_DELIMITER: &str = "_";

/// The server's folders, and which of them stand for folders here.
pub struct Folders {
    list: FolderList,
    prefix: Vec<u8>,
    found: HashMap<FolderId, FolderId>,
}

impl Folders {
    /// Asks the server for its folders.
    ///
    /// # Errors
    /// [`TransferError`].
    pub async fn list(connection: &mut Connection) -> Result<Self, TransferError> {
        let prefix = server_list::prefix(connection).await?;
        let list = server_list::list(connection, &prefix).await?;
        Ok(Self { list, prefix, found: HashMap::new() })
    }

    /// The server's folder for a folder here, made where it is missing: the one of the same role, else of the same name in
    /// the one that stands for its parent. None for an empty special folder that the server does not have. `local`: the
    /// folders here; parents are asked for before their children.
    ///
    /// # Errors
    /// [`TransferError`].
    pub async fn counterpart(
        &mut self,
        connection: &mut Connection,
        folder: &Folder,
        local: &[Folder],
    ) -> Result<Option<MailboxName>, TransferError> {
        let parent = folder.parent.as_ref().and_then(|parent| self.found.get(parent)).cloned();
        let name = self.name(&folder.name);
        let of_role = folder.role.and_then(|role| self.list.with_role(role));
        let existing = of_role.or_else(|| self.named(parent.as_ref(), &name));
        let (raw, missing) = match existing {
            Some(entry) => (entry.raw.clone(), !entry.folder.selectable),
            None if folder.role.is_some() && is_bare(folder, local) => return Ok(None),
            None => (self.compose(parent.as_ref(), &name)?, true),
        };
        if missing {
            connection.run(&Command::Create(raw.clone())).await?;
            ignore_refusal(connection.run(&Command::Subscribe(raw.clone())).await)?;
            self.list = server_list::list(connection, &self.prefix).await?;
        }
        if let Some(entry) = self.list.by_raw(&raw.0) {
            self.found.insert(folder.id.clone(), entry.folder.id.clone());
        }
        Ok(Some(raw))
    }

    /// The name a folder has there.
    fn name(&self, name: &str) -> String {
        match self.list.delimiter() {
            Some(delimiter) => name.replace(delimiter, NO_DELIMITER),
            None => name.to_owned(),
        }
    }

    fn named(&self, parent: Option<&FolderId>, name: &str) -> Option<&FolderEntry> {
        self.list
            .entries()
            .iter()
            .find(|entry| entry.folder.parent.as_ref() == parent && entry.folder.name == name.trim())
    }

    fn compose(&self, parent: Option<&FolderId>, name: &str) -> Result<MailboxName, TransferError> {
        let composed = match self.list.compose(parent, name) {
            // The parent takes no folders: beside it, then.
            Err(NameError::Parent) => self.list.compose(None, name),
            composed => composed,
        };
        composed.map_err(|error| TransferError::Name { name: name.to_owned(), error })
    }
}

/// Whether a folder holds neither mail nor folders.
fn is_bare(folder: &Folder, local: &[Folder]) -> bool {
    folder.counts.is_none_or(|counts| counts.total == 0)
        && !local.iter().any(|other| other.parent.as_ref() == Some(&folder.id))
}

/// A folder that is not subscribed to is there all the same.
fn ignore_refusal<T>(result: Result<T, CommandError>) -> Result<(), TransferError> {
    match result {
        Ok(_) | Err(CommandError::Refused { .. }) => Ok(()),
        Err(lost) => Err(lost.into()),
    }
}
