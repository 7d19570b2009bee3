//! Changes that are not finished: an overlay on what the gateway told, by operation. A change shows from the moment
//! it was made; when it is finished or refused its overlay is dropped, and what the gateway told shows through.

use crate::model::change::{ChangeKind, Operation};
use postern_shared::{
    command::{AccountCommand, FolderMessages, Target},
    flags::{Flag, FlagChange, Flags},
    folder::Counts,
    ids::{FolderId, MessageKey, OpId, Uid, UidValidity, ViewId},
    uid_set::UidSet,
};

/// How far a change is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Never sent: taking it back needs no request.
    New,
    /// Sent on a socket that was lost before the answer. It goes out again: the operation's id makes that harmless.
    Lost,
    /// Sent.
    Sent,
    /// Accepted: events tell what comes of it.
    Accepted,
}

/// What a change shows before it is finished.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Nothing.
    None,
    /// Flags change.
    Flags(Target, FlagChange),
    /// Messages leave their folder.
    Leave(Vec<FolderMessages>),
}

/// How a change moves a folder's counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CountShift {
    /// Of all messages.
    pub total: i64,
    /// Of the unread ones.
    pub unread: i64,
    /// Of the struck ones.
    pub deleted: i64,
}

impl CountShift {
    /// What a message counts for, `sign` times.
    pub fn add(&mut self, flags: &Flags, sign: i64) {
        let deleted = flags.has(Flag::Deleted);
        self.total += sign;
        self.deleted += if deleted { sign } else { 0 };
        self.unread += if deleted || flags.has(Flag::Seen) { 0 } else { sign };
    }

    fn apply(&self, counts: &mut Counts) {
        let shifted = |count: u32, by: i64| (i64::from(count) + by).clamp(0, i64::from(u32::MAX)) as u32;
        counts.total = shifted(counts.total, self.total);
        counts.unread = shifted(counts.unread, self.unread);
        counts.deleted = shifted(counts.deleted, self.deleted);
    }
}

/// A change that is not finished.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Which operation.
    pub op: OpId,
    /// What it is.
    pub kind: ChangeKind,
    /// What is sent.
    pub command: AccountCommand,
    /// What shows meanwhile.
    pub effect: Effect,
    /// How the folders' counts move meanwhile.
    pub counts: Vec<(FolderId, CountShift)>,
    /// It is sent when this operation is finished.
    pub after: Option<OpId>,
    /// How far it is.
    pub stage: Stage,
    /// A person was told already what it does.
    pub told: bool,
    /// Messages done and in all, once the gateway tells.
    pub progress: Option<(u32, u32)>,
}

/// The changes that are not finished, in the order they were made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pending {
    changes: Vec<Change>,
}

impl Pending {
    /// Adds a change.
    pub fn push(&mut self, change: Change) {
        self.changes.push(change);
    }

    /// How many there are.
    pub fn len(&self) -> u32 {
        self.changes.len() as u32
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// Whether one sends such a command.
    pub fn any(&self, fits: impl Fn(&AccountCommand) -> bool) -> bool {
        self.changes.iter().any(|change| fits(&change.command))
    }

    /// A change.
    pub fn get_mut(&mut self, op: OpId) -> Option<&mut Change> {
        self.changes.iter_mut().find(|change| change.op == op)
    }

    /// Drops a change and what it showed.
    pub fn take(&mut self, op: OpId) -> Option<Change> {
        let at = self.changes.iter().position(|change| change.op == op)?;
        Some(self.changes.remove(at))
    }

    /// Changes to send now, marked as sent.
    pub fn unsent(&mut self) -> Vec<(OpId, AccountCommand)> {
        let open: Vec<OpId> = self.changes.iter().map(|change| change.op).collect();
        let ready = |change: &Change| {
            matches!(change.stage, Stage::New | Stage::Lost)
                && !change.after.is_some_and(|op| open.contains(&op))
        };
        let mut commands = Vec::new();
        for change in self.changes.iter_mut().filter(|change| ready(change)) {
            change.stage = Stage::Sent;
            commands.push((change.op, change.command.clone()));
        }
        commands
    }

    /// The socket is gone: what was not answered goes out again.
    pub fn lost(&mut self) {
        for change in &mut self.changes {
            if change.stage == Stage::Sent {
                change.stage = Stage::Lost;
            }
        }
    }

    /// The account starts anew: what had been accepted is in what it tells now, as far as it was done.
    pub fn restart(&mut self) {
        self.changes.retain(|change| change.stage != Stage::Accepted);
    }

    /// A message's flags with the changes on top. `view` is the view its row is in.
    pub fn overlay(&self, view: Option<ViewId>, key: &MessageKey, flags: &mut Flags) {
        for change in &self.changes {
            let Effect::Flags(target, patch) = &change.effect else { continue };
            let spared = matches!(target, Target::View { .. })
                && flags.has(Flag::Deleted)
                && !patch.remove.has(Flag::Deleted);
            if !spared && target_holds(target, view, key) {
                patch.apply(flags);
            }
        }
    }

    /// Whether a message is about to leave its folder.
    pub fn leaves(&self, key: &MessageKey) -> bool {
        self.changes.iter().any(|change| match &change.effect {
            Effect::Leave(messages) => holds(messages, key),
            _ => false,
        })
    }

    /// Whether any message is about to leave its folder.
    pub fn any_leaves(&self) -> bool {
        self.changes.iter().any(|change| matches!(change.effect, Effect::Leave(_)))
    }

    /// A folder's counts with the changes on top.
    pub fn shift_counts(&self, folder: &FolderId, counts: &mut Counts) {
        for (_, shift) in self.changes.iter().flat_map(|change| &change.counts).filter(|(at, _)| at == folder)
        {
            shift.apply(counts);
        }
    }

    /// The gateway counted a folder after `op` was at work there: its own shift is in the counts now.
    pub fn counted(&mut self, op: OpId, folder: &FolderId) {
        if let Some(change) = self.get_mut(op) {
            change.counts.retain(|(at, _)| at != folder);
        }
    }

    /// Messages that arrive are not part of a selection of the whole view made before.
    pub fn arrived(&mut self, folder: &FolderId, validity: UidValidity, uids: &UidSet) {
        for change in &mut self.changes {
            if let Effect::Flags(Target::View { except, .. }, _) = &mut change.effect {
                except.push(FolderMessages { folder: folder.clone(), validity, uids: uids.clone() });
            }
        }
    }

    /// The long operations among them.
    pub fn operations(&self) -> Vec<Operation> {
        let long = |change: &Change| {
            let (done, total) = change.progress?;
            Some(Operation { op: change.op, kind: change.kind, done, total })
        };
        self.changes.iter().filter_map(long).collect()
    }
}

/// The messages of a list of keys, by folder.
pub fn by_folder<'a>(keys: impl IntoIterator<Item = &'a MessageKey>) -> Vec<FolderMessages> {
    let mut folders: Vec<(FolderId, UidValidity, Vec<Uid>)> = Vec::new();
    for key in keys {
        match folders
            .iter_mut()
            .find(|(folder, validity, _)| *folder == key.folder && *validity == key.validity)
        {
            Some((_, _, uids)) => uids.push(key.uid),
            None => folders.push((key.folder.clone(), key.validity, vec![key.uid])),
        }
    }
    let messages = |(folder, validity, uids): (_, _, Vec<Uid>)| FolderMessages {
        folder,
        validity,
        uids: uids.into_iter().collect(),
    };
    folders.into_iter().map(messages).collect()
}

/// Whether a target holds a message whose row is in `view`.
fn target_holds(target: &Target, view: Option<ViewId>, key: &MessageKey) -> bool {
    match target {
        Target::Messages(messages) => holds(messages, key),
        Target::View { view: all, except } => view == Some(*all) && !holds(except, key),
    }
}

fn holds(messages: &[FolderMessages], key: &MessageKey) -> bool {
    messages
        .iter()
        .any(|of| of.folder == key.folder && of.validity == key.validity && of.uids.contains(key.uid))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::tests::fixture::{FOLDER, key};

    const VIEW: ViewId = ViewId(3);

    fn change(op: u64, effect: Effect) -> Change {
        let target = Target::Messages(Vec::new());
        Change {
            op: OpId(op),
            kind: ChangeKind::Delete,
            command: AccountCommand::Undelete { op: OpId(op), target },
            effect,
            counts: Vec::new(),
            after: None,
            stage: Stage::New,
            told: false,
            progress: None,
        }
    }

    fn flags_of(pending: &Pending, uid: u32, before: &[Flag]) -> Flags {
        let mut flags = before.iter().copied().collect();
        pending.overlay(Some(VIEW), &key(uid), &mut flags);
        flags
    }

    #[test]
    fn changes_lie_on_top_of_each_other_in_the_order_they_were_made() {
        let mut pending = Pending::default();
        let strike =
            |on| Effect::Flags(Target::Messages(by_folder([&key(7)])), FlagChange::one(Flag::Deleted, on));
        pending.push(change(1, strike(true)));
        assert!(flags_of(&pending, 7, &[]).has(Flag::Deleted));
        assert!(!flags_of(&pending, 8, &[]).has(Flag::Deleted));
        pending.push(change(2, strike(false)));
        assert!(!flags_of(&pending, 7, &[]).has(Flag::Deleted));
        pending.take(OpId(2));
        assert!(flags_of(&pending, 7, &[]).has(Flag::Deleted));
        pending.take(OpId(1));
        assert!(!flags_of(&pending, 7, &[]).has(Flag::Deleted));
    }

    #[test]
    fn a_whole_view_leaves_out_the_excepted_the_struck_and_what_arrived_later() {
        let target = Target::View { view: VIEW, except: by_folder([&key(5)]) };
        let mut pending = Pending::default();
        pending.push(change(1, Effect::Flags(target, FlagChange::one(Flag::Seen, true))));
        pending.arrived(&FolderId::from(FOLDER), UidValidity(1), &UidSet::one(Uid(9)));
        assert!(flags_of(&pending, 4, &[]).has(Flag::Seen));
        assert!(!flags_of(&pending, 5, &[]).has(Flag::Seen));
        assert!(!flags_of(&pending, 6, &[Flag::Deleted]).has(Flag::Seen));
        assert!(!flags_of(&pending, 9, &[]).has(Flag::Seen));
        let mut elsewhere = Flags::new();
        pending.overlay(Some(ViewId(99)), &key(4), &mut elsewhere);
        assert!(elsewhere.is_empty());
    }

    #[test]
    fn what_was_not_answered_goes_out_again_and_what_was_accepted_does_not() {
        let mut pending = Pending::default();
        for op in 1..=3 {
            pending.push(change(op, Effect::None));
        }
        pending.push(Change { after: Some(OpId(1)), ..change(4, Effect::None) });
        let ops =
            |pending: &mut Pending| pending.unsent().into_iter().map(|(op, _)| op.0).collect::<Vec<_>>();
        assert_eq!(ops(&mut pending), [1, 2, 3]);
        assert!(ops(&mut pending).is_empty());
        if let Some(first) = pending.get_mut(OpId(1)) {
            first.stage = Stage::Accepted;
        }
        pending.lost();
        assert_eq!(ops(&mut pending), [2, 3]);
        pending.restart();
        assert_eq!(ops(&mut pending), [4]);
    }

    #[test]
    fn counts_move_until_the_gateway_counted() {
        let inbox = FolderId::from(FOLDER);
        let mut shift = CountShift::default();
        shift.add(&Flags::new(), -1);
        shift.add(&Flags::one(Flag::Deleted), 1);
        let mut pending = Pending::default();
        pending.push(Change { counts: vec![(inbox.clone(), shift)], ..change(1, Effect::None) });
        let told = Counts { total: 5, unread: 2, deleted: 0 };
        let mut counts = told;
        pending.shift_counts(&inbox, &mut counts);
        assert_eq!(counts, Counts { total: 5, unread: 1, deleted: 1 });
        pending.counted(OpId(1), &inbox);
        let mut counts = told;
        pending.shift_counts(&inbox, &mut counts);
        assert_eq!(counts, told);
    }
}
