//! The settings for the copies on the server.

use crate::{
    model::copies::will_happen,
    state::{
        context::App,
        reactive::{follow, memo},
    },
    ui::parts::live::live,
};
use leptos::prelude::*;
use postern_shared::pop3::{CopyPolicy, Pop3Settings};

/// How many days are offered first.
const DAYS: u16 = 14;
/// The most that can be chosen.
const MOST_DAYS: u16 = 365;

/// The settings of the account shown; tracked.
pub fn settings(app: App) -> Pop3Settings {
    app.pop3.with(|status| status.as_ref().map_or_else(Pop3Settings::default, |status| status.settings))
}

/// The group Copy on the server.
#[component]
pub fn CopyChoice() -> impl IntoView {
    let app = App::get();
    let chosen = memo(move || settings(app).copy);
    let choose = move |copy| app.set_pop3(Pop3Settings { copy, ..untrack(move || settings(app)) });
    let days = RwSignal::new(match chosen.get_untracked() {
        CopyPolicy::LeaveForDays(days) => days,
        _ => DAYS,
    });
    let kind = |policy: CopyPolicy| std::mem::discriminant(&policy);
    let choice = move |label: &'static str, policy: CopyPolicy| {
        let name = format!("copy-{}", label.to_lowercase().replace(' ', "-"));
        let hint = format!("{name}-hint");
        let now = move || match policy {
            CopyPolicy::LeaveForDays(_) => CopyPolicy::LeaveForDays(days.get()),
            policy => policy,
        };
        view! {
            <div class="radio-choice">
                <label class="check">
                    <input
                        type="radio" name="copy-policy" id=name aria-describedby=hint.clone()
                        prop:checked=follow(move || kind(chosen.get()) == kind(policy))
                        on:change=move |_| choose(untrack(now))
                    />
                    <span>{label}</span>
                </label>
                <p class="check-hint" id=hint>{live(move || will_happen(now()))}</p>
            </div>
        }
    };
    let typed = move |event| {
        let Some(number) =
            event_target_value(&event).trim().parse().ok().filter(|days| (1..=MOST_DAYS).contains(days))
        else {
            return;
        };
        days.set(number);
        if matches!(chosen.get_untracked(), CopyPolicy::LeaveForDays(_)) {
            choose(CopyPolicy::LeaveForDays(number));
        }
    };
    view! {
        <fieldset class="card" aria-label="Copy on the server">
            <legend>"Copy on the server"</legend>
            <p class="field-hint">"What becomes of a message on the server once it is downloaded here."</p>
            {choice("Leave a copy", CopyPolicy::Leave)}
            {choice("Leave a copy for N days", CopyPolicy::LeaveForDays(DAYS))}
            <div class="days-field">
                <label for="copy-days">"Days"</label>
                <input
                    class="input" id="copy-days" type="number" min="1" max=MOST_DAYS.to_string() inputmode="numeric"
                    prop:value=follow(move || days.get().to_string()) on:change=typed
                />
            </div>
            {choice("Remove when removed from Deleted Items", CopyPolicy::RemoveWithDeletedItems)}
            {choice("Remove after download", CopyPolicy::RemoveAfterDownload)}
        </fieldset>
    }
}
