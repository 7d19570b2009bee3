//! Whatever happens in whatever order, browsers end up with what the server holds.

use super::{
    looker::{BROWSER, Looker},
    model::Server,
};
use crate::{
    imap::command::Command,
    sync::{
        engine::{Engine, Hint},
        output::{Lane, Output},
    },
};
use postern_shared::{
    command::{AccountCommand, FolderMessages, Target},
    flags::{Flag, FlagChange, Flags},
    folder::Counts,
    ids::{OpId, RequestId, Uid, ViewId},
    reply::Reply,
    uid_set::UidSet,
    view::{Scope, Sort, SortKey, ViewSpec},
};
use proptest::prelude::*;
use std::{
    collections::{BTreeSet, HashMap, VecDeque},
    time::{Duration, Instant},
};

const FOLDERS: [&str; 2] = ["INBOX", "Work"];

/// Something that happens.
#[derive(Clone, Debug)]
enum Act {
    /// Another client appends a message.
    Append(usize, bool),
    /// Another client changes a flag of one message.
    Store(usize, usize, Flag, bool),
    /// Another client expunges a message.
    Expunge(usize, usize),
    /// The folder is made anew by somebody.
    Renew(usize),
    /// The watcher hears of a folder.
    Hint(usize),
    /// The server answers the oldest command of a connection.
    Answer(bool),
    /// A connection breaks.
    Break(bool),
    /// The browser opens a view.
    Open(usize, usize),
    /// The browser scrolls somewhere.
    Scroll(usize, u32),
    /// The browser strikes or unstrikes some messages of a list.
    Strike(usize, usize, usize, bool),
    /// The browser moves some messages of a list.
    Move(usize, usize, usize),
    /// The browser counts a purge, and confirms the one counted last.
    Purge(usize),
    /// The browser undoes its last change.
    Undo,
}

fn act() -> impl Strategy<Value = Act> {
    let flag = prop_oneof![Just(Flag::Seen), Just(Flag::Flagged), Just(Flag::Deleted)];
    prop_oneof![
        4 => (0..2usize, any::<bool>()).prop_map(|(folder, seen)| Act::Append(folder, seen)),
        3 => (0..2usize, 0..40usize, flag, any::<bool>()).prop_map(|(f, n, flag, on)| Act::Store(f, n, flag, on)),
        3 => (0..2usize, 0..40usize).prop_map(|(folder, nth)| Act::Expunge(folder, nth)),
        1 => (0..2usize).prop_map(Act::Renew),
        3 => (0..2usize).prop_map(Act::Hint),
        20 => any::<bool>().prop_map(Act::Answer),
        1 => any::<bool>().prop_map(Act::Break),
        3 => (0..2usize, 0..5usize).prop_map(|(folder, spec)| Act::Open(folder, spec)),
        3 => (0..9usize, 0..70u32).prop_map(|(view, start)| Act::Scroll(view, start)),
        3 => (0..9usize, 0..40usize, 1..6usize, any::<bool>()).prop_map(|(v, n, c, on)| Act::Strike(v, n, c, on)),
        1 => (0..9usize, 0..40usize, 1..4usize).prop_map(|(view, nth, count)| Act::Move(view, nth, count)),
        1 => (0..2usize).prop_map(Act::Purge),
        1 => Just(Act::Undo),
    ]
}

fn spec(folder: usize, which: usize) -> ViewSpec {
    let sort = Sort { key: SortKey::Arrival, descending: which != 1 };
    let query = if which >= 3 { "is:flagged" } else { "" };
    let scope = if which == 4 { Scope::Everywhere } else { Scope::Folder(FOLDERS[folder].into()) };
    ViewSpec { scope, query: query.to_owned(), sort, hide_deleted: which == 2 }
}

/// The core, the server, and one browser between which things happen.
struct World {
    engine: Engine,
    server: Server,
    looker: Looker,
    commands: HashMap<bool, VecDeque<Command>>,
    closed: BTreeSet<bool>,
    opened: HashMap<ViewId, ViewSpec>,
    asked: HashMap<RequestId, ViewSpec>,
    requests: u32,
    ops: u64,
    now: Instant,
    last: Vec<(bool, Command, bool)>,
}

fn lane(bulk: bool) -> Lane {
    if bulk { Lane::Bulk } else { Lane::Worker }
}

impl World {
    fn new(capabilities: &[&str], messages: usize) -> Self {
        let now = Instant::now();
        let mut server = Server::new(capabilities);
        for number in 0..messages {
            let flags = if number % 3 == 0 { Flags::one(Flag::Seen) } else { Flags::new() };
            server.mailboxes.get_mut("INBOX").unwrap().append(flags);
        }
        let mut engine = Engine::new(Default::default(), now);
        engine.connected(Lane::Worker, &server.capabilities, now);
        Self {
            engine,
            server,
            looker: Looker::default(),
            commands: HashMap::new(),
            closed: BTreeSet::new(),
            opened: HashMap::new(),
            asked: HashMap::new(),
            requests: 0,
            ops: 1 << 40,
            now,
            last: Vec::new(),
        }
    }

    fn pump(&mut self) {
        while let Some(output) = self.engine.poll() {
            match output {
                Output::Run(lane, command) => {
                    self.commands.entry(lane == Lane::Bulk).or_default().push_back(command);
                }
                Output::Connect(lane) => {
                    self.closed.insert(lane == Lane::Bulk);
                }
                Output::Recall(folder, validity) => {
                    self.engine.remembered(&folder, validity, UidSet::new(), UidSet::new(), self.now);
                }
                other => {
                    if let Output::Reply(_, id, Reply::ViewOpened { view, .. }) = &other {
                        self.opened.insert(view.id, self.asked[id].clone());
                    }
                    self.looker.take(other);
                }
            }
        }
    }

    fn ask(&mut self, command: AccountCommand) {
        self.requests += 1;
        let id = RequestId(self.requests);
        if let AccountCommand::OpenView { spec } = &command {
            self.asked.insert(id, spec.clone());
        }
        self.engine.command(BROWSER, id, command, self.now);
    }

    fn op(&mut self) -> OpId {
        self.ops += 1;
        OpId(self.ops)
    }

    /// Answers one command; connects what waits to be connected.
    fn answer(&mut self, bulk: bool) -> bool {
        let Some(command) = self.commands.entry(bulk).or_default().pop_front() else {
            if self.closed.remove(&bulk) {
                self.engine.connected(lane(bulk), &self.server.capabilities, self.now);
                return true;
            }
            return false;
        };
        let answer = self.server.answer(lane(bulk), &command);
        self.last.push((bulk, command, answer.outcome.is_ok()));
        self.engine.answered(lane(bulk), answer, self.now);
        true
    }

    fn disconnect(&mut self, bulk: bool) {
        self.server.disconnect(lane(bulk));
        self.commands.remove(&bulk);
        if !self.closed.contains(&bulk) {
            self.engine.disconnected(lane(bulk), self.now);
            if !bulk {
                self.closed.insert(bulk);
            }
        }
    }

    fn some_rows(&self, view: usize, nth: usize, count: usize) -> Option<FolderMessages> {
        let mut views: Vec<_> = self.looker.lists.iter().collect();
        views.sort_by_key(|(id, _)| **id);
        let (_, (_, rows)) = views.get(view % views.len().max(1))?;
        let known: Vec<_> = rows.iter().flatten().collect();
        let chosen: Vec<_> = known.iter().skip(nth % known.len().max(1)).take(count).collect();
        let first = chosen.first()?;
        let uids = chosen.iter().map(|row| Uid(row.uid)).collect();
        Some(FolderMessages { folder: first.folder.clone(), validity: first.validity, uids })
    }

    fn happen(&mut self, act: Act) {
        match act {
            Act::Append(folder, seen) => {
                let flags = if seen { Flags::one(Flag::Seen) } else { Flags::new() };
                self.server.mailboxes.get_mut(FOLDERS[folder]).unwrap().append(flags);
            }
            Act::Store(folder, nth, flag, on) => {
                let mailbox = self.server.mailboxes.get_mut(FOLDERS[folder]).unwrap();
                if let Some(uid) = mailbox.messages.get(nth).map(|message| message.uid) {
                    mailbox.store(uid, &FlagChange::one(flag, on));
                }
            }
            Act::Expunge(folder, nth) => {
                let mailbox = self.server.mailboxes.get_mut(FOLDERS[folder]).unwrap();
                if let Some(uid) = mailbox.messages.get(nth).map(|message| message.uid) {
                    mailbox.expunge(|message| message.uid == uid);
                }
            }
            Act::Renew(folder) => {
                let had: Vec<bool> =
                    [false, true].into_iter().filter(|&bulk| self.server.has_session(lane(bulk))).collect();
                self.server.renew(FOLDERS[folder]);
                for bulk in had {
                    if !self.server.has_session(lane(bulk)) {
                        self.disconnect(bulk);
                    }
                }
            }
            Act::Hint(folder) => self.engine.hinted(Hint::Folder(FOLDERS[folder].into()), self.now),
            Act::Answer(bulk) => drop(self.answer(bulk)),
            Act::Break(bulk) => self.disconnect(bulk),
            Act::Open(folder, which) => self.ask(AccountCommand::OpenView { spec: spec(folder, which) }),
            Act::Scroll(view, start) => {
                let view = ViewId(view as u32);
                self.ask(AccountCommand::FetchRows { view, start, count: 5 });
            }
            Act::Strike(view, nth, count, on) => {
                if let Some(messages) = self.some_rows(view, nth, count) {
                    let (op, target) = (self.op(), Target::Messages(vec![messages]));
                    self.ask(if on {
                        AccountCommand::Delete { op, target, mark: false }
                    } else {
                        AccountCommand::Undelete { op, target }
                    });
                }
            }
            Act::Move(view, nth, count) => {
                if let Some(messages) = self.some_rows(view, nth, count) {
                    let to = if messages.folder.as_str() == "INBOX" { "Work" } else { "INBOX" };
                    let (op, target) = (self.op(), Target::Messages(vec![messages]));
                    self.ask(AccountCommand::Move { op, target, to: to.into() });
                }
            }
            Act::Purge(folder) => {
                let counted = self.looker.replies.iter().rev().find_map(|(_, reply)| match reply {
                    Reply::PurgePlan(plan) => Some(plan.plan),
                    _ => None,
                });
                if let Some(plan) = counted {
                    let op = self.op();
                    self.ask(AccountCommand::Purge { op, plan });
                }
                self.ask(AccountCommand::PreparePurge { folder: FOLDERS[folder].into() });
            }
            Act::Undo => {
                let undo = OpId(self.ops);
                let op = self.op();
                self.ask(AccountCommand::Undo { op, undo });
            }
        }
        self.pump();
    }

    fn settle(&mut self) {
        for _ in 0..2 {
            self.now += Duration::from_secs(1);
            self.engine.tick(self.now);
            self.engine.hinted(Hint::Anything, self.now);
            for folder in FOLDERS {
                self.engine.hinted(Hint::Folder(folder.into()), self.now);
            }
            let mut steps = 0;
            loop {
                self.pump();
                let went_on = [false, true].into_iter().any(|bulk| self.answer(bulk));
                if !went_on {
                    break;
                }
                steps += 1;
                assert!(
                    steps < 5_000,
                    "the core never comes to rest; last {:?}",
                    self.last.iter().rev().take(12).collect::<Vec<_>>()
                );
            }
        }
        for (id, view) in
            self.looker.lists.iter().map(|(id, (_, rows))| (*id, rows.len())).collect::<Vec<_>>()
        {
            for start in (0..view).step_by(200) {
                self.ask(AccountCommand::FetchRows { view: id, start: start as u32, count: 200 });
            }
        }
        while {
            self.pump();
            [false, true].into_iter().any(|bulk| self.answer(bulk))
        } {}
    }

    /// What a search everywhere for flagged messages has to show by now.
    fn flagged(&self) -> BTreeSet<(&str, u32)> {
        let wanted = |flags: &Flags| flags.has(Flag::Flagged) && !flags.has(Flag::Deleted);
        let of = |(name, mailbox): (&'static str, &super::model::Mailbox)| -> Vec<(&str, u32)> {
            let found = mailbox.messages.iter().filter(|message| wanted(&message.flags));
            found.map(|message| (name, message.uid)).collect()
        };
        FOLDERS.iter().flat_map(|name| of((name, &self.server.mailboxes[*name]))).collect()
    }

    /// What a view has to show by now.
    fn expected(&self, spec: &ViewSpec) -> Vec<(u32, Flags)> {
        let Scope::Folder(folder) = &spec.scope else { return Vec::new() };
        let messages = &self.server.mailboxes[folder.as_str()].messages;
        let mut shown: Vec<_> = messages
            .iter()
            .filter(|message| !(spec.hide_deleted && message.flags.has(Flag::Deleted)))
            .filter(|message| {
                spec.query.is_empty() || message.flags.has(Flag::Flagged) && !message.flags.has(Flag::Deleted)
            })
            .map(|message| (message.uid, message.flags.clone()))
            .collect();
        if spec.sort.descending {
            shown.reverse();
        }
        shown
    }

    fn check(&self) -> Result<(), TestCaseError> {
        for (id, (_, rows)) in &self.looker.lists {
            let spec = &self.opened[id];
            if spec.scope == Scope::Everywhere {
                let shown: BTreeSet<(&str, u32)> =
                    rows.iter().flatten().map(|row| (row.folder.as_str(), row.uid)).collect();
                prop_assert_eq!((shown, rows.len()), (self.flagged(), self.flagged().len()));
                continue;
            }
            let shown: Option<Vec<_>> =
                rows.iter().map(|row| row.as_ref().map(|row| (row.uid, row.flags.clone()))).collect();
            prop_assert_eq!(shown, Some(self.expected(spec)), "{:?}", spec);
            let Scope::Folder(folder) = &spec.scope else { continue };
            let mailbox = &self.server.mailboxes[folder.as_str()];
            let count = |wanted: &dyn Fn(&Flags) -> bool| {
                mailbox.messages.iter().filter(|message| wanted(&message.flags)).count() as u32
            };
            let counts = Counts {
                total: mailbox.messages.len() as u32,
                unread: count(&|flags| !flags.has(Flag::Seen) && !flags.has(Flag::Deleted)),
                deleted: count(&|flags| flags.has(Flag::Deleted)),
            };
            prop_assert_eq!(self.looker.counts.get(folder), Some(&counts));
        }
        prop_assert!(!self.engine.is_busy(), "changes wait for ever");
        let answered: BTreeSet<RequestId> = self.looker.replies.iter().map(|(id, _)| *id).collect();
        prop_assert_eq!(answered.len(), self.looker.replies.len(), "answered twice");
        prop_assert_eq!(answered.len() as u32, self.requests, "a request was never answered");
        Ok(())
    }
}

/// Servers from rich to poor.
const SERVERS: [&[&str]; 5] = [
    &["QRESYNC", "CONDSTORE", "ESEARCH", "UIDPLUS", "MOVE"],
    &["CONDSTORE", "ESEARCH", "UIDPLUS", "MOVE"],
    &["ESEARCH", "UIDPLUS"],
    &["UIDPLUS"],
    &[],
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 250, ..ProptestConfig::default() })]
    #[test]
    fn browsers_end_up_with_what_the_server_holds(
        server in 0..SERVERS.len(),
        messages in prop_oneof![Just(0usize), 1..20usize, 45..70usize],
        acts in proptest::collection::vec(act(), 1..120),
    ) {
        let mut world = World::new(SERVERS[server], messages);
        world.ask(AccountCommand::OpenView { spec: spec(0, 0) });
        world.pump();
        for act in acts {
            world.happen(act);
        }
        world.settle();
        world.check()?;
    }
}
