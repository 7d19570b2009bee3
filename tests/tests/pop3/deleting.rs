//! Deleting here: to Deleted Items, back again, and for good.

use crate::stage::{DELETED, INBOX, Stage, rows, subjects};
use postern_shared::{command::AccountCommand, event::Event, ids::OpId};
use postern_tests::{error::Result, wire::messages};

#[tokio::test]
async fn delete_moves_and_every_way_back_works() -> Result<()> {
    let stage = Stage::with_mail(5).await?;
    let (_, mut wire) = stage.enter().await?;
    let inbox = wire.holds(INBOX, 5).await?;
    let key = rows(&mut wire, INBOX).await?.remove(0).key;
    let target = messages(&inbox, key.validity, [key.uid.0]);
    let all = subjects(&mut wire, INBOX).await?;

    // Undo.
    let op = OpId(1);
    let delete = AccountCommand::Delete { op, target: target.clone(), mark: false };
    crate::stage::accepted(wire.account(delete).await?)?;
    let undoable = wire
        .event("the end of Delete", |envelope| match envelope.event {
            Event::Finished { op: done, undoable, .. } if done == op => Some(undoable),
            _ => None,
        })
        .await?;
    assert!(undoable);
    let deleted = wire.holds(DELETED, 1).await?;
    wire.holds(INBOX, 4).await?;
    assert_eq!(wire.change(|op| AccountCommand::Undo { op, undo: OpId(1) }).await?, Ok(1));
    wire.holds(DELETED, 0).await?;
    assert_eq!(subjects(&mut wire, INBOX).await?, all);

    // Undelete, by the UID it had in the inbox: UIDs stay.
    assert_eq!(wire.change(|op| AccountCommand::Delete { op, target, mark: false }).await?, Ok(1));
    wire.holds(DELETED, 1).await?;
    let there = rows(&mut wire, DELETED).await?.remove(0).key;
    assert_eq!(there.uid, key.uid);
    let target = messages(&deleted, there.validity, [there.uid.0]);
    assert_eq!(wire.change(|op| AccountCommand::Undelete { op, target }).await?, Ok(1));
    assert_eq!(subjects(&mut wire, INBOX).await?, all);
    Ok(())
}

#[tokio::test]
async fn emptying_removes_for_good_and_moving_does_not() -> Result<()> {
    let stage = Stage::with_mail(6).await?;
    let (_, mut wire) = stage.enter().await?;
    let inbox = wire.holds(INBOX, 6).await?;
    let keys: Vec<_> = rows(&mut wire, INBOX).await?.into_iter().map(|row| row.key).collect();
    let some = |range: std::ops::Range<usize>| {
        messages(&inbox, keys[0].validity, keys[range].iter().map(|key| key.uid.0))
    };
    let archive = wire.folder("Archive").await?;
    let target = some(0..2);
    assert_eq!(wire.change(|op| AccountCommand::Move { op, target, to: archive.id.clone() }).await?, Ok(2));
    let target = some(2..4);
    assert_eq!(wire.change(|op| AccountCommand::Delete { op, target, mark: false }).await?, Ok(2));
    let deleted = wire.holds(DELETED, 2).await?;
    let folder = deleted.id;
    assert_eq!(wire.change(|op| AccountCommand::EmptyFolder { op, folder }).await?, Ok(2));
    wire.holds(DELETED, 0).await?;
    wire.holds("Archive", 2).await?;
    wire.holds(INBOX, 2).await?;
    assert_eq!(stage.dovecot.copies(crate::stage::ADA)?, 6, "the default leaves every copy");
    Ok(())
}
