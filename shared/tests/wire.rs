//! Every variant of the wire, in both encodings, beside a snapshot: a change that browsers of an older build could
//! not read shows up here, and needs a new subprotocol.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may")]

use postern_shared::{
    account::{Account, AccountKind, Connection, DeleteModel, DeletingSettings, ReadingSettings},
    address::Address,
    body::{Attachment, BodyKind, FileKind, MessageDetail, Preview},
    command::{AccountCommand, Command, FolderMessages, Resume, Target},
    error::{ErrorCode, Failure},
    event::{Envelope, Event, Notice},
    flags::{Flag, FlagChange, Flags},
    folder::{Counts, Folder, Role},
    ids::*,
    pop3::{
        CopyPolicy, Download, FolderDownload, FoldersEnded, Pop3Settings, Pop3Status, ServerCopy,
        ServerFolders, WaitingCopy,
    },
    reply::{Attached, PurgePlan, PurgeSample, Reply, Snapshot},
    sender::{Authentication, Check, CheckResult, SenderWarning, Verdict},
    session::{Security, ServerAddress},
    summary::Summary,
    uid_set::UidSet,
    view::{Rows, Scope, Sort, SortKey, Splice, View, ViewChange, ViewSpec},
    wire::{ClientFrame, Codec, ServerFrame},
    writing::{
        Answer, Answers, Beginning, ContactGroup, Draft, DraftFile, DraftText, Identity, OutboxItem,
        RefusedRecipient, SendState, WritingCommand, WritingEvent, WritingReply, WritingSettings,
    },
};
use serde::{Serialize, de::DeserializeOwned};
use std::{collections::BTreeSet, fmt::Write};

const OP: OpId = OpId(0x0123_4567_89ab_cdef);

fn inbox() -> FolderId {
    "INBOX".into()
}

fn account_id() -> AccountId {
    "ada@example.org".into()
}

fn key() -> MessageKey {
    MessageKey { folder: inbox(), validity: UidValidity(7), uid: Uid(42) }
}

fn failure() -> Failure {
    Failure::new(ErrorCode::Refused, "no \"such\" thing")
}

fn uids() -> UidSet {
    UidSet::from_ranges([(1, 3), (9, 9)])
}

fn flags() -> Flags {
    let mut flags: Flags = [Flag::Seen, Flag::Deleted].into_iter().collect();
    flags.insert_name("Work");
    flags
}

fn address() -> Address {
    Address { name: "Zoë".into(), email: "zoe@example.org".into() }
}

fn summary() -> Summary {
    Summary {
        key: key(),
        flags: flags(),
        from: vec![address()],
        to: vec![],
        subject: "日本 שלום".into(),
        preview: Some("It begins".into()),
        sent: Some(-1),
        received: 1_700_000_000,
        size: 5_000_000_000,
        has_attachment: true,
        unreadable: false,
    }
}

fn view() -> View {
    View { id: ViewId(3), revision: Revision(4), total: 100_000, searching: true }
}

fn rows() -> Rows {
    Rows { view: ViewId(3), revision: Revision(4), start: 50, rows: vec![summary()] }
}

fn account(connection: Connection) -> Account {
    let deleting = DeletingSettings { model: DeleteModel::Trash, ..DeletingSettings::default() };
    Account {
        id: account_id(),
        kind: AccountKind::Imap,
        deleting,
        connection,
        pop3: None,
        reading: ReadingSettings { trusted_senders: vec!["ada@example.org".into()] },
    }
}

fn folder() -> Folder {
    Folder {
        id: inbox(),
        parent: Some("above".into()),
        name: "Inbox".into(),
        role: Some(Role::Inbox),
        selectable: true,
        accepts_children: false,
        subscribed: true,
        counts: Some(Counts { total: 3, unread: 2, deleted: 1 }),
    }
}

fn detail() -> MessageDetail {
    MessageDetail {
        key: key(),
        subject: "Subject".into(),
        from: vec![address()],
        sender: vec![],
        reply_to: vec![],
        to: vec![address()],
        cc: vec![],
        bcc: vec![],
        sent: None,
        received: 5,
        message_id: Some("<a@b>".into()),
        size: 1234,
        body: BodyKind::Html,
        attachments: vec![Attachment {
            part: "2.1".into(),
            name: "a.pdf".into(),
            media_type: "application/pdf".into(),
            size: 99,
            kind: FileKind::Pdf,
            preview: Some(Preview::Pdf),
            minor: true,
        }],
        server_copy: Some(ServerCopy::RemovedAfter(9)),
        partial: true,
        authentication: Some(Authentication {
            verdict: Verdict::Genuine,
            spf: Some(Check { result: CheckResult::SoftFail, domain: String::new() }),
            dkim: vec![Check { result: CheckResult::Pass, domain: "b".into() }],
            dmarc: None,
        }),
        warnings: vec![
            SenderWarning::NameHoldsAddress("c@d".into()),
            SenderWarning::LookalikeDomain { shown: "ä.test".into(), real: "xn--4ca.test".into() },
        ],
    }
}

fn pop3_settings() -> Pop3Settings {
    Pop3Settings { copy: CopyPolicy::LeaveForDays(3), check_minutes: None, first_lines: Some(50) }
}

fn pop3_status() -> Pop3Status {
    Pop3Status {
        settings: pop3_settings(),
        checked_at: Some(9),
        waiting: 2,
        download: Some(Download { messages: 1, messages_total: 2, bytes: 300, bytes_total: 70_000 }),
        trouble: Some(failure()),
        server_folders: Box::new(ServerFolders {
            server: Some(server()),
            nameable: true,
            offered: true,
            download: Some(FolderDownload { folder: "Work/2026".into(), progress: Download::default() }),
            ended: Some(FoldersEnded {
                messages: 3,
                refused: 1,
                closed: vec!["Shared".into()],
                failure: Some(failure()),
            }),
        }),
    }
}

fn server() -> ServerAddress {
    ServerAddress { host: "imap.example.org".into(), port: 993, security: Security::Tls }
}

fn account_commands() -> Vec<AccountCommand> {
    use AccountCommand::*;
    let spec = ViewSpec {
        scope: Scope::Folder(inbox()),
        query: "is:unread".into(),
        sort: Sort { key: SortKey::Sender, descending: false },
        hide_deleted: true,
    };
    let everywhere = ViewSpec {
        scope: Scope::Everywhere,
        query: String::new(),
        sort: Sort::default(),
        hide_deleted: false,
    };
    let messages =
        Target::Messages(vec![FolderMessages { folder: inbox(), validity: UidValidity(7), uids: uids() }]);
    let all = Target::View { view: ViewId(3), except: vec![] };
    vec![
        Refresh,
        OpenView { spec },
        OpenView { spec: everywhere },
        FetchRows { view: ViewId(3), start: 50, count: 50 },
        CloseView { view: ViewId(3) },
        OpenMessage { key: key() },
        SetFlags { op: OP, target: messages.clone(), change: FlagChange::one(Flag::Flagged, true) },
        Delete { op: OP, target: all.clone(), mark: false },
        Undelete { op: OP, target: messages.clone() },
        Move { op: OP, target: messages, to: "Archive".into() },
        PreparePurge { folder: inbox() },
        Purge { op: OP, plan: PlanId(1) },
        EmptyFolder { op: OP, folder: inbox() },
        Cancel { op: OP },
        Undo { op: OP, undo: OpId(2) },
        CreateFolder { op: OP, parent: None, name: "Entwürfe".into() },
        RenameFolder { op: OP, folder: "a".into(), parent: Some("b".into()), name: "c".into() },
        DeleteFolder { op: OP, folder: "a".into() },
        SubscribeFolder { op: OP, folder: "a".into(), subscribed: true },
        SetDeleting { settings: DeletingSettings::default() },
        SetPop3 { settings: pop3_settings() },
        CancelDownload,
        DownloadRest { op: OP, key: key() },
        UploadToImap { op: OP },
        DownloadServerFolders { server: Some(server()) },
        CancelServerFolders,
        DeclineServerFolders,
        ListWaitingCopies,
        TrustSender { sender: "ada@example.org".into(), trusted: true },
    ]
}

fn draft() -> Draft {
    Draft {
        from: address(),
        to: vec![address()],
        cc: Vec::new(),
        bcc: vec![address()],
        subject: "Tea".into(),
        text: DraftText::Html("<p>Friday?</p>".into()),
        files: vec![DraftFile {
            id: FileId(3),
            name: "tea.png".into(),
            media_type: "image/png".into(),
            size: 9,
            inline: true,
        }],
        answers: Some(Answers {
            key: Some(key()),
            how: Answer::ReplyAll,
            message_id: Some("<2@example.org>".into()),
            references: vec!["<1@example.org>".into()],
        }),
    }
}

fn writing_settings() -> WritingSettings {
    let identity = Identity { address: address(), signature: "Zoë".into() };
    WritingSettings { identities: vec![identity], undo_seconds: 10, plain: false }
}

fn outbox() -> Vec<OutboxItem> {
    let refused = || vec![RefusedRecipient { email: "bob@example.org".into(), reason: "550 unknown".into() }];
    let states = [
        SendState::Queued { at: 1_700_000_000, delayed_by: None },
        SendState::Queued { at: 1_700_000_000, delayed_by: Some(failure()) },
        SendState::Sending,
        SendState::Sent { refused: refused() },
        SendState::Unknown(failure()),
        SendState::Failed { failure: failure(), refused: refused() },
    ];
    let item = |state| OutboxItem {
        draft: DraftId(5),
        to: vec![address()],
        recipients: 2,
        subject: "Tea".into(),
        state,
    };
    states.into_iter().map(item).collect()
}

fn writing_commands() -> Vec<WritingCommand> {
    use WritingCommand::*;
    let draft_id = DraftId(5);
    let begin = |from| Begin { draft: draft_id, from };
    vec![
        Look,
        begin(Beginning::Blank),
        begin(Beginning::Mailto("mailto:ada@example.org".into())),
        begin(Beginning::Answer { key: key(), how: Answer::Reply }),
        begin(Beginning::Answer { key: key(), how: Answer::Forward }),
        begin(Beginning::Answer { key: key(), how: Answer::ForwardAsFile }),
        begin(Beginning::Message(key())),
        begin(Beginning::Saved),
        Save { draft: draft_id, revision: 4, content: Box::new(draft()) },
        Save { draft: draft_id, revision: 0, content: Box::default() },
        CopyFiles { draft: DraftId(8), from: DraftId(7) },
        Discard { draft: draft_id },
        Send { draft: draft_id, revision: 3, content: Box::new(draft()), at: Some(1_700_000_000) },
        Unsend { draft: draft_id },
        Retry { draft: draft_id },
        Settle { draft: draft_id, sent: true },
        Complete { text: "gra".into() },
        Choose { settings: writing_settings() },
    ]
}

fn writing_replies() -> Vec<WritingReply> {
    let groups = vec![ContactGroup { name: "Mathematicians".into(), members: vec![address()] }];
    vec![
        WritingReply::Desk { settings: writing_settings(), outbox: outbox(), size_limit: Some(10_240_000) },
        WritingReply::Draft { draft: DraftId(5), revision: 4, content: Box::new(draft()) },
        WritingReply::Saved { revision: 5, at: 1_700_000_000 },
        WritingReply::Addresses { addresses: vec![address()], groups },
    ]
}

fn writing_events() -> Vec<WritingEvent> {
    vec![
        WritingEvent::Outbox(outbox()),
        WritingEvent::DraftSaved { draft: DraftId(5), revision: 5 },
        WritingEvent::DraftGone(DraftId(5)),
        WritingEvent::Chosen(writing_settings()),
    ]
}

fn client_frames() -> Vec<ClientFrame> {
    let resume = vec![Resume { account: account_id(), epoch: Epoch(u64::MAX), last_seq: Seq(9) }];
    let mut commands = vec![Command::Hello { build: "abc".into(), resume }, Command::Ping];
    commands.extend(
        account_commands().into_iter().map(|command| Command::Account { account: account_id(), command }),
    );
    let writing = |command| Command::Writing { account: account_id(), command };
    commands.extend(writing_commands().into_iter().map(writing));
    commands.into_iter().map(|command| ClientFrame { id: RequestId(1), command }).collect()
}

fn replies() -> Vec<Reply> {
    let snapshot = Snapshot {
        epoch: Epoch(1),
        seq: Seq(2),
        account: account(Connection::Online),
        folders: vec![folder()],
    };
    let plan = PurgePlan {
        plan: PlanId(1),
        folder: inbox(),
        count: 12,
        foreign: 2,
        samples: vec![PurgeSample { from: address(), subject: "Old".into() }],
        guarded: true,
    };
    let mut replies = vec![
        Reply::Welcome {
            build: "abc".into(),
            accounts: vec![Attached::Resumed, Attached::Snapshot(snapshot)],
        },
        Reply::Accepted,
        Reply::Failed(failure()),
        Reply::ViewOpened { view: view(), rows: rows() },
        Reply::Rows(rows()),
        Reply::Message(Box::new(detail())),
        Reply::PurgePlan(plan),
        Reply::WaitingCopies(vec![
            WaitingCopy { key: Some(key()), from: Some(address()), subject: "Old".into() },
            WaitingCopy { key: None, from: None, subject: String::new() },
        ]),
    ];
    replies.extend(writing_replies().into_iter().map(Reply::Writing));
    replies
}

fn events() -> Vec<Event> {
    let reason = || "gone".to_owned();
    let splices = vec![
        Splice::Remove { start: 1, count: 2 },
        Splice::Insert { start: 0, count: 3, rows: vec![summary()] },
    ];
    let mut events = vec![
        Event::AccountChanged(account(Connection::Online)),
        Event::AccountChanged(account(Connection::Reconnecting { retry_in: 4, reason: reason() })),
        Event::AccountChanged(account(Connection::SignInNeeded { reason: reason() })),
        Event::AccountChanged(Account {
            kind: AccountKind::Pop3,
            pop3: Some(pop3_status()),
            ..account(Connection::Online)
        }),
        Event::Folders(vec![folder()]),
        Event::Counts { folder: inbox(), counts: Counts { total: 3, unread: 2, deleted: 1 } },
        Event::FlagsChanged {
            folder: inbox(),
            validity: UidValidity(7),
            uids: uids(),
            change: FlagChange { add: flags(), remove: Flags::new() },
        },
        Event::Removed { folder: inbox(), validity: UidValidity(7), uids: uids() },
        Event::Arrived { folder: inbox(), validity: UidValidity(7), uids: uids() },
        Event::ViewChanged(ViewChange { view: view(), splices }),
        Event::ViewClosed { view: ViewId(3) },
        Event::Previews { folder: inbox(), validity: UidValidity(7), previews: vec![(Uid(42), "Hi".into())] },
        Event::Progress { op: OP, done: 500, total: 10_000 },
        Event::Finished { op: OP, count: 3, undoable: true },
        Event::Failed { op: OP, done: 1, total: 3, failure: failure() },
        Event::Notice(Notice::Alert("Disk full".into())),
        Event::Notice(Notice::AutoExpunged { folder: inbox(), count: 1 }),
        Event::Notice(Notice::NotUploaded { partial: 1, too_large: 2 }),
    ];
    events.extend(writing_events().into_iter().map(Event::Writing));
    events
}

fn server_frames() -> Vec<ServerFrame> {
    let replies = replies().into_iter().map(|reply| ServerFrame::Reply { id: RequestId(1), reply });
    let events = events().into_iter().map(|event| {
        ServerFrame::Event(Envelope { account: account_id(), seq: Seq(1), cause: Some(OP), event })
    });
    replies.chain(events).collect()
}

/// The snapshot's text, after proof that both encodings lead back to the frame.
fn encodings<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(frames: &[T]) -> String {
    let mut text = String::new();
    for frame in frames {
        let json = Codec::Json.encode(frame).unwrap();
        let postcard = Codec::Postcard.encode(frame).unwrap();
        assert_eq!(&Codec::Json.decode::<T>(&json).unwrap(), frame);
        assert_eq!(&Codec::Postcard.decode::<T>(&postcard).unwrap(), frame);
        let hex = postcard.iter().fold(String::new(), |mut hex, byte| {
            write!(hex, "{byte:02x}").unwrap();
            hex
        });
        writeln!(text, "{}\n  {hex}", String::from_utf8(json).unwrap()).unwrap();
    }
    text
}

#[test]
fn frames_from_browsers() {
    insta::assert_snapshot!(encodings(&client_frames()));
}

#[test]
fn frames_from_the_gateway() {
    insta::assert_snapshot!(encodings(&server_frames()));
}

/// The names serde gives the variants of a type, as an unknown one is refused with the list of them.
fn variants<T: DeserializeOwned>() -> BTreeSet<String> {
    let error = serde_json::from_str::<T>("\"no such variant\"").err().unwrap().to_string();
    let names: BTreeSet<String> = error.split('`').skip(3).step_by(2).map(str::to_owned).collect();
    assert!(!names.is_empty(), "{error}");
    names
}

fn sampled<T: Serialize>(values: &[T]) -> BTreeSet<String> {
    let name = |value: &T| match serde_json::to_value(value).unwrap() {
        serde_json::Value::String(name) => name,
        serde_json::Value::Object(object) => object.keys().next().unwrap().clone(),
        other => panic!("{other}"),
    };
    values.iter().map(name).collect()
}

#[test]
fn no_variant_is_without_a_sample() {
    assert_eq!(sampled(&account_commands()), variants::<AccountCommand>());
    assert_eq!(
        sampled(&client_frames().into_iter().map(|frame| frame.command).collect::<Vec<_>>()),
        variants::<Command>()
    );
    assert_eq!(sampled(&replies()), variants::<Reply>());
    assert_eq!(sampled(&events()), variants::<Event>());
    assert_eq!(sampled(&writing_commands()), variants::<WritingCommand>());
    assert_eq!(sampled(&writing_replies()), variants::<WritingReply>());
    assert_eq!(sampled(&writing_events()), variants::<WritingEvent>());
    assert_eq!(sampled(&server_frames()), variants::<ServerFrame>());
}

#[test]
fn a_cut_or_foreign_frame_is_an_error_and_nothing_worse() {
    for frame in client_frames() {
        let bytes = Codec::Postcard.encode(&frame).unwrap();
        for end in 0..bytes.len() {
            assert_ne!(Codec::Postcard.decode::<ClientFrame>(&bytes[..end]).ok(), Some(frame.clone()));
        }
    }
    assert!(Codec::Json.decode::<ClientFrame>(b"{\"id\":1,\"command\":\"Explode\"}").is_err());
    // A length that claims more than there is allocates nothing.
    assert!(Codec::Postcard.decode::<Vec<u64>>(&[0xff, 0xff, 0xff, 0xff, 0x0f]).is_err());
}

#[test]
fn subprotocols_name_their_codecs() {
    for codec in Codec::ALL {
        assert_eq!(Codec::from_subprotocol(codec.subprotocol()), Some(codec));
    }
    assert_eq!(Codec::from_subprotocol("postern.v0"), None);
}
