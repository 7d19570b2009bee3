//! One message over HTTP: its body in a document of its own, its attachments, its source.

pub mod archive;
pub mod attached;
pub mod body;
pub mod content;
mod disposition;
mod flow;
pub mod part;
pub mod picture;
mod piece;
pub mod preview;
pub mod print;
mod range;
pub mod remote;
pub mod source;
mod texts;

use super::{cookie, error::ApiError};
use crate::{
    accounts::handle::AccountHandle,
    app::SharedApp,
    session::{Session, Token},
};
use axum::{
    extract::{FromRequestParts, Path},
    http::{HeaderName, HeaderValue, header, request::Parts},
};
use postern_shared::{
    error::{ErrorCode, Failure},
    ids::{AccountId, FolderId, MessageKey, Uid, UidValidity},
};
use serde::Deserialize;

/// A message of the signed-in user's, as `/accounts/{account}/messages/{folder}/{validity}/{uid}` names it.
pub struct Message {
    /// Which message.
    pub key: MessageKey,
    /// Whose it is.
    pub id: AccountId,
    /// The account that has it.
    pub account: AccountHandle,
    /// The session's cookie.
    token: Token,
}

/// The segments of the path, decoded.
#[derive(Deserialize)]
struct Segments {
    account: AccountId,
    folder: FolderId,
    validity: UidValidity,
    uid: Uid,
}

impl FromRequestParts<SharedApp> for Message {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &SharedApp) -> Result<Self, ApiError> {
        let token =
            cookie::token(&parts.headers, app.config.is_https()).ok_or_else(ApiError::not_signed_in)?;
        let session = open(app, &token).await?;
        let Path(segments) = Path::<Segments>::from_request_parts(parts, app)
            .await
            .map_err(|_| Failure::new(ErrorCode::BadInput, "the address does not name a message"))?;
        let Segments { account, folder, validity, uid } = segments;
        if account != session.account {
            return Err(Failure::new(ErrorCode::Forbidden, "the session is another account's").into());
        }
        let key = MessageKey { folder, validity, uid };
        Ok(Self { key, id: account, account: app.account(&session)?, token })
    }
}

async fn open(app: &SharedApp, token: &Token) -> Result<Session, ApiError> {
    app.sessions.open(token).await?.ok_or_else(ApiError::not_signed_in)
}

/// The headers of something that came with a mail: nothing in it runs, nothing of it is kept or guessed at.
fn isolated(media_type: HeaderValue, disposition: HeaderValue) -> [(HeaderName, HeaderValue); 4] {
    [
        (header::CONTENT_TYPE, media_type),
        (header::CONTENT_DISPOSITION, disposition),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, no-store")),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox; default-src 'none'")),
    ]
}
