//! The first download: progress, cancel and resume, restarts, a message whose rest comes later, search.

use crate::stage::{
    INBOX, Stage, accepted, check, choose, crlf, enter, numbers, rows, scripted, set, subjects,
};
use postern_shared::{
    command::AccountCommand,
    event::Event,
    pop3::{CopyPolicy, Pop3Settings},
    view::{Scope, Sort},
};
use postern_tests::{error::Result, fake_pop3::Manner, wait};
use std::time::Duration;

#[tokio::test]
async fn a_thousand_messages_arrive_as_they_come() -> Result<()> {
    let stage = Stage::with_mail(1000).await?;
    let (_, mut wire) = stage.enter().await?;
    let seen = wire
        .event("progress of the download", |envelope| match &envelope.event {
            Event::AccountChanged(account) => {
                account.pop3.as_ref()?.download.filter(|part| part.messages > 0)
            }
            _ => None,
        })
        .await?;
    assert_eq!(seen.messages_total, 1000);
    assert!(seen.messages <= 1000 && seen.bytes <= seen.bytes_total, "{seen:?}");
    wire.event("the first mail", |envelope| matches!(envelope.event, Event::Arrived { .. }).then_some(()))
        .await?;
    wire.holds(INBOX, 1000).await?;
    let done = wire
        .account_that("the download to end", |account| {
            account.pop3.as_ref().is_some_and(|pop3| pop3.download.is_none() && pop3.checked_at.is_some())
        })
        .await?;
    assert_eq!(done.pop3.map(|pop3| pop3.waiting), Some(0));
    assert_eq!(subjects(&mut wire, INBOX).await?, numbers(1..=1000));
    assert_eq!(stage.dovecot.copies(crate::stage::ADA)?, 1000, "a copy of each is left");
    Ok(())
}

#[tokio::test]
async fn a_cancelled_download_goes_on_later_and_brings_nothing_twice() -> Result<()> {
    let manner = Manner { round_trip: Duration::from_millis(20), pipelining: false, ..Manner::default() };
    let (server, gateway) = scripted(200, manner).await?;
    let (_, mut wire) = enter(&gateway).await?;
    wire.folder_that(INBOX, |folder| folder.counts.is_some_and(|counts| counts.total > 0)).await?;
    accepted(wire.account(AccountCommand::CancelDownload).await?)?;
    wire.account_that("the download to stop", |account| {
        account.pop3.as_ref().is_some_and(|pop3| pop3.download.is_none())
    })
    .await?;
    let before = rows(&mut wire, INBOX).await?.len();
    assert!((1..200).contains(&before), "{before} came before it was cancelled");
    server.behave(|manner| manner.round_trip = Duration::ZERO);
    check(&mut wire).await?;
    wire.holds(INBOX, 200).await?;
    assert_eq!(subjects(&mut wire, INBOX).await?, numbers(1..=200));
    assert!(server.count("RETR") <= 201, "what was here was not read again");
    Ok(())
}

#[tokio::test]
async fn everything_outlives_a_restart_and_is_the_same_byte_by_byte() -> Result<()> {
    let (server, mut gateway) = scripted(20, Manner::default()).await?;
    let dots = crlf(b"Subject: Dots\n\n.\n..\n.text\n\xff\xfe raw\n");
    server.deliver(&dots);
    let (session, mut wire) = enter(&gateway).await?;
    wire.holds(INBOX, 21).await?;
    let row = rows(&mut wire, INBOX).await?.into_iter().find(|row| row.subject == "Dots").unwrap();
    assert_eq!(session.source(&row.key).await?, dots);
    gateway.kill();
    gateway.restart().await?;
    let (session, mut wire) = enter(&gateway).await?;
    wire.holds(INBOX, 21).await?;
    let same = rows(&mut wire, INBOX).await?.into_iter().find(|row| row.subject == "Dots").unwrap();
    assert_eq!(same.key, row.key, "UIDs stay");
    assert_eq!(session.source(&row.key).await?, dots);
    Ok(())
}

#[tokio::test]
async fn only_the_beginning_now_and_the_rest_on_demand() -> Result<()> {
    let (server, gateway) = scripted(0, Manner::default()).await?;
    let (session, mut wire) = enter(&gateway).await?;
    set(&mut wire, Pop3Settings { copy: CopyPolicy::Leave, check_minutes: None, first_lines: Some(5) })
        .await?;
    let long = format!("Subject: Long\n\n{}", "A line of it.\n".repeat(2000));
    let long = crlf(long.as_bytes());
    server.deliver(&long);
    check(&mut wire).await?;
    wire.holds(INBOX, 1).await?;
    let row = rows(&mut wire, INBOX).await?.remove(0);
    assert!(session.source(&row.key).await?.len() < long.len() / 10);
    assert_eq!((server.count("RETR"), server.count("TOP")), (0, 1));
    let rest = wire.change(|op| AccountCommand::DownloadRest { op, key: row.key.clone() }).await?;
    assert_eq!(rest, Ok(1));
    assert_eq!(session.source(&row.key).await?, long);
    assert_eq!(rows(&mut wire, INBOX).await?.len(), 1);
    Ok(())
}

#[tokio::test]
async fn a_copy_is_not_removed_while_only_the_beginning_is_here() -> Result<()> {
    let (server, gateway) = scripted(0, Manner::default()).await?;
    let (_, mut wire) = enter(&gateway).await?;
    let settings =
        Pop3Settings { copy: CopyPolicy::RemoveAfterDownload, check_minutes: None, first_lines: Some(1) };
    set(&mut wire, settings).await?;
    server.deliver(&crlf(format!("Subject: Long\n\n{}", "Line\n".repeat(5000)).as_bytes()));
    check(&mut wire).await?;
    wire.holds(INBOX, 1).await?;
    let quits = server.count("QUIT");
    check(&mut wire).await?;
    wait::until("another visit", async || Ok(server.count("QUIT")), |now| *now > quits).await?;
    assert_eq!((server.letters().len(), server.count("DELE")), (1, 0));
    Ok(())
}

#[tokio::test]
async fn words_are_found_in_what_was_downloaded() -> Result<()> {
    let stage = Stage::with_mail(30).await?;
    let (_, mut wire) = stage.enter().await?;
    choose(&mut wire, CopyPolicy::Leave).await?;
    let folder = wire.holds(INBOX, 30).await?;
    for (query, count) in
        [("subject:00017", 1), ("from:alma", 3), ("\"message number 12\"", 1), ("absent", 0)]
    {
        let look = async || wire.view(Scope::Folder(folder.id.clone()), query, Sort::default(), false).await;
        let (view, _) = wait::until("the search to end", look, |(view, _)| !view.searching).await?;
        assert_eq!(view.total, count, "{query}");
    }
    Ok(())
}
