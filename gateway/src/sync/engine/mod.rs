//! The account's state machine. The shell calls a method for each thing that happens and then does what
//! [`Engine::poll`] returns. Nothing here waits, reads a clock or talks to anyone.

mod commands;
mod counting;
mod dispatch;
mod folders;
mod listing;
mod operations;
mod planning;
mod purging;
mod rows;
mod searching;
mod viewing;

use crate::{
    browser::BrowserId,
    imap::{
        capabilities::Capabilities,
        command::{FetchItem, SelectMode},
        response::{Code, FolderStatus, ListedFolder, Untagged},
    },
    sync::{
        answer::Answer,
        folder_list::FolderList,
        open_folder::OpenFolder,
        operation::{Operation, Undo},
        output::{Lane, Output, Ticket},
        summaries::Summaries,
        task::{Queue, Queued, Task},
        view::OpenView,
    },
};
use postern_shared::{
    account::DeletingSettings,
    command::AccountCommand,
    event::{Event, Notice},
    folder::Folder,
    ids::{FolderId, MessageKey, OpId, RequestId, UidValidity, ViewId},
    uid_set::UidSet,
};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque},
    time::{Duration, Instant},
};

/// How long somebody waits for something to read while there is no connection.
const READ_PATIENCE: Duration = Duration::from_secs(10);

/// How long a view is kept after the last browser left it.
const VIEW_LINGERS: Duration = Duration::from_secs(60);

/// What the watcher heard. It is a hint only: the worker looks itself.
#[derive(Clone, Debug, PartialEq)]
pub enum Hint {
    /// Something changed in the folder that is watched.
    Folder(FolderId),
    /// A folder's STATUS, perhaps another one than before.
    Status(FolderStatus),
    /// Folders came, went or changed their names.
    Folders,
    /// Anything may have changed.
    Anything,
}

/// What a connection does.
#[derive(Debug, Default)]
enum Activity {
    /// It is not there.
    #[default]
    Closed,
    /// It is being opened.
    Opening,
    /// It waits for a command.
    Free,
    /// It selects a folder.
    Selecting(FolderId, SelectMode),
    /// It hears what changed in its folder, so that a search finds what is there now.
    Refreshing,
    /// It works on a task.
    Working(Queued),
}

/// A connection and what waits for it.
#[derive(Debug, Default)]
struct LaneState {
    activity: Activity,
    queue: Queue,
    selected: Option<FolderId>,
    /// Nothing may have changed since the folder was selected or refreshed.
    fresh: bool,
    /// Since when it has had nothing to do, as far as that was noticed.
    idle_since: Option<Instant>,
}

/// The state of one account.
#[derive(Debug)]
pub struct Engine {
    now: Instant,
    capabilities: Capabilities,
    worker: LaneState,
    bulk: LaneState,
    online_since: Option<Instant>,
    /// The server lets us have no second connection.
    bulk_refused: bool,
    settings: DeletingSettings,
    folders: FolderList,
    listing: listing::Listing,
    statuses: HashMap<FolderId, FolderStatus>,
    open: HashMap<FolderId, OpenFolder>,
    /// Folders of which everything is to be known.
    wanted: HashSet<FolderId>,
    views: BTreeMap<ViewId, OpenView>,
    last_view: u32,
    waiting_views: Vec<viewing::WaitingView>,
    /// Changes of whole views that are not known in whole.
    postponed: Vec<(BrowserId, RequestId, AccountCommand)>,
    row_requests: Vec<rows::RowRequest>,
    summaries: Summaries,
    operations: BTreeMap<u64, Operation>,
    last_operation: u64,
    history: VecDeque<(OpId, Undo)>,
    plans: purging::Plans,
    alerts: BTreeSet<String>,
    outputs: VecDeque<Output>,
}

impl Engine {
    /// An account without a connection.
    pub fn new(settings: DeletingSettings, now: Instant) -> Self {
        Self {
            now,
            capabilities: Capabilities::default(),
            worker: LaneState::default(),
            bulk: LaneState::default(),
            online_since: None,
            bulk_refused: false,
            settings,
            folders: FolderList::default(),
            listing: listing::Listing::default(),
            statuses: HashMap::new(),
            open: HashMap::new(),
            wanted: HashSet::new(),
            views: BTreeMap::new(),
            last_view: 0,
            waiting_views: Vec::new(),
            postponed: Vec::new(),
            row_requests: Vec::new(),
            summaries: Summaries::default(),
            operations: BTreeMap::new(),
            last_operation: 0,
            history: VecDeque::new(),
            plans: purging::Plans::default(),
            alerts: BTreeSet::new(),
            outputs: VecDeque::new(),
        }
    }

    /// The next thing to do.
    pub fn poll(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// The account's choices for deleting.
    pub fn settings(&self) -> DeletingSettings {
        self.settings
    }

    /// The folders as they are known.
    pub fn folder_list(&self) -> Vec<Folder> {
        self.folders.folders()
    }

    /// Whether changes wait or are under way.
    pub fn is_busy(&self) -> bool {
        !self.operations.is_empty()
    }

    /// The server's name of a folder.
    pub fn raw_name(&self, folder: &FolderId) -> Option<crate::imap::command::MailboxName> {
        self.folders.get(folder).map(|entry| entry.raw.clone())
    }

    /// A connection is signed in.
    pub fn connected(&mut self, lane: Lane, capabilities: &Capabilities, now: Instant) {
        self.now = now;
        self.lane_mut(lane).activity = Activity::Free;
        if lane == Lane::Worker {
            self.capabilities = capabilities.clone();
            self.bulk_refused = false;
            self.online_since = Some(now);
            self.push(if capabilities.has("NAMESPACE") { Task::Namespace } else { Task::List });
            let viewed: Vec<FolderId> = self.viewed_folders().into_iter().collect();
            for folder in viewed {
                self.push(Task::Sync(folder));
            }
        }
        self.dispatch();
    }

    /// A connection broke or could not be opened. What ran on it is judged by what the folder holds afterwards.
    pub fn disconnected(&mut self, lane: Lane, now: Instant) {
        self.now = now;
        let state = self.lane_mut(lane);
        state.selected = None;
        match std::mem::take(&mut state.activity) {
            Activity::Working(queued) => self.broke_under(queued),
            Activity::Opening if lane == Lane::Bulk => self.do_without_bulk(),
            _ => {}
        }
        self.dispatch();
    }

    /// A command was answered.
    pub fn answered(&mut self, lane: Lane, answer: Answer, now: Instant) {
        self.now = now;
        self.hear_alerts(&answer);
        match std::mem::replace(&mut self.lane_mut(lane).activity, Activity::Free) {
            Activity::Selecting(folder, mode) => self.selected(lane, folder, mode, &answer),
            Activity::Refreshing => self.lane_mut(lane).fresh = true,
            Activity::Working(queued) => {
                self.lane_mut(lane).fresh = false;
                self.absorb(lane, &answer);
                self.complete(queued.task, &answer);
            }
            Activity::Closed | Activity::Opening | Activity::Free => {}
        }
        self.answer_rows();
        self.dispatch();
    }

    /// The watcher heard something.
    pub fn hinted(&mut self, hint: Hint, now: Instant) {
        self.now = now;
        match hint {
            Hint::Folder(folder) => self.look_at(&folder),
            Hint::Status(status) => self.status_told(&status),
            Hint::Folders => self.push(Task::List),
            Hint::Anything => self.refresh(),
        }
        self.dispatch();
    }

    /// Fetches items of a message for somebody who waits; answered by [`Output::Fetched`].
    pub fn fetch(&mut self, ticket: Ticket, key: MessageKey, items: Vec<FetchItem>, now: Instant) {
        self.now = now;
        self.push(Task::Message(ticket, key, items));
        self.dispatch();
    }

    /// What was remembered of a folder, as [`Output::Recall`] asked.
    pub fn remembered(
        &mut self,
        folder: &FolderId,
        validity: UidValidity,
        struck_here: UidSet,
        put_back: UidSet,
        now: Instant,
    ) {
        self.now = now;
        if let Some(open) = self.open.get_mut(folder).filter(|open| open.validity == validity) {
            open.marks = open.marks.union(&struck_here);
            if !put_back.is_empty() {
                self.put_marks_back(folder.clone(), validity, put_back);
            }
        }
        self.dispatch();
    }

    /// A browser went.
    pub fn detached(&mut self, browser: BrowserId, now: Instant) {
        self.now = now;
        self.row_requests.retain(|request| request.browser != browser);
        let views: Vec<ViewId> =
            self.views.values().filter(|view| view.viewers.contains(&browser)).map(|view| view.id).collect();
        for view in views {
            self.leave_view(browser, view);
        }
        self.dispatch();
    }

    /// Time passed: gives up what nobody waits for any longer. Call it about once a second.
    pub fn tick(&mut self, now: Instant) {
        self.now = now;
        self.drop_left_views();
        self.rest_bulk();
        self.keep_worker();
        if !self.is_online() {
            self.give_up_reads();
        }
        self.dispatch();
    }

    /// Whether the worker is signed in.
    pub fn is_online(&self) -> bool {
        !matches!(self.worker.activity, Activity::Closed | Activity::Opening)
    }

    fn emit(&mut self, cause: Option<OpId>, event: Event) {
        self.outputs.push_back(Output::Event(cause, event));
    }

    fn lane_mut(&mut self, lane: Lane) -> &mut LaneState {
        match lane {
            Lane::Worker => &mut self.worker,
            Lane::Bulk => &mut self.bulk,
        }
    }

    /// `ALERT` texts have to be shown (RFC 9051 §7.1), each once.
    fn hear_alerts(&mut self, answer: &Answer) {
        for response in &answer.untagged {
            if let Untagged::Status(status) = response
                && status.code == Some(Code::Alert)
                && self.alerts.len() < 50
                && self.alerts.insert(status.text.clone())
            {
                self.emit(None, Event::Notice(Notice::Alert(status.text.clone())));
            }
        }
    }

    /// Looks at a folder that may have changed: into it, if somebody is interested, else at its counts.
    fn look_at(&mut self, folder: &FolderId) {
        if self.wanted.contains(folder) {
            self.push(Task::Sync(folder.clone()));
        } else {
            self.push(Task::Status(folder.clone()));
        }
        self.search_again(folder);
    }
}

/// LIST's answers.
fn listed(answer: &Answer) -> Vec<ListedFolder> {
    let of = |response: &Untagged| match response {
        Untagged::List(folder) => Some(folder.clone()),
        _ => None,
    };
    answer.untagged.iter().filter_map(of).collect()
}

#[cfg(test)]
mod tests;
