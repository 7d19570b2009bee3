//! What a person waits for in Chromium.

use crate::{
    stage::{READER, ROUNDS, Stage},
    table::{Row, median},
    watch::WATCH,
};
use postern_tests::{
    browser::Key,
    dovecot::PASSWORD,
    error::{Error, Result},
    imap::Client,
    page::Page,
    proxy::Proxy,
    wait,
};
use serde_json::{Value, json};
use std::time::Duration;

/// How late the mail server answers while keys are pressed.
const DELAY: Duration = Duration::from_millis(500);

/// How many rows are opened: all of them are seen without scrolling.
const OPENED: usize = 5;

/// Takes the measures.
pub async fn measure(stage: &Stage) -> Result<Vec<Row>> {
    let mut client = stage.dovecot.client(READER).await?;
    client.select("INBOX").await?;
    let struck = client.search("DELETED").await?;
    let proxy = Proxy::start(stage.dovecot.imap_port()).await?;
    let house = stage.gateway(proxy.port()).await?;
    let page = Page::start(&house.gateway).await?;

    let load = enter(&page).await?;
    let resting = read(&page, Pointer::Rests, OPENED).await?;
    let reading = read(&page, Pointer::Appears, OPENED).await?;
    proxy.set_delay(DELAY);
    let striking = strike(&page).await?;
    proxy.set_delay(Duration::ZERO);
    let scrolling = scroll(&page).await?;
    mend(&page, &mut client, &struck).await?;
    let milliseconds = Duration::from_millis;
    Ok(vec![
        Row::size("First load, compressed", load, 350 * 1024),
        Row::time("Click on a row to its text, the pointer rested there", resting, milliseconds(60)),
        Row::time("Tap on a row to its text", reading, milliseconds(60)),
        Row::time("Key press to struck row, the server 500 ms away", striking, milliseconds(16)),
        Row::time("Scrolling to the middle of 100,000", scrolling, milliseconds(150)),
    ])
}

/// Signs in and waits for rows. Returns how many bytes of the app were transferred.
async fn enter(page: &Page) -> Result<u64> {
    page.sign_in(READER, PASSWORD).await?;
    watch(page).await?;
    let bytes = page.run("return watch.loaded()", Vec::new()).await?;
    bytes
        .as_u64()
        .ok_or_else(|| Error::Unexpected { what: "the app's size".to_owned(), got: bytes.to_string() })
}

/// Waits for rows and brings the stop watch in.
pub async fn watch(page: &Page) -> Result<()> {
    page.css("[role=row][data-uid]:not([aria-busy=true])").await?;
    page.run(WATCH, Vec::new()).await.map(drop)
}

/// How long a pointer lies on a row before it is clicked.
const REST: Duration = Duration::from_millis(200);

/// How the pointer comes to the row that it clicks.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Pointer {
    /// It clicks where it appears, as a finger does.
    Appears,
    /// It lies there for a moment, as a mouse does.
    Rests,
}

/// From a click on a row to its text in the frame, for so many rows from the top.
pub async fn read(page: &Page, pointer: Pointer, rows: usize) -> Result<Duration> {
    let mut samples = Vec::new();
    for row in 0..rows {
        let place = page.run("return watch.reading(arguments[0])", vec![json!(row)]).await?;
        if pointer == Pointer::Rests {
            let event = json!({ "type": "mouseMoved", "x": place["x"], "y": place["y"] });
            page.cdp("Input.dispatchMouseEvent", event).await?;
            tokio::time::sleep(REST).await;
        }
        for kind in ["mousePressed", "mouseReleased"] {
            let event = json!({
                "type": kind, "x": place["x"], "y": place["y"], "button": "left", "clickCount": 1,
            });
            page.cdp("Input.dispatchMouseEvent", event).await?;
        }
        samples.push(taken(page, &format!("the text of row {row} in the frame, clicked at {place}")).await?);
    }
    Ok(median(samples))
}

/// From a key press to the struck row, with the row before it already struck or on its way.
async fn strike(page: &Page) -> Result<Duration> {
    let mut samples = Vec::new();
    for _ in 0..ROUNDS {
        page.run("watch.striking()", Vec::new()).await?;
        page.press(Key::Delete).await?;
        samples.push(taken(page, "the struck row").await?);
    }
    Ok(median(samples))
}

/// From setting the scroller to the middle, elsewhere each time, to rows with content.
async fn scroll(page: &Page) -> Result<Duration> {
    let mut samples = Vec::new();
    for round in 0..ROUNDS {
        let place = 0.5 + 0.01 * round as f64;
        let taken = page.run("return watch.scrolling(arguments[0])", vec![json!(place)]).await?;
        samples.push(duration(&taken)?);
    }
    page.run("return watch.scrolling(0)", Vec::new()).await?;
    Ok(median(samples))
}

/// What the stop watch shows when it has stopped.
pub async fn taken(page: &Page, what: &str) -> Result<Duration> {
    let look = async || page.run("return watch.taken", Vec::new()).await;
    duration(&wait::until(what, look, Value::is_number).await?)
}

fn duration(milliseconds: &Value) -> Result<Duration> {
    let taken = milliseconds.as_f64().ok_or_else(|| Error::Unexpected {
        what: "the stop watch".to_owned(),
        got: milliseconds.to_string(),
    })?;
    Ok(Duration::from_secs_f64(taken.max(0.0) / 1e3))
}

/// Takes off what was struck, so that the next run finds the same folder.
async fn mend(page: &Page, client: &mut Client, struck: &[u32]) -> Result<()> {
    let what = format!("{ROUNDS} messages to be struck on the server");
    let look = async || client.search("DELETED").await;
    let now = wait::until(&what, look, |now| now.len() >= struck.len() + ROUNDS).await?;
    // No further change may come from there.
    page.open("about:blank").await?;
    for uid in now.iter().filter(|uid| !struck.contains(uid)) {
        client.ok(&format!("UID STORE {uid} -FLAGS.SILENT (\\Deleted)")).await?;
    }
    Ok(())
}
