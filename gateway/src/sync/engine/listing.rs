//! The folder list: NAMESPACE, LIST with what the server can tell along, LSUB where it cannot.

use super::Engine;
use crate::{
    imap::{
        command::{Command, MailboxName},
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
        Command::List { extended: self.lists_extended(), status: Vec::new() }
    }

    /// LIST that tells every folder's counts too, where the server has that.
    pub(super) fn statuses_command(&self) -> Option<Command> {
        let possible = self.lists_extended() && self.capabilities.has("LIST-STATUS");
        possible.then(|| Command::List { extended: true, status: self.status_items() })
    }

    fn lists_extended(&self) -> bool {
        let offered = self.capabilities.has("LIST-EXTENDED") || self.capabilities.has("IMAP4REV2");
        offered && !self.listing.plain
    }

    pub(super) fn list_told(&mut self, listed: Vec<ListedFolder>) {
        if self.lists_extended() {
            self.folders_known(&listed, &[]);
        } else {
            self.listing.listed = listed;
            self.push(Task::Lsub);
        }
    }

    pub(super) fn lsub_told(&mut self, subscribed: &[ListedFolder]) {
        let listed = std::mem::take(&mut self.listing.listed);
        let names: Vec<Vec<u8>> = subscribed.iter().map(|folder| folder.name.clone()).collect();
        self.folders_known(&listed, &names);
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
        if self.statuses_command().is_some() {
            self.push(Task::Statuses);
        } else {
            self.count_all();
        }
    }
}
