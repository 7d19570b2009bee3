//! The bytes of a part on their way to a browser: decoded, and cut to what was asked for.

use crate::mime::passage::{Passage, Track};
use axum::body::Body;
use bytes::Bytes;
use futures::{StreamExt, stream};
use postern_shared::error::{ErrorCode, Failure};
use tokio::sync::mpsc;

/// Chunks as an account sends them.
pub(super) type Chunks = mpsc::Receiver<Result<Bytes, Failure>>;

/// What is done with the way, once it was gone to its end.
type Then = Box<dyn FnOnce(Track) + Send>;

/// A part that is being read.
pub(super) struct Flow {
    chunks: Chunks,
    /// Absent behind the end.
    passage: Option<Passage>,
    skip: u64,
    left: Option<u64>,
    then: Option<Then>,
}

impl Flow {
    /// All that the chunks decode to.
    pub fn new(chunks: Chunks, passage: Passage) -> Self {
        Self { chunks, passage: Some(passage), skip: 0, left: None, then: None }
    }

    /// So many bytes, behind so many others. Where there are fewer it is an error.
    pub fn exactly(self, skip: u64, bytes: u64) -> Self {
        Self { skip, left: Some(bytes), ..self }
    }

    /// Does something with the way once all of it was gone.
    pub fn then(self, then: impl FnOnce(Track) + Send + 'static) -> Self {
        Self { then: Some(Box::new(then)), ..self }
    }

    /// A response's body. A failure at the start is told; a later one breaks the response off, so that nobody takes a
    /// part for the whole.
    pub async fn body(mut self) -> Result<Body, Failure> {
        let first = self.next().await.transpose()?.unwrap_or_default();
        let rest = stream::unfold(self, async |mut flow| Some((flow.next().await?, flow)));
        Ok(Body::from_stream(stream::iter([Ok(first)]).chain(rest)))
    }

    /// The next bytes; absent at the end.
    pub async fn next(&mut self) -> Option<Result<Bytes, Failure>> {
        while self.left != Some(0) {
            let passage = self.passage.as_mut()?;
            let (bytes, ended) = match self.chunks.recv().await {
                Some(Ok(chunk)) => (passage.push(&chunk), false),
                Some(Err(failure)) => {
                    self.passage = None;
                    return Some(Err(failure));
                }
                None => (self.end()?, true),
            };
            let bytes = self.cut(bytes);
            if ended && self.left.is_some_and(|left| left > 0) {
                let short =
                    Failure::new(ErrorCode::ServerBroken, "the part is shorter than it was said to be");
                return Some(Err(short));
            }
            if !bytes.is_empty() {
                return Some(Ok(bytes));
            }
        }
        None
    }

    fn end(&mut self) -> Option<Bytes> {
        let (rest, track) = self.passage.take()?.finish();
        if let Some(then) = self.then.take() {
            then(track);
        }
        Some(rest)
    }

    fn cut(&mut self, mut bytes: Bytes) -> Bytes {
        let skipped = usize::try_from(self.skip).unwrap_or(usize::MAX).min(bytes.len());
        self.skip -= skipped as u64;
        let mut bytes = bytes.split_off(skipped);
        if let Some(left) = &mut self.left {
            bytes.truncate(usize::try_from(*left).unwrap_or(usize::MAX));
            *left -= bytes.len() as u64;
        }
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mime::decode::TransferEncoding;
    use std::sync::{Arc, Mutex};

    fn broken() -> Failure {
        Failure::new(ErrorCode::Offline, "lost")
    }

    fn flow(chunks: Vec<Result<&'static [u8], Failure>>) -> Flow {
        let (sender, receiver) = mpsc::channel(8);
        for chunk in chunks {
            sender.try_send(chunk.map(Bytes::from_static)).unwrap();
        }
        Flow::new(receiver, Passage::new(TransferEncoding::Base64))
    }

    async fn all(mut flow: Flow) -> Result<Vec<u8>, Failure> {
        let mut bytes = Vec::new();
        while let Some(next) = flow.next().await {
            bytes.extend_from_slice(&next?);
        }
        Ok(bytes)
    }

    #[tokio::test]
    async fn what_was_asked_for_comes_and_a_shorter_content_is_a_failure() {
        let hello = || flow(vec![Ok(b"aGVsb"), Ok(b"G8=")]);
        assert_eq!(all(hello()).await.unwrap(), b"hello");
        assert_eq!(all(hello().exactly(1, 3)).await.unwrap(), b"ell");
        assert_eq!(all(hello().exactly(0, 5)).await.unwrap(), b"hello");
        assert_eq!(all(hello().exactly(4, 1)).await.unwrap(), b"o");
        assert_eq!(all(hello().exactly(0, 6)).await.unwrap_err().code, ErrorCode::ServerBroken);
        assert_eq!(all(hello().exactly(9, 1)).await.unwrap_err().code, ErrorCode::ServerBroken);
        assert_eq!(all(flow(vec![])).await.unwrap(), b"");
    }

    #[tokio::test]
    async fn a_broken_flow_ends_in_its_failure_and_leaves_no_track() {
        let found = Arc::new(Mutex::new(None));
        let keep = |flow: Flow| {
            let found = Arc::clone(&found);
            flow.then(move |track| *found.lock().unwrap() = Some(track.length()))
        };
        assert_eq!(all(keep(flow(vec![Ok(b"aGVs"), Err(broken())]))).await, Err(broken()));
        assert_eq!(*found.lock().unwrap(), None);
        assert!(flow(vec![Err(broken())]).body().await.is_err());
        all(keep(flow(vec![Ok(b"aGVsbG8=")]))).await.unwrap();
        assert_eq!(*found.lock().unwrap(), Some(5));
    }
}
