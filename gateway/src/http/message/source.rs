//! `…/source` and `…/headers`: the message as it stands.

use super::{Message, disposition, isolated, piece};
use crate::{accounts::handle::Piece, http::error::ApiError, mime::decode::TransferEncoding};
use axum::{
    extract::Query,
    http::HeaderValue,
    response::{IntoResponse, Response},
};
use serde::Deserialize;

/// How much of a source is worth showing, in bytes. All of it can be downloaded.
const SHOWN: u64 = 2 * 1024 * 1024;

/// How much of the headers is read, in bytes.
const HEADERS: u64 = 1024 * 1024;

/// What a cut source ends in.
const CUT: &str = "\r\n\r\n[Only the beginning is shown. Download the message to see all of it.]\r\n";

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
        return Ok(text(&message, gather(&message, SHOWN).await?));
    }
    let body =
        piece::stream(&message.account, &message.key, Piece::Source, TransferEncoding::Identity).await?;
    let name = disposition::attachment(&file_name(&message));
    Ok((isolated(HeaderValue::from_static("message/rfc822"), name), body).into_response())
}

/// The headers, to be looked at.
pub async fn headers(message: Message) -> Result<Response, ApiError> {
    let mut source = gather(&message, HEADERS).await?;
    if let Some(end) = header_end(&source) {
        source.truncate(end);
    }
    Ok(text(&message, source))
}

async fn gather(message: &Message, limit: u64) -> Result<Vec<u8>, ApiError> {
    let gathered = piece::gather(&message.account, &message.key, Piece::Source, limit).await?;
    let mut data = gathered.data;
    if !gathered.complete {
        data.extend_from_slice(CUT.as_bytes());
    }
    Ok(data)
}

fn text(message: &Message, source: Vec<u8>) -> Response {
    let media_type = HeaderValue::from_static("text/plain; charset=utf-8");
    (isolated(media_type, disposition::inline(&file_name(message))), source).into_response()
}

fn file_name(message: &Message) -> String {
    format!("message-{}.eml", message.key.uid)
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
