//! An open view: the order of its messages, who looks at it, how it changes.

use crate::{
    browser::BrowserId,
    sync::{
        order::{self, OrderValue},
        query::Query,
        splice,
    },
};
use postern_shared::{
    ids::{FolderId, Revision, Uid, ViewId},
    uid_set::UidSet,
    view::{View, ViewSpec},
};
use std::{
    collections::{BTreeSet, HashMap, HashSet},
    time::Instant,
};

/// A message in a view.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Entry {
    /// Index into [`OpenView::folders`].
    pub folder: u16,
    /// Its UID; 0 while only its place is known.
    pub uid: Uid,
}

/// Where a view's messages and their order come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The folder itself, in the order of arrival.
    Folder,
    /// The server's SORT.
    ServerSort,
    /// The server's SEARCH, in the order of arrival in one folder.
    Search,
    /// The server's SEARCH, ordered by what we know of each message.
    OwnOrder,
}

/// An open view.
#[derive(Debug)]
pub struct OpenView {
    /// Its number.
    pub id: ViewId,
    /// What it shows.
    pub spec: ViewSpec,
    /// The query in it.
    pub query: Query,
    /// The folders it looks at.
    pub folders: Vec<FolderId>,
    /// Where its messages come from.
    pub source: Source,
    /// Its messages.
    pub entries: Vec<Entry>,
    /// Counts its changes.
    pub revision: Revision,
    /// Folders whose search still runs.
    pub searching: BTreeSet<FolderId>,
    /// Messages that changed while their folder's search ran: its answer may be older than they are.
    pub doubtful: HashMap<FolderId, UidSet>,
    /// Its length and first messages are known.
    pub ready: bool,
    /// The browsers that show it.
    pub viewers: BTreeSet<BrowserId>,
    /// When the last of them left.
    pub left: Option<Instant>,
    /// Messages that belong to it and get their place as soon as it is known what they are ordered by.
    pub unplaced: HashSet<Entry>,
    /// What messages are ordered by ([`Source::OwnOrder`]).
    pub values: HashMap<Entry, OrderValue>,
}

impl OpenView {
    /// The view as browsers know it.
    pub fn wire(&self) -> View {
        View {
            id: self.id,
            revision: self.revision,
            total: self.entries.len() as u32,
            searching: !self.searching.is_empty(),
        }
    }

    /// The index of a folder it looks at.
    pub fn folder_index(&self, folder: &FolderId) -> Option<u16> {
        self.folders.iter().position(|known| known == folder).map(|index| index as u16)
    }

    /// The folder of a message in it.
    pub fn folder_of(&self, entry: Entry) -> &FolderId {
        &self.folders[usize::from(entry.folder)]
    }

    /// Gives it a new order and tells the steps that lead there. The first order, and one that only names places that
    /// were counted already, is no change.
    pub fn set_entries(&mut self, entries: Vec<Entry>) -> Vec<splice::Step> {
        let steps =
            if self.names_places(&entries) { Vec::new() } else { splice::steps(&self.entries, &entries) };
        self.entries = entries;
        steps
    }

    /// Its messages in one folder.
    pub fn members(&self, folder: u16) -> UidSet {
        let mut uids: Vec<u32> = self
            .entries
            .iter()
            .filter(|entry| entry.folder == folder && entry.uid != Uid(0))
            .map(|entry| entry.uid.0)
            .collect();
        uids.sort_unstable();
        uids.into_iter().map(Uid).collect()
    }

    /// Its entries with exactly `uids` in one folder, in their places where those were known.
    pub fn with_members(&self, folder: u16, uids: &UidSet) -> Vec<Entry> {
        let stays = |entry: &&Entry| entry.folder != folder || uids.contains(entry.uid);
        let mut entries: Vec<Entry> = self.entries.iter().filter(stays).copied().collect();
        let known = self.members(folder);
        entries.extend(uids.difference(&known).iter().map(|uid| Entry { folder, uid }));
        self.arrange(&mut entries);
        entries
    }

    /// Messages of a folder that are gone, or do not belong to it after all, get no place.
    pub fn forget_unplaced(&mut self, folder: u16, gone: impl Fn(Uid) -> bool) {
        self.unplaced.retain(|entry| entry.folder != folder || !gone(entry.uid));
    }

    /// Puts entries in the view's order, as far as it is ours to make.
    pub fn arrange(&self, entries: &mut [Entry]) {
        match self.source {
            Source::ServerSort => {}
            Source::Folder | Source::Search if self.spec.sort.descending => {
                entries.sort_unstable_by(|a, b| b.cmp(a));
            }
            Source::Folder | Source::Search => entries.sort_unstable(),
            Source::OwnOrder => {
                let unknown = OrderValue::Number(i64::MIN);
                let value = |entry: &Entry| self.values.get(entry).unwrap_or(&unknown);
                entries.sort_by(|a, b| {
                    order::compare((value(a), a.uid), (value(b), b.uid), self.spec.sort)
                        .then_with(|| a.folder.cmp(&b.folder))
                });
            }
        }
    }

    fn names_places(&self, entries: &[Entry]) -> bool {
        self.entries.len() == entries.len()
            && self.entries.iter().zip(entries).all(|(before, after)| before.uid == Uid(0) || before == after)
    }
}
