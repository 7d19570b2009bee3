//! Mail that lives here goes to the IMAP server of the same account. Nothing is removed here or there, and what is there
//! already is left as it is: an upload that ended early goes on where it was.

mod folders;
mod there;

use crate::{
    accounts::{imap::connection::Connection, login::Login, transfer_error::TransferError},
    imap::command::MailboxName,
    mime::scan::Layout,
    store::{
        Mail, StoreError,
        mail::{DownloadLock, ListSpec, StoredMessage},
    },
    sync::{
        pop3::ledger::{LedgerChange, LedgerEntry},
        query::Query,
    },
};
use folders::Folders;
use futures::TryStreamExt;
use postern_shared::{
    flags::Flag,
    folder::{Folder, Role},
    ids::{AccountId, FolderId, Uid},
    view::{Sort, SortKey},
};
use std::{collections::HashSet, time::Duration};
use there::{Identity, There};
use tokio::{sync::watch, time::sleep};
use tokio_util::sync::CancellationToken;

/// Larger messages are left out: each is in memory as a whole while it is uploaded.
const LARGEST: u64 = 64 * 1024 * 1024;

/// How often is looked whether the check under way has ended.
const CHECK_TIME: Duration = Duration::from_millis(200);

/// What an upload needs.
pub struct UploadJob {
    /// The credentials; the server is the IMAP server.
    pub login: Login,
    /// Where mail is kept.
    pub mail: Mail,
    /// Ends it after the message it is at.
    pub cancel: CancellationToken,
    /// How it goes.
    pub tally: watch::Sender<Tally>,
}

/// How far an upload is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Messages in all.
    pub total: u32,
    /// Messages looked at: uploaded, found there, left out.
    pub done: u32,
    /// Uploaded.
    pub uploaded: u32,
    /// Left out because only the beginning is here.
    pub partial: u32,
    /// Left out because they are too large.
    pub too_large: u32,
}

/// Uploads every folder but Deleted Items, Junk and what is in them.
///
/// # Errors
/// [`TransferError`]. What is uploaded by then stays there.
pub async fn upload(job: UploadJob) -> Result<(), TransferError> {
    // A check would take what comes to the inbox there for new mail, until it is known here.
    let _no_check = job.lock().await?;
    let local = chosen(job.mail.store.folders(&job.login.account).await?);
    let total = local.iter().filter_map(|folder| folder.counts).map(|counts| counts.total).sum();
    job.tally.send_modify(|tally| tally.total = total);
    let mut connection = Connection::open(&job.login).await?;
    let mut folders = Folders::list(&mut connection).await?;
    for folder in &local {
        job.go_on()?;
        if let Some(to) = folders.counterpart(&mut connection, folder, &local).await? {
            job.upload_folder(&mut connection, &folder.id, &to).await?;
        }
    }
    connection.logout().await;
    Ok(())
}

/// The folders that are uploaded, parents before children.
fn chosen(folders: Vec<Folder>) -> Vec<Folder> {
    let mut left: HashSet<FolderId> = HashSet::new();
    let mut chosen = Vec::new();
    for folder in folders {
        let inside = folder.parent.as_ref().is_some_and(|parent| left.contains(parent));
        if inside || matches!(folder.role, Some(Role::Trash | Role::Junk)) {
            left.insert(folder.id);
        } else {
            chosen.push(folder);
        }
    }
    chosen
}

impl UploadJob {
    fn account(&self) -> &AccountId {
        &self.login.account
    }

    async fn lock(&self) -> Result<Box<dyn DownloadLock>, TransferError> {
        loop {
            if let Some(lock) = self.mail.store.lock_download(self.account()).await? {
                return Ok(lock);
            }
            self.go_on()?;
            sleep(CHECK_TIME).await;
        }
    }

    fn go_on(&self) -> Result<(), TransferError> {
        if self.cancel.is_cancelled() { Err(TransferError::Cancelled) } else { Ok(()) }
    }

    async fn upload_folder(
        &self,
        connection: &mut Connection,
        from: &FolderId,
        to: &MailboxName,
    ) -> Result<(), TransferError> {
        let spec = ListSpec {
            folders: vec![from.clone()],
            query: Query::default(),
            sort: Sort { key: SortKey::Arrival, descending: false },
        };
        let listed = self.mail.store.list(self.account(), &spec).await?;
        if listed.is_empty() {
            return Ok(());
        }
        let mut there = There::look(connection, to).await?;
        let mut unmatched = Vec::new();
        // What is there as it is here counts first: another message may have the same id.
        for (_, uid) in listed {
            self.go_on()?;
            match self.whole(from, uid).await? {
                Some(message) if there.take_same(&identity(&message), message.summary.size) => {
                    self.is_there(&message, to).await?;
                    self.looked_at();
                }
                Some(message) => unmatched.push((uid, identity(&message))),
                None => self.looked_at(),
            }
        }
        for (uid, identity) in unmatched {
            self.go_on()?;
            // It may have been moved or removed meanwhile.
            if let Some(message) = self.mail.store.message(self.account(), from, uid).await? {
                if !there.take_alike(&identity) {
                    self.append(connection, &message, to).await?;
                }
                self.is_there(&message, to).await?;
            }
            self.looked_at();
        }
        Ok(())
    }

    /// A message is in a folder of the server. If that is the inbox, the next check sees it: it has to be known as the
    /// copy of what is here, not as one that was deleted.
    async fn is_there(&self, message: &StoredMessage, folder: &MailboxName) -> Result<(), TransferError> {
        let deleted = message.ledger.as_ref().filter(|entry| entry.copy_deleted_at.is_some());
        if let Some(LedgerEntry { id, .. }) = deleted.filter(|_| folder.0.eq_ignore_ascii_case(b"INBOX")) {
            // Its unique-id is a new one; its content tells which message it is.
            let back = [LedgerChange::Renamed(*id, None), LedgerChange::CopyDeleted(*id, None)];
            self.mail.store.change_ledger(self.account(), &back).await?;
        }
        Ok(())
    }

    fn looked_at(&self) {
        self.tally.send_modify(|tally| tally.done += 1);
    }

    /// The message, if it is still there and can be uploaded.
    async fn whole(&self, folder: &FolderId, uid: Uid) -> Result<Option<StoredMessage>, TransferError> {
        let Some(message) = self.mail.store.message(self.account(), folder, uid).await? else {
            return Ok(None);
        };
        if message.partial {
            self.tally.send_modify(|tally| tally.partial += 1);
            return Ok(None);
        }
        if message.summary.size > LARGEST {
            self.tally.send_modify(|tally| tally.too_large += 1);
            return Ok(None);
        }
        Ok(Some(message))
    }

    async fn append(
        &self,
        connection: &mut Connection,
        message: &StoredMessage,
        to: &MailboxName,
    ) -> Result<(), TransferError> {
        let content = self.content(message).await?;
        let mut flags = message.summary.flags.clone();
        flags.set(Flag::Deleted, false);
        let size = content.len() as u64;
        connection.append(to, &flags, Some(message.summary.received), size, &content[..]).await?;
        self.tally.send_modify(|tally| tally.uploaded += 1);
        Ok(())
    }

    async fn content(&self, message: &StoredMessage) -> Result<Vec<u8>, TransferError> {
        let size = message.summary.size;
        let mut chunks = message.read(self.account(), &self.mail.blobs, 0..size).await?;
        let mut content = Vec::with_capacity(usize::try_from(size).unwrap_or_default());
        while let Some(chunk) = chunks.try_next().await? {
            content.extend_from_slice(&chunk);
        }
        if content.len() as u64 != size {
            return Err(StoreError::Broken("length of a message").into());
        }
        Ok(content)
    }
}

/// What a message is found again by.
fn identity(message: &StoredMessage) -> Identity {
    match Layout::decode(&message.layout) {
        Some(layout) => Identity::of(Some(&layout.envelope)),
        None => Identity::of(None),
    }
}
