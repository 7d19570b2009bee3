//! Signing in and out: `/api/session` and `/api/servers`.

use super::{client::Client, cookie, error::ApiError};
use crate::{
    app::SharedApp,
    session::{Credential, Session, Token},
};
use axum::{
    Json,
    extract::{FromRequestParts, State, rejection::JsonRejection},
    http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts},
    response::{AppendHeaders, IntoResponse},
};
use postern_shared::{
    error::{ErrorCode, Failure},
    session::{SessionInfo, SignIn, SignInOptions},
};
use std::time::Instant;

/// The session of a request; without one the answer is 401.
pub struct SignedIn(pub Session);

impl FromRequestParts<SharedApp> for SignedIn {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &SharedApp) -> Result<Self, ApiError> {
        let token =
            cookie::token(&parts.headers, app.config.is_https()).ok_or_else(ApiError::not_signed_in)?;
        app.sessions.open(&token).await?.map(Self).ok_or_else(ApiError::not_signed_in)
    }
}

/// `GET /api/servers`.
pub async fn servers(State(app): State<SharedApp>) -> Json<SignInOptions> {
    Json(app.config.sign_in_options())
}

/// `GET /api/session`.
pub async fn show(SignedIn(session): SignedIn) -> impl IntoResponse {
    ([(header::CACHE_CONTROL, "no-store")], Json(info(&session.account)))
}

/// `POST /api/session`.
pub async fn create(
    State(app): State<SharedApp>,
    client: Client,
    headers: HeaderMap,
    body: Result<Json<SignIn>, JsonRejection>,
) -> Result<impl IntoResponse, ApiError> {
    let outcome = sign_in(&app, client, &headers, body).await;
    app.metrics.sign_in(outcome.as_ref().map(|_| ()).map_err(ApiError::code));
    outcome
}

/// `DELETE /api/session`.
pub async fn delete(State(app): State<SharedApp>, headers: HeaderMap) -> Result<impl IntoResponse, ApiError> {
    if let Some(token) = cookie::token(&headers, app.config.is_https()) {
        end(&app, &token).await?;
    }
    let cleared = cookie::clear(app.config.is_https()).map_err(|_| internal())?;
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, cleared)]))
}

async fn sign_in(
    app: &SharedApp,
    client: Client,
    headers: &HeaderMap,
    body: Result<Json<SignIn>, JsonRejection>,
) -> Result<impl IntoResponse + use<>, ApiError> {
    let Json(body) = body.map_err(unreadable)?;
    let stay = body.stay;
    let credential = Credential::new(body)?;
    let login = credential.login(&app.config, Some(client.address))?;
    let account = login.account.clone();
    app.sign_in_limit.begin(&account, client.address, Instant::now()).map_err(ApiError::rate_limited)?;
    app.accounts.sign_in(login).await?;
    app.sign_in_limit.succeeded(&account, client.address);

    let token = app.sessions.create(&account, &credential, stay).await?;
    // The browser's former session ends after the new one is there, so that the account goes on if it is the same.
    if let Some(former) = cookie::token(headers, app.config.is_https()) {
        end(app, &former).await?;
    }
    tracing::info!(client = %client.address, "signed in");
    Ok((new_cookie(app, &token, stay)?, Json(info(&account))))
}

async fn end(app: &SharedApp, token: &Token) -> Result<(), ApiError> {
    if let Some(session) = app.sessions.open(token).await? {
        let others = app.sessions.end(token).await?;
        app.session_ended(&session, others);
    }
    Ok(())
}

fn new_cookie(
    app: &SharedApp,
    token: &Token,
    stay: bool,
) -> Result<AppendHeaders<[(header::HeaderName, HeaderValue); 2]>, ApiError> {
    let lifetime = stay.then(|| app.sessions.lifetime(stay));
    let cookie = cookie::set(token, lifetime, app.config.is_https()).map_err(|_| internal())?;
    Ok(AppendHeaders([
        (header::SET_COOKIE, cookie),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ]))
}

fn info(account: &postern_shared::ids::AccountId) -> SessionInfo {
    SessionInfo { accounts: vec![account.clone()] }
}

/// The rejection's own text may quote the body, and with it the password.
fn unreadable(rejection: JsonRejection) -> ApiError {
    let status = match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => StatusCode::PAYLOAD_TOO_LARGE,
        StatusCode::UNSUPPORTED_MEDIA_TYPE => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    ApiError::with_status(status, Failure::new(ErrorCode::BadInput, "the request is not a sign-in"))
}

fn internal() -> ApiError {
    Failure::new(ErrorCode::Internal, "").into()
}
