//! What reading a message loads.

use crate::{
    state::{context::App, reactive::memo},
    ui::parts::{
        icon::{Glyph, Icon},
        live::live,
    },
};
use leptos::prelude::*;

/// The page Reading.
#[component]
pub fn ReadingPage() -> impl IntoView {
    let app = App::get();
    let senders = memo(move || {
        app.account.with(|account| {
            account.as_ref().map(|account| account.reading.trusted_senders.clone()).unwrap_or_default()
        })
    });
    view! {
        <section class="card">
            <h2 class="card-title">"Remote images"</h2>
            <p>
                "Images on other servers tell their sender when and where you read a message. They are not loaded                  until you ask for them, and then through this Postern: their servers see its address, not yours.                  Trackers are refused always."
            </p>
            <h3 class="card-subtitle" id="trusted-senders">"Always loaded from"</h3>
            {live(move || {
                let senders = senders.get();
                if senders.is_empty() {
                    view! { <p class="soft">"Nobody yet. “Always load from sender” above a message adds its sender."</p> }.into_any()
                } else {
                    let items = senders.into_iter().map(|sender| view! { <Sender sender/> }).collect_view();
                    view! { <ul class="senders" aria-labelledby="trusted-senders">{items}</ul> }.into_any()
                }
            })}
        </section>
    }
}

#[component]
fn Sender(sender: String) -> impl IntoView {
    let app = App::get();
    let (name, label) = (sender.clone(), format!("Remove {sender}"));
    view! {
        <li class="sender">
            <bdi>{name}</bdi>
            <button
                type="button" class="button plain square" aria-label=label title="Remove"
                on:click=move |_| app.trust_sender(sender.clone(), false)
            >
                <Icon glyph=Glyph::Close/>
            </button>
        </li>
    }
}
