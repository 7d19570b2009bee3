//! Drafts and Sent of an IMAP server, over a connection of the desk's own.

use super::{HomeError, Written};
use crate::{
    accounts::{
        imap::{
            connection::{CommandError, Completed, Connection},
            server_list,
        },
        login::Login,
    },
    failpoint,
    imap::{
        command::{Command, MailboxName, SearchKey, SelectMode, SequenceSet},
        response::{Code, Untagged},
    },
    store::StoreError,
    sync::folder_list::FolderList,
};
use postern_shared::{
    error::{ErrorCode, Failure},
    flags::{Flag, Flags},
    folder::Role,
    ids::{FolderId, MessageKey, Uid, UidValidity},
    uid_set::UidSet,
};

/// The mailbox, and a connection while one is needed.
#[derive(Debug)]
pub(in crate::accounts::desk) struct ImapHome {
    login: Login,
    line: Option<Line>,
}

/// A connection, and the folders it was told.
#[derive(Debug)]
struct Line {
    connection: Connection,
    prefix: Vec<u8>,
    folders: FolderList,
}

/// A folder there.
struct Place {
    id: FolderId,
    raw: MailboxName,
}

impl ImapHome {
    pub fn new(login: Login) -> Self {
        Self { login, line: None }
    }

    pub fn is_connected(&self) -> bool {
        self.line.is_some()
    }

    pub fn hang_up(&mut self) {
        if let Some(line) = self.line.take() {
            tokio::spawn(line.connection.logout());
        }
    }

    /// The connection, for one errand: it is kept only where that went well.
    async fn line(&mut self) -> Result<Line, HomeError> {
        if let Some(line) = self.line.take() {
            return Ok(line);
        }
        let mut connection = Connection::open(&self.login).await?;
        let prefix = server_list::prefix(&mut connection).await?;
        let folders = server_list::list(&mut connection, &prefix).await?;
        Ok(Line { connection, prefix, folders })
    }

    pub async fn put_draft(
        &mut self,
        message: &Written,
        message_id: &str,
        date: i64,
        old: Option<&MessageKey>,
        unsure: bool,
    ) -> Result<MessageKey, HomeError> {
        let mut line = self.line().await?;
        let place = line.made(Role::Drafts, "Drafts").await?;
        let flags: Flags = [Flag::Draft, Flag::Seen].into_iter().collect();
        let appended = line.append(&place, &flags, date, message).await?;
        failpoint::hit("drafts.appended");
        let (key, others) = match appended.code {
            Some(Code::AppendUid(validity, uids)) if !unsure && uids.len() == 1 => {
                let uid = uids.iter().next().unwrap_or_default();
                let key = MessageKey { folder: place.id.clone(), validity: UidValidity(validity), uid };
                let old = old.filter(|old| old.folder == key.folder && old.validity == key.validity);
                (key, old.map(|old| old.uid).into_iter().collect())
            }
            _ => {
                let validity = line.select(&place.raw).await?;
                let mut found = line.with_id(message_id).await?;
                // The newest one is the one just put there.
                let uid = found.pop().ok_or_else(|| refused("the draft that was stored cannot be found"))?;
                let key = MessageKey { folder: place.id.clone(), validity, uid };
                let old = old.filter(|old| old.folder == key.folder && old.validity == key.validity);
                found.extend(old.map(|old| old.uid));
                (key, found)
            }
        };
        if !others.is_empty() && line.select(&place.raw).await? == key.validity {
            line.remove(others.into_iter().collect()).await?;
        }
        self.line = Some(line);
        Ok(key)
    }

    pub async fn remove_draft(
        &mut self,
        key: Option<&MessageKey>,
        message_id: Option<&str>,
    ) -> Result<(), HomeError> {
        let mut line = self.line().await?;
        if let Some(key) = key
            && line.open(key).await?
        {
            line.remove([key.uid].into_iter().collect()).await?;
        }
        if let (Some(message_id), Some(place)) = (message_id, line.place(Role::Drafts)) {
            line.select(&place.raw).await?;
            let found: UidSet = line.with_id(message_id).await?.into_iter().collect();
            line.remove(found).await?;
        }
        self.line = Some(line);
        Ok(())
    }

    pub async fn is_in_sent(&mut self, message_id: &str) -> Result<bool, HomeError> {
        let mut line = self.line().await?;
        let found = match line.place(Role::Sent) {
            Some(place) => {
                line.connection.run(&Command::Examine(place.raw)).await?;
                !line.with_id(message_id).await?.is_empty()
            }
            None => false,
        };
        self.line = Some(line);
        Ok(found)
    }

    pub async fn put_sent(&mut self, message: &Written, date: i64) -> Result<(), HomeError> {
        let mut line = self.line().await?;
        let place = line.made(Role::Sent, "Sent").await?;
        line.append(&place, &Flags::one(Flag::Seen), date, message).await?;
        self.line = Some(line);
        Ok(())
    }

    pub async fn mark(&mut self, key: &MessageKey, forwarded: bool) -> Result<(), HomeError> {
        let mut line = self.line().await?;
        if line.open(key).await? {
            let flag = if forwarded { Flag::Forwarded } else { Flag::Answered };
            for set in SequenceSet::pieces(&[key.uid].into_iter().collect()) {
                line.connection.run(&Command::Store { set, add: true, flags: Flags::one(flag) }).await?;
            }
        }
        self.line = Some(line);
        Ok(())
    }
}

impl Line {
    fn place(&self, role: Role) -> Option<Place> {
        let entry = self.folders.with_role(role).filter(|entry| entry.folder.selectable)?;
        Some(Place { id: entry.folder.id.clone(), raw: entry.raw.clone() })
    }

    /// The folder of a role, made where it is missing.
    async fn made(&mut self, role: Role, name: &str) -> Result<Place, HomeError> {
        if let Some(place) = self.place(role) {
            return Ok(place);
        }
        let composed = self.folders.compose(None, name);
        let raw = composed.map_err(|error| HomeError::Name { name: name.to_owned(), error })?;
        self.connection.run(&Command::Create(raw.clone())).await?;
        match self.connection.run(&Command::Subscribe(raw)).await {
            // It is there all the same.
            Ok(_) | Err(CommandError::Refused { .. }) => {}
            Err(lost) => return Err(lost.into()),
        }
        self.folders = server_list::list(&mut self.connection, &self.prefix).await?;
        self.place(role).ok_or_else(|| refused("the folder that was made is not there"))
    }

    /// Appends to a folder; one that was only listed is made (RFC 9051 §6.3.12).
    async fn append(
        &mut self,
        place: &Place,
        flags: &Flags,
        date: i64,
        message: &Written,
    ) -> Result<Completed, HomeError> {
        let read = || message.read().map_err(StoreError::BlobFile);
        match self.connection.append(&place.raw, flags, Some(date), message.size, read()?).await {
            Err(CommandError::Refused { code: Some(Code::TryCreate), .. }) => {
                self.connection.run(&Command::Create(place.raw.clone())).await?;
                Ok(self.connection.append(&place.raw, flags, Some(date), message.size, read()?).await?)
            }
            appended => Ok(appended?),
        }
    }

    async fn select(&mut self, raw: &MailboxName) -> Result<UidValidity, HomeError> {
        let selected = self.connection.run(&Command::Select(raw.clone(), SelectMode::Plain)).await?;
        validity(&selected).ok_or_else(|| refused("the folder's UIDs cannot be relied on"))
    }

    /// Opens the folder of a message; false where folder or message are gone.
    async fn open(&mut self, key: &MessageKey) -> Result<bool, HomeError> {
        let Some(entry) = self.folders.get(&key.folder).filter(|entry| entry.folder.selectable) else {
            return Ok(false);
        };
        let raw = entry.raw.clone();
        Ok(self.select(&raw).await? == key.validity)
    }

    /// The messages of the open folder with that Message-ID, oldest first.
    async fn with_id(&mut self, message_id: &str) -> Result<Vec<Uid>, HomeError> {
        let key = SearchKey::Header("Message-ID", format!("<{message_id}>"));
        let answer = self.connection.run(&Command::Search { returns: None, key }).await?;
        let numbers = answer.untagged.into_iter().filter_map(|response| match response {
            Untagged::Search { numbers, .. } => Some(numbers),
            _ => None,
        });
        let mut uids: Vec<Uid> = numbers.flatten().map(Uid).collect();
        uids.sort_unstable();
        Ok(uids)
    }

    /// Removes messages of the open folder, these and no others. Where the server cannot do that they stay, struck.
    async fn remove(&mut self, uids: UidSet) -> Result<(), HomeError> {
        let capabilities = self.connection.capabilities();
        let exactly = capabilities.has("UIDPLUS") || capabilities.has("IMAP4REV2");
        for set in SequenceSet::pieces(&uids) {
            let flags = Flags::one(Flag::Deleted);
            self.connection.run(&Command::Store { set: set.clone(), add: true, flags }).await?;
            if exactly {
                self.connection.run(&Command::UidExpunge(set)).await?;
            }
        }
        Ok(())
    }
}

fn validity(selected: &Completed) -> Option<UidValidity> {
    selected.untagged.iter().find_map(|response| match response {
        Untagged::Status(status) => match status.code {
            Some(Code::UidValidity(validity)) => Some(UidValidity(validity)),
            _ => None,
        },
        _ => None,
    })
}

fn refused(what: &str) -> HomeError {
    HomeError::Refused(Failure::new(ErrorCode::Protocol, what))
}
