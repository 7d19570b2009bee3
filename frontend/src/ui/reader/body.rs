//! The frame that shows the body. What is in it comes from a stranger: it has a URL and a policy of its own, and the
//! sandbox lets it do nothing but open links in new tabs.

use crate::{
    state::context::App,
    ui::look::{Look, Theme},
};
use leptos::prelude::*;
use postern_shared::ids::MessageKey;

/// The body. Its address is known before anything else of the message: it loads while the headers are asked for.
#[component]
pub fn BodyFrame(
    /// Which message.
    key: MessageKey,
) -> impl IntoView {
    let app = App::get();
    let loaded = RwSignal::new(false);
    let account = app.account.with_untracked(|account| account.as_ref().map(|account| account.id.clone()));
    account.map(|account| {
        view! {
            <div class="body" class:loading=move || !loaded.get()>
                <iframe
                    class="body-frame" title="Message body"
                    sandbox="allow-popups allow-popups-to-escape-sandbox"
                    referrerpolicy="no-referrer"
                    src=format!("{}{}", App::body_url(&account, &key), theme())
                    on:load=move |_| loaded.set(true)
                ></iframe>
            </div>
        }
    })
}

/// The frame is a page of its own, which sees the system's colours but not a choice made here.
pub(super) fn theme() -> &'static str {
    match Look::expect().theme.get_untracked() {
        Theme::System => "",
        Theme::Light => "?theme=light",
        Theme::Dark => "?theme=dark",
    }
}
