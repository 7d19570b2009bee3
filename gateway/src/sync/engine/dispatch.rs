//! Whose turn it is on a connection, and what it says there.

use super::{Activity, Engine, listed};
use crate::{
    imap::{
        command::{Command, FetchItem, SearchKey, SearchReturn, SelectMode, SequenceSet, StatusItem},
        response::Code,
    },
    sync::{
        answer::{Answer, Refused},
        output::{Lane, Output},
        task::{Queued, Task, Urgency},
    },
};
use postern_shared::{
    error::{ErrorCode, Failure},
    flags::{Flag, Flags},
    ids::FolderId,
    uid_set::UidSet,
};
use std::time::Duration;

/// Rows of the first screen.
pub(super) const FIRST_SCREEN: u32 = 50;

/// How long people who have just come have the server to themselves.
const HEAD_START: Duration = Duration::from_millis(800);

/// How long the bulk connection stays open with nothing to do.
const BULK_RESTS: Duration = Duration::from_secs(30);

/// How long the worker is silent.
const WORKER_SILENT: Duration = Duration::from_secs(120);

/// How often a connection may break under a task before the task is to blame.
const MOST_BREAKS: u32 = 2;

/// What a list row is made from.
pub(super) const ROW_ITEMS: [FetchItem; 6] = [
    FetchItem::Uid,
    FetchItem::Flags,
    FetchItem::InternalDate,
    FetchItem::Size,
    FetchItem::Envelope,
    FetchItem::BodyStructure,
];

/// UIDs as a command takes them.
pub(super) fn sequence(uids: &UidSet) -> SequenceSet {
    SequenceSet(uids.imap_pieces(usize::MAX).concat())
}

impl Engine {
    /// Queues a task.
    pub(super) fn push(&mut self, task: Task) {
        let lane = if self.bulk_refused { Lane::Worker } else { task.lane() };
        let queued = Queued { task, since: self.now, breaks: 0 };
        self.lane_mut(lane).queue.push(queued);
    }

    /// Gives every free connection its next command.
    pub(super) fn dispatch(&mut self) {
        for lane in Lane::ALL {
            self.dispatch_on(lane);
        }
        let bulk_needed = matches!(self.bulk.activity, Activity::Closed) && self.has_turn(Lane::Bulk);
        if bulk_needed && self.is_online() {
            self.bulk.activity = Activity::Opening;
            self.outputs.push_back(Output::Connect(Lane::Bulk));
        }
    }

    fn dispatch_on(&mut self, lane: Lane) {
        while matches!(self.lane_mut(lane).activity, Activity::Free) && self.has_turn(lane) {
            let state = self.lane_mut(lane);
            let Some(queued) = state.queue.pop(state.selected.as_ref()) else { return };
            if let Some(folder) = queued.task.folder().cloned()
                && self.lane_mut(lane).selected.as_ref() != Some(&folder)
            {
                self.select(lane, folder, queued);
                continue;
            }
            if lane == Lane::Bulk && !self.bulk.fresh && self.is_about_selected(&queued.task) {
                self.bulk.queue.push_front(queued);
                self.run(lane, Activity::Refreshing, Command::Noop);
                continue;
            }
            match self.command_for(&queued.task) {
                Ok(Some(command)) => self.run(lane, Activity::Working(queued), command),
                Ok(None) => {}
                Err(failure) => self.failed(queued.task, &failure),
            }
        }
    }

    /// Whether a task is about the folder the bulk connection has selected, and may see as it was a while ago.
    fn is_about_selected(&self, task: &Task) -> bool {
        match task {
            Task::Statuses => self.bulk.selected.is_some(),
            Task::Status(folder) => self.bulk.selected.as_ref() == Some(folder),
            other => other.folder().is_some(),
        }
    }

    /// Whether a task's turn has come. Those nobody waits for leave the server to the first screen.
    fn has_turn(&self, lane: Lane) -> bool {
        let queue = match lane {
            Lane::Worker => &self.worker.queue,
            Lane::Bulk => &self.bulk.queue,
        };
        match queue.urgency() {
            Some(Urgency::Idle) => !self.is_awaited(),
            urgency => urgency.is_some(),
        }
    }

    /// Whether somebody waits for rows, or has just come and soon will.
    fn is_awaited(&self) -> bool {
        let just_came = self.online_since.is_none_or(|since| self.now.duration_since(since) < HEAD_START);
        let works = matches!(&self.worker.activity,
            Activity::Working(queued) if queued.task.urgency() == Urgency::Awaited);
        just_came || works || self.worker.queue.urgency() == Some(Urgency::Awaited)
    }

    /// Closes the bulk connection when it had nothing to do for a while.
    pub(super) fn rest_bulk(&mut self) {
        if !matches!(self.bulk.activity, Activity::Free) || !self.bulk.queue.is_empty() {
            self.bulk.idle_since = None;
            return;
        }
        let since = *self.bulk.idle_since.get_or_insert(self.now);
        if self.now.duration_since(since) >= BULK_RESTS {
            self.bulk = super::LaneState::default();
            self.outputs.push_back(Output::Close(Lane::Bulk));
        }
    }

    /// Says something on a worker that was silent for long: servers hang up on those.
    pub(super) fn keep_worker(&mut self) {
        if !matches!(self.worker.activity, Activity::Free) {
            self.worker.idle_since = None;
            return;
        }
        let since = *self.worker.idle_since.get_or_insert(self.now);
        if self.now.duration_since(since) >= WORKER_SILENT {
            self.worker.idle_since = None;
            match self.worker.selected.clone() {
                Some(folder) => self.push(Task::Sync(folder)),
                None => self.run(Lane::Worker, Activity::Refreshing, Command::Noop),
            }
        }
    }

    fn run(&mut self, lane: Lane, activity: Activity, command: Command) {
        self.lane_mut(lane).activity = activity;
        self.outputs.push_back(Output::Run(lane, command));
    }

    fn select(&mut self, lane: Lane, folder: FolderId, queued: Queued) {
        let raw = self.folders.get(&folder).map(|entry| entry.raw.clone());
        let raw = raw.or_else(|| {
            (folder.as_str() == "INBOX").then(|| crate::imap::command::MailboxName(b"INBOX".to_vec()))
        });
        let Some(raw) = raw else {
            return self.failed(queued.task, &Failure::new(ErrorCode::NoSuchFolder, folder.0));
        };
        self.lane_mut(lane).queue.push_front(queued);
        match lane {
            Lane::Bulk => {
                self.run(lane, Activity::Selecting(folder, SelectMode::Plain), Command::Examine(raw));
            }
            Lane::Worker => {
                let open = self.open.get(&folder);
                let plain = || {
                    if self.capabilities.has("CONDSTORE") { SelectMode::CondStore } else { SelectMode::Plain }
                };
                let mode = open.map_or_else(plain, |open| open.select_mode(&self.capabilities));
                self.run(lane, Activity::Selecting(folder, mode), Command::Select(raw, mode));
            }
        }
    }

    /// The command that does a task now; nothing where there is nothing left to do.
    fn command_for(&mut self, task: &Task) -> Result<Option<Command>, Failure> {
        Ok(match task {
            Task::Namespace => Some(Command::Namespace),
            Task::List => Some(self.list_command()),
            Task::Statuses => self.statuses_command(),
            Task::Lsub => Some(Command::Lsub),
            Task::Status(folder) => {
                self.raw_name(folder).map(|raw| Command::Status(raw, self.status_items()))
            }
            Task::CountDeleted(_) => Some(self.count(SearchKey::Has(Flags::one(Flag::Deleted)))),
            Task::CountUnread(_) => {
                let not = |flag| SearchKey::Not(Box::new(SearchKey::Has(Flags::one(flag))));
                Some(self.count(SearchKey::And(vec![not(Flag::Seen), not(Flag::Deleted)])))
            }
            Task::FirstScreen(folder) => self.first_screen(folder),
            Task::Census(folder) => self.census_search(folder),
            Task::Arrivals(folder) => self.arrivals(folder),
            Task::Changes(folder) => self.changes(folder),
            Task::Compare(_) => Some(self.search(SearchKey::All)),
            Task::Sync(_) => Some(Command::Noop),
            Task::Rows(_, uids) => Some(fetch(uids, ROW_ITEMS.to_vec())),
            Task::Previews(_, uids) => Some(fetch(uids, vec![FetchItem::Uid, FetchItem::Preview])),
            Task::Message(_, key, items) => {
                let validity = self.open.get(&key.folder).map(|open| open.validity);
                if validity != Some(key.validity) {
                    return Err(Failure::new(ErrorCode::FolderChanged, ""));
                }
                Some(fetch(&UidSet::one(key.uid), items.clone()))
            }
            Task::Step(operation, _) => self.step_command(*operation)?,
            Task::Search { view, quick, .. } => self.view_search(*view, *quick),
            Task::Recheck(view, _, uids) => self.recheck_search(*view, uids),
            Task::Values(view, _, uids) => self.views.contains_key(view).then(|| {
                let items = [FetchItem::Uid, FetchItem::InternalDate, FetchItem::Size, FetchItem::Envelope];
                fetch(uids, items.to_vec())
            }),
        })
    }

    /// Takes in what a task's command was answered.
    pub(super) fn complete(&mut self, task: Task, answer: &Answer) {
        if let Err(refused) = &answer.outcome {
            return self.refused(task, refused);
        }
        match task {
            Task::Namespace => self.namespace_told(answer),
            Task::List => self.list_told(listed(answer)),
            Task::Lsub => self.lsub_told(&listed(answer)),
            Task::Statuses | Task::Status(_) => self.statuses_answered(answer),
            Task::CountDeleted(folder) => self.counted(&folder, Some(answer.count()), None),
            Task::CountUnread(folder) => self.counted(&folder, None, Some(answer.count())),
            Task::FirstScreen(folder) => self.first_screen_fetched(&folder, answer),
            Task::Census(folder) => self.census_found(&folder, answer),
            Task::Arrivals(folder) => self.arrivals_fetched(&folder, answer),
            Task::Changes(folder) => self.push(Task::Compare(folder)),
            Task::Compare(folder) => self.compared(&folder, answer),
            Task::Sync(folder) => self.settle(&folder),
            Task::Rows(folder, uids) => self.rows_fetched(&folder, &uids, answer),
            Task::Previews(folder, _) => self.previews_fetched(&folder, answer),
            Task::Message(ticket, key, _) => {
                let found = answer.fetches().find(|fetch| fetch.uid == Some(key.uid));
                let result = found.cloned().map(Box::new).ok_or(Failure::new(ErrorCode::NoSuchMessage, ""));
                self.outputs.push_back(Output::Fetched(ticket, result));
                self.settle(&key.folder);
            }
            Task::Step(operation, _) => self.step_done(operation, answer),
            Task::Search { view, folder, quick } => self.searched(view, &folder, quick, answer),
            Task::Recheck(view, folder, uids) => self.rechecked(view, &folder, &uids, answer),
            Task::Values(view, folder, uids) => self.values_fetched(view, &folder, &uids, answer),
        }
    }

    fn refused(&mut self, task: Task, refused: &Refused) {
        if let Task::List | Task::Namespace = task {
            return self.listing_refused(task);
        }
        if let Task::Census(folder) = &task
            && refused.bad
            && self.census_refused(folder)
        {
            return;
        }
        if let Some(folder) = task.folder().cloned() {
            self.settle(&folder);
        }
        self.failed(task, &Failure::from(refused));
    }

    /// A task cannot be done.
    pub(super) fn failed(&mut self, task: Task, failure: &Failure) {
        match task {
            Task::Message(ticket, ..) => {
                self.outputs.push_back(Output::Fetched(ticket, Err(failure.clone())));
            }
            Task::Step(operation, _) => self.operation_failed(operation, failure.clone()),
            Task::Rows(folder, _) => self.fail_view_requests(&folder, failure),
            Task::Search { view, folder, .. } => self.search_failed(view, &folder),
            Task::Statuses => self.count_all(),
            Task::FirstScreen(folder) | Task::Census(folder) | Task::Sync(folder) => {
                self.folder_failed(&folder, failure);
            }
            _ => {}
        }
    }

    /// A folder was selected, or could not be.
    pub(super) fn selected(&mut self, lane: Lane, folder: FolderId, mode: SelectMode, answer: &Answer) {
        if let Err(refused) = &answer.outcome {
            self.lane_mut(lane).selected = None;
            return self.select_refused(lane, &folder, refused);
        }
        self.lane_mut(lane).selected = Some(folder.clone());
        self.lane_mut(lane).fresh = true;
        match lane {
            Lane::Worker => self.folder_selected(&folder, mode, answer),
            Lane::Bulk => self.bulk_selected(&folder, answer),
        }
    }

    fn select_refused(&mut self, lane: Lane, folder: &FolderId, refused: &Refused) {
        let gone = !matches!(refused.code, Some(Code::Other(ref name, _)) if name == "UNAVAILABLE");
        let code = if gone { ErrorCode::NoSuchFolder } else { ErrorCode::ServerUnavailable };
        let failure = Failure::new(code, refused.text.clone());
        for queued in self.lane_mut(lane).queue.extract(|queued| queued.task.folder() == Some(folder)) {
            self.failed(queued.task, &failure);
        }
        if lane == Lane::Worker {
            self.folder_failed(folder, &failure);
        }
    }

    /// The connection broke while a task ran: it is done again, unless it may not be or breaks connections itself.
    pub(super) fn broke_under(&mut self, mut queued: Queued) {
        queued.breaks += 1;
        let repeatable = match &queued.task {
            Task::Step(operation, _) => self.may_repeat(*operation),
            _ => true,
        };
        if queued.breaks > MOST_BREAKS || !repeatable {
            let detail = "the connection broke before the mail server answered";
            return self.failed(queued.task, &Failure::new(ErrorCode::ServerBroken, detail));
        }
        let lane = if self.bulk_refused { Lane::Worker } else { queued.task.lane() };
        self.lane_mut(lane).queue.push_front(queued);
    }

    /// Runs everything on the worker: the server allows no second connection.
    pub(super) fn do_without_bulk(&mut self) {
        self.bulk_refused = true;
        for queued in self.bulk.queue.extract(|_| true) {
            self.worker.queue.push(queued);
        }
    }

    /// Fails what somebody has waited for too long while there is no connection.
    pub(super) fn give_up_reads(&mut self) {
        let now = self.now;
        let late = |queued: &Queued| {
            matches!(queued.task, Task::Message(..))
                && now.duration_since(queued.since) >= super::READ_PATIENCE
        };
        for queued in self.worker.queue.extract(late) {
            self.failed(queued.task, &Failure::new(ErrorCode::Offline, ""));
        }
        self.give_up_waiting_views();
        self.give_up_purge_requests();
        self.give_up_rows();
    }

    /// `UID SEARCH`, with a compact answer where the server has ESEARCH.
    pub(super) fn search(&self, key: SearchKey) -> Command {
        let returns = self.capabilities.has("ESEARCH").then(|| vec![SearchReturn::All]);
        Command::Search { returns, key }
    }

    fn count(&self, key: SearchKey) -> Command {
        let returns = self.capabilities.has("ESEARCH").then(|| vec![SearchReturn::Count]);
        Command::Search { returns, key }
    }

    /// What STATUS is asked for.
    pub(super) fn status_items(&self) -> Vec<StatusItem> {
        let mut items =
            vec![StatusItem::Messages, StatusItem::Unseen, StatusItem::UidNext, StatusItem::UidValidity];
        if self.capabilities.has("CONDSTORE") {
            items.push(StatusItem::HighestModSeq);
        }
        items
    }
}

pub(super) fn fetch(uids: &UidSet, items: Vec<FetchItem>) -> Command {
    Command::Fetch { uid: true, set: sequence(uids), items, changed_since: None }
}
