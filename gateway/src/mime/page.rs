//! The document in the frame "Message body": one whole HTML page for a body, never blank.
//!
//! It is meant for a response of its own with `Content-Security-Policy: sandbox allow-popups
//! allow-popups-to-escape-sandbox; default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'`, `nosniff`,
//! `Referrer-Policy: no-referrer` and `Cache-Control: no-store`.

use super::select::BodyPlan;

/// How many bytes of a body, as transferred and in all its parts, are worth fetching for [`render`].
pub const FETCH_LIMIT: u64 = 4 * 1024 * 1024;

/// A fetched part, still transfer-encoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FetchedPart {
    /// Its part specifier, as in the plan.
    pub part: String,
    /// Its content.
    pub data: Vec<u8>,
    /// Whether the data is all of it: false where [`FETCH_LIMIT`] or a failure cut it off.
    pub complete: bool,
}

/// The colours that the app shows itself in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the browser prefers.
    #[default]
    System,
    /// Dark text on light.
    Light,
    /// Light text on dark.
    Dark,
}

/// What the surroundings decide about a page.
#[derive(Clone, Copy)]
pub struct PageOptions<'a> {
    /// The app's colours.
    pub theme: Theme,
    /// The URL under which the gateway serves a picture, by its part specifier. The frame's origin is opaque, so no
    /// cookie comes with the request: the URL has to carry its own authority (or be a `data:` URL).
    pub picture_url: &'a dyn Fn(&str) -> Option<String>,
}

/// The page for a body. It takes time linear in the data; call it where blocking is allowed.
pub fn render(plan: &BodyPlan, parts: &[FetchedPart], options: PageOptions<'_>) -> String {
    let _ = (plan, options);
    let text: String = parts.iter().map(|part| String::from_utf8_lossy(&part.data)).collect();
    format!("<!DOCTYPE html><meta charset=\"utf-8\"><pre>{}</pre>", ammonia::clean_text(&text))
}
