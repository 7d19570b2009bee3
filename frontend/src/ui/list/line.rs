//! What a row shows.

use super::{date::Dates, text};
use crate::{model::row::Row, state::context::App};
use leptos::prelude::*;
use postern_shared::{
    folder::{Folder, Role},
    ids::FolderId,
    view::Scope,
};

/// What a row shows. The default is a row whose content is not there yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// The UID; absent until the content came.
    pub uid: Option<u32>,
    /// Senders or recipients.
    pub people: String,
    /// The subject.
    pub subject: String,
    /// The beginning of the text.
    pub preview: String,
    /// The date in few characters.
    pub date: String,
    /// The date in full.
    pub full_date: String,
    /// The name screen readers say.
    pub spoken: String,
    /// The folder's name, where the list spans several.
    pub folder: Option<String>,
    /// Struck through.
    pub deleted: bool,
    /// Not read.
    pub unread: bool,
    /// Flagged.
    pub flagged: bool,
    /// Replied to.
    pub answered: bool,
    /// With an attachment.
    pub attachment: bool,
}

/// What rows need to know beside their message; copied freely.
#[derive(Clone, Copy)]
pub struct Lines {
    app: App,
    dates: StoredValue<Dates, LocalStorage>,
}

impl Lines {
    /// The lines of the list that `app` shows.
    pub fn new(app: App) -> Self {
        Self { app, dates: StoredValue::new_local(Dates::new()) }
    }

    /// What the row at `index` shows. Tracked.
    pub fn at(self, index: u32) -> Line {
        self.app.row(index).map(|row| self.of(&row)).unwrap_or_default()
    }

    fn of(self, row: &Row) -> Line {
        let folder = &row.key().folder;
        let (name, outgoing) = self.app.folders.with(|folders| known_of(folders, folder));
        let seconds = row.summary.sent.unwrap_or(row.summary.received);
        let (date, full_date) = self.dates.with_value(|dates| (dates.short(seconds), dates.full(seconds)));
        let elsewhere = self
            .app
            .spec
            .with(|spec| spec.as_ref().is_some_and(|spec| spec.scope != Scope::Folder(folder.clone())));
        Line {
            uid: Some(row.key().uid.0),
            people: text::people(row, outgoing),
            subject: text::subject(row).to_owned(),
            preview: row.summary.preview.clone().unwrap_or_default(),
            spoken: text::spoken(row, outgoing, &full_date),
            date,
            full_date,
            folder: elsewhere.then_some(name),
            deleted: row.deleted(),
            unread: row.unread(),
            flagged: row.flagged(),
            answered: row.answered(),
            attachment: row.summary.has_attachment,
        }
    }
}

/// A folder's name, and whether it holds one's own mail.
fn known_of(folders: &[Folder], id: &FolderId) -> (String, bool) {
    match folders.iter().find(|folder| folder.id == *id) {
        Some(folder) => (folder.name.clone(), matches!(folder.role, Some(Role::Sent | Role::Drafts))),
        None => (id.0.clone(), false),
    }
}
