//! The download under way, else when mail was last looked for: one line of one height, so that nothing shifts.

use crate::{
    model::copies,
    state::{
        context::App,
        reactive::{follow, memo},
    },
    ui::{list::date::Dates, parts::live::live},
};
use leptos::prelude::*;
use postern_shared::pop3::Download;

/// The line in the head of the list; nothing for IMAP.
#[component]
pub fn DownloadLine() -> impl IntoView {
    let app = App::get();
    let shown = memo(move || app.is_pop3());
    let download = memo(move || app.pop3.with(|status| status.as_ref().and_then(|status| status.download)));
    let running = memo(move || download.get().is_some());
    live(move || {
        shown.get().then(|| {
            view! {
                <div class="download-line">
                    {live(move || {
                        if running.get() {
                            view! { <Running download/> }.into_any()
                        } else {
                            view! { <span class="download-text">{live(move || checked(app))}</span> }.into_any()
                        }
                    })}
                </div>
            }
        })
    })
}

/// When the last complete check ended, in words; tracked.
pub fn checked(app: App) -> Option<String> {
    app.pop3.with(|status| {
        let at = status.as_ref()?.checked_at;
        Some(
            at.map_or_else(
                || "Not checked yet".to_owned(),
                |at| format!("Checked {}", Dates::new().short(at)),
            ),
        )
    })
}

#[component]
fn Running(download: Memo<Option<Download>>) -> impl IntoView {
    let app = App::get();
    let read = move || download.get().unwrap_or_default();
    let text = move || copies::progress(&read());
    let share = move || {
        let Download { messages, messages_total, .. } = read();
        format!("{}%", u64::from(messages.min(messages_total)) * 100 / u64::from(messages_total.max(1)))
    };
    view! {
        <div class="download-progress">
            <span class="download-text" aria-hidden="true">{text}</span>
            <div
                class="download-bar" role="progressbar" aria-label="Downloading mail" aria-valuemin="0"
                aria-valuenow=follow(move || read().messages.to_string())
                aria-valuemax=follow(move || read().messages_total.to_string())
                aria-valuetext=text
            >
                <div class="download-done" style:inline-size=share></div>
            </div>
        </div>
        <button type="button" class="button small" on:click=move |_| app.cancel_download()>"Cancel"</button>
    }
}
