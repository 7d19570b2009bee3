//! Counts of folders: from the shadow where a folder is open, else from STATUS and from searches on the bulk
//! connection, because STATUS counts struck mail as unread.

use super::Engine;
use crate::{
    imap::response::{FolderStatus, Untagged},
    sync::{answer::Answer, task::Task},
};
use postern_shared::{
    event::Event,
    folder::Counts,
    ids::{FolderId, OpId},
};

impl Engine {
    /// Tells an open folder's counts if they changed.
    pub(super) fn tell_counts(&mut self, folder: &FolderId, cause: Option<OpId>) {
        if self.is_complete(folder)
            && let Some(open) = self.open.get(folder)
        {
            self.set_counts(folder, open.shadow.counts(), cause);
        }
    }

    /// A folder's STATUS, asked for or not: a hint where the folder is open, else the first word on its counts.
    pub(super) fn status_told(&mut self, status: &FolderStatus) {
        let Some(folder) = self.folders.by_raw(&status.name).map(|entry| entry.folder.id.clone()) else {
            // A folder we do not know: the list is old.
            return self.push(Task::List);
        };
        let before = self.statuses.insert(folder.clone(), status.clone());
        if before.as_ref() == Some(status) {
            return;
        }
        let known = self.open.get(&folder).map(|open| open.validity.0);
        if status.uid_validity.is_some_and(|told| known.is_some_and(|known| known != told)) {
            // It was made anew. A selection of the old one may live on without a word: it is selected again.
            self.worker.selected = self.worker.selected.take().filter(|selected| *selected != folder);
        }
        if self.is_complete(&folder) {
            if before.is_some() || self.disagrees(&folder, status) {
                self.push(Task::Sync(folder));
            }
            return;
        }
        self.search_again(&folder);
        if status.messages.is_none() || status.unseen.is_none() {
            // NOTIFY tells of changed flags by HIGHESTMODSEQ alone.
            self.statuses.remove(&folder);
            return self.push(Task::Status(folder));
        }
        self.count_by_status(&folder, status);
    }

    pub(super) fn statuses_answered(&mut self, answer: &Answer) {
        for response in &answer.untagged {
            if let Untagged::FolderStatus(status) = response {
                self.status_told(status);
            }
        }
    }

    /// Asks for every folder's STATUS, one by one: the server cannot tell them along with LIST.
    pub(super) fn count_all(&mut self) {
        let selectable = self.folders.entries().iter().filter(|entry| entry.folder.selectable);
        let folders: Vec<FolderId> = selectable.map(|entry| entry.folder.id.clone()).collect();
        for folder in folders {
            self.push(Task::Status(folder));
        }
    }

    /// One of a folder's exact counts.
    pub(super) fn counted(&mut self, folder: &FolderId, deleted: Option<u32>, unread: Option<u32>) {
        let Some(mut counts) = self.folders.get(folder).and_then(|entry| entry.folder.counts) else { return };
        if self.is_complete(folder) {
            return;
        }
        counts.deleted = deleted.unwrap_or(counts.deleted);
        counts.unread = unread.unwrap_or(counts.unread);
        self.set_counts(folder, counts, None);
        if deleted.is_some_and(|deleted| deleted > 0) && counts.unread > 0 {
            self.push(Task::CountUnread(folder.clone()));
        }
    }

    /// What STATUS tells, now; what it cannot tell, as soon as the bulk connection has counted it.
    fn count_by_status(&mut self, folder: &FolderId, status: &FolderStatus) {
        let Some(total) = status.messages else { return };
        let known = self.folders.get(folder).and_then(|entry| entry.folder.counts).unwrap_or_default();
        let deleted = status.deleted.unwrap_or(known.deleted.min(total));
        let unread = status.unseen.unwrap_or(0).min(total);
        self.set_counts(folder, Counts { total, unread, deleted }, None);
        if total > 0 {
            self.push(Task::CountDeleted(folder.clone()));
        }
    }

    fn set_counts(&mut self, folder: &FolderId, counts: Counts, cause: Option<OpId>) {
        let Some(known) = self.folders.get_mut(folder) else { return };
        if known.counts != Some(counts) {
            known.counts = Some(counts);
            self.emit(cause, Event::Counts { folder: folder.clone(), counts });
        }
    }

    /// Whether a folder's STATUS shows that there is news in it.
    fn disagrees(&self, folder: &FolderId, status: &FolderStatus) -> bool {
        let Some(open) = self.open.get(folder) else { return false };
        let told = |value: Option<u32>, known: u32| value.is_some_and(|value| value != known);
        told(status.messages, open.shadow.counts().total)
            || told(status.uid_validity, open.validity.0)
            || status.highest_modseq.is_some_and(|modseq| Some(modseq) > open.modseq())
    }
}
