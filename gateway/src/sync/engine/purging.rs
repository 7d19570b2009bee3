//! Purging: exactly the messages that were counted, whatever other clients mark meanwhile.

use super::{Engine, planning::push_batch};
use crate::{
    browser::BrowserId,
    sync::{
        operation::{self, Action, Kind, Messages, Operation, Step},
        output::{Output, Remember},
        task::Task,
    },
};
use postern_shared::{
    error::{ErrorCode, Failure},
    flags::{Flag, Flags},
    ids::{FolderId, OpId, PlanId, RequestId, Uid, UidValidity},
    reply::{PurgePlan, PurgeSample, Reply},
    uid_set::UidSet,
};
use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

/// Messages shown in a counted purge.
const SAMPLES: usize = 3;

/// How long a counted purge waits for its confirmation.
const PLAN_LASTS: Duration = Duration::from_secs(600);

/// Counted purges kept.
const MOST_PLANS: usize = 16;

/// Counted purges, and those being counted.
#[derive(Debug, Default)]
pub(super) struct Plans {
    last: u32,
    counted: VecDeque<Counted>,
    waiting: Vec<Waiting>,
}

#[derive(Debug)]
struct Counted {
    id: PlanId,
    messages: Messages,
    since: Instant,
}

#[derive(Debug)]
struct Waiting {
    browser: BrowserId,
    id: RequestId,
    folder: FolderId,
    since: Instant,
}

impl Engine {
    pub(super) fn prepare_purge(&mut self, browser: BrowserId, id: RequestId, folder: FolderId) {
        if self.folders.get(&folder).is_none_or(|entry| !entry.folder.selectable) {
            let failure = Failure::new(ErrorCode::NoSuchFolder, folder.0);
            return self.outputs.push_back(Output::Reply(browser, id, Reply::Failed(failure)));
        }
        self.plans.waiting.push(Waiting { browser, id, folder: folder.clone(), since: self.now });
        self.want(&folder);
        // Marks made elsewhere a moment ago are to be counted too.
        self.push(Task::Sync(folder));
    }

    /// Answers counts of a folder that is known and up to date.
    pub(super) fn answer_purge_requests(&mut self, folder: &FolderId) {
        let sync = Task::Sync(folder.clone());
        if !self.is_complete(folder) || self.worker.queue.any(|task| *task == sync) {
            return;
        }
        let mine = |waiting: &Waiting| waiting.folder == *folder;
        let (ready, waiting): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.plans.waiting).into_iter().partition(mine);
        self.plans.waiting = waiting;
        for request in ready {
            if !self.samples_known(folder) {
                self.plans.waiting.push(request);
                continue;
            }
            let plan = self.count_purge(folder);
            self.outputs.push_back(Output::Reply(request.browser, request.id, Reply::PurgePlan(plan)));
        }
    }

    /// Fails counts nobody can make.
    pub(super) fn fail_purge_requests(&mut self, folder: &FolderId, failure: &Failure) {
        let mine = |waiting: &Waiting| waiting.folder == *folder;
        let (failed, waiting): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.plans.waiting).into_iter().partition(mine);
        self.plans.waiting = waiting;
        for request in failed {
            self.outputs.push_back(Output::Reply(
                request.browser,
                request.id,
                Reply::Failed(failure.clone()),
            ));
        }
    }

    /// Fails counts that waited too long without a connection.
    pub(super) fn give_up_purge_requests(&mut self) {
        let now = self.now;
        let late = |waiting: &Waiting| now.duration_since(waiting.since) >= super::READ_PATIENCE;
        let (late, waiting): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.plans.waiting).into_iter().partition(late);
        self.plans.waiting = waiting;
        for request in late {
            let failed = Reply::Failed(Failure::new(ErrorCode::Offline, ""));
            self.outputs.push_back(Output::Reply(request.browser, request.id, failed));
        }
    }

    pub(super) fn purge(&mut self, op: OpId, plan: PlanId) -> Result<(), Failure> {
        let now = self.now;
        self.plans.counted.retain(|counted| now.duration_since(counted.since) < PLAN_LASTS);
        let at = self.plans.counted.iter().position(|counted| counted.id == plan);
        let counted = at.and_then(|at| self.plans.counted.remove(at));
        let counted = counted.ok_or(Failure::new(ErrorCode::NoSuchPlan, ""))?;
        self.start(Operation::new(op, Kind::Purge, vec![counted.messages]))
    }

    /// Purges every struck message of a folder that was just left.
    pub(super) fn folder_left(&mut self, folder: &FolderId) {
        if self.settings.purge_on_leave && !self.is_looked_at(folder) {
            self.purge_unasked(folder);
        }
    }

    /// Purges the folders that are open, at sign-out.
    pub fn purge_open_folders(&mut self, now: Instant) {
        self.now = now;
        if self.settings.purge_on_sign_out {
            let folders: Vec<FolderId> = self.open.keys().cloned().collect();
            for folder in folders {
                self.purge_unasked(&folder);
            }
            self.dispatch();
        }
    }

    /// The steps of a purge. With UIDPLUS (RFC 4315 §2.1) the messages are named; without it they are the only ones
    /// left with `\Deleted` while a plain EXPUNGE runs (RFC 4549 §4.2.4).
    pub(super) fn plan_purge(&self, folder: &FolderId, uids: &UidSet, steps: &mut VecDeque<Step>) {
        if self.capabilities.has("UIDPLUS") {
            for batch in operation::batches(uids) {
                let expunge = Step::on(folder, batch.clone(), Action::Expunge);
                push_batch(steps, [expunge], batch.len());
            }
        } else if !uids.is_empty() {
            steps.push_back(Step::on(folder, UidSet::new(), Action::Hear));
            steps.push_back(Step::on(folder, uids.clone(), Action::GuardedExpunge).ending(uids.len()));
        }
    }

    /// Before an EXPUNGE that names nothing: takes `\Deleted` off every message that is not of the purge, and plans to
    /// put it back.
    pub(super) fn guard_expunge(&mut self, number: u64) {
        let Some(mut operation) = self.operations.remove(&number) else { return };
        if let Some(Step { action: Action::GuardedExpunge, folder: Some(folder), uids, .. }) =
            operation.step().cloned()
            && let Some(open) = self.open.get(&folder)
        {
            let strangers = open.shadow.with(Flag::Deleted).difference(&uids);
            let validity = open.validity;
            if !strangers.is_empty() {
                self.spare(&mut operation, &folder, &strangers);
                self.remember_put_back(&folder, validity, &operation);
            }
        }
        self.operations.insert(number, operation);
    }

    /// A purge that spared marks is over.
    pub(super) fn forget_put_back(&mut self, operation: &Operation) {
        if let (false, Some(messages)) = (operation.put_back.is_empty(), operation.targets.first()) {
            let validity = self.validity(&messages.folder);
            let none = Remember::PutBack(UidSet::new());
            self.outputs.push_back(Output::Remember(messages.folder.clone(), validity, none));
        }
    }

    /// A purge that spared marks failed: they are put back all the same; if that fails too, when the folder is next
    /// opened.
    pub(super) fn restore_put_back(&mut self, operation: &Operation) {
        let removes = matches!(operation.kind, Kind::Purge | Kind::Empty);
        if let (true, false, Some(messages)) =
            (removes, operation.put_back.is_empty(), operation.targets.first())
        {
            self.put_marks_back(
                messages.folder.clone(),
                self.validity(&messages.folder),
                operation.put_back.clone(),
            );
        }
    }

    /// Puts marks back that a guarded purge took off.
    pub(super) fn put_marks_back(&mut self, folder: FolderId, validity: UidValidity, uids: UidSet) {
        let targets = vec![Messages { folder, validity, uids: uids.clone() }];
        let change = postern_shared::flags::FlagChange::one(Flag::Deleted, true);
        let mut operation = Operation::new(self.own_operation_id(), Kind::Store(change), targets);
        operation.put_back = uids;
        // Refused only where far too many changes wait; then it is tried when the folder is opened again.
        let _ = self.start(operation);
        self.plan_operations();
    }

    fn spare(&self, operation: &mut Operation, folder: &FolderId, strangers: &UidSet) {
        operation.put_back = operation.put_back.union(strangers);
        let deleted = Flags::one(Flag::Deleted);
        let Some(steps) = operation.steps.as_mut() else { return };
        steps.push_front(Step::on(folder, UidSet::new(), Action::Hear));
        for set in operation::batches(strangers).into_iter().rev() {
            let take_off = Action::Store { add: false, flags: deleted.clone() };
            steps.push_front(Step::on(folder, set.clone(), take_off));
            steps.push_back(Step::on(folder, set, Action::Store { add: true, flags: deleted.clone() }));
        }
    }

    fn purge_unasked(&mut self, folder: &FolderId) {
        let Some(open) = self.open.get(folder) else { return };
        let uids = open.shadow.with(Flag::Deleted);
        if uids.is_empty() {
            return;
        }
        let targets = vec![Messages { folder: folder.clone(), validity: open.validity, uids }];
        let operation = Operation::new(self.own_operation_id(), Kind::Purge, targets);
        // Refused only where far too many changes wait: the marks stay, and nothing is lost.
        let _ = self.start(operation);
        self.plan_operations();
    }

    /// A name for a change no browser asked for. Browsers draw theirs at random from 64 bits.
    fn own_operation_id(&self) -> OpId {
        OpId(self.last_operation + 1)
    }

    fn is_looked_at(&self, folder: &FolderId) -> bool {
        self.views.values().any(|view| view.folders.contains(folder) && !view.viewers.is_empty())
    }

    fn samples_known(&mut self, folder: &FolderId) -> bool {
        let Some(open) = self.open.get(folder) else { return true };
        let samples = sample_uids(&open.shadow.with(Flag::Deleted));
        let lacking: UidSet =
            samples.into_iter().filter(|&uid| !self.summaries.contains(folder, uid)).collect();
        if lacking.is_empty() {
            return true;
        }
        self.push(Task::Rows(folder.clone(), lacking));
        false
    }

    fn count_purge(&mut self, folder: &FolderId) -> PurgePlan {
        let guarded = !self.capabilities.has("UIDPLUS");
        let (uids, marks, validity) = match self.open.get(folder) {
            Some(open) => (open.shadow.with(Flag::Deleted), open.marks.clone(), open.validity),
            None => Default::default(),
        };
        let sample = |uid| {
            let row = self.summaries.get(folder, uid)?;
            let from = row.from.first().cloned().unwrap_or_default();
            Some(PurgeSample { from, subject: row.subject.clone() })
        };
        let samples = sample_uids(&uids).into_iter().filter_map(sample).collect();
        self.plans.last += 1;
        let plan = PlanId(self.plans.last);
        let (count, foreign) = (uids.len() as u32, uids.difference(&marks).len() as u32);
        let messages = Messages { folder: folder.clone(), validity, uids };
        self.plans.counted.push_back(Counted { id: plan, messages, since: self.now });
        if self.plans.counted.len() > MOST_PLANS {
            self.plans.counted.pop_front();
        }
        PurgePlan { plan, folder: folder.clone(), count, foreign, samples, guarded }
    }
}

/// The newest messages of a purge.
fn sample_uids(uids: &UidSet) -> Vec<Uid> {
    uids.iter().rev().take(SAMPLES).collect()
}
