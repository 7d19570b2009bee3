//! Parts that no server looks into (a `winmail.dat`, a message inside of a signature), looked into here: the structure
//! that goes out tells of what is in them, and the pieces of it can be had like any other part.

use super::handle::{Piece, Structure};
use crate::{
    imap::response::BodyPart,
    mime::unpack::{self, Unpacked},
};
use bytes::Bytes;
use futures::future::BoxFuture;
use postern_shared::error::{ErrorCode, Failure};
use std::sync::Arc;
use tokio::sync::mpsc;

/// How much of an unpacked part goes out at once.
const CHUNK: usize = 64 * 1024;

/// Gets a part as the server has it.
pub type Fetching<'a> = dyn Fn(Piece) -> BoxFuture<'a, Result<Vec<u8>, Failure>> + Send + Sync + 'a;

/// The structure with what is packed into its parts. `fetch` gets a part as the server has it; one that cannot be had
/// stays packed.
pub async fn open(structure: Structure, fetch: &Fetching<'_>) -> Structure {
    let packed = unpack::packed(&structure);
    if packed.is_empty() {
        return structure;
    }
    let mut opened = (*structure).clone();
    for part in packed {
        if let Ok(unpacked) = unpack_part(&structure, &part, fetch).await {
            unpack::insert(&mut opened, &part, &unpacked);
        }
    }
    Arc::new(opened)
}

/// Sends the content of a part that is packed into another one, from a byte on.
pub async fn send(
    structure: &Structure,
    part: &str,
    from: u64,
    fetch: &Fetching<'_>,
    chunks: &mpsc::Sender<Result<Bytes, Failure>>,
) -> Result<(), Failure> {
    let unpacked = unpack_part(structure, unpack::outer(part).unwrap_or(part), fetch).await?;
    let place = unpacked.place(part).ok_or_else(no_such_part)?;
    let mut content = Bytes::from(unpacked.content).slice(place);
    let skipped = usize::try_from(from).unwrap_or(usize::MAX).min(content.len());
    content = content.split_off(skipped);
    while !content.is_empty() {
        let chunk = content.split_to(content.len().min(CHUNK));
        if chunks.send(Ok(chunk)).await.is_err() {
            break;
        }
    }
    Ok(())
}

/// All of a piece that comes in chunks.
pub async fn gather(mut chunks: mpsc::Receiver<Result<Bytes, Failure>>) -> Result<Vec<u8>, Failure> {
    let mut data = Vec::new();
    while let Some(chunk) = chunks.recv().await {
        data.extend_from_slice(&chunk?);
    }
    Ok(data)
}

async fn unpack_part(structure: &Structure, part: &str, fetch: &Fetching<'_>) -> Result<Unpacked, Failure> {
    let found = unpack::packed_part(structure, part).ok_or_else(no_such_part)?;
    // What was found in it before is of no use here.
    let bare = BodyPart { children: Vec::new(), envelope: None, ..found.clone() };
    let transferred = fetch(Piece::Part(part.to_owned())).await?;
    let unpacked = tokio::task::spawn_blocking(move || unpack::unpack(&bare, &transferred));
    unpacked.await.ok().flatten().ok_or_else(no_such_part)
}

fn no_such_part() -> Failure {
    Failure::new(ErrorCode::NoSuchMessage, "the message has no such part")
}
