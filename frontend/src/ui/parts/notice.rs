//! Messages that stand in a page: what went wrong, or that there is nothing to show.

use super::icon::{Glyph, Icon};
use leptos::prelude::*;

/// An error in role `alert`: what happened, and what to do.
#[component]
pub fn ErrorNotice(
    /// What happened.
    title: String,
    /// What was kept, and what to do.
    advice: String,
) -> impl IntoView {
    view! {
        <div class="notice error" role="alert">
            <Icon glyph=Glyph::Warning/>
            <div>
                <strong dir="auto">{title}</strong>
                <span>{advice}</span>
            </div>
        </div>
    }
}

/// What a pane shows that has nothing to show.
#[component]
pub fn Blank(
    /// A picture of what is missing.
    glyph: Glyph,
    /// What there is not.
    title: &'static str,
    /// More about it, or what to do.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="nothing">
            <Icon glyph/>
            <strong>{title}</strong>
            <p>{children()}</p>
        </div>
    }
}
