//! The buttons below a message, and what is asked before it goes.

use super::{
    fields::{Fields, Question},
    files::AttachButton,
};
use crate::{
    state::reactive::{follow, memo},
    ui::{
        parts::{
            dialog::Modal,
            icon::{Glyph, Icon},
            live::{live, when},
            menu::{MenuButton, MenuEntry},
        },
        reader::text::time_of_day,
    },
};
use js_sys::Date;
use leptos::prelude::*;
use wasm_bindgen::JsValue;

/// The hour at which a morning begins.
const MORNING: u32 = 8;
const MONDAY: u32 = 1;

/// Send and its like, and whether the draft is saved.
#[component]
pub fn SendBar(
    /// What the window holds.
    fields: Fields,
) -> impl IntoView {
    let choosing = RwSignal::new(false);
    let sending = memo(move || fields.state.with(|state| state.sending));
    let later = Callback::new(move |()| {
        let at =
            |label: String, at: f64| MenuEntry::new(label, move || fields.send(Some(seconds(at)), false));
        vec![
            at("In one hour".to_owned(), Date::now() + 3_600_000.0),
            at("Tomorrow morning".to_owned(), morning(1)),
            at("Monday morning".to_owned(), morning(days_to_monday(Date::new_0().get_day()))),
            MenuEntry::new("Choose a time…", move || choosing.set(true)).below_line(),
        ]
    });
    view! {
        <div class="compose-foot">
            <button type="button" class="button primary" title="Send (Ctrl+Enter)" disabled=sending on:click=move |_| fields.send(None, false)>
                <Icon glyph=Glyph::Send/> <span>{live(move || if sending.get() { "Sending…" } else { "Send" })}</span>
            </button>
            <MenuButton label="Send later" entries=later/>
            <AttachButton fields/>
            <p class="compose-saved" role="status">{live(move || saved(fields))}</p>
            <button type="button" class="button plain small" on:click=move |_| fields.save_now()>"Save draft"</button>
            <button type="button" class="button plain square" aria-label="Discard" title="Discard" on:click=move |_| fields.discard()>
                <Icon glyph=Glyph::Trash/>
            </button>
        </div>
        <Asking fields/>
        {when(move || choosing.get(), move || view! { <Choosing fields choosing/> })}
    }
}

/// Whether the draft is saved, in words.
fn saved(fields: Fields) -> String {
    fields.state.with(|state| match state.saved_at {
        _ if state.failure.is_some() => "Not saved".to_owned(),
        Some(at) if !state.unsaved => format!("Draft saved {}", time_of_day(at)),
        _ => String::new(),
    })
}

#[component]
fn Asking(fields: Fields) -> impl IntoView {
    let close = move || fields.question.set(None);
    live(move || {
        fields.question.get().map(|Question { doubts, at }| {
            let send = move |_| {
                close();
                fields.send(at, true);
            };
            view! {
                <Modal title="Send this message?" on_close=move |()| close()>
                    <ul class="doubts">{doubts.into_iter().map(|doubt| view! { <li>{doubt}</li> }).collect_view()}</ul>
                    <div class="dialog-foot">
                        <button type="button" class="button" autofocus on:click=move |_| close()>"Go back"</button>
                        <button type="button" class="button primary" on:click=send>"Send anyway"</button>
                    </div>
                </Modal>
            }
        })
    })
}

#[component]
fn Choosing(fields: Fields, choosing: RwSignal<bool>) -> impl IntoView {
    let value = RwSignal::new(String::new());
    let wrong = RwSignal::new(false);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let at = Date::new(&JsValue::from_str(&value.get_untracked())).get_time();
        if at > Date::now() {
            choosing.set(false);
            fields.send(Some(seconds(at)), false);
        } else {
            wrong.set(true);
        }
    };
    view! {
        <Modal title="Send later" on_close=move |()| choosing.set(false)>
            <form class="dialog-form" on:submit=submit>
                <div class="field">
                    <label for="send-at">"Date and time"</label>
                    <input class="input" id="send-at" type="datetime-local" required bind:value=value aria-invalid=follow(move || wrong.get().to_string())/>
                </div>
                <p class="field-hint" role="status">{live(move || wrong.get().then_some("Choose a time that is still to come."))}</p>
                <div class="dialog-foot">
                    <button type="button" class="button" on:click=move |_| choosing.set(false)>"Cancel"</button>
                    <button type="submit" class="button primary">"Schedule"</button>
                </div>
            </form>
        </Modal>
    }
}

fn seconds(milliseconds: f64) -> i64 {
    (milliseconds / 1000.0) as i64
}

/// The morning after so many days, in milliseconds since 1970.
fn morning(days: u32) -> f64 {
    let date = Date::new_0();
    date.set_date(date.get_date() + days);
    date.set_hours(MORNING);
    date.set_minutes(0);
    date.set_seconds(0);
    date.get_time()
}

/// Days from a day of the week, Sunday being 0, to the next Monday.
fn days_to_monday(day: u32) -> u32 {
    match (7 + MONDAY - day) % 7 {
        0 => 7,
        days => days,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn monday_is_never_today() {
        assert_eq!([0, 1, 2, 5, 6].map(days_to_monday), [1, 7, 6, 3, 2]);
    }
}
