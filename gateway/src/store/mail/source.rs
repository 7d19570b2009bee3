//! A message's content, wherever it is kept: with its row, or as a blob.

use super::StoredMessage;
use crate::store::{StoreError, blob::Blobs};
use bytes::Bytes;
use futures::{
    StreamExt,
    stream::{self, BoxStream},
};
use postern_shared::ids::AccountId;
use std::ops::Range;

impl StoredMessage {
    /// Reads bytes of the content; a range may reach over its end. `account` is whose message it is.
    ///
    /// # Errors
    /// As [`Blobs::read`], where it is a blob.
    pub async fn read(
        &self,
        account: &AccountId,
        blobs: &Blobs,
        range: Range<u64>,
    ) -> Result<BoxStream<'static, Result<Bytes, StoreError>>, StoreError> {
        let Some(source) = &self.source else { return blobs.read(account, &self.hash, range).await };
        let place = |at: u64| usize::try_from(at).unwrap_or(usize::MAX).min(source.len());
        let (start, end) = (place(range.start), place(range.end));
        let piece = source.slice(start.min(end)..end);
        Ok(stream::iter((!piece.is_empty()).then_some(Ok(piece))).boxed())
    }
}
