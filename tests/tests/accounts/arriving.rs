//! What others do to the same account: mail arrives, goes, changes; also while nobody was connected.

use crate::looker::{Looker, accounts, folder, letters, login};
use postern_shared::{
    account::Connection, command::AccountCommand, event::Event, flags::Flag, folder::Counts, view::ViewSpec,
};
use postern_tests::{
    dovecot::{Dovecot, Setup},
    error::Result,
};

const ADA: &str = "ada@demo.test";
const LETTER: &[u8] = b"From: Grace <grace@demo.test>\r\nSubject: News\r\n\r\nHello\r\n";

/// Servers with all they have, without NOTIFY, without QRESYNC, and with hardly anything.
const SERVERS: [&[&str]; 4] = [
    &[],
    &["NOTIFY"],
    &["NOTIFY", "QRESYNC"],
    &["NOTIFY", "QRESYNC", "CONDSTORE", "ESEARCH", "LIST-EXTENDED", "LIST-STATUS"],
];

#[tokio::test]
async fn news_from_other_clients_reaches_every_browser() -> Result<()> {
    for hidden in SERVERS {
        let dovecot = Dovecot::start(Setup::new(&[ADA]).without(hidden)).await?;
        letters(&dovecot, ADA, "INBOX", 60)?;
        let accounts = accounts();
        let handle = accounts.sign_in(login(&dovecot, ADA)).await.unwrap();
        let mut one = Looker::attach(handle.clone(), 1).await;
        let mut two = Looker::attach(handle, 2).await;
        let view = one.open(folder("INBOX")).await;
        two.open(folder("INBOX")).await;

        let mut other = dovecot.client(ADA).await?;
        other.append("INBOX", "", LETTER).await?;
        for looker in [&mut one, &mut two] {
            let arrived = looker.hear(arrival).await;
            assert_eq!(arrived, [(61, 61)]);
            looker.until(|looker| looker.lists[&view].rows.len() == 61).await;
            let top = looker.lists[&view].rows[0].as_ref().expect("a new row comes along");
            assert_eq!((top.subject.as_str(), top.key.uid.0), ("News", 61));
        }

        other.select("INBOX").await?;
        other.ok("UID STORE 5,6 +FLAGS (\\Flagged)").await?;
        let flagged = two.hear(|event| match event {
            Event::FlagsChanged { uids, change, .. } if change.add.has(Flag::Flagged) => Some(uids.clone()),
            _ => None,
        });
        assert_eq!(flagged.await.ranges(), [(5, 6)]);

        other.ok("UID STORE 10:12 +FLAGS (\\Deleted)").await?;
        other.ok("EXPUNGE").await?;
        two.until(|two| two.lists[&view].rows.len() == 58).await;
        let left: Vec<u32> = (1..=61).rev().filter(|uid| !(10..=12).contains(uid)).collect();
        assert_eq!(two.uids(view).await, left);
        two.until(|two| two.counts("INBOX") == Some(Counts { total: 58, unread: 58, deleted: 0 })).await;
        accounts.shutdown().await;
    }
    Ok(())
}

#[tokio::test]
async fn what_happened_while_the_server_was_away_is_told_as_changes() -> Result<()> {
    for hidden in SERVERS {
        let mut dovecot = Dovecot::start(Setup::new(&[ADA]).without(hidden)).await?;
        letters(&dovecot, ADA, "INBOX", 200)?;
        let accounts = accounts();
        let handle = accounts.sign_in(login(&dovecot, ADA)).await.unwrap();
        let mut one = Looker::attach(handle, 1).await;
        let view = one.open(folder("INBOX")).await;
        one.uids(view).await;
        one.until(|one| one.counts("INBOX").is_some_and(|counts| counts.total == 200)).await;

        dovecot.kill();
        one.hear(|event| match event {
            Event::AccountChanged(account) => {
                matches!(account.connection, Connection::Reconnecting { .. }).then_some(())
            }
            _ => None,
        })
        .await;
        let target = one.target(view, &[150]);
        let change = postern_shared::flags::FlagChange::one(Flag::Seen, true);
        let op = postern_shared::ids::OpId(77);
        let reply = one.ask(AccountCommand::SetFlags { op, target, change }).await;
        assert_eq!(reply, postern_shared::reply::Reply::Accepted, "what is changed offline waits");
        one.events.clear();
        dovecot.restart().await?;
        let mut other = dovecot.client(ADA).await?;
        other.select("INBOX").await?;
        other.ok("UID STORE 1:3,100 +FLAGS (\\Deleted)").await?;
        other.ok("EXPUNGE").await?;
        other.ok("UID STORE 50 +FLAGS (\\Seen)").await?;
        other.append("INBOX", "\\Seen", LETTER).await?;
        one.until(|one| one.lists[&view].rows.len() == 197).await;
        let left: Vec<u32> = (1..=201).rev().filter(|uid| ![1, 2, 3, 100].contains(uid)).collect();
        assert_eq!(one.uids(view).await, left);
        let finished =
            |event: &Event| matches!(event, Event::Finished { op: ended, .. } if *ended == op).then_some(());
        one.hear(finished).await;
        one.until(|one| one.counts("INBOX") == Some(Counts { total: 197, unread: 194, deleted: 0 })).await;
        accounts.shutdown().await;
    }
    Ok(())
}

#[tokio::test]
async fn a_folder_nobody_looks_at_is_counted() -> Result<()> {
    for hidden in [SERVERS[0], SERVERS[3]] {
        let dovecot = Dovecot::start(Setup::new(&[ADA]).without(hidden)).await?;
        letters(&dovecot, ADA, "INBOX", 2)?;
        letters(&dovecot, ADA, "Work", 30)?;
        let mut other = dovecot.client(ADA).await?;
        other.select("Work").await?;
        other.ok("UID STORE 1:4 +FLAGS (\\Deleted)").await?;
        other.ok("UID STORE 1:2,10 +FLAGS (\\Seen)").await?;
        let accounts = accounts();
        let handle = accounts.sign_in(login(&dovecot, ADA)).await.unwrap();
        let mut one = Looker::attach(handle, 1).await;
        one.until(|one| one.counts("Work") == Some(Counts { total: 30, unread: 25, deleted: 4 })).await;
        accounts.shutdown().await;
    }
    Ok(())
}

#[tokio::test]
async fn a_list_that_hides_struck_mail_keeps_its_length_right() -> Result<()> {
    let dovecot = Dovecot::start(Setup::new(&[ADA])).await?;
    letters(&dovecot, ADA, "INBOX", 120)?;
    let mut other = dovecot.client(ADA).await?;
    other.select("INBOX").await?;
    other.ok("UID STORE 60:119 +FLAGS (\\Deleted)").await?;
    let accounts = accounts();
    let handle = accounts.sign_in(login(&dovecot, ADA)).await.unwrap();
    let mut one = Looker::attach(handle, 1).await;
    let view = one.open(ViewSpec { hide_deleted: true, ..folder("INBOX") }).await;
    assert_eq!(one.lists[&view].rows.iter().flatten().count(), 50, "a full window");
    assert_eq!(one.lists[&view].rows.len(), 60);
    let target = one.target(view, &[59]);
    one.make(|op| AccountCommand::Delete { op, target, mark: false }).await;
    assert_eq!(one.lists[&view].rows.len(), 59);
    other.ok("UID STORE 70 -FLAGS (\\Deleted)").await?;
    one.until(|one| one.lists[&view].rows.len() == 60).await;
    let shown: Vec<u32> = std::iter::once(120).chain([70]).chain((1..59).rev()).collect();
    assert_eq!(one.uids(view).await, shown);
    accounts.shutdown().await;
    Ok(())
}

fn arrival(event: &Event) -> Option<Vec<(u32, u32)>> {
    match event {
        Event::Arrived { uids, .. } => Some(uids.ranges().to_vec()),
        _ => None,
    }
}
