//! Moving, undoing, and removing on servers that lack what it takes elsewhere.

use crate::looker::{Looker, accounts, folder, id, letters, login};
use postern_shared::{
    account::{DeleteModel, DeletingSettings},
    command::{AccountCommand, Target},
    error::{ErrorCode, Failure},
    event::Event,
    flags::{Flag, FlagChange},
    folder::Counts,
    reply::Reply,
};
use postern_tests::{
    dovecot::{Dovecot, Setup},
    error::Result,
};

const ADA: &str = "ada@demo.test";

#[tokio::test]
async fn a_move_is_undone_with_and_without_the_move_command() -> Result<()> {
    for hidden in [&[][..], &["MOVE"]] {
        let dovecot = Dovecot::start(Setup::new(&[ADA]).without(hidden)).await?;
        letters(&dovecot, ADA, "INBOX", 20)?;
        letters(&dovecot, ADA, "Work", 3)?;
        let accounts = accounts();
        let mut one = Looker::attach(accounts.sign_in(login(&dovecot, ADA)).await.unwrap(), 1).await;
        let view = one.open(folder("INBOX")).await;
        let target = one.target(view, &[3, 4, 17]);
        let ended = one.make(|op| AccountCommand::Move { op, target, to: id("Work") }).await;
        assert!(matches!(ended, Event::Finished { count: 3, undoable: true, .. }), "{ended:?}");
        assert_eq!(one.lists[&view].rows.len(), 17);
        let mut other = dovecot.client(ADA).await?;
        other.select("Work").await?;
        assert_eq!(other.search("UNDELETED").await?.len(), 6);

        let undo = one.last_op();
        let ended = one.make(|op| AccountCommand::Undo { op, undo }).await;
        assert!(matches!(ended, Event::Finished { count: 3, .. }), "{ended:?}");
        one.until(|one| one.lists[&view].rows.len() == 20).await;
        one.until(|one| one.counts("Work").is_some_and(|counts| counts.total == 3)).await;
        let again = one.ask(AccountCommand::Undo { op: postern_shared::ids::OpId(1), undo }).await;
        assert_eq!(again, Reply::Failed(Failure::new(ErrorCode::CannotUndo, "")));
        accounts.shutdown().await;
    }
    Ok(())
}

#[tokio::test]
async fn undo_changes_back_exactly_what_was_changed() -> Result<()> {
    let dovecot = Dovecot::start(Setup::new(&[ADA])).await?;
    letters(&dovecot, ADA, "INBOX", 10)?;
    let mut other = dovecot.client(ADA).await?;
    other.select("INBOX").await?;
    other.ok("UID STORE 2,3 +FLAGS (\\Seen)").await?;
    let accounts = accounts();
    let mut one = Looker::attach(accounts.sign_in(login(&dovecot, ADA)).await.unwrap(), 1).await;
    let view = one.open(folder("INBOX")).await;
    let target = Target::View { view, except: Vec::new() };
    let change = FlagChange::one(Flag::Seen, true);
    let ended = one.make(|op| AccountCommand::SetFlags { op, target, change }).await;
    assert!(matches!(ended, Event::Finished { count: 8, undoable: true, .. }), "{ended:?}");
    let undo = one.last_op();
    one.make(|op| AccountCommand::Undo { op, undo }).await;
    other.ok("NOOP").await?;
    assert_eq!(other.search("SEEN").await?, [2, 3]);
    accounts.shutdown().await;
    Ok(())
}

#[tokio::test]
async fn without_uid_expunge_a_purge_spares_the_marks_of_others() -> Result<()> {
    let dovecot = Dovecot::start(Setup::new(&[ADA]).without(&["UIDPLUS"])).await?;
    letters(&dovecot, ADA, "INBOX", 30)?;
    let accounts = accounts();
    let mut one = Looker::attach(accounts.sign_in(login(&dovecot, ADA)).await.unwrap(), 1).await;
    let view = one.open(folder("INBOX")).await;
    let target = one.target(view, &[5, 6]);
    one.make(|op| AccountCommand::Delete { op, target, mark: false }).await;
    let reply = one.ask(AccountCommand::PreparePurge { folder: id("INBOX") }).await;
    let Reply::PurgePlan(plan) = reply else { panic!("{reply:?}") };
    assert!(plan.guarded && plan.count == 2 && plan.foreign == 0);
    let mut other = dovecot.client(ADA).await?;
    other.select("INBOX").await?;
    other.ok("UID STORE 9,20 +FLAGS (\\Deleted)").await?;
    let ended = one.make(|op| AccountCommand::Purge { op, plan: plan.plan }).await;
    assert!(matches!(ended, Event::Finished { count: 2, .. }), "{ended:?}");
    other.ok("NOOP").await?;
    assert_eq!(other.search("UID 9,20 DELETED").await?.len(), 2, "put back");
    assert_eq!(other.search("ALL").await?.len(), 28);
    one.until(|one| one.counts("INBOX") == Some(Counts { total: 28, unread: 26, deleted: 2 })).await;
    accounts.shutdown().await;
    Ok(())
}

#[tokio::test]
async fn the_trash_model_moves_and_undo_brings_back() -> Result<()> {
    let dovecot = Dovecot::start(Setup::new(&[ADA])).await?;
    letters(&dovecot, ADA, "INBOX", 5)?;
    let accounts = accounts();
    let mut one = Looker::attach(accounts.sign_in(login(&dovecot, ADA)).await.unwrap(), 1).await;
    let view = one.open(folder("INBOX")).await;
    let settings = DeletingSettings { model: DeleteModel::Trash, ..Default::default() };
    assert_eq!(one.ask(AccountCommand::SetDeleting { settings }).await, Reply::Accepted);
    let target = one.target(view, &[1]);
    one.make(|op| AccountCommand::Delete { op, target, mark: false }).await;
    assert_eq!(one.uids(view).await, [5, 4, 3, 2]);
    one.until(|one| one.counts("Trash").is_some_and(|counts| counts.total == 1)).await;
    let target = one.target(view, &[2]);
    one.make(|op| AccountCommand::Delete { op, target, mark: true }).await;
    assert_eq!(one.lists[&view].rows.len(), 4, "marked, not moved");
    accounts.shutdown().await;
    Ok(())
}

#[tokio::test]
async fn ten_thousand_are_changed_with_progress_and_a_cancel_keeps_what_is_done() -> Result<()> {
    let dovecot = Dovecot::start(Setup::new(&[ADA])).await?;
    letters(&dovecot, ADA, "INBOX", 10_000)?;
    let accounts = accounts();
    let mut one = Looker::attach(accounts.sign_in(login(&dovecot, ADA)).await.unwrap(), 1).await;
    let view = one.open(folder("INBOX")).await;
    one.until(|one| one.counts("INBOX").is_some_and(|counts| counts.total == 10_000)).await;
    let target = Target::View { view, except: Vec::new() };
    let ended = one.make(|op| AccountCommand::Delete { op, target, mark: false }).await;
    assert!(matches!(ended, Event::Finished { count: 10_000, undoable: true, .. }), "{ended:?}");
    let progress = |event: &&Event| matches!(event, Event::Progress { total: 10_000, .. });
    assert_eq!(one.events.iter().filter(progress).count(), 20);

    let reply = one.ask(AccountCommand::PreparePurge { folder: id("INBOX") }).await;
    let Reply::PurgePlan(plan) = reply else { panic!("{reply:?}") };
    assert_eq!((plan.count, plan.foreign), (10_000, 0));
    one.events.clear();
    let op = postern_shared::ids::OpId(99);
    assert_eq!(one.ask(AccountCommand::Purge { op, plan: plan.plan }).await, Reply::Accepted);
    one.hear(|event| matches!(event, Event::Progress { done: 1000.., .. }).then_some(())).await;
    assert_eq!(one.ask(AccountCommand::Cancel { op }).await, Reply::Accepted);
    let failed = one.hear(|event| match event {
        Event::Failed { op: ended, done, failure, .. } if *ended == op => Some((*done, failure.code)),
        Event::Finished { .. } => panic!("it was cancelled"),
        _ => None,
    });
    let (done, code) = failed.await;
    assert_eq!(code, ErrorCode::Cancelled);
    assert!((1000..10_000).contains(&done));
    assert_eq!(one.lists[&view].rows.len(), 10_000 - done as usize);
    let mut other = dovecot.client(ADA).await?;
    other.select("INBOX").await?;
    assert_eq!(other.search("ALL").await?.len(), 10_000 - done as usize);
    accounts.shutdown().await;
    Ok(())
}

#[tokio::test]
async fn an_emptied_folder_is_empty() -> Result<()> {
    for hidden in [&[][..], &["UIDPLUS"]] {
        let dovecot = Dovecot::start(Setup::new(&[ADA]).without(hidden)).await?;
        letters(&dovecot, ADA, "Trash", 700)?;
        let accounts = accounts();
        let mut one = Looker::attach(accounts.sign_in(login(&dovecot, ADA)).await.unwrap(), 1).await;
        let ended = one.make(|op| AccountCommand::EmptyFolder { op, folder: id("Trash") });
        assert!(matches!(ended.await, Event::Finished { count: 700, undoable: false, .. }));
        let mut other = dovecot.client(ADA).await?;
        other.select("Trash").await?;
        assert!(other.search("ALL").await?.is_empty());
        accounts.shutdown().await;
    }
    Ok(())
}
