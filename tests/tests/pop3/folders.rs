//! Folders that live here, seen live by another socket of the account.

use crate::stage::{DELETED, INBOX, Stage, rows};
use postern_shared::{command::AccountCommand, error::ErrorCode};
use postern_tests::{error::Result, wire::messages};

#[tokio::test]
async fn folders_come_change_and_go_before_everybodys_eyes() -> Result<()> {
    let stage = Stage::with_mail(2).await?;
    let (session, mut wire) = stage.enter().await?;
    let mut other = session.socket().await?;
    let inbox = wire.holds(INBOX, 2).await?;
    let create = |parent, name: &str| {
        let name = name.to_owned();
        move |op| AccountCommand::CreateFolder { op, parent, name }
    };
    assert!(wire.change(create(None, "Pläne")).await?.is_ok());
    let plans = other.folder("Pläne").await?;
    assert!(wire.change(create(Some(plans.id.clone()), "写真/2026")).await?.is_ok());
    let photos = other.folder("写真/2026").await?;
    assert_eq!(photos.parent.as_ref(), Some(&plans.id));
    let again = wire.change(create(None, "pläne")).await?;
    assert_eq!(again.map_err(|failure| failure.code), Err(ErrorCode::FolderExists));

    let key = rows(&mut wire, INBOX).await?.remove(0).key;
    let target = messages(&inbox, key.validity, [key.uid.0]);
    assert_eq!(wire.change(|op| AccountCommand::Move { op, target, to: photos.id.clone() }).await?, Ok(1));
    other.holds("写真/2026", 1).await?;

    let rename = |op| AccountCommand::RenameFolder {
        op,
        folder: photos.id.clone(),
        parent: None,
        name: "Photos".to_owned(),
    };
    assert!(wire.change(rename).await?.is_ok());
    let renamed = other.folder_that("Photos", |folder| folder.parent.is_none()).await?;
    assert_eq!(renamed.id, photos.id);
    other.holds("Photos", 1).await?;
    Ok(())
}

#[tokio::test]
async fn a_deleted_folder_can_be_brought_back_with_its_mail() -> Result<()> {
    let stage = Stage::with_mail(2).await?;
    let (_, mut wire) = stage.enter().await?;
    let inbox = wire.holds(INBOX, 2).await?;
    let create = |op| AccountCommand::CreateFolder { op, parent: None, name: "Trip".to_owned() };
    assert!(wire.change(create).await?.is_ok());
    let trip = wire.folder("Trip").await?;
    let key = rows(&mut wire, INBOX).await?.remove(0).key;
    let target = messages(&inbox, key.validity, [key.uid.0]);
    assert_eq!(wire.change(|op| AccountCommand::Move { op, target, to: trip.id.clone() }).await?, Ok(1));

    let mut deletion = None;
    let delete = |op| {
        deletion = Some(op);
        AccountCommand::DeleteFolder { op, folder: trip.id.clone() }
    };
    assert!(wire.change(delete).await?.is_ok());
    let deleted = wire.folder(DELETED).await?.id;
    let gone = |folder: &postern_shared::folder::Folder| folder.parent.as_ref() == Some(&deleted);
    wire.folder_that("Trip", gone).await?;
    let undo = deletion.unwrap();
    assert!(wire.change(|op| AccountCommand::Undo { op, undo }).await?.is_ok());
    wire.folder_that("Trip", |folder| folder.parent.is_none()).await?;
    wire.holds("Trip", 1).await?;
    Ok(())
}
