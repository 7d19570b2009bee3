//! Writing: how long a message takes to be handed over, an address to be completed, a key to be seen; what a large file takes.

use crate::{
    memory::growth_during,
    page,
    stage::{House, ROUNDS, Stage},
    table::{Row, median},
    watch::WATCH,
};
use postern_shared::{
    address::Address,
    event::Event,
    ids::{DraftId, FileId},
    reply::Reply,
    writing::{Draft, DraftFile, DraftText, SendState, WritingCommand, WritingEvent, WritingReply},
};
use postern_tests::{
    browser::Key,
    dovecot::{Dovecot, PASSWORD, Setup, maildir::Marks},
    error::{Error, Result},
    page::Page,
    postfix::{self, Postfix},
    session::Session,
    smtp::Client,
    wait,
    wire::Wire,
};
use reqwest::Method;
use serde_json::Value;
use std::{
    fmt::{Debug, Write},
    time::{Duration, Instant},
};

/// Who writes.
const WRITER: &str = "writer@writing.test";
/// Who is written to.
const FRIEND: &str = "friend@writing.test";
/// How many people the writer knows.
const PEOPLE: usize = 50_000;
/// Addresses on a contact's card, so that the gateway keeps all of the cards.
const ADDRESSES: usize = 5;
/// Cards of one upload.
const CARDS: usize = 5_000;
/// How deep the quote is in which keys are pressed.
const DEPTH: usize = 200;
/// The size of a large file, in bytes.
const FILE: usize = 25_000_000;
/// The bytes that are uploaded at a time.
const PIECE: usize = 1024 * 1024;
/// What memory may grow by while it goes out, in bytes.
const GROWTH: u64 = 16 * 1024 * 1024;
/// How many keys are pressed.
const KEYS: usize = 40;

/// Takes the measures.
pub async fn measure(stage: &Stage) -> Result<Vec<Row>> {
    let dovecot = Dovecot::start(Setup::new(&[WRITER, FRIEND])).await?;
    let quote = "<blockquote><p>Somebody wrote this, and somebody else answered.</p>".repeat(DEPTH);
    let letter = format!(
        "From: Friend <{FRIEND}>\r\nTo: <{WRITER}>\r\nSubject: A long talk\r\nMIME-Version: 1.0\r\n\
         Content-Type: text/html\r\n\r\n<p>And so on.</p>{quote}\r\n"
    );
    dovecot.maildir(WRITER, "INBOX")?.put(1_700_000_000, Marks::default(), letter.as_bytes())?;
    let mut postfix = Postfix::start(&dovecot, postfix::Setup::default()).await?;
    let house = stage.writing_gateway(dovecot.imap_port(), postfix.port()).await?;
    let mut table = vec![send(&house, postfix.port()).await?];
    table.push(complete(&house).await?);
    table.push(press(&house).await?);
    table.push(growth(&house, &dovecot).await?);
    postfix.stop().await?;
    Ok(table)
}

/// From Send to the server's yes, beside a client that says the same to it over a connection of its own.
async fn send(house: &House, port: u16) -> Result<Row> {
    let (_session, mut wire) = house.enter(WRITER).await?;
    wire.writing(WritingCommand::Look).await?;
    let (mut bare, mut ours) = (Vec::new(), Vec::new());
    for round in 0..=ROUNDS {
        let (alone, through) = if round % 2 == 0 {
            let alone = hand_over(port).await?;
            (alone, send_one(&mut wire, round).await?)
        } else {
            let through = send_one(&mut wire, round).await?;
            (hand_over(port).await?, through)
        };
        // The first one of both is for warming up.
        if round > 0 {
            bare.push(alone);
            ours.push(through);
        }
    }
    let what = "From Send to the mail server's yes, beside bare SMTP";
    Ok(Row::ratio(what, median(bare), median(ours), 1.0, Duration::from_millis(20)))
}

async fn send_one(wire: &mut Wire, round: usize) -> Result<Duration> {
    let begun = Instant::now();
    sent(wire, DraftId(1 + round as u64), message(&format!("Number {round}"))).await?;
    Ok(begun.elapsed())
}

fn message(subject: &str) -> Draft {
    let person = |email: &str| Address { name: String::new(), email: email.to_owned() };
    Draft {
        from: person(WRITER),
        to: vec![person(FRIEND)],
        subject: subject.to_owned(),
        text: DraftText::Plain("A few words.".to_owned()),
        ..Draft::default()
    }
}

/// Sends a message, and waits until the server has it.
async fn sent(wire: &mut Wire, draft: DraftId, content: Draft) -> Result<()> {
    wire.forget();
    match wire
        .writing(WritingCommand::Send { draft, revision: 0, content: Box::new(content), at: Some(0) })
        .await?
    {
        Reply::Accepted => {}
        reply => return Err(unexpected("Send", &reply)),
    }
    wire.event("the message to be sent", |envelope| match &envelope.event {
        Event::Writing(WritingEvent::Outbox(items)) => items
            .iter()
            .any(|item| item.draft == draft && matches!(item.state, SendState::Sent { .. }))
            .then_some(()),
        _ => None,
    })
    .await
}

/// One message over a connection of its own, command by command.
async fn hand_over(port: u16) -> Result<Duration> {
    let begun = Instant::now();
    let mut client = Client::sign_in(port, WRITER, PASSWORD).await?;
    client.expect("250", &format!("MAIL FROM:<{WRITER}>\r\n")).await?;
    client.expect("250", &format!("RCPT TO:<{FRIEND}>\r\n")).await?;
    client.expect("354", "DATA\r\n").await?;
    let message = format!("From: <{WRITER}>\r\nTo: <{FRIEND}>\r\nSubject: bare\r\n\r\nA few words.\r\n.\r\n");
    client.expect("250", &message).await?;
    Ok(begun.elapsed())
}

/// From a few letters to addresses, among many people: the slowest of several beginnings.
async fn complete(house: &House) -> Result<Row> {
    let (session, mut wire) = house.enter(WRITER).await?;
    know_many(&session).await?;
    let mut slowest = Duration::ZERO;
    for text in ["a", "an", "smi", "person 4", "exam", "zzz", "friend@w"] {
        let mut samples = Vec::new();
        for _ in 0..ROUNDS {
            let begun = Instant::now();
            match wire.writing(WritingCommand::Complete { text: text.to_owned() }).await? {
                Reply::Writing(WritingReply::Addresses { .. }) => samples.push(begun.elapsed()),
                reply => return Err(unexpected("Complete", &reply)),
            }
        }
        slowest = slowest.max(median(samples));
    }
    let what = format!("Completing an address among {PEOPLE}, the slowest of seven beginnings");
    Ok(Row::time(&what, slowest, Duration::from_millis(20)))
}

async fn know_many(session: &Session) -> Result<()> {
    const NAMES: [&str; 8] = ["Ann", "Smith", "Zoë", "Olga", "Kim", "Anders", "Per", "Maria"];
    let path = format!("/api/accounts/{}/contacts", session.account);
    for start in (0..PEOPLE).step_by(CARDS * ADDRESSES) {
        let mut cards = String::new();
        let mut count = 0;
        for card in (start..(start + CARDS * ADDRESSES).min(PEOPLE)).step_by(ADDRESSES) {
            count += 1;
            let (first, last) = (NAMES[count % 8], NAMES[count / 8 % 8]);
            write!(cards, "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:{first} {last} Person {card}\r\n").ok();
            for number in card..card + ADDRESSES {
                write!(cards, "EMAIL:p{number}@example{}.org\r\n", number % 100).ok();
            }
            cards.push_str("END:VCARD\r\n");
        }
        let request = session.request(Method::POST, &path).header("Content-Type", "text/vcard");
        let told: Value = request.body(cards).send().await?.error_for_status()?.json().await?;
        if told["count"] != count {
            return Err(unexpected("the import of contacts", &told));
        }
    }
    Ok(())
}

/// From a key press to the frame that shows its letter, in an answer to a long talk.
async fn press(house: &House) -> Result<Row> {
    let page = Page::start(&house.gateway).await?;
    page.sign_in(WRITER, PASSWORD).await?;
    page::watch(&page).await?;
    page.click_row("A long talk").await?;
    page.click("button", "Reply").await?;
    page.see("textbox", "Message text").await?;
    page.run(WATCH, Vec::new()).await?;
    let ready = "const text = document.querySelector('[aria-label=\"Message text\"]'); \
                 if (!text?.textContent.includes('And so on')) return false; text.focus(); return true";
    wait::until("the quote", async || page.run(ready, Vec::new()).await, |there| *there == Value::Bool(true))
        .await?;
    let mut samples = Vec::new();
    for _ in 0..KEYS {
        page.run("watch.typing()", Vec::new()).await?;
        page.press(Key::Char('x')).await?;
        samples.push(page::taken(&page, "the letter").await?);
    }
    let what = format!("Key press to its letter, in a quote {DEPTH} answers deep");
    Ok(Row::time(&what, median(samples), Duration::from_millis(16)))
}

/// How much the gateway grows at most while a large file is attached, sent, and put into Sent.
async fn growth(house: &House, dovecot: &Dovecot) -> Result<Row> {
    let (session, mut wire) = house.enter(WRITER).await?;
    let grown = growth_during(house.gateway.id(), send_large(&session, &mut wire, dovecot)).await?;
    let what = format!("Memory while a file of {} MB is attached and sent", FILE / 1_000_000);
    Ok(Row::size(&what, grown, GROWTH))
}

async fn send_large(session: &Session, wire: &mut Wire, dovecot: &Dovecot) -> Result<()> {
    let draft = DraftId(1_000_000);
    let file = DraftFile {
        id: FileId(1),
        name: "large.bin".to_owned(),
        media_type: "application/octet-stream".to_owned(),
        size: FILE as u64,
        inline: false,
    };
    let path = format!("/api/accounts/{}/drafts/{draft}/files/{}", session.account, file.id);
    session.request(Method::PUT, &path).json(&file).send().await?.error_for_status()?;
    for offset in (0..FILE).step_by(PIECE) {
        let piece = vec![b'x'; PIECE.min(FILE - offset)];
        let request = session.request(Method::PATCH, &path).header("Upload-Offset", offset.to_string());
        request.body(piece).send().await?.error_for_status()?;
    }
    sent(wire, draft, Draft { files: vec![file], ..message("Large") }).await?;
    let mut client = dovecot.client(WRITER).await?;
    client.select("Sent").await?;
    let copies = async || Ok(client.search("SUBJECT Large").await?.len());
    wait::until("the copy in Sent", copies, |copies| *copies == 1).await.map(drop)
}

fn unexpected(what: &str, got: &impl Debug) -> Error {
    Error::Unexpected { what: what.to_owned(), got: format!("{got:?}") }
}
