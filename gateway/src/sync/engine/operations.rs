//! Changes under way: their steps one by one, what they did, how they end, how they are undone.

use super::{Engine, dispatch::sequence};
use crate::{
    imap::command::{Command, MailboxName},
    sync::{
        answer::Answer,
        delta::Changes,
        operation::{Action, Kind, Messages, Operation, Step},
        output::{Output, Remember},
        task::Task,
    },
};
use postern_shared::{
    error::{ErrorCode, Failure},
    event::{Event, Notice},
    flags::{Flag, FlagChange},
    ids::{FolderId, OpId, UidValidity},
    uid_set::UidSet,
};

/// Changes that can be undone.
const REMEMBERED: usize = 50;

impl Engine {
    /// A planned change begins, or is done because there is nothing to do.
    pub(super) fn begin(&mut self, number: u64) {
        let Some(operation) = self.operations.get_mut(&number) else { return };
        operation.running = true;
        let id = operation.id;
        self.next_step(id);
    }

    /// The command of the running step; nothing where it needs none.
    pub(super) fn step_command(&mut self, id: OpId) -> Result<Option<Command>, Failure> {
        let Some(number) = self.number(id) else { return Ok(None) };
        self.guard_expunge(number);
        let Some(operation) = self.operations.get(&number) else { return Ok(None) };
        let Some(step) = operation.step().cloned() else { return Ok(None) };
        // Messages that went meanwhile need no command, and one for none would be an error.
        let needs_messages =
            matches!(step.action, Action::Store { .. } | Action::Move(_) | Action::Copy(_) | Action::Expunge);
        if needs_messages && !self.any_left(&step) {
            self.step_over(id);
            return Ok(None);
        }
        let set = sequence(&step.uids);
        Ok(Some(match step.action {
            Action::Store { add, flags } => Command::Store { set, add, flags },
            Action::Move(to) => Command::Move(set, self.destination(&to)?),
            Action::Copy(to) => Command::Copy(set, self.destination(&to)?),
            Action::Expunge => Command::UidExpunge(set),
            Action::GuardedExpunge => Command::Expunge,
            Action::Hear => Command::Noop,
            Action::Create(raw) => Command::Create(raw),
            Action::Rename(from, to) => Command::Rename(from, to),
            Action::Delete(raw) => Command::Delete(raw),
            Action::Subscribe(raw, true) => Command::Subscribe(raw),
            Action::Subscribe(raw, false) => Command::Unsubscribe(raw),
            Action::List => self.list_command(),
        }))
    }

    /// A step's command was answered with OK.
    pub(super) fn step_done(&mut self, id: OpId, answer: &Answer) {
        let Some(step) = self.number(id).and_then(|number| self.operations.get(&number)?.step().cloned())
        else {
            return;
        };
        match &step.action {
            Action::Move(to) | Action::Copy(to) => self.note_copied(id, &step, to, answer),
            Action::List => self.list_told(super::listed(answer)),
            _ => {}
        }
        if let Some(folder) = &step.folder {
            self.settle(folder);
        }
        self.step_over(id);
    }

    /// The running step is done: the next one, or the end.
    fn step_over(&mut self, id: OpId) {
        let Some(operation) = self.number(id).and_then(|number| self.operations.get_mut(&number)) else {
            return;
        };
        let Some(step) = operation.steps.as_mut().and_then(|steps| steps.pop_front()) else { return };
        operation.done = operation.done.saturating_add(step.advances);
        let stop = operation.cancelled && step.ends_batch;
        let (done, total, more) = (operation.done, operation.total, operation.step().is_some());
        if step.ends_batch && operation.is_long() {
            self.emit(Some(id), Event::Progress { op: id, done, total });
        }
        if stop && more {
            return self.operation_failed(id, Failure::new(ErrorCode::Cancelled, ""));
        }
        self.next_step(id);
    }

    fn next_step(&mut self, id: OpId) {
        let Some(number) = self.number(id) else { return };
        match self.operations.get(&number).and_then(Operation::step) {
            Some(step) => {
                let folder = step.folder.clone();
                self.push(Task::Step(id, folder));
            }
            None => self.finish(number),
        }
    }

    fn finish(&mut self, number: u64) {
        let Some(operation) = self.operations.remove(&number) else { return };
        self.forget_put_back(&operation);
        let removes = matches!(operation.kind, Kind::Purge | Kind::Empty);
        let count = if removes { operation.removed } else { operation.done };
        let undoable = !operation.undo.is_empty();
        let op = operation.id;
        self.remember_undo(operation);
        self.emit(Some(op), Event::Finished { op, count, undoable });
        self.plan_operations();
    }

    /// A change ends early. What it did stays done, and can be undone.
    pub(super) fn operation_failed(&mut self, id: OpId, failure: Failure) {
        let Some(operation) = self.number(id).and_then(|number| self.operations.remove(&number)) else {
            return;
        };
        self.restore_put_back(&operation);
        let (done, total) = (operation.done, operation.total);
        self.remember_undo(operation);
        self.emit(Some(id), Event::Failed { op: id, done, total, failure });
        self.plan_operations();
    }

    /// Fails the changes of messages in a folder that is no more.
    pub(super) fn fail_operations_in(&mut self, folder: &FolderId, failure: &Failure) {
        let concerned =
            |operation: &&Operation| operation.kind != Kind::Folders && operation.concerns(folder);
        let failed: Vec<OpId> =
            self.operations.values().filter(concerned).map(|operation| operation.id).collect();
        for id in failed {
            self.operation_failed(id, failure.clone());
        }
    }

    pub(super) fn cancel(&mut self, id: OpId) {
        let Some(number) = self.number(id) else { return };
        let Some(operation) = self.operations.get_mut(&number) else { return };
        operation.cancelled = true;
        if operation.steps.is_none() {
            self.operation_failed(id, Failure::new(ErrorCode::Cancelled, ""));
        }
    }

    /// Begins to undo a change.
    pub(super) fn undo(&mut self, op: OpId, undo: OpId) -> Result<(), Failure> {
        let at = self.history.iter().position(|(known, _)| *known == undo);
        let Some((_, undo)) = at.and_then(|at| self.history.remove(at)) else {
            return Err(Failure::new(ErrorCode::CannotUndo, ""));
        };
        let operation = if undo.moved.is_empty() {
            let reverse = |change: FlagChange| FlagChange { add: change.remove, remove: change.add };
            let groups = undo.flags.into_iter().rev().map(|(messages, change)| (messages, reverse(change)));
            Operation::new(op, Kind::Restore(groups.collect()), Vec::new())
        } else {
            Operation::new(op, Kind::MoveBack(undo.moved), Vec::new())
        };
        self.start(operation)
    }

    /// Whether the running step may be given again after the connection broke under it. A copy would be made twice, and
    /// an EXPUNGE is only safe in the session that looked at the marks.
    pub(super) fn may_repeat(&self, id: OpId) -> bool {
        let step = self.number(id).and_then(|number| self.operations.get(&number)?.step());
        !step.is_some_and(|step| {
            matches!(
                step.action,
                Action::Copy(_)
                    | Action::GuardedExpunge
                    | Action::Create(_)
                    | Action::Rename(..)
                    | Action::Delete(_)
            )
        })
    }

    /// Notes what a change did in a folder.
    pub(super) fn note_effects(&mut self, id: OpId, folder: &FolderId, effects: &Changes) {
        let validity = self.validity(folder);
        let Some(operation) = self.number(id).and_then(|number| self.operations.get_mut(&number)) else {
            return;
        };
        let undoable = matches!(operation.kind, Kind::Store(_) | Kind::Restore(_));
        for (change, uids) in effects.flags.iter().filter(|_| undoable) {
            let uids = uids.difference(&effects.removed);
            if !uids.is_empty() {
                let messages = Messages { folder: folder.clone(), validity, uids };
                operation.undo.flags.push((messages, change.clone()));
            }
        }
        let removed = u32::try_from(effects.removed.len()).unwrap_or(u32::MAX);
        operation.removed = operation.removed.saturating_add(removed);
        let struck = effects.flags.iter().filter(|(change, _)| undoable && change.add.has(Flag::Deleted));
        let marks = struck.fold(UidSet::new(), |all, (_, uids)| all.union(uids));
        if let Some(open) = self.open.get(folder).filter(|_| !marks.is_empty()) {
            let marks = open.marks.union(&marks);
            self.set_marks(folder, marks);
        }
    }

    /// Says so where the server removed what was only to be struck.
    pub(super) fn notice_auto_expunge(&mut self, id: OpId, folder: &FolderId, effects: &Changes) {
        let operation = self.number(id).and_then(|number| self.operations.get(&number));
        let stores = operation.is_some_and(|operation| matches!(operation.kind, Kind::Store(_)));
        if stores && !effects.removed.is_empty() {
            let count = u32::try_from(effects.removed.len()).unwrap_or(u32::MAX);
            self.emit(Some(id), Event::Notice(Notice::AutoExpunged { folder: folder.clone(), count }));
        }
    }

    pub(super) fn number(&self, id: OpId) -> Option<u64> {
        self.operations.iter().find(|(_, operation)| operation.id == id).map(|(&number, _)| number)
    }

    /// Remembers messages whose marks are to be put back, whatever happens to the gateway.
    pub(super) fn remember_put_back(
        &mut self,
        folder: &FolderId,
        validity: UidValidity,
        operation: &Operation,
    ) {
        let remember = Remember::PutBack(operation.put_back.clone());
        self.outputs.push_back(Output::Remember(folder.clone(), validity, remember));
    }

    fn note_copied(&mut self, id: OpId, step: &Step, to: &FolderId, answer: &Answer) {
        let (Some(from), Some((validity, _, there))) = (step.folder.clone(), answer.copied()) else { return };
        let Some(operation) = self.number(id).and_then(|number| self.operations.get_mut(&number)) else {
            return;
        };
        let messages = Messages { folder: to.clone(), validity: UidValidity(validity), uids: there };
        operation.undo.moved.push((messages, from));
    }

    fn remember_undo(&mut self, operation: Operation) {
        if operation.undo.is_empty() {
            return;
        }
        self.history.push_back((operation.id, operation.undo));
        if self.history.len() > REMEMBERED {
            self.history.pop_front();
        }
    }

    fn any_left(&self, step: &Step) -> bool {
        let Some(open) = step.folder.as_ref().and_then(|folder| self.open.get(folder)) else { return false };
        step.uids.iter().any(|uid| open.shadow.contains(uid))
    }

    fn destination(&self, folder: &FolderId) -> Result<MailboxName, Failure> {
        self.raw_name(folder).ok_or(Failure::new(ErrorCode::NoSuchFolder, folder.0.clone()))
    }
}
