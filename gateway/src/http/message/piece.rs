//! Pieces of messages as they come from the account.

use crate::{
    accounts::handle::{AccountHandle, Piece},
    mime::decode::{Decoder, TransferEncoding},
};
use axum::body::Body;
use bytes::Bytes;
use futures::{Stream, stream};
use postern_shared::{error::Failure, ids::MessageKey};
use tokio::sync::mpsc;

/// The beginning of a piece.
pub struct Gathered {
    /// What was read.
    pub data: Vec<u8>,
    /// Whether that is all of it.
    pub complete: bool,
}

/// Reads a piece up to a limit. What came before a failure is kept; a piece that fails at once is a failure.
pub async fn gather(
    account: &AccountHandle,
    key: &MessageKey,
    piece: Piece,
    limit: u64,
) -> Result<Gathered, Failure> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let mut chunks = account.piece(key.clone(), piece).await?;
    let mut data = Vec::new();
    while let Some(chunk) = chunks.recv().await {
        match chunk {
            Ok(chunk) => data.extend_from_slice(&chunk),
            Err(failure) if data.is_empty() => return Err(failure),
            Err(_) => return Ok(Gathered { data, complete: false }),
        }
        if data.len() > limit {
            data.truncate(limit);
            return Ok(Gathered { data, complete: false });
        }
    }
    Ok(Gathered { data, complete: true })
}

/// A piece as a response's body, decoded as it comes. A failure at the start is told; a later one breaks the
/// response off, so that nobody takes a part for the whole.
pub async fn stream(
    account: &AccountHandle,
    key: &MessageKey,
    piece: Piece,
    encoding: TransferEncoding,
) -> Result<Body, Failure> {
    let mut chunks = account.piece(key.clone(), piece).await?;
    let first = chunks.recv().await.transpose()?;
    let mut decoder = Decoder::new(encoding);
    let first = first.map(|chunk| decoder.push(&chunk)).unwrap_or_default();
    let rest = decoded(chunks, decoder);
    Ok(Body::from_stream(futures::StreamExt::chain(stream::iter([Ok(first)]), rest)))
}

fn decoded(
    chunks: mpsc::Receiver<Result<Bytes, Failure>>,
    decoder: Decoder,
) -> impl Stream<Item = Result<Bytes, Failure>> {
    stream::unfold((chunks, Some(decoder)), async |(mut chunks, decoder)| {
        let mut decoder = decoder?;
        match chunks.recv().await {
            Some(Ok(chunk)) => Some((Ok(decoder.push(&chunk)), (chunks, Some(decoder)))),
            Some(Err(failure)) => Some((Err(failure), (chunks, None))),
            None => Some((Ok(decoder.finish()), (chunks, None))),
        }
    })
}
