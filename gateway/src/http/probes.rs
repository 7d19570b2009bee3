//! For whoever runs the gateway: `/healthz`, `/readyz`, `/metrics`.

use super::{client::Client, error::ApiError};
use crate::app::SharedApp;
use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use postern_shared::error::{ErrorCode, Failure};

/// The text format that Prometheus reads.
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// The process answers.
pub async fn healthy() -> &'static str {
    "ok\n"
}

/// It can do its work: the database answers, and it is not about to stop.
pub async fn ready(State(app): State<SharedApp>) -> Response {
    if app.stopping.is_cancelled() {
        return (StatusCode::SERVICE_UNAVAILABLE, "stopping\n").into_response();
    }
    match app.store.ping().await {
        Ok(()) => "ready\n".into_response(),
        Err(error) => {
            tracing::error!(%error, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n").into_response()
        }
    }
}

/// What is counted, for the addresses the operator named.
pub async fn metrics(State(app): State<SharedApp>, client: Client) -> Result<Response, ApiError> {
    let allowed = app.config.metrics_from.iter().any(|network| network.contains(client.address));
    if client.hidden || !allowed {
        return Err(Failure::new(ErrorCode::Forbidden, "metrics_from does not name your address").into());
    }
    app.metrics.accounts.set(i64::try_from(app.accounts.count()).unwrap_or(i64::MAX));
    let text = app.metrics.text().map_err(|_| Failure::new(ErrorCode::Internal, ""))?;
    Ok(([(header::CONTENT_TYPE, OPEN_METRICS)], text).into_response())
}
