//! `…/body`: what the frame "Message body" shows.

use super::{Message, piece};
use crate::{
    accounts::handle::{Piece, Structure},
    app::SharedApp,
    http::{error::ApiError, images, link},
    layers::Layer,
    mime::{
        detail::detail,
        page::{FETCH_LIMIT, FetchedPart, PageOptions, Rendered, Theme, render},
        select::{BodyPlan, TextPart},
    },
};
use axum::{
    extract::{Query, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use futures::StreamExt;
use postern_shared::error::{ErrorCode, Failure};
use serde::Deserialize;
use std::collections::HashMap;

/// No script, no remote load, no form, no way up; pictures of the mail itself, styles the sanitiser let through.
const POLICY: HeaderValue = HeaderValue::from_static(
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; img-src 'self' data:; \
     style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'",
);

/// A policy that allows everything: without any, the answer would get the one for data.
const NO_POLICY: HeaderValue = HeaderValue::from_static("frame-ancestors 'self'");
/// Parts fetched at the same time.
const AT_ONCE: usize = 4;
/// Where a browser wants to show what it asks for.
const DESTINATION: &str = "sec-fetch-dest";

/// How the body is to look.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Look {
    #[serde(default)]
    pub(super) theme: Theme,
    /// The part specifier of an attached message, to show that one.
    #[serde(default)]
    pub(super) part: String,
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
        (header::CONTENT_SECURITY_POLICY, if Layer::Policy.is_on() { POLICY } else { NO_POLICY }),
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
    let structure = message.account.structure(message.key.clone()).await?;
    let plan = BodyPlan::of_message(&structure, &look.part)
        .ok_or_else(|| Failure::new(ErrorCode::NoSuchMessage, "the message has no such message in it"))?;
    // Whom an attached message is from, anybody may have made up.
    let trusted = look.part.is_empty() && is_trusted(app, message, &structure).await;
    let images = trusted || look.images == Wanted::Yes;
    let spare = plan.by_spare();
    let mut rendered = page(app, message, plan, Showing { theme: look.theme, images, alone }).await?;
    if let Some(spare) = spare.filter(|_| rendered.blank) {
        rendered = page(app, message, spare, Showing { theme: look.theme, images, alone }).await?;
    }
    app.remote.keep(message, look, rendered.remote.clone());
    Ok(rendered)
}

/// How a page is shown.
#[derive(Clone, Copy)]
struct Showing {
    theme: Theme,
    /// With remote images.
    images: bool,
    /// Not in the app.
    alone: bool,
}

/// The page of a plan.
async fn page(
    app: &SharedApp,
    message: &Message,
    plan: BodyPlan,
    showing: Showing,
) -> Result<Rendered, ApiError> {
    let Showing { theme, images, alone } = showing;
    let parts = fetch(message, &plan).await?;
    let pictures: HashMap<String, String> = plan
        .pictures
        .iter()
        .filter_map(|picture| Some((picture.part.clone(), message.picture_url(app, &picture.part)?)))
        .collect();
    let images = if images { images::proxy(app, &message.token) } else { None };
    let links = link::links(app, &message.token);
    let rendered = tokio::task::spawn_blocking(move || {
        let picture_url = |part: &str| pictures.get(part).cloned();
        render(&plan, &parts, PageOptions { theme, picture_url: &picture_url, images, links, alone })
    });
    Ok(rendered.await.map_err(|_| Failure::new(ErrorCode::Internal, "the body could not be rendered"))?)
}

/// Whether the reader trusts everybody that the message says it is from.
async fn is_trusted(app: &SharedApp, message: &Message, structure: &Structure) -> bool {
    let from = detail(message.key.clone(), structure).from;
    let senders: Vec<String> = from.into_iter().map(|sender| sender.email).collect();
    app.store.trusts(&message.id, &senders).await.unwrap_or_else(|error| {
        tracing::error!(%error, "trusted senders cannot be read");
        false
    })
}

/// The parts of the body, some at a time, up to the limit for all of them together.
async fn fetch(message: &Message, plan: &BodyPlan) -> Result<Vec<FetchedPart>, Failure> {
    let gather = |part: &TextPart| {
        let wanted = if part.part.is_empty() { Piece::Source } else { Piece::Part(part.part.clone()) };
        let name = part.part.clone();
        async move {
            let gathered = piece::gather(&message.account, &message.key, wanted, FETCH_LIMIT).await;
            (name, gathered)
        }
    };
    // Futures first, so that none of them borrows from the stream.
    let wanted: Vec<_> = plan.body.iter().map(gather).collect();
    let mut coming = futures::stream::iter(wanted).buffered(AT_ONCE);
    let mut fetched: Vec<FetchedPart> = Vec::with_capacity(plan.body.len());
    let mut left = FETCH_LIMIT;
    let mut missing = None;
    while let Some(came) = coming.next().await {
        let (part, mut gathered) = match came {
            (part, Ok(gathered)) => (part, gathered),
            // One part that the server does not have leaves the others.
            (part, Err(failure)) if failure.code == ErrorCode::NoSuchMessage => {
                missing = Some(failure);
                fetched.push(FetchedPart { part, data: Vec::new(), complete: false });
                continue;
            }
            (_, Err(failure)) => return Err(failure),
        };
        let room = usize::try_from(left).unwrap_or(usize::MAX);
        let fits = gathered.data.len() <= room;
        gathered.data.truncate(room);
        left -= gathered.data.len() as u64;
        fetched.push(FetchedPart { part, data: gathered.data, complete: gathered.complete && fits });
        if left == 0 {
            break;
        }
    }
    if let Some(failure) = missing.filter(|_| fetched.iter().all(|part| part.data.is_empty())) {
        return Err(failure);
    }
    // What did not fit any more is said once, by the part that was cut.
    if let Some(last) = fetched.last_mut().filter(|_| left == 0) {
        last.complete &= fetched_all(plan, last);
    }
    let left_out = plan.body.get(fetched.len()..).unwrap_or_default();
    let left_out: Vec<_> = left_out.iter().map(|part| part.part.clone()).collect();
    fetched.extend(left_out.into_iter().map(|part| FetchedPart { part, data: Vec::new(), complete: true }));
    Ok(fetched)
}

fn fetched_all(plan: &BodyPlan, last: &FetchedPart) -> bool {
    plan.body.last().is_some_and(|part| part.part == last.part)
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
