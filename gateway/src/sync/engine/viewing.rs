//! Views: opened once for equal wishes, shared by browsers, kept true as their folders change.

use super::{Engine, VIEW_LINGERS, rows::RowRequest};
use crate::{
    browser::BrowserId,
    sync::{
        open_folder::{OpenFolder, Stage},
        output::Output,
        query::{Query, QueryScope},
        splice::Step,
        view::{Entry, OpenView, Source},
    },
};
use postern_shared::{
    error::{ErrorCode, Failure},
    event::Event,
    flags::Flag,
    folder::Role,
    ids::{FolderId, OpId, RequestId, Revision, Uid, ViewId},
    reply::Reply,
    view::{Scope, SortKey, Splice, ViewChange, ViewSpec},
};
use std::{
    collections::{BTreeSet, HashMap, HashSet},
    time::Instant,
};

/// Rows that come along with a view, or with a change of it.
pub(super) const ROWS_ALONG: u32 = 50;

/// Views open at once.
const MOST_VIEWS: usize = 48;

/// A view somebody wants before the folders are known.
#[derive(Debug)]
pub(super) struct WaitingView {
    browser: BrowserId,
    id: RequestId,
    spec: ViewSpec,
    since: Instant,
}

impl Engine {
    pub(super) fn open_view(&mut self, browser: BrowserId, id: RequestId, spec: ViewSpec) {
        let inbox = matches!(&spec.scope, Scope::Folder(folder) if folder.as_str() == "INBOX");
        if self.folders.entries().is_empty() && !(inbox && spec.query.is_empty()) {
            self.waiting_views.push(WaitingView { browser, id, spec, since: self.now });
            return;
        }
        match self.find_or_make_view(spec) {
            Ok(view) => self.show_view(browser, id, view),
            Err(failure) => self.outputs.push_back(Output::Reply(browser, id, Reply::Failed(failure))),
        }
    }

    /// The folders became known.
    pub(super) fn open_waiting_views(&mut self) {
        for waiting in std::mem::take(&mut self.waiting_views) {
            self.open_view(waiting.browser, waiting.id, waiting.spec);
        }
    }

    /// Fails views that waited too long for a connection.
    pub(super) fn give_up_waiting_views(&mut self) {
        let now = self.now;
        let late = |waiting: &WaitingView| now.duration_since(waiting.since) >= super::READ_PATIENCE;
        let (late, waiting): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.waiting_views).into_iter().partition(late);
        self.waiting_views = waiting;
        for waiting in late {
            let failed = Reply::Failed(Failure::new(ErrorCode::Offline, ""));
            self.outputs.push_back(Output::Reply(waiting.browser, waiting.id, failed));
        }
    }

    /// A browser no longer shows a view.
    pub(super) fn leave_view(&mut self, browser: BrowserId, view: ViewId) {
        let now = self.now;
        let Some(open) = self.views.get_mut(&view) else { return };
        if open.viewers.remove(&browser) && open.viewers.is_empty() {
            open.left = Some(now);
            if let Scope::Folder(folder) = &open.spec.scope {
                let folder = folder.clone();
                self.folder_left(&folder);
            }
        }
    }

    /// Drops views nobody came back to.
    pub(super) fn drop_left_views(&mut self) {
        let now = self.now;
        self.views.retain(|_, view| view.left.is_none_or(|left| now.duration_since(left) < VIEW_LINGERS));
    }

    /// Folders that are in an open view of one folder.
    pub(super) fn viewed_folders(&self) -> HashSet<FolderId> {
        let single = self.views.values().filter(|view| view.folders.len() == 1);
        single.flat_map(|view| view.folders.iter().cloned()).collect()
    }

    /// Closes the views of a folder, and takes it out of those that show others too.
    pub(super) fn close_views_of(&mut self, folder: &FolderId) {
        let showing = self.views.values().filter(|view| view.folders.contains(folder));
        let showing: Vec<(ViewId, bool)> = showing.map(|view| (view.id, view.folders.len() == 1)).collect();
        for (view, alone) in showing {
            if alone {
                self.views.remove(&view);
                self.emit(None, Event::ViewClosed { view });
            } else {
                self.leave_out(view, folder);
            }
        }
    }

    /// Brings the views that show the folder itself up to its state.
    pub(super) fn views_follow(&mut self, folder: &FolderId, cause: Option<OpId>, order: bool) {
        let Some(open) = self.open.get(folder) else { return };
        let follow = |view: &&OpenView| {
            view.source == Source::Folder
                && view.folders.contains(folder)
                && (order || view.spec.hide_deleted)
        };
        let new: Vec<(ViewId, Vec<Entry>)> = self
            .views
            .values()
            .filter(follow)
            .filter_map(|view| Some((view.id, folder_entries(open, &view.spec)?)))
            .collect();
        for (view, entries) in new {
            self.set_entries(view, entries, cause);
        }
    }

    /// Gives a view a new order and tells browsers that have it open.
    pub(super) fn set_entries(&mut self, id: ViewId, entries: Vec<Entry>, cause: Option<OpId>) {
        let Some(view) = self.views.get_mut(&id) else { return };
        let steps = view.set_entries(entries);
        if !view.ready {
            view.ready = true;
            return;
        }
        if !steps.is_empty() {
            self.tell_view(id, &steps, cause);
        }
    }

    /// Tells how a view changed.
    pub(super) fn tell_view(&mut self, id: ViewId, steps: &[Step], cause: Option<OpId>) {
        let splices = steps.iter().map(|step| self.splice(id, *step)).collect();
        let Some(view) = self.views.get_mut(&id) else { return };
        view.revision = Revision(view.revision.0 + 1);
        let change = ViewChange { view: view.wire(), splices };
        self.emit(cause, Event::ViewChanged(change));
    }

    fn splice(&mut self, id: ViewId, step: Step) -> Splice {
        match step {
            Step::Remove { start, count } => Splice::Remove { start: start as u32, count: count as u32 },
            Step::Insert { start, count } => {
                let shown = start..start + count.min(ROWS_ALONG as usize);
                let entries = self.views.get(&id).and_then(|view| view.entries.get(shown));
                let entries = entries.unwrap_or_default().to_vec();
                let rows = self.known_rows(id, &entries);
                Splice::Insert { start: start as u32, count: count as u32, rows }
            }
        }
    }

    fn show_view(&mut self, browser: BrowserId, id: RequestId, view: ViewId) {
        let Some(open) = self.views.get_mut(&view) else { return };
        open.viewers.insert(browser);
        open.left = None;
        if let [folder] = open.folders.as_slice() {
            let folder = folder.clone();
            self.outputs.push_back(Output::Watch(folder.clone()));
            self.want(&folder);
        }
        self.row_requests.push(RowRequest {
            browser,
            id,
            view,
            start: 0,
            count: ROWS_ALONG,
            opening: true,
            since: self.now,
        });
        self.answer_rows();
    }

    fn find_or_make_view(&mut self, spec: ViewSpec) -> Result<ViewId, Failure> {
        if let Some(view) = self.views.values().find(|view| view.spec == spec) {
            return Ok(view.id);
        }
        if self.views.len() >= MOST_VIEWS {
            self.views.retain(|_, view| view.left.is_none());
        }
        if self.views.len() >= MOST_VIEWS {
            return Err(Failure::new(ErrorCode::RateLimited, "too many views are open"));
        }
        let query = Query::parse(&spec.query)
            .map_err(|error| Failure::new(ErrorCode::BadQuery, error.to_string()))?;
        let folders = self.scope_folders(&spec, &query)?;
        self.last_view += 1;
        let id = ViewId(self.last_view);
        let source = self.source(&spec, &query, folders.len());
        let view = OpenView {
            id,
            ready: source != Source::Folder && !query.is_empty(),
            spec,
            query,
            folders,
            source,
            entries: Vec::new(),
            revision: Revision(0),
            searching: BTreeSet::new(),
            doubtful: HashMap::new(),
            viewers: BTreeSet::new(),
            left: None,
            unplaced: HashSet::new(),
            values: HashMap::new(),
        };
        self.views.insert(id, view);
        self.fill_view(id);
        Ok(id)
    }

    fn fill_view(&mut self, id: ViewId) {
        let Some(view) = self.views.get_mut(&id) else { return };
        if view.source != Source::Folder {
            return self.begin_search(id);
        }
        let entries =
            view.folders.first().and_then(|folder| folder_entries(self.open.get(folder)?, &view.spec));
        if let Some(entries) = entries {
            self.set_entries(id, entries, None);
        }
    }

    fn source(&self, spec: &ViewSpec, query: &Query, folders: usize) -> Source {
        match (folders, spec.sort.key) {
            (1, SortKey::Arrival) if query.is_empty() => Source::Folder,
            (1, SortKey::Arrival) => Source::Search,
            (1, _) if self.capabilities.has("SORT") => Source::ServerSort,
            _ => Source::OwnOrder,
        }
    }

    /// The folders a view looks at: `in:` in its query wins over its scope.
    fn scope_folders(&self, spec: &ViewSpec, query: &Query) -> Result<Vec<FolderId>, Failure> {
        match (&query.scope, &spec.scope) {
            (Some(QueryScope::Named(name)), _) => {
                let named = self.folders.by_spoken_name(name).filter(|entry| entry.folder.selectable);
                let unknown = || Failure::new(ErrorCode::NoSuchFolder, name.clone());
                named.map(|entry| vec![entry.folder.id.clone()]).ok_or_else(unknown)
            }
            (Some(QueryScope::Anywhere), _) | (None, Scope::Everywhere) => Ok(self.everywhere()),
            (None, Scope::Folder(folder)) => {
                let known = self.folders.get(folder).map(|entry| entry.folder.selectable);
                let assumed = self.folders.entries().is_empty() && folder.as_str() == "INBOX";
                if known.unwrap_or(assumed) {
                    Ok(vec![folder.clone()])
                } else {
                    Err(Failure::new(ErrorCode::NoSuchFolder, folder.0.clone()))
                }
            }
        }
    }

    /// Every folder but Junk, Trash, and those that only show mail of other folders.
    fn everywhere(&self) -> Vec<FolderId> {
        let left_out = [Role::Junk, Role::Trash, Role::All, Role::Flagged];
        let looked_at = |role: Option<Role>| role.is_none_or(|role| !left_out.contains(&role));
        let folders = self.folders.entries().iter().map(|entry| &entry.folder);
        let chosen = folders.filter(|folder| folder.selectable && looked_at(folder.role));
        chosen.map(|folder| folder.id.clone()).take(usize::from(u16::MAX)).collect()
    }
}

/// A folder's messages in the order of arrival, as far as they are known; nothing if that is not enough for the view.
fn folder_entries(open: &OpenFolder, spec: &ViewSpec) -> Option<Vec<Entry>> {
    let entry = |uid| Entry { folder: 0, uid };
    let mut entries: Vec<Entry> = match (open.stage, spec.hide_deleted) {
        (Stage::Complete, false) => open.shadow.uids().iter().copied().map(entry).collect(),
        (Stage::Complete, true) => open.shadow.select(|flags| !flags.has(Flag::Deleted)).map(entry).collect(),
        (Stage::Tail, false) => match open.listed() {
            Some(uids) => uids.iter().map(entry).collect(),
            None => {
                let unknown = (open.exists as usize).saturating_sub(open.shadow.len());
                let places = std::iter::repeat_n(Uid(0), unknown);
                places.chain(open.shadow.uids().iter().copied()).map(entry).collect()
            }
        },
        (Stage::Tail, true) | (Stage::Selected, _) => return None,
    };
    if spec.sort.descending {
        entries.reverse();
    }
    Some(entries)
}
