//! What a part decodes to, as a response: all of it or a range, with bounded memory however large it is.

use super::{Message, flow::Flow, range::Wanted};
use crate::{
    accounts::handle::{AccountHandle, Piece},
    http::error::ApiError,
    mime::{
        passage::{Passage, Track, Waypoint},
        select::Download,
    },
};
use axum::{
    body::Body,
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use moka::sync::Cache;
use postern_shared::{
    error::Failure,
    ids::{AccountId, MessageKey},
};
use sha2::{Digest, Sha256};
use std::{fmt::Write, ops::RangeInclusive, sync::Arc};

/// How many parts are remembered.
const PARTS: u64 = 64;

/// Which part of all.
type Place = (AccountId, MessageKey, String);

/// The ways that parts went through their decoders: how long they are, and where one can go on.
#[derive(Clone, Debug)]
pub struct Tracks(Cache<Place, Arc<Track>>);

impl Default for Tracks {
    fn default() -> Self {
        Self(Cache::new(PARTS))
    }
}

/// A part of a message.
pub(super) struct Content {
    /// Whose it is.
    pub id: AccountId,
    /// The account that has it.
    pub account: AccountHandle,
    /// In which message.
    pub key: MessageKey,
    /// How it is downloaded.
    pub download: Download,
}

impl Content {
    /// A part of that message.
    pub fn of(message: Message, download: Download) -> Self {
        let Message { id, account, key, .. } = message;
        Self { id, account, key, download }
    }

    /// The answer to a request for it: 200, 206 or 416. `headers` say what it is.
    pub async fn respond<const N: usize>(
        self,
        tracks: &Tracks,
        method: &Method,
        request: &HeaderMap,
        headers: [(HeaderName, HeaderValue); N],
    ) -> Result<Response, ApiError> {
        let etag = self.etag();
        let wanted = Wanted::of(method, request, &etag);
        let always = [
            (header::ACCEPT_RANGES, HeaderValue::from_static("bytes")),
            (header::ETAG, HeaderValue::try_from(etag).unwrap_or(HeaderValue::from_static("\"\""))),
        ];
        let answer = match wanted {
            _ if method == Method::HEAD => self.described(tracks, Body::empty()),
            None => self.whole(tracks).await?,
            Some(wanted) => self.part(tracks, &wanted).await?,
        };
        let mut response = (always, answer).into_response();
        let ok = response.status().is_success();
        // What is no part of the content is none of its type either.
        response
            .headers_mut()
            .extend(headers.into_iter().filter(|(name, _)| ok || name != header::CONTENT_TYPE));
        Ok(response)
    }

    async fn whole(&self, tracks: &Tracks) -> Result<Response, Failure> {
        let start = Waypoint::start(self.download.encoding);
        let chunks = self.chunks(&start).await?;
        let flow = match self.download.length {
            Some(length) => Flow::new(chunks, Passage::from(start)).exactly(0, length),
            None => {
                let (tracks, place) = (tracks.clone(), self.place());
                Flow::new(chunks, Passage::from(start))
                    .then(move |track| tracks.0.insert(place, Arc::new(track)))
            }
        };
        Ok(self.described(tracks, flow.body().await?))
    }

    fn described(&self, tracks: &Tracks, body: Body) -> Response {
        let length = self.download.length.or_else(|| Some(tracks.0.get(&self.place())?.length()));
        let length = length.map(|length| [(header::CONTENT_LENGTH, HeaderValue::from(length))]);
        (length, body).into_response()
    }

    async fn part(&self, tracks: &Tracks, wanted: &Wanted) -> Result<Response, Failure> {
        let (length, track) = match self.download.length {
            Some(length) => (length, None),
            None => {
                let track = self.track(tracks).await?;
                (track.length(), Some(track))
            }
        };
        let Ok(range) = wanted.within(length) else {
            let nothing = [(header::CONTENT_RANGE, format!("bytes */{length}"))];
            return Ok((StatusCode::RANGE_NOT_SATISFIABLE, nothing).into_response());
        };
        let bytes = range.end() - range.start() + 1;
        let told = format!("bytes {}-{}/{length}", range.start(), range.end());
        let body = self.range(range, track.as_deref()).await?;
        let headers = [(header::CONTENT_RANGE, told), (header::CONTENT_LENGTH, bytes.to_string())];
        Ok((StatusCode::PARTIAL_CONTENT, headers, body).into_response())
    }

    async fn range(&self, range: RangeInclusive<u64>, track: Option<&Track>) -> Result<Body, Failure> {
        let (first, last) = range.into_inner();
        let point = match track {
            Some(track) => track.before(first, self.download.encoding),
            None => Waypoint::plain(first),
        };
        let chunks = self.chunks(&point).await?;
        let skip = first.saturating_sub(point.decoded());
        Flow::new(chunks, Passage::from(point)).exactly(skip, last - first + 1).body().await
    }

    /// The way of the whole part, which is gone now if nobody did before: only that tells how long it is.
    async fn track(&self, tracks: &Tracks) -> Result<Arc<Track>, Failure> {
        if let Some(track) = tracks.0.get(&self.place()) {
            return Ok(track);
        }
        let start = Waypoint::start(self.download.encoding);
        let mut chunks = self.chunks(&start).await?;
        let mut passage = Passage::from(start);
        while let Some(chunk) = chunks.recv().await {
            passage.push(&chunk?);
        }
        let (_, track) = passage.finish();
        let track = Arc::new(track);
        tracks.0.insert(self.place(), Arc::clone(&track));
        Ok(track)
    }

    async fn chunks(&self, from: &Waypoint) -> Result<super::flow::Chunks, Failure> {
        let piece = Piece::Part(self.download.attachment.part.clone());
        self.account.piece_from(self.key.clone(), piece, from.encoded()).await
    }

    fn place(&self) -> Place {
        (self.id.clone(), self.key.clone(), self.download.attachment.part.clone())
    }

    /// A strong validator (RFC 9110 §8.8.3): what has this place never changes (RFC 9051 §2.3.1.1).
    fn etag(&self) -> String {
        let MessageKey { folder, validity, uid } = &self.key;
        let part = &self.download.attachment.part;
        let place = format!("{}\n{folder}\n{validity}\n{uid}\n{part}", self.id.as_str());
        let hash = Sha256::digest(place);
        let mut etag = String::from("\"");
        for byte in hash.iter().take(16) {
            // Writing into memory does not fail.
            let _ = write!(etag, "{byte:02x}");
        }
        etag.push('"');
        etag
    }
}
