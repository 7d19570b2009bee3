//! Folders are the server's: made elsewhere they appear, made here others see them, in any script.

use crate::stage::{Stage, put_numbered};
use postern_shared::{command::AccountCommand, error::ErrorCode, folder::Role};
use postern_tests::{browser::Name, dovecot::maildir::Marks, error::Result, wait};

#[tokio::test]
async fn a_folder_made_elsewhere_appears_and_one_that_goes_disappears() -> Result<()> {
    let stage = Stage::with_mail(1).await?;
    let page = stage.page().await?;
    let mut client = stage.other_client().await?;
    client.ok("CREATE \"&UZl3Hw-\"").await?;
    page.see("treeitem", Name::Starts("写真")).await?;
    client.ok("DELETE \"&UZl3Hw-\"").await?;
    page.see_none("treeitem", Name::Starts("写真")).await
}

#[tokio::test]
async fn special_folders_come_first_and_any_folder_opens() -> Result<()> {
    let stage = Stage::with_mail(1).await?;
    put_numbered(&stage.dovecot, "AAA", 3, Marks::default())?;
    let page = stage.page().await?;
    page.see("treeitem", Name::Starts("AAA")).await?;
    let names = page.all("treeitem", Name::Any).await?.into_iter().map(|item| item.name).collect::<Vec<_>>();
    let first = names.iter().map(|name| name.split(' ').next().unwrap_or_default()).collect::<Vec<_>>();
    assert_eq!(first[..4], ["Inbox", "Drafts", "Sent", "Archive"], "{names:?}");
    assert!(first[6..].contains(&"AAA"), "{names:?}");
    page.open_folder("AAA").await?;
    page.see_count(3).await?;
    assert!(page.path().await?.ends_with("/AAA"));
    Ok(())
}

#[tokio::test]
async fn folders_made_renamed_and_deleted_here_are_so_for_others() -> Result<()> {
    let stage = Stage::with_mail(1).await?;
    let mut wire = stage.wire().await?;
    wire.folder("Inbox").await?;
    let mut client = stage.other_client().await?;

    let name = "Пример & co".to_owned();
    let create = |op| AccountCommand::CreateFolder { op, parent: None, name: name.clone() };
    let created = wire.change(create).await?;
    assert!(created.is_ok(), "{created:?}");
    assert!(client.mailboxes().await?.contains(&"&BB8EQAQ4BDwENQRA- &- co".to_owned()));
    let twice = wire.change(create).await?;
    assert_eq!(twice.map_err(|failure| failure.code), Err(ErrorCode::FolderExists));

    let folder = wire.folder(&name).await?;
    let renamed = wire
        .change(|op| AccountCommand::RenameFolder {
            op,
            folder: folder.id,
            parent: None,
            name: "مثال".to_owned(),
        })
        .await?;
    assert!(renamed.is_ok(), "{renamed:?}");
    let mailboxes = client.mailboxes().await?;
    assert!(mailboxes.contains(&"&BkUGKwYnBkQ-".to_owned()), "{mailboxes:?}");

    let folder = wire.folder("مثال").await?;
    let deleted = wire.change(|op| AccountCommand::DeleteFolder { op, folder: folder.id }).await?;
    assert!(deleted.is_ok(), "{deleted:?}");
    wait::until(
        "the folder to be gone",
        async || client.mailboxes().await,
        |names| !names.iter().any(|name| name.starts_with("&BkU")),
    )
    .await?;
    Ok(())
}

#[tokio::test]
async fn special_folders_have_their_roles() -> Result<()> {
    let stage = Stage::with_mail(1).await?;
    let mut wire = stage.wire().await?;
    for (name, role) in [
        ("Inbox", Role::Inbox),
        ("Drafts", Role::Drafts),
        ("Sent", Role::Sent),
        ("Archive", Role::Archive),
        ("Junk", Role::Junk),
        ("Trash", Role::Trash),
    ] {
        let folder = wire.folder(name).await?;
        assert_eq!(folder.role, Some(role));
    }
    Ok(())
}
