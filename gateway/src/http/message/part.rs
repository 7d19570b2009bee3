//! `…/parts/{part}`: one attachment, decoded as it is downloaded.

use super::{Message, disposition, isolated, piece};
use crate::{
    accounts::handle::{AccountHandle, Piece},
    http::error::ApiError,
    mime::select::{self, Download},
};
use axum::{
    extract::Path,
    http::HeaderValue,
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
    part: String,
}

/// The attachment, to be saved.
pub async fn save(message: Message, Path(segment): Path<PartSegment>) -> Result<Response, ApiError> {
    let download = find(&message.account, &message.key, &segment.part).await?;
    let name = disposition::attachment(&download.attachment.name);
    Ok(respond(&message.account, &message.key, download, name).await?)
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
    let Download { attachment, encoding, .. } = download;
    let media_type = HeaderValue::try_from(attachment.media_type)
        .unwrap_or(HeaderValue::from_static("application/octet-stream"));
    let body = piece::stream(account, key, Piece::Part(attachment.part), encoding).await?;
    Ok((isolated(media_type, name), body).into_response())
}
