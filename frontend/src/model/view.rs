//! The view that is open: a window on an ordered list of any length, filled as a person scrolls.

use crate::model::rows::SparseRows;
use postern_shared::{
    error::Failure,
    ids::{MessageKey, ViewId},
    view::{Rows, Splice, View, ViewChange, ViewSpec},
};
use std::{
    collections::BTreeSet,
    ops::{Range, RangeInclusive},
};

/// Rows are asked for in chunks of this many, aligned, so that scrolling to and fro asks for the same ones.
const CHUNK: u32 = 50;
/// Chunks that may be joined into one request.
const CHUNKS_A_REQUEST: u32 = 2;
/// Requests for rows that may be on their way. More wait, so that a fling does not ask for all it passed.
const IN_FLIGHT: usize = 3;
/// Rows kept in memory.
const KEPT: usize = 4000;

/// How far the view is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Phase {
    /// To be asked for; rows of an earlier opening may still show.
    Closed,
    /// Asked for.
    Opening,
    /// Open under this id; its revision and total are kept up to date.
    Open(View),
    /// It could not be opened.
    Failed(Failure),
}

/// The view that is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenView {
    spec: ViewSpec,
    phase: Phase,
    rows: SparseRows,
    wanted: Range<u32>,
    /// Rows of a range that is being selected.
    besides: Range<u32>,
    asked: Vec<Range<u32>>,
    /// An answer brought nothing: ask no more until something changes.
    stalled: bool,
}

impl OpenView {
    /// A view that has to be asked for.
    pub fn new(spec: ViewSpec) -> Self {
        Self {
            spec,
            phase: Phase::Closed,
            rows: SparseRows::default(),
            wanted: 0..0,
            besides: 0..0,
            asked: Vec::new(),
            stalled: false,
        }
    }

    /// What it shows.
    pub fn spec(&self) -> &ViewSpec {
        &self.spec
    }

    /// How far it is.
    pub fn phase(&self) -> &Phase {
        &self.phase
    }

    /// Its id, once it is open.
    pub fn id(&self) -> Option<ViewId> {
        match &self.phase {
            Phase::Open(view) => Some(view.id),
            _ => None,
        }
    }

    /// Its rows.
    pub fn rows(&self) -> &SparseRows {
        &self.rows
    }

    /// Its rows, to change their content.
    pub fn rows_mut(&mut self) -> &mut SparseRows {
        &mut self.rows
    }

    /// It was asked for.
    pub fn opening(&mut self) {
        self.phase = Phase::Opening;
    }

    /// It is open. Rows of an earlier opening are replaced.
    pub fn opened(&mut self, view: View, first: Rows) {
        self.rows = SparseRows::new(view.total);
        self.asked.clear();
        self.stalled = false;
        if first.revision == view.revision {
            self.rows.place(first.start, first.rows);
        }
        self.phase = Phase::Open(view);
    }

    /// It could not be opened.
    pub fn failed(&mut self, failure: Failure) {
        self.phase = Phase::Failed(failure);
    }

    /// It has to be asked for again. Its rows stay until it is open.
    pub fn reopen(&mut self) {
        self.phase = Phase::Closed;
        self.forget_requests();
    }

    /// The socket is gone, and with it every answer that was on its way.
    pub fn forget_requests(&mut self) {
        self.asked.clear();
        self.stalled = false;
        if self.phase == Phase::Opening {
            self.phase = Phase::Closed;
        }
    }

    /// Rows came, in answer to a request for `asked`. Those of another revision are dropped: they are asked for again.
    pub fn place(&mut self, asked: Range<u32>, rows: Rows, keeps: impl Fn(&MessageKey) -> bool) {
        self.answered(&asked);
        let Phase::Open(view) = &self.phase else { return };
        if rows.view != view.id || rows.revision != view.revision {
            return;
        }
        self.stalled = rows.rows.is_empty();
        self.rows.place(rows.start, rows.rows);
        self.rows.forget_beyond(self.wanted.clone(), KEPT, keeps);
    }

    /// A request for rows failed.
    pub fn refused(&mut self, asked: &Range<u32>) {
        self.answered(asked);
        self.stalled = true;
    }

    /// The order changed. Returns the loaded messages that left; absent where the change does not follow on what is
    /// here: reopen.
    #[must_use]
    pub fn change(&mut self, change: ViewChange) -> Option<BTreeSet<MessageKey>> {
        let Phase::Open(view) = &mut self.phase else { return Some(BTreeSet::new()) };
        if change.view.revision.0 != view.revision.0.wrapping_add(1) {
            return None;
        }
        let total = change.view.total;
        *view = change.view;
        self.stalled = false;
        let mut left = BTreeSet::new();
        for splice in change.splices {
            if let Splice::Insert { rows, .. } = &splice {
                for row in rows {
                    left.remove(&row.key);
                }
            }
            left.extend(self.rows.splice(splice)?.iter().map(|row| row.key.clone()));
        }
        (self.rows.total() == total).then_some(left)
    }

    /// These rows are in sight or soon will be.
    pub fn want(&mut self, range: Range<u32>) {
        if self.wanted != range {
            self.wanted = range;
            self.stalled = false;
        }
    }

    /// These rows are being selected, in sight or not.
    pub fn want_besides(&mut self, range: Option<RangeInclusive<u32>>) {
        self.besides = range.map_or(0..0, |range| *range.start()..range.end().saturating_add(1));
    }

    /// Requests to send now, each for a range of rows.
    pub fn requests(&mut self) -> Vec<Range<u32>> {
        if self.stalled || !matches!(self.phase, Phase::Open(_)) {
            return Vec::new();
        }
        let mut fresh = self.requests_for(self.wanted.clone());
        fresh.extend(self.requests_for(self.besides.clone()));
        fresh
    }

    fn requests_for(&mut self, wanted: Range<u32>) -> Vec<Range<u32>> {
        let mut fresh = Vec::new();
        let end = wanted.end.min(self.rows.total());
        let mut start = wanted.start / CHUNK * CHUNK;
        while start < end && self.asked.len() < IN_FLIGHT {
            let mut stop = start;
            while stop < end && stop < start + CHUNK * CHUNKS_A_REQUEST && self.lacks(stop) {
                stop += CHUNK;
            }
            if stop > start {
                let range = start..stop.min(self.rows.total());
                self.asked.push(range.clone());
                fresh.push(range);
            }
            start = stop.max(start + CHUNK);
        }
        fresh
    }

    /// Whether the chunk at `start` is neither here nor on its way.
    fn lacks(&self, start: u32) -> bool {
        !self.rows.has_all(start..start + CHUNK) && !self.asked.iter().any(|range| range.contains(&start))
    }

    fn answered(&mut self, asked: &Range<u32>) {
        if let Some(at) = self.asked.iter().position(|range| range == asked) {
            self.asked.swap_remove(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::tests::fixture::{FOLDER, summary};
    use postern_shared::{
        ids::{FolderId, Revision},
        view::{Scope, Sort},
    };

    const ID: ViewId = ViewId(4);

    fn state(revision: u32, total: u32) -> View {
        View { id: ID, revision: Revision(revision), total, searching: false }
    }

    fn rows(revision: u32, start: u32, count: u32) -> Rows {
        let rows = (start..start + count).map(|index| summary(index + 1)).collect();
        Rows { view: ID, revision: Revision(revision), start, rows }
    }

    fn open(total: u32) -> OpenView {
        let scope = Scope::Folder(FolderId::from(FOLDER));
        let spec = ViewSpec { scope, query: String::new(), sort: Sort::default(), hide_deleted: false };
        let mut view = OpenView::new(spec);
        view.opening();
        view.opened(state(1, total), rows(1, 0, total.min(50)));
        view
    }

    fn asked(view: &mut OpenView) -> Vec<(u32, u32)> {
        view.requests().into_iter().map(|range| (range.start, range.end)).collect()
    }

    fn take(view: &mut OpenView, asked: Range<u32>, rows: Rows) {
        view.place(asked, rows, |_| false);
    }

    #[test]
    fn rows_are_asked_for_once_in_aligned_batches() {
        let mut view = open(100_000);
        view.want(0..60);
        assert_eq!(asked(&mut view), [(50, 100)]);
        assert!(asked(&mut view).is_empty());
        view.want(50_010..50_130);
        assert_eq!(asked(&mut view), [(50_000, 50_100), (50_100, 50_150)]);
        take(&mut view, 50_000..50_100, rows(1, 50_000, 100));
        assert!(asked(&mut view).is_empty());
        assert_eq!(view.rows().get(50_099).map(|row| row.key.uid.0), Some(50_100));
    }

    #[test]
    fn a_fling_asks_only_for_where_it_comes_to_rest() {
        let mut view = open(100_000);
        for start in (1_000..90_000).step_by(1_000) {
            view.want(start..start + 40);
            view.requests();
        }
        view.want(95_000..95_040);
        assert!(asked(&mut view).is_empty());
        take(&mut view, 1_000..1_050, rows(1, 1_000, 50));
        assert_eq!(asked(&mut view), [(95_000, 95_050)]);
    }

    #[test]
    fn the_last_request_ends_with_the_list() {
        let mut view = open(120);
        view.want(100..140);
        assert_eq!(asked(&mut view), [(100, 120)]);
    }

    #[test]
    fn rows_of_another_revision_are_dropped_and_asked_for_again() {
        let mut view = open(200);
        view.want(50..90);
        assert_eq!(asked(&mut view), [(50, 100)]);
        let splices = vec![Splice::Insert { start: 0, count: 1, rows: vec![summary(900)] }];
        assert_eq!(view.change(ViewChange { view: state(2, 201), splices }), Some(BTreeSet::new()));
        take(&mut view, 50..100, rows(1, 50, 50));
        assert!(view.rows().get(60).is_none());
        assert_eq!(asked(&mut view), [(50, 100)]);
    }

    #[test]
    fn a_change_that_does_not_follow_is_noticed() {
        let beyond = vec![Splice::Remove { start: 9, count: 2 }];
        for (view, splices) in [(state(3, 10), vec![]), (state(2, 11), vec![]), (state(2, 8), beyond)] {
            assert_eq!(open(10).change(ViewChange { view, splices }), None);
        }
    }

    #[test]
    fn a_message_that_only_moved_did_not_leave() {
        let splices = vec![
            Splice::Remove { start: 2, count: 2 },
            Splice::Insert { start: 0, count: 1, rows: vec![summary(4)] },
        ];
        let left = open(10).change(ViewChange { view: state(2, 9), splices });
        assert_eq!(left, Some(BTreeSet::from([summary(3).key])));
    }

    #[test]
    fn an_answer_without_rows_is_not_asked_for_over_and_over() {
        let mut view = open(200);
        view.want(50..90);
        assert_eq!(asked(&mut view), [(50, 100)]);
        take(&mut view, 50..100, rows(1, 50, 0));
        assert!(asked(&mut view).is_empty());
        view.want(60..110);
        assert_eq!(asked(&mut view), [(50, 150)]);
    }

    #[test]
    fn a_lost_socket_forgets_what_was_asked_and_keeps_what_shows() {
        let mut view = open(200);
        view.want(50..90);
        assert_eq!(asked(&mut view), [(50, 100)]);
        view.forget_requests();
        assert_eq!(asked(&mut view), [(50, 100)]);
        view.reopen();
        assert!(asked(&mut view).is_empty() && view.rows().get(3).is_some());
    }
}
