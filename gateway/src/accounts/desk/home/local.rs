//! Drafts and Sent of an account whose mail lives here.

use super::{HomeError, Written};
use crate::{
    accounts::local::row,
    mime::scan::{Layout, Scanner},
    store::{
        Mail, StoreError,
        mail::{ListSpec, MailChange, folder_ids},
    },
    sync::query::Query,
};
use postern_shared::{
    flags::{Flag, FlagChange, Flags},
    ids::{AccountId, FolderId, MessageKey, Uid, UidValidity},
    uid_set::UidSet,
    view::{Sort, SortKey},
};
use tokio::io::AsyncReadExt;

/// Read at a time, in bytes.
const PIECE: usize = 64 * 1024;

/// How many messages of a folder are looked at for a Message-ID, the newest first.
const LOOKED_AT: usize = 200;

/// The mailbox, and what was changed in it.
pub(in crate::accounts::desk) struct LocalHome {
    account: AccountId,
    mail: Mail,
    changes: Vec<MailChange>,
}

impl std::fmt::Debug for LocalHome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LocalHome").field("account", &self.account).finish_non_exhaustive()
    }
}

impl LocalHome {
    pub fn new(account: AccountId, mail: Mail) -> Self {
        Self { account, mail, changes: Vec::new() }
    }

    pub fn changes(&mut self) -> Vec<MailChange> {
        std::mem::take(&mut self.changes)
    }

    pub async fn put_draft(
        &mut self,
        message: &Written,
        message_id: &str,
        date: i64,
        old: Option<&MessageKey>,
        unsure: bool,
    ) -> Result<MessageKey, HomeError> {
        let drafts = FolderId::from(folder_ids::DRAFTS);
        let unnoted = if unsure { self.find(&drafts, message_id).await? } else { Vec::new() };
        let flags: Flags = [Flag::Draft, Flag::Seen].into_iter().collect();
        let validity = self.validity().await?;
        let uid = self.add(&drafts, message, flags, date).await?;
        // One of a server's folders is another message.
        let old = old.filter(|old| old.folder == drafts && old.validity == validity).map(|old| old.uid);
        let old = old.into_iter().chain(unnoted);
        self.remove(&drafts, old.filter(|old| *old != uid).collect()).await?;
        Ok(MessageKey { folder: drafts, validity, uid })
    }

    pub async fn remove_draft(
        &mut self,
        key: Option<&MessageKey>,
        message_id: Option<&str>,
    ) -> Result<(), HomeError> {
        if let Some(key) = key
            && key.validity == self.validity().await?
        {
            self.remove(&key.folder, [key.uid].into_iter().collect()).await?;
        }
        if let Some(message_id) = message_id {
            let drafts = FolderId::from(folder_ids::DRAFTS);
            let found = self.find(&drafts, message_id).await?;
            self.remove(&drafts, found.into_iter().collect()).await?;
        }
        Ok(())
    }

    pub async fn is_in_sent(&mut self, message_id: &str) -> Result<bool, HomeError> {
        Ok(!self.find(&FolderId::from(folder_ids::SENT), message_id).await?.is_empty())
    }

    pub async fn put_sent(&mut self, message: &Written, date: i64) -> Result<(), HomeError> {
        self.add(&FolderId::from(folder_ids::SENT), message, Flags::one(Flag::Seen), date).await?;
        Ok(())
    }

    pub async fn mark(&mut self, key: &MessageKey, forwarded: bool) -> Result<(), HomeError> {
        if key.validity != self.validity().await? {
            return Ok(());
        }
        let change = FlagChange::one(if forwarded { Flag::Forwarded } else { Flag::Answered }, true);
        let uids: UidSet = [key.uid].into_iter().collect();
        let changed = self.mail.store.set_flags(&self.account, &key.folder, &uids, &change).await?;
        if !changed.is_empty() {
            self.changes.push(MailChange::Flags(key.folder.clone(), changed, change));
        }
        Ok(())
    }

    async fn validity(&self) -> Result<UidValidity, HomeError> {
        Ok(self.mail.store.open_account(&self.account).await?.validity)
    }

    async fn add(
        &mut self,
        folder: &FolderId,
        message: &Written,
        flags: Flags,
        date: i64,
    ) -> Result<Uid, HomeError> {
        let mut writer = self.mail.blobs.writer(&self.account);
        let mut scanner = Scanner::new();
        let mut reader = message.read().map_err(StoreError::BlobFile)?;
        let mut piece = vec![0; PIECE];
        loop {
            let read = reader.read(&mut piece).await.map_err(StoreError::BlobFile)?;
            let piece = piece.get(..read).unwrap_or_default();
            if piece.is_empty() {
                break;
            }
            writer.write(piece).await?;
            scanner.push(piece);
        }
        let staged = writer.finish().await?;
        let row = row(folder.clone(), &staged, scanner.finish(), flags, date, false);
        if row.source.is_none() {
            self.mail.blobs.settle(vec![staged]).await?;
        }
        let added = self.mail.store.add(&self.account, &[row]).await?;
        let uid = added.first().copied().ok_or(StoreError::NoSuchMessage)?;
        self.changes.push(MailChange::Arrived(folder.clone(), [uid].into_iter().collect()));
        Ok(uid)
    }

    async fn remove(&mut self, folder: &FolderId, uids: UidSet) -> Result<(), HomeError> {
        let removed = self.mail.store.remove(&self.account, folder, &uids).await?;
        if !removed.is_empty() {
            self.changes.push(MailChange::Removed(folder.clone(), removed));
        }
        Ok(())
    }

    /// The newest messages of a folder with that Message-ID.
    async fn find(&self, folder: &FolderId, message_id: &str) -> Result<Vec<Uid>, HomeError> {
        let spec = ListSpec {
            folders: vec![folder.clone()],
            query: Query::default(),
            sort: Sort { key: SortKey::Arrival, descending: true },
        };
        let wanted = format!("<{message_id}>");
        let mut found = Vec::new();
        for (_, uid) in self.mail.store.list(&self.account, &spec).await?.into_iter().take(LOOKED_AT) {
            let Some(message) = self.mail.store.message(&self.account, folder, uid).await? else { continue };
            let layout = Layout::decode(&message.layout);
            let id = layout.as_ref().and_then(|layout| layout.envelope.message_id.as_deref());
            if id.is_some_and(|id| id.trim_ascii() == wanted.as_bytes()) {
                found.push(uid);
            }
        }
        Ok(found)
    }
}
