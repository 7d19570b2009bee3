//! The gateway's memory: its proportional set size, as the kernel counts it.

use crate::{
    sign_in::open,
    stage::{House, READER, Stage},
    table::Row,
};
use postern_tests::{
    dovecot::{Dovecot, Setup},
    error::{Error, Result},
};
use std::{fs, time::Duration};
use tokio::time::sleep;

/// How many sessions are signed in.
const SESSIONS: usize = 200;
/// What one of them may take, in bytes.
const SESSION: u64 = 250 * 1024;
/// What an open folder may take, in bytes.
const FOLDER: u64 = 30 * 1024 * 1024;
/// Memory that stays the same for this many looks has settled.
const LOOKS: usize = 6;
const BETWEEN: Duration = Duration::from_millis(500);
/// What may come and go between two looks, in bytes.
const NOISE: u64 = 64 * 1024;

/// Takes the measures.
pub async fn measure(stage: &Stage) -> Result<Vec<Row>> {
    let many: Vec<String> = (0..SESSIONS).map(|number| format!("user{number}@bench.test")).collect();
    let one = vec![many[0].clone(); SESSIONS];
    Ok(vec![
        Row::size("Memory of an idle session, 200 of 200 accounts", idle(stage, &many).await?, SESSION),
        Row::size("Memory of an idle session, 200 of one account", idle(stage, &one).await?, SESSION),
        Row::size("Memory of an open folder of 100,000 messages", open_folder(stage).await?, FOLDER),
    ])
}

/// What one idle session of these users takes, with an open socket, on the average.
async fn idle(stage: &Stage, users: &[String]) -> Result<u64> {
    let names: Vec<&str> = users.iter().map(String::as_str).collect();
    let dovecot = Dovecot::start(Setup::new(&names)).await?;
    let house = stage.gateway(dovecot.imap_port()).await?;
    // What the first sign-in allocates for good is no session's.
    let first = house.enter(&users[0]).await?;
    let before = settled(&house).await?;
    let mut sockets = vec![first];
    for user in users {
        sockets.push(house.enter(user).await?);
    }
    let after = settled(&house).await?;
    Ok(after.saturating_sub(before) / users.len() as u64)
}

async fn open_folder(stage: &Stage) -> Result<u64> {
    let house = stage.gateway(stage.dovecot.imap_port()).await?;
    let (_, mut wire) = house.enter(READER).await?;
    let before = settled(&house).await?;
    open(&mut wire, "INBOX").await?;
    Ok(settled(&house).await?.saturating_sub(before))
}

/// The gateway's memory in bytes, once it no longer changes.
async fn settled(house: &House) -> Result<u64> {
    let mut seen = vec![memory(house.gateway.id())?];
    loop {
        sleep(BETWEEN).await;
        seen.push(memory(house.gateway.id())?);
        let last = &seen[seen.len().saturating_sub(LOOKS)..];
        let spread = last.iter().max().zip(last.iter().min()).map(|(most, least)| most - least);
        if last.len() == LOOKS && spread.is_some_and(|spread| spread <= NOISE) {
            return Ok(last[LOOKS - 1]);
        }
    }
}

/// How much a process grows at most while something is done, in bytes.
pub async fn growth_during(process: u32, work: impl Future<Output = Result<()>>) -> Result<u64> {
    let before = memory(process)?;
    let mut most = before;
    let mut looks = tokio::time::interval(Duration::from_millis(20));
    let mut work = std::pin::pin!(work);
    loop {
        tokio::select! {
            ended = &mut work => {
                ended?;
                return Ok(most.saturating_sub(before));
            }
            _ = looks.tick() => most = most.max(memory(process)?),
        }
    }
}

/// The memory of a process, in bytes.
fn memory(process: u32) -> Result<u64> {
    let text = fs::read_to_string(format!("/proc/{process}/smaps_rollup"))?;
    let line = text.lines().find_map(|line| line.strip_prefix("Pss:"));
    let kilobytes = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok());
    kilobytes
        .map(|kilobytes| kilobytes * 1024)
        .ok_or_else(|| Error::Unexpected { what: "smaps_rollup".to_owned(), got: text })
}
