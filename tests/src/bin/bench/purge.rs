//! Striking and purging ten thousand messages of twenty thousand.

use crate::{
    sign_in::open,
    stage::{READER, Stage},
    table::{Row, median},
};
use fastrand::Rng;
use postern_shared::{
    command::{AccountCommand, FolderMessages, Target},
    ids::{FolderId, PlanId, Uid},
    reply::Reply,
    uid_set::UidSet,
};
use postern_tests::{
    dovecot::{Dovecot, Setup, maildir::Marks},
    error::{Error, Result},
    imap::{Client, quoted},
    wire::Wire,
};
use std::{
    fmt::Debug,
    time::{Duration, Instant},
};

/// Messages in a folder; every other one, by chance, is purged.
const MESSAGES: u32 = 20_000;
/// A round takes seconds on each side.
const ROUNDS: usize = 3;
/// The longest set in a command, in characters.
const SET: usize = 1_000;

/// How long one folder took.
struct Taken {
    striking: Duration,
    purging: Duration,
}

/// Takes the measures; the two sides take turns, each on a folder of its own with the same content.
pub async fn measure(stage: &Stage) -> Result<Vec<Row>> {
    let dovecot = Dovecot::start(Setup::new(&[READER])).await?;
    let uids = every_other();
    let house = stage.gateway(dovecot.imap_port()).await?;
    for round in 0..ROUNDS {
        fill(&dovecot, &bare_name(round))?;
        fill(&dovecot, &our_name(round))?;
    }
    let (_, mut wire) = house.enter(READER).await?;

    let (mut bare, mut ours) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        bare.push(by_hand(&mut dovecot.client(READER).await?, &bare_name(round), &uids).await?);
        ours.push(by_postern(&mut wire, &our_name(round), &uids).await?);
    }
    let row = |what, part: fn(&Taken) -> Duration| {
        let middle = |side: &[Taken]| median(side.iter().map(part).collect());
        Row::ratio(what, middle(&bare), middle(&ours), 2.0, Duration::ZERO)
    };
    Ok(vec![
        row("Striking 10,000 of 20,000 messages", |taken| taken.striking),
        row("Purging 10,000 of 20,000 messages", |taken| taken.purging),
    ])
}

fn bare_name(round: usize) -> String {
    format!("Bare {round}")
}

fn our_name(round: usize) -> String {
    format!("Postern {round}")
}

/// Exactly half of the UIDs, scattered.
fn every_other() -> UidSet {
    let mut uids: Vec<u32> = (1..=MESSAGES).collect();
    Rng::with_seed(1).shuffle(&mut uids);
    uids.truncate(MESSAGES as usize / 2);
    uids.into_iter().map(Uid).collect()
}

fn fill(dovecot: &Dovecot, folder: &str) -> Result<()> {
    let mut folder = dovecot.maildir(READER, folder)?;
    for number in 0..MESSAGES {
        let message = format!("From: a@b.example\r\nSubject: Note {number}\r\n\r\nText\r\n");
        folder.put(1_700_000_000 + u64::from(number), Marks::default(), message.as_bytes())?;
    }
    Ok(())
}

async fn by_hand(client: &mut Client, folder: &str, uids: &UidSet) -> Result<Taken> {
    client.ok(&format!("SELECT {}", quoted(folder))).await?;
    let begun = Instant::now();
    for piece in uids.imap_pieces(SET) {
        client.ok(&format!("UID STORE {piece} +FLAGS.SILENT (\\Deleted)")).await?;
    }
    let striking = begun.elapsed();
    let begun = Instant::now();
    for piece in uids.imap_pieces(SET) {
        client.ok(&format!("UID EXPUNGE {piece}")).await?;
    }
    Ok(Taken { striking, purging: begun.elapsed() })
}

/// With the folder open, as a person has it who purges it.
async fn by_postern(wire: &mut Wire, folder: &str, uids: &UidSet) -> Result<Taken> {
    let (_, rows) = open(wire, folder).await?;
    let Some(row) = rows.rows.first() else { return Err(unexpected("an open folder", &rows)) };
    let folder = row.key.folder.clone();
    let messages = FolderMessages { folder: folder.clone(), validity: row.key.validity, uids: uids.clone() };
    let begun = Instant::now();
    let target = Target::Messages(vec![messages]);
    let struck = wire.change(|op| AccountCommand::Delete { op, target, mark: true }).await?;
    let striking = begun.elapsed();

    let plan = plan(wire, folder).await?;
    let begun = Instant::now();
    let purged = wire.change(|op| AccountCommand::Purge { op, plan }).await?;
    let purging = begun.elapsed();
    if (&struck, &purged) == (&Ok(MESSAGES / 2), &Ok(MESSAGES / 2)) {
        return Ok(Taken { striking, purging });
    }
    Err(unexpected("a purge", &(struck, purged)))
}

async fn plan(wire: &mut Wire, folder: FolderId) -> Result<PlanId> {
    match wire.account(AccountCommand::PreparePurge { folder }).await? {
        Reply::PurgePlan(plan) => Ok(plan.plan),
        reply => Err(unexpected("PreparePurge", &reply)),
    }
}

fn unexpected(what: &str, got: &impl Debug) -> Error {
    Error::Unexpected { what: what.to_owned(), got: format!("{got:?}") }
}
