//! The mailbox itself, and how browsers hear of what changed in it.

use super::{history::History, views::Views};
use crate::{
    browser::BrowserId,
    hub::publish::Hub,
    store::{
        StoreError,
        mail::{MailAccount, MailChange, MailStore},
    },
};
use postern_shared::{
    event::Event,
    folder::{Folder, Role},
    ids::{AccountId, FolderId, OpId, RequestId, UidValidity},
    reply::Reply,
};
use std::{collections::HashSet, sync::Arc};

/// An account's mail as browsers see it.
pub struct Mailbox {
    pub(super) account: AccountId,
    pub(super) validity: UidValidity,
    pub(super) store: Arc<dyn MailStore>,
    pub(super) folders: Vec<Folder>,
    pub(super) views: Views,
    pub(super) history: History,
    /// The browsers.
    pub hub: Hub,
}

impl Mailbox {
    /// Opens the mailbox of an account that was opened in the store.
    ///
    /// # Errors
    /// The store's.
    pub async fn open(
        hub: Hub,
        account: AccountId,
        opened: &MailAccount,
        store: Arc<dyn MailStore>,
    ) -> Result<Self, StoreError> {
        let folders = store.folders(&account).await?;
        let (views, history) = (Views::default(), History::default());
        Ok(Self { account, validity: opened.validity, store, folders, views, history, hub })
    }

    /// The folders as they are shown.
    pub fn folders(&self) -> &[Folder] {
        &self.folders
    }

    /// Tells browsers, and other gateways, what was changed here. Replies to what is asked later come behind it.
    pub async fn publish(&mut self, cause: Option<OpId>, changes: Vec<MailChange>) {
        if changes.is_empty() {
            return;
        }
        self.follow(cause, &changes).await;
        if let Err(error) = self.store.tell(&self.account, &changes).await {
            // They show it after their next restart or change: nothing is lost.
            tracing::warn!(%error, "other gateways could not be told");
        }
    }

    /// Takes in what changed, here or in another gateway, and tells browsers.
    pub async fn follow(&mut self, cause: Option<OpId>, changes: &[MailChange]) {
        for change in changes {
            self.tell(cause, change);
        }
        if let Err(error) = self.catch_up(cause, changes).await {
            tracing::error!(%error, "what changed cannot be read");
        }
    }

    /// Answers a browser.
    pub fn reply(&self, browser: BrowserId, id: RequestId, reply: Reply) {
        self.hub.reply(browser, id, reply);
    }

    /// The folder, if it is there.
    pub(super) fn folder(&self, id: &FolderId) -> Option<&Folder> {
        self.folders.iter().find(|folder| folder.id == *id)
    }

    /// Whether the folder is Deleted Items, or inside of it.
    pub(super) fn is_in_deleted_items(&self, id: &FolderId) -> bool {
        let mut at = self.folder(id);
        while let Some(folder) = at {
            if folder.role == Some(Role::Trash) {
                return true;
            }
            at = folder.parent.as_ref().and_then(|parent| self.folder(parent));
        }
        false
    }

    fn tell(&mut self, cause: Option<OpId>, change: &MailChange) {
        let validity = self.validity;
        let event = match change.clone() {
            MailChange::Arrived(folder, uids) => Event::Arrived { folder, validity, uids },
            MailChange::Removed(folder, uids) => Event::Removed { folder, validity, uids },
            MailChange::Flags(folder, uids, change) => Event::FlagsChanged { folder, validity, uids, change },
            MailChange::Folder(_) | MailChange::Folders | MailChange::Account | MailChange::Everything => {
                return;
            }
        };
        self.hub.publish(cause, event);
    }

    async fn catch_up(&mut self, cause: Option<OpId>, changes: &[MailChange]) -> Result<(), StoreError> {
        let before = std::mem::replace(&mut self.folders, self.store.folders(&self.account).await?);
        self.tell_folders(cause, &before);
        let known: HashSet<&FolderId> = self.folders.iter().map(|folder| &folder.id).collect();
        for view in self.views.without(&known) {
            self.hub.publish(cause, Event::ViewClosed { view });
        }
        for change in changes {
            // Rows may have changed in ways nobody tells: whoever shows them asks anew.
            let closed = match change {
                MailChange::Folder(folder) => self.views.close(folder),
                MailChange::Everything => self.views.close_all(),
                _ => Vec::new(),
            };
            for view in closed {
                self.hub.publish(cause, Event::ViewClosed { view });
            }
        }
        self.refresh_views(cause, changes).await
    }

    /// Counts alone are told one by one; anything else is told with the whole list.
    fn tell_folders(&mut self, cause: Option<OpId>, before: &[Folder]) {
        let bare = |folder: &Folder| Folder { counts: None, ..folder.clone() };
        if !before.iter().map(bare).eq(self.folders.iter().map(bare)) {
            let folders = self.folders.clone();
            return self.hub.publish(cause, Event::Folders(folders));
        }
        let changed: Vec<Folder> = before
            .iter()
            .zip(&self.folders)
            .filter(|(before, now)| before.counts != now.counts)
            .map(|(_, now)| now.clone())
            .collect();
        for folder in changed {
            if let Some(counts) = folder.counts {
                self.hub.publish(cause, Event::Counts { folder: folder.id, counts });
            }
        }
    }
}
