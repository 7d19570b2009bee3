//! One line a request. Its id is in every line logged on its behalf, and in the answer.

use axum::{
    extract::{MatchedPath, Request},
    http::{HeaderName, HeaderValue},
    middleware::Next,
    response::Response,
};
use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Instant,
};
use tracing::{Instrument, debug, info_span};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Numbers the requests of this run.
static NEXT: AtomicU64 = AtomicU64::new(1);

/// Numbers and logs a request. Of its address only the route is logged: the rest may name people and folders.
pub async fn log(request: Request, next: Next) -> Response {
    let id = NEXT.fetch_add(1, Ordering::Relaxed);
    let route = request.extensions().get::<MatchedPath>().map_or("(app)", MatchedPath::as_str).to_owned();
    let span = info_span!("request", id, method = %request.method(), route);
    let started = Instant::now();
    let mut response = next.run(request).instrument(span.clone()).await;
    span.in_scope(|| debug!(status = response.status().as_u16(), elapsed = ?started.elapsed(), "answered"));
    response.headers_mut().insert(REQUEST_ID, HeaderValue::from(id));
    response
}
