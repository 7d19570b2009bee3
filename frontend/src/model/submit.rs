//! Changes on their way: what they show at once, how they are said, and how they are undone.

use crate::model::{
    change::{ChangeKind, Outcome, Undo},
    history::{Done, Inverse},
    mailbox::Mailbox,
    pending::{Change, CountShift, Effect, Stage, by_folder},
    requests::Asked,
    row::Row,
};
use postern_shared::{
    command::{AccountCommand, Target},
    flags::FlagChange,
    ids::{FolderId, OpId},
};

impl Mailbox {
    /// Changes flags of rows, at once and on the server.
    pub(super) fn submit_flags(
        &mut self,
        kind: ChangeKind,
        rows: &[Row],
        change: FlagChange,
        command: impl FnOnce(OpId, Target) -> AccountCommand,
    ) {
        let op = self.ops.draw();
        let messages = by_folder(rows.iter().map(Row::key));
        let target = Target::Messages(messages.clone());
        let counts = flag_shifts(rows, &change);
        let inverse = Inverse {
            messages,
            change: FlagChange { add: change.remove.clone(), remove: change.add.clone() },
            counts: opposite(&counts),
        };
        let effect = Effect::Flags(target.clone(), change);
        self.remember(op, kind, rows.len() as u32, Some(inverse));
        self.pending.push(Change { effect, counts, told: true, ..new_change(op, kind, command(op, target)) });
    }

    /// Lets rows leave their folder, at once and on the server.
    pub(super) fn submit_leave(
        &mut self,
        kind: ChangeKind,
        rows: &[Row],
        to: Option<&FolderId>,
        command: impl FnOnce(OpId, Target) -> AccountCommand,
    ) {
        let op = self.ops.draw();
        let messages = by_folder(rows.iter().map(Row::key));
        let command = command(op, Target::Messages(messages.clone()));
        self.remember(op, kind, rows.len() as u32, None);
        self.pending.push(Change {
            effect: Effect::Leave(messages),
            counts: leave_shifts(rows, to),
            told: true,
            ..new_change(op, kind, command)
        });
    }

    /// Changes a whole view. Only its flags show at once: which rows leave, and how many, the gateway tells.
    pub(super) fn submit_view(
        &mut self,
        kind: ChangeKind,
        target: Target,
        change: Option<FlagChange>,
        command: impl FnOnce(OpId, Target) -> AccountCommand,
    ) {
        let op = self.ops.draw();
        let effect = change.map_or(Effect::None, |change| Effect::Flags(target.clone(), change));
        if kind.is_undoable() {
            self.history.push(Done { op, inverse: None });
        }
        self.pending.push(Change { effect, ..new_change(op, kind, command(op, target)) });
    }

    /// A change that shows when the gateway tells of it.
    pub(super) fn submit_plain(
        &mut self,
        kind: ChangeKind,
        command: impl FnOnce(OpId) -> AccountCommand,
    ) -> OpId {
        let op = self.ops.draw();
        self.pending.push(new_change(op, kind, command(op)));
        op
    }

    /// Undoes a change. One that was never sent is just dropped; one that is not finished is undone after it.
    pub fn undo(&mut self, undone: OpId) {
        let Some(done) = self.history.take(undone) else { return };
        self.outcomes.push(Outcome::Settled(Undo::Change(undone)));
        let mut after = None;
        if let Some(change) = self.pending.get_mut(undone) {
            if change.stage == Stage::New {
                self.pending.take(undone);
                return;
            }
            if matches!(change.effect, Effect::Leave(_)) {
                change.effect = Effect::None;
            }
            change.told = true;
            after = Some(undone);
        }
        let op = self.ops.draw();
        let (effect, counts) = match done.inverse {
            Some(Inverse { messages, change, counts }) => {
                (Effect::Flags(Target::Messages(messages), change), counts)
            }
            None => (Effect::None, Vec::new()),
        };
        let command = AccountCommand::Undo { op, undo: undone };
        self.pending.push(Change { effect, counts, after, ..new_change(op, ChangeKind::Undo, command) });
    }

    /// Undoes the last change that can be undone.
    pub fn undo_last(&mut self) {
        match self.history.last() {
            Some(op) => self.undo(op),
            None => self.say("There is nothing to undo."),
        }
    }

    /// Stops a long operation. What was never sent is just dropped.
    pub fn cancel(&mut self, op: OpId) {
        let stage = self.pending.get_mut(op).map(|change| change.stage);
        match stage {
            Some(Stage::New) => drop(self.pending.take(op)),
            Some(_) => self.calls.push((Asked::Courtesy, AccountCommand::Cancel { op })),
            None => {}
        }
    }

    /// A change that shows when the gateway tells of it, said at once, with Undo.
    pub(super) fn submit_told(&mut self, kind: ChangeKind, command: impl FnOnce(OpId) -> AccountCommand) {
        let op = self.ops.draw();
        self.remember(op, kind, 0, None);
        self.pending.push(Change { told: true, ..new_change(op, kind, command(op)) });
    }

    fn remember(&mut self, op: OpId, kind: ChangeKind, count: u32, inverse: Option<Inverse>) {
        let undo = kind.is_undoable().then_some(op);
        if undo.is_some() {
            self.history.push(Done { op, inverse });
        }
        if kind.is_told() {
            self.outcomes.push(Outcome::Say { text: kind.done(count), undo: undo.map(Undo::Change) });
        }
    }
}

fn new_change(op: OpId, kind: ChangeKind, command: AccountCommand) -> Change {
    Change {
        op,
        kind,
        command,
        effect: Effect::None,
        counts: Vec::new(),
        after: None,
        stage: Stage::New,
        told: false,
        progress: None,
    }
}

fn flag_shifts(rows: &[Row], change: &FlagChange) -> Vec<(FolderId, CountShift)> {
    let mut shifts = Vec::new();
    for row in rows {
        let mut after = row.flags.clone();
        change.apply(&mut after);
        let shift = shift_of(&mut shifts, &row.key().folder);
        shift.add(&row.flags, -1);
        shift.add(&after, 1);
    }
    shifts
}

fn leave_shifts(rows: &[Row], to: Option<&FolderId>) -> Vec<(FolderId, CountShift)> {
    let mut shifts = Vec::new();
    for row in rows {
        shift_of(&mut shifts, &row.key().folder).add(&row.flags, -1);
        if let Some(to) = to {
            shift_of(&mut shifts, to).add(&row.flags, 1);
        }
    }
    shifts
}

fn shift_of<'a>(shifts: &'a mut Vec<(FolderId, CountShift)>, folder: &FolderId) -> &'a mut CountShift {
    let at = shifts.iter().position(|(id, _)| id == folder).unwrap_or_else(|| {
        shifts.push((folder.clone(), CountShift::default()));
        shifts.len() - 1
    });
    &mut shifts[at].1
}

fn opposite(shifts: &[(FolderId, CountShift)]) -> Vec<(FolderId, CountShift)> {
    let turn = |shift: &CountShift| CountShift {
        total: -shift.total,
        unread: -shift.unread,
        deleted: -shift.deleted,
    };
    shifts.iter().map(|(folder, shift)| (folder.clone(), turn(shift))).collect()
}
