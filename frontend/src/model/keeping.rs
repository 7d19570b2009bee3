//! Opening views, purging, and looking after folders and settings.

use crate::model::{
    change::ChangeKind, mailbox::Mailbox, purge::PurgeDialog, requests::Asked, selection::Selection,
    view::OpenView,
};
use postern_shared::{
    account::DeletingSettings,
    command::AccountCommand,
    ids::FolderId,
    reply::PurgePlan,
    view::{Scope, ViewSpec},
};

impl Mailbox {
    /// Shows `spec` in the list. The same spec again keeps the list as it is, unless it could not be opened.
    pub fn open_view(&mut self, spec: ViewSpec) {
        if self.spec() == Some(&spec) && self.view_failure().is_none() {
            return;
        }
        self.leave_view(Some(&spec.scope));
        self.view = Some(OpenView::new(spec));
        self.selection = Selection::default();
    }

    /// Tries a view again that could not be opened.
    pub fn retry_view(&mut self) {
        if let Some(view) = &mut self.view {
            view.reopen();
        }
    }

    /// The list shows nothing of this account any more.
    pub fn close_view(&mut self) {
        self.leave_view(None);
        self.reading = None;
    }

    /// Looks for new mail and folders.
    pub fn refresh(&mut self) {
        self.calls.push((Asked::Courtesy, AccountCommand::Refresh));
    }

    /// Counts what a purge of `folder` would remove, and asks; or purges at once where the user chose not to be asked.
    pub fn prepare_purge(&mut self, folder: FolderId) {
        if self.is_pop3() {
            self.say(
                "This account has no struck mail: deleted mail is in Deleted Items, which can be emptied.",
            );
            return;
        }
        if self.account.deleting.ask_before_purge {
            self.purge = PurgeDialog::Counting(folder.clone());
        }
        self.count_purge(folder, !self.account.deleting.ask_before_purge);
    }

    /// Confirms the counted purge.
    pub fn confirm_purge(&mut self) {
        if let PurgeDialog::Asking(plan) = &self.purge {
            let (plan, total) = (plan.plan, plan.count);
            let op = self.submit_plain(ChangeKind::Purge, |op| AccountCommand::Purge { op, plan });
            self.purge = PurgeDialog::Running { op, done: 0, total };
        }
    }

    /// Closes the dialog. A purge that runs goes on.
    pub fn close_purge(&mut self) {
        self.purge = PurgeDialog::Closed;
    }

    /// A purge that asks nobody was counted.
    pub(super) fn purge_unasked(&mut self, plan: &PurgePlan) {
        let id = plan.plan;
        if plan.count > 0 {
            self.submit_plain(ChangeKind::Purge, |op| AccountCommand::Purge { op, plan: id });
        }
    }

    /// Removes everything in a folder, for good.
    pub fn empty_folder(&mut self, folder: FolderId) {
        self.submit_plain(ChangeKind::Empty, |op| AccountCommand::EmptyFolder { op, folder });
    }

    /// Creates a folder.
    pub fn create_folder(&mut self, parent: Option<FolderId>, name: String) {
        self.submit_plain(ChangeKind::Folder, |op| AccountCommand::CreateFolder { op, parent, name });
    }

    /// Renames a folder, moves it, or both.
    pub fn rename_folder(&mut self, folder: FolderId, parent: Option<FolderId>, name: String) {
        self.submit_plain(ChangeKind::Folder, |op| AccountCommand::RenameFolder { op, folder, parent, name });
    }

    /// Deletes a folder and the mail in it: for good, but with POP3 into Deleted Items first.
    pub fn delete_folder(&mut self, folder: FolderId) {
        if self.is_pop3() && !self.in_trash(&folder) {
            self.submit_told(ChangeKind::FolderAway, |op| AccountCommand::DeleteFolder { op, folder });
        } else {
            self.submit_plain(ChangeKind::Folder, |op| AccountCommand::DeleteFolder { op, folder });
        }
    }

    /// Subscribes to a folder or unsubscribes.
    pub fn subscribe_folder(&mut self, folder: FolderId, subscribed: bool) {
        self.submit_plain(ChangeKind::Folder, |op| AccountCommand::SubscribeFolder {
            op,
            folder,
            subscribed,
        });
    }

    /// Chooses what deleting means, at once and on the gateway.
    pub fn set_deleting(&mut self, settings: DeletingSettings) {
        let before = std::mem::replace(&mut self.account.deleting, settings);
        self.calls.push((Asked::Settings(before), AccountCommand::SetDeleting { settings }));
    }

    /// Loads the remote images of a sender's messages at once from now on, or no longer.
    pub fn trust_sender(&mut self, sender: String, trusted: bool) {
        self.calls.push((Asked::Courtesy, AccountCommand::TrustSender { sender, trusted }));
    }

    fn leave_view(&mut self, next: Option<&Scope>) {
        let Some(view) = self.view.take() else { return };
        if let Scope::Folder(folder) = &view.spec().scope
            && next != Some(&view.spec().scope)
            && self.account.deleting.purge_on_leave
            && self.folder(folder).and_then(|folder| folder.counts).is_some_and(|counts| counts.deleted > 0)
        {
            self.count_purge(folder.clone(), true);
        }
        if let Some(view) = view.id() {
            self.calls.push((Asked::Courtesy, AccountCommand::CloseView { view }));
        }
    }

    fn count_purge(&mut self, folder: FolderId, unasked: bool) {
        let asked = Asked::PurgePlan { folder: folder.clone(), unasked };
        self.calls.push((asked, AccountCommand::PreparePurge { folder }));
    }
}
