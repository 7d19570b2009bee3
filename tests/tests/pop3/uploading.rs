//! What lives here goes to the IMAP server of the same account: everything, once, and as it is.

use crate::stage::{
    ADA, DELETED, INBOX, Stage, accepted, check, choose, crlf, enter, numbers, rows, scripted, subjects,
};
use postern_shared::{
    command::AccountCommand,
    error::{ErrorCode, Failure},
    event::Event,
    flags::{Flag, FlagChange},
    ids::{FolderId, OpId},
    pop3::CopyPolicy,
};
use postern_tests::{
    dovecot::{Dovecot, Setup, maildir::Marks},
    error::Result,
    fake_pop3::Manner,
    gateway::{Gateway, Settings},
    imap,
    mail::numbered,
    proxy::Proxy,
    session::Session,
    wire::{Wire, messages},
};
use std::time::Duration;

/// Without a Message-ID, so that its date and size have to tell.
const NAMELESS: &[u8] = b"Date: Thu, 1 Jan 2026 10:00:00 +0000\nSubject: Nameless\n\n.\n..\nText\n";

/// Makes a local folder.
async fn create(wire: &mut Wire, parent: Option<FolderId>, name: &str) -> Result<FolderId> {
    let made = wire.change(|op| AccountCommand::CreateFolder { op, parent, name: name.to_owned() }).await?;
    assert!(made.is_ok(), "{made:?}");
    Ok(wire.folder(name).await?.id)
}

/// Moves messages of the inbox, by their subjects; tells how many.
async fn move_away(wire: &mut Wire, subjects: &[String], to: &FolderId) -> Result<Changed> {
    let inbox = wire.folder(INBOX).await?;
    let mut moving = rows(wire, INBOX).await?;
    moving.retain(|row| subjects.contains(&row.subject));
    let validity = moving[0].key.validity;
    let target = messages(&inbox, validity, moving.iter().map(|row| row.key.uid.0));
    let to = to.clone();
    Ok(changed(wire.change(|op| AccountCommand::Move { op, target, to }).await?))
}

async fn upload(wire: &mut Wire) -> Result<Changed> {
    Ok(changed(wire.change(|op| AccountCommand::UploadToImap { op }).await?))
}

/// How many messages a change was for, or why it failed.
type Changed = std::result::Result<u32, ErrorCode>;

fn changed(done: std::result::Result<u32, Failure>) -> Changed {
    done.map_err(|failure| failure.code)
}

/// Everything in a mailbox of the server.
async fn contents(client: &mut imap::Client, mailbox: &str) -> Result<Vec<String>> {
    client.select(mailbox).await?;
    if client.search("ALL").await?.is_empty() {
        return Ok(Vec::new());
    }
    let answer = client.ok("UID FETCH 1:* (FLAGS INTERNALDATE BODY.PEEK[])").await?;
    Ok(answer.lines.into_iter().filter(|line| line.contains("BODY[]")).collect())
}

/// How many messages a mailbox of the server holds.
async fn count(client: &mut imap::Client, mailbox: &str) -> Result<usize> {
    Ok(contents(client, mailbox).await?.len())
}

/// Removes everything from a mailbox of the server.
async fn empty(client: &mut imap::Client, mailbox: &str) -> Result<()> {
    client.select(mailbox).await?;
    client.ok("UID STORE 1:* +FLAGS (\\Deleted)").await?;
    client.ok("EXPUNGE").await.map(drop)
}

#[tokio::test]
async fn local_folders_arrive_once_and_byte_by_byte() -> Result<()> {
    let stage = Stage::with_mail(6).await?;
    stage.dovecot.deliver(ADA, &[crlf(NAMELESS)]).await?;
    let (session, mut wire) = stage.enter().await?;
    choose(&mut wire, CopyPolicy::Leave).await?;
    let inbox = wire.holds(INBOX, 7).await?;
    let plans = create(&mut wire, None, "Plans").await?;
    let photos = create(&mut wire, Some(plans), "Bilder & 写真/2026").await?;
    let starred =
        rows(&mut wire, INBOX).await?.into_iter().find(|row| row.subject == numbers([2])[0]).unwrap();
    let target = messages(&inbox, starred.key.validity, [starred.key.uid.0]);
    let change = FlagChange::one(Flag::Flagged, true);
    assert_eq!(wire.change(|op| AccountCommand::SetFlags { op, target, change }).await?, Ok(1));
    let moved = [numbers([2, 3]), vec!["Nameless".to_owned()]].concat();
    assert_eq!(move_away(&mut wire, &moved, &photos).await?, Ok(3));
    let deleted = wire.folder(DELETED).await?.id;
    assert_eq!(move_away(&mut wire, &numbers([4]), &deleted).await?, Ok(1));

    assert_eq!(upload(&mut wire).await?, Ok(3));
    let mut client = stage.dovecot.client(ADA).await?;
    let there = client.mailboxes().await?;
    let name = "Plans/Bilder &- &UZl3Hw-_2026";
    assert!(there.iter().any(|mailbox| mailbox == name), "{there:?}");
    assert!(!there.iter().any(|mailbox| mailbox == "Deleted Items"), "{there:?}");
    let uploaded = contents(&mut client, name).await?;
    assert_eq!(uploaded.len(), 3);
    let here = rows(&mut wire, "Bilder & 写真/2026").await?;
    for row in &here {
        let source = String::from_utf8(session.source(&row.key).await?).unwrap();
        let same: Vec<&String> = uploaded.iter().filter(|line| line.contains(&source)).collect();
        assert_eq!(same.len(), 1, "{} is there once", row.subject);
        assert_eq!(same[0].contains("\\Flagged"), row.subject == starred.subject, "{}", same[0]);
        assert!(same[0].contains(&format!("{{{}}}", row.size)), "{} bytes: {}", row.size, same[0]);
    }
    assert_eq!(count(&mut client, "INBOX").await?, 7, "what has a copy there is not uploaded again");

    assert_eq!(upload(&mut wire).await?, Ok(0));
    assert_eq!(count(&mut client, name).await?, 3);
    assert_eq!(count(&mut client, "INBOX").await?, 7);
    wire.holds("Bilder & 写真/2026", 3).await?;
    wire.holds(INBOX, 3).await?;
    Ok(())
}

#[tokio::test]
async fn an_inbox_whose_copies_are_gone_is_there_again_and_stays_there() -> Result<()> {
    let stage = Stage::with_mail(4).await?;
    let (_, mut wire) = stage.enter().await?;
    wire.holds(INBOX, 4).await?;
    choose(&mut wire, CopyPolicy::RemoveAfterDownload).await?;
    check(&mut wire).await?;
    let mut client = stage.dovecot.client(ADA).await?;
    let emptied = |account: &postern_shared::account::Account| {
        account.pop3.as_ref().is_some_and(|pop3| pop3.waiting == 0 && pop3.download.is_none())
    };
    wire.account_that("the copies to be removed", emptied).await?;
    assert_eq!(count(&mut client, "INBOX").await?, 0);

    assert_eq!(upload(&mut wire).await?, Ok(4));
    let leaves = |account: &postern_shared::account::Account| {
        account.pop3.as_ref().is_some_and(|pop3| pop3.settings.copy == CopyPolicy::Leave)
    };
    wire.account_that("copies to be left from now on", leaves).await?;
    assert_eq!(count(&mut client, "INBOX").await?, 4);
    // The next check sees them.
    stage.deliver(5).await?;
    check(&mut wire).await?;
    wire.folder_that(INBOX, |folder| folder.counts.is_some_and(|counts| counts.total >= 5)).await?;
    assert_eq!(subjects(&mut wire, INBOX).await?, numbers(1..=5), "nothing came twice");
    assert_eq!(count(&mut client, "INBOX").await?, 5, "nothing was removed there");
    Ok(())
}

#[tokio::test]
async fn an_upload_that_was_cut_off_or_cancelled_goes_on_where_it_was() -> Result<()> {
    const COUNT: u32 = 60;
    let dovecot = Dovecot::start(Setup::new(&[ADA])).await?;
    let mut inbox = dovecot.maildir(ADA, "INBOX")?;
    for number in 1..=COUNT {
        let mail = numbered(number);
        inbox.put(mail.sent, Marks::default(), &mail.to_bytes()?)?;
    }
    let proxy = Proxy::start(dovecot.imap_port()).await?;
    let gateway = Gateway::start(Settings::both(proxy.port(), dovecot.pop3_port())).await?;
    let session = Session::start_pop3(&gateway, ADA).await?;
    let mut wire = session.socket().await?;
    choose(&mut wire, CopyPolicy::Leave).await?;
    wire.holds(INBOX, COUNT).await?;
    let mut client = dovecot.client(ADA).await?;
    empty(&mut client, "INBOX").await?;

    proxy.set_delay(Duration::from_millis(20));
    let broken = begin(&mut wire).await?;
    proxy.go_down();
    let failure = ended(&mut wire, broken).await?.unwrap_err();
    assert_eq!(failure, ErrorCode::ServerBroken);
    let before = count(&mut client, "INBOX").await?;
    assert!((1..COUNT as usize).contains(&before), "{before} were uploaded");

    proxy.come_back();
    let cancelled = begin(&mut wire).await?;
    let other = wire.account(AccountCommand::UploadToImap { op: OpId(7) }).await?;
    assert!(accepted(other).is_err(), "one at a time");
    accepted(wire.account(AccountCommand::Cancel { op: cancelled }).await?)?;
    assert_eq!(ended(&mut wire, cancelled).await?, Err(ErrorCode::Cancelled));

    proxy.set_delay(Duration::ZERO);
    let after = count(&mut client, "INBOX").await?;
    assert!((before..COUNT as usize).contains(&after), "{after} were uploaded");
    assert_eq!(upload(&mut wire).await?, Ok(COUNT - after as u32));
    assert_eq!(count(&mut client, "INBOX").await?, COUNT as usize);
    for number in 1..=COUNT {
        let found = client.search(&format!("SUBJECT \"{}\"", numbers([number])[0])).await?;
        assert_eq!(found.len(), 1, "message {number}");
    }
    Ok(())
}

/// Starts an upload and waits until something is uploaded.
async fn begin(wire: &mut Wire) -> Result<OpId> {
    let op = OpId(fastrand::u64(..));
    accepted(wire.account(AccountCommand::UploadToImap { op }).await?)?;
    wire.event("an upload to go on", |envelope| match envelope.event {
        Event::Progress { op: of, done, .. } if of == op && done > 1 => Some(()),
        _ => None,
    })
    .await?;
    Ok(op)
}

/// Waits until an upload ends.
async fn ended(wire: &mut Wire, op: OpId) -> Result<Changed> {
    wire.event("an upload to end", |envelope| match &envelope.event {
        Event::Finished { op: of, count, .. } if *of == op => Some(Ok(*count)),
        Event::Failed { op: of, failure, .. } if *of == op => Some(Err(failure.code)),
        _ => None,
    })
    .await
}

#[tokio::test]
async fn a_server_without_imap_is_told_of() -> Result<()> {
    let (_server, gateway) = scripted(1, Manner::default()).await?;
    let (_, mut wire) = enter(&gateway).await?;
    wire.holds(INBOX, 1).await?;
    assert_eq!(upload(&mut wire).await?, Err(ErrorCode::NoServer));
    Ok(())
}
