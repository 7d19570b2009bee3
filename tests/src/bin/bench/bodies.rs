//! Bodies of mail: how long a person waits for a newsletter, and how the gateway's time grows with what it is sent.

use crate::{
    html::{Kind, newsletter},
    page::{self, Pointer},
    stage::Stage,
    table::{Row, median},
};
use postern_shared::{
    command::AccountCommand,
    ids::{MessageKey, Uid},
};
use postern_tests::{
    dovecot::{Dovecot, PASSWORD, Setup, maildir::Marks},
    error::{Error, Result},
    page::Page,
    session::Session,
};
use reqwest::Method;
use std::{
    fmt::Write,
    time::{Duration, Instant},
};

/// Who reads.
const READER: &str = "reader@bodies.test";
/// So many newsletters are opened, all seen in the list without scrolling.
const NEWSLETTERS: usize = 9;
/// How large a newsletter is, in bytes.
const NEWSLETTER: usize = 100 * 1024;
/// The smallest size of each kind of HTML, in bytes; it is doubled so many times.
const SMALLEST: usize = 128 * 1024;
const DOUBLINGS: usize = 4;
/// How often each is asked for; the middle counts.
const ROUNDS: usize = 3;
const MEGABYTE: usize = 1024 * 1024;

/// Takes the measures.
pub async fn measure(stage: &Stage) -> Result<Vec<Row>> {
    let dovecot = Dovecot::start(Setup::new(&[READER])).await?;
    let last = put(&dovecot)?;
    let house = stage.gateway(dovecot.imap_port()).await?;
    let (session, mut wire) = house.enter(READER).await?;
    let inbox = wire.holds("Inbox", last).await?;
    let rows = wire.rows(&inbox).await?;
    let any = rows.first().map(|row| row.key.clone());
    let any =
        any.ok_or_else(|| Error::Unexpected { what: "the inbox".to_owned(), got: format!("{rows:?}") })?;
    let mut uid = 0;
    let mut next = || {
        uid += 1;
        MessageKey { uid: Uid(uid), ..any.clone() }
    };

    // What nobody reads for a while the gateway takes for gone: the socket is opened again when it is needed.
    drop(wire);
    let mut table = Vec::new();
    for kind in Kind::ALL {
        table.extend(growth(&session, kind, &mut next).await?);
    }
    let seconds = Duration::from_secs;
    let large = body(&session, &next()).await?;
    table.push(Row::time("Body of 5 MB of HTML, at the gateway", large, seconds(1)));
    let nested = body(&session, &next()).await?;
    table.push(Row::time("Body of 10 MB of nested parts, at the gateway", nested, seconds(1)));
    // The structure is known once a message has been opened, as the app opens it.
    let mut wire = session.socket().await?;
    let mut shares = Vec::new();
    for _ in 0..NEWSLETTERS {
        let key = next();
        wire.account(AccountCommand::OpenMessage { key: key.clone() }).await?;
        shares.push(body(&session, &key).await?);
    }
    let milliseconds = Duration::from_millis;
    table.push(Row::time("Newsletter of 100 KB, at the gateway", median(shares), milliseconds(15)));
    drop(wire);

    let browser = Page::start(&house.gateway).await?;
    browser.sign_in(READER, PASSWORD).await?;
    page::watch(&browser).await?;
    for (pointer, what) in [
        (Pointer::Rests, "Click on a newsletter of 100 KB to its text, the pointer rested there"),
        (Pointer::Appears, "Tap on a newsletter of 100 KB to its text"),
    ] {
        let reading = page::read(&browser, pointer, NEWSLETTERS).await?;
        table.push(Row::time(what, reading, milliseconds(60)));
    }
    Ok(table)
}

/// How fast HTML of a kind is made into a page, and by what its time grows when its size doubles: the worst doubling.
async fn growth(session: &Session, kind: Kind, next: &mut impl FnMut() -> MessageKey) -> Result<Vec<Row>> {
    let mut times = Vec::new();
    for _ in 0..=DOUBLINGS {
        let key = next();
        let mut samples = Vec::new();
        for _ in 0..ROUNDS {
            samples.push(body(session, &key).await?.as_secs_f64());
        }
        // The quickest: what disturbs only ever adds.
        times.push(samples.into_iter().fold(f64::MAX, f64::min));
    }
    let worst = times.windows(2).map(|pair| pair[1] / pair[0]).fold(0.0, f64::max);
    let all = (times[DOUBLINGS] / times[0]).powf(1.0 / DOUBLINGS as f64);
    let speed = (SMALLEST << DOUBLINGS) as f64 / MEGABYTE as f64 / times[DOUBLINGS];
    let name = kind.name();
    Ok(vec![
        Row::alone(&format!("HTML to page, {name}"), format!("{speed:.0} MB/s"), "≥ 5 MB/s".to_owned()),
        Row::alone(
            &format!("Time at twice the size, {name}: middle and worst"),
            format!("{all:.2} ×, {worst:.2} ×"),
            "≤ 2.2 ×".to_owned(),
        ),
    ])
}

/// From asking for a body to its last byte.
async fn body(session: &Session, key: &MessageKey) -> Result<Duration> {
    let MessageKey { folder, validity, uid } = key;
    let path = format!("/api/accounts/{}/messages/{folder}/{validity}/{uid}/body", session.account);
    let begun = Instant::now();
    session.request(Method::GET, &path).send().await?.error_for_status()?.bytes().await?;
    Ok(begun.elapsed())
}

/// Fills the inbox, in the order in which it is measured. Returns how many messages there are.
fn put(dovecot: &Dovecot) -> Result<u32> {
    let mut inbox = dovecot.maildir(READER, "INBOX")?;
    let mut letters = Vec::new();
    for kind in Kind::ALL {
        for doubling in 0..=DOUBLINGS {
            letters.push(html_letter(&kind.html(SMALLEST << doubling)));
        }
    }
    letters.push(html_letter(&newsletter(0, 5 * MEGABYTE)));
    letters.push(nested_letter());
    letters.extend((1..=NEWSLETTERS).map(|number| html_letter(&newsletter(number, NEWSLETTER))));
    for (index, letter) in letters.iter().enumerate() {
        inbox.put(
            1_700_000_000 + index as u64,
            Marks { seen: true, ..Marks::default() },
            letter.as_bytes(),
        )?;
    }
    Ok(u32::try_from(letters.len()).unwrap_or(u32::MAX))
}

fn html_letter(html: &str) -> String {
    format!(
        "From: News <news@example.org>\r\nTo: Reader <{READER}>\r\nSubject: {} KB\r\nMIME-Version: 1.0\r\n\
         Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{html}",
        html.len() / 1024
    )
}

/// Multiparts within multiparts, each with a text of its own.
fn nested_letter() -> String {
    const DEPTH: usize = 40;
    let text = Kind::Text.html(10 * MEGABYTE / DEPTH);
    let mut letter = format!(
        "From: News <news@example.org>\r\nTo: Reader <{READER}>\r\nSubject: nested\r\nMIME-Version: 1.0\r\n"
    );
    for level in 0..DEPTH {
        write!(
            letter,
            "Content-Type: multipart/mixed; boundary=b{level}\r\n\r\n--b{level}\r\nContent-Type: text/html\r\n\r\n{text}\r\n--b{level}\r\n"
        )
        .ok();
    }
    letter.push_str("Content-Type: text/plain\r\n\r\nThe innermost.\r\n");
    for level in (0..DEPTH).rev() {
        write!(letter, "--b{level}--\r\n").ok();
    }
    letter
}
