//! Delete, undelete, undo, and refusals.

use super::{
    fixture::key,
    stage::{Stage, op_of, uids_of},
};
use crate::model::{
    change::{Outcome, Undo},
    selection::Travel,
};
use postern_shared::{
    command::{AccountCommand, Target},
    error::{ErrorCode, Failure},
    event::Event,
    flags::Flag,
    folder::Counts,
    ids::FolderId,
    reply::Reply,
};

const READ: &[Flag] = &[Flag::Seen];
const UNREAD: &[Flag] = &[];
const STRUCK: &[Flag] = &[Flag::Seen, Flag::Deleted];

fn is_delete(command: &AccountCommand) -> bool {
    matches!(command, AccountCommand::Delete { .. })
}

fn is_undelete(command: &AccountCommand) -> bool {
    matches!(command, AccountCommand::Undelete { .. })
}

#[test]
fn delete_strikes_at_once_and_keeps_read_marks() {
    let mut stage = Stage::with_messages(&[UNREAD, READ]);
    stage.does(|mailbox| mailbox.focus_row(0));
    stage.does(|mailbox| mailbox.delete(false, false));
    assert_eq!(stage.struck(), [1]);
    assert!(stage.row(0).unread());
    assert_eq!(stage.counts(), (2, 0, 1));
    assert_eq!(stage.words(), ["1 message deleted"]);

    let (id, delete) = stage.take(is_delete);
    assert_eq!(uids_of(&delete), [1]);
    let op = op_of(&delete);
    stage.reply(id, Reply::Accepted);
    stage.flags(&[1], Flag::Deleted, true);
    let counts = Counts { total: 2, unread: 0, deleted: 1 };
    stage.caused(Some(op), Event::Counts { folder: FolderId::from("INBOX"), counts });
    assert_eq!((stage.struck(), stage.counts()), (vec![1], (2, 0, 1)));
    stage.finish(op, 1);
    assert_eq!((stage.struck(), stage.counts()), (vec![1], (2, 0, 1)));
    assert_eq!(stage.mailbox().unfinished(), 0);
}

#[test]
fn a_refusal_rolls_back_and_says_so() {
    let refusals: [fn(&mut Stage, postern_shared::ids::RequestId, postern_shared::ids::OpId, Failure); 2] = [
        |stage, id, _, failure| stage.reply(id, Reply::Failed(failure)),
        |stage, id, op, failure| {
            stage.reply(id, Reply::Accepted);
            stage.event(Event::Failed { op, done: 0, total: 1, failure });
        },
    ];
    for refuse in refusals {
        let mut stage = Stage::with_messages(&[UNREAD, READ]);
        stage.does(|mailbox| mailbox.focus_row(0));
        stage.does(|mailbox| mailbox.delete(false, false));
        let (id, delete) = stage.take(is_delete);
        stage.words();
        refuse(&mut stage, id, op_of(&delete), Failure::new(ErrorCode::Refused, "read-only"));
        assert_eq!((stage.struck(), stage.counts()), (vec![], (2, 1, 0)));
        assert!(stage.told.contains(&Outcome::Settled(Undo::Change(op_of(&delete)))));
        let words = stage.words();
        assert!(
            words.len() == 1 && words[0].contains("read-only") && words[0].contains("Nothing was changed")
        );
    }
}

#[test]
fn focus_goes_to_the_next_undeleted_in_the_direction_of_travel() {
    let cases: [(&[u32], Travel, u32); 4] =
        [(&[1], Travel::Down, 3), (&[3, 4], Travel::Up, 1), (&[0], Travel::Down, 1), (&[4], Travel::Down, 4)];
    for (path, travel, expected) in cases {
        let mut stage = Stage::with_messages(&[READ, READ, STRUCK, READ, READ]);
        if travel == Travel::Up {
            stage.does(|mailbox| mailbox.focus_row(4));
            stage.does(|mailbox| mailbox.focus_row(3));
        } else {
            path.iter().for_each(|&row| stage.does(|mailbox| mailbox.focus_row(row)));
        }
        stage.does(|mailbox| mailbox.delete(false, false));
        assert_eq!(stage.mailbox().focus(), Some(expected), "{path:?}");
    }
}

#[test]
fn delete_held_over_twenty_rows_strikes_each_once_and_reads_none() {
    let mut stage = Stage::with_messages(&[UNREAD; 20]);
    stage.does(|mailbox| mailbox.focus_row(0));
    for press in 0..30 {
        stage.does(|mailbox| mailbox.delete(false, press > 0));
    }
    assert_eq!(stage.struck(), (1..=20).collect::<Vec<_>>());
    assert!((0..20).all(|row| stage.row(row).unread()));
    let mut struck: Vec<u32> = (0..20).flat_map(|_| uids_of(&stage.take(is_delete).1)).collect();
    struck.sort_unstable();
    assert_eq!(struck, (1..=20).collect::<Vec<_>>());
    assert!(stage.sent.is_empty());
}

#[test]
fn delete_on_struck_mail_undeletes_and_a_mixed_selection_deletes() {
    let mut stage = Stage::with_messages(&[STRUCK, READ, STRUCK]);
    stage.does(|mailbox| mailbox.focus_row(0));
    stage.does(|mailbox| mailbox.delete(false, false));
    assert_eq!(stage.struck(), [3]);
    assert_eq!(uids_of(&stage.take(is_undelete).1), [1]);

    let mut stage = Stage::with_messages(&[STRUCK, READ, STRUCK]);
    stage.does(|mailbox| mailbox.focus_row(0));
    stage.does(|mailbox| mailbox.extend_to(2));
    stage.does(|mailbox| mailbox.delete(false, false));
    assert_eq!(stage.struck(), [1, 2, 3]);
    assert_eq!(uids_of(&stage.take(is_delete).1), [2]);
}

#[test]
fn undo_takes_back_just_what_was_struck() {
    let mut stage = Stage::with_messages(&[STRUCK, UNREAD]);
    stage.does(|mailbox| mailbox.focus_row(0));
    stage.does(|mailbox| mailbox.extend_to(1));
    stage.does(|mailbox| mailbox.delete(false, false));
    let (id, delete) = stage.take(is_delete);
    let op = op_of(&delete);
    stage.reply(id, Reply::Accepted);
    stage.does(|mailbox| mailbox.undo_last());
    assert_eq!((stage.struck(), stage.counts()), (vec![1], (2, 1, 1)));
    assert!(stage.sent.is_empty(), "an operation is undone when it is finished");
    stage.flags(&[2], Flag::Deleted, true);
    stage.finish(op, 1);
    let (_, undo) = stage.take(|command| matches!(command, AccountCommand::Undo { .. }));
    assert!(matches!(undo, AccountCommand::Undo { undo, .. } if undo == op));
    stage.flags(&[2], Flag::Deleted, false);
    stage.finish(op_of(&undo), 1);
    assert_eq!(stage.struck(), [1]);
    stage.words();
    stage.does(|mailbox| mailbox.undo_last());
    assert_eq!(stage.words(), ["There is nothing to undo."]);
}

#[test]
fn select_all_deletes_rows_that_are_not_even_loaded() {
    let mut stage = Stage::with_messages(&[READ, STRUCK, UNREAD]);
    stage.does(|mailbox| mailbox.select_all());
    assert_eq!(stage.mailbox().selected(), 2);
    stage.does(|mailbox| mailbox.toggle_row(2));
    assert_eq!(stage.mailbox().selected(), 1);
    stage.does(|mailbox| mailbox.delete(false, false));
    assert_eq!(stage.struck(), [1, 2]);
    let (_, delete) = stage.take(is_delete);
    let AccountCommand::Delete { op, target: Target::View { except, .. }, .. } = delete else {
        panic!("{delete:?}")
    };
    assert!(except[0].uids.contains(key(3).uid));
    stage.event(Event::Progress { op, done: 50, total: 100 });
    assert_eq!(stage.mailbox().operations()[0].total, 100);
    stage.words();
    stage.finish(op, 100);
    assert_eq!(stage.words(), ["100 messages deleted"]);
}

#[test]
fn a_swipe_deletes_one_message_and_leaves_selection_and_focus() {
    let mut stage = Stage::with_read(4);
    stage.does(|mailbox| mailbox.toggle_row(0));
    stage.does(|mailbox| mailbox.delete_message(&key(3)));
    assert_eq!(stage.struck(), [3]);
    assert_eq!((stage.mailbox().focus(), stage.mailbox().selected()), (Some(0), 1));
    stage.does(|mailbox| mailbox.delete_message(&key(3)));
    assert_eq!(stage.struck(), Vec::<u32>::new());
}
