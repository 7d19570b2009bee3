//! The folders of the IMAP server come into a POP3 account: all of them, once, and as they are; nothing changes there.

use crate::stage::{
    ADA, DELETED, INBOX, Stage, accepted, check, choose, crlf, enter, numbers, rows, subjects,
};
use postern_shared::{
    account::Account,
    command::AccountCommand,
    error::ErrorCode,
    flags::{Flag, Flags},
    pop3::{CopyPolicy, FoldersEnded, ServerFolders},
    summary::Summary,
};
use postern_tests::{
    dovecot::{Dovecot, Setup, maildir::Marks},
    error::Result,
    gateway::{Gateway, Settings},
    imap,
    mail::numbered,
    postgres::Postgres,
    proxy::Proxy,
    session::Session,
    wire::{Wire, messages},
};
use std::time::Duration;

/// The name of a nested folder in several scripts, and what the server calls it.
const PHOTOS: (&str, &str) = ("Bilder & 写真", "Work/Plans/Bilder &- &UZl3Hw-");

fn folders(account: &Account) -> ServerFolders {
    account.pop3.as_ref().map(|status| (*status.server_folders).clone()).unwrap_or_default()
}

async fn start(wire: &mut Wire) -> Result<()> {
    accepted(wire.account(AccountCommand::DownloadServerFolders { server: None }).await?)
}

/// Waits until a download ends.
async fn ended(wire: &mut Wire) -> Result<FoldersEnded> {
    let over = |account: &Account| folders(account).download.is_none() && folders(account).ended.is_some();
    let account = wire.account_that("the folders to be downloaded", over).await?;
    Ok(folders(&account).ended.unwrap_or_default())
}

async fn download(wire: &mut Wire) -> Result<FoldersEnded> {
    start(wire).await?;
    ended(wire).await
}

/// Everything that IMAP tells of the messages of a mailbox.
async fn state(client: &mut imap::Client, mailbox: &str) -> Result<Vec<String>> {
    let examined = client.ok(&format!("EXAMINE {}", imap::quoted(mailbox))).await?;
    let mut lines: Vec<String> =
        examined.lines.into_iter().filter(|line| line.contains("UID") || line.contains("EXISTS")).collect();
    lines.extend(client.ok("UID FETCH 1:* (UID FLAGS INTERNALDATE RFC822.SIZE)").await?.lines);
    Ok(lines)
}

/// A message whose content is `size` bytes that no compression or guess would get right.
fn long(number: u32, size: usize) -> Result<Vec<u8>> {
    let mut mail = crlf(&numbered(number).to_bytes()?);
    let mut random = fastrand::Rng::with_seed(number.into());
    while mail.len() < size {
        let line: String = (0..76).map(|_| random.alphanumeric()).collect();
        mail.extend_from_slice(format!(".{line}\r\n").as_bytes());
    }
    Ok(mail)
}

fn seen() -> Marks {
    Marks { seen: true, ..Marks::default() }
}

#[tokio::test]
async fn server_folders_arrive_once_and_as_they_are() -> Result<()> {
    let stage = Stage::with_mail(2).await?;
    let dovecot = &stage.dovecot;
    let mut plans = dovecot.maildir(ADA, "Work/Plans")?;
    let marks = [
        seen(),
        Marks { flagged: true, answered: true, ..Marks::default() },
        Marks { deleted: true, ..Marks::default() },
        Marks::default(),
    ];
    for (number, marks) in (10..).zip(marks) {
        plans.put(1_600_000_000 + u64::from(number), marks, &crlf(&numbered(number).to_bytes()?))?;
    }
    // Of several pieces, one of which is as long as a piece.
    let lengths = [262_144 - 1, 262_144, 262_144 + 1, 1_500_000];
    let mut photos = dovecot.maildir(ADA, &format!("Work/Plans/{}", PHOTOS.0))?;
    let sources: Result<Vec<Vec<u8>>> = (20..)
        .zip(lengths)
        .map(|(number, length)| {
            let mut source = long(number, length + 100)?;
            source.truncate(length);
            Ok(source)
        })
        .collect();
    let sources = sources?;
    for source in &sources {
        photos.put(1_500_000_000, Marks::default(), source)?;
    }
    dovecot.maildir(ADA, "Sent")?.put(1_400_000_000, seen(), &crlf(&numbered(30).to_bytes()?))?;
    dovecot.maildir(ADA, "Trash")?.put(1_400_000_000, seen(), &crlf(&numbered(31).to_bytes()?))?;
    let mut client = dovecot.client(ADA).await?;
    client.ok("CREATE Empty").await?;
    client.select("Work/Plans").await?;
    client.ok("UID STORE 4 +FLAGS.SILENT (Projekt $Forwarded)").await?;
    let mailboxes = ["Work/Plans", PHOTOS.1, "Sent", "Trash", "INBOX"];
    let mut before = Vec::new();
    for mailbox in mailboxes {
        before.push(state(&mut client, mailbox).await?);
    }

    let (session, mut wire) = stage.enter().await?;
    wire.holds(INBOX, 2).await?;
    let done = download(&mut wire).await?;
    assert_eq!(done, FoldersEnded { messages: 9, ..FoldersEnded::default() });

    let mut here = rows(&mut wire, "Plans").await?;
    here.sort_by_key(|row| row.received);
    let told = |row: &Summary| (row.subject.clone(), row.received, row.flags.clone());
    let mut worked: Flags = [Flag::Forwarded].into_iter().collect();
    worked.insert_name("Projekt");
    let expected = [
        (numbers([10])[0].clone(), 1_600_000_010, Flags::one(Flag::Seen)),
        (numbers([11])[0].clone(), 1_600_000_011, [Flag::Flagged, Flag::Answered].into_iter().collect()),
        (numbers([13])[0].clone(), 1_600_000_013, worked),
    ];
    assert_eq!(here.iter().map(told).collect::<Vec<_>>(), expected, "what is deleted there stays there");
    let pictures = wire.folder(PHOTOS.0).await?;
    assert_eq!(pictures.parent, Some(wire.folder("Plans").await?.id));
    assert_eq!(wire.folder("Plans").await?.parent, Some(wire.folder("Work").await?.id));
    let mut came = Vec::new();
    for row in rows(&mut wire, PHOTOS.0).await? {
        assert_eq!(row.received, 1_500_000_000);
        came.push(session.source(&row.key).await?);
    }
    came.sort_unstable_by_key(Vec::len);
    assert!(came == sources, "byte by byte");
    assert_eq!(subjects(&mut wire, "Sent").await?, numbers([30]));
    assert_eq!(subjects(&mut wire, DELETED).await?, numbers([31]));
    wire.holds("Empty", 0).await?;
    wire.holds(INBOX, 2).await?;
    for (mailbox, before) in mailboxes.iter().zip(&before) {
        assert_eq!(&state(&mut client, mailbox).await?, before, "{mailbox}");
    }

    // What came is not missed where it is moved away or removed here; what is new comes.
    let plans = wire.folder("Plans").await?;
    let target = messages(&plans, here[0].key.validity, [here[0].key.uid.0]);
    assert_eq!(wire.change(|op| AccountCommand::Delete { op, target, mark: false }).await?, Ok(1));
    assert_eq!(download(&mut wire).await?, FoldersEnded::default());
    client.append("Work/Plans", "", &crlf(&numbered(14).to_bytes()?)).await?;
    // The same message once more is here already.
    client.append("Work/Plans", "", &crlf(&numbered(13).to_bytes()?)).await?;
    assert_eq!(download(&mut wire).await?.messages, 1);
    assert_eq!(subjects(&mut wire, "Plans").await?, numbers([11, 13, 14]));

    // A folder made anew with the same mail: contents tell what is here.
    client.ok("RENAME Sent Sent2").await?;
    client.ok("CREATE Sent").await?;
    client.append("Sent", "", &crlf(&numbered(30).to_bytes()?)).await?;
    client.ok("DELETE Sent2").await?;
    assert_eq!(download(&mut wire).await?, FoldersEnded::default());
    wire.holds("Sent", 1).await?;
    Ok(())
}

#[tokio::test]
async fn a_download_of_folders_goes_on_where_it_was() -> Result<()> {
    const COUNT: u32 = 40;
    let dovecot = Dovecot::start(Setup::new(&[ADA])).await?;
    let mut work = dovecot.maildir(ADA, "Work")?;
    for number in 1..=COUNT {
        work.put(1_600_000_000 + u64::from(number), Marks::default(), &long(number, 200_000)?)?;
    }
    let proxy = Proxy::start(dovecot.imap_port()).await?;
    let mut gateway = Gateway::start(Settings::both(proxy.port(), dovecot.pop3_port())).await?;
    let session = Session::start_pop3(&gateway, ADA).await?;
    let mut wire = session.socket().await?;
    let mut other = session.socket().await?;
    choose(&mut wire, CopyPolicy::Leave).await?;
    let stored = |account: &Account| {
        folders(account).download.is_some_and(|download| {
            let progress = download.progress;
            download.folder == "Work" && progress.messages > 0 && progress.messages_total > progress.messages
        })
    };

    proxy.set_delay(Duration::from_millis(20));
    start(&mut wire).await?;
    let account = other.account_that("progress in another browser", stored).await?;
    let progress = folders(&account).download.unwrap().progress;
    assert_eq!(progress.messages_total, COUNT);
    assert!(progress.bytes > 0 && progress.bytes_total > progress.bytes, "{progress:?}");
    let twice = wire.account(AccountCommand::DownloadServerFolders { server: None }).await?;
    assert!(accepted(twice).is_err(), "one at a time");
    proxy.go_down();
    let broken = ended(&mut wire).await?;
    assert_eq!(broken.failure.map(|failure| failure.code), Some(ErrorCode::ServerBroken));
    let first = broken.messages;
    assert!((1..COUNT).contains(&first), "{first} came");
    wire.holds("Work", first).await?;

    // Any browser cancels it, and new mail comes meanwhile.
    proxy.come_back();
    start(&mut wire).await?;
    wire.account_that("the download to go on", stored).await?;
    dovecot.deliver(ADA, &[numbered(99).to_bytes()?]).await?;
    check(&mut wire).await?;
    wire.holds(INBOX, 1).await?;
    accepted(other.account(AccountCommand::CancelServerFolders).await?)?;
    let cancelled = ended(&mut wire).await?;
    assert_eq!(cancelled.failure.map(|failure| failure.code), Some(ErrorCode::Cancelled));
    let second = cancelled.messages;
    assert!(first + second < COUNT, "{second} came");

    // A gateway that dies.
    start(&mut wire).await?;
    wire.account_that("the download to go on", stored).await?;
    gateway.kill();
    gateway.restart().await?;
    proxy.set_delay(Duration::ZERO);
    let (session, mut wire) = enter(&gateway).await?;
    let rest = download(&mut wire).await?;
    assert!(rest.failure.is_none() && rest.messages < COUNT - first - second, "{rest:?}");
    let mut here = rows(&mut wire, "Work").await?;
    here.sort_by_key(|row| row.received);
    assert_eq!(here.iter().map(|row| row.subject.clone()).collect::<Vec<_>>(), numbers(1..=COUNT));
    for (row, number) in here.iter().zip(1..) {
        assert!(session.source(&row.key).await? == long(number, 200_000)?, "message {number}");
    }
    Ok(())
}

#[tokio::test]
async fn a_message_or_a_folder_that_the_server_does_not_give_keeps_no_other_from_coming() -> Result<()> {
    let dovecot = Dovecot::start(Setup::new(&[ADA])).await?;
    for folder in ["Work", "Closed"] {
        let mut folder = dovecot.maildir(ADA, folder)?;
        for number in 1..=3 {
            folder.put(1_600_000_000, Marks::default(), &crlf(&numbered(number).to_bytes()?))?;
        }
    }
    dovecot.maildir(ADA, "Long")?.put(1_600_000_000, Marks::default(), &long(9, 600_000)?)?;
    let proxy = Proxy::start(dovecot.imap_port()).await?;
    let gateway = Gateway::start(Settings::both(proxy.port(), dovecot.pop3_port())).await?;
    let (session, mut wire) = enter(&gateway).await?;
    // It goes while it is read.
    proxy.refuse("UID FETCH 1 (UID BODY.PEEK[]<262144.", "OK There is no such message");
    proxy.refuse("EXAMINE Closed", "NO [NOPERM] Not you");
    proxy.refuse("EXAMINE \"Closed\"", "NO [NOPERM] Not you");
    proxy.refuse("UID FETCH 1:3 (UID FLAGS INTERNALDATE", "NO Not all of them");
    proxy.refuse("UID FETCH 2 (UID FLAGS INTERNALDATE", "NO It is broken");
    let expected = FoldersEnded { messages: 2, refused: 2, closed: vec!["Closed".to_owned()], failure: None };
    assert_eq!(download(&mut wire).await?, expected);
    assert_eq!(subjects(&mut wire, "Work").await?, numbers([1, 3]));
    wire.holds("Long", 0).await?;
    // Another time they may come.
    proxy.refuse_nothing();
    assert_eq!(download(&mut wire).await?.messages, 5);
    assert_eq!(subjects(&mut wire, "Work").await?, numbers(1..=3));
    assert_eq!(subjects(&mut wire, "Closed").await?, numbers(1..=3));
    let row = rows(&mut wire, "Long").await?.remove(0);
    assert!(session.source(&row.key).await? == long(9, 600_000)?, "byte by byte");
    Ok(())
}

#[tokio::test]
async fn whoever_used_imap_before_is_offered_the_folders_until_they_answer() -> Result<()> {
    let mut stage = Stage::with_mail(1).await?;
    stage.dovecot.maildir(ADA, "Work")?.put(1, seen(), &crlf(&numbered(10).to_bytes()?))?;
    let offered = |account: &Account| folders(account).offered;
    let (session, mut wire) = stage.enter().await?;
    let account = wire.account_that("a POP3 account", |account| account.pop3.is_some()).await?;
    assert!(!offered(&account), "POP3 is all that was used");
    assert!(folders(&account).server.is_some() && !folders(&account).nameable);
    session.end().await?;

    for answered_by_downloading in [false, true] {
        let imap = Session::start(&stage.gateway, ADA).await?;
        let mut by_imap = imap.socket().await?;
        by_imap.holds(INBOX, 1).await?;
        imap.end().await?;
        let (_, mut wire) = stage.enter().await?;
        wire.account_that("the offer", offered).await?;
        if answered_by_downloading {
            stage.gateway.stop().await?;
            stage.gateway.restart().await?;
            let (_, mut wire) = stage.enter().await?;
            wire.account_that("the offer, still", offered).await?;
            assert_eq!(download(&mut wire).await?.messages, 1);
            wire.account_that("no offer any more", |account| !offered(account)).await?;
        } else {
            let (_, mut other) = stage.enter().await?;
            accepted(wire.account(AccountCommand::DeclineServerFolders).await?)?;
            other.account_that("no offer any more", |account| !offered(account)).await?;
        }
        let (session, mut wire) = stage.enter().await?;
        wire.account_that("no offer", |account| !offered(account)).await?;
        session.end().await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_full_disk_is_told_and_got_over() -> Result<()> {
    let postgres = Postgres::start().await?;
    let url = postgres.url("folders")?;
    let dovecot = Dovecot::start(Setup::new(&[ADA])).await?;
    let mut work = dovecot.maildir(ADA, "Work")?;
    for number in 1..=3 {
        work.put(1_600_000_000, Marks::default(), &crlf(&numbered(number).to_bytes()?))?;
    }
    let settings = Settings::both(dovecot.imap_port(), dovecot.pop3_port());
    let gateway = Gateway::start(settings.store(&format!("database = \"{url}\""))).await?;
    let (_, mut wire) = enter(&gateway).await?;
    check(&mut wire).await?;
    postgres.run_sql(&url, crate::full::FULL)?;
    let full = download(&mut wire).await?;
    assert_eq!(full.failure.map(|failure| failure.code), Some(ErrorCode::DiskFull));
    postgres.run_sql(&url, "DROP TRIGGER no_room ON messages")?;
    assert_eq!(download(&mut wire).await?, FoldersEnded { messages: 3, ..FoldersEnded::default() });
    assert_eq!(download(&mut wire).await?, FoldersEnded::default());
    assert_eq!(subjects(&mut wire, "Work").await?, numbers(1..=3));
    Ok(())
}

#[tokio::test]
async fn without_an_imap_server_it_is_said_so() -> Result<()> {
    let dovecot = Dovecot::start(Setup::new(&[ADA])).await?;
    let gateway = Gateway::start(Settings::pop3(dovecot.pop3_port())).await?;
    let (_, mut wire) = enter(&gateway).await?;
    let reply = wire.account(AccountCommand::DownloadServerFolders { server: None }).await?;
    let postern_shared::reply::Reply::Failed(failure) = reply else { panic!("{reply:?}") };
    assert_eq!(failure.code, ErrorCode::NoServer);
    Ok(())
}
