//! A folder that was selected: what is known of it, and how the server's answers change that.

use crate::{
    imap::{
        capabilities::Capabilities,
        command::{MailboxName, SelectMode},
        response::{Code, Fetch, Untagged},
    },
    sync::{answer::Answer, census::Census, delta::Delta, shadow::Shadow},
};
use postern_shared::{
    flags::{FlagChange, Flags},
    ids::{FolderId, Uid, UidValidity},
    uid_set::UidSet,
};
use std::{cmp::Ordering, collections::BTreeMap};

/// Censuses taken before one that does not agree with the folder's length is taken at its word.
const MOST_CENSUSES: u32 = 5;

/// Messages a folder can have before its server is not believed.
const MOST_MESSAGES: u64 = 20_000_000;

/// How much of a folder is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// How many messages it holds.
    Selected,
    /// Its newest messages too: enough for the first screen.
    Tail,
    /// Every UID and every flag.
    Complete,
}

/// What it takes to know a folder again after it was selected anew (mail-sync ladder, RFC 7162 §3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resync {
    /// Nothing: it is as it was, or the answer told all changes (QRESYNC).
    Nothing,
    /// Fetch what is new at the end.
    Arrivals,
    /// Fetch changed flags (CONDSTORE), then compare the UIDs.
    Changes,
    /// Everything.
    Census,
}

/// A folder of which the server told the UIDVALIDITY.
#[derive(Debug)]
pub struct OpenFolder {
    /// Its identity.
    pub id: FolderId,
    /// Its name on the server.
    pub raw: MailboxName,
    /// Its UIDVALIDITY.
    pub validity: UidValidity,
    /// How much is known.
    pub stage: Stage,
    /// Messages in the server's view of it.
    pub exists: u32,
    /// Its messages, or in [`Stage::Tail`] the newest of them.
    pub shadow: Shadow,
    /// Changes not told yet.
    pub delta: Delta,
    /// A census that runs.
    pub census: Option<Census>,
    /// Messages struck in Postern.
    pub marks: UidSet,
    modseq: Option<u64>,
    known_flags: Flags,
    /// The shadow's messages are the server's with sequence numbers 1 and up.
    in_step: bool,
    /// While it was not so, the server told something by sequence number that could not be placed.
    missed: bool,
    censuses: u32,
}

impl OpenFolder {
    /// The folder as SELECT's answer tells it.
    pub fn new(id: FolderId, raw: MailboxName, selected: &Answer) -> Self {
        let mut folder = Self {
            id,
            raw,
            validity: validity(selected),
            stage: Stage::Selected,
            exists: 0,
            shadow: Shadow::default(),
            delta: Delta::default(),
            census: None,
            marks: UidSet::new(),
            modseq: None,
            known_flags: Flags::new(),
            in_step: false,
            missed: false,
            censuses: 0,
        };
        folder.absorb(selected);
        folder
    }

    /// How to select it so that the answer tells what changed.
    pub fn select_mode(&self, capabilities: &Capabilities) -> SelectMode {
        match self.modseq.filter(|_| self.stage == Stage::Complete) {
            Some(modseq) if capabilities.enabled("QRESYNC") => {
                SelectMode::QResync { validity: self.validity.0, modseq }
            }
            _ if capabilities.has("CONDSTORE") || capabilities.has("QRESYNC") => SelectMode::CondStore,
            _ => SelectMode::Plain,
        }
    }

    /// It was selected again, with the same UIDVALIDITY, in that mode.
    pub fn reselected(&mut self, selected: &Answer, mode: SelectMode) -> Resync {
        let before = (self.modseq, self.shadow.len());
        self.census = None;
        // Expunges are told by UID while this is so; what else is told has its UID too.
        self.in_step = false;
        self.absorb(selected);
        self.missed = false;
        if self.stage != Stage::Complete {
            return Resync::Nothing;
        }
        match mode {
            SelectMode::Plain => Resync::Census,
            SelectMode::CondStore if before.0.is_none() || self.modseq.is_none() => Resync::Census,
            SelectMode::CondStore if before == (self.modseq, self.exists as usize) => {
                self.in_step = true;
                Resync::Nothing
            }
            SelectMode::CondStore => {
                self.modseq = before.0;
                Resync::Changes
            }
            SelectMode::QResync { .. } => {
                self.in_step = true;
                self.step_check()
            }
        }
    }

    /// Whether the folder's length agrees with what is known, and if not, what it takes.
    pub fn step_check(&self) -> Resync {
        if self.stage != Stage::Complete || self.census.is_some() || !self.in_step {
            return Resync::Nothing;
        }
        match self.shadow.len().cmp(&(self.exists as usize)) {
            Ordering::Equal => Resync::Nothing,
            Ordering::Less => Resync::Arrivals,
            Ordering::Greater => Resync::Census,
        }
    }

    /// Begins a census.
    pub fn begin_census(&mut self) {
        self.in_step = false;
        self.missed = false;
        self.census = Some(Census::new(&self.known_flags));
    }

    /// Takes in the untagged responses of any command given while the folder is selected.
    pub fn absorb(&mut self, answer: &Answer) {
        for response in &answer.untagged {
            match response {
                Untagged::Exists(count) => self.exists = *count,
                Untagged::Expunge(sequence) => self.expunged(*sequence),
                Untagged::Vanished { earlier, uids } => self.vanished(uids, *earlier),
                Untagged::Fetch(fetch) => self.fetched(fetch),
                Untagged::Flags(flags) => self.known_flags = flags.clone(),
                Untagged::Status(status) => self.told(status.code.as_ref()),
                _ => {}
            }
        }
        self.told(answer.outcome.as_ref().ok().and_then(Option::as_ref));
    }

    /// The newest messages, by sequence number, for the first screen.
    pub fn tail_fetched(&mut self, answer: &Answer) {
        if self.stage == Stage::Complete {
            return;
        }
        let message = |fetch: &Fetch| Some((fetch.uid?, fetch.flags.clone().unwrap_or_default()));
        let messages: BTreeMap<Uid, Flags> = answer.fetches().filter_map(message).collect();
        self.shadow = Shadow::new(messages);
        self.stage = Stage::Tail;
    }

    /// All UIDs, from the moment the census that still runs has found them.
    pub fn listed(&self) -> Option<UidSet> {
        let uids = self.census.as_ref().filter(|_| !self.missed)?.uids()?;
        (uids.len() == u64::from(self.exists)).then_some(uids)
    }

    /// A row of the message was shown with these flags before the census knew better.
    pub fn shown(&mut self, uid: Uid, flags: &Flags) {
        if let Some(known) = self.shadow.flags(uid).filter(|known| *known != flags) {
            self.delta.flags(uid, FlagChange::between(flags, known));
        }
    }

    /// The messages fetched behind the last known one. `*` names the last message even if it is not new.
    pub fn arrived(&mut self, answer: &Answer) {
        let mut new: Vec<&Fetch> =
            answer.fetches().filter(|fetch| fetch.uid > Some(self.shadow.last())).collect();
        new.sort_unstable_by_key(|fetch| fetch.uid);
        for fetch in new {
            let (Some(uid), flags) = (fetch.uid, fetch.flags.clone().unwrap_or_default()) else { continue };
            if self.shadow.append(uid, &flags) {
                self.delta.arrived(uid);
            }
        }
    }

    /// The UIDs that exist, as SEARCH found them: all others are gone.
    pub fn compare(&mut self, existing: &UidSet) -> Resync {
        let known: UidSet = self.shadow.uids().iter().copied().collect();
        self.remove(&known.difference(existing));
        if self.missed {
            return Resync::Census;
        }
        self.in_step = true;
        self.step_check()
    }

    /// The census is over. False where something happened meanwhile that it cannot account for: it has to be taken
    /// again.
    pub fn end_census(&mut self) -> bool {
        let Some(census) = self.census.take() else { return true };
        self.censuses += 1;
        let agrees = census.count() <= u64::from(self.exists) && !self.missed;
        if !agrees && (self.censuses < MOST_CENSUSES || census.count() > MOST_MESSAGES) {
            return false;
        }
        self.censuses = 0;
        let found = Shadow::new(census.messages());
        self.note_differences(&found);
        self.shadow = found;
        self.stage = Stage::Complete;
        self.in_step = agrees;
        true
    }

    /// The highest mod-sequence up to which every change is known.
    pub fn modseq(&self) -> Option<u64> {
        self.modseq
    }

    fn note_differences(&mut self, found: &Shadow) {
        for &uid in self.shadow.uids() {
            match (self.shadow.flags(uid), found.flags(uid)) {
                (Some(before), Some(after)) if before != after => {
                    self.delta.flags(uid, FlagChange::between(before, after));
                }
                (_, None) => self.delta.removed(uid),
                _ => {}
            }
        }
        if self.stage == Stage::Complete {
            let new = found.uids().iter().filter(|&&uid| !self.shadow.contains(uid));
            new.for_each(|&uid| self.delta.arrived(uid));
        }
    }

    fn expunged(&mut self, sequence: u32) {
        self.exists = self.exists.saturating_sub(1);
        if !self.in_step {
            self.missed = true;
            return;
        }
        if let Some(uid) = self.shadow.expunge(sequence) {
            self.delta.removed(uid);
            if let Some(census) = &mut self.census {
                census.removed(&UidSet::one(uid));
            }
        }
    }

    fn vanished(&mut self, uids: &UidSet, earlier: bool) {
        if !earlier {
            self.exists = self.exists.saturating_sub(u32::try_from(uids.len()).unwrap_or(u32::MAX));
        }
        self.remove(uids);
    }

    fn remove(&mut self, uids: &UidSet) {
        let known = self.shadow.remove(uids);
        known.iter().for_each(|uid| self.delta.removed(uid));
        // A census may know messages that the shadow does not know yet.
        if let Some(census) = &mut self.census {
            census.removed(uids);
        }
    }

    fn fetched(&mut self, fetch: &Fetch) {
        let Some(flags) = &fetch.flags else { return };
        let by_sequence = || self.in_step.then(|| self.shadow.uid_at(fetch.seq)).flatten();
        let Some(uid) = fetch.uid.or_else(by_sequence) else {
            self.missed |= !self.in_step;
            return;
        };
        if let Some(census) = &mut self.census {
            census.fetched(uid, flags);
        }
        if let Some(change) = self.shadow.set_flags(uid, flags) {
            self.delta.flags(uid, change);
        }
    }

    fn told(&mut self, code: Option<&Code>) {
        match code {
            Some(Code::HighestModSeq(modseq)) => self.modseq = self.modseq.max(Some(*modseq)),
            Some(Code::NoModSeq) => self.modseq = None,
            _ => {}
        }
    }
}

/// The UIDVALIDITY in SELECT's answer; 0 for a server that has none (its UIDs do not persist).
pub fn validity(selected: &Answer) -> UidValidity {
    let told = selected.untagged.iter().find_map(|response| match response {
        Untagged::Status(status) => match status.code {
            Some(Code::UidValidity(validity)) => Some(validity),
            _ => None,
        },
        _ => None,
    });
    UidValidity(told.unwrap_or(0))
}
