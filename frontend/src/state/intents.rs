//! What components call: what a person can do. Every change shows at once and is sent when there is a connection.

use crate::state::context::App;
use postern_shared::{
    account::DeletingSettings,
    ids::{AccountId, FolderId, MessageKey, OpId},
    view::ViewSpec,
};

/// Reading.
impl App {
    /// Shows `spec` in the list. The same spec again keeps the list as it is.
    pub fn open_view(self, _account: AccountId, _spec: ViewSpec) {}

    /// Shows a message in the reading pane and marks it as read.
    pub fn open_message(self, _key: MessageKey) {}

    /// Empties the reading pane.
    pub fn close_message(self) {}

    /// Looks for new mail and folders now.
    pub fn refresh(self) {}
}

/// Changing messages: all apply to the selection, else the focused row, else the opened message.
impl App {
    /// Delete: struck messages are undeleted, a mixed selection is deleted. `mark` strikes whatever the account's
    /// model says (Shift+Delete); `repeat` is a key held down: it never undeletes.
    pub fn delete(self, _mark: bool, _repeat: bool) {}

    /// Takes the strike off.
    pub fn undelete(self) {}

    /// Marks as read if one is unread, else as unread.
    pub fn toggle_seen(self) {}

    /// Flags if one is not flagged, else unflags.
    pub fn toggle_flag(self) {}

    /// Moves to a folder.
    pub fn move_to(self, _folder: FolderId) {}

    /// Moves to the Archive folder; says so where there is none.
    pub fn archive(self) {}

    /// Moves to the Junk folder, or from it to the Inbox; says so where there is none.
    pub fn junk(self) {}

    /// Undoes an operation.
    pub fn undo(self, _op: OpId) {}

    /// Undoes the last operation that can be undone.
    pub fn undo_last(self) {}
}

/// Purging and long operations.
impl App {
    /// Counts what a purge of `folder` would remove and shows the dialog; purges at once where the user chose not to
    /// be asked.
    pub fn prepare_purge(self, _folder: FolderId) {}

    /// Confirms the dialog: removes exactly the counted messages.
    pub fn confirm_purge(self) {}

    /// Closes the dialog; a purge that runs goes on, see [`App::cancel`].
    pub fn close_purge(self) {}

    /// Stops a long operation after the batch it is at. What is done stays done.
    pub fn cancel(self, _op: OpId) {}
}

/// Selecting.
impl App {
    /// Selects all of the view that is not struck.
    pub fn select_all(self) {}

    /// Selects nothing.
    pub fn clear_selection(self) {}
}

/// Folders and settings.
impl App {
    /// Creates a folder.
    pub fn create_folder(self, _parent: Option<FolderId>, _name: String) {}

    /// Renames a folder, moves it, or both.
    pub fn rename_folder(self, _folder: FolderId, _parent: Option<FolderId>, _name: String) {}

    /// Deletes a folder and the mail in it, for good.
    pub fn delete_folder(self, _folder: FolderId) {}

    /// Removes everything in a folder, for good.
    pub fn empty_folder(self, _folder: FolderId) {}

    /// Subscribes to a folder or unsubscribes.
    pub fn subscribe_folder(self, _folder: FolderId, _subscribed: bool) {}

    /// Chooses what deleting means for the account shown.
    pub fn set_deleting(self, _settings: DeletingSettings) {}
}

/// Short messages.
impl App {
    /// Shows a short message.
    pub fn toast(self, _text: impl Into<String>) {}

    /// Takes a short message away.
    pub fn dismiss_toast(self, _id: u32) {}
}
