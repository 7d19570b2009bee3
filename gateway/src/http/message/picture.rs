//! `/api/pictures/{ticket}`: pictures that belong to a mail's HTML. The frame that shows it has an opaque origin, so
//! the browser sends no cookie with them: the ticket in the address stands for the session, this message, this part.

use super::{Message, disposition, open, part};
use crate::{app::SharedApp, http::error::ApiError, session::Ticket};
use axum::{
    extract::{Path, State},
    http::{HeaderName, HeaderValue},
    response::{IntoResponse, Response},
};
use postern_shared::error::{ErrorCode, Failure};

const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

impl Message {
    /// Where the frame may load a picture of this message from, for a while.
    pub(super) fn picture_url(&self, app: &SharedApp, part: &str) -> Option<String> {
        let ticket = app.sessions.ticket(&self.token, &self.key, part)?;
        Some(format!("/api/pictures/{ticket}"))
    }
}

/// The picture, if the ticket is good and it is a raster image.
pub async fn show(State(app): State<SharedApp>, Path(ticket): Path<String>) -> Result<Response, ApiError> {
    let Ticket { token, key, part } = app.sessions.redeem(&ticket).ok_or_else(ApiError::not_signed_in)?;
    let session = open(&app, &token).await?;
    let account = app.account(&session)?;
    let download = part::find(&account, &key, &part).await?;
    if !download.raster {
        return Err(Failure::new(ErrorCode::Forbidden, "the part is not a picture").into());
    }
    let name = disposition::inline(&download.attachment.name);
    let picture = part::respond(&account, &key, download, name).await?;
    // The frame's opaque origin is no same origin; the ticket is what keeps others out.
    Ok(([(RESOURCE_POLICY, HeaderValue::from_static("cross-origin"))], picture).into_response())
}
