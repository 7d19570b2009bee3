//! A folder from its selection to every flag of it, and its changes from then on.

use super::{
    Engine,
    dispatch::{FIRST_SCREEN, ROW_ITEMS},
};
use crate::{
    imap::{
        command::{ChangedSince, Command, FetchItem, SelectMode, SequenceSet},
        convert,
    },
    sync::{
        answer::Answer,
        census::Census,
        delta::Changes,
        open_folder::{self, OpenFolder, Resync, Stage},
        output::{Lane, Output, Remember},
        task::{Queued, Task},
    },
};
use postern_shared::{
    error::{ErrorCode, Failure},
    flags::Flag,
    ids::{FolderId, OpId, UidValidity},
    uid_set::UidSet,
};

/// New messages whose rows are fetched along with their flags.
const ROWS_WITH_ARRIVALS: u32 = 100;

/// Folders kept open though nobody looks at them.
const IDLE_FOLDERS: usize = 8;

impl Engine {
    /// Asks for everything about a folder. True if it is known already.
    pub(super) fn want(&mut self, folder: &FolderId) -> bool {
        self.wanted.insert(folder.clone());
        if self.is_complete(folder) {
            return true;
        }
        match self.open.get(folder) {
            Some(_) if self.worker.selected.as_ref() == Some(folder) => self.learn(folder),
            _ => self.push(Task::Sync(folder.clone())),
        }
        false
    }

    pub(super) fn is_complete(&self, folder: &FolderId) -> bool {
        self.open.get(folder).is_some_and(|open| open.stage == Stage::Complete)
    }

    pub(super) fn validity(&self, folder: &FolderId) -> UidValidity {
        self.open.get(folder).map(|open| open.validity).unwrap_or_default()
    }

    /// The worker selected a folder.
    pub(super) fn folder_selected(&mut self, folder: &FolderId, mode: SelectMode, answer: &Answer) {
        self.worker.queue.extract(|queued| queued.task == Task::Sync(folder.clone()));
        let validity = open_folder::validity(answer);
        if self.open.get(folder).is_some_and(|open| open.validity != validity) {
            self.uids_changed(folder);
            self.worker.selected = Some(folder.clone());
            self.search_again(folder);
        }
        let resync = match self.open.get_mut(folder) {
            Some(open) => open.reselected(answer, mode),
            None => {
                let Some(raw) = self.raw_name(folder).or_else(|| super::listing::inbox_name(folder)) else {
                    return;
                };
                self.close_idle_folders();
                self.open.insert(folder.clone(), OpenFolder::new(folder.clone(), raw, answer));
                self.outputs.push_back(Output::Recall(folder.clone(), validity));
                Resync::Nothing
            }
        };
        self.resync(folder, resync);
        self.settle(folder);
        if self.wanted.contains(folder) {
            self.learn(folder);
        }
    }

    /// The bulk connection selected a folder: what it finds only counts for the same UIDs.
    pub(super) fn bulk_selected(&mut self, folder: &FolderId, answer: &Answer) {
        let known = self.open.get(folder).map(|open| open.validity);
        if known.is_some_and(|known| known != open_folder::validity(answer)) {
            let about = |queued: &Queued| queued.task.folder() == Some(folder);
            self.bulk.queue.extract(about);
            self.worker.selected = None;
            self.push(Task::Sync(folder.clone()));
        }
    }

    /// Asks for what is not known of a selected folder: the first screen, then the rest.
    fn learn(&mut self, folder: &FolderId) {
        let Some(stage) = self.open.get(folder).map(|open| open.stage) else { return };
        if stage == Stage::Selected {
            self.push(Task::FirstScreen(folder.clone()));
        }
        if stage != Stage::Complete {
            self.push(Task::Census(folder.clone()));
        }
    }

    pub(super) fn first_screen(&mut self, folder: &FolderId) -> Option<Command> {
        let open = self.open.get_mut(folder)?;
        if open.exists == 0 {
            open.tail_fetched(&Answer { untagged: Vec::new(), outcome: Ok(None) });
            self.tail_known(folder);
            return None;
        }
        let first = open.exists.saturating_sub(FIRST_SCREEN - 1).max(1);
        let set = SequenceSet(format!("{first}:{}", open.exists));
        Some(Command::Fetch { uid: false, set, items: ROW_ITEMS.to_vec(), changed_since: None })
    }

    pub(super) fn first_screen_fetched(&mut self, folder: &FolderId, answer: &Answer) {
        self.keep_rows(folder, answer);
        if let Some(open) = self.open.get_mut(folder) {
            open.tail_fetched(answer);
        }
        self.tail_known(folder);
    }

    fn tail_known(&mut self, folder: &FolderId) {
        self.views_follow(folder, None, true);
        self.answer_rows();
    }

    pub(super) fn census_search(&mut self, folder: &FolderId) -> Option<Command> {
        let open = self.open.get_mut(folder)?;
        if open.stage == Stage::Complete && open.census.is_none() {
            return None;
        }
        if open.census.is_none() {
            open.begin_census();
        }
        let key = open.census.as_ref()?.next()?;
        Some(self.search(key))
    }

    pub(super) fn census_found(&mut self, folder: &FolderId, answer: &Answer) {
        let Some(open) = self.open.get_mut(folder) else { return };
        let Some(census) = &mut open.census else { return };
        let first = census.uids().is_none();
        census.found(answer.found());
        if first && open.stage == Stage::Tail && census.next().is_some() {
            self.tail_known(folder);
        }
        self.census_goes_on(folder);
    }

    /// A search of a census was refused. False where the folder cannot be known without it.
    pub(super) fn census_refused(&mut self, folder: &FolderId) -> bool {
        let census = self.open.get_mut(folder).and_then(|open| open.census.as_mut());
        let can_do_without = census.is_some_and(Census::refused);
        if can_do_without {
            self.census_goes_on(folder);
        }
        can_do_without
    }

    fn census_goes_on(&mut self, folder: &FolderId) {
        let Some(open) = self.open.get_mut(folder) else { return };
        if open.census.as_ref().is_some_and(|census| census.next().is_some()) {
            return self.push(Task::Census(folder.clone()));
        }
        let before = open.stage;
        if !open.end_census() {
            // A message went between two searches: once more.
            open.begin_census();
            return self.push(Task::Census(folder.clone()));
        }
        if before != Stage::Complete {
            self.summaries.of(folder).for_each(|row| open.shown(row.key.uid, &row.flags));
            self.folder_complete(folder);
        }
        self.settle(folder);
    }

    /// Everything of a folder became known.
    fn folder_complete(&mut self, folder: &FolderId) {
        self.views_follow(folder, None, true);
        self.tell_counts(folder, None);
        self.answer_rows();
        self.take_up_postponed();
        self.plan_operations();
        self.answer_purge_requests(folder);
    }

    pub(super) fn arrivals(&mut self, folder: &FolderId) -> Option<Command> {
        let open = self.open.get(folder).filter(|open| open.stage == Stage::Complete)?;
        let new = open.exists.saturating_sub(open.shadow.len() as u32);
        let items = if new <= ROWS_WITH_ARRIVALS {
            ROW_ITEMS.to_vec()
        } else {
            vec![FetchItem::Uid, FetchItem::Flags]
        };
        let set = SequenceSet(format!("{}:*", u64::from(open.shadow.last().0) + 1));
        Some(Command::Fetch { uid: true, set, items, changed_since: None })
    }

    pub(super) fn arrivals_fetched(&mut self, folder: &FolderId, answer: &Answer) {
        self.keep_rows(folder, answer);
        let Some(open) = self.open.get_mut(folder) else { return };
        let before = open.shadow.len();
        open.arrived(answer);
        if open.shadow.len() == before && (open.shadow.len() as u32) < open.exists {
            // The server counts messages that are not behind the last one known.
            self.resync(folder, Resync::Census);
        }
        self.settle(folder);
    }

    pub(super) fn changes(&mut self, folder: &FolderId) -> Option<Command> {
        let modseq = self.open.get(folder)?.modseq()?;
        let items = vec![FetchItem::Uid, FetchItem::Flags];
        let changed_since = Some(ChangedSince { modseq, vanished: false });
        Some(Command::Fetch { uid: true, set: SequenceSet("1:*".to_owned()), items, changed_since })
    }

    pub(super) fn compared(&mut self, folder: &FolderId, answer: &Answer) {
        let resync = self.open.get_mut(folder).map(|open| open.compare(&answer.found()));
        self.resync(folder, resync.unwrap_or(Resync::Nothing));
        self.settle(folder);
    }

    /// Takes in what any command in the selected folder told.
    pub(super) fn absorb(&mut self, lane: Lane, answer: &Answer) {
        if lane == Lane::Worker
            && let Some(folder) = &self.worker.selected
            && let Some(open) = self.open.get_mut(folder)
        {
            open.absorb(answer);
        }
    }

    fn resync(&mut self, folder: &FolderId, resync: Resync) {
        match resync {
            Resync::Nothing => {}
            Resync::Arrivals => self.push(Task::Arrivals(folder.clone())),
            Resync::Changes => self.push(Task::Changes(folder.clone())),
            Resync::Census => {
                if let Some(open) = self.open.get_mut(folder) {
                    open.begin_census();
                }
                self.push(Task::Census(folder.clone()));
            }
        }
    }

    /// Tells what changed in a folder, and looks for what is missing.
    pub(super) fn settle(&mut self, folder: &FolderId) {
        let Some(open) = self.open.get_mut(folder) else { return };
        let changes = open.delta.take();
        let selected = self.worker.selected.as_ref() == Some(folder);
        let check = if selected { open.step_check() } else { Resync::Nothing };
        let mut rest = changes;
        let at_work: Vec<(OpId, UidSet)> = self
            .operations
            .values()
            .filter_map(|operation| Some((operation.id, operation.at_work_in(folder)?.clone())))
            .collect();
        for (id, uids) in at_work {
            let (own, others) = rest.split(&uids);
            self.note_effects(id, folder, &own);
            self.publish(folder, &own, Some(id));
            self.notice_auto_expunge(id, folder, &own);
            rest = others;
        }
        self.publish(folder, &rest, None);
        self.resync(folder, check);
        self.answer_purge_requests(folder);
    }

    fn publish(&mut self, folder: &FolderId, changes: &Changes, cause: Option<OpId>) {
        if changes.is_empty() {
            return;
        }
        self.keep_marks(folder, changes);
        for event in changes.events(folder, self.validity(folder)) {
            self.emit(cause, event);
        }
        for uid in changes.removed.iter() {
            self.summaries.remove(folder, uid);
        }
        let order = !changes.removed.is_empty() || !changes.arrived.is_empty();
        let struck = changes
            .flags
            .iter()
            .any(|(change, _)| change.add.has(Flag::Deleted) || change.remove.has(Flag::Deleted));
        if order || struck {
            self.views_follow(folder, cause, order);
        }
        self.searches_follow(folder, changes, cause);
        self.tell_counts(folder, cause);
    }

    /// Marks made elsewhere, taken off, or gone with their message are not ours.
    fn keep_marks(&mut self, folder: &FolderId, changes: &Changes) {
        let Some(open) = self.open.get_mut(folder) else { return };
        let unstruck = changes.flags.iter().filter(|(change, _)| change.remove.has(Flag::Deleted));
        let gone = unstruck.fold(changes.removed.clone(), |gone, (_, uids)| gone.union(uids));
        let kept = open.marks.difference(&gone);
        self.set_marks(folder, kept);
    }

    /// Remembers which messages were struck in Postern.
    pub(super) fn set_marks(&mut self, folder: &FolderId, marks: UidSet) {
        let Some(open) = self.open.get_mut(folder).filter(|open| open.marks != marks) else { return };
        open.marks = marks.clone();
        let remember = Remember::StruckHere(marks);
        self.outputs.push_back(Output::Remember(folder.clone(), open.validity, remember));
    }

    /// Keeps the rows an answer holds, and asks for their previews behind them.
    pub(super) fn keep_rows(&mut self, folder: &FolderId, answer: &Answer) {
        let validity = self.validity(folder);
        let mut kept = UidSet::new();
        for fetch in answer.fetches().filter(|fetch| fetch.internal_date.is_some()) {
            let Some(uid) = fetch.uid else { continue };
            self.summaries.insert(convert::summary(fetch, folder, validity));
            kept.insert(uid);
        }
        self.want_previews(folder, &kept);
    }

    /// The folder has other messages than before: everything about it ends quietly (RFC 9051 §2.3.1.1).
    fn uids_changed(&mut self, folder: &FolderId) {
        let wanted = self.wanted.contains(folder);
        self.forget(folder, &Failure::new(ErrorCode::FolderChanged, ""));
        if wanted {
            self.wanted.insert(folder.clone());
        }
    }

    /// The folder is no more, or cannot be opened.
    pub(super) fn folder_failed(&mut self, folder: &FolderId, failure: &Failure) {
        self.fail_view_requests(folder, failure);
        self.fail_purge_requests(folder, failure);
        self.forget(folder, failure);
    }

    pub(super) fn forget(&mut self, folder: &FolderId, failure: &Failure) {
        for lane in Lane::ALL {
            if self.lane_mut(lane).selected.as_ref() == Some(folder) {
                self.lane_mut(lane).selected = None;
            }
            let about = |task: &Task| task.folder() == Some(folder) && !matches!(task, Task::Sync(_));
            for queued in self.lane_mut(lane).queue.extract(|queued| about(&queued.task)) {
                self.failed(queued.task, failure);
            }
        }
        self.close_views_of(folder);
        self.fail_operations_in(folder, failure);
        self.open.remove(folder);
        self.wanted.remove(folder);
        self.summaries.forget_folder(folder);
    }

    /// Closes folders nobody is interested in, but for a few.
    fn close_idle_folders(&mut self) {
        let viewed = self.viewed_folders();
        let busy = |folder: &FolderId| self.operations.values().any(|operation| operation.concerns(folder));
        let idle: Vec<FolderId> =
            self.open.keys().filter(|folder| !viewed.contains(*folder) && !busy(folder)).cloned().collect();
        for folder in idle.iter().take(idle.len().saturating_sub(IDLE_FOLDERS)) {
            self.open.remove(folder);
            self.wanted.remove(folder);
            self.summaries.forget_folder(folder);
        }
    }
}
