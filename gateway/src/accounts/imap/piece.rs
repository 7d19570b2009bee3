//! A message's bytes, chunk by chunk: no more of a large attachment is held than one chunk.

use super::actor::{FetchRequest, Happened};
use crate::{
    accounts::{
        handle::{Piece, Structure},
        unpacking,
    },
    imap::command::FetchItem,
    imap::response::{BodyPart, Fetch},
    mime::unpack,
};
use bytes::Bytes;
use futures::FutureExt;
use postern_shared::{
    error::{ErrorCode, Failure},
    ids::MessageKey,
};
use tokio::sync::{mpsc, oneshot};

/// Octets in a chunk.
const CHUNK: u32 = 64 * 1024;

/// Sends a piece from a byte on to `chunks`, until it ends or the receiver is gone: what the server has, or what is packed into it.
pub async fn send(
    key: MessageKey,
    piece: Piece,
    from: u64,
    structure: Option<Structure>,
    happened: mpsc::Sender<Happened>,
    chunks: mpsc::Sender<Result<Bytes, Failure>>,
) {
    let packed = match &piece {
        Piece::Part(part) if unpack::outer(part).is_some() => part.clone(),
        _ => {
            let size = structure.and_then(|structure| size(&structure, &piece));
            return stream(key, piece, from, size, happened, chunks).await;
        }
    };
    let sent = match &structure {
        Some(structure) => {
            let fetch = |piece| whole(key.clone(), piece, structure, happened.clone()).boxed();
            unpacking::send(structure, &packed, from, &fetch, &chunks).await
        }
        None => Err(Failure::new(ErrorCode::NoSuchMessage, "the message has no such part")),
    };
    if let Err(failure) = sent {
        // Whoever read may be gone.
        let _ = chunks.send(Err(failure)).await;
    }
}

/// All of a piece.
pub async fn whole(
    key: MessageKey,
    piece: Piece,
    structure: &Fetch,
    happened: mpsc::Sender<Happened>,
) -> Result<Vec<u8>, Failure> {
    let size = size(structure, &piece);
    let (chunks, read) = mpsc::channel(4);
    tokio::spawn(stream(key, piece, 0, size, happened, chunks));
    unpacking::gather(read).await
}

/// How many octets a piece has, as the server told them with the message's structure.
fn size(structure: &Fetch, piece: &Piece) -> Option<u64> {
    match piece {
        Piece::Source => structure.size,
        Piece::Part(wanted) => part_size(structure.structure.as_ref()?, wanted),
    }
}

fn part_size(node: &BodyPart, wanted: &str) -> Option<u64> {
    if node.part == wanted && node.kind != "multipart" {
        return Some(node.size);
    }
    node.children.iter().find_map(|child| part_size(child, wanted))
}

/// Sends a piece from a byte on to `chunks`, until it ends or the receiver is gone. It ends in an error where it is
/// shorter than `size`.
async fn stream(
    key: MessageKey,
    piece: Piece,
    from: u64,
    size: Option<u64>,
    happened: mpsc::Sender<Happened>,
    chunks: mpsc::Sender<Result<Bytes, Failure>>,
) {
    let section = match piece {
        Piece::Source => String::new(),
        Piece::Part(part) => part,
    };
    // IMAP has no word for what lies behind (RFC 9051 §9, `partial`).
    let Ok(mut origin) = u32::try_from(from) else {
        let far = Failure::new(ErrorCode::BadInput, "the message has no such part");
        // Whoever read may be gone.
        return drop(chunks.send(Err(far)).await);
    };
    loop {
        let chunk = chunk(&key, &section, origin, &happened).await;
        let failed = chunk.is_err();
        let length = chunk.as_ref().map_or(0, Bytes::len) as u32;
        if (failed || length > 0) && chunks.send(chunk).await.is_err() {
            return;
        }
        let next = origin.checked_add(length).filter(|_| !failed && length >= CHUNK);
        let Some(next) = next else {
            let short = !failed && size.is_some_and(|size| u64::from(origin) + u64::from(length) < size);
            if short {
                let cut =
                    Failure::new(ErrorCode::ServerBroken, "the mail server sent less than it announced");
                // Whoever read may be gone.
                let _ = chunks.send(Err(cut)).await;
            }
            return;
        };
        origin = next;
    }
}

async fn chunk(
    key: &MessageKey,
    section: &str,
    origin: u32,
    happened: &mpsc::Sender<Happened>,
) -> Result<Bytes, Failure> {
    let (answer, fetched) = oneshot::channel();
    let item = FetchItem::Section { section: section.to_owned(), partial: Some((origin, CHUNK)) };
    let request = FetchRequest { key: key.clone(), items: vec![FetchItem::Uid, item], answer };
    let offline = || Failure::new(ErrorCode::Offline, "");
    happened.send(Happened::Fetch(request)).await.map_err(|_| offline())?;
    let fetch = fetched.await.map_err(|_| offline())??;
    data(*fetch, section)
        .ok_or_else(|| Failure::new(ErrorCode::NoSuchMessage, "the mail server has no such part"))
}

/// The bytes of the section asked for. NIL is what a server says of a part that is not there.
fn data(fetch: Fetch, section: &str) -> Option<Bytes> {
    let wanted = section.to_ascii_uppercase();
    let found = fetch.sections.into_iter().find(|section| section.name == wanted)?;
    found.data.map(Bytes::from)
}
