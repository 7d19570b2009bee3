//! `…/remote`: what of a message lies elsewhere. Only rendering a body tells; it is kept for a while for the app, which asks
//! once its frame has loaded.

use super::{
    Message,
    body::{Look, render_body},
};
use crate::{app::SharedApp, http::error::ApiError};
use axum::{
    Json,
    extract::{Query, State},
    http::{HeaderName, HeaderValue, header},
};
use postern_shared::{
    body::RemoteContent,
    ids::{AccountId, MessageKey},
};
use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
};

/// Bodies that are remembered, of all accounts together.
const KEPT: usize = 256;

const NOT_STORED: HeaderValue = HeaderValue::from_static("private, no-store");

/// What the bodies rendered last would load, the newest in front.
#[derive(Default)]
pub struct Contents {
    kept: Mutex<VecDeque<(Of, RemoteContent)>>,
}

/// Which body.
#[derive(Clone, PartialEq, Eq)]
struct Of {
    account: AccountId,
    key: MessageKey,
    look: Look,
}

impl Contents {
    /// Keeps what a body would load.
    pub fn keep(&self, message: &Message, look: Look, content: RemoteContent) {
        let of = Of { account: message.id.clone(), key: message.key.clone(), look };
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|(other, _)| *other != of);
        kept.push_front((of, content));
        kept.truncate(KEPT);
    }

    fn find(&self, message: &Message, look: Look) -> Option<RemoteContent> {
        let of = Of { account: message.id.clone(), key: message.key.clone(), look };
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().find(|(other, _)| *other == of).map(|(_, content)| content.clone())
    }
}

/// What the body would load. One that was rendered too long ago is rendered again.
pub async fn show(
    State(app): State<SharedApp>,
    message: Message,
    Query(look): Query<Look>,
) -> Result<([(HeaderName, HeaderValue); 1], Json<RemoteContent>), ApiError> {
    let content = match app.remote.find(&message, look.clone()) {
        Some(content) => content,
        None => render_body(&app, &message, look, false).await?.remote,
    };
    Ok(([(header::CACHE_CONTROL, NOT_STORED)], Json(content)))
}
