//! What the protocol alone takes: one raw connection that asks for just what is needed.

use crate::stage::{MESSAGES, READER};
use postern_tests::{dovecot::Dovecot, error::Result, imap::Client};
use std::time::{Duration, Instant};

/// What a list shows of a message.
pub const ROW: &str = "(UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE)";
/// Rows of the first screen.
pub const SCREEN: usize = 50;

/// Connects, signs in, opens the large inbox and fetches the newest rows.
pub async fn first_rows(dovecot: &Dovecot) -> Result<Duration> {
    let begun = Instant::now();
    let mut client = dovecot.client(READER).await?;
    client.select("INBOX").await?;
    client.ok(&format!("FETCH {}:{MESSAGES} {ROW}", MESSAGES + 1 - SCREEN)).await?;
    Ok(begun.elapsed())
}

/// Fetches what it takes to show one message: its headers and structure, then the part that is its text.
pub async fn read(client: &mut Client, uid: u32) -> Result<Duration> {
    let begun = Instant::now();
    let answer = client.ok(&format!("UID FETCH {uid} {ROW}")).await?;
    let part = shown_part(&answer.lines.concat());
    client.ok(&format!("UID FETCH {uid} (BODY.PEEK[{part}])")).await?;
    Ok(begun.elapsed())
}

/// The part that is the text of a made-up message, HTML where it has it.
fn shown_part(structure: &str) -> &'static str {
    match (structure.contains("\"mixed\""), structure.contains("\"alternative\"")) {
        (true, _) => "1.2",
        (false, true) => "2",
        (false, false) => "1",
    }
}
