//! Moving through the list, selecting, and opening a message. Rows are named by where the list shows them.

use crate::model::{
    mailbox::Mailbox,
    opened::{Detail, Reading},
};
use postern_shared::ids::MessageKey;
use std::{ops::Range, sync::Arc};

impl Mailbox {
    /// Moves the focus.
    pub fn focus_row(&mut self, shown: u32) {
        if shown < self.total() {
            self.selection.move_to(self.gaps.index(shown));
        }
    }

    /// Where a move of the focus by `rows` ends: the first row where there was no focus yet.
    pub fn step(&self, rows: i64) -> Option<u32> {
        let last = self.total().checked_sub(1)?;
        let to = self.focus().map_or(0, |focus| i64::from(focus).saturating_add(rows));
        Some(to.clamp(0, i64::from(last)) as u32)
    }

    /// Moves the focus and selects from where the selection began to there.
    pub fn extend_to(&mut self, shown: u32) {
        let index = self.gaps.index(shown);
        if let Some(view) = &self.view
            && shown < self.total()
        {
            self.selection.extend_to(index, view.rows());
        }
    }

    /// Moves the focus to a row and selects it, or takes it out of the selection.
    pub fn toggle_row(&mut self, shown: u32) {
        let Some(row) = self.row(shown) else { return };
        self.selection.move_to(self.gaps.index(shown));
        self.selection.toggle(row.key());
    }

    /// Selects the focused row, or takes it out of the selection.
    pub fn toggle_focused(&mut self) {
        if let Some(shown) = self.focus() {
            self.toggle_row(shown);
        }
    }

    /// Selects all of the view.
    pub fn select_all(&mut self) {
        self.selection.all();
    }

    /// Selects nothing.
    pub fn clear_selection(&mut self) {
        self.selection.clear();
    }

    /// These rows are in sight or soon will be.
    pub fn want_rows(&mut self, shown: Range<u32>) {
        let range = self.gaps.index(shown.start)..self.gaps.index(shown.end);
        let selecting = self.selection.range();
        if let Some(view) = &mut self.view {
            view.want(range);
            view.want_besides(selecting);
        }
    }

    /// Shows a message in the reading pane, focuses its row and marks it as read.
    pub fn open_message(&mut self, key: &MessageKey) {
        if self.reading.as_ref().is_some_and(|reading| reading.key == *key && reading.detail != Detail::Gone)
        {
            return;
        }
        let rows = self.view.as_ref().map(|view| view.rows());
        let index = rows.and_then(|rows| rows.position(key));
        let summary = rows.and_then(|rows| rows.get(index?)).map(Arc::clone);
        self.reading =
            Some(Reading { key: key.clone(), summary, detail: Detail::Loading, asked: false, edition: 0 });
        if let Some(index) = index.filter(|&index| self.selection.focus() != Some(index)) {
            self.selection.move_to(index);
        }
        self.mark_read(key);
    }

    /// A message that was opened by its address alone finds its row among those that came: it is marked as read now.
    pub(super) fn find_opened(&mut self) {
        let Some(reading) = self.reading.as_mut().filter(|reading| reading.summary.is_none()) else { return };
        let rows = self.view.as_ref().map(|view| view.rows());
        let found = rows.and_then(|rows| rows.position(&reading.key).and_then(|index| rows.get(index)));
        if let Some(summary) = found {
            reading.summary = Some(Arc::clone(summary));
            let key = reading.key.clone();
            self.mark_read(&key);
        }
    }

    /// Empties the reading pane.
    pub fn close_message(&mut self) {
        self.reading = None;
    }
}
