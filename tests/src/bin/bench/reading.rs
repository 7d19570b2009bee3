//! Opening one message.

use crate::{
    bare,
    sign_in::open,
    stage::{MESSAGES, READER, Stage},
    table::{Row, median},
};
use postern_shared::{
    command::AccountCommand,
    ids::{MessageKey, Uid},
    reply::Reply,
};
use postern_tests::{
    error::{Error, Result},
    session::Session,
    wire::Wire,
};
use reqwest::Method;
use std::{
    fmt::Debug,
    time::{Duration, Instant},
};

/// How many messages are opened on each side.
const OPENED: usize = 60;

/// Takes the measure. Both sides open the same messages, which the server has read before, and take turns in who
/// is first.
pub async fn measure(stage: &Stage) -> Result<Vec<Row>> {
    let mut client = stage.dovecot.client(READER).await?;
    client.select("INBOX").await?;
    let house = stage.gateway(stage.dovecot.imap_port()).await?;
    let (session, mut wire) = house.enter(READER).await?;
    let (_, rows) = open(&mut wire, "INBOX").await?;
    let any = rows.rows.first().map(|row| row.key.clone());
    let any = any.ok_or_else(|| unexpected("the inbox", &rows))?;

    let (mut bare, mut ours) = (Vec::new(), Vec::new());
    for at in 0..OPENED {
        // The newest half, so that a folder whose UIDs are still being learned is no part of the measure.
        let uid = u32::try_from(MESSAGES - at * (MESSAGES / 2 / OPENED)).unwrap_or(1);
        let key = MessageKey { uid: Uid(uid), ..any.clone() };
        bare::read(&mut client, uid).await?;
        if at % 2 == 0 {
            bare.push(bare::read(&mut client, uid).await?);
            ours.push(read(&session, &mut wire, key).await?);
        } else {
            ours.push(read(&session, &mut wire, key).await?);
            bare.push(bare::read(&mut client, uid).await?);
        }
    }
    let what = "Opening a message, at the gateway";
    Ok(vec![Row::ratio(what, median(bare), median(ours), 2.0, Duration::from_millis(5))])
}

/// Headers over the socket, then the body over HTTP, as the app asks for them.
async fn read(session: &Session, wire: &mut Wire, key: MessageKey) -> Result<Duration> {
    let begun = Instant::now();
    let MessageKey { folder, validity, uid } = &key;
    let body = format!("/api/accounts/{}/messages/{folder}/{validity}/{uid}/body", session.account);
    match wire.account(AccountCommand::OpenMessage { key }).await? {
        Reply::Message(_) => {}
        reply => return Err(unexpected("OpenMessage", &reply)),
    }
    session.request(Method::GET, &body).send().await?.error_for_status()?.bytes().await?;
    Ok(begun.elapsed())
}

fn unexpected(what: &str, got: &impl Debug) -> Error {
    Error::Unexpected { what: what.to_owned(), got: format!("{got:?}") }
}
