//! `GET /api/ws`: who may open a socket, and how its frames are encoded.

use super::socket::{Peer, run};
use crate::{
    app::SharedApp,
    http::{cookie, error::ApiError, origin},
    session::Session,
};
use axum::{
    extract::{State, WebSocketUpgrade, ws::rejection::WebSocketUpgradeRejection},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use postern_shared::{
    error::{ErrorCode, Failure},
    wire::{Codec, MAX_CLIENT_FRAME},
};

/// Bytes of a socket's read buffer; frames may be larger, one socket of many thousands is idle.
const READ_BUFFER: usize = 8 * 1024;

/// Bytes that are gathered before they are written.
const WRITE_BUFFER: usize = 8 * 1024;

/// Bytes that may wait to be written: more than the largest frame.
const MAX_WRITE_BUFFER: usize = 16 * 1024 * 1024;

/// Opens a socket for a signed-in browser.
pub async fn upgrade(
    State(app): State<SharedApp>,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, ApiError> {
    origin::check(&app, &headers)?;
    let session = session(&app, &headers).await?;
    let account = app.account(&session)?;
    let upgrade = upgrade.map_err(|rejection| bad_request(rejection.body_text()))?;
    let (codec, upgrade) = negotiate(upgrade)?;
    let peer = Peer { codec, session, account };
    Ok(upgrade.on_upgrade(move |socket| app.tasks.clone().track_future(run(app, socket, peer))))
}

/// The codec of the subprotocol both sides know, and the upgrade with its limits set.
fn negotiate(upgrade: WebSocketUpgrade) -> Result<(Codec, WebSocketUpgrade), ApiError> {
    let upgrade = upgrade
        .protocols(Codec::ALL.map(Codec::subprotocol))
        .read_buffer_size(READ_BUFFER)
        .write_buffer_size(WRITE_BUFFER)
        .max_write_buffer_size(MAX_WRITE_BUFFER)
        .max_frame_size(MAX_CLIENT_FRAME)
        .max_message_size(MAX_CLIENT_FRAME);
    let chosen = upgrade.selected_protocol().and_then(|name| name.to_str().ok());
    let codec = chosen.and_then(Codec::from_subprotocol).ok_or_else(|| {
        let offered = Codec::ALL.map(Codec::subprotocol).join(", ");
        bad_request(format!("the subprotocol has to be one of {offered}"))
    })?;
    Ok((codec, upgrade))
}

async fn session(app: &SharedApp, headers: &HeaderMap) -> Result<Session, ApiError> {
    let forbidden = || ApiError::with_status(StatusCode::FORBIDDEN, Failure::new(ErrorCode::NotSignedIn, ""));
    let token = cookie::token(headers, app.config.is_https()).ok_or_else(forbidden)?;
    app.sessions.open(&token).await?.ok_or_else(forbidden)
}

fn bad_request(detail: String) -> ApiError {
    ApiError::with_status(StatusCode::BAD_REQUEST, Failure::new(ErrorCode::BadInput, detail))
}
