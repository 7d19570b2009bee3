//! Events, folded into what the app knows of an account.

use crate::model::{
    change::{ChangeKind, Outcome, Undo},
    failure::{explain_auto_expunge, explain_change, explain_left_out},
    mailbox::Mailbox,
    opened::Detail,
    purge::PurgeDialog,
    view::Phase,
};
use postern_shared::{
    account::Connection,
    command::AccountCommand,
    error::{ErrorCode, Failure},
    event::{Envelope, Event, Notice},
    flags::FlagChange,
    folder::Counts,
    ids::{FolderId, MessageKey, OpId, Seq, Uid, UidValidity, ViewId},
    summary::Summary,
    uid_set::UidSet,
    view::{Splice, ViewChange},
};
use std::sync::Arc;

impl Mailbox {
    /// Folds an event in. False where events before it are missing. One that is here already changes nothing.
    #[must_use]
    pub fn apply(&mut self, envelope: Envelope) -> bool {
        if envelope.seq <= self.seq {
            return true;
        }
        if envelope.seq != Seq(self.seq.0.saturating_add(1)) {
            return false;
        }
        self.seq = envelope.seq;
        self.fold(envelope.event, envelope.cause);
        true
    }

    fn fold(&mut self, event: Event, cause: Option<OpId>) {
        match event {
            Event::AccountChanged(account) => {
                let waited = self.waiting_count();
                self.account = account;
                self.waiting_changed(waited);
                self.back_online();
            }
            Event::Folders(folders) => self.folders = folders,
            Event::Counts { folder, counts } => self.count(&folder, counts, cause),
            Event::FlagsChanged { folder, validity, uids, change } => {
                self.change_flags(&folder, validity, &uids, &change);
            }
            Event::Removed { folder, validity, uids } => self.remove(&folder, validity, &uids),
            Event::Arrived { folder, validity, uids } => self.pending.arrived(&folder, validity, &uids),
            Event::ViewChanged(change) => self.change_view(change),
            Event::ViewClosed { view } => self.view_closed(view),
            Event::Previews { folder, validity, previews } => self.preview(&folder, validity, &previews),
            Event::Progress { op, done, total } => self.progress(op, done, total),
            Event::Finished { op, count, undoable } => self.finished(op, count, undoable),
            Event::Failed { op, done, total, failure } => self.failed(op, done, total, &failure),
            Event::Notice(notice) => self.notice(notice),
            Event::Writing(event) => self.desk.apply(event),
        }
    }

    /// A view that could not be opened because the mail server was away is tried again when it is back.
    fn back_online(&mut self) {
        let away = |failure: &Failure| {
            use ErrorCode::{Offline, ServerUnavailable, ServerUnreachable};
            matches!(failure.code, Offline | ServerUnavailable | ServerUnreachable)
        };
        if self.account.connection != Connection::Online {
            return;
        }
        if let Some(view) = &mut self.view
            && matches!(view.phase(), Phase::Failed(failure) if away(failure))
        {
            view.reopen();
        }
    }

    fn count(&mut self, id: &FolderId, counts: Counts, cause: Option<OpId>) {
        if let Some(folder) = self.folders.iter_mut().find(|folder| folder.id == *id) {
            folder.counts = Some(counts);
        }
        if let Some(op) = cause {
            self.pending.counted(op, id);
        }
    }

    fn change_flags(&mut self, folder: &FolderId, validity: UidValidity, uids: &UidSet, change: &FlagChange) {
        let picks = |key: &MessageKey| is_one_of(key, folder, validity, uids);
        self.update_messages(picks, |row| change.apply(&mut row.flags));
    }

    fn preview(&mut self, folder: &FolderId, validity: UidValidity, previews: &[(Uid, String)]) {
        let uids: UidSet = previews.iter().map(|&(uid, _)| uid).collect();
        let picks = |key: &MessageKey| is_one_of(key, folder, validity, &uids);
        self.update_messages(picks, |row| {
            let preview = previews.iter().find(|(uid, _)| *uid == row.key.uid);
            row.preview = preview.map(|(_, text)| text.clone());
        });
    }

    fn update_messages(&mut self, picks: impl Fn(&MessageKey) -> bool, change: impl Fn(&mut Summary)) {
        if let Some(reading) = &mut self.reading
            && picks(&reading.key)
            && let Some(summary) = &mut reading.summary
        {
            change(Arc::make_mut(summary));
        }
        if let Some(view) = &mut self.view {
            view.rows_mut().update(picks, change);
        }
    }

    fn remove(&mut self, folder: &FolderId, validity: UidValidity, uids: &UidSet) {
        let gone = |key: &MessageKey| is_one_of(key, folder, validity, uids);
        self.selection.forget(gone);
        if let Some(reading) = &mut self.reading
            && gone(&reading.key)
        {
            reading.detail = Detail::Gone;
        }
    }

    fn change_view(&mut self, change: ViewChange) {
        let Some(view) = &mut self.view else { return };
        if view.id() != Some(change.view.id) {
            return;
        }
        let mut total = view.rows().total();
        for splice in &change.splices {
            total = match splice {
                Splice::Insert { count, .. } => total.saturating_add(*count),
                Splice::Remove { count, .. } => total.saturating_sub(*count),
            };
            self.selection.splice(splice, total);
        }
        match view.change(change) {
            Some(left) => self.selection.forget(|key| left.contains(key)),
            None => view.reopen(),
        }
    }

    fn view_closed(&mut self, id: ViewId) {
        if let Some(view) = &mut self.view
            && view.id() == Some(id)
        {
            view.reopen();
        }
    }

    fn progress(&mut self, op: OpId, done: u32, total: u32) {
        if let Some(change) = self.pending.get_mut(op) {
            change.progress = Some((done, total));
        }
        if matches!(&self.purge, PurgeDialog::Running { op: running, .. } if *running == op) {
            self.purge = PurgeDialog::Running { op, done, total };
        }
    }

    fn finished(&mut self, op: OpId, count: u32, undoable: bool) {
        let Some(change) = self.pending.take(op) else { return };
        if !undoable {
            self.history.take(op);
            self.outcomes.push(Outcome::Settled(Undo::Change(op)));
        }
        if matches!(&self.purge, PurgeDialog::Running { op: running, .. } if *running == op) {
            self.purge = PurgeDialog::Closed;
        }
        if let AccountCommand::DownloadRest { key, .. } = &change.command {
            self.reload(key);
        }
        if change.kind.is_told() && !change.told {
            self.outcomes.push(Outcome::Say {
                text: change.kind.done(count),
                undo: undoable.then_some(Undo::Change(op)),
            });
        }
    }

    /// An operation failed, after `done` of `total` messages: what it showed is taken back, and said.
    pub(super) fn failed(&mut self, op: OpId, done: u32, total: u32, failure: &Failure) {
        let Some(change) = self.pending.take(op) else { return };
        if done == 0 {
            self.history.take(op);
            self.outcomes.push(Outcome::Settled(Undo::Change(op)));
        }
        let words = explain_change(change.kind, failure, done, total);
        if change.kind == ChangeKind::Purge && self.purge != PurgeDialog::Closed {
            self.purge = PurgeDialog::Failed(words);
        } else {
            self.outcomes.push(Outcome::Warn(words));
        }
    }

    fn notice(&mut self, notice: Notice) {
        let words = match notice {
            Notice::Alert(text) => format!("The mail server says: {text}"),
            Notice::AutoExpunged { folder, count } => {
                let name = self.folder(&folder).map_or(folder.0, |folder| folder.name);
                explain_auto_expunge(count, &name)
            }
            Notice::NotUploaded { partial, too_large } => explain_left_out(partial, too_large),
        };
        self.outcomes.push(Outcome::Warn(words));
    }
}

fn is_one_of(key: &MessageKey, folder: &FolderId, validity: UidValidity, uids: &UidSet) -> bool {
    key.validity == validity && key.folder == *folder && uids.contains(key.uid)
}
