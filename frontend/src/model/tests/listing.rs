//! The list: new mail, mail that leaves, other views, opening a message.

use super::{
    fixture::{key, summary, with_flags},
    stage::{Stage, VIEW, account_id, inbox, op_of, uids},
};
use crate::model::{opened::Detail, status::Reach};
use postern_shared::{
    account::Connection,
    command::AccountCommand,
    error::{ErrorCode, Failure},
    event::Event,
    flags::Flag,
    ids::{FolderId, Revision, UidValidity, ViewId},
    reply::Reply,
    view::{Rows, Splice, View, ViewChange, ViewSpec},
};

fn is_open(command: &AccountCommand) -> bool {
    matches!(command, AccountCommand::OpenView { .. })
}

#[test]
fn focus_and_selection_stay_with_their_messages_when_mail_comes_and_goes() {
    let mut stage = Stage::with_read(5);
    stage.does(|mailbox| mailbox.toggle_row(1));
    stage.does(|mailbox| mailbox.toggle_row(3));
    stage.splices(6, vec![Splice::Insert { start: 0, count: 1, rows: vec![summary(9)] }]);
    assert_eq!(stage.shown(), [9, 1, 2, 3, 4, 5]);
    assert_eq!(stage.mailbox().focus(), Some(4));
    stage.splices(5, vec![Splice::Remove { start: 2, count: 1 }]);
    let (folder, validity) = (FolderId::from("INBOX"), UidValidity(1));
    stage.event(Event::Removed { folder, validity, uids: uids(&[2]) });
    assert_eq!((stage.mailbox().focus(), stage.mailbox().selected()), (Some(3), 1));
}

#[test]
fn opening_marks_as_read_and_asks_for_the_headers() {
    let mut stage = Stage::with_messages(&[&[], &[Flag::Seen]]);
    stage.does(|mailbox| mailbox.open_message(&key(1)));
    assert!(!stage.row(0).unread());
    assert_eq!(stage.counts(), (2, 0, 0));
    let (_, read) = stage.take(|command| matches!(command, AccountCommand::SetFlags { .. }));
    let (id, _) = stage.take(|command| matches!(command, AccountCommand::OpenMessage { .. }));
    assert_eq!(stage.words(), Vec::<String>::new());
    stage.finish(op_of(&read), 1);
    stage.reply(id, Reply::Failed(Failure::new(ErrorCode::NoSuchMessage, "")));
    assert_eq!(stage.mailbox().opened().unwrap().detail, Detail::Gone);
}

#[test]
fn a_message_opened_by_its_address_is_marked_as_read_when_its_row_comes() {
    let mut stage = Stage::with_messages(&[]);
    stage.splices(1, vec![Splice::Insert { start: 0, count: 1, rows: Vec::new() }]);
    stage.does(|mailbox| mailbox.open_message(&key(1)));
    stage.does(|mailbox| mailbox.want_rows(0..1));
    let (id, _) = stage.take(|command| matches!(command, AccountCommand::FetchRows { .. }));
    let revision = Revision(2);
    stage.reply(id, Reply::Rows(Rows { view: VIEW, revision, start: 0, rows: vec![with_flags(1, &[])] }));
    assert!(!stage.row(0).unread());
    stage.take(|command| matches!(command, AccountCommand::SetFlags { .. }));
}

#[test]
fn the_opened_message_is_told_when_another_client_removes_it() {
    let mut stage = Stage::with_read(2);
    stage.does(|mailbox| mailbox.open_message(&key(2)));
    let (folder, validity) = (FolderId::from("INBOX"), UidValidity(1));
    stage.event(Event::Removed { folder, validity, uids: uids(&[2]) });
    assert_eq!(stage.mailbox().opened().unwrap().detail, Detail::Gone);
}

#[test]
fn an_answer_to_a_view_left_meanwhile_closes_it() {
    let mut stage = Stage::with_read(1);
    let search = ViewSpec { query: "tea".into(), ..inbox() };
    stage.client.open_view(account_id(), search);
    stage.does(|_| ());
    stage.take(|command| matches!(command, AccountCommand::CloseView { .. }));
    let (first, _) = stage.take(is_open);
    stage.client.open_view(account_id(), inbox());
    stage.does(|_| ());
    let (second, _) = stage.take(is_open);
    stage.open(first, 1, vec![summary(5)]);
    stage.take(|command| matches!(command, AccountCommand::CloseView { .. }));
    assert!(stage.mailbox().loading());
    stage.open(second, 1, vec![summary(1)]);
    assert_eq!(stage.shown(), [1]);
}

#[test]
fn a_view_that_failed_offline_opens_when_the_account_is_back() {
    let mut stage = Stage::with_read(1);
    stage.client.open_view(account_id(), ViewSpec { query: "tea".into(), ..inbox() });
    stage.does(|_| ());
    let (id, _) = stage.take(is_open);
    let mut account = super::fixture::account();
    account.connection = Connection::Reconnecting { retry_in: 1, reason: "reset".into() };
    stage.event(Event::AccountChanged(account.clone()));
    assert_eq!(stage.client.status().reach, Reach::Reconnecting);
    stage.reply(id, Reply::Failed(Failure::new(ErrorCode::Offline, "")));
    assert!(stage.mailbox().view_failure().is_some());
    account.connection = Connection::Online;
    stage.event(Event::AccountChanged(account));
    stage.take(is_open);
}

#[test]
fn changes_of_views_others_opened_are_not_ours() {
    let mut stage = Stage::with_read(2);
    let view = View { id: ViewId(99), revision: Revision(4), total: 0, searching: false };
    stage.event(Event::ViewChanged(ViewChange { view, splices: Vec::new() }));
    stage.event(Event::ViewClosed { view: ViewId(99) });
    assert_eq!(stage.shown(), [1, 2]);
    assert!(stage.sent.is_empty());
}

#[test]
fn a_change_that_does_not_fit_opens_the_view_again() {
    let mut stage = Stage::with_read(2);
    stage.splices(9, vec![Splice::Remove { start: 0, count: 1 }]);
    stage.take(is_open);
}

#[test]
fn a_long_range_selects_rows_as_they_come() {
    let mut stage = Stage::with_read(1);
    stage.splices(300, vec![Splice::Insert { start: 1, count: 299, rows: Vec::new() }]);
    stage.does(|mailbox| mailbox.focus_row(0));
    stage.does(|mailbox| mailbox.extend_to(120));
    stage.does(|mailbox| mailbox.want_rows(100..130));
    assert_eq!(stage.mailbox().selected(), 1);
    while !stage.sent.is_empty() {
        let (id, command) = stage.take(|_| true);
        let AccountCommand::FetchRows { view, start, count } = command else { panic!("{command:?}") };
        let rows = (start..start + count).map(|index| summary(index + 1)).collect();
        stage.reply(id, Reply::Rows(Rows { view, revision: Revision(2), start, rows }));
    }
    assert_eq!(stage.mailbox().selected(), 121);
}
