//! Moving mail, and the Trash model, with and without the server's MOVE.

use crate::stage::{ADA, Stage};
use postern_shared::{
    account::{DeleteModel, DeletingSettings},
    command::AccountCommand,
    event::Event,
    ids::OpId,
    reply::Reply,
};
use postern_tests::{
    dovecot::{Setup, maildir::Marks},
    error::Result,
    imap,
    wire::messages,
};

async fn subjects(client: &mut imap::Client, mailbox: &str) -> Result<String> {
    client.select(mailbox).await?;
    Ok(client.ok("FETCH 1:* (BODY.PEEK[HEADER.FIELDS (SUBJECT)])").await?.lines.join("\n"))
}

/// Moves two of five messages to the archive, and undoes it. Another client has struck a third, which stays.
async fn move_and_undo(stage: &Stage) -> Result<()> {
    let mut client = stage.other_client().await?;
    client.ok("UID STORE 5 +FLAGS (\\Deleted)").await?;
    let mut wire = stage.wire().await?;
    let inbox = wire.folder("Inbox").await?;
    let archive = wire.folder("Archive").await?;
    let (_, rows) = wire.open(&inbox).await?;
    let target = messages(&inbox, rows.rows[0].key.validity, [2, 4]);
    let op = OpId(fastrand::u64(..));
    let command = AccountCommand::Move { op, target, to: archive.id.clone() };
    assert_eq!(wire.account(command).await?, Reply::Accepted);
    let moved = wire
        .event("the move's end", |envelope| match &envelope.event {
            Event::Finished { op: done, count, undoable } if *done == op => Some(Ok((*count, *undoable))),
            Event::Failed { op: done, failure, .. } if *done == op => Some(Err(failure.clone())),
            _ => None,
        })
        .await?;
    assert_eq!(moved, Ok((2, true)));
    let archived = subjects(&mut client, "Archive").await?;
    assert!(archived.contains("Message 00002") && archived.contains("Message 00004"), "{archived}");
    client.select("INBOX").await?;
    assert_eq!(client.search("ALL").await?, [1, 3, 5]);

    assert_eq!(wire.change(|this| AccountCommand::Undo { op: this, undo: op }).await?, Ok(2));
    let back = subjects(&mut client, "INBOX").await?;
    assert!(back.contains("Message 00002") && back.contains("Message 00004"), "{back}");
    client.select("Archive").await?;
    assert_eq!(client.search("ALL").await?, [0_u32; 0]);
    Ok(())
}

#[tokio::test]
async fn a_move_and_its_undo() -> Result<()> {
    move_and_undo(&Stage::with_mail(5).await?).await
}

#[tokio::test]
async fn without_move_it_is_a_copy_and_a_purge_of_just_those() -> Result<()> {
    let setup = Setup::new(&[ADA]).without(&["MOVE"]);
    let stage = Stage::with(setup, 5, Marks { seen: true, ..Marks::default() }).await?;
    stage.proxy.refuse("UID MOVE", "BAD Unknown command");
    move_and_undo(&stage).await
}

#[tokio::test]
async fn in_the_trash_model_delete_moves_and_shift_delete_marks() -> Result<()> {
    let stage = Stage::with_mail(4).await?;
    let mut wire = stage.wire().await?;
    let settings = DeletingSettings { model: DeleteModel::Trash, ..DeletingSettings::default() };
    assert_eq!(wire.account(AccountCommand::SetDeleting { settings }).await?, Reply::Accepted);
    let inbox = wire.folder("Inbox").await?;
    let (_, rows) = wire.open(&inbox).await?;
    let validity = rows.rows[0].key.validity;
    for (uid, mark) in [(2, false), (3, true)] {
        let target = messages(&inbox, validity, [uid]);
        assert_eq!(wire.change(|op| AccountCommand::Delete { op, target, mark }).await?, Ok(1));
    }
    let mut client = stage.other_client().await?;
    assert_eq!(client.search("ALL").await?, [1, 3, 4]);
    assert_eq!(client.search("DELETED").await?, [3]);
    assert!(subjects(&mut client, "Trash").await?.contains("Message 00002"));
    Ok(())
}
