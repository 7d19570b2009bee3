//! Keyboard shortcuts.
//!
//! | module | subject |
//! |---|---|
//! | [`binding`] | which key means what; pure |
//! | [`act`] | what is done then |
//! | [`palette`] | the command palette |
//! | [`sheet`] | the dialog that lists them |

pub mod act;
pub mod binding;
pub mod palette;
pub mod sheet;

use crate::{
    state::{context::App, session::Session},
    ui::{look::Look, route::history::Route},
};
use act::Actor;
use binding::{Prefix, Press};
use leptos::prelude::*;
use palette::Palette;
use sheet::Sheet;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent};

/// Listens for shortcuts for as long as the app runs.
pub fn provide() {
    let sheet = Sheet::provide();
    let actor = Actor { app: App::get(), route: Route::expect(), sheet, palette: Palette::provide() };
    let shortcuts = Look::expect().shortcuts;
    let prefix = StoredValue::new(Prefix::None);
    let listener = window_event_listener(leptos::ev::keydown, move |event| {
        let signed_in = actor.app.session.with_untracked(|session| matches!(session, Session::SignedIn(_)));
        if !signed_in || event.default_prevented() || is_typing(&event) || in_dialog() {
            return;
        }
        let (shortcut, next) = binding::shortcut(&press(&event), prefix.get_value());
        prefix.set_value(next);
        let Some(shortcut) = shortcut.filter(|shortcut| shortcuts.get_untracked() || shortcut.always())
        else {
            return;
        };
        if actor.act(shortcut, event.repeat()) {
            event.prevent_default();
        }
    });
    on_cleanup(move || listener.remove());
}

fn press(event: &KeyboardEvent) -> Press {
    Press {
        key: event.key(),
        command: event.ctrl_key() || event.meta_key(),
        alt: event.alt_key(),
        shift: event.shift_key(),
    }
}

/// Whether the key goes into a text, or into a control that has a use for it.
fn is_typing(event: &KeyboardEvent) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok());
    target.is_some_and(|element| {
        let tag = element.tag_name();
        let box_or_button = tag == "INPUT"
            && element
                .get_attribute("type")
                .is_some_and(|kind| ["checkbox", "radio", "button"].contains(&kind.as_str()));
        element.is_content_editable()
            || tag == "TEXTAREA"
            || tag == "SELECT"
            || (tag == "INPUT" && !box_or_button)
    })
}

fn in_dialog() -> bool {
    document().query_selector("dialog[open]").is_ok_and(|dialog| dialog.is_some())
}
