//! Lists of messages that browsers have open. A list is a question to the store; when something changed it is asked
//! again, and what differs is told.

use super::{mailbox::Mailbox, reading::failure};
use crate::{
    browser::BrowserId,
    store::{
        StoreError,
        mail::{ListSpec, MailChange},
    },
    sync::{
        query::{Query, QueryScope},
        splice::{self, Step},
    },
};
use postern_shared::{
    error::{ErrorCode, Failure},
    event::Event,
    folder::Role,
    ids::{FolderId, OpId, Revision, Uid, ViewId},
    reply::Reply,
    summary::Summary,
    view::{Rows, Scope, Splice, View, ViewChange, ViewSpec},
};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    time::{Duration, Instant},
};

/// Rows that come along with a view, or with a change of it.
const ROWS_ALONG: usize = 50;

/// Rows answered at once, at most.
const MOST_ROWS: usize = 200;

/// Views open at once.
const MOST_VIEWS: usize = 48;

/// How long a view is kept after the last browser left it.
const LINGERS: Duration = Duration::from_secs(60);

/// A message of a list: the index of its folder in the list's spec, and its UID.
type Entry = (u16, Uid);

/// One list.
struct OpenView {
    spec: ViewSpec,
    list: ListSpec,
    entries: Vec<Entry>,
    revision: Revision,
    viewers: BTreeSet<BrowserId>,
    left: Option<Instant>,
}

/// All of them.
#[derive(Default)]
pub(super) struct Views {
    open: BTreeMap<ViewId, OpenView>,
    last: u32,
}

impl Views {
    /// Closes the views of folders that are no more; tells which.
    pub fn without(&mut self, known: &HashSet<&FolderId>) -> Vec<ViewId> {
        self.close_where(|view| view.list.folders.iter().any(|folder| !known.contains(folder)))
    }

    /// Closes the views of a folder; tells which.
    pub fn close(&mut self, folder: &FolderId) -> Vec<ViewId> {
        self.close_where(|view| view.list.folders.contains(folder))
    }

    /// Closes all; tells which.
    pub fn close_all(&mut self) -> Vec<ViewId> {
        self.close_where(|_| true)
    }

    /// A browser no longer shows a view.
    pub fn leave(&mut self, browser: BrowserId, view: ViewId, now: Instant) {
        if let Some(open) = self.open.get_mut(&view)
            && open.viewers.remove(&browser)
            && open.viewers.is_empty()
        {
            open.left = Some(now);
        }
    }

    /// A browser is gone.
    pub fn detached(&mut self, browser: BrowserId, now: Instant) {
        let views: Vec<ViewId> = self.open.keys().copied().collect();
        for view in views {
            self.leave(browser, view, now);
        }
    }

    /// Forgets views nobody came back to.
    pub fn sweep(&mut self, now: Instant) {
        self.open.retain(|_, view| view.left.is_none_or(|left| now.duration_since(left) < LINGERS));
    }

    /// A view's messages, by folder.
    pub fn messages(&self, view: ViewId) -> Option<Vec<(FolderId, Vec<Uid>)>> {
        let open = self.open.get(&view)?;
        Some(by_folder(&open.list.folders, &open.entries).into_iter().collect())
    }

    fn close_where(&mut self, close: impl Fn(&OpenView) -> bool) -> Vec<ViewId> {
        let closed: Vec<ViewId> =
            self.open.iter().filter(|(_, view)| close(view)).map(|(id, _)| *id).collect();
        for view in &closed {
            self.open.remove(view);
        }
        closed
    }
}

impl OpenView {
    fn wire(&self, id: ViewId) -> View {
        View { id, revision: self.revision, total: self.entries.len() as u32, searching: false }
    }

    fn is_touched_by(&self, change: &MailChange) -> bool {
        match change {
            MailChange::Arrived(folder, _) | MailChange::Removed(folder, _) => {
                self.list.folders.contains(folder)
            }
            MailChange::Flags(folder, ..) => {
                self.list.query.depends_on_flags() && self.list.folders.contains(folder)
            }
            MailChange::Folder(_) | MailChange::Folders | MailChange::Account | MailChange::Everything => {
                false
            }
        }
    }
}

impl Mailbox {
    /// Opens a view, or shows one that is open already.
    pub(super) async fn open_view(&mut self, browser: BrowserId, spec: ViewSpec) -> Reply {
        match self.find_or_make(browser, spec).await {
            Ok((view, rows)) => Reply::ViewOpened { view, rows },
            Err(failure) => Reply::Failed(failure),
        }
    }

    /// Rows of a view.
    pub(super) async fn fetch_rows(&self, view: ViewId, start: u32, count: u32) -> Reply {
        let count = (count as usize).min(MOST_ROWS);
        match self.rows(view, start as usize, count).await {
            Ok(Some(rows)) => Reply::Rows(rows),
            Ok(None) => Reply::Failed(Failure::new(ErrorCode::NoSuchView, "")),
            Err(error) => Reply::Failed(failure(&error)),
        }
    }

    /// Asks anew for every view that a change may have touched, and tells what differs.
    pub(super) async fn refresh_views(
        &mut self,
        cause: Option<OpId>,
        changes: &[MailChange],
    ) -> Result<(), StoreError> {
        let touched = |view: &OpenView| changes.iter().any(|change| view.is_touched_by(change));
        let touched: Vec<ViewId> =
            self.views.open.iter().filter(|(_, view)| touched(view)).map(|(id, _)| *id).collect();
        for id in touched {
            self.refresh_view(id, cause).await?;
        }
        Ok(())
    }

    async fn refresh_view(&mut self, id: ViewId, cause: Option<OpId>) -> Result<(), StoreError> {
        let Some(view) = self.views.open.get_mut(&id) else { return Ok(()) };
        let entries = self.store.list(&self.account, &view.list).await?;
        let steps = splice::steps(&view.entries, &entries);
        if steps.is_empty() {
            return Ok(());
        }
        view.entries = entries;
        view.revision = Revision(view.revision.0 + 1);
        let wire = view.wire(id);
        let mut splices = Vec::with_capacity(steps.len());
        for step in steps {
            splices.push(match step {
                Step::Remove { start, count } => Splice::Remove { start: start as u32, count: count as u32 },
                Step::Insert { start, count } => {
                    let rows = self.rows(id, start, count.min(ROWS_ALONG)).await?;
                    let rows = rows.map(|rows| rows.rows).unwrap_or_default();
                    Splice::Insert { start: start as u32, count: count as u32, rows }
                }
            });
        }
        self.hub.publish(cause, Event::ViewChanged(ViewChange { view: wire, splices }));
        Ok(())
    }

    async fn find_or_make(&mut self, browser: BrowserId, spec: ViewSpec) -> Result<(View, Rows), Failure> {
        let found = self.views.open.iter().find(|(_, view)| view.spec == spec).map(|(id, _)| *id);
        let id = match found {
            Some(id) => id,
            None => self.make(spec).await?,
        };
        let no_view = || Failure::new(ErrorCode::NoSuchView, "");
        let view = self.views.open.get_mut(&id).ok_or_else(no_view)?;
        view.viewers.insert(browser);
        view.left = None;
        let wire = view.wire(id);
        let rows = self.rows(id, 0, ROWS_ALONG).await.map_err(|error| failure(&error))?;
        Ok((wire, rows.ok_or_else(no_view)?))
    }

    async fn make(&mut self, spec: ViewSpec) -> Result<ViewId, Failure> {
        if self.views.open.len() >= MOST_VIEWS {
            self.views.open.retain(|_, view| view.left.is_none());
        }
        if self.views.open.len() >= MOST_VIEWS {
            return Err(Failure::new(ErrorCode::RateLimited, "too many views are open"));
        }
        let query = Query::parse(&spec.query)
            .map_err(|error| Failure::new(ErrorCode::BadQuery, error.to_string()))?;
        let list = ListSpec { folders: self.scope(&spec, &query)?, query, sort: spec.sort };
        let entries = self.store.list(&self.account, &list).await.map_err(|error| failure(&error))?;
        self.views.last += 1;
        let id = ViewId(self.views.last);
        let view =
            OpenView { spec, list, entries, revision: Revision(0), viewers: BTreeSet::new(), left: None };
        self.views.open.insert(id, view);
        Ok(id)
    }

    /// The folders a view looks at: `in:` in its query wins over its scope.
    fn scope(&self, spec: &ViewSpec, query: &Query) -> Result<Vec<FolderId>, Failure> {
        let unknown = |name: &str| Failure::new(ErrorCode::NoSuchFolder, name);
        match (&query.scope, &spec.scope) {
            (Some(QueryScope::Named(name)), _) => {
                let named = self.folders.iter().find(|folder| {
                    folder.name.to_lowercase() == name.to_lowercase()
                        || folder.id.as_str().eq_ignore_ascii_case(name)
                });
                named.map(|folder| vec![folder.id.clone()]).ok_or_else(|| unknown(name))
            }
            (Some(QueryScope::Anywhere), _) | (None, Scope::Everywhere) => {
                let left_out = [Some(Role::Junk), Some(Role::Trash)];
                let shown = self.folders.iter().filter(|folder| !left_out.contains(&folder.role));
                Ok(shown.map(|folder| folder.id.clone()).take(usize::from(u16::MAX)).collect())
            }
            (None, Scope::Folder(id)) => {
                self.folder(id).map(|folder| vec![folder.id.clone()]).ok_or_else(|| unknown(id.as_str()))
            }
        }
    }

    async fn rows(&self, id: ViewId, start: usize, count: usize) -> Result<Option<Rows>, StoreError> {
        let Some(view) = self.views.open.get(&id) else { return Ok(None) };
        let start = start.min(view.entries.len());
        let end = (start + count).min(view.entries.len());
        let entries = &view.entries[start..end];
        let mut known: HashMap<(FolderId, Uid), Summary> = HashMap::with_capacity(entries.len());
        for (folder, uids) in by_folder(&view.list.folders, entries) {
            for summary in self.store.summaries(&self.account, &folder, &uids).await? {
                known.insert((folder.clone(), summary.key.uid), summary);
            }
        }
        // A message that went meanwhile takes its row with the next change: until then the rows end before it.
        let rows = entries.iter().map_while(|(folder, uid)| {
            let folder = view.list.folders.get(usize::from(*folder))?;
            known.remove(&(folder.clone(), *uid))
        });
        Ok(Some(Rows { view: id, revision: view.revision, start: start as u32, rows: rows.collect() }))
    }
}

fn by_folder(folders: &[FolderId], entries: &[Entry]) -> HashMap<FolderId, Vec<Uid>> {
    let mut out: HashMap<FolderId, Vec<Uid>> = HashMap::new();
    for (folder, uid) in entries {
        if let Some(folder) = folders.get(usize::from(*folder)) {
            out.entry(folder.clone()).or_default().push(*uid);
        }
    }
    out
}
