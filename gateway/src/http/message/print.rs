//! `…/print`: the message as it goes onto paper.
//!
//! A document without scripts cannot open the browser's print dialog, and a frame of an opaque origin cannot be told to
//! from outside. So the app loads this page into a hidden frame and prints that: the page may have our origin, and show
//! the dialog, and still runs no script. Opened in a tab, to be printed from there, it is as isolated as the body.

use super::{
    Message,
    body::{self, Look},
};
use crate::{
    app::SharedApp,
    http::error::ApiError,
    mime::{detail::detail, page::Theme, print::printable},
};
use axum::{
    extract::{Query, State},
    http::{HeaderValue, header},
    response::{Html, IntoResponse, Response},
};
use serde::Deserialize;

/// In the app's hidden frame. No script: `default-src` and the sandbox forbid it, each alone.
const IN_FRAME: HeaderValue = HeaderValue::from_static(
    "sandbox allow-same-origin allow-modals; default-src 'none'; img-src 'self' data:; \
     style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'",
);

/// In a tab.
const IN_TAB: HeaderValue = HeaderValue::from_static(
    "sandbox; default-src 'none'; img-src 'self' data:; \
     style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
);

/// How the page is to be made.
#[derive(Deserialize)]
pub struct Paper {
    /// How many minutes the reader's clock was ahead of UTC when the message was sent.
    #[serde(default)]
    zone: i32,
    /// `1`: for the app's hidden frame.
    #[serde(default)]
    frame: u8,
}

/// The page to print.
///
/// # Errors
/// The message cannot be had; the app says so.
pub async fn show(
    State(app): State<SharedApp>,
    message: Message,
    Query(paper): Query<Paper>,
) -> Result<Response, ApiError> {
    let structure = message.account.structure(message.key.clone()).await?;
    let look = Look { theme: Theme::Light, ..Look::default() };
    let page = body::render_body(&app, &message, look, true).await?.html;
    let page = printable(&page, &detail(message.key, &structure), paper.zone);
    let headers = [
        (header::CONTENT_SECURITY_POLICY, if paper.frame == 1 { IN_FRAME } else { IN_TAB }),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, no-store")),
    ];
    Ok((headers, Html(page)).into_response())
}
