//! What the message list reads and calls. Rows are named by where the list shows them: 0 is the top.

use crate::{
    model::{mailbox::Mailbox, row::Row},
    state::context::App,
};
use leptos::prelude::*;
use postern_shared::ids::MessageKey;
use std::ops::Range;

/// Reading; tracked.
impl App {
    /// The row at `index`; absent until it came.
    pub fn row(self, index: u32) -> Option<Row> {
        self.with_mailbox(|mailbox| mailbox.row(index)).flatten()
    }

    /// Whether a row is selected.
    pub fn is_selected(self, row: &Row) -> bool {
        self.with_mailbox(|mailbox| mailbox.is_selected(row)).unwrap_or_default()
    }

    /// The focused row.
    pub fn focused_row(self) -> Option<u32> {
        self.with_mailbox(Mailbox::focus).flatten()
    }

    /// The message of the focused row, once it came.
    pub fn focused_key(self) -> Option<MessageKey> {
        let key = |mailbox: &Mailbox| Some(mailbox.row(mailbox.focus()?)?.key().clone());
        self.with_mailbox(key).flatten()
    }

    /// Counts how often a person moved the focus: the focused row should then be brought into sight.
    pub fn focus_moves(self) -> u32 {
        self.with_mailbox(Mailbox::focus_moves).unwrap_or_default()
    }

    /// The messages shown at a range of rows; absent ones have not come yet.
    pub fn keys(self, range: Range<u32>) -> Vec<Option<MessageKey>> {
        let key = |mailbox: &Mailbox, index| mailbox.row(index).map(|row| row.key().clone());
        self.with_mailbox(|mailbox| range.map(|index| key(mailbox, index)).collect()).unwrap_or_default()
    }

    /// The row that shows a message.
    pub fn index_of(self, key: &MessageKey) -> Option<u32> {
        self.with_mailbox(|mailbox| mailbox.shown_at(key)).flatten()
    }

    fn with_mailbox<T>(self, read: impl FnOnce(&Mailbox) -> T) -> Option<T> {
        self.client.with(|client| client.mailbox().map(read))
    }
}

/// Moving and selecting.
impl App {
    /// These rows are in sight or soon will be: asks for those that are not here.
    pub fn want_rows(self, range: Range<u32>) {
        self.act_unseen(|client| client.mailbox_mut().map(|mailbox| mailbox.want_rows(range)));
    }

    /// Moves the focus.
    pub fn focus_row(self, index: u32) {
        self.change(|mailbox| mailbox.focus_row(index));
    }

    /// Moves the focus by so many rows, down or, if negative, up.
    pub fn step(self, rows: i64) {
        self.change(|mailbox| {
            if let Some(index) = mailbox.step(rows) {
                mailbox.focus_row(index);
            }
        });
    }

    /// Moves the focus by so many rows and selects from where the selection began to there.
    pub fn extend_by(self, rows: i64) {
        self.change(|mailbox| {
            if let Some(index) = mailbox.step(rows) {
                mailbox.extend_to(index);
            }
        });
    }

    /// Moves the focus and selects from where the selection began to there.
    pub fn extend_selection(self, index: u32) {
        self.change(|mailbox| mailbox.extend_to(index));
    }

    /// Moves the focus to a row and selects it, or takes it out of the selection.
    pub fn toggle_row(self, index: u32) {
        self.change(|mailbox| mailbox.toggle_row(index));
    }

    /// Selects the focused row, or takes it out of the selection.
    pub fn toggle_focused(self) {
        self.change(Mailbox::toggle_focused);
    }

    /// Deletes or undeletes one message, whatever is selected.
    pub fn delete_message(self, key: &MessageKey) {
        self.change(|mailbox| mailbox.delete_message(key));
    }

    /// Marks one message as read or unread, whatever is selected.
    pub fn toggle_seen_message(self, key: &MessageKey) {
        self.change(|mailbox| mailbox.toggle_seen_message(key));
    }

    /// Tries a view again that could not be opened.
    pub fn retry_view(self) {
        self.change(Mailbox::retry_view);
    }

    /// Does something to the account that is shown.
    pub(super) fn change(self, change: impl FnOnce(&mut Mailbox)) {
        self.act(|client| client.mailbox_mut().map(change));
    }
}
