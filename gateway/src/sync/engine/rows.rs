//! Rows of views: from what was read lately, else from the server.

use super::Engine;
use crate::{
    browser::BrowserId,
    sync::{
        answer::Answer,
        operation,
        output::Output,
        task::Task,
        view::{Entry, OpenView},
    },
};
use postern_shared::{
    error::{ErrorCode, Failure},
    event::Event,
    ids::{FolderId, MessageKey, RequestId, Uid, ViewId},
    reply::Reply,
    summary::Summary,
    uid_set::UidSet,
    view::Rows,
};
use std::{collections::HashMap, time::Instant};

/// Rows answered at once, at most.
pub(super) const MOST_ROWS: u32 = 200;

/// Messages whose previews are fetched by one command.
const PREVIEWS: u32 = 25;

/// Somebody waits for rows.
#[derive(Debug)]
pub(super) struct RowRequest {
    pub(super) browser: BrowserId,
    pub(super) id: RequestId,
    pub(super) view: ViewId,
    pub(super) start: u32,
    pub(super) count: u32,
    /// They are the first rows of a view that is being opened.
    pub(super) opening: bool,
    pub(super) since: Instant,
}

impl Engine {
    /// Answers everybody whose rows are known, and asks for what the others lack.
    pub(super) fn answer_rows(&mut self) {
        for request in std::mem::take(&mut self.row_requests) {
            if let Some(reply) = self.rows_reply(&request) {
                self.outputs.push_back(Output::Reply(request.browser, request.id, reply));
            } else {
                self.row_requests.push(request);
            }
        }
    }

    /// Fails requests that waited too long without a connection.
    pub(super) fn give_up_rows(&mut self) {
        let now = self.now;
        let late = |request: &RowRequest| now.duration_since(request.since) >= super::READ_PATIENCE;
        let (late, waiting): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.row_requests).into_iter().partition(late);
        self.row_requests = waiting;
        for request in late {
            self.fail_rows(&request, Failure::new(ErrorCode::Offline, ""));
        }
    }

    /// Fails requests for rows of views on a folder.
    pub(super) fn fail_view_requests(&mut self, folder: &FolderId, failure: &Failure) {
        let concerned =
            |view: &ViewId| self.views.get(view).is_some_and(|view| view.folders.contains(folder));
        let (failed, waiting): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.row_requests).into_iter().partition(|request| concerned(&request.view));
        self.row_requests = waiting;
        for request in failed {
            self.fail_rows(&request, failure.clone());
        }
    }

    pub(super) fn rows_fetched(&mut self, folder: &FolderId, uids: &UidSet, answer: &Answer) {
        self.keep_rows(folder, answer);
        let missing: Vec<Uid> = uids.iter().filter(|&uid| !self.summaries.contains(folder, uid)).collect();
        for &uid in &missing {
            self.summaries.insert(unreadable(MessageKey {
                folder: folder.clone(),
                validity: self.validity(folder),
                uid,
            }));
        }
        if !missing.is_empty() {
            // Most likely they are gone, and the server has not said so yet.
            self.push(Task::Sync(folder.clone()));
        }
        self.settle(folder);
    }

    /// Asks for previews of rows that have none, where the server makes them (RFC 8970).
    pub(super) fn want_previews(&mut self, folder: &FolderId, uids: &UidSet) {
        if !self.capabilities.has("PREVIEW") {
            return;
        }
        let lacking: UidSet = uids
            .iter()
            .filter(|&uid| {
                self.summaries.get(folder, uid).is_some_and(|row| row.preview.is_none() && !row.unreadable)
            })
            .collect();
        for batch in lacking.batches(PREVIEWS) {
            self.push(Task::Previews(folder.clone(), batch));
        }
    }

    pub(super) fn previews_fetched(&mut self, folder: &FolderId, answer: &Answer) {
        let told = |fetch: &crate::imap::response::Fetch| {
            Some((fetch.uid?, fetch.preview.clone()?.unwrap_or_default()))
        };
        let previews: Vec<(Uid, String)> = answer.fetches().filter_map(told).collect();
        for (uid, preview) in &previews {
            self.summaries.set_preview(folder, *uid, preview);
        }
        if !previews.is_empty() {
            let validity = self.validity(folder);
            self.emit(None, Event::Previews { folder: folder.clone(), validity, previews });
        }
        self.settle(folder);
    }

    /// The rows of entries, up to the first that is not known.
    pub(super) fn known_rows(&mut self, view: ViewId, entries: &[Entry]) -> Vec<Summary> {
        let mut rows = Vec::with_capacity(entries.len());
        for &entry in entries {
            let Some(folder) = self.views.get(&view).map(|view| view.folder_of(entry).clone()) else { break };
            let Some(mut row) = self.summaries.get(&folder, entry.uid).cloned() else { break };
            if let Some(flags) = self.open.get(&folder).and_then(|open| open.shadow.flags(entry.uid)) {
                row.flags = flags.clone();
            }
            rows.push(row);
        }
        rows
    }

    fn rows_reply(&mut self, request: &RowRequest) -> Option<Reply> {
        let Some(view) = self.views.get(&request.view) else {
            return Some(Reply::Failed(Failure::new(ErrorCode::NoSuchView, "")));
        };
        if !view.ready {
            return None;
        }
        let entries = window(view, request.start, request.count);
        if entries.iter().any(|entry| entry.uid == Uid(0)) {
            return None;
        }
        let missing = self.missing_rows(request.view, &entries);
        if !missing.is_empty() {
            self.fetch_rows(missing);
            return None;
        }
        let rows = self.known_rows(request.view, &entries);
        let view = self.views.get(&request.view)?.wire();
        let rows = Rows { view: view.id, revision: view.revision, start: request.start, rows };
        Some(if request.opening { Reply::ViewOpened { view, rows } } else { Reply::Rows(rows) })
    }

    fn missing_rows(&self, view: ViewId, entries: &[Entry]) -> HashMap<FolderId, UidSet> {
        let mut missing: HashMap<FolderId, UidSet> = HashMap::new();
        let Some(view) = self.views.get(&view) else { return missing };
        for &entry in entries {
            let folder = view.folder_of(entry);
            if !self.summaries.contains(folder, entry.uid) {
                missing.entry(folder.clone()).or_default().insert(entry.uid);
            }
        }
        missing
    }

    fn fetch_rows(&mut self, missing: HashMap<FolderId, UidSet>) {
        for (folder, uids) in missing {
            for set in operation::batches(&uids) {
                self.push(Task::Rows(folder.clone(), set));
            }
        }
    }

    pub(super) fn fail_rows(&mut self, request: &RowRequest, failure: Failure) {
        self.outputs.push_back(Output::Reply(request.browser, request.id, Reply::Failed(failure)));
    }
}

fn window(view: &OpenView, start: u32, count: u32) -> Vec<Entry> {
    let from = (start as usize).min(view.entries.len());
    let to = from.saturating_add(count.min(MOST_ROWS) as usize).min(view.entries.len());
    view.entries[from..to].to_vec()
}

/// The row of a message the server tells nothing about.
fn unreadable(key: MessageKey) -> Summary {
    Summary {
        key,
        flags: Default::default(),
        from: Vec::new(),
        to: Vec::new(),
        subject: String::new(),
        preview: None,
        sent: None,
        received: 0,
        size: 0,
        has_attachment: false,
        unreadable: true,
    }
}
