//! One account in memory.

use crate::{
    store::{
        StoreError,
        mail::{MailAccount, NewMessage, ServerFolder, folder_ids, tree},
    },
    sync::pop3::ledger::{EntryId, LedgerChange, LedgerEntry},
};
use postern_shared::{
    address::Address,
    flags::Flag,
    folder::Folder,
    ids::{FolderId, MessageKey, Uid, UidValidity},
    pop3::{Pop3Settings, WaitingCopy},
    summary::Summary,
    uid_set::UidSet,
};
use std::collections::{BTreeMap, HashSet};

/// An account with its mail.
#[derive(Debug)]
pub(super) struct Account {
    pub(super) account: MailAccount,
    folders: Vec<Folder>,
    pub(super) messages: BTreeMap<Uid, Kept>,
    pub(super) ledger: Vec<LedgerEntry>,
    /// First sender and subject of what was downloaded.
    headings: BTreeMap<EntryId, (Option<Address>, String)>,
    /// What came from folders of an IMAP server.
    copied: BTreeMap<ServerFolder, UidSet>,
    last_folder: u64,
    last_uid: u32,
}

/// A message.
#[derive(Debug)]
pub(super) struct Kept {
    /// As it was put in; in the folder where it is now.
    pub(super) message: NewMessage,
    /// Where it was before Deleted Items.
    origin: Option<FolderId>,
}

impl Account {
    pub(super) fn new(validity: u32) -> Self {
        let special = tree::SPECIAL.iter();
        Self {
            account: MailAccount {
                validity: UidValidity(validity),
                settings: Pop3Settings::default(),
                checked_at: None,
            },
            folders: special
                .map(|(id, name, _)| tree::folder((*id).into(), None, (*name).into(), 0, 0))
                .collect(),
            messages: BTreeMap::new(),
            ledger: Vec::new(),
            headings: BTreeMap::new(),
            copied: BTreeMap::new(),
            last_folder: 0,
            last_uid: 0,
        }
    }

    pub(super) fn folders(&self) -> Vec<Folder> {
        let counted = self.folders.iter().map(|folder| {
            let there = self.messages.values().filter(|kept| kept.message.folder == folder.id);
            let (mut total, mut unread) = (0, 0);
            for kept in there {
                total += 1;
                unread += u32::from(!kept.message.flags.has(Flag::Seen));
            }
            tree::folder(folder.id.clone(), folder.parent.clone(), folder.name.clone(), total, unread)
        });
        tree::ordered(counted.collect())
    }

    pub(super) fn create_folder(
        &mut self,
        parent: Option<&FolderId>,
        name: &str,
    ) -> Result<FolderId, StoreError> {
        let name = tree::checked_name(name)?;
        tree::check_place(&self.folders, None, parent, name)?;
        self.last_folder += 1;
        let id = FolderId(format!("f{}", self.last_folder));
        self.folders.push(tree::folder(id.clone(), parent.cloned(), name.to_owned(), 0, 0));
        Ok(id)
    }

    pub(super) fn move_folder(
        &mut self,
        folder: &FolderId,
        parent: Option<&FolderId>,
        name: &str,
    ) -> Result<(), StoreError> {
        let name = tree::checked_name(name)?;
        tree::check_place(&self.folders, Some(folder), parent, name)?;
        for moved in self.folders.iter_mut().filter(|other| other.id == *folder) {
            moved.parent = parent.cloned();
            name.clone_into(&mut moved.name);
        }
        Ok(())
    }

    pub(super) fn remove_folder(&mut self, folder: &FolderId) -> Result<Vec<(FolderId, UidSet)>, StoreError> {
        tree::check_own(&self.folders, folder)?;
        let gone = tree::within(&self.folders, folder);
        self.folders.retain(|folder| !gone.contains(&folder.id));
        let everything = UidSet::from_ranges([(0, u32::MAX)]);
        Ok(gone
            .into_iter()
            .map(|folder| {
                let uids = self.remove(&folder, &everything);
                (folder, uids)
            })
            .collect())
    }

    pub(super) fn add(&mut self, messages: &[NewMessage]) -> Result<Vec<Uid>, StoreError> {
        let mut known: HashSet<&str> =
            self.ledger.iter().filter_map(|entry| entry.unique_id.as_deref()).collect();
        for new in messages {
            self.check_folder(&new.folder)?;
            let unique_id = new.download.as_ref().and_then(|download| download.unique_id.as_deref());
            if let Some(id) = unique_id.filter(|id| !known.insert(id)) {
                return Err(StoreError::AlreadyDownloaded(id.to_owned()));
            }
        }
        Ok(messages.iter().map(|new| self.add_one(new)).collect())
    }

    pub(super) fn add_copied(
        &mut self,
        from: &ServerFolder,
        uids: &UidSet,
        messages: &[NewMessage],
    ) -> Result<Vec<Uid>, StoreError> {
        let known = self.copied(from);
        if let Some(uid) = known.intersection(uids).iter().next() {
            return Err(StoreError::AlreadyDownloaded(uid.0.to_string()));
        }
        let added = self.add(messages)?;
        self.copied.retain(|other, _| (&other.server, &other.name) != (&from.server, &from.name));
        self.copied.insert(from.clone(), known.union(uids));
        Ok(added)
    }

    pub(super) fn copied(&self, from: &ServerFolder) -> UidSet {
        self.copied.get(from).cloned().unwrap_or_default()
    }

    fn add_one(&mut self, new: &NewMessage) -> Uid {
        self.last_uid += 1;
        let uid = Uid(self.last_uid);
        if let Some(download) = &new.download {
            let id = EntryId(self.ledger.last().map_or(1, |entry| entry.id.0 + 1));
            self.headings.insert(id, (new.from.first().cloned(), new.subject.clone()));
            self.ledger.push(LedgerEntry {
                id,
                unique_id: download.unique_id.clone(),
                hash: new.hash,
                partial: new.partial,
                uid: Some(uid),
                downloaded_at: download.at,
                copy_deleted_at: None,
            });
        }
        self.messages.insert(uid, Kept { message: new.clone(), origin: None });
        uid
    }

    pub(super) fn complete(&mut self, uid: Uid, whole: &NewMessage) -> Option<()> {
        let kept = &mut self.messages.get_mut(&uid)?.message;
        let (folder, flags) = (kept.folder.clone(), kept.flags.clone());
        *kept = NewMessage { folder, flags, ..whole.clone() };
        for entry in self.ledger.iter_mut().filter(|entry| entry.uid == Some(uid)) {
            entry.hash = whole.hash;
            entry.partial = whole.partial;
        }
        Some(())
    }

    pub(super) fn kept(&self, folder: &FolderId, uid: Uid) -> Option<&Kept> {
        self.messages.get(&uid).filter(|kept| kept.message.folder == *folder)
    }

    pub(super) fn summary(&self, uid: Uid, kept: &Kept) -> Summary {
        let message = kept.message.clone();
        Summary {
            key: MessageKey { folder: message.folder, validity: self.account.validity, uid },
            flags: message.flags,
            from: message.from,
            to: message.to,
            subject: message.subject,
            preview: message.preview,
            sent: message.sent,
            received: message.received,
            size: message.size,
            has_attachment: message.has_attachment,
            unreadable: message.unreadable,
        }
    }

    /// Those of `uids` that are in a folder.
    pub(super) fn in_folder<'a>(
        &'a mut self,
        folder: &'a FolderId,
        uids: &'a UidSet,
    ) -> impl Iterator<Item = (Uid, &'a mut Kept)> {
        let there =
            move |(uid, kept): &(&Uid, &mut Kept)| kept.message.folder == *folder && uids.contains(**uid);
        self.messages.iter_mut().filter(there).map(|(uid, kept)| (*uid, kept))
    }

    pub(super) fn move_messages(
        &mut self,
        from: &FolderId,
        uids: &UidSet,
        to: &FolderId,
    ) -> Result<UidSet, StoreError> {
        self.check_folder(to)?;
        if from == to {
            return Ok(UidSet::new());
        }
        let origin = (to.as_str() == folder_ids::DELETED_ITEMS).then_some(from);
        let moved = self.in_folder(from, uids).map(|(uid, kept)| {
            kept.message.folder = to.clone();
            kept.origin = origin.cloned();
            uid
        });
        Ok(moved.collect())
    }

    pub(super) fn restore(&mut self, uids: &UidSet) -> Vec<(FolderId, UidSet)> {
        let mut places: BTreeMap<FolderId, UidSet> = BTreeMap::new();
        let known: HashSet<FolderId> = self.folders.iter().map(|folder| folder.id.clone()).collect();
        for (uid, kept) in self.in_folder(&folder_ids::DELETED_ITEMS.into(), uids) {
            let origin = kept.origin.take().filter(|folder| known.contains(folder));
            let place = origin.unwrap_or_else(|| folder_ids::INBOX.into());
            kept.message.folder = place.clone();
            places.entry(place).or_default().insert(uid);
        }
        places.into_iter().collect()
    }

    pub(super) fn remove(&mut self, folder: &FolderId, uids: &UidSet) -> UidSet {
        let gone: UidSet = self.in_folder(folder, uids).map(|(uid, _)| uid).collect();
        self.messages.retain(|uid, _| !gone.contains(*uid));
        for entry in &mut self.ledger {
            entry.uid = entry.uid.filter(|uid| !gone.contains(*uid));
        }
        gone
    }

    pub(super) fn copies(&self, entries: &[EntryId]) -> Vec<WaitingCopy> {
        let copies = entries.iter().filter_map(|id| {
            let (from, subject) = self.headings.get(id)?.clone();
            let uid = self.ledger.iter().find(|entry| entry.id == *id)?.uid;
            let key = uid.and_then(|uid| Some(self.summary(uid, self.messages.get(&uid)?).key));
            Some(WaitingCopy { key, from, subject })
        });
        copies.collect()
    }

    pub(super) fn change_ledger(&mut self, changes: &[LedgerChange]) {
        for change in changes {
            let (LedgerChange::Renamed(id, _) | LedgerChange::CopyDeleted(id, _)) = change;
            let Some(at) = self.ledger.iter().position(|entry| entry.id == *id) else { continue };
            match change {
                LedgerChange::Renamed(_, name) => {
                    for entry in self.ledger.iter_mut().filter(|entry| entry.unique_id == *name) {
                        entry.unique_id = None;
                    }
                    self.ledger[at].unique_id.clone_from(name);
                }
                LedgerChange::CopyDeleted(_, when) => self.ledger[at].copy_deleted_at = *when,
            }
        }
    }

    fn check_folder(&self, folder: &FolderId) -> Result<(), StoreError> {
        let there = self.folders.iter().any(|other| other.id == *folder);
        if there { Ok(()) } else { Err(StoreError::NoSuchFolder) }
    }
}
