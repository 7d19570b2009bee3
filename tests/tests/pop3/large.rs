//! Messages that are larger than what a gateway may take of the memory.

use crate::stage::{INBOX, enter, rows, scripted};
use postern_tests::{
    error::{Error, Result},
    fake_pop3::Manner,
    gateway::Gateway,
};
use std::fs;

/// The message.
const SIZE: usize = 64 * 1024 * 1024;
/// What the gateway may take for it.
const MEMORY: u64 = 24 * 1024 * 1024;

/// The most memory the gateway has had, in bytes.
fn most_memory(gateway: &Gateway) -> Result<u64> {
    let status = fs::read_to_string(format!("/proc/{}/status", gateway.id()))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    let kilobytes = kilobytes
        .ok_or_else(|| Error::Unexpected { what: "the memory of the gateway".to_owned(), got: status })?;
    Ok(kilobytes * 1024)
}

#[tokio::test]
async fn a_large_message_is_downloaded_in_little_memory() -> Result<()> {
    let (server, gateway) = scripted(1, Manner::default()).await?;
    let (_, mut wire) = enter(&gateway).await?;
    wire.holds(INBOX, 1).await?;
    let before = most_memory(&gateway)?;
    let mut large =
        b"Subject: Large\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nText\r\n--b\r\n\
        Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\n"
            .to_vec();
    let line = [b"QUJD".repeat(19), b"\r\n".to_vec()].concat();
    while large.len() < SIZE {
        large.extend_from_slice(&line);
    }
    large.extend_from_slice(b"--b--\r\n");
    server.deliver(&large);
    crate::stage::check(&mut wire).await?;
    wire.holds(INBOX, 2).await?;
    let grown = most_memory(&gateway)?.saturating_sub(before);
    assert!(grown < MEMORY, "{grown} bytes for a message of {SIZE}");
    let row = rows(&mut wire, INBOX).await?.into_iter().find(|row| row.subject == "Large");
    assert_eq!(row.map(|row| row.size as usize), Some(large.len()));
    Ok(())
}
