//! From a change to its steps, once everything about its folders is known.

use super::Engine;
use crate::sync::operation::{self, Action, Kind, Messages, Operation, Step};
use postern_shared::{
    error::{ErrorCode, Failure},
    flags::{Flag, FlagChange, Flags},
    ids::{FolderId, UidValidity},
    uid_set::UidSet,
};
use std::collections::{HashSet, VecDeque};

impl Engine {
    /// Plans every change whose folders are known, and asks for the folders of the others. Changes of the same
    /// folder keep their order.
    pub(super) fn plan_operations(&mut self) {
        let mut blocked: HashSet<FolderId> = HashSet::new();
        let waiting: Vec<u64> = self.operations.keys().copied().collect();
        for number in waiting {
            let Some(operation) = self.operations.get(&number) else { continue };
            let folders: Vec<FolderId> = operation.folders();
            let first = folders.iter().all(|folder| !blocked.contains(folder));
            let listed = |folder: &FolderId| {
                !self.folders.entries().is_empty() || super::listing::inbox_name(folder).is_some()
            };
            if !folders.iter().all(listed) {
                // Folders are not known yet: not even whether there is such a one.
            } else if first && operation.steps.is_none() {
                // Ask for all of them, not only up to the first unknown.
                let unknown = folders.iter().filter(|folder| !self.want(folder)).count();
                if unknown == 0 {
                    self.plan_operation(number);
                }
            } else if first && operation.kind == Kind::Folders && !operation.running {
                self.begin(number);
            }
            blocked.extend(folders);
        }
    }

    fn plan_operation(&mut self, number: u64) {
        let Some(operation) = self.operations.get(&number) else { return };
        match self.plan(operation) {
            Ok((steps, total)) => {
                if let Some(operation) = self.operations.get_mut(&number) {
                    operation.steps = Some(steps);
                    operation.total = total;
                }
                self.begin(number);
            }
            Err(failure) => {
                let id = operation.id;
                self.operation_failed(id, failure);
            }
        }
    }

    fn plan(&self, operation: &Operation) -> Result<(VecDeque<Step>, u32), Failure> {
        let mut steps = VecDeque::new();
        for messages in &operation.targets {
            self.same_uids(&messages.folder, messages.validity)?;
            match &operation.kind {
                Kind::Store(change) => self.plan_store(messages, change, &mut steps),
                Kind::Move(to) => self.plan_move(messages, to, &mut steps)?,
                Kind::Purge => self.plan_purge(&messages.folder, &messages.uids, &mut steps),
                Kind::Empty => self.plan_empty(&messages.folder, &mut steps),
                Kind::Folders | Kind::Restore(_) | Kind::MoveBack(_) => {}
            }
        }
        if let Kind::Restore(groups) = &operation.kind {
            for (messages, change) in groups {
                self.same_uids(&messages.folder, messages.validity)?;
                self.plan_store(messages, change, &mut steps);
            }
        }
        if let Kind::MoveBack(groups) = &operation.kind {
            for (messages, to) in groups {
                self.same_uids(&messages.folder, messages.validity)?;
                self.plan_move(messages, to, &mut steps)?;
            }
        }
        let total = steps.iter().map(|step| step.advances).fold(0, u32::saturating_add);
        Ok((steps, total))
    }

    fn same_uids(&self, folder: &FolderId, validity: UidValidity) -> Result<(), Failure> {
        let known = self.validity(folder);
        // A folder that was not open when the change was asked for names no messages yet.
        if validity == known || validity == UidValidity(0) {
            return Ok(());
        }
        Err(Failure::new(ErrorCode::FolderChanged, ""))
    }

    /// Only messages that change are stored, so that an undo touches no others.
    fn plan_store(&self, messages: &Messages, change: &FlagChange, steps: &mut VecDeque<Step>) {
        let folder = &messages.folder;
        let lacks = |flags: &Flags, of: &Flags| {
            let mut with = flags.clone();
            FlagChange { add: of.clone(), remove: Flags::new() }.apply(&mut with);
            with != *flags
        };
        let holds = |flags: &Flags| {
            let mut without = flags.clone();
            FlagChange { add: Flags::new(), remove: change.remove.clone() }.apply(&mut without);
            without != *flags
        };
        let to_add = self.chosen(messages, |flags| lacks(flags, &change.add));
        let to_clear = self.chosen(messages, holds);
        for batch in operation::batches(&to_add.union(&to_clear)) {
            let store = |uids: UidSet, add: bool, flags: &Flags| {
                let action = Action::Store { add, flags: flags.clone() };
                (!uids.is_empty()).then(|| Step::on(folder, uids, action))
            };
            let clear = store(batch.intersection(&to_clear), false, &change.remove);
            let add = store(batch.intersection(&to_add), true, &change.add);
            push_batch(steps, clear.into_iter().chain(add), batch.len());
        }
    }

    fn plan_move(
        &self,
        messages: &Messages,
        to: &FolderId,
        steps: &mut VecDeque<Step>,
    ) -> Result<(), Failure> {
        let folder = &messages.folder;
        if folder == to {
            return Ok(());
        }
        let whole_move = self.capabilities.has("MOVE");
        if !whole_move && !self.capabilities.has("UIDPLUS") {
            // Without UID EXPUNGE the originals could only be removed together with every struck message.
            return Err(Failure::new(ErrorCode::Unsupported, "the mail server cannot move messages safely"));
        }
        let present = self.chosen(messages, |_| true);
        for batch in operation::batches(&present) {
            let parts = if whole_move {
                vec![Step::on(folder, batch.clone(), Action::Move(to.clone()))]
            } else {
                let mark = Action::Store { add: true, flags: Flags::one(Flag::Deleted) };
                vec![
                    Step::on(folder, batch.clone(), Action::Copy(to.clone())),
                    Step::on(folder, batch.clone(), mark),
                    Step::on(folder, batch.clone(), Action::Expunge),
                ]
            };
            push_batch(steps, parts, batch.len());
        }
        Ok(())
    }

    fn plan_empty(&self, folder: &FolderId, steps: &mut VecDeque<Step>) {
        let Some(open) = self.open.get(folder) else { return };
        let struck = open.shadow.with(Flag::Deleted);
        let all: UidSet = open.shadow.uids().iter().copied().collect();
        let mark = Action::Store { add: true, flags: Flags::one(Flag::Deleted) };
        let can_choose = self.capabilities.has("UIDPLUS");
        for batch in operation::batches(&all) {
            let unstruck = batch.difference(&struck);
            let marking = (!unstruck.is_empty()).then(|| Step::on(folder, unstruck, mark.clone()));
            let removing = can_choose.then(|| Step::on(folder, batch.clone(), Action::Expunge));
            push_batch(steps, marking.into_iter().chain(removing), if can_choose { batch.len() } else { 0 });
        }
        if !can_choose {
            self.plan_purge(folder, &all, steps);
        }
    }

    /// The named messages that are there and whose flags `wanted` accepts.
    fn chosen(&self, messages: &Messages, wanted: impl Fn(&Flags) -> bool) -> UidSet {
        let Some(open) = self.open.get(&messages.folder) else { return UidSet::new() };
        let accepted: UidSet = open.shadow.select(wanted).collect();
        accepted.intersection(&messages.uids)
    }
}

/// Adds the steps of one batch: a cancelled change stops between batches only.
pub(super) fn push_batch(steps: &mut VecDeque<Step>, batch: impl IntoIterator<Item = Step>, advances: u64) {
    let mut batch: Vec<Step> = batch.into_iter().collect();
    if let Some(last) = batch.pop() {
        steps.extend(batch);
        steps.push_back(last.ending(advances));
    }
}
