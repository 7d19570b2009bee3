//! What a person's screen and pointer are like.

use leptos::prelude::window;

/// Whether a media query fits at this moment.
pub fn fits(query: &str) -> bool {
    window().match_media(query).ok().flatten().is_some_and(|query| query.matches())
}
