//! Searching, sorting, and folders themselves.

use crate::looker::{Looker, accounts, folder, id, letters, login};
use postern_shared::{
    command::AccountCommand,
    error::ErrorCode,
    event::Event,
    reply::Reply,
    view::{Scope, Sort, SortKey, ViewSpec},
};
use postern_tests::{
    dovecot::{Dovecot, Setup},
    error::Result,
};

const ADA: &str = "ada@demo.test";

fn letter(from: &str, subject: &str, day: u32, body: &str) -> Vec<u8> {
    format!(
        "From: {from}\r\nTo: {ADA}\r\nSubject: {subject}\r\nDate: {day:02} Mar 2026 10:00:00 +0000\r\n\r\n{body}\r\n"
    )
    .into_bytes()
}

/// Four letters whose orders by date, sender, subject, size and arrival all differ.
async fn varied(dovecot: &Dovecot) -> Result<()> {
    let mut other = dovecot.client(ADA).await?;
    for (flags, letter) in [
        ("", letter("Carol <c@x.test>", "Re: apples", 9, "short")),
        ("\\Seen", letter("bob <b@x.test>", "Cherries", 2, &"long ".repeat(200))),
        ("", letter("Alice <a@x.test>", "bananas", 5, &"middle ".repeat(50))),
        ("\\Flagged", letter("Dave <d@x.test>", "apples", 1, "tiny")),
    ] {
        other.append("INBOX", flags, &letter).await?;
    }
    Ok(())
}

#[tokio::test]
async fn every_order_is_the_same_with_and_without_sort() -> Result<()> {
    for hidden in [&[][..], &["SORT", "SORT=DISPLAY", "ESORT"]] {
        let dovecot = Dovecot::start(Setup::new(&[ADA]).without(hidden)).await?;
        varied(&dovecot).await?;
        let accounts = accounts();
        let mut one = Looker::attach(accounts.sign_in(login(&dovecot, ADA)).await.unwrap(), 1).await;
        for (key, ascending) in [
            (SortKey::Arrival, [1, 2, 3, 4]),
            (SortKey::Date, [4, 2, 3, 1]),
            (SortKey::Sender, [3, 2, 1, 4]),
            (SortKey::Subject, [1, 4, 3, 2]),
            (SortKey::Size, [4, 1, 3, 2]),
        ] {
            for descending in [false, true] {
                let spec = ViewSpec { sort: Sort { key, descending }, ..folder("INBOX") };
                let view = one.open(spec).await;
                one.until(|one| {
                    let list = &one.lists[&view];
                    list.rows.len() == 4 && !list.view.as_ref().unwrap().searching
                })
                .await;
                let mut expected = ascending.to_vec();
                if descending {
                    expected.reverse();
                }
                assert_eq!(one.uids(view).await, expected, "{key:?} {descending} without {hidden:?}");
            }
        }
        let spec = ViewSpec { sort: Sort { key: SortKey::Subject, descending: false }, ..folder("INBOX") };
        let view = one.open(spec).await;
        let mut other = dovecot.client(ADA).await?;
        other.append("INBOX", "", &letter("Eve <e@x.test>", "Blueberries", 7, "x")).await?;
        one.until(|one| one.lists[&view].rows.len() == 5).await;
        assert_eq!(one.uids(view).await, [1, 4, 3, 5, 2]);
        accounts.shutdown().await;
    }
    Ok(())
}

#[tokio::test]
async fn a_search_finds_and_keeps_up() -> Result<()> {
    let dovecot = Dovecot::start(Setup::new(&[ADA])).await?;
    varied(&dovecot).await?;
    letters(&dovecot, ADA, "Work", 3)?;
    let accounts = accounts();
    let mut one = Looker::attach(accounts.sign_in(login(&dovecot, ADA)).await.unwrap(), 1).await;
    one.open(folder("INBOX")).await;
    for (query, found) in [
        ("subject:apples", vec![4, 1]),
        ("from:bob", vec![2]),
        ("is:unread", vec![4, 3, 1]),
        ("is:flagged", vec![4]),
        ("middle", vec![3]),
        ("in:work letter", vec![3, 2, 1]),
        ("nothing at all", vec![]),
    ] {
        let view = one.open(ViewSpec { query: query.to_owned(), ..folder("INBOX") }).await;
        one.until(|one| !one.lists[&view].view.as_ref().unwrap().searching).await;
        assert_eq!(one.uids(view).await, found, "{query}");
    }
    let apples = one.open(ViewSpec { query: "subject:apples".to_owned(), ..folder("INBOX") }).await;
    let unread = one.open(ViewSpec { query: "is:unread".to_owned(), ..folder("INBOX") }).await;
    let mut other = dovecot.client(ADA).await?;
    other.append("INBOX", "", &letter("Eve <e@x.test>", "More apples", 7, "x")).await?;
    other.append("INBOX", "", &letter("Eve <e@x.test>", "Pears", 7, "x")).await?;
    one.until(|one| one.lists[&apples].rows.len() == 3 && one.lists[&unread].rows.len() == 5).await;
    assert_eq!(one.uids(apples).await, [5, 4, 1]);
    other.select("INBOX").await?;
    other.ok("UID STORE 6 +FLAGS (\\Seen)").await?;
    one.until(|one| one.lists[&unread].rows.len() == 4).await;
    assert_eq!(one.uids(unread).await, [5, 4, 3, 1]);

    let reply = one.ask(AccountCommand::OpenView {
        spec: ViewSpec { query: "is:purple".to_owned(), ..folder("INBOX") },
    });
    assert!(matches!(reply.await, Reply::Failed(failure) if failure.code == ErrorCode::BadQuery));
    accounts.shutdown().await;
    Ok(())
}

#[tokio::test]
async fn a_search_everywhere_names_the_folders_and_keeps_up() -> Result<()> {
    let dovecot = Dovecot::start(Setup::new(&[ADA])).await?;
    let mut other = dovecot.client(ADA).await?;
    letters(&dovecot, ADA, "Work", 2)?;
    letters(&dovecot, ADA, "Junk", 2)?;
    varied(&dovecot).await?;
    let accounts = accounts();
    let mut one = Looker::attach(accounts.sign_in(login(&dovecot, ADA)).await.unwrap(), 1).await;
    one.open(folder("INBOX")).await;
    let spec = ViewSpec { scope: Scope::Everywhere, query: "subject:l".to_owned(), ..folder("INBOX") };
    let view = one.open(spec).await;
    one.until(|one| !one.lists[&view].view.as_ref().unwrap().searching).await;
    one.read_all(view).await;
    let places = |one: &Looker| -> Vec<String> {
        let rows = one.lists[&view].rows.iter().flatten();
        rows.map(|row| format!("{} {}", row.key.folder, row.key.uid)).collect()
    };
    assert_eq!(places(&one), ["INBOX 4", "INBOX 1", "Work 2", "Work 1"], "newest first, without Junk");
    other.append("Work", "", &letter("Eve <e@x.test>", "Limes", 7, "x")).await?;
    one.until(|one| one.lists[&view].rows.len() == 5).await;
    one.read_all(view).await;
    assert!(places(&one).contains(&"Work 3".to_owned()));
    accounts.shutdown().await;
    Ok(())
}

#[tokio::test]
async fn folders_come_and_go_here_and_elsewhere() -> Result<()> {
    let dovecot = Dovecot::start(Setup::new(&[ADA])).await?;
    let accounts = accounts();
    let mut one = Looker::attach(accounts.sign_in(login(&dovecot, ADA)).await.unwrap(), 1).await;
    one.open(folder("INBOX")).await;
    let has = |one: &Looker, name: &str| {
        let told = one.events.iter().rev().find_map(|event| match event {
            Event::Folders(folders) => Some(folders),
            _ => None,
        });
        told.is_some_and(|folders| folders.iter().any(|folder| folder.id.as_str() == name))
    };
    let create = |op| AccountCommand::CreateFolder { op, parent: None, name: "Плани".to_owned() };
    assert!(matches!(one.make(create).await, Event::Finished { .. }));
    assert!(has(&one, "Плани"), "told before it is finished");
    let mut other = dovecot.client(ADA).await?;
    assert!(other.mailboxes().await?.contains(&"&BB8EOwQwBD0EOA-".to_owned()), "as modified UTF-7");
    assert!(
        matches!(one.make(create).await, Event::Failed { failure, .. } if failure.code == ErrorCode::FolderExists)
    );
    let inner =
        |op| AccountCommand::CreateFolder { op, parent: Some(id("Плани")), name: "2026".to_owned() };
    one.make(inner).await;
    assert!(has(&one, "Плани/2026"));

    let view = one.open(folder("Плани")).await;
    let rename =
        |op| AccountCommand::RenameFolder {
            op, folder: id("Плани"), parent: None, name: "Plans".to_owned()
        };
    assert!(matches!(one.make(rename).await, Event::Finished { .. }));
    assert!(has(&one, "Plans/2026") && !has(&one, "Плани"));
    assert!(one.events.contains(&Event::ViewClosed { view }));

    other.ok("CREATE Elsewhere").await?;
    one.until(|one| has(one, "Elsewhere")).await;
    one.make(|op| AccountCommand::DeleteFolder { op, folder: id("Elsewhere") }).await;
    assert!(!has(&one, "Elsewhere"));
    let inbox = AccountCommand::DeleteFolder { op: postern_shared::ids::OpId(5), folder: id("INBOX") };
    assert!(matches!(one.ask(inbox).await, Reply::Failed(failure) if failure.code == ErrorCode::Forbidden));
    accounts.shutdown().await;
    Ok(())
}
