//! What an action applies to: the selection, else the focused row, else the opened message.

use crate::model::{
    mailbox::Mailbox, pending::by_folder, row::Row, selection::Travel, target::TargetState, view::OpenView,
};
use postern_shared::{command::Target, ids::MessageKey};

/// What an action applies to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Aim {
    /// Every message of the view, known or not, but some.
    View(Target),
    /// These messages.
    These(Vec<Row>),
}

impl Mailbox {
    /// What an action applies to now.
    pub(super) fn aim(&self) -> Aim {
        if let Some(target) = self.whole_view() {
            return Aim::View(target);
        }
        if !self.selection.is_empty() {
            return Aim::These(self.selected_rows());
        }
        let focused = self.focus().and_then(|shown| self.row(shown));
        let opened = || self.opened().and_then(|opened| opened.row);
        Aim::These(focused.or_else(opened).into_iter().collect())
    }

    /// Just this message, whatever is selected.
    pub(super) fn aim_at(&self, key: &MessageKey) -> Aim {
        Aim::These(self.find(key).into_iter().collect())
    }

    /// How many messages are selected.
    pub fn selected(&self) -> u32 {
        match (self.selection.all_but(), self.selection.keys()) {
            (Some(except), _) => self.undeleted_total().saturating_sub(except.len() as u32),
            (None, keys) => keys.map_or(0, |keys| keys.len() as u32),
        }
    }

    /// What the toolbar has to know of what its actions would apply to.
    pub fn target(&self) -> TargetState {
        match self.aim() {
            Aim::View(_) => {
                let known = TargetState::of(self.loaded_rows());
                let undeletable = if self.is_pop3() { self.shows_trash() } else { known.undeletable };
                TargetState { count: self.selected(), all: true, undeletable, ..known }
            }
            Aim::These(rows) => {
                let restorable = self.is_pop3() && rows.iter().any(|row| self.in_trash(&row.key().folder));
                let known = TargetState::of(rows.into_iter());
                TargetState { undeletable: known.undeletable || restorable, ..known }
            }
        }
    }

    /// The next row that is not struck, from the row at `from` of the view on, in the direction of travel. A row that
    /// is not here yet counts as one.
    pub(super) fn next_undeleted(&self, from: u32, travel: Travel) -> Option<u32> {
        let rows = self.view.as_ref()?.rows();
        let struck = |index: u32| {
            let leaves = self.gaps.holds(index);
            leaves || rows.get(index).is_some_and(|summary| self.overlaid(summary).deleted())
        };
        match travel {
            Travel::Down => (from.saturating_add(1)..rows.total()).find(|&index| !struck(index)),
            Travel::Up => (0..from).rev().find(|&index| !struck(index)),
        }
    }

    fn whole_view(&self) -> Option<Target> {
        let except = self.selection.all_but()?;
        let view = self.view.as_ref().and_then(OpenView::id)?;
        Some(Target::View { view, except: by_folder(except) })
    }

    fn selected_rows(&self) -> Vec<Row> {
        self.loaded_rows().filter(|row| self.is_selected(row)).collect()
    }

    fn loaded_rows(&self) -> impl Iterator<Item = Row> {
        let rows = self.view.iter().flat_map(|view| view.rows().iter());
        rows.filter(|(index, _)| !self.gaps.holds(*index)).map(|(_, summary)| self.overlaid(summary))
    }

    /// How many rows of the view are not struck, as far as it is known.
    fn undeleted_total(&self) -> u32 {
        let whole_folder = self.spec().is_some_and(|spec| spec.query.is_empty() && !spec.hide_deleted);
        let counted = self.shown_folder().filter(|_| whole_folder).and_then(|folder| folder.counts);
        let deleted = match counted {
            Some(counts) => counts.deleted,
            None => self.loaded_rows().filter(Row::deleted).count() as u32,
        };
        self.total().saturating_sub(deleted)
    }
}
