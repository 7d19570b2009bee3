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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::handle::Request;
    use axum::body::to_bytes;
    use postern_shared::{
        error::ErrorCode,
        ids::{Uid, UidValidity},
    };

    fn key() -> MessageKey {
        MessageKey { folder: "INBOX".into(), validity: UidValidity(1), uid: Uid(2) }
    }

    fn broken() -> Failure {
        Failure::new(ErrorCode::Offline, "lost")
    }

    /// An account that answers one request for a piece with these chunks.
    fn account(chunks: Vec<Result<&'static [u8], Failure>>) -> AccountHandle {
        let (requests, mut actor) = mpsc::channel(1);
        tokio::spawn(async move {
            let Some(Request::Piece { chunks: sender, .. }) = actor.recv().await else { return };
            for chunk in chunks {
                if sender.send(chunk.map(Bytes::from_static)).await.is_err() {
                    return;
                }
            }
        });
        AccountHandle::new(requests)
    }

    #[tokio::test]
    async fn gathering_keeps_what_came_and_knows_whether_it_is_all() {
        let cases: [(_, _, &[u8], _); 4] = [
            (vec![Ok(&b"ab"[..]), Ok(b"cd")], 4, b"abcd", true),
            (vec![Ok(b"ab"), Ok(b"cd")], 3, b"abc", false),
            (vec![Ok(b"ab"), Err(broken())], 9, b"ab", false),
            (vec![], 9, b"", true),
        ];
        for (chunks, limit, data, complete) in cases {
            let gathered = gather(&account(chunks), &key(), Piece::Source, limit).await.unwrap();
            assert_eq!((gathered.data.as_slice(), gathered.complete), (data, complete));
        }
        let failed = gather(&account(vec![Err(broken())]), &key(), Piece::Source, 9).await;
        assert_eq!(failed.err(), Some(broken()));
    }

    #[tokio::test]
    async fn a_download_is_decoded_across_chunks_or_breaks_off() {
        let send = async |chunks| {
            let body = stream(&account(chunks), &key(), Piece::Source, TransferEncoding::Base64).await?;
            Ok::<_, Failure>(to_bytes(body, usize::MAX).await.ok())
        };
        assert_eq!(send(vec![Ok(b"aGVsb"), Ok(b"G8=")]).await, Ok(Some(Bytes::from_static(b"hello"))));
        assert_eq!(send(vec![]).await, Ok(Some(Bytes::new())));
        assert_eq!(send(vec![Ok(b"aGVs"), Err(broken())]).await, Ok(None));
        assert_eq!(send(vec![Err(broken())]).await, Err(broken()));
    }
}
