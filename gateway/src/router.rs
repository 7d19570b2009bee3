//! Every route.

use crate::{
    app::SharedApp,
    http::{
        app_page, headers, images, link,
        message::{archive, attached, body, part, picture, preview, print, remote, source},
        origin, probe, probes, request_log, session,
        writing::{contacts, files},
    },
    ws::upgrade,
};
use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::StatusCode,
    middleware::{from_fn, from_fn_with_state},
    routing::{any, get, post},
};
use std::time::Duration;
use tower_http::timeout::TimeoutLayer;

/// The largest request body, in bytes.
const MAX_BODY: usize = 64 * 1024;

/// How long an answer may take to begin: longer than connecting to a slow mail server.
const ANSWER: Duration = Duration::from_secs(90);

/// The whole gateway.
pub fn router(app: SharedApp) -> Router {
    Router::new()
        .nest("/api", api(&app))
        .route("/healthz", get(probes::healthy))
        .route("/readyz", get(probes::ready))
        .route("/metrics", get(probes::metrics))
        .fallback(app_page::show)
        .layer(TimeoutLayer::with_status_code(StatusCode::GATEWAY_TIMEOUT, ANSWER))
        .layer(from_fn_with_state(app.clone(), headers::add))
        .layer(from_fn(request_log::log))
        .with_state(app)
}

fn api(app: &SharedApp) -> Router<SharedApp> {
    Router::new()
        .route("/session", get(session::show).post(session::create).delete(session::delete))
        .route("/servers", get(session::servers))
        .route("/probe", post(probe::probe))
        .route("/ws", get(upgrade::upgrade))
        .nest("/accounts/{account}/messages/{folder}/{validity}/{uid}", message())
        .merge(writing())
        .route("/pictures/{ticket}", get(picture::show))
        .route("/previews/{ticket}", get(preview::pdf))
        .route("/images/{ticket}", get(images::show))
        .route("/link/{ticket}", get(link::show))
        .fallback(any(async || StatusCode::NOT_FOUND))
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(from_fn_with_state(app.clone(), origin::guard))
}

/// Bodies are larger here than elsewhere.
fn writing() -> Router<SharedApp> {
    let file = get(files::show).put(files::begin).patch(files::append);
    let contacts = get(contacts::export).post(contacts::import);
    Router::new()
        .route("/accounts/{account}/drafts/{draft}/files/{file}", file)
        .layer(DefaultBodyLimit::max(files::PIECE))
        .route("/accounts/{account}/contacts", contacts.layer(DefaultBodyLimit::max(contacts::LARGEST)))
}

fn message() -> Router<SharedApp> {
    Router::new()
        .route("/body", get(body::show))
        .route("/attached/{part}", get(attached::show))
        .route("/remote", get(remote::show))
        .route("/parts/{part}", get(part::save))
        .route("/parts/{part}/preview", get(preview::show))
        .route("/attachments.zip", get(archive::show))
        .route("/source", get(source::source))
        .route("/headers", get(source::headers))
        .route("/fields", get(source::fields))
        .route("/print", get(print::show))
}
