//! Everything the app knows: its accounts and its place on the socket. Frames go in and out; no IO happens here.

use crate::model::{
    change::Outcome,
    failure::explain,
    mailbox::Mailbox,
    op_ids::OpIds,
    requests::{Asked, Request, Requests},
    status::{Link, Status},
};
use postern_shared::{
    command::Command,
    event::Envelope,
    ids::{AccountId, RequestId},
    reply::{Attached, Reply, Snapshot},
    view::ViewSpec,
    wire::{ClientFrame, ServerFrame},
};
use std::collections::BTreeMap;

/// What the app knows.
#[derive(Debug)]
pub struct Client {
    build: String,
    ops: OpIds,
    link: Link,
    mailboxes: BTreeMap<AccountId, Mailbox>,
    /// The account that is shown, and what its list was asked to show before the account was here.
    shown: Option<(AccountId, Option<ViewSpec>)>,
    requests: Requests,
    /// A Ping is on its way.
    pinged: bool,
    outcomes: Vec<Outcome>,
}

impl Client {
    /// An app of a build. `seed` makes its operations' ids unlike those of other browsers.
    pub fn new(build: impl Into<String>, seed: u64) -> Self {
        Self {
            build: build.into(),
            ops: OpIds::new(seed),
            link: Link::Down,
            mailboxes: BTreeMap::new(),
            shown: None,
            requests: Requests::default(),
            pinged: false,
            outcomes: Vec::new(),
        }
    }

    /// The account that is shown: the first one until a person chose.
    pub fn mailbox(&self) -> Option<&Mailbox> {
        match &self.shown {
            Some((account, _)) => self.mailboxes.get(account),
            None => self.mailboxes.values().next(),
        }
    }

    /// The account that is shown, to do something to it. Then send what [`Client::frames`] has.
    pub fn mailbox_mut(&mut self) -> Option<&mut Mailbox> {
        match &self.shown {
            Some((account, _)) => self.mailboxes.get_mut(account),
            None => self.mailboxes.values_mut().next(),
        }
    }

    /// The connection in one word.
    pub fn status(&self) -> Status {
        let connection = self.mailbox().map(|mailbox| &mailbox.account().connection);
        Status::of(self.link, connection, self.mailboxes.values().map(Mailbox::unfinished).sum())
    }

    /// Shows `spec` of `account`, as soon as the account is here.
    pub fn open_view(&mut self, account: AccountId, spec: ViewSpec) {
        if self.shown.as_ref().is_some_and(|(shown, _)| *shown != account)
            && let Some(mailbox) = self.mailbox_mut()
        {
            mailbox.close_view();
        }
        let awaited = match self.mailboxes.get_mut(&account) {
            Some(mailbox) => {
                mailbox.open_view(spec);
                None
            }
            None => Some(spec),
        };
        self.shown = Some((account, awaited));
    }

    /// The socket is open: says Hello.
    pub fn connected(&mut self) -> ClientFrame {
        self.link = Link::Greeting;
        self.requests.forget();
        self.pinged = false;
        let resume = self.mailboxes.values().map(Mailbox::resume).collect();
        self.requests.frame(None, Asked::Hello, Command::Hello { build: self.build.clone(), resume })
    }

    /// The socket is gone.
    pub fn disconnected(&mut self, network: bool) {
        self.link = if network { Link::Down } else { Link::NoNetwork };
        self.requests.forget();
        self.mailboxes.values_mut().for_each(Mailbox::lost);
    }

    /// Nobody is signed in any more: forgets everything.
    pub fn signed_out(&mut self) {
        *self = Self::new(std::mem::take(&mut self.build), self.ops.draw().0);
    }

    /// Asks whether the socket still works. Absent where the last Ping was not answered: it does not.
    pub fn ping(&mut self) -> Option<ClientFrame> {
        if std::mem::replace(&mut self.pinged, true) {
            return None;
        }
        Some(self.requests.frame(None, Asked::Ping, Command::Ping))
    }

    /// Takes a frame in.
    pub fn receive(&mut self, frame: ServerFrame) {
        match frame {
            ServerFrame::Event(envelope) => self.apply(envelope),
            ServerFrame::Reply { id, reply } => self.answer(id, reply),
        }
    }

    /// The frames to send now, each handed out once. After everything that was done.
    pub fn frames(&mut self) -> Vec<ClientFrame> {
        let mut frames = Vec::new();
        for (account, mailbox) in &mut self.mailboxes {
            mailbox.refresh_gaps();
            if self.link != Link::Up {
                continue;
            }
            for (asked, command) in mailbox.poll() {
                let command = Command::Account { account: account.clone(), command };
                frames.push(self.requests.frame(Some(account.clone()), asked, command));
            }
            for (asked, command) in mailbox.desk_mut().poll() {
                let command = Command::Writing { account: account.clone(), command };
                frames.push(self.requests.frame(Some(account.clone()), Asked::Writing(asked), command));
            }
        }
        frames
    }

    /// What a person has to be told, and what the shell has to do. Each is handed out once.
    pub fn outcomes(&mut self) -> Vec<Outcome> {
        let mut outcomes = std::mem::take(&mut self.outcomes);
        outcomes.extend(self.mailboxes.values_mut().flat_map(Mailbox::take_outcomes));
        outcomes
    }

    fn apply(&mut self, envelope: Envelope) {
        let Some(mailbox) = self.mailboxes.get_mut(&envelope.account) else { return };
        if !mailbox.apply(envelope) {
            self.outcomes.push(Outcome::Reconnect);
        }
    }

    fn answer(&mut self, id: RequestId, reply: Reply) {
        let Some(Request { account, asked }) = self.requests.answered(id) else { return };
        match (asked, reply) {
            (Asked::Hello, Reply::Welcome { build, accounts }) => self.welcome(&build, accounts),
            (Asked::Hello, Reply::Failed(failure)) => {
                self.outcomes.push(Outcome::Warn(explain(&failure)));
                self.outcomes.push(Outcome::Reconnect);
            }
            (Asked::Ping, _) => self.pinged = false,
            (asked, reply) => {
                if let Some(mailbox) = account.and_then(|account| self.mailboxes.get_mut(&account)) {
                    mailbox.answer(asked, reply);
                }
            }
        }
    }

    fn welcome(&mut self, build: &str, accounts: Vec<Attached>) {
        self.link = Link::Up;
        if build != self.build {
            self.outcomes.push(Outcome::Reload(build.to_owned()));
        }
        for attached in accounts {
            if let Attached::Snapshot(snapshot) = attached {
                self.restart(snapshot);
            }
        }
    }

    fn restart(&mut self, snapshot: Snapshot) {
        let id = snapshot.account.id.clone();
        if let Some(mailbox) = self.mailboxes.get_mut(&id) {
            mailbox.restart(snapshot);
            return;
        }
        let mut mailbox = Mailbox::new(snapshot, self.ops.split());
        if let Some((shown, awaited)) = &mut self.shown
            && *shown == id
            && let Some(spec) = awaited.take()
        {
            mailbox.open_view(spec);
        }
        self.mailboxes.insert(id, mailbox);
    }
}
