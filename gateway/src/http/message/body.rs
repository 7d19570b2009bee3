//! `…/body`: what the frame "Message body" shows.

use super::{Message, piece, texts};
use crate::{
    accounts::handle::{Piece, Structure},
    app::SharedApp,
    http::{error::ApiError, images, link},
    layers::Layer,
    mime::{
        decode::TransferEncoding,
        detail::detail,
        links::Links,
        page::{FETCH_LIMIT, PageOptions, Rendered, Theme, render},
        reread::Reread,
        sanitize::ImageProxy,
        select::{BodyPlan, Picture, find},
    },
};
use axum::{
    extract::{Query, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use postern_shared::error::{ErrorCode, Failure};
use serde::Deserialize;
use std::{collections::HashMap, sync::Arc};

/// No script, no remote load, no form, no way up; pictures of the mail itself, styles the sanitiser let through.
const POLICY: HeaderValue = HeaderValue::from_static(
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; img-src 'self' data:; \
     style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'",
);

/// A policy that allows everything: without any, the answer would get the one for data.
const NO_POLICY: HeaderValue = HeaderValue::from_static("frame-ancestors 'self'");
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

/// Whether a browser loads a body before its reader asks for it.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
pub struct Loading {
    /// `1`: nobody opened the message yet.
    #[serde(default)]
    ahead: Option<u8>,
}

/// The body as an isolated document. A failure is a document too: a frame cannot show anything else.
pub async fn show(
    State(app): State<SharedApp>,
    message: Result<Message, ApiError>,
    Query(look): Query<Look>,
    Query(loading): Query<Loading>,
    headers: HeaderMap,
) -> Response {
    // The app's region Remote content says what a frame leaves out; a tab has nothing around it.
    let alone = headers.get(DESTINATION).is_none_or(|destination| destination != "iframe");
    let document = async { render_body(&app, &message?, look, alone).await };
    let (status, page) = match document.await {
        // Images of a trusted sender tell that the message is read: not before it is.
        Ok(Rendered { remote, .. }) if loading.ahead.is_some() && remote.shown && remote.images > 0 => {
            (StatusCode::NO_CONTENT, String::new())
        }
        Ok(page) => (StatusCode::OK, page.html),
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
    let images =
        look.images == Wanted::Yes || (look.part.is_empty() && is_trusted(app, message, &structure).await);
    let showing = Showing::new(app, message, &plan, look.theme, images, alone);
    let mut rendered = page(message, &structure, plan.clone(), &showing).await?;
    if let Some(spare) = plan.by_spare().filter(|_| rendered.blank) {
        rendered = page(message, &structure, spare, &showing).await?;
    }
    if rendered.empty
        && let Some(found) = second_look(message, &structure, &look, plan, showing).await?
    {
        rendered = found;
    }
    app.remote.keep(message, look, rendered.remote.clone());
    Ok(rendered)
}

/// How a message's pages are shown.
#[derive(Clone)]
struct Showing {
    theme: Theme,
    pictures: Arc<HashMap<String, String>>,
    images: Option<ImageProxy>,
    links: Links,
    /// Not in the app.
    alone: bool,
}

impl Showing {
    fn new(
        app: &SharedApp,
        message: &Message,
        plan: &BodyPlan,
        theme: Theme,
        images: bool,
        alone: bool,
    ) -> Self {
        let url = |picture: &Picture| Some((picture.part.clone(), message.picture_url(app, &picture.part)?));
        Self {
            theme,
            pictures: Arc::new(plan.pictures.iter().filter_map(url).collect()),
            images: if images { images::proxy(app, &message.token) } else { None },
            links: link::links(app, &message.token),
            alone,
        }
    }

    /// Renders with these options, where blocking is allowed.
    async fn render<T: Send + 'static>(
        self,
        render: impl FnOnce(&PageOptions<'_>) -> T + Send + 'static,
    ) -> Result<T, Failure> {
        let rendered = tokio::task::spawn_blocking(move || {
            let Self { theme, pictures, images, links, alone } = self;
            let picture_url = |part: &str| pictures.get(part).cloned();
            render(&PageOptions { theme, picture_url: &picture_url, images, links, alone })
        });
        rendered.await.map_err(|_| Failure::new(ErrorCode::Internal, "the body could not be rendered"))
    }
}

/// The page of a plan.
async fn page(
    message: &Message,
    structure: &Structure,
    plan: BodyPlan,
    showing: &Showing,
) -> Result<Rendered, Failure> {
    let parts = texts::fetch(message, structure, &plan).await?;
    showing.clone().render(move |options| render(&plan, &parts, options)).await
}

/// The page of what can be read in a message's source, where its structure tells of nothing to read: servers find
/// no text in some broken mail.
async fn second_look(
    message: &Message,
    structure: &Structure,
    look: &Look,
    plan: BodyPlan,
    showing: Showing,
) -> Result<Option<Rendered>, Failure> {
    let (wanted, encoding) = match look.part.as_str() {
        "" => (Piece::Source, TransferEncoding::Identity),
        part => {
            let attached = structure.structure.as_ref().and_then(|structure| find(structure, part));
            let encoding =
                attached.map_or(TransferEncoding::Identity, |part| TransferEncoding::named(&part.encoding));
            (Piece::Part(part.to_owned()), encoding)
        }
    };
    let source = piece::gather(&message.account, &message.key, wanted, FETCH_LIMIT).await?;
    let second_look = move |options: &PageOptions<'_>| {
        Reread::new(encoding.decode(&source.data), source.complete).second_look(&plan, options)
    };
    showing.render(second_look).await
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
