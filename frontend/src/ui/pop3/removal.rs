//! Asking before messages are removed from Deleted Items for good.

use crate::{
    model::{change::messages, copies::after_removal},
    state::context::App,
    ui::parts::{dialog::Confirm, live::live},
};
use leptos::prelude::*;

/// The dialog, while there is something to ask.
#[component]
pub fn RemovalDialog() -> impl IntoView {
    let app = App::get();
    live(move || {
        app.removal.get().map(|count| {
            let text = format!(
                "{} will be removed for good. This cannot be undone. {}",
                messages(count),
                copies_then(app)
            );
            view! {
                <Confirm
                    title="Remove from Deleted Items" text action="Remove"
                    on_confirm=move |()| app.confirm_removal()
                    on_close=move |()| app.close_removal()
                />
            }
        })
    })
}

/// What becomes of the copies of messages that are removed now.
pub fn copies_then(app: App) -> String {
    app.pop3.with_untracked(|status| {
        after_removal(status.as_ref().map_or_else(Default::default, |status| status.settings.copy))
    })
}
