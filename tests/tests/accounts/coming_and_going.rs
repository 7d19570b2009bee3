//! Browsers that come back, folders and sessions that are left, bytes of messages.

use crate::looker::{Looker, accounts, folder, id, letters, login};
use postern_gateway::accounts::{handle::Piece, login::ConnectError};
use postern_shared::{
    account::DeletingSettings,
    command::AccountCommand,
    error::ErrorCode,
    event::Event,
    ids::{MessageKey, Uid, UidValidity},
    reply::Reply,
};
use postern_tests::{
    dovecot::{Dovecot, Setup},
    error::Result,
    wait,
};

const ADA: &str = "ada@demo.test";

#[tokio::test]
async fn a_browser_that_comes_back_hears_what_it_missed_and_keeps_its_lists() -> Result<()> {
    let dovecot = Dovecot::start(Setup::new(&[ADA])).await?;
    letters(&dovecot, ADA, "INBOX", 20)?;
    let accounts = accounts();
    let handle = accounts.sign_in(login(&dovecot, ADA)).await.unwrap();
    let mut one = Looker::attach(handle.clone(), 1).await;
    let mut two = Looker::attach(handle.clone(), 2).await;
    let view = one.open(folder("INBOX")).await;
    two.open(folder("INBOX")).await;
    one.detach().await;
    let target = two.target(view, &[3, 4]);
    two.make(|op| AccountCommand::Delete { op, target, mark: false }).await;
    let plan = two.ask(AccountCommand::PreparePurge { folder: id("INBOX") }).await;
    let Reply::PurgePlan(plan) = plan else { panic!("{plan:?}") };
    two.make(|op| AccountCommand::Purge { op, plan: plan.plan }).await;

    one.come_back().await;
    one.until(|one| one.lists[&view].rows.len() == 18).await;
    assert_eq!(one.uids(view).await, two.uids(view).await);
    accounts.shutdown().await;
    Ok(())
}

#[tokio::test]
async fn a_wrong_password_is_refused_at_once() -> Result<()> {
    let dovecot = Dovecot::start(Setup::new(&[ADA])).await?;
    let mut wrong = login(&dovecot, ADA);
    wrong.password = "guess".into();
    let refused = accounts().sign_in(wrong).await;
    assert!(matches!(refused, Err(ConnectError::Refused(_))), "{refused:?}");
    Ok(())
}

#[tokio::test]
async fn a_folder_is_purged_when_it_is_left_if_that_was_chosen() -> Result<()> {
    let dovecot = Dovecot::start(Setup::new(&[ADA])).await?;
    letters(&dovecot, ADA, "INBOX", 6)?;
    let accounts = accounts();
    let handle = accounts.sign_in(login(&dovecot, ADA)).await.unwrap();
    let mut one = Looker::attach(handle.clone(), 1).await;
    let mut two = Looker::attach(handle, 2).await;
    let settings = DeletingSettings { purge_on_leave: true, ..Default::default() };
    assert_eq!(one.ask(AccountCommand::SetDeleting { settings }).await, Reply::Accepted);
    let view = one.open(folder("INBOX")).await;
    two.open(folder("INBOX")).await;
    let target = one.target(view, &[2, 5]);
    one.make(|op| AccountCommand::Delete { op, target, mark: false }).await;
    assert_eq!(one.ask(AccountCommand::CloseView { view }).await, Reply::Accepted);
    let mut other = dovecot.client(ADA).await?;
    other.select("INBOX").await?;
    assert_eq!(other.search("ALL").await?.len(), 6, "the second browser still shows it");
    two.detach().await;
    wait::until(
        "the purge",
        async || {
            other.ok("NOOP").await?;
            other.search("ALL").await
        },
        |left| left.len() == 4,
    )
    .await?;
    accounts.shutdown().await;
    Ok(())
}

#[tokio::test]
async fn a_sign_out_purges_if_that_was_chosen_and_ends_the_account() -> Result<()> {
    let dovecot = Dovecot::start(Setup::new(&[ADA])).await?;
    letters(&dovecot, ADA, "INBOX", 6)?;
    let accounts = accounts();
    let handle = accounts.sign_in(login(&dovecot, ADA)).await.unwrap();
    let mut one = Looker::attach(handle.clone(), 1).await;
    let settings = DeletingSettings { purge_on_sign_out: true, ..Default::default() };
    assert_eq!(one.ask(AccountCommand::SetDeleting { settings }).await, Reply::Accepted);
    let view = one.open(folder("INBOX")).await;
    let target = one.target(view, &[1]);
    one.make(|op| AccountCommand::Delete { op, target, mark: false }).await;
    handle.sign_out().await;
    let mut other = dovecot.client(ADA).await?;
    other.select("INBOX").await?;
    assert_eq!(other.search("ALL").await?.len(), 5);
    wait::until("the actor's end", async || Ok(handle.is_gone()), |gone| *gone).await?;
    Ok(())
}

#[tokio::test]
async fn a_message_comes_in_chunks_and_a_missing_one_says_so() -> Result<()> {
    let dovecot = Dovecot::start(Setup::new(&[ADA])).await?;
    let mut letter = b"Subject: Long\r\n\r\n".to_vec();
    (0..20_000).for_each(|line| letter.extend(format!("line {line}\r\n").into_bytes()));
    dovecot.client(ADA).await?.append("INBOX", "", &letter).await?;
    let accounts = accounts();
    let handle = accounts.sign_in(login(&dovecot, ADA)).await.unwrap();
    let mut one = Looker::attach(handle.clone(), 1).await;
    let view = one.open(folder("INBOX")).await;
    let key = one.lists[&view].rows[0].as_ref().unwrap().key.clone();

    let structure = handle.structure(key.clone()).await.unwrap();
    assert_eq!(structure.size, Some(letter.len() as u64));
    let mut chunks = handle.piece(key.clone(), Piece::Source).await.unwrap();
    let mut whole = Vec::new();
    let mut count = 0;
    while let Some(chunk) = chunks.recv().await {
        whole.extend(chunk.unwrap());
        count += 1;
    }
    assert!(whole == letter && count > 3);

    let gone = MessageKey { uid: Uid(99), ..key.clone() };
    assert_eq!(handle.structure(gone).await.unwrap_err().code, ErrorCode::NoSuchMessage);
    let older = MessageKey { validity: UidValidity(1), ..key };
    assert_eq!(handle.structure(older).await.unwrap_err().code, ErrorCode::FolderChanged);
    accounts.shutdown().await;
    Ok(())
}

#[tokio::test]
async fn a_folder_made_anew_closes_its_lists_quietly() -> Result<()> {
    let dovecot = Dovecot::start(Setup::new(&[ADA])).await?;
    letters(&dovecot, ADA, "Work", 9)?;
    let accounts = accounts();
    let mut one = Looker::attach(accounts.sign_in(login(&dovecot, ADA)).await.unwrap(), 1).await;
    one.until(|one| one.counts("Work").is_some()).await;
    let view = one.open(folder("Work")).await;
    let mut other = dovecot.client(ADA).await?;
    other.ok("DELETE Work").await?;
    other.ok("CREATE Work").await?;
    other.append("Work", "", b"Subject: New\r\n\r\nnew\r\n").await?;
    // The server does not always tell of a folder that was made anew at once.
    one.ask(AccountCommand::Refresh).await;
    one.hear(|event| (*event == Event::ViewClosed { view }).then_some(())).await;
    assert!(!one.events.iter().any(|event| matches!(event, Event::Arrived { .. } | Event::Removed { .. })));
    let again = one.open(folder("Work")).await;
    assert_eq!(one.uids(again).await.len(), 1);
    accounts.shutdown().await;
    Ok(())
}
