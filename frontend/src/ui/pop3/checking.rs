//! The settings for looking for mail and downloading it.

use super::copies::settings;
use crate::{
    state::{
        context::App,
        reactive::{follow, memo},
    },
    ui::parts::live::live,
};
use leptos::prelude::*;
use postern_shared::pop3::Pop3Settings;

/// Minutes between checks that are offered.
const MINUTES: [u8; 6] = [1, 5, 10, 15, 30, 60];
/// How many lines are offered first.
const LINES: u32 = 100;
/// The most that can be chosen.
const MOST_LINES: u32 = 10_000;

/// How often mail is looked for.
#[component]
pub fn CheckChoice() -> impl IntoView {
    let app = App::get();
    let every = memo(move || settings(app).check_minutes);
    let choose = move |event| {
        // What is no number is "Manually".
        let check_minutes = event_target_value(&event).parse().ok();
        app.set_pop3(Pop3Settings { check_minutes, ..untrack(move || settings(app)) });
    };
    // What another program chose is offered, too.
    let offered = move || {
        let other = every.get().filter(|minutes| !MINUTES.contains(minutes));
        MINUTES.into_iter().chain(other).map(move |minutes| {
            let text = if minutes == 1 { "Every minute".to_owned() } else { format!("Every {minutes} minutes") };
            view! {
                <option value=minutes.to_string() prop:selected=follow(move || every.get() == Some(minutes))>{text}</option>
            }
        }).collect_view()
    };
    let hint = move || match every.get() {
        None => "Mail is downloaded only when you press “Get mail”.".to_owned(),
        Some(1) => "Mail is downloaded every minute, whether or not Postern is open in a browser.".to_owned(),
        Some(minutes) => {
            format!(
                "Mail is downloaded every {minutes} minutes, whether or not Postern is open in a browser."
            )
        }
    };
    view! {
        <div class="card">
            <div class="field">
                <label for="check-minutes">"Check for new mail"</label>
                <select class="input" id="check-minutes" aria-describedby="check-minutes-hint" on:change=choose>
                    <option value="" prop:selected=follow(move || every.get().is_none())>"Manually"</option>
                    {offered}
                </select>
                <p class="field-hint" id="check-minutes-hint">{hint}</p>
            </div>
        </div>
    }
}

/// How much of each message is downloaded.
#[component]
pub fn DownloadChoice() -> impl IntoView {
    let app = App::get();
    let first = memo(move || settings(app).first_lines);
    let lines = RwSignal::new(first.get_untracked().unwrap_or(LINES));
    let choose = move |first_lines| {
        app.set_pop3(Pop3Settings { first_lines, ..untrack(move || settings(app)) });
    };
    let typed = move |event| {
        let number = event_target_value(&event).trim().parse().ok();
        let Some(number) = number.filter(|lines| (1..=MOST_LINES).contains(lines)) else { return };
        lines.set(number);
        if first.get_untracked().is_some() {
            choose(Some(number));
        }
    };
    view! {
        <fieldset class="card" aria-label="Download">
            <legend>"Download"</legend>
            <label class="check">
                <input
                    type="radio" name="download" aria-describedby="download-whole"
                    prop:checked=follow(move || first.get().is_none()) on:change=move |_| choose(None)
                />
                <span>"Whole messages"</span>
            </label>
            <p class="check-hint" id="download-whole">"Every message is here in full, with its attachments."</p>
            <label class="check">
                <input
                    type="radio" name="download" aria-describedby="download-first"
                    prop:checked=follow(move || first.get().is_some()) on:change=move |_| choose(Some(lines.get_untracked()))
                />
                <span>"Only the first N lines of longer messages"</span>
            </label>
            <p class="check-hint" id="download-first">
                {live(move || format!(
                    "Of longer messages the first {} lines are downloaded; the rest when you ask for it. Their copies stay on \
                     the server until then.",
                    lines.get(),
                ))}
            </p>
            <div class="days-field">
                <label for="download-lines">"Lines"</label>
                <input
                    class="input" id="download-lines" type="number" min="1" max=MOST_LINES.to_string()
                    inputmode="numeric" prop:value=follow(move || lines.get().to_string()) on:change=typed
                />
            </div>
        </fieldset>
    }
}
