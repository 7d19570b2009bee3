//! What browsers ask.

use super::{Engine, rows::RowRequest};
use crate::{
    browser::BrowserId,
    sync::{
        folder_list::NameError,
        operation::{Action, Kind, Messages, Operation, Step},
        output::Output,
        task::Task,
    },
};
use postern_shared::{
    account::{DeleteModel, DeletingSettings},
    command::{AccountCommand, FolderMessages, Target},
    error::{ErrorCode, Failure},
    flags::{Flag, FlagChange},
    folder::Role,
    ids::{FolderId, OpId, RequestId, Uid, ViewId},
    reply::Reply,
    uid_set::UidSet,
};
use std::time::Instant;

/// Changes that may wait at once.
const MOST_OPERATIONS: usize = 500;

impl Engine {
    /// A browser asks; it is answered by [`Output::Reply`], at once or when the answer is known.
    pub fn command(&mut self, browser: BrowserId, id: RequestId, command: AccountCommand, now: Instant) {
        self.now = now;
        match command {
            AccountCommand::OpenView { spec } => self.open_view(browser, id, spec),
            AccountCommand::FetchRows { view, start, count } => {
                let since = now;
                self.row_requests.push(RowRequest { browser, id, view, start, count, opening: false, since });
                self.answer_rows();
            }
            AccountCommand::PreparePurge { folder } => self.prepare_purge(browser, id, folder),
            other if self.is_premature(&other) => self.postponed.push((browser, id, other)),
            other => {
                let reply = self.change(browser, other).map_or_else(Reply::Failed, |()| Reply::Accepted);
                self.outputs.push_back(Output::Reply(browser, id, reply));
                self.plan_operations();
            }
        }
        self.dispatch();
    }

    /// Takes up commands that waited for something to be known.
    pub(super) fn take_up_postponed(&mut self) {
        for (browser, id, command) in std::mem::take(&mut self.postponed) {
            self.command(browser, id, command, self.now);
        }
    }

    /// Whether a command is about all of a view of which only the length and the first screen are known.
    fn is_premature(&self, command: &AccountCommand) -> bool {
        let (AccountCommand::SetFlags { target, .. }
        | AccountCommand::Delete { target, .. }
        | AccountCommand::Undelete { target, .. }
        | AccountCommand::Move { target, .. }) = command
        else {
            return false;
        };
        let Target::View { view, .. } = target else { return false };
        self.views.get(view).is_some_and(|view| view.entries.iter().any(|entry| entry.uid == Uid(0)))
    }

    /// A command that is accepted or refused at once.
    fn change(&mut self, browser: BrowserId, command: AccountCommand) -> Result<(), Failure> {
        match command {
            AccountCommand::Refresh => self.refresh(),
            AccountCommand::CloseView { view } => self.leave_view(browser, view),
            AccountCommand::SetFlags { op, target, change } => {
                if change.add.has(Flag::Deleted) || change.remove.has(Flag::Deleted) {
                    return Err(Failure::new(ErrorCode::BadInput, "deleting is a command of its own"));
                }
                let targets = self.targets(target, false)?;
                return self.start(Operation::new(op, Kind::Store(change), targets));
            }
            AccountCommand::Delete { op, target, mark } => return self.delete(op, target, mark),
            AccountCommand::Undelete { op, target } => {
                let targets = self.targets(target, true)?;
                let change = FlagChange::one(Flag::Deleted, false);
                return self.start(Operation::new(op, Kind::Store(change), targets));
            }
            AccountCommand::Move { op, target, to } => {
                self.selectable(&to)?;
                let targets = self.targets(target, false)?;
                return self.start(Operation::new(op, Kind::Move(to), targets));
            }
            AccountCommand::Purge { op, plan } => return self.purge(op, plan),
            AccountCommand::EmptyFolder { op, folder } => return self.empty_folder(op, folder),
            AccountCommand::Cancel { op } => self.cancel(op),
            AccountCommand::Undo { op, undo } => return self.undo(op, undo),
            AccountCommand::SetDeleting { settings } => self.set_deleting(settings),
            AccountCommand::SetPop3 { .. }
            | AccountCommand::CancelDownload
            | AccountCommand::DownloadRest { .. }
            | AccountCommand::UploadToImap { .. }
            | AccountCommand::DownloadServerFolders { .. }
            | AccountCommand::CancelServerFolders
            | AccountCommand::DeclineServerFolders
            | AccountCommand::ListWaitingCopies
            | AccountCommand::TrustSender { .. } => {
                return Err(Failure::new(ErrorCode::Unsupported, "this is an IMAP account"));
            }
            folder_command => return self.change_folders(folder_command),
        }
        Ok(())
    }

    /// A command about folders themselves.
    fn change_folders(&mut self, command: AccountCommand) -> Result<(), Failure> {
        let (op, steps) = match command {
            AccountCommand::CreateFolder { op, parent, name } => {
                let raw = self.folders.compose(parent.as_ref(), &name).map_err(bad_name)?;
                let subscribe = Action::Subscribe(raw.clone(), true);
                (op, vec![Step::on_folders(Action::Create(raw)), Step::on_folders(subscribe)])
            }
            AccountCommand::RenameFolder { op, folder, parent, name } => {
                let from = self.changeable(&folder)?;
                let below = |id: &FolderId| self.is_below(id, &folder);
                if parent.as_ref().is_some_and(below) {
                    return Err(Failure::new(ErrorCode::BadInput, "a folder cannot be moved into itself"));
                }
                let to = self.folders.compose(parent.as_ref(), &name).map_err(bad_name)?;
                (op, vec![leave_selected(), Step::on_folders(Action::Rename(from, to))])
            }
            AccountCommand::DeleteFolder { op, folder } => {
                let raw = self.changeable(&folder)?;
                (op, vec![leave_selected(), Step::on_folders(Action::Delete(raw))])
            }
            AccountCommand::SubscribeFolder { op, folder, subscribed } => {
                let unknown = || Failure::new(ErrorCode::NoSuchFolder, folder.0.clone());
                let raw = self.raw_name(&folder).ok_or_else(unknown)?;
                (op, vec![Step::on_folders(Action::Subscribe(raw, subscribed))])
            }
            _ => return Err(Failure::new(ErrorCode::Internal, "")),
        };
        let list = Step::on_folders(Action::List);
        self.start(Operation::on_folders(op, steps.into_iter().chain([list])))
    }

    /// Looks at the folders and into those that are open.
    pub(super) fn refresh(&mut self) {
        self.push(Task::List);
        for folder in self.viewed_folders() {
            self.push(Task::Sync(folder));
        }
    }

    fn delete(&mut self, op: OpId, target: Target, mark: bool) -> Result<(), Failure> {
        let targets = self.targets(target, false)?;
        let trash = self.folders.with_role(Role::Trash).map(|entry| entry.folder.id.clone());
        // What is in the trash already can only be marked.
        let trash = trash.filter(|trash| targets.iter().all(|messages| messages.folder != *trash));
        let kind = match trash {
            Some(trash) if !mark && self.settings.model == DeleteModel::Trash => Kind::Move(trash),
            _ => Kind::Store(FlagChange::one(Flag::Deleted, true)),
        };
        self.start(Operation::new(op, kind, targets))
    }

    fn empty_folder(&mut self, op: OpId, folder: FolderId) -> Result<(), Failure> {
        self.selectable(&folder)?;
        let validity = self.validity(&folder);
        let targets = vec![Messages { folder, validity, uids: UidSet::new() }];
        self.start(Operation::new(op, Kind::Empty, targets))
    }

    fn set_deleting(&mut self, settings: DeletingSettings) {
        self.settings = settings;
        self.outputs.push_back(Output::Settings(settings));
    }

    /// Takes a change up, unless too many wait already.
    pub(super) fn start(&mut self, operation: Operation) -> Result<(), Failure> {
        if self.operations.len() >= MOST_OPERATIONS {
            return Err(Failure::new(ErrorCode::Offline, "too many changes wait"));
        }
        self.last_operation += 1;
        self.operations.insert(self.last_operation, operation);
        Ok(())
    }

    /// The messages a target names. Of a view, either all that are struck or all that are not.
    fn targets(&self, target: Target, struck: bool) -> Result<Vec<Messages>, Failure> {
        match target {
            Target::Messages(list) => {
                let targets: Vec<Messages> = list.into_iter().map(named).collect();
                targets.iter().try_for_each(|messages| self.selectable(&messages.folder))?;
                Ok(targets)
            }
            Target::View { view, except } => {
                let mut targets = self.view_targets(view, struck)?;
                for messages in &mut targets {
                    for except in except.iter().filter(|except| except.folder == messages.folder) {
                        messages.uids = messages.uids.difference(&except.uids);
                    }
                }
                Ok(targets)
            }
        }
    }

    fn view_targets(&self, view: ViewId, struck: bool) -> Result<Vec<Messages>, Failure> {
        let view = self.views.get(&view).ok_or(Failure::new(ErrorCode::NoSuchView, ""))?;
        let folders = view.folders.iter().enumerate();
        let messages = folders.map(|(index, folder)| {
            let marked =
                self.open.get(folder).map(|open| open.shadow.with(Flag::Deleted)).unwrap_or_default();
            let members = view.members(index as u16);
            let uids = if struck { members.intersection(&marked) } else { members.difference(&marked) };
            Messages { folder: folder.clone(), validity: self.validity(folder), uids }
        });
        Ok(messages.filter(|messages| !messages.uids.is_empty()).collect())
    }

    fn selectable(&self, folder: &FolderId) -> Result<(), Failure> {
        let known = self.folders.get(folder).is_some_and(|entry| entry.folder.selectable);
        // Before the folders are listed a change waits, and fails then if there is no such folder.
        if known || self.folders.entries().is_empty() {
            Ok(())
        } else {
            Err(Failure::new(ErrorCode::NoSuchFolder, folder.0.clone()))
        }
    }

    /// The server's name of a folder that may be renamed and deleted: any but INBOX.
    fn changeable(&self, folder: &FolderId) -> Result<crate::imap::command::MailboxName, Failure> {
        let unknown = || Failure::new(ErrorCode::NoSuchFolder, folder.0.clone());
        let entry = self.folders.get(folder).ok_or_else(unknown)?;
        if entry.folder.role == Some(Role::Inbox) {
            return Err(Failure::new(ErrorCode::Forbidden, "the inbox stays as it is"));
        }
        Ok(entry.raw.clone())
    }

    fn is_below(&self, folder: &FolderId, above: &FolderId) -> bool {
        let parent = |id: &FolderId| self.folders.get(id)?.folder.parent.clone();
        std::iter::successors(Some(folder.clone()), parent).any(|id| id == *above)
    }
}

fn named(messages: FolderMessages) -> Messages {
    Messages { folder: messages.folder, validity: messages.validity, uids: messages.uids }
}

fn bad_name(error: NameError) -> Failure {
    Failure::new(ErrorCode::BadInput, error.to_string())
}

/// A folder that is renamed or deleted should not be the selected one: INBOX is selected in its place.
fn leave_selected() -> Step {
    Step { folder: Some(FolderId::from("INBOX")), ..Step::on_folders(Action::Hear) }
}
