//! `…/drafts/{draft}/files/{file}`: a file of a draft, uploaded in pieces. An upload that stopped goes on where it was.

use super::{odd_path, own};
use crate::{
    app::SharedApp,
    http::{error::ApiError, session::SignedIn},
    mime::raster::sniff,
    store::writing::FileError,
};
use axum::{
    Json,
    body::{Body, Bytes},
    extract::{
        Path, State,
        rejection::{JsonRejection, PathRejection},
    },
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use image::ImageFormat;
use postern_shared::{
    error::{ErrorCode, Failure},
    ids::{AccountId, DraftId, FileId},
    writing::DraftFile,
};
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncReadExt, AsyncSeekExt};
use tokio_util::io::ReaderStream;

/// The most bytes of one piece.
pub const PIECE: usize = 1024 * 1024;

/// Where a piece begins, or the next one has to.
const UPLOAD_OFFSET: HeaderName = HeaderName::from_static("upload-offset");

/// The segments of the path.
#[derive(Deserialize)]
pub struct Segments {
    account: AccountId,
    draft: DraftId,
    file: FileId,
}

/// How much of a file is there.
#[derive(Serialize)]
pub struct Offset {
    offset: u64,
}

type NamedFile = Result<Path<Segments>, PathRejection>;

/// `PUT`: begins a file, or tells where its upload stopped.
pub async fn begin(
    State(app): State<SharedApp>,
    session: SignedIn,
    path: NamedFile,
    described: Result<Json<DraftFile>, JsonRejection>,
) -> Result<Json<Offset>, ApiError> {
    let Segments { account, draft, file } = odd_path(path)?;
    let account = own(session, account)?;
    let odd = |_| Failure::new(ErrorCode::BadInput, "the request does not describe a file");
    let Json(described) = described.map_err(odd)?;
    let offset = app.draft_files.begin(&account, draft, file, &described).await.map_err(failed)?;
    Ok(Json(Offset { offset }))
}

/// `PATCH`: the next piece.
pub async fn append(
    State(app): State<SharedApp>,
    session: SignedIn,
    path: NamedFile,
    headers: HeaderMap,
    piece: Bytes,
) -> Result<Response, ApiError> {
    let Segments { account, draft, file } = odd_path(path)?;
    let account = own(session, account)?;
    let offset = headers.get(UPLOAD_OFFSET).and_then(|offset| offset.to_str().ok()?.parse().ok());
    let offset = offset.ok_or_else(|| Failure::new(ErrorCode::BadInput, "Upload-Offset is missing"))?;
    match app.draft_files.append(&account, draft, file, offset, piece).await {
        Ok(offset) => Ok((StatusCode::NO_CONTENT, told(offset)).into_response()),
        Err(FileError::WrongOffset(offset)) => Ok((StatusCode::CONFLICT, told(offset)).into_response()),
        Err(error) => Err(failed(error)),
    }
}

/// `GET`: the content. Only what begins like a picture is shown as one.
pub async fn show(
    State(app): State<SharedApp>,
    session: SignedIn,
    path: NamedFile,
) -> Result<impl IntoResponse, ApiError> {
    let Segments { account, draft, file } = odd_path(path)?;
    let account = own(session, account)?;
    let mut content = app.draft_files.read(&account, draft, file).await.map_err(failed)?;
    let broken = |error: std::io::Error| failed(error.into());
    let length = content.metadata().await.map_err(broken)?.len();
    let mut beginning = Vec::new();
    (&mut content).take(16).read_to_end(&mut beginning).await.map_err(broken)?;
    content.rewind().await.map_err(broken)?;
    let picture = picture(&beginning);
    let disposition = if picture.is_some() { "inline" } else { "attachment" };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(picture.unwrap_or("application/octet-stream"))),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static(disposition)),
        (header::CONTENT_LENGTH, HeaderValue::from(length)),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, no-store")),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox; default-src 'none'")),
    ];
    Ok((headers, Body::from_stream(ReaderStream::new(content))))
}

/// The type of a picture that begins so, if it is one that mail carries.
fn picture(beginning: &[u8]) -> Option<&'static str> {
    use ImageFormat::{Gif, Jpeg, Png, WebP};
    let format = sniff(beginning).filter(|format| matches!(format, Png | Jpeg | Gif | WebP));
    format.map(|format| format.to_mime_type())
}

fn told(offset: u64) -> [(HeaderName, HeaderValue); 1] {
    [(UPLOAD_OFFSET, HeaderValue::from(offset))]
}

fn failed(error: FileError) -> ApiError {
    match error {
        FileError::NoSuchFile => {
            let failure = Failure::new(ErrorCode::NoSuchDraft, "the draft has no such file");
            ApiError::with_status(StatusCode::NOT_FOUND, failure)
        }
        FileError::TooMuch | FileError::WrongOffset(_) => {
            let failure = Failure::new(ErrorCode::BadInput, error.to_string());
            ApiError::with_status(StatusCode::PAYLOAD_TOO_LARGE, failure)
        }
        FileError::Store(error) => error.into(),
    }
}
