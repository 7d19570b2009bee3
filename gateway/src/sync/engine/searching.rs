//! Views whose messages the server finds or sorts, and how they keep up with their folders.

use super::{Engine, dispatch::sequence};
use crate::{
    imap::{
        command::{Command, SearchKey, SearchReturn, SortCriterion},
        convert,
    },
    sync::{
        answer::Answer,
        delta::Changes,
        open_folder::Stage,
        operation,
        order::{self, OrderValue},
        task::Task,
        view::{Entry, OpenView, Source},
    },
};
use postern_shared::{
    flags::{Flag, Flags},
    ids::{FolderId, OpId, UidValidity, ViewId},
    uid_set::UidSet,
    view::SortKey,
};

/// Messages found in a folder that is not open, the newest ones, that a view shows.
const MOST_FOUND: usize = 10_000;

impl Engine {
    pub(super) fn begin_search(&mut self, id: ViewId) {
        let Some(view) = self.views.get_mut(&id) else { return };
        view.searching = view.folders.iter().cloned().collect();
        let quick = view.query.quick_key().is_some();
        let folders = view.folders.clone();
        for folder in folders {
            if quick {
                self.push(Task::Search { view: id, folder: folder.clone(), quick: true });
            }
            self.push(Task::Search { view: id, folder, quick: false });
        }
    }

    /// Searches a folder again for the views that look at it among others.
    pub(super) fn search_again(&mut self, folder: &FolderId) {
        if self.is_complete(folder) {
            return;
        }
        for view in self.search_views(folder) {
            self.push(Task::Search { view, folder: folder.clone(), quick: false });
        }
    }

    /// Takes a folder's messages out of a view of several folders.
    pub(super) fn leave_out(&mut self, id: ViewId, folder: &FolderId) {
        let Some(view) = self.views.get_mut(&id) else { return };
        let Some(index) = view.folder_index(folder) else { return };
        view.values.retain(|entry, _| entry.folder != index);
        view.forget_unplaced(index, |_| true);
        view.doubtful.remove(folder);
        let entries = view.entries.iter().copied().filter(|entry| entry.folder != index).collect();
        self.set_entries(id, entries, None);
        self.search_done(id, folder);
    }

    pub(super) fn view_search(&self, view: ViewId, quick: bool) -> Option<Command> {
        let view = self.views.get(&view)?;
        let key = if quick { view.query.quick_key()? } else { search_key(view) };
        if view.source != Source::ServerSort {
            return Some(self.search(key));
        }
        let returns = self.capabilities.has("ESORT").then(|| vec![SearchReturn::All]);
        let by = self.criterion(view.spec.sort.key);
        // REVERSE would leave equal messages in ascending order (RFC 5256 §3): turned round here, the newest is on top.
        Some(Command::Sort { returns, reverse: false, by, key })
    }

    pub(super) fn recheck_search(&self, view: ViewId, uids: &UidSet) -> Option<Command> {
        let view = self.views.get(&view)?;
        Some(self.search(SearchKey::And(vec![SearchKey::Uid(sequence(uids)), search_key(view)])))
    }

    pub(super) fn searched(&mut self, id: ViewId, folder: &FolderId, quick: bool, answer: &Answer) {
        let Some(view) = self.views.get(&id) else { return };
        let Some(index) = view.folder_index(folder) else { return };
        if view.source == Source::ServerSort {
            let limit = self.open.get(folder).map_or(usize::MAX, |open| open.exists as usize + 1000);
            let found = answer.sorted(limit.min(10_000_000));
            let known = |uid| {
                self.open.get(folder).is_none_or(|open| open.shadow.is_empty() || open.shadow.contains(uid))
            };
            let entries = found.into_iter().filter(|&uid| known(uid)).map(|uid| Entry { folder: index, uid });
            let mut entries: Vec<Entry> = entries.collect();
            if view.spec.sort.descending {
                entries.reverse();
            }
            self.set_entries(id, entries, None);
        } else {
            let found = self.plausible(folder, answer.found());
            let members = if quick { found.union(&view.members(index)) } else { found };
            if let Some(view) = self.views.get_mut(&id).filter(|_| !quick) {
                view.forget_unplaced(index, |uid| !members.contains(uid));
            }
            self.set_members(id, folder, &members, None);
        }
        if !quick {
            self.search_done(id, folder);
            let doubtful = self.views.get_mut(&id).and_then(|view| view.doubtful.remove(folder));
            self.recheck(id, folder, doubtful.unwrap_or_default());
        }
    }

    pub(super) fn search_failed(&mut self, id: ViewId, folder: &FolderId) {
        self.search_done(id, folder);
    }

    pub(super) fn rechecked(&mut self, id: ViewId, folder: &FolderId, uids: &UidSet, answer: &Answer) {
        if let Some(view) = self.views.get_mut(&id)
            && let Some(index) = view.folder_index(folder)
        {
            view.forget_unplaced(index, |uid| uids.contains(uid));
            let members = view.members(index).difference(uids).union(&answer.found().intersection(uids));
            self.set_members(id, folder, &members, None);
        }
        self.settle(folder);
    }

    /// What messages are ordered by became known: they take their places.
    pub(super) fn values_fetched(&mut self, id: ViewId, folder: &FolderId, uids: &UidSet, answer: &Answer) {
        let Some(view) = self.views.get_mut(&id) else { return };
        let Some(index) = view.folder_index(folder) else { return };
        let several = view.folders.len() > 1;
        for fetch in answer.fetches() {
            let row = convert::summary(fetch, folder, UidValidity(0));
            let value = match view.spec.sort.key {
                // Across folders UIDs do not compare: arrival is the date of it.
                SortKey::Arrival if several => OrderValue::Number(row.received),
                key => order::value(&row, key),
            };
            view.values.insert(Entry { folder: index, uid: row.key.uid }, value);
        }
        let entry = |uid| Entry { folder: index, uid };
        let told = uids.iter().filter(|&uid| view.values.contains_key(&entry(uid)));
        let placed: UidSet = told.filter(|&uid| view.unplaced.remove(&entry(uid))).collect();
        let members = view.members(index).union(&placed);
        let entries = view.with_members(index, &members);
        self.set_entries(id, entries, None);
        self.search_done(id, folder);
    }

    /// Keeps search views true as a folder changes.
    pub(super) fn searches_follow(&mut self, folder: &FolderId, changes: &Changes, cause: Option<OpId>) {
        for id in self.search_views(folder) {
            let Some(view) = self.views.get_mut(&id) else { continue };
            let Some(index) = view.folder_index(folder) else { continue };
            if !changes.removed.is_empty() {
                let stays = |entry: &Entry| entry.folder != index || !changes.removed.contains(entry.uid);
                let entries = view.entries.iter().copied().filter(stays).collect();
                view.forget_unplaced(index, |uid| changes.removed.contains(uid));
                self.set_entries(id, entries, cause);
            }
            let Some(view) = self.views.get(&id) else { continue };
            let mut doubtful = changes.arrived.clone();
            if depends_on_flags(view) {
                doubtful = changes.flags.iter().fold(doubtful, |all, (_, uids)| all.union(uids));
            }
            if doubtful.is_empty() {
                continue;
            }
            if view.source == Source::ServerSort {
                self.push(Task::Search { view: id, folder: folder.clone(), quick: false });
                continue;
            }
            self.recheck(id, folder, doubtful);
        }
    }

    /// Looks whether messages that changed belong to a view; again later, if a search that may not know of the change
    /// is under way.
    fn recheck(&mut self, id: ViewId, folder: &FolderId, doubtful: UidSet) {
        for set in operation::batches(&doubtful) {
            self.push(Task::Recheck(id, folder.clone(), set));
        }
        if let Some(view) = self.views.get_mut(&id).filter(|view| view.searching.contains(folder)) {
            let so_far = view.doubtful.entry(folder.clone()).or_default();
            *so_far = so_far.union(&doubtful);
        }
    }

    fn set_members(&mut self, id: ViewId, folder: &FolderId, members: &UidSet, cause: Option<OpId>) {
        let Some(view) = self.views.get(&id) else { return };
        let Some(index) = view.folder_index(folder) else { return };
        let mut members = members.clone();
        if view.source == Source::OwnOrder {
            let lacking = |uid| !view.values.contains_key(&Entry { folder: index, uid });
            let unplaced: UidSet = members.iter().filter(|&uid| lacking(uid)).collect();
            members = members.difference(&unplaced);
            if let Some(view) = self.views.get_mut(&id) {
                view.unplaced.extend(unplaced.iter().map(|uid| Entry { folder: index, uid }));
            }
            for set in operation::batches(&unplaced) {
                self.push(Task::Values(id, folder.clone(), set));
            }
        }
        let Some(view) = self.views.get(&id) else { return };
        let entries = view.with_members(index, &members);
        self.set_entries(id, entries, cause);
    }

    /// A folder's search is over once nothing of it waits.
    fn search_done(&mut self, id: ViewId, folder: &FolderId) {
        let of_it = |task: &Task| match task {
            Task::Values(view, of, _) | Task::Search { view, folder: of, .. } => *view == id && of == folder,
            _ => false,
        };
        if self.bulk.queue.any(of_it) || self.worker.queue.any(of_it) {
            return;
        }
        let Some(view) = self.views.get_mut(&id) else { return };
        view.ready = true;
        if view.searching.remove(folder) && view.searching.is_empty() {
            self.tell_view(id, &[], None);
        }
    }

    /// Of what a search found, the messages that are there; of a folder that is not open, the newest.
    fn plausible(&self, folder: &FolderId, found: UidSet) -> UidSet {
        match self.open.get(folder).filter(|open| open.stage == Stage::Complete) {
            Some(open) => found.intersection(&open.shadow.uids().iter().copied().collect()),
            None => found.iter().rev().take(MOST_FOUND).collect(),
        }
    }

    fn search_views(&self, folder: &FolderId) -> Vec<ViewId> {
        let of_folder = |view: &&OpenView| view.source != Source::Folder && view.folders.contains(folder);
        self.views.values().filter(of_folder).map(|view| view.id).collect()
    }

    fn criterion(&self, key: SortKey) -> SortCriterion {
        match key {
            SortKey::Arrival => SortCriterion::Arrival,
            SortKey::Date => SortCriterion::Date,
            SortKey::Sender if self.capabilities.has("SORT=DISPLAY") => SortCriterion::DisplayFrom,
            SortKey::Sender => SortCriterion::From,
            SortKey::Subject => SortCriterion::Subject,
            SortKey::Size => SortCriterion::Size,
        }
    }
}

/// What the server is to find for a view.
fn search_key(view: &OpenView) -> SearchKey {
    match (view.query.is_empty(), view.spec.hide_deleted) {
        (true, false) => SearchKey::All,
        (true, true) => SearchKey::Not(Box::new(SearchKey::Has(Flags::one(Flag::Deleted)))),
        (false, _) => view.query.key(),
    }
}

fn depends_on_flags(view: &OpenView) -> bool {
    view.query.depends_on_flags() || (view.query.is_empty() && view.spec.hide_deleted)
}
