//! A gateway played by the test, behind a WebSocket that is not there.

use js_sys::Uint8Array;
use postern_app::state::context::App;
use postern_shared::{
    account::{Account, AccountKind, Connection, DeletingSettings, ReadingSettings},
    address::Address,
    command::{AccountCommand, Command},
    event::{Envelope, Event},
    flags::Flags,
    folder::{Counts, Folder, Role},
    ids::{AccountId, Epoch, FolderId, MessageKey, RequestId, Revision, Seq, Uid, UidValidity, ViewId},
    reply::{Attached, Reply, Snapshot},
    summary::Summary,
    view::{Rows, Scope, Sort, View, ViewSpec},
    wire::{ClientFrame, Codec, ServerFrame},
};
use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/tests/gateway/stub.js")]
extern "C" {
    fn install();
    fn next() -> Option<Uint8Array>;
    fn deliver(bytes: &[u8]);
    /// Closes the socket with a code.
    pub fn end(code: u16);
}

/// The view the gateway opens.
pub const VIEW: ViewId = ViewId(1);

/// The gateway's side.
pub struct Gateway {
    total: u32,
    seq: u64,
}

impl Gateway {
    /// A gateway whose inbox holds so many messages, UIDs descending from the top.
    pub fn with_messages(total: u32) -> Self {
        install();
        Self { total, seq: 0 }
    }

    /// Opens the inbox in the app and answers whatever it asks until it asks no more.
    pub async fn serve(&mut self, app: App) {
        let scope = Scope::Folder(FolderId::from("INBOX"));
        let spec = ViewSpec { scope, query: String::new(), sort: Sort::default(), hide_deleted: false };
        app.open_view(account().id, spec);
        self.answer().await;
    }

    /// Answers whatever the app asks, until it asks no more; returns the changes it asked for.
    pub async fn answer(&mut self) -> Vec<AccountCommand> {
        let mut changes = Vec::new();
        let mut idle = 0;
        while idle < 6 {
            idle += 1;
            frame().await;
            while let Some(bytes) = next() {
                idle = 0;
                let frame: ClientFrame = Codec::Postcard.decode(&bytes.to_vec()).expect("a frame of ours");
                changes.extend(self.reply(frame));
            }
        }
        changes
    }

    /// Tells an event.
    pub fn tell(&mut self, event: Event) {
        self.seq += 1;
        let envelope = Envelope { account: account().id, seq: Seq(self.seq), cause: None, event };
        send(&ServerFrame::Event(envelope));
    }

    fn reply(&self, frame: ClientFrame) -> Option<AccountCommand> {
        let id = frame.id;
        match frame.command {
            Command::Hello { .. } => welcome(id),
            // Nobody writes here.
            Command::Ping | Command::Writing { .. } => answer(id, Reply::Accepted),
            Command::Account { command: AccountCommand::OpenView { .. }, .. } => {
                let view = View { id: VIEW, revision: Revision(0), total: self.total, searching: false };
                answer(id, Reply::ViewOpened { view, rows: self.rows(0, 50) });
            }
            Command::Account { command: AccountCommand::FetchRows { start, count, .. }, .. } => {
                answer(id, Reply::Rows(self.rows(start, count)));
            }
            Command::Account { command, .. } => {
                answer(id, Reply::Accepted);
                return Some(command);
            }
        }
        None
    }

    fn rows(&self, start: u32, count: u32) -> Rows {
        let end = start.saturating_add(count).min(self.total);
        let rows = (start..end).map(|index| summary(self.total - index)).collect();
        Rows { view: VIEW, revision: Revision(0), start, rows }
    }
}

/// An unread message of the inbox.
pub fn summary(uid: u32) -> Summary {
    let key = MessageKey { folder: FolderId::from("INBOX"), validity: UidValidity(1), uid: Uid(uid) };
    Summary {
        key,
        flags: Flags::new(),
        from: vec![Address { name: "Grace".into(), email: "grace@demo.test".into() }],
        to: Vec::new(),
        subject: format!("Message {uid}"),
        preview: None,
        sent: None,
        received: 0,
        size: 1,
        has_attachment: false,
        unreadable: false,
    }
}

/// The next animation frame: everything before it is drawn.
pub async fn frame() {
    let promise = js_sys::Promise::new(&mut |resolve, _| {
        leptos::prelude::request_animation_frame(move || drop(resolve.call0(&JsValue::NULL)));
    });
    wasm_bindgen_futures::JsFuture::from(promise).await.expect("frames are drawn");
}

/// The account of these tests.
pub fn account() -> Account {
    Account {
        id: AccountId::from("ada@demo.test"),
        kind: AccountKind::Imap,
        deleting: DeletingSettings::default(),
        connection: Connection::Online,
        pop3: None,
        reading: ReadingSettings::default(),
    }
}

fn welcome(id: RequestId) {
    let inbox = Folder {
        id: FolderId::from("INBOX"),
        parent: None,
        name: "Inbox".into(),
        role: Some(Role::Inbox),
        selectable: true,
        accepts_children: true,
        subscribed: true,
        counts: Some(Counts { total: 0, unread: 0, deleted: 0 }),
    };
    let snapshot = Snapshot { epoch: Epoch(1), seq: Seq(0), account: account(), folders: vec![inbox] };
    let accounts = vec![Attached::Snapshot(snapshot)];
    answer(id, Reply::Welcome { build: String::new(), accounts });
}

fn answer(id: RequestId, reply: Reply) {
    send(&ServerFrame::Reply { id, reply });
}

fn send(frame: &ServerFrame) {
    deliver(&Codec::Postcard.encode(frame).expect("frames encode"));
}
