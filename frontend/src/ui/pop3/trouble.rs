//! What keeps mail from being stored.

use crate::{
    model::failure::explain,
    state::{context::App, reactive::memo},
    ui::parts::live::live,
};
use leptos::prelude::*;

/// A banner for as long as it lasts.
#[component]
pub fn Trouble() -> impl IntoView {
    let app = App::get();
    let trouble = memo(move || app.pop3.with(|status| status.as_ref()?.trouble.as_ref().map(explain)));
    live(move || {
        trouble.get().map(|text| {
            view! {
                <div class="banner trouble" role="alert">
                    <p dir="auto">
                        {text} " Mail that is downloaded is kept, and nothing is removed from the server meanwhile."
                    </p>
                    <button type="button" class="button small" on:click=move |_| app.refresh()>"Try now"</button>
                </div>
            }
        })
    })
}
