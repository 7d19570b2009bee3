//! A browser as an account sees it: it asks, hears events, and keeps the lists it shows by the changes it is told.

use postern_gateway::{
    accounts::{
        handle::AccountHandle,
        login::{Login, MailServer, NamedBy},
        supervisor::{Accounts, Patience, Stores},
    },
    browser::BrowserId,
    hub::outbox::{Inbox, Outbox, Outgoing},
    store::{Mail, MemoryDeletingStore, MemoryReadingStore},
};
use postern_shared::{
    account::AccountKind,
    command::{AccountCommand, FolderMessages, Target},
    event::Event,
    folder::Counts,
    ids::{Epoch, FolderId, OpId, RequestId, Seq, Uid, ViewId},
    reply::{Attached, Reply},
    session::Security,
    summary::Summary,
    uid_set::UidSet,
    view::{Scope, Sort, Splice, View, ViewChange, ViewSpec},
};
use postern_tests::{
    dovecot::{Dovecot, PASSWORD},
    error::Result,
    wait::DEADLINE,
};
use std::{collections::HashMap, sync::Arc, time::Duration};
use tokio::time::timeout;

/// A list as a browser keeps it: rows it was not told yet are empty places.
#[derive(Debug, Default)]
pub struct List {
    pub view: Option<View>,
    pub rows: Vec<Option<Summary>>,
}

/// One browser.
pub struct Looker {
    handle: AccountHandle,
    browser: BrowserId,
    inbox: Inbox,
    requests: u32,
    ops: u64,
    pub lists: HashMap<ViewId, List>,
    pub events: Vec<Event>,
    pub resume: (Epoch, Seq),
}

/// The server whose findings about senders are believed.
pub const TRUSTED: &str = "mx.demo.test";

/// Accounts that run in this process.
pub fn accounts() -> Accounts {
    let stores = Stores {
        deleting: Arc::new(MemoryDeletingStore::default()),
        mail: Mail::memory(),
        reading: Arc::new(MemoryReadingStore::default()),
        writing: None,
    };
    let patience = Patience { idle: Duration::from_secs(600), checking: Duration::from_secs(600) };
    Accounts::new(stores, patience, [TRUSTED.to_owned()].into())
}

/// What it takes to sign in to a test server.
pub fn login(dovecot: &Dovecot, user: &str) -> Login {
    Login {
        kind: AccountKind::Imap,
        account: user.into(),
        server: MailServer {
            host: "127.0.0.1".to_owned(),
            port: dovecot.imap_port(),
            security: Security::None,
            named_by: NamedBy::Operator,
            pinned_certificate: None,
        },
        imap: None,
        smtp: None,
        user: user.to_owned(),
        password: PASSWORD.into(),
        client: None,
    }
}

/// Everything in a folder, newest first.
pub fn folder(name: &str) -> ViewSpec {
    ViewSpec {
        scope: Scope::Folder(name.into()),
        query: String::new(),
        sort: Sort::default(),
        hide_deleted: false,
    }
}

impl Looker {
    pub async fn attach(handle: AccountHandle, number: u64) -> Self {
        let (outbox, inbox) = Outbox::new();
        let browser = BrowserId(number);
        let attached = handle.attach(browser, None, outbox).await.unwrap();
        let Attached::Snapshot(snapshot) = attached else { panic!("resumed from nothing") };
        Self {
            handle,
            browser,
            inbox,
            requests: 0,
            ops: number << 32,
            lists: HashMap::new(),
            events: Vec::new(),
            resume: (snapshot.epoch, snapshot.seq),
        }
    }

    /// Goes away, and forgets nothing.
    pub async fn detach(&mut self) {
        self.handle.detach(self.browser).await;
    }

    /// Comes back where it was.
    pub async fn come_back(&mut self) {
        let (outbox, inbox) = Outbox::new();
        let attached = self.handle.attach(self.browser, Some(self.resume), outbox).await.unwrap();
        assert_eq!(attached, Attached::Resumed);
        self.inbox = inbox;
    }

    /// The next frame, taken in.
    async fn frame(&mut self) -> Option<(RequestId, Reply)> {
        let frame = timeout(DEADLINE, self.inbox.frames.recv()).await;
        let frame = frame.unwrap_or_else(|_| panic!("waited in vain; heard {:#?}", self.events));
        match frame.expect("the actor lives") {
            Outgoing::Reply(id, reply) => Some((id, reply)),
            Outgoing::Event(envelope) => {
                assert_eq!(envelope.seq.0, self.resume.1.0 + 1, "events are numbered without gaps");
                self.resume.1 = envelope.seq;
                if let Event::ViewChanged(change) = &envelope.event {
                    self.change(change);
                }
                self.events.push(envelope.event.clone());
                None
            }
        }
    }

    /// Asks and waits for the answer.
    pub async fn ask(&mut self, command: AccountCommand) -> Reply {
        self.requests += 1;
        let id = RequestId(self.requests);
        self.handle.command(self.browser, id, command).await.unwrap();
        loop {
            if let Some((answered, reply)) = self.frame().await {
                assert_eq!(answered, id);
                return reply;
            }
        }
    }

    /// Waits for an event.
    pub async fn hear<T>(&mut self, find: impl Fn(&Event) -> Option<T>) -> T {
        let mut from = 0;
        loop {
            if let Some(found) = self.events[from..].iter().find_map(&find) {
                return found;
            }
            from = self.events.len();
            self.frame().await;
        }
    }

    /// Listens until `done`, which is asked after every frame.
    pub async fn until(&mut self, done: impl Fn(&Self) -> bool) {
        while !done(self) {
            self.frame().await;
        }
    }

    /// Makes a change and waits for its end.
    pub async fn make(&mut self, change: impl FnOnce(OpId) -> AccountCommand) -> Event {
        self.ops += 1;
        let op = OpId(self.ops);
        assert_eq!(self.ask(change(op)).await, Reply::Accepted);
        self.hear(|event| match event {
            Event::Finished { op: ended, .. } | Event::Failed { op: ended, .. } if *ended == op => {
                Some(event.clone())
            }
            _ => None,
        })
        .await
    }

    /// The last change it made.
    pub fn last_op(&self) -> OpId {
        OpId(self.ops)
    }

    pub async fn open(&mut self, spec: ViewSpec) -> ViewId {
        let reply = self.ask(AccountCommand::OpenView { spec }).await;
        let Reply::ViewOpened { view, rows } = reply else { panic!("{reply:?}") };
        assert_eq!((rows.view, rows.revision, rows.start), (view.id, view.revision, 0));
        let mut list = List { view: Some(view.clone()), rows: vec![None; view.total as usize] };
        for (index, row) in rows.rows.into_iter().enumerate() {
            list.rows[index] = Some(row);
        }
        self.lists.insert(view.id, list);
        view.id
    }

    /// Reads rows until a list has none that are empty.
    pub async fn read_all(&mut self, view: ViewId) {
        loop {
            let list = &self.lists[&view];
            let Some(start) = list.rows.iter().position(Option::is_none) else { return };
            let start = start as u32;
            let reply = self.ask(AccountCommand::FetchRows { view, start, count: 200 }).await;
            let Reply::Rows(rows) = reply else { panic!("{reply:?}") };
            let list = self.lists.get_mut(&view).unwrap();
            if list.view.as_ref().unwrap().revision != rows.revision {
                continue;
            }
            assert!(!rows.rows.is_empty());
            for (offset, row) in rows.rows.into_iter().enumerate() {
                list.rows[start as usize + offset] = Some(row);
            }
        }
    }

    /// The UIDs of a list, all of whose rows are read first.
    pub async fn uids(&mut self, view: ViewId) -> Vec<u32> {
        self.read_all(view).await;
        self.lists[&view].rows.iter().flatten().map(|row| row.key.uid.0).collect()
    }

    /// Names messages of a list, whose first row has been read.
    pub fn target(&self, view: ViewId, uids: &[u32]) -> Target {
        let list = &self.lists[&view];
        let first = list.rows.iter().flatten().next().expect("a row");
        let uids: UidSet = uids.iter().map(|&uid| Uid(uid)).collect();
        let (folder, validity) = (first.key.folder.clone(), first.key.validity);
        Target::Messages(vec![FolderMessages { folder, validity, uids }])
    }

    /// The counts of a folder it was told last.
    pub fn counts(&self, name: &str) -> Option<Counts> {
        self.events.iter().rev().find_map(|event| match event {
            Event::Counts { folder, counts } if folder.as_str() == name => Some(*counts),
            Event::Folders(folders) => folders.iter().find(|folder| folder.id.as_str() == name)?.counts,
            _ => None,
        })
    }

    fn change(&mut self, change: &ViewChange) {
        let Some(list) = self.lists.get_mut(&change.view.id) else { return };
        let before = list.view.as_ref().unwrap().revision.0;
        assert_eq!(change.view.revision.0, before + 1, "no revision is left out");
        for splice in &change.splices {
            match splice {
                Splice::Remove { start, count } => {
                    list.rows.drain(*start as usize..(start + count) as usize);
                }
                Splice::Insert { start, count, rows } => {
                    let mut new: Vec<Option<Summary>> = rows.iter().cloned().map(Some).collect();
                    new.resize(*count as usize, None);
                    list.rows.splice(*start as usize..*start as usize, new);
                }
            }
        }
        assert_eq!(list.rows.len(), change.view.total as usize);
        list.view = Some(change.view.clone());
    }
}

/// Puts `count` letters into a user's folder.
pub fn letters(dovecot: &Dovecot, user: &str, name: &str, count: u32) -> Result<()> {
    let mut maildir = dovecot.maildir(user, name)?;
    for number in 1..=count {
        let letter = format!(
            "From: Sender {number} <s{number}@example.org>\r\nTo: {user}\r\nSubject: Letter {number}\r\n\
             Date: Mon, 02 Mar 2026 10:00:00 +0000\r\nMessage-ID: <{number}@example.org>\r\n\r\nText {number}\r\n"
        );
        maildir.put(1_700_000_000 + u64::from(number), Default::default(), letter.as_bytes())?;
    }
    Ok(())
}

/// A folder of that name.
pub fn id(name: &str) -> FolderId {
    name.into()
}
