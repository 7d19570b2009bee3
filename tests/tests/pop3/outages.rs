//! Servers that are down, and passwords that are no longer right.

use crate::stage::{INBOX, Stage, check, numbers, rows, subjects};
use postern_shared::{account::Connection, session::SignIn};
use postern_tests::{
    error::Result,
    session::{Session, sign_in_pop3},
};

#[tokio::test]
async fn mail_stays_readable_while_the_server_is_down() -> Result<()> {
    let mut stage = Stage::with_mail(4).await?;
    let (session, mut wire) = stage.enter().await?;
    wire.holds(INBOX, 4).await?;
    stage.dovecot.kill();
    check(&mut wire).await?;
    let lost = |connection: &Connection| matches!(connection, Connection::Reconnecting { .. });
    wire.account_that("to be reconnecting", |account| lost(&account.connection)).await?;
    let key = rows(&mut wire, INBOX).await?.remove(0).key;
    assert!(!session.source(&key).await?.is_empty());
    stage.dovecot.restart().await?;
    stage.deliver(5).await?;
    check(&mut wire).await?;
    wire.holds(INBOX, 5).await?;
    wire.account_that("to be online", |account| account.connection == Connection::Online).await?;
    assert_eq!(subjects(&mut wire, INBOX).await?, numbers(1..=5));
    Ok(())
}

#[tokio::test]
async fn a_password_that_is_no_longer_right_loses_nothing() -> Result<()> {
    let mut stage = Stage::with_mail(3).await?;
    let (session, mut wire) = stage.enter().await?;
    wire.holds(INBOX, 3).await?;
    let password = "a-longer-password";
    stage.dovecot.change_password(crate::stage::ADA, password).await?;
    check(&mut wire).await?;
    let needed = |connection: &Connection| matches!(connection, Connection::SignInNeeded { .. });
    wire.account_that("to need a sign-in", |account| needed(&account.connection)).await?;
    let key = rows(&mut wire, INBOX).await?.remove(0).key;
    assert!(!session.source(&key).await?.is_empty(), "what is here stays readable");
    stage.deliver(4).await?;
    let right: SignIn = sign_in_pop3(crate::stage::ADA, password);
    let session = Session::try_start(&stage.gateway, &right).await?.expect("the new password is taken");
    let mut wire = session.socket().await?;
    check(&mut wire).await?;
    wire.holds(INBOX, 4).await?;
    assert_eq!(subjects(&mut wire, INBOX).await?, numbers(1..=4));
    Ok(())
}
