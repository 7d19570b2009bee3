//! Striking, purging, undoing.

use crate::looker::{Looker, accounts, folder, id, letters, login};
use postern_shared::{command::AccountCommand, event::Event, flags::Flag, reply::Reply};
use postern_tests::{
    dovecot::{Dovecot, Setup},
    error::Result,
};

const ADA: &str = "ada@demo.test";

#[tokio::test]
async fn what_is_struck_in_one_browser_is_struck_in_the_other_and_purged_exactly() -> Result<()> {
    let dovecot = Dovecot::start(Setup::new(&[ADA])).await?;
    letters(&dovecot, ADA, "INBOX", 120)?;
    let accounts = accounts();
    let handle = accounts.sign_in(login(&dovecot, ADA)).await.unwrap();
    let mut one = Looker::attach(handle.clone(), 1).await;
    let mut two = Looker::attach(handle, 2).await;
    let view = one.open(folder("INBOX")).await;
    assert_eq!(two.open(folder("INBOX")).await, view);
    assert_eq!(one.uids(view).await, (1..=120).rev().collect::<Vec<_>>());

    let target = one.target(view, &[7, 8, 9]);
    let ended = one.make(|op| AccountCommand::Delete { op, target, mark: false }).await;
    assert!(matches!(ended, Event::Finished { count: 3, undoable: true, .. }), "{ended:?}");
    let struck = two
        .hear(|event| match event {
            Event::FlagsChanged { uids, change, .. } if change.add.has(Flag::Deleted) => Some(uids.clone()),
            _ => None,
        })
        .await;
    assert_eq!(struck.ranges(), [(7, 9)]);

    let mut other = dovecot.client(ADA).await?;
    other.select("INBOX").await?;
    assert_eq!(other.search("DELETED").await?, [7, 8, 9]);
    other.ok("UID STORE 20 +FLAGS (\\Deleted)").await?;

    let reply = one.ask(AccountCommand::PreparePurge { folder: id("INBOX") }).await;
    let Reply::PurgePlan(plan) = reply else { panic!("{reply:?}") };
    assert_eq!((plan.count, plan.foreign, plan.guarded), (4, 1, false));
    assert_eq!(plan.samples.len(), 3);
    other.ok("UID STORE 30 +FLAGS (\\Deleted)").await?;
    let ended = one.make(|op| AccountCommand::Purge { op, plan: plan.plan }).await;
    assert!(matches!(ended, Event::Finished { count: 4, undoable: false, .. }), "{ended:?}");
    let left: Vec<u32> = (1..=120).rev().filter(|uid| ![7, 8, 9, 20].contains(uid)).collect();
    assert_eq!(one.uids(view).await, left);
    two.until(|two| two.lists[&view].rows.len() == 116).await;
    assert_eq!(two.uids(view).await, left);
    other.ok("NOOP").await?;
    assert_eq!(other.search("DELETED").await?, [30]);
    accounts.shutdown().await;
    Ok(())
}
