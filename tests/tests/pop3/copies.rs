//! What becomes of the copies on the server.

use crate::stage::{ADA, DELETED, INBOX, Stage, check, choose, enter, numbers, rows, subjects};
use postern_shared::{
    account::Account, command::AccountCommand, event::Event, ids::MessageKey, pop3::CopyPolicy, reply::Reply,
};
use postern_tests::{
    error::Result,
    gateway::{Gateway, Settings},
    session::Session,
    wait,
    wire::{Wire, messages},
};
use std::collections::BTreeMap;

/// Seconds in a day.
const DAY: i64 = 24 * 60 * 60;

/// The sources of all messages by their subjects.
async fn sources(session: &Session, wire: &mut Wire) -> Result<BTreeMap<String, Vec<u8>>> {
    let mut sources = BTreeMap::new();
    for row in rows(wire, INBOX).await? {
        sources.insert(row.subject, session.source(&row.key).await?);
    }
    Ok(sources)
}

/// Looks for mail, and waits until that has ended.
async fn visit(wire: &mut Wire) -> Result<()> {
    check(wire).await?;
    // Those of earlier checks; the reply came before any of this one.
    wire.forget();
    // Every check that gets to the mail tells how far it is, and when it is done that there is no download any more.
    for downloads in [true, false] {
        let told = |account: &Account| account.pop3.as_ref().is_some_and(|pop3| pop3.download.is_some());
        wire.event("a check", |envelope| match &envelope.event {
            Event::AccountChanged(account) if told(account) == downloads => Some(()),
            _ => None,
        })
        .await?;
    }
    Ok(())
}

async fn delete(wire: &mut Wire, key: &MessageKey) -> Result<()> {
    let inbox = wire.folder(INBOX).await?;
    let target = messages(&inbox, key.validity, [key.uid.0]);
    assert_eq!(wire.change(|op| AccountCommand::Delete { op, target, mark: false }).await?, Ok(1));
    Ok(())
}

async fn empty_deleted_items(wire: &mut Wire) -> Result<()> {
    let folder = wire.folder(DELETED).await?.id;
    assert_eq!(wire.change(|op| AccountCommand::EmptyFolder { op, folder }).await?, Ok(1));
    Ok(())
}

#[tokio::test]
async fn a_second_computer_gets_the_same_mail() -> Result<()> {
    let stage = Stage::with_mail(25).await?;
    let second = Gateway::start(Settings::pop3(stage.dovecot.pop3_port())).await?;
    let mut seen = Vec::new();
    for gateway in [&stage.gateway, &second] {
        let (session, mut wire) = enter(gateway).await?;
        wire.holds(INBOX, 25).await?;
        seen.push(sources(&session, &mut wire).await?);
    }
    assert_eq!(seen[0].len(), 25);
    assert_eq!(seen[0], seen[1]);
    assert_eq!(stage.dovecot.copies(ADA)?, 25);
    Ok(())
}

#[tokio::test]
async fn the_copy_goes_at_the_check_after_deleted_items_was_emptied() -> Result<()> {
    let stage = Stage::with_mail(3).await?;
    let (_, mut wire) = stage.enter().await?;
    choose(&mut wire, CopyPolicy::RemoveWithDeletedItems).await?;
    wire.holds(INBOX, 3).await?;
    let row = rows(&mut wire, INBOX).await?.remove(0);
    delete(&mut wire, &row.key).await?;
    visit(&mut wire).await?;
    assert_eq!(stage.dovecot.copies(ADA)?, 3, "in Deleted Items is not removed from it");
    empty_deleted_items(&mut wire).await?;
    let waits = |account: &Account| account.pop3.as_ref().is_some_and(|pop3| pop3.waiting == 1);
    wire.account_that("one copy to wait", waits).await?;
    match wire.account(AccountCommand::ListWaitingCopies).await? {
        Reply::WaitingCopies(copies) => {
            assert_eq!(copies.iter().map(|copy| &copy.subject).collect::<Vec<_>>(), [&row.subject])
        }
        reply => panic!("{reply:?}"),
    }
    assert_eq!(stage.dovecot.copies(ADA)?, 3, "not before the next connection");
    check(&mut wire).await?;
    wait::until("the copy to go", async || stage.dovecot.copies(ADA), |copies| *copies == 2).await?;
    wire.account_that("nothing to wait", |account| {
        account.pop3.as_ref().is_some_and(|pop3| pop3.waiting == 0)
    })
    .await?;
    assert_eq!(subjects(&mut wire, INBOX).await?.len(), 2);
    Ok(())
}

#[tokio::test]
async fn the_copy_goes_after_the_download_and_the_mail_stays() -> Result<()> {
    let stage = Stage::with_mail(0).await?;
    let (_, mut wire) = stage.enter().await?;
    choose(&mut wire, CopyPolicy::RemoveAfterDownload).await?;
    for number in 1..=3 {
        stage.deliver(number).await?;
    }
    check(&mut wire).await?;
    wire.holds(INBOX, 3).await?;
    wait::until("no copy", async || stage.dovecot.copies(ADA), |copies| *copies == 0).await?;
    visit(&mut wire).await?;
    assert_eq!(subjects(&mut wire, INBOX).await?, numbers(1..=3));
    Ok(())
}

#[tokio::test]
async fn the_copy_goes_after_so_many_days() -> Result<()> {
    let mut stage = Stage::with_mail(2).await?;
    let (_, mut wire) = stage.enter().await?;
    choose(&mut wire, CopyPolicy::LeaveForDays(3)).await?;
    wire.holds(INBOX, 2).await?;
    drop(wire);
    for (offset, copies) in [(2 * DAY, 2), (3 * DAY + 3600, 0)] {
        stage.gateway.stop().await?;
        stage.gateway.set_environment("POSTERN_CLOCK_OFFSET_SECONDS", Some(&offset.to_string()));
        stage.gateway.restart().await?;
        let (_, mut wire) = stage.enter().await?;
        visit(&mut wire).await?;
        wait::until("the copies", async || stage.dovecot.copies(ADA), |now| *now == copies).await?;
        assert_eq!(subjects(&mut wire, INBOX).await?, numbers(1..=2));
    }
    Ok(())
}

#[tokio::test]
async fn what_was_removed_here_does_not_come_again() -> Result<()> {
    let stage = Stage::with_mail(2).await?;
    let (_, mut wire) = stage.enter().await?;
    choose(&mut wire, CopyPolicy::Leave).await?;
    wire.holds(INBOX, 2).await?;
    let row = rows(&mut wire, INBOX).await?.remove(0);
    delete(&mut wire, &row.key).await?;
    empty_deleted_items(&mut wire).await?;
    stage.deliver(3).await?;
    check(&mut wire).await?;
    wire.holds(INBOX, 2).await?;
    assert_eq!(stage.dovecot.copies(ADA)?, 3);
    assert!(!subjects(&mut wire, INBOX).await?.contains(&row.subject));
    Ok(())
}
