//! What mail servers an address has and how far away they are: `POST /api/probe`.

use super::{client::Client, cookie, error::ApiError};
use crate::{
    app::SharedApp,
    discovery::{self, Question},
    session::{Credential, is_address},
};
use axum::{
    Json,
    extract::{State, rejection::JsonRejection},
    http::{HeaderMap, StatusCode, header},
    response::IntoResponse,
};
use postern_shared::{
    account::AccountKind,
    error::{ErrorCode, Failure},
    ids::AccountId,
    probe::{Probe, ProbeRequest},
    session::SignIn,
};
use std::time::Instant;

/// `POST /api/probe`. A wrong password counts as one of a sign-in.
pub async fn probe(
    State(app): State<SharedApp>,
    client: Client,
    headers: HeaderMap,
    body: Result<Json<ProbeRequest>, JsonRejection>,
) -> Result<impl IntoResponse, ApiError> {
    let Json(body) = body.map_err(unreadable)?;
    app.probe_limit.begin(client.address, Instant::now()).map_err(ApiError::rate_limited)?;
    let (question, account) = question(&app, client, &headers, body).await?;
    let found = match account {
        Some(account) => {
            app.sign_in_limit
                .begin(&account, client.address, Instant::now())
                .map_err(ApiError::rate_limited)?;
            let found = look(&app, &question).await;
            let is_wrong =
                found.as_ref().is_err_and(|failure: &Failure| failure.code == ErrorCode::WrongPassword);
            if !is_wrong {
                app.sign_in_limit.succeeded(&account, client.address);
            }
            found
        }
        None => look(&app, &question).await,
    }?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(found)))
}

async fn look(app: &SharedApp, question: &Question) -> Result<Probe, Failure> {
    Box::pin(discovery::probe(&app.config, app.network.as_ref(), question)).await
}

/// What is asked, and the account whose password would be tried.
pub(super) async fn question(
    app: &SharedApp,
    client: Client,
    headers: &HeaderMap,
    body: ProbeRequest,
) -> Result<(Question, Option<AccountId>), ApiError> {
    let credential = match body.password.filter(|password| !password.is_empty()) {
        Some(password) => {
            let address = match body.address {
                Some(address) => address,
                None => {
                    session(app, headers).await?.ok_or_else(ApiError::not_signed_in)?.address().to_owned()
                }
            };
            Credential::new(SignIn {
                address,
                password,
                stay: false,
                kind: AccountKind::Imap,
                incoming: body.incoming,
                outgoing: None,
            })?
        }
        None => match (session(app, headers).await?, body.address) {
            // The session's password is for the session's server: nothing in a request leads it elsewhere.
            (Some(own), address)
                if address.as_ref().is_none_or(|address| address.trim() == own.address())
                    && body.incoming.as_ref().is_none_or(|incoming| Some(incoming) == own.incoming()) =>
            {
                own
            }
            (session, address) => {
                let address = address.or_else(|| session.map(|own| own.address().to_owned()));
                let address = address.ok_or_else(ApiError::not_signed_in)?.trim().to_owned();
                if !is_address(&address) {
                    return Err(Failure::new(ErrorCode::BadInput, "the mail address is not one").into());
                }
                let question = Question { address, password: None, incoming: body.incoming, client: None };
                return Ok((question, None));
            }
        },
    };
    let account = match credential.login(&app.config, None) {
        Ok(login) => login.account,
        Err(_) => AccountId(credential.address().to_lowercase()),
    };
    let question = Question {
        address: credential.address().to_owned(),
        password: Some(credential.password().clone()),
        incoming: credential.incoming().cloned(),
        client: Some(client.address),
    };
    Ok((question, Some(account)))
}

/// The credential of the request's session, if it has one.
async fn session(app: &SharedApp, headers: &HeaderMap) -> Result<Option<Credential>, ApiError> {
    match cookie::token(headers, app.config.is_https()) {
        Some(token) => Ok(app.sessions.open(&token).await?.map(|session| session.credential)),
        None => Ok(None),
    }
}

/// The rejection's own text may quote the body, and with it the password.
fn unreadable(rejection: JsonRejection) -> ApiError {
    let status = match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => StatusCode::PAYLOAD_TOO_LARGE,
        StatusCode::UNSUPPORTED_MEDIA_TYPE => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    ApiError::with_status(status, Failure::new(ErrorCode::BadInput, "the request is not a probe"))
}
