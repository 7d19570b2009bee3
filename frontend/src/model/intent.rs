//! What a person does to messages: decided here, shown at once, sent when there is a connection.

use crate::model::{aim::Aim, change::ChangeKind, mailbox::Mailbox, row::Row, selection::Travel};
use postern_shared::{
    account::DeleteModel,
    command::{AccountCommand, Target},
    flags::{Flag, FlagChange},
    folder::Role,
    ids::{FolderId, MessageKey, OpId},
};

impl Mailbox {
    /// Delete on the selection, else the focused row: struck messages are undeleted, a mixed selection is deleted. The
    /// focus goes on to the next message that is not struck. `mark` strikes whatever the model says; a key that is
    /// `held` never undeletes.
    pub fn delete(&mut self, mark: bool, held: bool) {
        let aim = self.aim();
        if self.asks_first(&aim) {
            self.ask_removal(aim, true);
            return;
        }
        let from = self.last_of(&aim);
        self.delete_aim(aim, mark, held);
        self.advance(from);
    }

    /// Delete on one message, whatever is selected. The focus stays.
    pub fn delete_message(&mut self, key: &MessageKey) {
        let aim = self.aim_at(key);
        if self.asks_first(&aim) {
            self.ask_removal(aim, false);
        } else {
            self.delete_aim(aim, false, false);
        }
    }

    /// Takes the strike off; in Deleted Items of a POP3 account, moves messages back to where they were.
    pub fn undelete(&mut self) {
        match self.aim() {
            aim if self.is_pop3() => self.restore(aim),
            Aim::View(target) => {
                let change = FlagChange::one(Flag::Deleted, false);
                self.submit_view(ChangeKind::Undelete, target, Some(change), undelete_command);
            }
            Aim::These(rows) => self.undelete_rows(rows),
        }
    }

    /// Marks as read if one is unread, else as unread.
    pub fn toggle_seen(&mut self) {
        self.toggle_seen_aim(self.aim());
    }

    /// The same on one message, whatever is selected.
    pub fn toggle_seen_message(&mut self, key: &MessageKey) {
        self.toggle_seen_aim(self.aim_at(key));
    }

    /// Marks a message as read.
    pub fn mark_read(&mut self, key: &MessageKey) {
        let unread = self.find(key).into_iter().filter(Row::unread).collect();
        self.set_flag(Aim::These(unread), Flag::Seen, true, ChangeKind::MarkRead);
    }

    /// Flags if one is not flagged, else unflags.
    pub fn toggle_flag(&mut self) {
        let on = self.target().unflagged;
        let kind = if on { ChangeKind::Flag } else { ChangeKind::Unflag };
        self.set_flag(self.aim(), Flag::Flagged, on, kind);
    }

    /// Moves to a folder.
    pub fn move_to(&mut self, to: &FolderId) {
        self.move_as(ChangeKind::Move, to);
    }

    /// Moves to the Archive folder.
    pub fn archive(&mut self) {
        match self.role(Role::Archive).map(|folder| folder.id.clone()) {
            Some(to) => self.move_as(ChangeKind::Archive, &to),
            None => self.say("There is no Archive folder. Create a folder named “Archive”, or move the message to another."),
        }
    }

    /// Moves to the Junk folder, or from there to the Inbox.
    pub fn junk(&mut self) {
        let in_junk = self.shown_folder().is_some_and(|folder| folder.role == Some(Role::Junk));
        let (role, kind) =
            if in_junk { (Role::Inbox, ChangeKind::Move) } else { (Role::Junk, ChangeKind::Junk) };
        match self.role(role).map(|folder| folder.id.clone()) {
            Some(to) => self.move_as(kind, &to),
            None => self.say(
                "There is no Junk folder. Create a folder named “Junk”, or move the message to another.",
            ),
        }
    }

    fn delete_aim(&mut self, aim: Aim, mark: bool, held: bool) {
        // There is no struck mail with POP3.
        let mark = mark && !self.is_pop3();
        let to_trash = !mark && self.moves_to_trash();
        let command = move |op, target| AccountCommand::Delete { op, target, mark };
        let strike = FlagChange::one(Flag::Deleted, true);
        match aim {
            Aim::View(target) => {
                self.submit_view(ChangeKind::Delete, target, (!to_trash).then_some(strike), command);
            }
            Aim::These(rows) => {
                let (struck, mut fresh): (Vec<Row>, Vec<Row>) = rows.into_iter().partition(Row::deleted);
                if self.is_pop3() {
                    fresh.retain(|row| !self.in_trash(&row.key().folder));
                }
                if fresh.is_empty() {
                    if !held {
                        self.undelete_rows(struck);
                    }
                } else if to_trash {
                    let trash = self.role(Role::Trash).map(|folder| folder.id.clone());
                    self.submit_leave(ChangeKind::Delete, &fresh, trash.as_ref(), command);
                } else {
                    self.submit_flags(ChangeKind::Delete, &fresh, strike, command);
                }
            }
        }
    }

    fn undelete_rows(&mut self, mut rows: Vec<Row>) {
        rows.retain(Row::deleted);
        if !rows.is_empty() {
            let change = FlagChange::one(Flag::Deleted, false);
            self.submit_flags(ChangeKind::Undelete, &rows, change, undelete_command);
        }
    }

    fn toggle_seen_aim(&mut self, aim: Aim) {
        let on = match &aim {
            Aim::View(_) => self.target().unread,
            Aim::These(rows) => rows.iter().any(Row::unread),
        };
        let kind = if on { ChangeKind::MarkRead } else { ChangeKind::MarkUnread };
        self.set_flag(aim, Flag::Seen, on, kind);
    }

    fn set_flag(&mut self, aim: Aim, flag: Flag, on: bool, kind: ChangeKind) {
        let change = FlagChange::one(flag, on);
        let sent = change.clone();
        let command = move |op, target| AccountCommand::SetFlags { op, target, change: sent };
        match aim {
            Aim::View(target) => self.submit_view(kind, target, Some(change), command),
            Aim::These(mut rows) => {
                rows.retain(|row| row.flags.has(flag) != on);
                if !rows.is_empty() {
                    self.submit_flags(kind, &rows, change, command);
                }
            }
        }
    }

    fn move_as(&mut self, kind: ChangeKind, to: &FolderId) {
        let aim = self.aim();
        let from = self.last_of(&aim);
        let sent = to.clone();
        let command = move |op, target| AccountCommand::Move { op, target, to: sent };
        match aim {
            Aim::View(target) => self.submit_view(kind, target, None, command),
            Aim::These(mut rows) => {
                rows.retain(|row| row.key().folder != *to);
                if !rows.is_empty() {
                    self.submit_leave(kind, &rows, Some(to), command);
                }
            }
        }
        self.advance(from);
    }

    /// Selects nothing, and where the message at `from` was struck or left, focuses the next one in the direction of
    /// travel. Where there is none the focus stays on a struck message, and goes back from one that left.
    pub(super) fn advance(&mut self, from: Option<u32>) {
        self.selection.clear();
        self.refresh_gaps();
        let Some(from) = from.filter(|&from| self.is_struck(from)) else { return };
        let travel = self.selection.travel();
        let back = || self.next_undeleted(from, travel.back()).filter(|_| self.gaps.holds(from));
        if let Some(index) = self.next_undeleted(from, travel).or_else(back) {
            self.selection.go_on_to(index);
        }
    }

    /// Whether Delete moves to Trash: not from Trash itself, and not where there is none.
    fn moves_to_trash(&self) -> bool {
        let trash = self.role(Role::Trash).map(|folder| &folder.id);
        let shown = self.shown_folder().map(|folder| folder.id);
        let moves = self.is_pop3() || self.account.deleting.model == DeleteModel::Trash;
        moves && trash.is_some() && trash != shown.as_ref()
    }

    /// The index of the row that an action reaches last in the direction of travel.
    pub(super) fn last_of(&self, aim: &Aim) -> Option<u32> {
        let Aim::These(rows) = aim else { return None };
        let loaded = self.view.as_ref()?.rows();
        let indices = rows.iter().filter_map(|row| loaded.position(row.key()));
        match self.selection.travel() {
            Travel::Down => indices.max(),
            Travel::Up => indices.min(),
        }
    }

    fn is_struck(&self, index: u32) -> bool {
        let row = self.view.as_ref().and_then(|view| view.rows().get(index));
        self.gaps.holds(index) || row.is_some_and(|summary| self.overlaid(summary).deleted())
    }
}

pub(super) fn undelete_command(op: OpId, target: Target) -> AccountCommand {
    AccountCommand::Undelete { op, target }
}
