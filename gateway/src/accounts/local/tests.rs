//! The mailbox over a store in memory, as a browser hears of it.

use super::Mailbox;
use crate::{
    browser::BrowserId,
    hub::{
        outbox::{Inbox, Outbox, Outgoing},
        publish::Hub,
    },
    store::mail::{MailStore, MemoryMailStore, NewMessage},
};
use postern_shared::{
    address::Address,
    command::{AccountCommand, FolderMessages, Target},
    error::ErrorCode,
    event::Event,
    flags::{Flag, FlagChange, Flags},
    folder::{Folder, Role},
    ids::{AccountId, Epoch, FolderId, OpId, RequestId, Uid, UidValidity, ViewId},
    reply::Reply,
    uid_set::UidSet,
    view::{Scope, Sort, Splice, ViewSpec},
};
use std::sync::Arc;

const ADA: BrowserId = BrowserId(1);

/// A mailbox with mail in its inbox, and one browser.
struct Stage {
    mailbox: Mailbox,
    inbox: Inbox,
    validity: UidValidity,
    ops: u64,
}

impl Stage {
    async fn with_mail(count: u8) -> Self {
        let (account, store) = (AccountId::from("ada@example.org"), Arc::new(MemoryMailStore::default()));
        let opened = store.open_account(&account).await.unwrap();
        let messages: Vec<NewMessage> = (1..=count).map(message).collect();
        store.add(&account, &messages).await.unwrap();
        let mut hub = Hub::new(account.clone(), Epoch(1));
        let (outbox, inbox) = Outbox::new();
        hub.attach(ADA, None, outbox);
        let mailbox = Mailbox::open(hub, account, &opened, store).await.unwrap();
        Self { mailbox, inbox, validity: opened.validity, ops: 0 }
    }

    /// Asks, and returns what was said since: the replies and the events.
    async fn ask(&mut self, command: AccountCommand) -> (Vec<Reply>, Vec<Event>) {
        self.mailbox.command(ADA, RequestId(1), command).await;
        let (mut replies, mut events) = (Vec::new(), Vec::new());
        while let Ok(frame) = self.inbox.frames.try_recv() {
            match frame {
                Outgoing::Reply(_, reply) => replies.push(reply),
                Outgoing::Event(envelope) => events.push(envelope.event.clone()),
            }
        }
        (replies, events)
    }

    async fn open(&mut self, folder: &str, query: &str) -> (ViewId, Vec<String>) {
        let spec = ViewSpec {
            scope: Scope::Folder(folder.into()),
            query: query.to_owned(),
            sort: Sort::default(),
            hide_deleted: false,
        };
        let (replies, _) = self.ask(AccountCommand::OpenView { spec }).await;
        match replies.as_slice() {
            [Reply::ViewOpened { view, rows }] => {
                (view.id, rows.rows.iter().map(|row| row.subject.clone()).collect())
            }
            other => panic!("{other:?}"),
        }
    }

    fn op(&mut self) -> OpId {
        self.ops += 1;
        OpId(self.ops)
    }

    fn target(&self, folder: &str, uids: &[u32]) -> Target {
        let uids: UidSet = uids.iter().map(|uid| Uid(*uid)).collect();
        Target::Messages(vec![FolderMessages { folder: folder.into(), validity: self.validity, uids }])
    }

    fn folder(&self, id: &str) -> &Folder {
        self.mailbox.folders().iter().find(|folder| folder.id == FolderId::from(id)).unwrap()
    }

    fn total(&self, id: &str) -> u32 {
        self.folder(id).counts.unwrap().total
    }

    async fn delete(&mut self, folder: &str, uids: &[u32]) -> (OpId, Vec<Event>) {
        let (op, target) = (self.op(), self.target(folder, uids));
        let (replies, events) = self.ask(AccountCommand::Delete { op, target, mark: false }).await;
        assert_eq!(replies, [Reply::Accepted]);
        (op, events)
    }
}

fn message(number: u8) -> NewMessage {
    let sender = Address { name: String::new(), email: "grace@example.org".to_owned() };
    NewMessage {
        folder: "INBOX".into(),
        hash: [number; 32],
        size: 10,
        flags: Flags::new(),
        from: vec![sender],
        to: Vec::new(),
        cc: Vec::new(),
        subject: format!("number {number}"),
        sent: None,
        received: i64::from(number),
        preview: None,
        has_attachment: false,
        unreadable: false,
        partial: false,
        layout: Vec::new(),
        source: None,
        text: String::new(),
        download: None,
    }
}

fn finished(events: &[Event]) -> (u32, bool) {
    match events.last() {
        Some(Event::Finished { count, undoable, .. }) => (*count, *undoable),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn deleting_moves_to_deleted_items_and_undo_brings_back() {
    let mut stage = Stage::with_mail(3).await;
    let (view, subjects) = stage.open("INBOX", "").await;
    assert_eq!(subjects, ["number 3", "number 2", "number 1"]);
    let (op, events) = stage.delete("INBOX", &[2]).await;
    assert_eq!(finished(&events), (1, true));
    let removed = Splice::Remove { start: 1, count: 1 };
    assert!(events.iter().any(
        |event| matches!(event, Event::ViewChanged(change) if change.view.id == view && change.splices == [removed.clone()])
    ));
    assert_eq!((stage.total("INBOX"), stage.total("Deleted Items")), (2, 1));

    let undo = AccountCommand::Undo { op: stage.op(), undo: op };
    let (_, events) = stage.ask(undo.clone()).await;
    assert_eq!(finished(&events), (1, false));
    assert_eq!(stage.open("INBOX", "").await.1, ["number 3", "number 2", "number 1"]);
    let (replies, _) = stage.ask(undo).await;
    assert!(matches!(&replies[..], [Reply::Failed(failure)] if failure.code == ErrorCode::CannotUndo));
}

#[tokio::test]
async fn undelete_restores_and_delete_in_deleted_items_is_for_good() {
    let mut stage = Stage::with_mail(2).await;
    stage.delete("INBOX", &[1, 2]).await;
    let (op, target) = (stage.op(), stage.target("Deleted Items", &[1]));
    let (_, events) = stage.ask(AccountCommand::Undelete { op, target }).await;
    assert_eq!(finished(&events), (1, true));
    assert_eq!(stage.open("INBOX", "").await.1, ["number 1"]);
    let (_, events) = stage.delete("Deleted Items", &[2]).await;
    assert_eq!(finished(&events), (1, false));
    assert_eq!(stage.total("Deleted Items"), 0);
}

#[tokio::test]
async fn a_deleted_folder_comes_back_with_its_mail_until_deleted_items_is_emptied() {
    let mut stage = Stage::with_mail(2).await;
    let op = stage.op();
    stage.ask(AccountCommand::CreateFolder { op, parent: None, name: "Work".to_owned() }).await;
    let work = stage.mailbox.folders().iter().find(|folder| folder.name == "Work").unwrap().id.clone();
    let (op, target) = (stage.op(), stage.target("INBOX", &[1]));
    stage.ask(AccountCommand::Move { op, target, to: work.clone() }).await;

    let delete = stage.op();
    let (_, events) = stage.ask(AccountCommand::DeleteFolder { op: delete, folder: work.clone() }).await;
    assert_eq!(finished(&events), (0, true));
    assert_eq!(stage.folder(work.as_str()).parent, Some("Deleted Items".into()));
    let op = stage.op();
    stage.ask(AccountCommand::Undo { op, undo: delete }).await;
    assert_eq!(stage.folder(work.as_str()).parent, None);

    let op = stage.op();
    stage.ask(AccountCommand::DeleteFolder { op, folder: work.clone() }).await;
    let op = stage.op();
    let (_, events) = stage.ask(AccountCommand::EmptyFolder { op, folder: "Deleted Items".into() }).await;
    assert_eq!(finished(&events), (1, false));
    assert!(stage.mailbox.folders().iter().all(|folder| folder.id != work));
    assert_eq!(stage.total("INBOX"), 1);
}

#[tokio::test]
async fn a_search_by_flags_follows_them_and_knows_its_folders() {
    let mut stage = Stage::with_mail(2).await;
    let (view, subjects) = stage.open("INBOX", "is:unread").await;
    assert_eq!(subjects.len(), 2);
    let (op, target) = (stage.op(), stage.target("INBOX", &[2]));
    let change = FlagChange::one(Flag::Seen, true);
    let (_, events) = stage.ask(AccountCommand::SetFlags { op, target, change }).await;
    assert_eq!(finished(&events), (1, true));
    let gone = Splice::Remove { start: 0, count: 1 };
    assert!(events.iter().any(
        |event| matches!(event, Event::ViewChanged(change) if change.view.id == view && change.splices == [gone.clone()])
    ));
    assert_eq!(stage.folder("INBOX").counts.unwrap().unread, 1);
    let (op, target) = (stage.op(), Target::View { view, except: Vec::new() });
    let (_, events) = stage.ask(AccountCommand::Move { op, target, to: "Archive".into() }).await;
    assert_eq!(finished(&events), (1, true));
    assert_eq!(stage.open("INBOX", "in:archive").await.1, ["number 1"]);
}

#[tokio::test]
async fn another_validity_and_special_folders_are_refused() {
    let mut stage = Stage::with_mail(1).await;
    let uids = UidSet::one(Uid(1));
    let validity = UidValidity(stage.validity.0.wrapping_add(1));
    let target = Target::Messages(vec![FolderMessages { folder: "INBOX".into(), validity, uids }]);
    let op = stage.op();
    let (replies, _) = stage.ask(AccountCommand::Delete { op, target, mark: false }).await;
    assert!(matches!(&replies[..], [Reply::Failed(failure)] if failure.code == ErrorCode::FolderChanged));
    let trash = stage.mailbox.folders().iter().find(|folder| folder.role == Some(Role::Trash)).unwrap();
    let folder = trash.id.clone();
    let op = stage.op();
    let (replies, _) = stage.ask(AccountCommand::DeleteFolder { op, folder }).await;
    assert!(matches!(&replies[..], [Reply::Failed(failure)] if failure.code == ErrorCode::BadInput));
}
