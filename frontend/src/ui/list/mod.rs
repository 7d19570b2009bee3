//! The message list: a virtual grid.

use leptos::prelude::*;
use postern_shared::ids::MessageKey;

/// The message list of the view that is open. `on_open` is called when a person opens a message: it should lead to
/// its URL and call [`App::open_message`](crate::state::context::App::open_message).
#[component]
pub fn MessageList(
    /// A message was opened by click, tap or Enter.
    on_open: Callback<MessageKey>,
) -> impl IntoView {
    let _ = on_open;
    view! { <div role="grid" aria-label="Messages"></div> }
}
