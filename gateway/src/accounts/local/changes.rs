//! What browsers ask of the mailbox: answered at once, done in one transaction, told as events.

use super::{history::Undo, mailbox::Mailbox, reading::failure};
use crate::{
    browser::BrowserId,
    store::{
        StoreError,
        mail::{MailChange, folder_ids},
    },
};
use postern_shared::{
    command::{AccountCommand, FolderMessages, Target},
    error::{ErrorCode, Failure},
    event::Event,
    flags::{Flag, FlagChange},
    ids::{FolderId, OpId, RequestId},
    reply::Reply,
    uid_set::UidSet,
};
use std::time::Instant;

/// Messages, by folder.
pub(super) type Messages = Vec<(FolderId, UidSet)>;

/// What a change did.
#[derive(Debug, Default)]
pub(super) struct Done {
    /// To tell browsers and other gateways.
    pub changes: Vec<MailChange>,
    /// Messages it changed.
    pub count: u32,
    /// How to undo it.
    pub undo: Option<Undo>,
    /// Messages are gone for good.
    pub for_good: bool,
}

impl Mailbox {
    /// Does what a browser asks. True if messages are gone for good.
    pub async fn command(&mut self, browser: BrowserId, id: RequestId, command: AccountCommand) -> bool {
        match command {
            AccountCommand::OpenView { spec } => {
                let reply = self.open_view(browser, spec).await;
                self.reply(browser, id, reply);
            }
            AccountCommand::FetchRows { view, start, count } => {
                let reply = self.fetch_rows(view, start, count).await;
                self.reply(browser, id, reply);
            }
            AccountCommand::CloseView { view } => {
                self.views.leave(browser, view, Instant::now());
                self.reply(browser, id, Reply::Accepted);
            }
            // Changes are done at once: there is nothing left to cancel.
            AccountCommand::Cancel { .. } => self.reply(browser, id, Reply::Accepted),
            command => return self.change(browser, id, command).await,
        }
        false
    }

    /// A browser is gone.
    pub fn detached(&mut self, browser: BrowserId) {
        self.hub.detach(browser);
        self.views.detached(browser, Instant::now());
    }

    /// Forgets what nobody came back to.
    pub fn sweep(&mut self) {
        self.views.sweep(Instant::now());
    }

    async fn change(&mut self, browser: BrowserId, id: RequestId, command: AccountCommand) -> bool {
        let Some(op) = operation(&command) else {
            let unsupported = Failure::new(ErrorCode::Unsupported, "this is a POP3 account");
            self.reply(browser, id, Reply::Failed(unsupported));
            return false;
        };
        match self.perform(command).await {
            Ok(done) => {
                self.reply(browser, id, Reply::Accepted);
                let for_good = done.for_good;
                self.finish(op, done).await;
                for_good
            }
            Err(failure) => {
                self.reply(browser, id, Reply::Failed(failure));
                false
            }
        }
    }

    /// Tells what a change did, and remembers how to undo it.
    async fn finish(&mut self, op: OpId, done: Done) {
        let Done { changes, count, undo, .. } = done;
        self.publish(Some(op), changes).await;
        let undoable = undo.is_some();
        if let Some(undo) = undo {
            self.history.push(op, undo);
        }
        self.hub.publish(Some(op), Event::Finished { op, count, undoable });
    }

    async fn perform(&mut self, command: AccountCommand) -> Result<Done, Failure> {
        match command {
            AccountCommand::SetFlags { target, change, .. } => {
                let messages = self.messages(target)?;
                self.set_flags(messages, &change).await
            }
            AccountCommand::Delete { target, .. } => {
                let messages = self.messages(target)?;
                self.delete(messages).await
            }
            AccountCommand::Undelete { target, .. } => {
                let messages = self.messages(target)?;
                self.undelete(messages).await
            }
            AccountCommand::Move { target, to, .. } => {
                let messages = self.messages(target)?;
                self.move_to(messages, &to).await
            }
            AccountCommand::Undo { undo, .. } => {
                let undo = self.history.take(undo).ok_or_else(|| Failure::new(ErrorCode::CannotUndo, ""))?;
                self.undo(undo).await
            }
            AccountCommand::EmptyFolder { folder, .. } => self.empty_folder(&folder).await,
            AccountCommand::CreateFolder { parent, name, .. } => {
                self.create_folder(parent.as_ref(), &name).await
            }
            AccountCommand::RenameFolder { folder, parent, name, .. } => {
                self.rename_folder(&folder, parent.as_ref(), &name).await
            }
            AccountCommand::DeleteFolder { folder, .. } => self.delete_folder(&folder).await,
            _ => Err(Failure::new(ErrorCode::Unsupported, "")),
        }
    }

    async fn set_flags(&self, messages: Messages, change: &FlagChange) -> Result<Done, Failure> {
        if change.add.has(Flag::Deleted) || change.remove.has(Flag::Deleted) {
            return Err(Failure::new(ErrorCode::BadInput, "deleting is a command of its own"));
        }
        let back = FlagChange { add: change.remove.clone(), remove: change.add.clone() };
        let (mut done, mut undo) = (Done::default(), Vec::new());
        for (folder, uids) in messages {
            let changed = self.store.set_flags(&self.account, &folder, &uids, change).await.map_err(fail)?;
            if !changed.is_empty() {
                done.count += changed.len() as u32;
                undo.push((folder.clone(), changed.clone(), back.clone()));
                done.changes.push(MailChange::Flags(folder, changed, change.clone()));
            }
        }
        done.undo = (!undo.is_empty()).then_some(Undo::Flags(undo));
        Ok(done)
    }

    pub(super) async fn move_to(&self, messages: Messages, to: &FolderId) -> Result<Done, Failure> {
        let moves = messages.into_iter().map(|(from, uids)| (from, to.clone(), uids)).collect();
        self.make_moves(moves).await
    }

    /// Messages go to Deleted Items; those that are there go for good.
    async fn delete(&self, messages: Messages) -> Result<Done, Failure> {
        let (there, elsewhere): (Messages, Messages) =
            messages.into_iter().partition(|(folder, _)| self.is_in_deleted_items(folder));
        let mut done = self.move_to(elsewhere, &FolderId::from(folder_ids::DELETED_ITEMS)).await?;
        for (folder, uids) in there {
            let removed = self.store.remove(&self.account, &folder, &uids).await.map_err(fail)?;
            done.count += removed.len() as u32;
            done.for_good = true;
            done.changes.push(MailChange::Removed(folder, removed));
        }
        Ok(done)
    }

    async fn undelete(&self, messages: Messages) -> Result<Done, Failure> {
        let deleted_items = FolderId::from(folder_ids::DELETED_ITEMS);
        let (mut done, mut undo) = (Done::default(), Vec::new());
        for (_, uids) in messages.into_iter().filter(|(folder, _)| *folder == deleted_items) {
            for (to, restored) in self.store.restore(&self.account, &uids).await.map_err(fail)? {
                done.count += restored.len() as u32;
                done.changes.push(MailChange::Removed(deleted_items.clone(), restored.clone()));
                done.changes.push(MailChange::Arrived(to.clone(), restored.clone()));
                undo.push((to, deleted_items.clone(), restored));
            }
        }
        done.undo = (!undo.is_empty()).then_some(Undo::Moves(undo));
        Ok(done)
    }

    /// Moves messages: from where, to where, which.
    async fn make_moves(&self, moves: Vec<(FolderId, FolderId, UidSet)>) -> Result<Done, Failure> {
        let (mut done, mut undo) = (Done::default(), Vec::new());
        for (from, to, uids) in moves.into_iter().filter(|(from, to, _)| from != to) {
            let moved = self.store.move_messages(&self.account, &from, &uids, &to).await.map_err(fail)?;
            if !moved.is_empty() {
                done.count += moved.len() as u32;
                done.changes.push(MailChange::Removed(from.clone(), moved.clone()));
                done.changes.push(MailChange::Arrived(to.clone(), moved.clone()));
                undo.push((to, from, moved));
            }
        }
        done.undo = (!undo.is_empty()).then_some(Undo::Moves(undo));
        Ok(done)
    }

    async fn undo(&self, undo: Undo) -> Result<Done, Failure> {
        let done = match undo {
            Undo::Moves(moves) => self.make_moves(moves).await?,
            Undo::Folder(folder, parent, name) => self.rename_folder(&folder, parent.as_ref(), &name).await?,
            Undo::Flags(flags) => {
                let mut done = Done::default();
                for (folder, uids, change) in flags {
                    let part = self.set_flags(vec![(folder, uids)], &change).await?;
                    done.count += part.count;
                    done.changes.extend(part.changes);
                }
                done
            }
        };
        Ok(Done { undo: None, ..done })
    }

    fn messages(&self, target: Target) -> Result<Messages, Failure> {
        match target {
            Target::Messages(messages) => {
                messages.into_iter().map(|messages| self.checked(messages)).collect()
            }
            Target::View { view, except } => {
                let shown = self.views.messages(view);
                let shown = shown.ok_or_else(|| Failure::new(ErrorCode::NoSuchView, ""))?;
                let except: Messages =
                    except.into_iter().map(|messages| self.checked(messages)).collect::<Result<_, _>>()?;
                Ok(shown
                    .into_iter()
                    .map(|(folder, mut uids)| {
                        uids.sort_unstable();
                        let mut uids: UidSet = uids.into_iter().collect();
                        for (_, out) in except.iter().filter(|(other, _)| *other == folder) {
                            uids = uids.difference(out);
                        }
                        (folder, uids)
                    })
                    .collect())
            }
        }
    }

    fn checked(&self, messages: FolderMessages) -> Result<(FolderId, UidSet), Failure> {
        let FolderMessages { folder, validity, uids } = messages;
        if validity != self.validity {
            return Err(Failure::new(ErrorCode::FolderChanged, ""));
        }
        Ok((folder, uids))
    }
}

/// The name of a change; nothing where a mailbox of this kind does not know it.
fn operation(command: &AccountCommand) -> Option<OpId> {
    match command {
        AccountCommand::SetFlags { op, .. }
        | AccountCommand::Delete { op, .. }
        | AccountCommand::Undelete { op, .. }
        | AccountCommand::Move { op, .. }
        | AccountCommand::EmptyFolder { op, .. }
        | AccountCommand::Undo { op, .. }
        | AccountCommand::CreateFolder { op, .. }
        | AccountCommand::RenameFolder { op, .. }
        | AccountCommand::DeleteFolder { op, .. } => Some(*op),
        _ => None,
    }
}

pub(super) fn fail(error: StoreError) -> Failure {
    failure(&error)
}
