//! The frame that shows the body. What is in it comes from a stranger: it has a URL and a policy of its own, and the
//! sandbox lets it do nothing but open links in new tabs.

use crate::{
    state::{
        context::App,
        reactive::{effect, follow},
    },
    ui::{
        look::{Look, Theme},
        parts::live::live,
        reader::{
            ahead::{Ahead, settle},
            remote::RemoteImages,
        },
    },
};
use leptos::{html, prelude::*};
use postern_shared::ids::MessageKey;

/// What the frame of a mail may do: open links in new tabs.
pub(super) const SANDBOX: &str = "allow-popups allow-popups-to-escape-sandbox";

/// The body. Its address is known before anything else of the message: it loads while the headers are asked for.
#[component]
pub fn BodyFrame(
    /// Which message.
    key: MessageKey,
    /// Its remote images.
    images: RemoteImages,
) -> impl IntoView {
    let (app, look, ahead) = (App::get(), Look::expect(), Ahead::expect());
    let account = app.account.with_untracked(|account| account.as_ref().map(|account| account.id.clone()));
    account.map(|account| {
        let url = StoredValue::new(App::body_url(&account, &key));
        let key = StoredValue::new(key);
        view! {
            // Keyed: a frame that is given another address would add a step to the browser's history.
            <For each=move || [images.wanted.get()] key=|wanted| *wanted let:wanted>
                <Frame
                    url=url.with_value(|url| address(look, url, wanted.then_some("images=1")))
                    on_load=move || {
                        images.ask(app, key.get_value());
                        ahead.go_on();
                    }
                />
            </For>
        }
    })
}

#[component]
fn Frame(url: String, on_load: impl Fn() + Copy + Send + 'static) -> impl IntoView {
    let (place, loaded) = (NodeRef::<html::Div>::new(), RwSignal::new(false));
    let waiting = StoredValue::new_local(Ahead::expect().take(&url));
    let loads = RwSignal::new(waiting.with_value(Option::is_none));
    let shown = move || {
        loaded.set(true);
        on_load();
    };
    effect(move || {
        let Some(place) = place.get() else { return };
        if let Some(frame) = waiting.try_update_value(Option::take).flatten() {
            if settle(&frame, &place) { shown() } else { loads.set(true) }
        }
    });
    view! {
        <div class="body" class:loading=follow(move || !loaded.get()) node_ref=place>
            {live(move || loads.get().then(|| view! {
                <iframe
                    class="body-frame" title="Message body"
                    sandbox=SANDBOX
                    referrerpolicy="no-referrer"
                    src=url.clone()
                    on:load=move |_| shown()
                ></iframe>
            }))}
        </div>
    }
}

/// A frame's address with what is asked for in it. The frame is a page of its own, which sees the system's colours but not
/// a choice made here.
pub(super) fn address(look: Look, url: &str, asked: Option<&str>) -> String {
    let theme = match look.theme.get_untracked() {
        Theme::System => None,
        Theme::Light => Some("theme=light"),
        Theme::Dark => Some("theme=dark"),
    };
    let query: Vec<&str> = theme.into_iter().chain(asked).collect();
    if query.is_empty() { url.to_owned() } else { format!("{url}?{}", query.join("&")) }
}
