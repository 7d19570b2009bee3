//! POP3 accounts: Deleted Items in place of struck mail, settings, downloads.

use super::{
    fixture::key,
    stage::{Stage, op_of, uids_of},
};
use crate::model::{
    change::{ChangeKind, Operation, Outcome},
    mailbox::Mailbox,
    opened::Detail,
    pop3::Waiting,
};
use postern_shared::{
    account::{Account, AccountKind},
    body::{BodyKind, MessageDetail},
    command::{AccountCommand, Target},
    error::{ErrorCode, Failure},
    event::{Event, Notice},
    flags::Flag,
    folder::Role,
    ids::FolderId,
    pop3::{CopyPolicy, Pop3Settings, Pop3Status, WaitingCopy},
    reply::Reply,
};

const READ: &[Flag] = &[Flag::Seen];

fn is_delete(command: &AccountCommand) -> bool {
    matches!(command, AccountCommand::Delete { .. })
}

fn is_undelete(command: &AccountCommand) -> bool {
    matches!(command, AccountCommand::Undelete { .. })
}

fn is_rest(command: &AccountCommand) -> bool {
    matches!(command, AccountCommand::DownloadRest { .. })
}

fn has_undo(stage: &Stage) -> bool {
    stage.told.iter().any(|told| matches!(told, Outcome::Say { undo: Some(_), .. }))
}

#[test]
fn delete_moves_to_deleted_items_at_once_and_never_strikes() {
    // Shift+Delete marks elsewhere: here there is nothing to mark.
    for mark in [false, true] {
        let mut stage = Stage::with_pop3(&[READ; 3], Role::Inbox);
        stage.does(|mailbox| mailbox.focus_row(0));
        stage.does(|mailbox| mailbox.delete(mark, false));
        assert_eq!((stage.shown(), stage.struck()), (vec![2, 3], vec![]));
        let trash = stage.mailbox().folder(&FolderId::from("Trash")).unwrap();
        assert_eq!((stage.counts().0, trash.counts.unwrap().total), (2, 1));
        assert!(has_undo(&stage) && stage.mailbox().removal().is_none());
        let (_, delete) = stage.take(is_delete);
        assert_eq!(uids_of(&delete), [1]);
        assert!(matches!(delete, AccountCommand::Delete { mark: false, .. }));
        assert!(!stage.mailbox().target().undeletable);
    }
}

#[test]
fn in_deleted_items_delete_asks_first_and_cannot_be_undone() {
    let mut stage = Stage::with_pop3(&[READ; 3], Role::Trash);
    stage.does(|mailbox| mailbox.focus_row(0));
    stage.does(|mailbox| mailbox.extend_to(1));
    stage.does(|mailbox| mailbox.delete(false, false));
    assert_eq!(stage.mailbox().removal().map(|removal| removal.count), Some(2));
    assert!(stage.sent.is_empty() && stage.told.is_empty());
    stage.does(|mailbox| mailbox.close_removal());
    assert_eq!((stage.shown(), stage.mailbox().selected()), (vec![1, 2, 3], 2), "nothing happened");

    stage.does(|mailbox| mailbox.delete(false, false));
    stage.does(|mailbox| mailbox.confirm_removal());
    assert_eq!((stage.shown(), stage.mailbox().removal()), (vec![3], None));
    assert!(!has_undo(&stage));
    assert_eq!(uids_of(&stage.take(is_delete).1), [1, 2]);
    stage.words();
    stage.does(|mailbox| mailbox.undo_last());
    assert_eq!(stage.words(), ["There is nothing to undo."]);
}

#[test]
fn select_all_in_deleted_items_asks_for_all_of_them() {
    let mut stage = Stage::with_pop3(&[READ; 3], Role::Trash);
    stage.does(|mailbox| mailbox.select_all());
    assert!(stage.mailbox().target().undeletable);
    stage.does(|mailbox| mailbox.delete(false, false));
    assert_eq!(stage.mailbox().removal().map(|removal| removal.count), Some(3));
    stage.does(|mailbox| mailbox.confirm_removal());
    let (_, delete) = stage.take(is_delete);
    assert!(matches!(delete, AccountCommand::Delete { target: Target::View { .. }, .. }), "{delete:?}");
    assert!(stage.struck().is_empty());
}

#[test]
fn undelete_takes_messages_out_of_deleted_items() {
    let mut stage = Stage::with_pop3(&[READ; 2], Role::Trash);
    stage.does(|mailbox| mailbox.focus_row(0));
    assert!(stage.mailbox().target().undeletable);
    stage.does(|mailbox| mailbox.undelete());
    assert_eq!(stage.shown(), [2]);
    assert_eq!(uids_of(&stage.take(is_undelete).1), [1]);

    let mut stage = Stage::with_pop3(&[READ; 2], Role::Inbox);
    stage.does(|mailbox| mailbox.focus_row(0));
    stage.does(|mailbox| mailbox.undelete());
    assert!(stage.sent.is_empty());
    assert_eq!(stage.shown(), [1, 2]);
}

#[test]
fn there_is_nothing_to_purge() {
    let mut stage = Stage::with_pop3(&[READ], Role::Inbox);
    stage.does(|mailbox| mailbox.prepare_purge(FolderId::from("INBOX")));
    assert!(stage.sent.is_empty());
    assert!(stage.words()[0].contains("Deleted Items"));
}

#[test]
fn a_deleted_folder_goes_into_deleted_items_and_comes_back() {
    let mut stage = Stage::with_pop3(&[READ], Role::Inbox);
    stage.does(|mailbox| mailbox.delete_folder(FolderId::from("Archive")));
    assert!(has_undo(&stage));
    let (id, delete) = stage.take(|command| matches!(command, AccountCommand::DeleteFolder { .. }));
    stage.reply(id, Reply::Accepted);
    stage.finish(op_of(&delete), 0);
    assert_eq!(stage.words(), ["Folder moved to Deleted Items"]);
    stage.does(|mailbox| mailbox.undo_last());
    let (_, undo) = stage.take(|command| matches!(command, AccountCommand::Undo { .. }));
    assert!(matches!(undo, AccountCommand::Undo { undo, .. } if undo == op_of(&delete)));
}

#[test]
fn refused_settings_are_taken_back() {
    let mut stage = Stage::with_pop3(&[READ], Role::Inbox);
    let copy = |stage: &Stage| stage.mailbox().account().pop3.as_ref().unwrap().settings.copy;
    let settings = Pop3Settings { copy: CopyPolicy::RemoveAfterDownload, ..Pop3Settings::default() };
    stage.does(|mailbox| mailbox.set_pop3(settings));
    assert_eq!(copy(&stage), CopyPolicy::RemoveAfterDownload);
    let (id, _) = stage
        .take(|command| matches!(command, AccountCommand::SetPop3 { settings: sent } if *sent == settings));
    stage.reply(id, Reply::Failed(Failure::new(ErrorCode::BadInput, "")));
    assert_eq!((copy(&stage), stage.words().len()), (CopyPolicy::Leave, 1));
}

#[test]
fn the_rest_of_a_message_is_asked_for_once_and_loads_it_anew() {
    let mut stage = Stage::with_pop3(&[READ], Role::Inbox);
    let detail = MessageDetail {
        key: key(1),
        subject: String::new(),
        from: Vec::new(),
        sender: Vec::new(),
        reply_to: Vec::new(),
        to: Vec::new(),
        cc: Vec::new(),
        bcc: Vec::new(),
        sent: None,
        received: 0,
        message_id: None,
        size: 1,
        body: BodyKind::Text,
        attachments: Vec::new(),
        server_copy: None,
        partial: true,
        authentication: None,
        warnings: Vec::new(),
    };
    let open = |command: &AccountCommand| matches!(command, AccountCommand::OpenMessage { .. });
    stage.does(|mailbox| mailbox.open_message(&key(1)));
    let (id, _) = stage.take(open);
    stage.reply(id, Reply::Message(Box::new(detail)));
    stage.does(|mailbox| mailbox.download_rest(&key(1)));
    stage.does(|mailbox| mailbox.download_rest(&key(1)));
    let (id, rest) = stage.take(is_rest);
    assert!(stage.sent.is_empty() && stage.mailbox().downloads_rest(&key(1)));
    stage.reply(id, Reply::Accepted);
    stage.event(Event::Finished { op: op_of(&rest), count: 1, undoable: false });
    stage.take(open);
    let opened = stage.mailbox().opened().unwrap();
    assert_eq!((opened.detail, opened.edition), (Detail::Loading, 1));
    assert!(!stage.mailbox().downloads_rest(&key(1)));
    assert!(stage.words().is_empty());
}

#[test]
fn an_upload_is_asked_for_once_shows_how_far_it_is_and_says_what_it_left_out() {
    let mut stage = Stage::with_pop3(&[READ], Role::Inbox);
    stage.does(Mailbox::upload);
    stage.does(Mailbox::upload);
    let (id, upload) = stage.take(|command| matches!(command, AccountCommand::UploadToImap { .. }));
    assert!(stage.sent.is_empty() && stage.mailbox().uploads());
    stage.reply(id, Reply::Accepted);
    let op = op_of(&upload);
    stage.event(Event::Progress { op, done: 3, total: 9 });
    let kind = ChangeKind::Upload;
    assert_eq!(stage.mailbox().operations(), [Operation { op, kind, done: 3, total: 9 }]);
    stage.event(Event::Notice(Notice::NotUploaded { partial: 1, too_large: 2 }));
    stage.event(Event::Finished { op, count: 6, undoable: false });
    assert!(!stage.mailbox().uploads());
    let words = stage.words().join(" ");
    for part in ["1 message of which only the beginning", "2 messages larger", "6 messages uploaded"] {
        assert!(words.contains(part), "{words}");
    }
}

#[test]
fn what_waits_is_kept_true_while_it_is_looked_at() {
    let mut stage = Stage::with_pop3(&[READ], Role::Inbox);
    let is_list = |command: &AccountCommand| *command == AccountCommand::ListWaitingCopies;
    let told = |stage: &mut Stage, waiting| {
        let pop3 = Some(Pop3Status { waiting, ..Pop3Status::default() });
        let account = Account { kind: AccountKind::Pop3, pop3, ..super::fixture::account() };
        stage.event(Event::AccountChanged(account));
    };
    told(&mut stage, 1);
    assert!(stage.sent.is_empty(), "nobody looks");
    stage.does(|mailbox| mailbox.show_waiting());
    let (id, _) = stage.take(is_list);
    let copies = vec![WaitingCopy { key: None, from: None, subject: "Old".into() }];
    stage.reply(id, Reply::WaitingCopies(copies.clone()));
    assert_eq!(stage.mailbox().waiting(), Some(&Waiting::Ready(copies)));
    told(&mut stage, 1);
    assert!(stage.sent.is_empty(), "nothing changed");
    told(&mut stage, 0);
    stage.take(is_list);
}
