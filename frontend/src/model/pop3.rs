//! What is particular to POP3 accounts: Deleted Items in place of struck mail, downloads, and the copies on the
//! server.

use crate::model::{
    aim::Aim, change::ChangeKind, intent::undelete_command, mailbox::Mailbox, opened::Detail, requests::Asked,
};
use postern_shared::{
    account::AccountKind,
    command::AccountCommand,
    folder::Role,
    ids::{FolderId, MessageKey},
    pop3::{Pop3Settings, WaitingCopy},
    session::ServerAddress,
};

/// Messages of Deleted Items that a person is asked about before they are removed for good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Removal {
    aim: Aim,
    /// The focus goes on afterwards.
    advance: bool,
    /// How many messages.
    pub count: u32,
}

/// The copies on the server that go at the next connection, as far as they are here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Waiting {
    /// Asked for.
    Loading,
    /// Here: the first 200 of them.
    Ready(Vec<WaitingCopy>),
}

/// Deleted Items.
impl Mailbox {
    /// Whether mail is downloaded into the gateway's store.
    pub fn is_pop3(&self) -> bool {
        self.account.kind == AccountKind::Pop3
    }

    /// What a person is asked about before it is removed for good.
    pub fn removal(&self) -> Option<&Removal> {
        self.removal.as_ref()
    }

    /// Removes what was asked about.
    pub fn confirm_removal(&mut self) {
        let Some(Removal { aim, advance, .. }) = self.removal.take() else { return };
        let from = self.last_of(&aim);
        let command = |op, target| AccountCommand::Delete { op, target, mark: false };
        match aim {
            Aim::View(target) => self.submit_view(ChangeKind::Remove, target, None, command),
            Aim::These(rows) => self.submit_leave(ChangeKind::Remove, &rows, None, command),
        }
        if advance {
            self.advance(from);
        }
    }

    /// Removes nothing of what was asked about.
    pub fn close_removal(&mut self) {
        self.removal = None;
    }

    /// Whether a folder is Deleted Items or inside it.
    pub fn in_trash(&self, folder: &FolderId) -> bool {
        let mut at = Some(folder);
        // No chain of parents is longer than there are folders.
        for _ in 0..=self.folders.len() {
            let Some(folder) = at.and_then(|id| self.folders.iter().find(|folder| folder.id == *id)) else {
                return false;
            };
            if folder.role == Some(Role::Trash) {
                return true;
            }
            at = folder.parent.as_ref();
        }
        false
    }

    /// Whether the list shows Deleted Items or a folder inside it.
    pub(super) fn shows_trash(&self) -> bool {
        self.shown_folder().is_some_and(|folder| self.in_trash(&folder.id))
    }

    /// Whether Delete would remove for good, so that it asks first: of a POP3 account, what is in Deleted Items.
    pub(super) fn asks_first(&self, aim: &Aim) -> bool {
        self.is_pop3()
            && match aim {
                Aim::View(_) => self.shows_trash(),
                Aim::These(rows) => {
                    !rows.is_empty() && rows.iter().all(|row| self.in_trash(&row.key().folder))
                }
            }
    }

    /// Asks before messages are removed for good.
    pub(super) fn ask_removal(&mut self, aim: Aim, advance: bool) {
        let count = match &aim {
            Aim::View(_) => self.selected(),
            Aim::These(rows) => rows.len() as u32,
        };
        self.removal = Some(Removal { aim, advance, count });
    }

    /// Moves messages of Deleted Items back to where they were.
    pub(super) fn restore(&mut self, aim: Aim) {
        let from = self.last_of(&aim);
        match aim {
            Aim::View(target) if self.shows_trash() => {
                self.submit_view(ChangeKind::Undelete, target, None, undelete_command);
            }
            Aim::View(_) => return,
            Aim::These(mut rows) => {
                rows.retain(|row| self.in_trash(&row.key().folder));
                if rows.is_empty() {
                    return;
                }
                self.submit_leave(ChangeKind::Undelete, &rows, None, undelete_command);
            }
        }
        self.advance(from);
    }
}

/// Downloads and copies on the server.
impl Mailbox {
    /// Chooses how the account is checked and what becomes of the copies, at once and on the gateway.
    pub fn set_pop3(&mut self, settings: Pop3Settings) {
        let Some(status) = &mut self.account.pop3 else { return };
        let before = std::mem::replace(&mut status.settings, settings);
        self.calls.push((Asked::Pop3Settings(before), AccountCommand::SetPop3 { settings }));
    }

    /// Stops the download under way.
    pub fn cancel_download(&mut self) {
        self.calls.push((Asked::Courtesy, AccountCommand::CancelDownload));
    }

    /// Downloads the rest of a message; the opened message is loaded anew when it is here.
    pub fn download_rest(&mut self, key: &MessageKey) {
        if !self.downloads_rest(key) {
            let key = key.clone();
            self.submit_plain(ChangeKind::Rest, |op| AccountCommand::DownloadRest { op, key });
        }
    }

    /// Whether the rest of a message is on its way.
    pub fn downloads_rest(&self, key: &MessageKey) -> bool {
        self.pending
            .any(|command| matches!(command, AccountCommand::DownloadRest { key: of, .. } if of == key))
    }

    /// Uploads the mail that lives here to the IMAP server.
    pub fn upload(&mut self) {
        if !self.uploads() {
            self.submit_plain(ChangeKind::Upload, |op| AccountCommand::UploadToImap { op });
        }
    }

    /// Whether this browser's upload is under way.
    pub fn uploads(&self) -> bool {
        self.pending.any(|command| matches!(command, AccountCommand::UploadToImap { .. }))
    }

    /// Downloads the folders of the IMAP server: of the one that is known, or of another one.
    pub fn download_folders(&mut self, server: Option<ServerAddress>) {
        self.calls.push((Asked::Courtesy, AccountCommand::DownloadServerFolders { server }));
    }

    /// Stops that download.
    pub fn cancel_folders(&mut self) {
        self.calls.push((Asked::Courtesy, AccountCommand::CancelServerFolders));
    }

    /// It is offered no more.
    pub fn decline_folders(&mut self) {
        self.calls.push((Asked::Courtesy, AccountCommand::DeclineServerFolders));
    }

    /// The copies on the server that go at the next connection, where they were asked for.
    pub fn waiting(&self) -> Option<&Waiting> {
        self.waiting.as_ref()
    }

    /// Asks for the copies on the server that go at the next connection.
    pub fn show_waiting(&mut self) {
        self.waiting = Some(Waiting::Loading);
        self.calls.push((Asked::Waiting, AccountCommand::ListWaitingCopies));
    }

    /// They are not looked at any more.
    pub fn close_waiting(&mut self) {
        self.waiting = None;
    }

    pub(super) fn restore_pop3(&mut self, before: Pop3Settings) {
        if let Some(status) = &mut self.account.pop3 {
            status.settings = before;
        }
    }

    pub(super) fn waiting_came(&mut self, copies: Vec<WaitingCopy>) {
        if let Some(waiting) = &mut self.waiting {
            *waiting = Waiting::Ready(copies);
        }
    }

    pub(super) fn waiting_count(&self) -> u32 {
        self.account.pop3.as_ref().map_or(0, |status| status.waiting)
    }

    /// What is looked at is kept true.
    pub(super) fn waiting_changed(&mut self, before: u32) {
        if self.waiting.is_some() && self.waiting_count() != before {
            self.calls.push((Asked::Waiting, AccountCommand::ListWaitingCopies));
        }
    }

    /// The content of a message changed: where it is open it is loaded anew.
    pub(super) fn reload(&mut self, key: &MessageKey) {
        if let Some(reading) = self.reading.as_mut().filter(|reading| reading.key == *key) {
            reading.detail = Detail::Loading;
            reading.asked = false;
            reading.edition = reading.edition.wrapping_add(1);
        }
    }
}
