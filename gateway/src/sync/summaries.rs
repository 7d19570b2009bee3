//! The rows read lately, so that browsers that look at the same place ask the server once.

use postern_shared::{
    ids::{FolderId, Uid},
    summary::Summary,
};
use std::collections::HashMap;

/// Rows kept after a clean-up.
const KEPT: usize = 2000;

/// Rows that start a clean-up.
const CROWDED: usize = 2500;

/// Rows by folder and UID, the ones not used for long forgotten. UIDVALIDITY is the caller's: a folder whose UIDs
/// changed is to be [forgotten](Summaries::forget_folder).
#[derive(Debug, Default)]
pub struct Summaries {
    folders: HashMap<FolderId, HashMap<Uid, Kept>>,
    clock: u64,
    len: usize,
}

#[derive(Debug)]
struct Kept {
    used: u64,
    summary: Summary,
}

impl Summaries {
    /// A row, if it is known.
    pub fn get(&mut self, folder: &FolderId, uid: Uid) -> Option<&Summary> {
        self.clock += 1;
        let kept = self.folders.get_mut(folder)?.get_mut(&uid)?;
        kept.used = self.clock;
        Some(&kept.summary)
    }

    /// Whether a row is known.
    pub fn contains(&self, folder: &FolderId, uid: Uid) -> bool {
        self.folders.get(folder).is_some_and(|rows| rows.contains_key(&uid))
    }

    /// A folder's known rows.
    pub fn of(&self, folder: &FolderId) -> impl Iterator<Item = &Summary> {
        self.folders.get(folder).into_iter().flat_map(|rows| rows.values().map(|kept| &kept.summary))
    }

    /// Keeps a row. A preview known before stays known.
    pub fn insert(&mut self, mut summary: Summary) {
        self.clock += 1;
        let rows = self.folders.entry(summary.key.folder.clone()).or_default();
        let before = rows.remove(&summary.key.uid);
        self.len -= usize::from(before.is_some());
        summary.preview = summary.preview.or(before.and_then(|kept| kept.summary.preview));
        rows.insert(summary.key.uid, Kept { used: self.clock, summary });
        self.len += 1;
        if self.len > CROWDED {
            self.clean_up();
        }
    }

    /// Notes a row's preview.
    pub fn set_preview(&mut self, folder: &FolderId, uid: Uid, preview: &str) {
        if let Some(kept) = self.folders.get_mut(folder).and_then(|rows| rows.get_mut(&uid)) {
            kept.summary.preview = Some(preview.to_owned());
        }
    }

    /// Forgets a row.
    pub fn remove(&mut self, folder: &FolderId, uid: Uid) {
        let gone = self.folders.get_mut(folder).and_then(|rows| rows.remove(&uid));
        self.len -= usize::from(gone.is_some());
    }

    /// Forgets a folder's rows.
    pub fn forget_folder(&mut self, folder: &FolderId) {
        self.len -= self.folders.remove(folder).map_or(0, |rows| rows.len());
    }

    fn clean_up(&mut self) {
        let mut uses: Vec<u64> =
            self.folders.values().flat_map(|rows| rows.values().map(|kept| kept.used)).collect();
        uses.sort_unstable_by(|a, b| b.cmp(a));
        let oldest = uses.get(KEPT - 1).copied().unwrap_or(0);
        self.folders.values_mut().for_each(|rows| rows.retain(|_, kept| kept.used >= oldest));
        self.len = self.folders.values().map(HashMap::len).sum();
    }
}
