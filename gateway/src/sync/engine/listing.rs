//! The folder list: NAMESPACE, LIST with what the server can tell along, LSUB where it cannot.

use super::Engine;
use crate::{
    imap::{
        command::{Command, MailboxName, StatusItem},
        response::{ListedFolder, Untagged},
    },
    sync::{answer::Answer, folder_list::FolderList, task::Task},
};
use postern_shared::{
    error::{ErrorCode, Failure},
    event::Event,
    ids::FolderId,
};

/// A list that is being made.
#[derive(Debug, Default)]
pub(super) struct Listing {
    prefix: Vec<u8>,
    listed: Vec<ListedFolder>,
    /// The extended LIST was refused on this account's server.
    plain: bool,
}

/// INBOX is there before the server told it (RFC 9051 §5.1).
pub(super) fn inbox_name(folder: &FolderId) -> Option<MailboxName> {
    (folder.as_str() == "INBOX").then(|| MailboxName(b"INBOX".to_vec()))
}

impl Engine {
    pub(super) fn namespace_told(&mut self, answer: &Answer) {
        let told = answer.untagged.iter().find_map(|response| match response {
            Untagged::Namespace(personal) => personal.first(),
            _ => None,
        });
        self.listing.prefix = told.map(|(prefix, _)| prefix.clone()).unwrap_or_default();
        self.push(Task::List);
    }

    pub(super) fn list_command(&self) -> Command {
        let extended = !self.listing.plain
            && (self.capabilities.has("LIST-EXTENDED") || self.capabilities.has("IMAP4REV2"));
        let status = extended && self.capabilities.has("LIST-STATUS");
        let items =
            vec![StatusItem::Messages, StatusItem::Unseen, StatusItem::UidNext, StatusItem::UidValidity];
        Command::List { extended, status: if status { items } else { Vec::new() } }
    }

    pub(super) fn list_told(&mut self, listed: Vec<ListedFolder>, answer: &Answer) {
        if !matches!(self.list_command(), Command::List { extended: true, .. }) {
            self.listing.listed = listed;
            return self.push(Task::Lsub);
        }
        self.folders_known(&listed, &[]);
        for response in &answer.untagged {
            if let Untagged::FolderStatus(status) = response {
                self.status_told(status);
            }
        }
        self.count_uncounted();
        self.look_into_selected();
    }

    /// What LIST tells of the selected folder is as old as the last look into it.
    fn look_into_selected(&mut self) {
        if let Some(folder) = self.worker.selected.clone() {
            let complete = self.is_complete(&folder);
            self.push(if complete { Task::Sync(folder) } else { Task::Status(folder) });
        }
    }

    pub(super) fn lsub_told(&mut self, subscribed: &[ListedFolder]) {
        let listed = std::mem::take(&mut self.listing.listed);
        let names: Vec<Vec<u8>> = subscribed.iter().map(|folder| folder.name.clone()).collect();
        self.folders_known(&listed, &names);
        self.count_uncounted();
    }

    pub(super) fn listing_refused(&mut self, task: Task) {
        match task {
            // What was refused may be the extended form: once more, plainly.
            Task::List if !self.listing.plain => self.listing.plain = true,
            Task::List => return,
            _ => {}
        }
        self.push(Task::List);
    }

    fn folders_known(&mut self, listed: &[ListedFolder], subscribed: &[Vec<u8>]) {
        let utf8 = self.capabilities.utf8_accept();
        let before = std::mem::replace(
            &mut self.folders,
            FolderList::read(listed, subscribed, &self.listing.prefix, utf8),
        );
        for entry in before.entries() {
            if let Some(folder) = self.folders.get_mut(&entry.folder.id) {
                folder.counts = entry.folder.counts;
            }
        }
        let gone: Vec<FolderId> =
            self.open.keys().filter(|folder| self.folders.get(folder).is_none()).cloned().collect();
        for folder in gone {
            self.forget(&folder, &Failure::new(ErrorCode::NoSuchFolder, ""));
        }
        if before.folders() != self.folders.folders() {
            self.emit(None, Event::Folders(self.folders.folders()));
        }
        self.open_waiting_views();
        self.plan_operations();
    }
}
