//! Replies, folded into what the app knows of an account.

use crate::model::{
    change::Outcome, failure::explain, mailbox::Mailbox, opened::Detail, pending::Stage, purge::PurgeDialog,
    requests::Asked,
};
use postern_shared::{
    command::AccountCommand,
    error::{ErrorCode, Failure},
    ids::{FolderId, MessageKey},
    reply::{PurgePlan, Reply},
    view::{Rows, View, ViewSpec},
};
use std::{ops::Range, sync::Arc};

impl Mailbox {
    /// Takes the answer to what was asked.
    pub fn answer(&mut self, asked: Asked, reply: Reply) {
        match (asked, reply) {
            (Asked::Writing(asked), reply) => self.desk.answer(asked, reply),
            (asked, Reply::Failed(failure)) => self.refused(asked, failure),
            (Asked::View(spec), Reply::ViewOpened { view, rows }) => self.view_opened(&spec, view, rows),
            (Asked::Rows(range), Reply::Rows(rows)) => self.rows_came(range, rows),
            (Asked::Message(key), Reply::Message(detail)) => {
                self.set_detail(&key, Detail::Ready(Arc::new(*detail)));
            }
            (Asked::PurgePlan { unasked, .. }, Reply::PurgePlan(plan)) => self.purge_counted(plan, unasked),
            (Asked::Waiting, Reply::WaitingCopies(copies)) => self.waiting_came(copies),
            (Asked::Change(op), Reply::Accepted) => {
                if let Some(change) = self.pending.get_mut(op) {
                    change.stage = Stage::Accepted;
                }
            }
            _ => {}
        }
    }

    fn refused(&mut self, asked: Asked, failure: Failure) {
        match asked {
            Asked::View(spec) => {
                if let Some(view) = self.view.as_mut().filter(|view| *view.spec() == spec) {
                    view.failed(failure);
                }
            }
            Asked::Rows(range) => self.rows_refused(&range, failure.code),
            Asked::Message(key) => self.set_detail(
                &key,
                match failure.code {
                    ErrorCode::NoSuchMessage | ErrorCode::FolderChanged | ErrorCode::NoSuchFolder => {
                        Detail::Gone
                    }
                    _ => Detail::Failed(explain(&failure)),
                },
            ),
            Asked::PurgePlan { folder, unasked } => self.purge_refused(&folder, unasked, &failure),
            Asked::Change(op) => self.failed(op, 0, 0, &failure),
            Asked::Settings(before) => {
                self.account.deleting = before;
                self.outcomes.push(Outcome::Warn(explain(&failure)));
            }
            Asked::Pop3Settings(before) => {
                self.restore_pop3(before);
                self.outcomes.push(Outcome::Warn(explain(&failure)));
            }
            Asked::Waiting => {
                self.close_waiting();
                self.outcomes.push(Outcome::Warn(explain(&failure)));
            }
            // The desk takes its answers itself.
            Asked::Writing(_) => {}
            Asked::Hello | Asked::Ping | Asked::Courtesy => {
                self.outcomes.push(Outcome::Warn(explain(&failure)))
            }
        }
    }

    fn view_opened(&mut self, spec: &ViewSpec, state: View, rows: Rows) {
        let Some(view) = self.view.as_mut().filter(|view| view.spec() == spec) else {
            self.calls.push((Asked::Courtesy, AccountCommand::CloseView { view: state.id }));
            return;
        };
        let before = view.rows().clone();
        view.opened(state, rows);
        self.selection.reopened(&before, view.rows());
        self.find_opened();
    }

    fn rows_came(&mut self, asked: Range<u32>, rows: Rows) {
        let Some(view) = &mut self.view else { return };
        let picked = self.selection.keys();
        view.place(asked, rows, |key| picked.is_some_and(|keys| keys.contains(key)));
        self.selection.fill(view.rows());
        self.find_opened();
    }

    fn rows_refused(&mut self, asked: &Range<u32>, code: ErrorCode) {
        let Some(view) = &mut self.view else { return };
        view.refused(asked);
        if code == ErrorCode::NoSuchView {
            view.reopen();
        }
    }

    fn set_detail(&mut self, key: &MessageKey, detail: Detail) {
        if let Some(reading) = self.reading.as_mut().filter(|reading| reading.key == *key) {
            reading.detail = detail;
        }
    }

    fn purge_counted(&mut self, plan: PurgePlan, unasked: bool) {
        if unasked {
            self.purge_unasked(&plan);
        } else if matches!(&self.purge, PurgeDialog::Counting(folder) if *folder == plan.folder) {
            self.purge = PurgeDialog::Asking(plan);
        }
    }

    fn purge_refused(&mut self, folder: &FolderId, unasked: bool, failure: &Failure) {
        let words = explain(failure);
        if unasked {
            self.outcomes.push(Outcome::Warn(words));
        } else if matches!(&self.purge, PurgeDialog::Counting(counted) if counted == folder) {
            self.purge = PurgeDialog::Failed(words);
        }
    }
}
