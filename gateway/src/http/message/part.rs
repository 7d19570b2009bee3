//! `…/parts/{part}`: one attachment, decoded as it is downloaded. A download that broke off can go on.

use super::{Message, content::Content, disposition, isolated, piece};
use crate::{
    accounts::handle::{AccountHandle, Piece},
    app::SharedApp,
    http::error::ApiError,
    mime::select::{self, Download},
};
use axum::{
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, Method},
    response::{IntoResponse, Response},
};
use postern_shared::{
    error::{ErrorCode, Failure},
    ids::MessageKey,
};
use serde::Deserialize;

/// The last segment of the path.
#[derive(Deserialize)]
pub struct PartSegment {
    pub(super) part: String,
}

/// The attachment, to be saved: all of it, or a range.
pub async fn save(
    State(app): State<SharedApp>,
    message: Message,
    Path(segment): Path<PartSegment>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let download = find(&message.account, &message.key, &segment.part).await?;
    let headed = isolated(media_type(&download), disposition::attachment(&download.attachment.name));
    Content::of(message, download).respond(&app.tracks, &method, &headers, headed).await
}

fn media_type(download: &Download) -> HeaderValue {
    HeaderValue::try_from(&download.attachment.media_type)
        .unwrap_or(HeaderValue::from_static("application/octet-stream"))
}

/// How a part of the message is downloaded.
pub(super) async fn find(account: &AccountHandle, key: &MessageKey, part: &str) -> Result<Download, Failure> {
    let message = account.structure(key.clone()).await?;
    let structure = message.structure.as_ref();
    structure
        .and_then(|structure| select::download(structure, part))
        .ok_or_else(|| Failure::new(ErrorCode::NoSuchMessage, "the message has no such part"))
}

/// The part itself.
pub(super) async fn respond(
    account: &AccountHandle,
    key: &MessageKey,
    download: Download,
    name: HeaderValue,
) -> Result<Response, Failure> {
    let media_type = media_type(&download);
    let Download { attachment, encoding, .. } = download;
    let body = piece::stream(account, key, Piece::Part(attachment.part), encoding).await?;
    Ok((isolated(media_type, name), body).into_response())
}
