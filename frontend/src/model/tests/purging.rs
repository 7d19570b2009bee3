//! Purging: counted, confirmed, with progress.

use super::stage::{Stage, op_of};
use crate::model::purge::PurgeDialog;
use postern_shared::{
    account::DeletingSettings,
    command::AccountCommand,
    error::{ErrorCode, Failure},
    event::Event,
    ids::{FolderId, OpId, PlanId},
    reply::{PurgePlan, Reply},
};

fn plan(count: u32) -> PurgePlan {
    let folder = FolderId::from("INBOX");
    PurgePlan { plan: PlanId(3), folder, count, foreign: 0, samples: Vec::new(), guarded: false }
}

fn counted(stage: &mut Stage) {
    stage.does(|mailbox| mailbox.prepare_purge(FolderId::from("INBOX")));
    let (id, _) = stage.take(|command| matches!(command, AccountCommand::PreparePurge { .. }));
    stage.reply(id, Reply::PurgePlan(plan(12)));
}

fn confirmed(stage: &mut Stage) -> OpId {
    counted(stage);
    stage.does(|mailbox| mailbox.confirm_purge());
    let (id, purge) = stage.take(|command| matches!(command, AccountCommand::Purge { plan: PlanId(3), .. }));
    stage.reply(id, Reply::Accepted);
    op_of(&purge)
}

#[test]
fn a_purge_is_counted_confirmed_and_told() {
    let mut stage = Stage::with_read(1);
    let op = confirmed(&mut stage);
    stage.event(Event::Progress { op, done: 5, total: 12 });
    assert_eq!(*stage.mailbox().purge(), PurgeDialog::Running { op, done: 5, total: 12 });
    stage.event(Event::Finished { op, count: 12, undoable: false });
    assert_eq!(*stage.mailbox().purge(), PurgeDialog::Closed);
    assert_eq!(stage.words(), ["12 messages purged"]);
}

#[test]
fn a_cancelled_purge_says_what_is_gone_and_what_is_not() {
    let mut stage = Stage::with_read(1);
    let op = confirmed(&mut stage);
    stage.does(|mailbox| mailbox.cancel(op));
    stage.take(|command| matches!(command, AccountCommand::Cancel { .. }));
    let failure = Failure::new(ErrorCode::Cancelled, "");
    stage.event(Event::Failed { op, done: 4, total: 12, failure });
    let PurgeDialog::Failed(words) = stage.mailbox().purge() else { panic!() };
    assert!(words.contains("4 messages purged") && words.contains("8 were kept"), "{words}");
}

#[test]
fn a_closed_dialog_stays_closed_when_its_count_comes() {
    let mut stage = Stage::with_read(1);
    stage.does(|mailbox| mailbox.prepare_purge(FolderId::from("INBOX")));
    stage.does(|mailbox| mailbox.close_purge());
    let (id, _) = stage.take(|command| matches!(command, AccountCommand::PreparePurge { .. }));
    stage.reply(id, Reply::PurgePlan(plan(12)));
    assert_eq!(*stage.mailbox().purge(), PurgeDialog::Closed);
}

#[test]
fn who_chose_not_to_be_asked_is_not_asked() {
    let mut stage = Stage::with_read(1);
    let settings = DeletingSettings { ask_before_purge: false, ..DeletingSettings::default() };
    stage.does(|mailbox| mailbox.set_deleting(settings));
    counted(&mut stage);
    assert_eq!(*stage.mailbox().purge(), PurgeDialog::Closed);
    stage.take(|command| matches!(command, AccountCommand::Purge { .. }));
}

#[test]
fn a_purge_lost_with_the_gateway_does_not_run_for_ever() {
    let mut stage = Stage::with_read(1);
    let op = confirmed(&mut stage);
    stage.event(Event::Progress { op, done: 5, total: 12 });
    stage.disconnect();
    assert_eq!(*stage.mailbox().purge(), PurgeDialog::Running { op, done: 5, total: 12 });
    stage.connect(Some(Vec::new()));
    let PurgeDialog::Failed(words) = stage.mailbox().purge() else { panic!() };
    assert!(words.contains("5 messages of 12"), "{words}");
}
