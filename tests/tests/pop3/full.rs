//! A disk that is full while mail is downloaded.

use crate::stage::{INBOX, check, choose, crlf, enter, numbers, subjects};
use postern_shared::{account::Account, error::ErrorCode, pop3::CopyPolicy};
use postern_tests::{
    error::Result,
    fake_pop3::{FakePop3, Manner},
    gateway::{Gateway, Settings},
    mail::numbered,
    postgres::Postgres,
};

/// Has the database say what it says when its disk is full (`disk_full`) where a message is to be stored.
pub const FULL: &str = "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS \
     $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END $$; \
     CREATE TRIGGER no_room BEFORE INSERT ON messages FOR EACH ROW EXECUTE FUNCTION no_room()";

#[tokio::test]
async fn a_full_disk_is_told_deletes_nothing_and_is_got_over_without_help() -> Result<()> {
    let postgres = Postgres::start().await?;
    let url = postgres.url("full")?;
    let server = FakePop3::start(Manner::default()).await?;
    let deliver = |number| -> Result<u32> { Ok(server.deliver(&crlf(&numbered(number).to_bytes()?))) };
    for number in 1..=3 {
        deliver(number)?;
    }
    let settings = Settings::pop3(server.port()).store(&format!("database = \"{url}\""));
    let gateway = Gateway::start(settings).await?;
    let (_, mut wire) = enter(&gateway).await?;
    wire.holds(INBOX, 3).await?;

    postgres.run_sql(&url, FULL)?;
    for number in 4..=6 {
        deliver(number)?;
    }
    // The copies of the first three could go at once.
    choose(&mut wire, CopyPolicy::RemoveAfterDownload).await?;
    check(&mut wire).await?;
    let trouble = |account: &Account| account.pop3.as_ref().and_then(|pop3| pop3.trouble.clone());
    let full = |account: &Account| trouble(account).is_some_and(|it| it.code == ErrorCode::DiskFull);
    wire.account_that("that the disk is full", full).await?;
    assert_eq!((server.count("DELE"), server.letters().len()), (0, 6));
    assert_eq!(subjects(&mut wire, INBOX).await?, numbers(1..=3), "what is here can be read");

    postgres.run_sql(&url, "DROP TRIGGER no_room ON messages")?;
    wire.holds(INBOX, 6).await?;
    server.holds(0).await?;
    wire.account_that("no trouble", |account| trouble(account).is_none()).await?;
    assert_eq!(subjects(&mut wire, INBOX).await?, numbers(1..=6));
    Ok(())
}
