//! `…/body`: what the frame "Message body" shows.

use super::{Message, piece};
use crate::{
    accounts::handle::{Piece, Structure},
    app::SharedApp,
    http::{error::ApiError, images, link},
    mime::{
        detail::detail,
        page::{FETCH_LIMIT, FetchedPart, PageOptions, Rendered, Theme, render},
        select::BodyPlan,
    },
};
use axum::{
    extract::{Query, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use postern_shared::error::{ErrorCode, Failure};
use serde::Deserialize;
use std::collections::HashMap;

/// No script, no remote load, no form, no way up; pictures of the mail itself, styles the sanitiser let through.
const POLICY: HeaderValue = HeaderValue::from_static(
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; img-src 'self' data:; \
     style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'",
);

/// Where a browser wants to show what it asks for.
const DESTINATION: &str = "sec-fetch-dest";

/// How the body is to look.
#[derive(Deserialize)]
pub struct Look {
    #[serde(default)]
    theme: Theme,
    #[serde(default)]
    pub(super) images: Wanted,
}

/// Whether the reader wants remote images: `1` in the address.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub enum Wanted {
    /// Only where the sender is trusted.
    #[default]
    #[serde(rename = "0")]
    IfTrusted,
    /// Whoever sent them.
    #[serde(rename = "1")]
    Yes,
}

/// The body as an isolated document. A failure is a document too: a frame cannot show anything else.
pub async fn show(
    State(app): State<SharedApp>,
    message: Result<Message, ApiError>,
    Query(look): Query<Look>,
    headers: HeaderMap,
) -> Response {
    // The app's region Remote content says what a frame leaves out; a tab has nothing around it.
    let alone = headers.get(DESTINATION).is_none_or(|destination| destination != "iframe");
    let document = async { Ok::<_, ApiError>(render_body(&app, &message?, look, alone).await?.html) };
    let (status, page) = match document.await {
        Ok(page) => (StatusCode::OK, page),
        Err(error) => {
            let (status, failure) = error.into_parts();
            (status, failed(&failure))
        }
    };
    let headers = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, no-store")),
    ];
    (status, headers, Html(page)).into_response()
}

/// The body, as far as it can be fetched. What it would load from elsewhere is kept for the app to ask.
pub(super) async fn render_body(
    app: &SharedApp,
    message: &Message,
    look: Look,
    alone: bool,
) -> Result<Rendered, ApiError> {
    let Look { theme, images: wanted } = look;
    let structure = message.account.structure(message.key.clone()).await?;
    let plan = BodyPlan::of(structure.structure.as_ref());
    let parts = fetch(message, &plan).await?;
    let pictures: HashMap<String, String> = plan
        .pictures
        .iter()
        .filter_map(|picture| Some((picture.part.clone(), message.picture_url(app, &picture.part)?)))
        .collect();
    let wants_images = wanted == Wanted::Yes || is_trusted(app, message, &structure).await;
    let images = if wants_images { images::proxy(app, &message.token) } else { None };
    let links = link::links(app, &message.token);
    let rendered = tokio::task::spawn_blocking(move || {
        let picture_url = |part: &str| pictures.get(part).cloned();
        render(&plan, &parts, PageOptions { theme, picture_url: &picture_url, images, links, alone })
    });
    let rendered =
        rendered.await.map_err(|_| Failure::new(ErrorCode::Internal, "the body could not be rendered"))?;
    app.remote.keep(message, wanted, rendered.remote.clone());
    Ok(rendered)
}

/// Whether the reader trusts everybody that the message says it is from.
async fn is_trusted(app: &SharedApp, message: &Message, structure: &Structure) -> bool {
    let from = detail(message.key.clone(), structure).from;
    let senders: Vec<String> = from.into_iter().map(|sender| sender.email).collect();
    app.store.trusts(&message.of, &senders).await.unwrap_or_else(|error| {
        tracing::error!(%error, "trusted senders cannot be read");
        false
    })
}

/// The parts of the body, up to the limit for all of them together.
async fn fetch(message: &Message, plan: &BodyPlan) -> Result<Vec<FetchedPart>, Failure> {
    let mut left = FETCH_LIMIT;
    let mut fetched = Vec::with_capacity(plan.body.len());
    for part in &plan.body {
        let wanted = if part.part.is_empty() { Piece::Source } else { Piece::Part(part.part.clone()) };
        let gathered = piece::gather(&message.account, &message.key, wanted, left).await?;
        left = left.saturating_sub(gathered.data.len() as u64);
        fetched.push(FetchedPart {
            part: part.part.clone(),
            data: gathered.data,
            complete: gathered.complete,
        });
    }
    Ok(fetched)
}

/// What a person sees in the body's place.
fn failed(failure: &Failure) -> String {
    let what = match failure.code {
        ErrorCode::NoSuchMessage | ErrorCode::FolderChanged => "This message is no longer in its folder.",
        ErrorCode::Offline => "The mail server cannot be reached at the moment. Postern keeps trying.",
        ErrorCode::NotSignedIn => "You are signed out. Sign in again to read this message.",
        _ => "The mail server did not give this message's text.",
    };
    let detail = ammonia::clean_text(&failure.detail);
    format!(
        "<!DOCTYPE html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"color-scheme\" content=\"light dark\">\
         <title>Message body</title><style>body{{font:1rem system-ui,sans-serif}}</style>\
         <p>{what}</p><p>Nothing was changed. Open the message again to try once more.</p><p>{detail}</p></html>"
    )
}
