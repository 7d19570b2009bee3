//! A client with a gateway's part played by the test.

use super::fixture::{FOLDER, account, folder, key, with_flags};
use crate::model::{change::Outcome, client::Client, mailbox::Mailbox, row::Row};
use postern_shared::{
    account::{Account, AccountKind},
    command::{AccountCommand, Command},
    event::{Envelope, Event},
    flags::{Flag, FlagChange},
    folder::{Counts, Folder, Role},
    ids::{AccountId, Epoch, FolderId, OpId, RequestId, Revision, Seq, Uid, UidValidity, ViewId},
    pop3::Pop3Status,
    reply::{Attached, Reply, Snapshot},
    uid_set::UidSet,
    view::{Rows, Scope, Sort, Splice, View, ViewChange, ViewSpec},
    wire::{ClientFrame, ServerFrame},
};

/// The view the gateway opens.
pub const VIEW: ViewId = ViewId(7);

/// A client and the gateway's side of its socket.
pub struct Stage {
    /// The client.
    pub client: Client,
    /// What was sent and not looked at yet.
    pub sent: Vec<ClientFrame>,
    /// What a person was told and the test did not look at yet.
    pub told: Vec<Outcome>,
    account: Account,
    role: Role,
    seq: u64,
    revision: u32,
}

impl Stage {
    fn empty() -> Self {
        Self {
            client: Client::new("1", 42),
            sent: Vec::new(),
            told: Vec::new(),
            account: account(),
            role: Role::Inbox,
            seq: 10,
            revision: 1,
        }
    }

    fn begin(&mut self, flags: &[&[Flag]]) {
        self.client.open_view(account().id, inbox());
        let mut folders = folders(flags);
        // The folder of these tests takes the role over.
        folders.retain(|folder| folder.id == FolderId::from(FOLDER) || folder.role != Some(self.role));
        folders[0].role = Some(self.role);
        self.connect(Some(folders));
        let spec = self.take(|command| matches!(command, AccountCommand::OpenView { .. }));
        let rows = (1..).zip(flags).map(|(uid, flags)| with_flags(uid, flags)).collect();
        self.open(spec.0, flags.len() as u32, rows);
    }

    /// Signed in, with the inbox open: messages with these flags, from UID 1 on, in this order.
    pub fn with_messages(flags: &[&[Flag]]) -> Self {
        let mut stage = Self::empty();
        stage.begin(flags);
        stage
    }

    /// The same of a POP3 account: the folder is its inbox, or the one with this role.
    pub fn with_pop3(flags: &[&[Flag]], role: Role) -> Self {
        let account = Account { kind: AccountKind::Pop3, pop3: Some(Pop3Status::default()), ..account() };
        let mut stage = Self { account, role, ..Self::empty() };
        stage.begin(flags);
        stage
    }

    /// So many read messages.
    pub fn with_read(count: usize) -> Self {
        Self::with_messages(&vec![&[Flag::Seen] as &[Flag]; count])
    }

    /// Answers OpenView.
    pub fn open(&mut self, id: RequestId, total: u32, rows: Vec<postern_shared::summary::Summary>) {
        let revision = Revision(self.revision);
        let view = View { id: VIEW, revision, total, searching: false };
        self.reply(id, Reply::ViewOpened { view, rows: Rows { view: VIEW, revision, start: 0, rows } });
    }

    /// Opens a socket: with a snapshot of these folders, or resumed.
    pub fn connect(&mut self, snapshot: Option<Vec<Folder>>) {
        let hello = self.client.connected();
        let attached = match snapshot {
            Some(folders) => Attached::Snapshot(Snapshot {
                epoch: Epoch(1),
                seq: Seq(self.seq),
                account: self.account.clone(),
                folders,
            }),
            None => Attached::Resumed,
        };
        self.reply(hello.id, Reply::Welcome { build: "1".into(), accounts: vec![attached] });
    }

    /// Loses the socket.
    pub fn disconnect(&mut self) {
        self.client.disconnected(true);
        self.sent.clear();
        self.settle();
    }

    /// Answers a request.
    pub fn reply(&mut self, id: RequestId, reply: Reply) {
        self.client.receive(ServerFrame::Reply { id, reply });
        self.settle();
    }

    /// Tells an event.
    pub fn event(&mut self, event: Event) {
        self.caused(None, event);
    }

    /// Tells an event that an operation brought about.
    pub fn caused(&mut self, cause: Option<OpId>, event: Event) {
        self.seq += 1;
        let envelope = Envelope { account: account().id, seq: Seq(self.seq), cause, event };
        self.client.receive(ServerFrame::Event(envelope));
        self.settle();
    }

    /// Does something as a person.
    pub fn does(&mut self, act: impl FnOnce(&mut Mailbox)) {
        act(self.client.mailbox_mut().unwrap());
        self.settle();
    }

    /// Tells that flags of messages changed.
    pub fn flags(&mut self, uids: &[u32], flag: Flag, on: bool) {
        let uids = uids.iter().map(|&uid| Uid(uid)).collect();
        self.event(Event::FlagsChanged {
            folder: FolderId::from(FOLDER),
            validity: UidValidity(1),
            uids,
            change: FlagChange::one(flag, on),
        });
    }

    /// Tells that the view's order changed.
    pub fn splices(&mut self, total: u32, splices: Vec<Splice>) {
        self.revision += 1;
        let view = View { id: VIEW, revision: Revision(self.revision), total, searching: false };
        self.event(Event::ViewChanged(ViewChange { view, splices }));
    }

    /// Tells that an operation is done.
    pub fn finish(&mut self, op: OpId, count: u32) {
        self.event(Event::Finished { op, count, undoable: true });
    }

    /// Takes the first sent command that fits out of those not looked at yet.
    pub fn take(&mut self, fits: impl Fn(&AccountCommand) -> bool) -> (RequestId, AccountCommand) {
        let at = self.sent.iter().position(|frame| match &frame.command {
            Command::Account { command, .. } => fits(command),
            _ => false,
        });
        let frame = self.sent.remove(at.expect("the command was sent"));
        match frame.command {
            Command::Account { command, .. } => (frame.id, command),
            other => panic!("{other:?}"),
        }
    }

    /// The row at an index.
    pub fn row(&self, index: u32) -> Row {
        self.mailbox().row(index).unwrap()
    }

    /// The UIDs shown, in order; 0 for a row that is not here.
    pub fn shown(&self) -> Vec<u32> {
        let mailbox = self.mailbox();
        (0..mailbox.total()).map(|index| mailbox.row(index).map_or(0, |row| row.key().uid.0)).collect()
    }

    /// The UIDs shown as struck.
    pub fn struck(&self) -> Vec<u32> {
        let mailbox = self.mailbox();
        let rows = (0..mailbox.total()).filter_map(|index| mailbox.row(index));
        rows.filter(Row::deleted).map(|row| row.key().uid.0).collect()
    }

    /// The inbox's counts as the tree shows them: total, unread, deleted.
    pub fn counts(&self) -> (u32, u32, u32) {
        let counts = self.mailbox().folder(&FolderId::from(FOLDER)).unwrap().counts.unwrap();
        (counts.total, counts.unread, counts.deleted)
    }

    /// The account.
    pub fn mailbox(&self) -> &Mailbox {
        self.client.mailbox().unwrap()
    }

    /// What a person was told, as text.
    pub fn words(&mut self) -> Vec<String> {
        let words = |outcome| match outcome {
            Outcome::Say { text, .. } | Outcome::Warn(text) => Some(text),
            _ => None,
        };
        std::mem::take(&mut self.told).into_iter().filter_map(words).collect()
    }

    fn settle(&mut self) {
        // The writing desk has tests of its own.
        let mail = |frame: &ClientFrame| !matches!(frame.command, Command::Writing { .. });
        self.sent.extend(self.client.frames().into_iter().filter(mail));
        self.told.extend(self.client.outcomes());
    }
}

/// The inbox as it is opened.
pub fn inbox() -> ViewSpec {
    let scope = Scope::Folder(FolderId::from(FOLDER));
    ViewSpec { scope, query: String::new(), sort: Sort::default(), hide_deleted: false }
}

/// The account of the stage.
pub fn account_id() -> AccountId {
    account().id
}

/// The UIDs a change is for, in the one folder of these tests.
pub fn uids_of(command: &AccountCommand) -> Vec<u32> {
    use postern_shared::command::Target::Messages;
    match command {
        AccountCommand::Delete { target: Messages(messages), .. }
        | AccountCommand::Undelete { target: Messages(messages), .. }
        | AccountCommand::Move { target: Messages(messages), .. }
        | AccountCommand::SetFlags { target: Messages(messages), .. } => {
            messages.iter().flat_map(|of| of.uids.iter()).map(|uid| uid.0).collect()
        }
        other => panic!("not for messages: {other:?}"),
    }
}

/// The operation of a change.
pub fn op_of(command: &AccountCommand) -> OpId {
    match command {
        AccountCommand::Delete { op, .. }
        | AccountCommand::Undelete { op, .. }
        | AccountCommand::SetFlags { op, .. }
        | AccountCommand::Move { op, .. }
        | AccountCommand::Purge { op, .. }
        | AccountCommand::DeleteFolder { op, .. }
        | AccountCommand::DownloadRest { op, .. }
        | AccountCommand::UploadToImap { op }
        | AccountCommand::Undo { op, .. } => *op,
        other => panic!("no operation: {other:?}"),
    }
}

/// The folders of an account with these messages in its inbox.
pub fn folders(flags: &[&[Flag]]) -> Vec<Folder> {
    let count = |fits: &dyn Fn(&[Flag]) -> bool| flags.iter().filter(|flags| fits(flags)).count() as u32;
    let deleted = |flags: &[Flag]| flags.contains(&Flag::Deleted);
    let counts = Counts {
        total: flags.len() as u32,
        unread: count(&|flags| !deleted(flags) && !flags.contains(&Flag::Seen)),
        deleted: count(&|flags| deleted(flags)),
    };
    vec![
        folder(FOLDER, Some(Role::Inbox), counts),
        folder("Archive", Some(Role::Archive), Counts::default()),
        folder("Trash", Some(Role::Trash), Counts::default()),
    ]
}

/// A set of UIDs of the inbox.
pub fn uids(uids: &[u32]) -> UidSet {
    uids.iter().map(|&uid| key(uid).uid).collect()
}
