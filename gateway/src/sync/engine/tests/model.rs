//! A model of an IMAP server: what it holds, and what each session of it was told.

use crate::{
    imap::{
        capabilities::Capabilities,
        command::{Command, MailboxName, SearchKey, SelectMode, SequenceSet, StatusItem},
        response::{Code, Esearch, Fetch, FolderStatus, ListedFolder, StatusKind, StatusResponse, Untagged},
    },
    sync::{
        answer::{Answer, Refused},
        output::Lane,
    },
};
use postern_shared::{
    flags::{Flag, FlagChange, Flags},
    ids::Uid,
    uid_set::UidSet,
};
use std::collections::{BTreeMap, HashMap};

#[derive(Clone, Debug)]
pub struct Message {
    pub uid: u32,
    pub flags: Flags,
    pub modseq: u64,
}

#[derive(Clone, Debug)]
pub struct Mailbox {
    pub validity: u32,
    pub messages: Vec<Message>,
    uid_next: u32,
    modseq: u64,
    expunged: Vec<(u32, u64)>,
}

/// What one connection was told of the folder it has selected.
#[derive(Clone, Debug)]
struct Session {
    name: String,
    known: Vec<u32>,
    flags: HashMap<u32, Flags>,
}

#[derive(Debug)]
pub struct Server {
    pub mailboxes: BTreeMap<String, Mailbox>,
    pub capabilities: Capabilities,
    sessions: HashMap<Lane, Session>,
}

impl Mailbox {
    fn new(validity: u32) -> Self {
        Self { validity, messages: Vec::new(), uid_next: 1, modseq: 1, expunged: Vec::new() }
    }

    pub fn append(&mut self, flags: Flags) -> u32 {
        self.modseq += 1;
        let uid = self.uid_next;
        self.uid_next += 1;
        self.messages.push(Message { uid, flags, modseq: self.modseq });
        uid
    }

    pub fn store(&mut self, uid: u32, change: &FlagChange) {
        self.modseq += 1;
        let modseq = self.modseq;
        if let Some(message) = self.messages.iter_mut().find(|message| message.uid == uid) {
            let before = message.flags.clone();
            change.apply(&mut message.flags);
            if message.flags != before {
                message.modseq = modseq;
            }
        }
    }

    pub fn expunge(&mut self, gone: impl Fn(&Message) -> bool) {
        self.modseq += 1;
        let modseq = self.modseq;
        let (out, kept): (Vec<_>, Vec<_>) = std::mem::take(&mut self.messages).into_iter().partition(gone);
        self.expunged.extend(out.iter().map(|message| (message.uid, modseq)));
        self.messages = kept;
    }

    fn get(&self, uid: u32) -> Option<&Message> {
        self.messages.iter().find(|message| message.uid == uid)
    }

    fn matching(&self, key: &SearchKey, uid: u32) -> bool {
        let Some(message) = self.get(uid) else { return false };
        match key {
            SearchKey::All => true,
            SearchKey::And(keys) => keys.iter().all(|key| self.matching(key, uid)),
            SearchKey::Or(a, b) => self.matching(a, uid) || self.matching(b, uid),
            SearchKey::Not(key) => !self.matching(key, uid),
            SearchKey::Has(flags) => {
                flags.imap_names().all(|name| message.flags.imap_names().any(|has| has == name))
            }
            SearchKey::Uid(set) => members(set, u32::MAX).contains(Uid(uid)),
            _ => false,
        }
    }
}

impl Server {
    pub fn new(capabilities: &[&str]) -> Self {
        let mut told = Capabilities::new(capabilities.iter().map(|name| (*name).to_owned()));
        let enabled = ["QRESYNC", "CONDSTORE"].into_iter().filter(|name| capabilities.contains(name));
        told.enable(enabled.map(str::to_owned).collect::<Vec<_>>());
        let mailboxes = ["INBOX", "Work"].map(|name| (name.to_owned(), Mailbox::new(7)));
        Self { mailboxes: mailboxes.into(), capabilities: told, sessions: HashMap::new() }
    }

    pub fn disconnect(&mut self, lane: Lane) {
        self.sessions.remove(&lane);
    }

    /// The folder is another one now: same name, other messages.
    pub fn renew(&mut self, name: &str) {
        let validity = self.mailboxes[name].validity + 1;
        self.mailboxes.insert(name.to_owned(), Mailbox::new(validity));
        // Real servers break the sessions that had it selected.
        self.sessions.retain(|_, session| session.name != name);
    }

    pub fn has_session(&self, lane: Lane) -> bool {
        self.sessions.contains_key(&lane)
    }

    pub fn answer(&mut self, lane: Lane, command: &Command) -> Answer {
        let mut told = Vec::new();
        let outcome = self.run(lane, command, &mut told);
        let by_sequence = matches!(command, Command::Fetch { uid: false, .. });
        if !by_sequence && !matches!(command, Command::Select(..) | Command::Examine(_)) {
            self.catch_up(lane, &mut told);
        }
        Answer { untagged: told, outcome }
    }

    fn run(
        &mut self,
        lane: Lane,
        command: &Command,
        told: &mut Vec<Untagged>,
    ) -> Result<Option<Code>, Refused> {
        match command {
            Command::Select(raw, mode) => return self.select(lane, raw, *mode, told),
            Command::Examine(raw) => return self.select(lane, raw, SelectMode::Plain, told),
            Command::List { .. } => told.extend(self.mailboxes.keys().map(|name| {
                Untagged::List(ListedFolder {
                    name: name.clone().into_bytes(),
                    delimiter: Some('/'),
                    attributes: vec![],
                })
            })),
            Command::Status(raw, items) => told.push(self.status(raw, items)),
            Command::Fetch { uid, set, changed_since, .. } => {
                let Some(session) = self.sessions.get(&lane) else { return Err(bad()) };
                let mailbox = &self.mailboxes[&session.name];
                let last =
                    if *uid { session.known.last().copied() } else { Some(session.known.len() as u32) };
                let wanted = members(set, last.unwrap_or(0));
                for (index, &known) in session.known.iter().enumerate() {
                    let number = if *uid { known } else { index as u32 + 1 };
                    let Some(message) = mailbox.get(known).filter(|_| wanted.contains(Uid(number))) else {
                        continue;
                    };
                    if changed_since.is_none_or(|since| message.modseq > since.modseq) {
                        told.push(fetch(index, message, true));
                    }
                }
            }
            Command::Search { returns, key } => {
                let Some(session) = self.sessions.get(&lane) else { return Err(bad()) };
                let mailbox = &self.mailboxes[&session.name];
                let found = session.known.iter().copied().filter(|&uid| mailbox.matching(key, uid));
                told.push(if returns.is_some() {
                    let found: UidSet = found.map(Uid).collect();
                    let count = Some(found.len() as u32);
                    Untagged::Esearch(Esearch {
                        uid: true,
                        all: found.ranges().to_vec(),
                        count,
                        ..Default::default()
                    })
                } else {
                    Untagged::Search { numbers: found.collect(), modseq: None }
                });
            }
            Command::Store { set, add, flags } => {
                let change = if *add {
                    FlagChange { add: flags.clone(), remove: Flags::new() }
                } else {
                    FlagChange { add: Flags::new(), remove: flags.clone() }
                };
                for uid in self.selected(lane, set)? {
                    self.mailbox(lane).store(uid, &change);
                }
            }
            Command::UidExpunge(set) => {
                let set = members(set, u32::MAX);
                self.mailbox(lane)
                    .expunge(|message| message.flags.has(Flag::Deleted) && set.contains(Uid(message.uid)));
            }
            Command::Expunge => self.mailbox(lane).expunge(|message| message.flags.has(Flag::Deleted)),
            Command::Move(set, to) | Command::Copy(set, to) => {
                let uids = self.selected(lane, set)?;
                let moved: Vec<Message> =
                    uids.iter().filter_map(|&uid| self.mailbox(lane).get(uid).cloned()).collect();
                let name = String::from_utf8(to.0.clone()).unwrap();
                let target = self.mailboxes.get_mut(&name).unwrap();
                let pairs: Vec<(u32, u32)> =
                    moved.iter().map(|message| (message.uid, target.append(message.flags.clone()))).collect();
                let code = Code::CopyUid(
                    target.validity,
                    pairs.iter().map(|pair| (pair.0, pair.0)).collect(),
                    pairs.iter().map(|pair| (pair.1, pair.1)).collect(),
                );
                if matches!(command, Command::Copy(..)) {
                    return Ok(Some(code));
                }
                told.push(status_code(code));
                self.mailbox(lane).expunge(|message| uids.contains(&message.uid));
            }
            _ => {}
        }
        Ok(None)
    }

    fn select(
        &mut self,
        lane: Lane,
        raw: &MailboxName,
        mode: SelectMode,
        told: &mut Vec<Untagged>,
    ) -> Result<Option<Code>, Refused> {
        let name = String::from_utf8(raw.0.clone()).unwrap();
        let mailbox = &self.mailboxes[&name];
        told.push(Untagged::Flags(Flags::one(Flag::Seen)));
        told.push(Untagged::Exists(mailbox.messages.len() as u32));
        told.push(status_code(Code::UidValidity(mailbox.validity)));
        if mode != SelectMode::Plain {
            told.push(status_code(Code::HighestModSeq(mailbox.modseq)));
        }
        if let SelectMode::QResync { validity, modseq } = mode
            && validity == mailbox.validity
        {
            let gone = mailbox.expunged.iter().filter(|(_, at)| *at > modseq);
            let uids = gone.map(|(uid, _)| Uid(*uid)).collect();
            told.push(Untagged::Vanished { earlier: true, uids });
            let changed = mailbox.messages.iter().enumerate().filter(|(_, message)| message.modseq > modseq);
            told.extend(changed.map(|(index, message)| fetch(index, message, true)));
        }
        let known = mailbox.messages.iter().map(|message| message.uid).collect();
        let flags = mailbox.messages.iter().map(|message| (message.uid, message.flags.clone())).collect();
        self.sessions.insert(lane, Session { name, known, flags });
        Ok(Some(Code::ReadWrite))
    }

    /// Tells a session what changed since it was told last.
    fn catch_up(&mut self, lane: Lane, told: &mut Vec<Untagged>) {
        let qresync = self.capabilities.enabled("QRESYNC");
        let Some(session) = self.sessions.get_mut(&lane) else { return };
        let mailbox = &self.mailboxes[&session.name];
        let gone: Vec<u32> =
            session.known.iter().copied().filter(|&uid| mailbox.get(uid).is_none()).collect();
        if qresync && !gone.is_empty() {
            session.known.retain(|uid| !gone.contains(uid));
            told.push(Untagged::Vanished { earlier: false, uids: gone.into_iter().map(Uid).collect() });
        } else {
            for uid in gone {
                let index = session.known.iter().position(|&known| known == uid).unwrap();
                session.known.remove(index);
                told.push(Untagged::Expunge(index as u32 + 1));
            }
        }
        let known = session.known.len();
        session.known.extend(mailbox.messages.iter().map(|message| message.uid).skip(known));
        if session.known.len() > known {
            told.push(Untagged::Exists(session.known.len() as u32));
        }
        for (index, uid) in session.known.iter().enumerate() {
            let message = mailbox.get(*uid).unwrap();
            if session.flags.insert(*uid, message.flags.clone()).is_some_and(|before| before != message.flags)
            {
                told.push(fetch(index, message, qresync));
            }
        }
    }

    fn selected(&self, lane: Lane, set: &SequenceSet) -> Result<Vec<u32>, Refused> {
        let session = self.sessions.get(&lane).ok_or_else(bad)?;
        let wanted = members(set, session.known.last().copied().unwrap_or(0));
        Ok(session.known.iter().copied().filter(|&uid| wanted.contains(Uid(uid))).collect())
    }

    fn mailbox(&mut self, lane: Lane) -> &mut Mailbox {
        let name = &self.sessions[&lane].name;
        self.mailboxes.get_mut(name).unwrap()
    }

    pub fn status(&self, raw: &MailboxName, _: &[StatusItem]) -> Untagged {
        let mailbox = &self.mailboxes[std::str::from_utf8(&raw.0).unwrap()];
        let unseen = mailbox.messages.iter().filter(|message| !message.flags.has(Flag::Seen)).count();
        Untagged::FolderStatus(FolderStatus {
            name: raw.0.clone(),
            messages: Some(mailbox.messages.len() as u32),
            unseen: Some(unseen as u32),
            uid_validity: Some(mailbox.validity),
            highest_modseq: Some(mailbox.modseq),
            ..Default::default()
        })
    }
}

fn fetch(index: usize, message: &Message, with_uid: bool) -> Untagged {
    Untagged::Fetch(Box::new(Fetch {
        seq: index as u32 + 1,
        uid: with_uid.then_some(Uid(message.uid)),
        flags: Some(message.flags.clone()),
        internal_date: with_uid.then_some(0),
        ..Default::default()
    }))
}

fn status_code(code: Code) -> Untagged {
    Untagged::Status(StatusResponse { kind: StatusKind::Ok, code: Some(code), text: String::new() })
}

fn bad() -> Refused {
    Refused { bad: true, code: None, text: "no folder is selected".to_owned() }
}

/// The members of a `sequence-set`; `last` is what `*` stands for.
fn members(set: &SequenceSet, last: u32) -> UidSet {
    let number = |text: &str| if text == "*" { last } else { text.parse().unwrap() };
    UidSet::from_ranges(set.0.split(',').map(|range| match range.split_once(':') {
        Some((a, b)) => (number(a), number(b)),
        None => (number(range), number(range)),
    }))
}
