//! Moving messages away: rows go at once, and come back if it fails.

use super::stage::{Stage, op_of, uids, uids_of};
use postern_shared::{
    account::{DeleteModel, DeletingSettings},
    command::AccountCommand,
    error::{ErrorCode, Failure},
    event::Event,
    ids::{FolderId, UidValidity},
    reply::Reply,
    view::Splice,
};

fn is_move(command: &AccountCommand) -> bool {
    matches!(command, AccountCommand::Move { .. })
}

#[test]
fn archived_rows_go_at_once_and_focus_goes_on() {
    let mut stage = Stage::with_read(5);
    stage.does(|mailbox| mailbox.focus_row(1));
    stage.does(|mailbox| mailbox.archive());
    assert_eq!(stage.shown(), [1, 3, 4, 5]);
    assert_eq!((stage.mailbox().total(), stage.mailbox().focus()), (4, Some(1)));
    assert_eq!(stage.counts().0, 4);
    let archive = stage.mailbox().folder(&FolderId::from("Archive")).unwrap();
    assert_eq!(archive.counts.unwrap().total, 1);

    let (id, command) = stage.take(is_move);
    assert_eq!(uids_of(&command), [2]);
    stage.reply(id, Reply::Accepted);
    stage.splices(4, vec![Splice::Remove { start: 1, count: 1 }]);
    let (folder, validity) = (FolderId::from("INBOX"), UidValidity(1));
    stage.event(Event::Removed { folder, validity, uids: uids(&[2]) });
    stage.finish(op_of(&command), 1);
    assert_eq!((stage.shown(), stage.mailbox().focus()), (vec![1, 3, 4, 5], Some(1)));
}

#[test]
fn the_last_row_passes_its_focus_back() {
    let mut stage = Stage::with_read(3);
    stage.does(|mailbox| mailbox.focus_row(2));
    stage.does(|mailbox| mailbox.archive());
    assert_eq!((stage.shown(), stage.mailbox().focus()), (vec![1, 2], Some(1)));
}

#[test]
fn a_failed_move_brings_the_rows_back() {
    let mut stage = Stage::with_read(3);
    stage.does(|mailbox| mailbox.focus_row(0));
    stage.does(|mailbox| mailbox.archive());
    let (id, _) = stage.take(is_move);
    stage.reply(id, Reply::Failed(Failure::new(ErrorCode::OverQuota, "")));
    assert_eq!((stage.shown(), stage.counts().0), (vec![1, 2, 3], 3));
}

#[test]
fn undoing_a_move_in_flight_shows_the_rows_again() {
    let mut stage = Stage::with_read(3);
    stage.does(|mailbox| mailbox.focus_row(0));
    stage.does(|mailbox| mailbox.archive());
    stage.take(is_move);
    stage.does(|mailbox| mailbox.undo_last());
    assert_eq!(stage.shown(), [1, 2, 3]);
}

#[test]
fn the_trash_model_moves_and_shift_delete_marks() {
    let mut stage = Stage::with_read(4);
    let settings = DeletingSettings { model: DeleteModel::Trash, ..DeletingSettings::default() };
    stage.does(|mailbox| mailbox.set_deleting(settings));
    stage.does(|mailbox| mailbox.focus_row(0));
    stage.does(|mailbox| mailbox.delete(false, false));
    assert_eq!((stage.shown(), stage.struck()), (vec![2, 3, 4], vec![]));
    stage.does(|mailbox| mailbox.delete(true, false));
    assert_eq!((stage.shown(), stage.struck()), (vec![2, 3, 4], vec![2]));
}

#[test]
fn without_the_folder_it_says_what_to_do() {
    let mut stage = Stage::with_read(1);
    stage.does(|mailbox| mailbox.focus_row(0));
    stage.does(|mailbox| mailbox.junk());
    assert_eq!(stage.words().len(), 1);
    assert!(stage.sent.is_empty());
}
