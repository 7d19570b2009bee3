//! Search by words and operators, and every order.

use crate::stage::{ADA, Stage, put_numbered};
use postern_shared::view::{Rows, Scope, Sort, SortKey, View};
use postern_tests::{
    dovecot::{Setup, maildir::Marks},
    error::Result,
    mail::Mail,
    wait,
    wire::Wire,
};

/// Every sort, one at a time, with and without the server's own.
async fn orders(stage: &Stage) -> Result<()> {
    let mut maildir = stage.dovecot.maildir(ADA, "Mixed")?;
    for (number, (name, subject, sent, size)) in
        [("Bea", "Re: banana", 300_u64, 500_usize), ("Abe", "cherry", 100, 9000), ("Cem", "Apple", 200, 10)]
            .into_iter()
            .enumerate()
    {
        let mut mail = Mail::new((name, "x@example.org"), ("Ada", ADA), subject, "x".repeat(size));
        mail.id = format!("{number}@mixed.example.org");
        mail.sent = 1_600_000_000 + sent;
        maildir.put(mail.sent, Marks::default(), &mail.to_bytes()?)?;
    }
    let mut wire = stage.wire().await?;
    let folder = wire.folder("Mixed").await?;
    for (key, ascending) in [
        (SortKey::Arrival, ["Bea", "Abe", "Cem"]),
        (SortKey::Date, ["Abe", "Cem", "Bea"]),
        (SortKey::Sender, ["Abe", "Bea", "Cem"]),
        (SortKey::Subject, ["Cem", "Bea", "Abe"]),
        (SortKey::Size, ["Cem", "Bea", "Abe"]),
    ] {
        for descending in [false, true] {
            let sort = Sort { key, descending };
            let look = async || wire.view(Scope::Folder(folder.id.clone()), "", sort, false).await;
            let complete = |(view, rows): &(View, Rows)| !view.searching && rows.rows.len() == 3;
            let (_, rows) = wait::until("three in order", look, complete).await?;
            let mut names: Vec<&str> = rows.rows.iter().map(|row| row.from[0].name.as_str()).collect();
            if descending {
                names.reverse();
            }
            assert_eq!(names, ascending, "{sort:?}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn every_order_with_the_servers_sort() -> Result<()> {
    orders(&Stage::with_mail(1).await?).await
}

#[tokio::test]
async fn every_order_without_it() -> Result<()> {
    let setup = Setup::new(&[ADA]).without(&["SORT", "SORT=DISPLAY", "ESORT", "ESEARCH"]);
    let stage = Stage::with(setup, 1, Marks::default()).await?;
    stage.proxy.refuse("UID SORT", "BAD Unknown command");
    orders(&stage).await
}

/// Opens a search and waits until it is complete.
async fn found(wire: &mut Wire, scope: Scope, query: &str) -> Result<(View, Rows)> {
    let look = async || wire.view(scope.clone(), query, Sort::default(), false).await;
    wait::until(query, look, |(view, rows)| !view.searching && rows.rows.len() == view.total as usize).await
}

#[tokio::test]
async fn operators_find_what_they_say() -> Result<()> {
    let stage = Stage::with_mail(20).await?;
    put_numbered(&stage.dovecot, "Projects", 3, Marks::default())?;
    let mut client = stage.other_client().await?;
    client.ok("UID STORE 3 +FLAGS (\\Flagged)").await?;
    client.ok("UID STORE 5 +FLAGS (\\Deleted)").await?;
    client.ok("UID STORE 7 -FLAGS (\\Seen)").await?;
    let mut wire = stage.wire().await?;
    let inbox = wire.folder("Inbox").await?;
    for (query, uids) in [
        ("from:bruno", vec![11, 1]),
        ("subject:00012", vec![12]),
        ("\"message number 9\"", vec![9]),
        ("is:flagged", vec![3]),
        ("is:unread", vec![7]),
        ("is:deleted", vec![5]),
        ("from:freya", vec![15]),
        ("from:bruno subject:00011", vec![11]),
        ("to:ada is:flagged", vec![3]),
        ("subject:nothing", vec![]),
    ] {
        let (view, rows) = found(&mut wire, Scope::Folder(inbox.id.clone()), query).await?;
        let got: Vec<u32> = rows.rows.iter().map(|row| row.key.uid.0).collect();
        assert_eq!(got, uids, "{query}");
        assert_eq!(view.total as usize, uids.len(), "{query}");
    }
    let (_, rows) = found(&mut wire, Scope::Everywhere, "from:dilek").await?;
    let mut folders: Vec<&str> = rows.rows.iter().map(|row| row.key.folder.0.as_str()).collect();
    folders.sort_unstable();
    assert_eq!(folders, ["INBOX", "INBOX", "Projects"], "every result names its folder");
    Ok(())
}

#[tokio::test]
async fn searching_and_sorting_in_the_browser() -> Result<()> {
    let stage = Stage::with_mail(30).await?;
    let page = stage.page().await?;
    page.fill("searchbox", "Search mail", "from:bruno").await?;
    page.see_count(3).await?;
    page.css("[role=\"grid\"][data-query]").await?;
    let rows = page
        .see_rows("only Bruno's", |rows| rows.len() == 3 && rows.iter().all(|row| row.shows("Bruno")))
        .await?;
    assert!(rows[0].shows("Message 00021"));
    page.fill("searchbox", "Search mail", "").await?;
    page.see_count(30).await?;
    wait::until(
        "the search's end",
        async || page.count("[role=\"grid\"][data-query]").await,
        |found| *found == 0,
    )
    .await?;

    page.choose("Sort by", "Subject").await?;
    page.see_rows("A to Z or Z to A", |rows| {
        rows.first().is_some_and(|row| row.shows("Message 00001") || row.shows("Message 00030"))
            && rows.iter().all(|row| !row.busy)
    })
    .await?;
    page.choose("Sort by", "Sender").await?;
    page.see_rows("by sender", |rows| {
        rows.first().is_some_and(|row| row.shows("Alma") || row.shows("Jakob"))
    })
    .await?;
    Ok(())
}
