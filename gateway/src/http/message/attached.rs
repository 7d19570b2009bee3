//! `…/attached/{part}`: headers and attachments of a message that is attached to this one.

use super::Message;
use crate::{
    http::error::ApiError,
    mime::{detail::detail, select},
};
use axum::{Json, extract::Path, http::header, response::IntoResponse};
use postern_shared::error::{ErrorCode, Failure};
use serde::Deserialize;

/// The last segment of the path.
#[derive(Deserialize)]
pub struct PartSegment {
    part: String,
}

/// Its [`postern_shared::body::MessageDetail`]. The key is that of the message around it; so are the part specifiers
/// of its attachments.
pub async fn show(message: Message, Path(segment): Path<PartSegment>) -> Result<impl IntoResponse, ApiError> {
    let structure = message.account.structure(message.key.clone()).await?;
    let attached = select::attached(&structure, &segment.part)
        .ok_or_else(|| Failure::new(ErrorCode::NoSuchMessage, "no message is attached there"))?;
    Ok(([(header::CACHE_CONTROL, "private, no-store")], Json(detail(message.key, &attached))))
}
