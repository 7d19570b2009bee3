//! `…/contacts`: the account's contacts as one file, out and in.

use super::{odd_path, own};
use crate::{
    app::SharedApp,
    http::{error::ApiError, session::SignedIn},
};
use axum::{
    Json,
    body::Bytes,
    extract::{Path, State, rejection::PathRejection},
    http::{HeaderValue, header},
    response::IntoResponse,
};
use postern_shared::ids::AccountId;
use serde::Serialize;

/// The largest file that is imported, in bytes.
pub const LARGEST: usize = 8 * 1024 * 1024;

/// What an import came to.
#[derive(Serialize)]
pub struct Count {
    count: u32,
}

/// `GET`: all of them as vCards (RFC 6350).
pub async fn export(
    State(app): State<SharedApp>,
    session: SignedIn,
    path: Result<Path<AccountId>, PathRejection>,
) -> Result<impl IntoResponse, ApiError> {
    let account = own(session, odd_path(path)?)?;
    let cards = app.store.export_contacts(&account).await?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/vcard; charset=utf-8")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"contacts.vcf\"")),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, no-store")),
    ];
    Ok((headers, cards))
}

/// `POST`: takes in the vCards of a file.
pub async fn import(
    State(app): State<SharedApp>,
    session: SignedIn,
    path: Result<Path<AccountId>, PathRejection>,
    file: Bytes,
) -> Result<Json<Count>, ApiError> {
    let account = own(session, odd_path(path)?)?;
    let imported = app.store.import_contacts(&account, &file).await?;
    Ok(Json(Count { count: imported.kept }))
}
