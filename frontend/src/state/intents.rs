//! What components call: what a person can do. Every change shows at once and is sent when there is a connection.

use crate::{
    model::{change::Undo, mailbox::Mailbox},
    state::context::App,
};
use postern_shared::{
    account::DeletingSettings,
    ids::{AccountId, FolderId, MessageKey, OpId},
    view::ViewSpec,
};

/// Reading.
impl App {
    /// Shows `spec` in the list. The same spec again keeps the list as it is.
    pub fn open_view(self, account: AccountId, spec: ViewSpec) {
        self.act(|client| client.open_view(account, spec));
    }

    /// Shows a message in the reading pane and marks it as read.
    pub fn open_message(self, key: MessageKey) {
        self.change(|mailbox| mailbox.open_message(&key));
    }

    /// Empties the reading pane.
    pub fn close_message(self) {
        self.change(Mailbox::close_message);
    }

    /// Looks for new mail and folders now.
    pub fn refresh(self) {
        self.change(Mailbox::refresh);
    }
}

/// Changing messages: all apply to the selection, else the focused row, else the opened message.
impl App {
    /// Delete: struck messages are undeleted, a mixed selection is deleted. `mark` strikes whatever the account's
    /// model says (Shift+Delete); `repeat` is a key held down: it never undeletes.
    pub fn delete(self, mark: bool, repeat: bool) {
        self.change(|mailbox| mailbox.delete(mark, repeat));
    }

    /// Takes the strike off.
    pub fn undelete(self) {
        self.change(Mailbox::undelete);
    }

    /// Marks as read if one is unread, else as unread.
    pub fn toggle_seen(self) {
        self.change(Mailbox::toggle_seen);
    }

    /// Flags if one is not flagged, else unflags.
    pub fn toggle_flag(self) {
        self.change(Mailbox::toggle_flag);
    }

    /// Moves to a folder.
    pub fn move_to(self, folder: FolderId) {
        self.change(|mailbox| mailbox.move_to(&folder));
    }

    /// Moves to the Archive folder; says so where there is none.
    pub fn archive(self) {
        self.change(Mailbox::archive);
    }

    /// Moves to the Junk folder, or from it to the Inbox; says so where there is none.
    pub fn junk(self) {
        self.change(Mailbox::junk);
    }

    /// Undoes an operation, sending, or throwing away.
    pub fn undo(self, undo: Undo) {
        self.change(|mailbox| match undo {
            Undo::Change(op) => mailbox.undo(op),
            Undo::Send(draft) | Undo::Discard(draft) => mailbox.desk_mut().undo(draft),
        });
    }

    /// Undoes the last operation that can be undone.
    pub fn undo_last(self) {
        self.change(Mailbox::undo_last);
    }
}

/// Purging and long operations.
impl App {
    /// Counts what a purge of `folder` would remove and shows the dialog; purges at once where the user chose not to
    /// be asked.
    pub fn prepare_purge(self, folder: FolderId) {
        self.change(|mailbox| mailbox.prepare_purge(folder));
    }

    /// Confirms the dialog: removes exactly the counted messages.
    pub fn confirm_purge(self) {
        self.change(Mailbox::confirm_purge);
    }

    /// Closes the dialog; a purge that runs goes on, see [`App::cancel`].
    pub fn close_purge(self) {
        self.change(Mailbox::close_purge);
    }

    /// Stops a long operation after the batch it is at. What is done stays done.
    pub fn cancel(self, op: OpId) {
        self.change(|mailbox| mailbox.cancel(op));
    }
}

/// Selecting.
impl App {
    /// Selects all of the view that is not struck.
    pub fn select_all(self) {
        self.change(Mailbox::select_all);
    }

    /// Selects nothing.
    pub fn clear_selection(self) {
        self.change(Mailbox::clear_selection);
    }
}

/// Folders and settings.
impl App {
    /// Creates a folder.
    pub fn create_folder(self, parent: Option<FolderId>, name: String) {
        self.change(|mailbox| mailbox.create_folder(parent, name));
    }

    /// Renames a folder, moves it, or both.
    pub fn rename_folder(self, folder: FolderId, parent: Option<FolderId>, name: String) {
        self.change(|mailbox| mailbox.rename_folder(folder, parent, name));
    }

    /// Deletes a folder and the mail in it, for good.
    pub fn delete_folder(self, folder: FolderId) {
        self.change(|mailbox| mailbox.delete_folder(folder));
    }

    /// Removes everything in a folder, for good.
    pub fn empty_folder(self, folder: FolderId) {
        self.change(|mailbox| mailbox.empty_folder(folder));
    }

    /// Subscribes to a folder or unsubscribes.
    pub fn subscribe_folder(self, folder: FolderId, subscribed: bool) {
        self.change(|mailbox| mailbox.subscribe_folder(folder, subscribed));
    }

    /// Chooses what deleting means for the account shown.
    pub fn set_deleting(self, settings: DeletingSettings) {
        self.change(|mailbox| mailbox.set_deleting(settings));
    }

    /// Loads the remote images of a sender's messages at once from now on, or no longer.
    pub fn trust_sender(self, sender: String, trusted: bool) {
        self.change(|mailbox| mailbox.trust_sender(sender, trusted));
    }
}
