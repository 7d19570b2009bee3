//! Everything the app knows of one account, and how it is read. [`super::apply`] folds events into it,
//! [`super::answer`] replies, [`super::intent`] what a person does; [`super::poll`] says what to send.

use crate::model::{
    change::{Operation, Outcome},
    compose::{desk::Desk, draft::Slot},
    gaps::Gaps,
    history::History,
    op_ids::OpIds,
    opened::{Opened, Reading},
    pending::Pending,
    pop3::{Removal, Waiting},
    purge::PurgeDialog,
    requests::Asked,
    row::Row,
    selection::Selection,
    view::{OpenView, Phase},
};
use postern_shared::{
    account::Account,
    command::AccountCommand,
    error::Failure,
    folder::{Folder, Role},
    ids::{DraftId, Epoch, FolderId, MessageKey, Seq},
    reply::Snapshot,
    summary::Summary,
    view::{Scope, ViewSpec},
};
use std::sync::Arc;

/// One account.
#[derive(Clone, Debug)]
pub struct Mailbox {
    pub(super) account: Account,
    pub(super) epoch: Epoch,
    pub(super) seq: Seq,
    pub(super) ops: OpIds,
    pub(super) folders: Vec<Folder>,
    pub(super) view: Option<OpenView>,
    pub(super) gaps: Gaps,
    pub(super) selection: Selection,
    pub(super) reading: Option<Reading>,
    pub(super) pending: Pending,
    pub(super) history: History,
    pub(super) purge: PurgeDialog,
    /// What a person is asked about before it is removed for good.
    pub(super) removal: Option<Removal>,
    /// The copies on a POP3 server that go at the next connection, where a person looks at them.
    pub(super) waiting: Option<Waiting>,
    pub(super) desk: Desk,
    /// Requests that are sent once, in order.
    pub(super) calls: Vec<(Asked, AccountCommand)>,
    /// What a person has to be told.
    pub(super) outcomes: Vec<Outcome>,
}

impl Mailbox {
    /// An account as the gateway told it.
    pub fn new(snapshot: Snapshot, ops: OpIds) -> Self {
        Self {
            account: snapshot.account,
            epoch: snapshot.epoch,
            seq: snapshot.seq,
            ops,
            folders: snapshot.folders,
            view: None,
            gaps: Gaps::default(),
            selection: Selection::default(),
            reading: None,
            pending: Pending::default(),
            history: History::default(),
            purge: PurgeDialog::Closed,
            removal: None,
            waiting: None,
            desk: Desk::default(),
            calls: Vec::new(),
            outcomes: Vec::new(),
        }
    }

    /// The account itself.
    pub fn account(&self) -> &Account {
        &self.account
    }

    /// The folders, with pending changes in their counts.
    pub fn folders(&self) -> Vec<Folder> {
        self.folders.iter().map(|folder| self.counted(folder)).collect()
    }

    /// A folder, with pending changes in its counts.
    pub fn folder(&self, id: &FolderId) -> Option<Folder> {
        self.folders.iter().find(|folder| folder.id == *id).map(|folder| self.counted(folder))
    }

    /// The folder with a role.
    pub fn role(&self, role: Role) -> Option<&Folder> {
        self.folders.iter().find(|folder| folder.role == Some(role) && folder.selectable)
    }

    /// What the list shows.
    pub fn spec(&self) -> Option<&ViewSpec> {
        self.view.as_ref().map(OpenView::spec)
    }

    /// The folder the list shows, where it shows one.
    pub fn shown_folder(&self) -> Option<Folder> {
        match &self.spec()?.scope {
            Scope::Folder(id) => self.folder(id),
            Scope::Everywhere => None,
        }
    }

    /// How many rows the list shows.
    pub fn total(&self) -> u32 {
        self.gaps.shown_of(self.view.as_ref().map_or(0, |view| view.rows().total()))
    }

    /// Whether the list has nothing to show yet.
    pub fn loading(&self) -> bool {
        let opening = |view: &OpenView| matches!(view.phase(), Phase::Closed | Phase::Opening);
        self.view.as_ref().is_none_or(|view| opening(view) && view.rows().total() == 0)
    }

    /// Whether a search still finds more.
    pub fn searching(&self) -> bool {
        match self.view.as_ref().map(OpenView::phase) {
            Some(Phase::Open(view)) => view.searching,
            Some(Phase::Closed | Phase::Opening) => self.spec().is_some_and(|spec| !spec.query.is_empty()),
            Some(Phase::Failed(_)) | None => false,
        }
    }

    /// Why the view could not be opened.
    pub fn view_failure(&self) -> Option<&Failure> {
        match self.view.as_ref()?.phase() {
            Phase::Failed(failure) => Some(failure),
            _ => None,
        }
    }

    /// The row the list shows at `shown`, once it is here.
    pub fn row(&self, shown: u32) -> Option<Row> {
        let view = self.view.as_ref()?;
        view.rows().get(self.gaps.index(shown)).map(|summary| self.overlaid(summary))
    }

    /// Whether the row the list shows at `shown` is selected.
    pub fn is_selected(&self, row: &Row) -> bool {
        self.selection.holds(row.key(), row.deleted())
    }

    /// Where the focused row is shown.
    pub fn focus(&self) -> Option<u32> {
        let last = self.total().checked_sub(1)?;
        self.selection.focus().map(|index| self.gaps.shown(index).min(last))
    }

    /// Counts how often a person moved the focus.
    pub fn focus_moves(&self) -> u32 {
        self.selection.moves()
    }

    /// Where the list shows a loaded message.
    pub fn shown_at(&self, key: &MessageKey) -> Option<u32> {
        let index = self.view.as_ref()?.rows().position(key)?;
        Some(self.gaps.shown(index))
    }

    /// The message in the reading pane.
    pub fn opened(&self) -> Option<Opened> {
        let reading = self.reading.as_ref()?;
        let row = reading.summary.as_ref().map(|summary| self.overlaid(summary));
        Some(Opened {
            key: reading.key.clone(),
            row,
            detail: reading.detail.clone(),
            edition: reading.edition,
        })
    }

    /// Long operations under way; a purge is shown by its dialog.
    pub fn operations(&self) -> Vec<Operation> {
        self.pending.operations()
    }

    /// The purge dialog.
    pub fn purge(&self) -> &PurgeDialog {
        &self.purge
    }

    /// How many changes are not finished.
    pub fn unfinished(&self) -> u32 {
        self.pending.len()
    }

    /// What a person has to be told since this was last called.
    pub fn take_outcomes(&mut self) -> Vec<Outcome> {
        let mut outcomes = std::mem::take(&mut self.outcomes);
        outcomes.append(&mut self.desk.outcomes);
        outcomes
    }

    /// The writing desk.
    pub fn desk(&self) -> &Desk {
        &self.desk
    }

    /// The writing desk, to do something at it.
    pub fn desk_mut(&mut self) -> &mut Desk {
        &mut self.desk
    }

    /// What is written here stays, as another draft than the one that another browser changed.
    pub fn keep_draft(&mut self, slot: Slot) {
        self.desk.keep(slot, DraftId(self.ops.draw().0));
    }

    /// A message with pending changes on top.
    pub(super) fn overlaid(&self, summary: &Arc<Summary>) -> Row {
        let mut flags = summary.flags.clone();
        let view = self.view.as_ref().and_then(OpenView::id);
        self.pending.overlay(view, &summary.key, &mut flags);
        Row { summary: Arc::clone(summary), flags }
    }

    /// A loaded message of the list, or the opened one.
    pub(super) fn find(&self, key: &MessageKey) -> Option<Row> {
        let rows = self.view.as_ref().map(OpenView::rows);
        let listed = rows.and_then(|rows| rows.get(rows.position(key)?));
        let read = self.reading.as_ref().filter(|reading| reading.key == *key);
        listed.or(read.and_then(|reading| reading.summary.as_ref())).map(|summary| self.overlaid(summary))
    }

    /// Says something in a short message.
    pub(super) fn say(&mut self, text: impl Into<String>) {
        self.outcomes.push(Outcome::Say { text: text.into(), undo: None });
    }

    fn counted(&self, folder: &Folder) -> Folder {
        let mut folder = folder.clone();
        if let Some(counts) = &mut folder.counts {
            self.pending.shift_counts(&folder.id, counts);
        }
        folder
    }
}
