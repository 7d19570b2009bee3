//! Downloading by POP3 beside bare readers and other programs, and what the store then answers.

use crate::{
    memory::growth_during,
    others,
    stage::{House, MESSAGES, READER, Stage},
    table::{Row, median},
};
use postern_shared::{
    account::Account,
    ids::FolderId,
    view::{Scope, Sort, SortKey},
};
use postern_tests::{
    dovecot::{Dovecot, PASSWORD, Setup, maildir::Marks},
    error::{Error, Result},
    fake_pop3::{FakePop3, Manner},
    pop3::Client,
    wire::Wire,
};
use std::time::{Duration, Instant};

/// Small messages of a download.
const SMALL: u32 = 10_000;
/// Bytes of the large message.
const LARGE: usize = 100 * 1024 * 1024;
/// Messages that come over the slow link.
const FAR: u32 = 500;
/// What the slow link adds to each round trip.
const LINK: Duration = Duration::from_millis(40);
/// Commands under way at once in the bare pipelined reader.
const AT_ONCE: u32 = 64;
/// A round takes seconds on each side.
const ROUNDS: usize = 3;
/// No download takes longer.
const LONGEST: Duration = Duration::from_secs(1800);
/// What memory may grow by while a message of twice [`LARGE`] comes, in bytes.
const GROWTH: u64 = 16 * 1024 * 1024;

/// A part of the measures.
#[derive(Clone, Copy, Debug)]
pub enum Part {
    /// Many small messages.
    Small,
    /// A large one.
    Large,
    /// A slow link.
    Far,
    /// Memory.
    Growth,
    /// What the store answers.
    Store,
}

impl Part {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Small, Self::Large, Self::Far, Self::Growth, Self::Store];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Small => "pop3-small",
            Self::Large => "pop3-large",
            Self::Far => "pop3-far",
            Self::Growth => "pop3-growth",
            Self::Store => "pop3-store",
        }
    }
}

/// Takes the measures.
pub async fn measure(stage: &Stage) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for part in Part::ALL {
        rows.extend(measure_part(stage, part).await?);
    }
    Ok(rows)
}

/// Takes the measures of a part.
pub async fn measure_part(stage: &Stage, part: Part) -> Result<Vec<Row>> {
    match part {
        Part::Small => side_by_side(stage, "10,000 small messages", &small()).await,
        Part::Large => side_by_side(stage, "one message of 100 MB", &[large(LARGE)]).await,
        Part::Far => Ok(vec![far_away(stage).await?]),
        Part::Growth => Ok(vec![growth(stage).await?]),
        Part::Store => store(stage).await,
    }
}

fn small() -> Vec<Vec<u8>> {
    let note = |number| format!("From: a@b.example\r\nSubject: Note {number}\r\n\r\nText of {number}\r\n");
    (0..SMALL).map(|number| note(number).into_bytes()).collect()
}

/// A message that is as large as its attachment.
fn large(bytes: usize) -> Vec<u8> {
    let mut source = b"From: a@b.example\r\nSubject: Large\r\nMIME-Version: 1.0\r\n\
        Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        .to_vec();
    let line = [b"QUJD".repeat(19), b"\r\n".to_vec()].concat();
    while source.len() < bytes {
        source.extend_from_slice(&line);
    }
    source
}

async fn server(messages: &[Vec<u8>]) -> Result<Dovecot> {
    let dovecot = Dovecot::start(Setup::new(&[READER])).await?;
    let mut inbox = dovecot.maildir(READER, "INBOX")?;
    for message in messages {
        inbox.put(1_700_000_000, Marks::default(), message)?;
    }
    Ok(dovecot)
}

/// The sides take turns; each leaves the copies on the server.
async fn side_by_side(stage: &Stage, what: &str, messages: &[Vec<u8>]) -> Result<Vec<Row>> {
    let dovecot = server(messages).await?;
    let count = u32::try_from(messages.len()).unwrap_or(u32::MAX);
    let port = dovecot.pop3_port();
    // The server has looked at its folder once.
    bare(port, count, AT_ONCE).await?;
    let (mut serial, mut pipelined, mut ours) = (Vec::new(), Vec::new(), Vec::new());
    let (mut mpop, mut fetchmail) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        serial.push(bare(port, count, 1).await?);
        pipelined.push(bare(port, count, AT_ONCE).await?);
        ours.push(postern(stage, port, count).await?.0);
        mpop.push(others::mpop(port).await?);
        fetchmail.push(others::fetchmail(port).await?);
    }
    let ours = median(ours);
    let row = |beside: &str, theirs, factor| {
        Row::ratio(&format!("POP3: {what}, beside {beside}"), median(theirs), ours, factor, Duration::ZERO)
    };
    Ok(vec![
        row("a bare serial reader", serial, 1.5),
        row("a bare pipelined reader", pipelined, 1.5),
        row("mpop", mpop, 1.0),
        row("fetchmail", fetchmail, 1.0),
    ])
}

/// Reads everything and throws it away.
async fn bare(port: u16, count: u32, at_once: u32) -> Result<Duration> {
    let begun = Instant::now();
    let mut client = Client::sign_in(port, READER, PASSWORD).await?;
    client.lines("UIDL").await?;
    client.discard(count, at_once).await?;
    client.ok("QUIT").await?;
    Ok(begun.elapsed())
}

/// From the sign-in until everything is downloaded, with an empty store.
async fn postern(stage: &Stage, port: u16, count: u32) -> Result<(Duration, House, Wire)> {
    let house = stage.pop3_gateway(port).await?;
    let begun = Instant::now();
    let (_, mut wire) = house.enter_pop3(READER).await?;
    finished(&mut wire).await?;
    let taken = begun.elapsed();
    let total = wire.folder("Inbox").await?.counts.map(|counts| counts.total);
    if total != Some(count) {
        return Err(Error::Unexpected {
            what: "the download".to_owned(),
            got: format!("{total:?} messages"),
        });
    }
    Ok((taken, house, wire))
}

/// Waits until the first check has ended.
async fn finished(wire: &mut Wire) -> Result<()> {
    let done = |account: &Account| {
        account.pop3.as_ref().is_some_and(|pop3| pop3.download.is_none() && pop3.checked_at.is_some())
    };
    let end = Instant::now() + LONGEST;
    loop {
        match wire.account_that("the download to end", done).await {
            Err(Error::TimedOut { .. }) if Instant::now() < end => {}
            ended => return ended.map(drop),
        }
    }
}

/// Over a link where each round trip takes its time.
async fn far_away(stage: &Stage) -> Result<Row> {
    let server = FakePop3::start(Manner { round_trip: LINK, ..Manner::default() }).await?;
    for number in 0..FAR {
        server.deliver(format!("Subject: Note {number}\r\n\r\nText\r\n").as_bytes());
    }
    let serial = bare(server.port(), FAR, 1).await?;
    let (ours, ..) = postern(stage, server.port(), FAR).await?;
    let what = "POP3: 500 messages over a link of 40 ms, beside a bare serial reader";
    Ok(Row::ratio(what, serial, ours, 0.1, Duration::ZERO))
}

/// How much the gateway grows at most while a message of 200 MB comes.
async fn growth(stage: &Stage) -> Result<Row> {
    let dovecot = server(&[large(2 * LARGE)]).await?;
    let house = stage.pop3_gateway(dovecot.pop3_port()).await?;
    let comes = async {
        let (_session, mut wire) = house.enter_pop3(READER).await?;
        finished(&mut wire).await
    };
    let grown = growth_during(house.gateway.id(), comes).await?;
    Ok(Row::size("POP3: memory while a message of 200 MB comes", grown, GROWTH))
}

/// What a store of 100,000 messages answers.
async fn store(stage: &Stage) -> Result<Vec<Row>> {
    let count = u32::try_from(MESSAGES).unwrap_or(u32::MAX);
    let (_, _house, mut wire) = postern(stage, stage.dovecot.pop3_port(), count).await?;
    let (mut list, mut search) = (Vec::new(), Vec::new());
    let keys = [SortKey::Arrival, SortKey::Date, SortKey::Sender, SortKey::Subject, SortKey::Size];
    let sorts = keys.into_iter().flat_map(|key| [true, false].map(|descending| Sort { key, descending }));
    // Each round asks for something else: the gateway keeps open lists.
    for (round, sort) in sorts.enumerate() {
        let meeting = format!("meeting -never{round}");
        for (query, samples) in [("", &mut list), (meeting.as_str(), &mut search)] {
            let begun = Instant::now();
            wire.view(Scope::Folder(FolderId::from("INBOX")), query, sort, false).await?;
            samples.push(begun.elapsed());
        }
    }
    let most = Duration::from_millis(50);
    Ok(vec![
        Row::time("POP3: list of a store of 100,000", median(list), most),
        Row::time("POP3: search in a store of 100,000", median(search), most),
    ])
}
