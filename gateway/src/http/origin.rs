//! Requests that change something have to come from the app itself.

use super::error::ApiError;
use crate::app::{App, SharedApp};
use axum::{
    extract::{Request, State},
    http::{HeaderMap, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use postern_shared::error::{ErrorCode, Failure};

/// Refuses requests that are not safe (RFC 9110 §9.2.1) and not the app's.
pub async fn guard(State(app): State<SharedApp>, request: Request, next: Next) -> Response {
    if !request.method().is_safe()
        && let Err(error) = check(&app, request.headers())
    {
        return error.into_response();
    }
    next.run(request).await
}

/// Whether the `Origin` header is exactly one of the trusted origins.
pub fn check(app: &App, headers: &HeaderMap) -> Result<(), ApiError> {
    let origin = headers.get(header::ORIGIN).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if app.origins.contains(origin) {
        return Ok(());
    }
    tracing::warn!(
        origin,
        "refused a request from an origin that is neither public_url nor in trusted_origins"
    );
    Err(Failure::new(ErrorCode::Forbidden, "the request does not come from this gateway's app").into())
}
