//! How failures become answers: each code has one status, and every failed answer of the API has the same JSON body.

use crate::{accounts::login::ConnectError, session::SessionError, store::StoreError};
use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use postern_shared::{
    error::{ErrorCode, Failure},
    session::HttpFailure,
};
use std::time::Duration;

/// A failed answer.
#[derive(Debug)]
pub struct ApiError {
    status: StatusCode,
    failure: Failure,
    retry_after: Option<u32>,
}

impl ApiError {
    /// Nobody is signed in.
    pub fn not_signed_in() -> Self {
        Failure::new(ErrorCode::NotSignedIn, "").into()
    }

    /// Too many tries; the next one may come after `wait`.
    pub fn rate_limited(wait: Duration) -> Self {
        let seconds = u32::try_from(wait.as_secs()).unwrap_or(u32::MAX).saturating_add(1);
        let failure = Failure::new(ErrorCode::RateLimited, "");
        Self { retry_after: Some(seconds), ..failure.into() }
    }

    /// A failure with another status than its code's.
    pub fn with_status(status: StatusCode, failure: Failure) -> Self {
        Self { status, failure, retry_after: None }
    }

    /// What failed.
    pub fn code(&self) -> ErrorCode {
        self.failure.code
    }

    /// The status, and what failed.
    pub fn into_parts(self) -> (StatusCode, Failure) {
        (self.status, self.failure)
    }

    /// The gateway's own fault: the log has the reason, the browser does not.
    fn internal(error: &dyn std::error::Error) -> Self {
        tracing::error!(%error, "a request failed");
        Failure::new(ErrorCode::Internal, "").into()
    }
}

impl From<Failure> for ApiError {
    fn from(failure: Failure) -> Self {
        Self::with_status(status(failure.code), failure)
    }
}

impl From<ConnectError> for ApiError {
    fn from(error: ConnectError) -> Self {
        let failure = Failure::from(&error);
        match error {
            ConnectError::Timeout => Self::with_status(StatusCode::GATEWAY_TIMEOUT, failure),
            _ => failure.into(),
        }
    }
}

impl From<SessionError> for ApiError {
    fn from(error: SessionError) -> Self {
        Self::internal(&error)
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        Self::internal(&error)
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let body = Json(HttpFailure { failure: self.failure, retry_after: self.retry_after });
        let mut response = (self.status, [(header::CACHE_CONTROL, "no-store")], body).into_response();
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

fn status(code: ErrorCode) -> StatusCode {
    match code {
        ErrorCode::WrongPassword | ErrorCode::NotSignedIn => StatusCode::UNAUTHORIZED,
        ErrorCode::InsecureForbidden | ErrorCode::Forbidden => StatusCode::FORBIDDEN,
        ErrorCode::NoSuchFolder
        | ErrorCode::NoSuchMessage
        | ErrorCode::NoSuchView
        | ErrorCode::NoSuchDraft
        | ErrorCode::NoSuchPlan => StatusCode::NOT_FOUND,
        ErrorCode::FolderExists
        | ErrorCode::FolderChanged
        | ErrorCode::DraftChanged
        | ErrorCode::CannotUndo
        | ErrorCode::Cancelled
        | ErrorCode::Refused
        | ErrorCode::OverQuota
        | ErrorCode::MailboxInUse => StatusCode::CONFLICT,
        ErrorCode::DiskFull => StatusCode::INSUFFICIENT_STORAGE,
        ErrorCode::NoServer | ErrorCode::BadQuery | ErrorCode::BadInput => StatusCode::UNPROCESSABLE_ENTITY,
        ErrorCode::RateLimited => StatusCode::TOO_MANY_REQUESTS,
        ErrorCode::Unsupported => StatusCode::NOT_IMPLEMENTED,
        ErrorCode::ServerUnreachable
        | ErrorCode::ServerBroken
        | ErrorCode::BadCertificate
        | ErrorCode::TlsUnavailable
        | ErrorCode::ServerUnavailable
        | ErrorCode::Protocol => StatusCode::BAD_GATEWAY,
        ErrorCode::Offline => StatusCode::SERVICE_UNAVAILABLE,
        ErrorCode::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}
