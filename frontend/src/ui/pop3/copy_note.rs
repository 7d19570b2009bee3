//! Where the opened message's copy on the server stands.

use crate::{
    model::{copies::standing, opened::Detail},
    state::{context::App, reactive::memo},
    ui::parts::live::live,
};
use leptos::prelude::*;

/// A line in words; nothing for IMAP.
#[component]
pub fn CopyNote() -> impl IntoView {
    let app = App::get();
    let text = memo(move || {
        app.opened.with(|opened| match opened.as_ref().map(|opened| &opened.detail) {
            Some(Detail::Ready(detail)) => detail.server_copy.map(|copy| standing(copy, now())),
            _ => None,
        })
    });
    live(move || text.get().map(|text| view! { <p class="server-copy">{text}</p> }))
}

/// Seconds since 1970.
fn now() -> i64 {
    (js_sys::Date::now() / 1000.0) as i64
}
