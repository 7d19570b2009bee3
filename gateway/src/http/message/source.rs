//! `…/source`, `…/headers` and `…/fields`: the message as it stands, its header as it stands and field by field.

use super::{Message, disposition, isolated, piece};
use crate::{
    accounts::handle::Piece,
    http::error::ApiError,
    imap::convert::header_text,
    mime::{decode::TransferEncoding, file_name::message_name, header_fields},
};
use axum::{
    Json,
    extract::Query,
    http::{HeaderName, HeaderValue, header},
    response::{IntoResponse, Response},
};
use postern_shared::header::HeaderFields;
use serde::Deserialize;

/// How much of a source is worth showing, in bytes. All of it can be downloaded.
const SHOWN: u64 = 2 * 1024 * 1024;

/// How much of the headers is read, in bytes.
const HEADERS: u64 = 1024 * 1024;

/// What a cut source ends in.
const CUT: &str = "\r\n\r\n[Only the beginning is shown. Download the message to see all of it.]\r\n";

/// Says of a source that is looked at that it is not all there is.
const IS_CUT: HeaderName = HeaderName::from_static("x-postern-cut");

/// What the source is for.
#[derive(Deserialize)]
pub struct Purpose {
    /// `1`: to be looked at.
    #[serde(default)]
    view: u8,
}

/// The whole message, to be saved or, as far as that makes sense, looked at.
pub async fn source(message: Message, Query(purpose): Query<Purpose>) -> Result<Response, ApiError> {
    if purpose.view != 0 {
        return text(&message, SHOWN, |source| source).await;
    }
    let body =
        piece::stream(&message.account, &message.key, Piece::Source, TransferEncoding::Identity).await?;
    let name = disposition::attachment(&file_name(&message).await);
    Ok((isolated(HeaderValue::from_static("message/rfc822"), name), body).into_response())
}

/// The headers, to be looked at.
pub async fn headers(message: Message) -> Result<Response, ApiError> {
    text(&message, HEADERS, cut_header).await
}

/// The header field by field, as it was sent and as people read it.
pub async fn fields(message: Message) -> Result<Response, ApiError> {
    let gathered = gather(&message, HEADERS).await?;
    let ends = gathered.complete || header_end(&gathered.data).is_some();
    let fields: HeaderFields = header_fields::fields(&gathered.data, ends);
    let no_store = HeaderValue::from_static("private, no-store");
    Ok(([(header::CACHE_CONTROL, no_store)], Json(fields)).into_response())
}

async fn gather(message: &Message, limit: u64) -> Result<piece::Gathered, ApiError> {
    Ok(piece::gather(&message.account, &message.key, Piece::Source, limit).await?)
}

/// The beginning of a message as text, after `shorten` took what is not wanted of it.
async fn text(message: &Message, limit: u64, shorten: fn(Vec<u8>) -> Vec<u8>) -> Result<Response, ApiError> {
    let gathered = gather(message, limit).await?;
    let length = gathered.data.len();
    let mut source = shorten(gathered.data);
    let cut = !gathered.complete && source.len() == length;
    if cut {
        source.extend_from_slice(CUT.as_bytes());
    }
    let media_type = HeaderValue::from_static("text/plain; charset=utf-8");
    let name = disposition::inline(&file_name(message).await);
    let mut response = (isolated(media_type, name), source).into_response();
    if cut {
        response.headers_mut().insert(IS_CUT, HeaderValue::from_static("1"));
    }
    Ok(response)
}

/// The name of the message's file: its subject. The structure is known where the message is open.
async fn file_name(message: &Message) -> String {
    let structure = message.account.structure(message.key.clone()).await;
    let envelope = structure.ok().and_then(|structure| structure.envelope.clone());
    message_name(
        &envelope
            .and_then(|envelope| envelope.subject)
            .map(|subject| header_text(&subject))
            .unwrap_or_default(),
    )
}

fn cut_header(mut source: Vec<u8>) -> Vec<u8> {
    if let Some(end) = header_end(&source) {
        source.truncate(end);
    }
    source
}

/// Where the empty line after the headers begins (RFC 5322 §2.1); mail that ends its lines with LF alone counts too.
fn header_end(source: &[u8]) -> Option<usize> {
    let crlf = source.windows(4).position(|window| window == b"\r\n\r\n").map(|at| at + 2);
    let lf = source.windows(2).position(|window| window == b"\n\n").map(|at| at + 1);
    crlf.into_iter().chain(lf).min()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_end_at_the_first_empty_line() {
        let cases: [(&[u8], Option<usize>); 5] = [
            (b"A: b\r\n\r\nbody\r\n\r\n", Some(6)),
            (b"A: b\n\nbody\r\n\r\n", Some(5)),
            (b"A: b\r\nC: d", None),
            (b"", None),
            (b"\r\n\r\n", Some(2)),
        ];
        for (source, expected) in cases {
            assert_eq!(header_end(source), expected, "{source:?}");
        }
    }
}
