//! A purge removes exactly the messages it counted, whatever others strike meanwhile.

use crate::stage::{ADA, Stage};
use postern_shared::{
    command::{AccountCommand, Target},
    error::ErrorCode,
    event::Event,
    ids::OpId,
    reply::Reply,
};
use postern_tests::{
    browser::{Key, Name},
    dovecot::{Setup, maildir::Marks},
    error::Result,
    wait,
    wire::messages,
};

const SEEN: Marks = Marks { seen: true, draft: false, flagged: false, answered: false, deleted: false };

#[tokio::test]
async fn what_is_struck_behind_the_dialog_stays() -> Result<()> {
    let stage = Stage::with_mail(10).await?;
    let page = stage.page().await?;
    let mut client = stage.other_client().await?;
    client.ok("UID STORE 1 +FLAGS (\\Deleted)").await?;
    page.see_row_that("Message 00001", "is struck", |row| row.deleted).await?;
    page.click_row("Message 00009").await?;
    page.hold(Key::Delete, 2).await?;
    page.see_text("[role=\"group\"][aria-label=\"Deleted messages\"]", "3 deleted").await?;

    page.edit("Purge deleted messages").await?;
    page.see("dialog", "Purge deleted messages").await?;
    page.see("button", "Purge 3 messages").await?;
    client.ok("UID STORE 4:5 +FLAGS (\\Deleted)").await?;
    page.see_text("[role=\"group\"][aria-label=\"Deleted messages\"]", "5 deleted").await?;
    page.click("button", "Purge 3 messages").await?;

    page.see_count(7).await?;
    page.see_none("dialog", Name::Any).await?;
    page.see_text("[role=\"group\"][aria-label=\"Deleted messages\"]", "2 deleted").await?;
    assert_eq!(client.search("ALL").await?, [2, 3, 4, 5, 6, 7, 10]);
    assert_eq!(client.search("DELETED").await?, [4, 5]);
    Ok(())
}

#[tokio::test]
async fn without_uidplus_foreign_marks_are_taken_off_and_put_back() -> Result<()> {
    let stage = Stage::with(Setup::new(&[ADA]).without(&["UIDPLUS"]), 10, SEEN).await?;
    stage.proxy.refuse("UID EXPUNGE", "BAD Unknown command");
    let mut wire = stage.wire().await?;
    let inbox = wire.folder("Inbox").await?;
    let (_, rows) = wire.open(&inbox).await?;
    let validity = rows.rows[0].key.validity;
    let deleted = wire
        .change(|op| AccountCommand::Delete { op, target: messages(&inbox, validity, [2, 4]), mark: false })
        .await?;
    assert_eq!(deleted, Ok(2));
    let plan = wire.plan(&inbox).await?;
    assert_eq!((plan.count, plan.guarded), (2, true));

    let mut client = stage.other_client().await?;
    client.ok("UID STORE 7:8 +FLAGS (\\Deleted)").await?;
    assert_eq!(wire.change(|op| AccountCommand::Purge { op, plan: plan.plan }).await?, Ok(2));
    assert_eq!(client.search("ALL").await?, [1, 3, 5, 6, 7, 8, 9, 10]);
    assert_eq!(client.search("DELETED").await?, [7, 8]);
    Ok(())
}

#[tokio::test]
async fn the_plan_says_what_others_struck() -> Result<()> {
    let stage = Stage::with_mail(5).await?;
    let mut wire = stage.wire().await?;
    let inbox = wire.folder("Inbox").await?;
    let (_, rows) = wire.open(&inbox).await?;
    let validity = rows.rows[0].key.validity;
    stage.other_client().await?.ok("UID STORE 1:2 +FLAGS (\\Deleted)").await?;
    let target = messages(&inbox, validity, [5]);
    assert_eq!(wire.change(|op| AccountCommand::Delete { op, target, mark: false }).await?, Ok(1));
    let plan =
        wait::until("all three counted", async || wire.plan(&inbox).await, |plan| plan.count == 3).await?;
    assert_eq!((plan.foreign, plan.guarded), (2, false));
    assert!(plan.samples.iter().any(|sample| sample.subject == "Message 00005"));
    Ok(())
}

#[tokio::test]
async fn ten_thousand_messages_go_in_one_go_with_progress_and_cancel() -> Result<()> {
    const ALL: u32 = 10_000;
    let stage = Stage::with_mail(ALL).await?;
    let mut wire = stage.wire().await?;
    let inbox = wire.folder("Inbox").await?;
    let (view, _) = wire.open(&inbox).await?;
    assert_eq!(view.total, ALL);
    let target = Target::View { view: view.id, except: Vec::new() };
    assert_eq!(wire.change(|op| AccountCommand::Delete { op, target, mark: false }).await?, Ok(ALL));
    let mut client = stage.other_client().await?;
    assert_eq!(client.search("DELETED").await?.len(), ALL as usize);

    let plan = wire.plan(&inbox).await?;
    assert_eq!(plan.count, ALL);
    let op = OpId(7);
    assert_eq!(wire.account(AccountCommand::Purge { op, plan: plan.plan }).await?, Reply::Accepted);
    let progress = wire
        .event("progress", |envelope| match envelope.event {
            Event::Progress { op: of, done, total } if of == op && done > 0 => Some((done, total)),
            _ => None,
        })
        .await?;
    assert!(progress.0 < ALL && progress.1 == ALL, "{progress:?}");
    assert_eq!(wire.account(AccountCommand::Cancel { op }).await?, Reply::Accepted);
    let (done, code) = wire
        .event("the cancelled purge's end", |envelope| match &envelope.event {
            Event::Failed { op: of, done, failure, .. } if *of == op => Some((*done, failure.code)),
            _ => None,
        })
        .await?;
    assert_eq!(code, ErrorCode::Cancelled);
    assert!(done < ALL, "cancelled too late to tell");
    assert_eq!(client.search("ALL").await?.len(), (ALL - done) as usize, "what it said it had done");

    let rest = wire.plan(&inbox).await?;
    assert_eq!(rest.count, ALL - done);
    assert_eq!(wire.change(|op| AccountCommand::Purge { op, plan: rest.plan }).await?, Ok(ALL - done));
    assert_eq!(client.search("ALL").await?, [0_u32; 0]);
    Ok(())
}
