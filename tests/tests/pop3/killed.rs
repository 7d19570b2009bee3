//! A gateway that is killed at every step of a download that removes copies: nothing lost, nothing twice, nothing
//! removed that is not here.

use crate::stage::{ADA, INBOX, accepted, choose, enter, numbers, subjects};
use postern_gateway::{failpoint, store::blob::SMALL};
use postern_shared::{command::AccountCommand, pop3::CopyPolicy};
use postern_tests::{
    error::Result,
    fake_pop3::{FakePop3, Manner},
    gateway::{Gateway, Settings},
    mail::numbered,
    postgres::Postgres,
    wait,
};
use std::time::{Duration, Instant};

/// Messages in a download.
const MESSAGES: u32 = 6;
/// Failpoints in such a download, and some more, so that some are passed by.
const STEPS: u32 = 12;
/// Steps that only some downloads take.
const PASSED_BY: [&str; 2] = ["pop3.renamed", "any"];
/// Random kills end after this long.
const TIME: Duration = Duration::from_secs(20);
/// Of the order of the random kills.
const SEED: u64 = 1939;

/// A gateway that has chosen to remove copies after the download, and a server that is empty. The gateway keeps mail in
/// the database at `url`, or in its own.
async fn ready(url: Option<&str>) -> Result<(FakePop3, Gateway)> {
    let server = FakePop3::start(Manner::default()).await?;
    let mut settings = Settings::pop3(server.port());
    if let Some(url) = url {
        settings = settings.store(&format!("database = \"{url}\""));
    }
    let gateway = Gateway::start(settings).await?;
    let (_, mut wire) = enter(&gateway).await?;
    choose(&mut wire, CopyPolicy::RemoveAfterDownload).await?;
    Ok((server, gateway))
}

/// Starts the gateway with an order to die, lets it download what is on the server until it does or is done, starts it
/// again without, and looks at what is there. Returns whether it died.
async fn round(server: &FakePop3, gateway: &mut Gateway, order: &str, delivered: &mut u32) -> Result<bool> {
    for _ in 0..MESSAGES {
        *delivered += 1;
        let mut message = crate::stage::crlf(&numbered(*delivered).to_bytes()?);
        if delivered.is_multiple_of(2) {
            // Too large to be kept with its row.
            message.extend(b"Once more.\r\n".repeat(SMALL as usize / 10));
        }
        server.deliver(&message);
    }
    gateway.kill();
    gateway.set_environment("POSTERN_FAILPOINT", Some(order));
    gateway.restart().await?;
    // It may die under the sign-in already.
    if let Ok((_, mut wire)) = enter(gateway).await {
        wire.account(AccountCommand::Refresh).await.ok();
    }
    let look = async || Ok((gateway.is_dead(), server.letters().len()));
    // A step that is surely taken may come after the last removal.
    let sure = !PASSED_BY.iter().any(|name| order.starts_with(name));
    let (died, _) = wait::until(order, look, |(dead, left)| *dead || *left == 0 && !sure).await?;
    // Whatever was removed there has to be here: asked below, after the restart.
    gateway.kill();
    gateway.set_environment("POSTERN_FAILPOINT", None);
    gateway.restart().await?;
    let (_, mut wire) = enter(gateway).await?;
    accepted(wire.account(AccountCommand::Refresh).await?)?;
    let here = |folder: &postern_shared::folder::Folder| {
        folder.counts.is_some_and(|counts| counts.total >= *delivered)
    };
    wire.folder_that(INBOX, here).await?;
    server.holds(0).await?;
    assert_eq!(subjects(&mut wire, INBOX).await?, numbers(1..=*delivered), "{order}, user {ADA}");
    Ok(died)
}

async fn kill_at_every_step((server, mut gateway): (FakePop3, Gateway)) -> Result<()> {
    let mut delivered = 0;
    for name in failpoint::ALL.into_iter().filter(|name| name.starts_with("pop3.")) {
        round(&server, &mut gateway, &format!("{name}:1"), &mut delivered).await?;
    }
    Ok(())
}

async fn kill_at_random((server, mut gateway): (FakePop3, Gateway)) -> Result<()> {
    let (mut delivered, mut deaths) = (0, 0);
    let mut random = fastrand::Rng::with_seed(SEED);
    let end = Instant::now() + TIME;
    while Instant::now() < end {
        let order = format!("any:{}", random.u32(1..=STEPS));
        deaths += u32::from(round(&server, &mut gateway, &order, &mut delivered).await?);
    }
    assert!(deaths > 0);
    Ok(())
}

#[tokio::test]
async fn a_kill_at_any_step_loses_nothing_and_brings_nothing_twice() -> Result<()> {
    kill_at_every_step(ready(None).await?).await
}

#[tokio::test]
async fn a_kill_at_any_step_loses_nothing_on_postgres() -> Result<()> {
    let postgres = Postgres::start().await?;
    kill_at_every_step(ready(Some(&postgres.url("killed")?)).await?).await
}

#[tokio::test]
async fn random_kills_lose_nothing_and_bring_nothing_twice() -> Result<()> {
    kill_at_random(ready(None).await?).await
}

#[tokio::test]
async fn random_kills_lose_nothing_on_postgres() -> Result<()> {
    let postgres = Postgres::start().await?;
    kill_at_random(ready(Some(&postgres.url("killed")?)).await?).await
}
