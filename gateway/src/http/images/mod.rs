//! `/api/images/{ticket}`: remote images for readers who want them. The frame that shows them has an opaque origin, so the
//! browser sends no cookie with them: the ticket in the address stands for the session and for this image.

mod fetch;
mod turns;

use super::error::ApiError;
use crate::{
    app::SharedApp,
    config::Reading,
    mime::{raster::Raster, sanitize::ImageProxy},
    session::{ImageTicket, Token},
};
use axum::{
    extract::{Path, State},
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use fetch::Fetcher;
use std::sync::Arc;
use turns::Turns;
use url::Url;

/// What fetches remote images.
pub struct Images {
    fetcher: Option<Fetcher>,
    turns: Turns,
}

impl Images {
    /// As the operator wants it.
    pub fn new(reading: &Reading) -> Self {
        let fetcher = reading.image_proxy.then(|| Fetcher::new(&reading.image_proxy_allow));
        Self { fetcher, turns: Turns::new() }
    }

    /// Whether there are any at all.
    pub fn is_on(&self) -> bool {
        self.fetcher.is_some()
    }
}

/// Where a session's frame may load remote images from, for a while; absent where the operator wants none.
pub fn proxy(app: &SharedApp, token: &Token) -> Option<ImageProxy> {
    if !app.images.is_on() {
        return None;
    }
    let issuer = app.sessions.issuer::<ImageTicket>(token)?;
    Some(Arc::new(move |url: &Url| {
        let ticket = issuer.ticket(&ImageTicket { url: url.clone() })?;
        Some(format!("/api/images/{ticket}"))
    }))
}

/// The image, if the ticket is good. Whatever went wrong elsewhere is one answer without content: the text that
/// stands for the image is shown.
pub async fn show(State(app): State<SharedApp>, Path(ticket): Path<String>) -> Result<Response, ApiError> {
    let (token, image) = app.sessions.opened::<ImageTicket>(&ticket).ok_or_else(ApiError::not_signed_in)?;
    app.sessions.open(&token).await?.ok_or_else(ApiError::not_signed_in)?;
    let (Some(fetcher), Some(_turn)) = (&app.images.fetcher, app.images.turns.take(token.hash()).await)
    else {
        return Ok(StatusCode::NOT_FOUND.into_response());
    };
    match fetcher.fetch(&image.url).await {
        Ok(raster) => Ok(answer(raster)),
        Err(error) => {
            tracing::debug!(%error, "a remote image is not shown");
            Ok((StatusCode::NOT_FOUND, [(header::CACHE_CONTROL, KEPT)]).into_response())
        }
    }
}

const KEPT: HeaderValue = HeaderValue::from_static("private, max-age=600");

fn answer(raster: Raster) -> Response {
    let headers: [(HeaderName, HeaderValue); 4] = [
        (header::CONTENT_TYPE, HeaderValue::from_static(raster.media_type)),
        (header::CACHE_CONTROL, KEPT),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox; default-src 'none'")),
        // The frame's opaque origin is no same origin; the ticket is what keeps others out.
        (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("cross-origin")),
    ];
    (headers, raster.bytes).into_response()
}
