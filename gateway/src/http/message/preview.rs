//! `…/parts/{part}/preview`: an attachment to be looked at. What comes is of a few types, and none of them is the
//! mail's own document: images are made anew, text is data for the app to show, sound and film go to the browser's
//! player.
//!
//! A PDF goes to the browser's own viewer, which is a program apart: it runs neither in this origin nor with its
//! cookies. Chromium's does not open in a frame that its page sandboxes, so the PDF has an address of its own,
//! `/api/previews/{ticket}`, that needs no cookie, can be nothing but a PDF, and sandboxes itself.

use super::{Message, content::Content, disposition, isolated, open, part, part::PartSegment, piece};
use crate::{
    accounts::handle::Piece,
    app::SharedApp,
    http::error::ApiError,
    imap::charset,
    mime::{
        file_kind::shown_as,
        raster::{Limits, RasterError, reencode},
        select::Download,
    },
    session::Ticket,
};
use axum::{
    Json,
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use postern_shared::{
    body::{Preview, TextPreview},
    error::{ErrorCode, Failure},
};
use tokio::sync::Semaphore;

/// How much of a text is shown, in bytes.
const TEXT: usize = 1024 * 1024;
/// The largest image that is shown, in bytes as it is transferred.
const IMAGE: u64 = 48 * 1024 * 1024;
/// Images that are made anew at once, in the whole gateway: a large one takes 200 MB.
static IMAGES: Semaphore = Semaphore::const_new(2);

/// A PDF loads nothing, and nobody else shows it. Chromium and Firefox open their viewers under this policy; in a frame
/// with a `sandbox` attribute Chromium does not.
const PDF_POLICY: HeaderValue =
    HeaderValue::from_static("sandbox; default-src 'none'; frame-ancestors 'self'");

const NO_STORE: HeaderValue = HeaderValue::from_static("private, no-store");

/// The attachment, if it is of a kind that is shown.
pub async fn show(
    State(app): State<SharedApp>,
    message: Message,
    Path(segment): Path<PartSegment>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let download = part::find(&message.account, &message.key, &segment.part).await?;
    match download.attachment.preview {
        // A mail has addresses of its own: `attached/{part}`, `body?part=`.
        None | Some(Preview::Message) => Err(not_shown()),
        Some(Preview::Image) => image(&message, &download).await,
        Some(Preview::Text) => text(&message, &download).await,
        Some(Preview::Pdf) => {
            let ticket = app.sessions.ticket(&message.token, &message.key, &segment.part);
            let ticket = ticket.ok_or_else(|| Failure::new(ErrorCode::Internal, ""))?;
            let location = Redirect::to(&format!("/api/previews/{ticket}"));
            Ok(([(header::CACHE_CONTROL, NO_STORE)], location).into_response())
        }
        Some(Preview::Audio | Preview::Video) => {
            let kind = HeaderValue::from_static(media_type(&download));
            let headed = isolated(kind, disposition::inline(&download.attachment.name));
            Content::of(message, download).respond(&app.tracks, &method, &headers, headed).await
        }
    }
}

/// The PDF that a ticket opens.
pub async fn pdf(
    State(app): State<SharedApp>,
    Path(ticket): Path<String>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let Ticket { token, key, part } = app.sessions.redeem(&ticket).ok_or_else(ApiError::not_signed_in)?;
    let session = open(&app, &token).await?;
    let account = app.account(&session)?;
    let download = part::find(&account, &key, &part).await?;
    if download.attachment.preview != Some(Preview::Pdf) {
        return Err(not_shown());
    }
    let headed = [
        (header::CONTENT_TYPE, HeaderValue::from_static(media_type(&download))),
        (header::CONTENT_DISPOSITION, disposition::inline(&download.attachment.name)),
        (header::CACHE_CONTROL, NO_STORE),
        (header::CONTENT_SECURITY_POLICY, PDF_POLICY),
    ];
    let content = Content { id: session.account, account, key, download };
    content.respond(&app.tracks, &method, &headers, headed).await
}

fn media_type(download: &Download) -> &'static str {
    shown_as(&download.attachment.media_type, &download.attachment.name)
}

async fn image(message: &Message, download: &Download) -> Result<Response, ApiError> {
    let (data, cut) = gather(message, download, IMAGE).await?;
    if cut {
        return Err(unreadable("the image is too large to be shown"));
    }
    let _turn = IMAGES.acquire().await.map_err(|_| Failure::new(ErrorCode::Internal, ""))?;
    let encoding = download.encoding;
    let made = tokio::task::spawn_blocking(move || reencode(&encoding.decode(&data), &Limits::default()));
    let raster = match made.await {
        Ok(Ok(raster)) => raster,
        Ok(Err(RasterError::TooLarge)) => return Err(unreadable("the image is too large to be shown")),
        // A decoder that panics met an image that cannot be read.
        Ok(Err(RasterError::NotRaster | RasterError::Broken(_))) | Err(_) => {
            return Err(unreadable("the image cannot be read"));
        }
    };
    let name = disposition::inline(&download.attachment.name);
    Ok((isolated(HeaderValue::from_static(raster.media_type), name), raster.bytes).into_response())
}

async fn text(message: &Message, download: &Download) -> Result<Response, ApiError> {
    // Quoted-printable takes three bytes for one at most.
    let (data, cut) = gather(message, download, TEXT as u64 * 3).await?;
    let mut data = download.encoding.decode(&data);
    let cut = cut || data.len() > TEXT;
    data.truncate(TEXT);
    let mut text = charset::decode(&data, download.charset.as_deref()).into_owned();
    if cut {
        // The last character may have been cut through.
        text.truncate(text.trim_end_matches('\u{fffd}').len());
    }
    Ok(([(header::CACHE_CONTROL, NO_STORE)], Json(TextPreview { text, cut })).into_response())
}

/// The beginning of a part as it is transferred, and whether there is more.
async fn gather(message: &Message, download: &Download, limit: u64) -> Result<(Vec<u8>, bool), Failure> {
    let wanted = Piece::Part(download.attachment.part.clone());
    let gathered = piece::gather(&message.account, &message.key, wanted, limit).await?;
    Ok((gathered.data, !gathered.complete))
}

fn not_shown() -> ApiError {
    let failure = Failure::new(ErrorCode::BadInput, "an attachment of this kind is not shown");
    ApiError::with_status(StatusCode::UNSUPPORTED_MEDIA_TYPE, failure)
}

fn unreadable(why: &str) -> ApiError {
    ApiError::with_status(StatusCode::UNPROCESSABLE_ENTITY, Failure::new(ErrorCode::BadInput, why))
}
