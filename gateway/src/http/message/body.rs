//! `…/body`: what the frame "Message body" shows.

use super::{Message, piece};
use crate::{
    accounts::handle::Piece,
    app::SharedApp,
    http::error::ApiError,
    mime::{
        page::{FETCH_LIMIT, FetchedPart, PageOptions, Rendered, Theme, render},
        select::{BodyPlan, TextPart},
    },
};
use axum::{
    extract::{Query, State},
    http::{HeaderValue, StatusCode, header},
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

/// Parts fetched at the same time.
const AT_ONCE: usize = 4;

/// How the body is to look.
#[derive(Deserialize)]
pub struct Look {
    #[serde(default)]
    theme: Theme,
    /// The part specifier of an attached message, to show that one.
    #[serde(default)]
    part: String,
}

/// The body as an isolated document. A failure is a document too: a frame cannot show anything else.
pub async fn show(
    State(app): State<SharedApp>,
    message: Result<Message, ApiError>,
    Query(look): Query<Look>,
) -> Response {
    let document = async { document(&app, &message?, look).await };
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

async fn document(app: &SharedApp, message: &Message, look: Look) -> Result<String, ApiError> {
    let structure = message.account.structure(message.key.clone()).await?;
    let plan = BodyPlan::of_message(&structure, &look.part)
        .ok_or_else(|| Failure::new(ErrorCode::NoSuchMessage, "the message has no such message in it"))?;
    let rendered = page(app, message, plan.clone(), look.theme).await?;
    match plan.by_spare().filter(|_| rendered.blank) {
        Some(spare) => Ok(page(app, message, spare, look.theme).await?.html),
        None => Ok(rendered.html),
    }
}

/// The page of a plan.
async fn page(
    app: &SharedApp,
    message: &Message,
    plan: BodyPlan,
    theme: Theme,
) -> Result<Rendered, ApiError> {
    let parts = fetch(message, &plan).await?;
    let pictures: HashMap<String, String> = plan
        .pictures
        .iter()
        .filter_map(|picture| Some((picture.part.clone(), message.picture_url(app, &picture.part)?)))
        .collect();
    let rendered = tokio::task::spawn_blocking(move || {
        let picture_url = |part: &str| pictures.get(part).cloned();
        render(&plan, &parts, PageOptions { theme, picture_url: &picture_url, images: None })
    });
    Ok(rendered.await.map_err(|_| Failure::new(ErrorCode::Internal, "the body could not be rendered"))?)
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
