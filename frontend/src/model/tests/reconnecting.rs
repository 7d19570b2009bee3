//! Sockets lost and found: nothing lost, nothing twice.

use super::{
    fixture::{account, summary},
    stage::{Stage, folders, op_of, uids_of},
};
use crate::model::{change::Outcome, status::Reach};
use postern_shared::{
    command::{AccountCommand, Command},
    event::{Envelope, Event},
    flags::Flag,
    ids::Seq,
    reply::Reply,
    wire::ServerFrame,
};

fn is_delete(command: &AccountCommand) -> bool {
    matches!(command, AccountCommand::Delete { .. })
}

fn delete_row(stage: &mut Stage, row: u32) {
    stage.does(|mailbox| mailbox.focus_row(row));
    stage.does(|mailbox| mailbox.delete(false, false));
}

#[test]
fn changes_made_without_a_connection_wait_and_are_sent() {
    let mut stage = Stage::with_read(5);
    stage.disconnect();
    for row in 0..3 {
        delete_row(&mut stage, row);
    }
    assert_eq!(stage.struck(), [1, 2, 3]);
    let status = stage.client.status();
    assert_eq!((status.reach, status.waiting), (Reach::Reconnecting, 3));
    assert!(stage.sent.is_empty());
    stage.connect(None);
    let sent: Vec<u32> = (0..3).flat_map(|_| uids_of(&stage.take(is_delete).1)).collect();
    assert_eq!(sent, [1, 2, 3]);
    assert_eq!(stage.client.status().reach, Reach::Online);
}

#[test]
fn a_change_that_was_never_sent_is_undone_without_a_request() {
    let mut stage = Stage::with_read(2);
    stage.disconnect();
    delete_row(&mut stage, 0);
    stage.does(|mailbox| mailbox.undo_last());
    assert_eq!((stage.struck(), stage.mailbox().unfinished()), (vec![], 0));
    stage.connect(None);
    assert!(stage.sent.is_empty());
}

#[test]
fn what_was_not_answered_goes_out_again_under_its_own_name() {
    let mut stage = Stage::with_read(3);
    delete_row(&mut stage, 0);
    delete_row(&mut stage, 1);
    let (first, accepted) = stage.take(is_delete);
    let (_, unanswered) = stage.take(is_delete);
    stage.reply(first, Reply::Accepted);
    stage.disconnect();
    stage.connect(None);
    let (id, again) = stage.take(is_delete);
    assert_eq!(again, unanswered);
    assert!(stage.sent.is_empty());
    // The gateway had done it after all: the events say so, and the second answer changes nothing.
    stage.flags(&[1, 2], Flag::Deleted, true);
    stage.finish(op_of(&accepted), 1);
    stage.finish(op_of(&unanswered), 1);
    stage.words();
    stage.reply(
        id,
        Reply::Failed(postern_shared::error::Failure::new(postern_shared::error::ErrorCode::CannotUndo, "")),
    );
    assert_eq!((stage.struck(), stage.words()), (vec![1, 2], vec![]));
}

#[test]
fn a_gateway_that_started_anew_is_asked_for_the_view_again() {
    let mut stage = Stage::with_read(3);
    delete_row(&mut stage, 0);
    let (id, _) = stage.take(is_delete);
    stage.reply(id, Reply::Accepted);
    stage.disconnect();
    stage.connect(Some(folders(&[&[Flag::Seen, Flag::Deleted], &[Flag::Seen], &[Flag::Seen]])));
    assert_eq!(stage.shown(), [1, 2, 3], "what shows stays until the view is open again");
    let (id, _) = stage.take(|command| matches!(command, AccountCommand::OpenView { .. }));
    let mut struck = summary(1);
    struck.flags.set(Flag::Deleted, true);
    stage.open(id, 3, vec![struck, summary(2), summary(3)]);
    assert_eq!((stage.struck(), stage.mailbox().unfinished()), (vec![1], 0));
}

#[test]
fn hello_names_the_last_event_and_a_gap_reconnects() {
    let mut stage = Stage::with_read(1);
    stage.flags(&[1], Flag::Flagged, true);
    let late = Envelope {
        account: account().id,
        seq: Seq(99),
        cause: None,
        event: Event::AccountChanged(account()),
    };
    stage.client.receive(ServerFrame::Event(late));
    assert_eq!(stage.client.outcomes(), [Outcome::Reconnect]);
    stage.disconnect();
    let Command::Hello { resume, .. } = stage.client.connected().command else { panic!() };
    assert_eq!(resume[0].last_seq, Seq(11));
}

#[test]
fn an_event_told_twice_counts_once() {
    let mut stage = Stage::with_read(2);
    let twice =
        Envelope { account: account().id, seq: Seq(5), cause: None, event: Event::Folders(Vec::new()) };
    stage.client.receive(ServerFrame::Event(twice));
    assert_eq!(stage.mailbox().folders().len(), 3);
    assert_eq!(stage.client.outcomes(), []);
}

#[test]
fn a_socket_that_does_not_answer_is_given_up() {
    let mut stage = Stage::with_read(1);
    let ping = stage.client.ping();
    assert!(ping.is_some() && stage.client.ping().is_none());
    stage.disconnect();
    stage.connect(None);
    let ping = stage.client.ping().unwrap();
    stage.reply(ping.id, Reply::Accepted);
    assert!(stage.client.ping().is_some());
}

#[test]
fn a_newer_gateway_asks_for_a_reload() {
    let mut stage = Stage::with_read(1);
    stage.disconnect();
    let hello = stage.client.connected();
    stage.reply(hello.id, Reply::Welcome { build: "2".into(), accounts: Vec::new() });
    assert_eq!(stage.told, [Outcome::Reload("2".into())]);
}
