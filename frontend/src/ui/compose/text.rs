//! What a message says: formatted or plain.

use super::{
    editor::{self, Editor},
    fields::Fields,
    formatting::FormattingBar,
};
use crate::{
    state::reactive::memo,
    ui::parts::{
        dialog::Confirm,
        live::{live, when},
    },
};
use leptos::{html, prelude::*, task::spawn_local};
use postern_shared::writing::DraftText;
use wasm_bindgen::{JsCast, prelude::Closure};
use web_sys::HtmlElement;

/// The text, and what formats it.
#[component]
pub fn MessageText(
    /// What the window holds.
    fields: Fields,
) -> impl IntoView {
    let losing = RwSignal::new(false);
    // A text that comes from elsewhere is shown in the editor that is there.
    let plain = memo(move || fields.plain.get());
    let switch = Callback::new(move |()| {
        let plain = !fields.plain.get_untracked();
        if plain && fields.edit(Editor::is_formatted).unwrap_or_default() {
            losing.set(true);
        } else {
            fields.set_plain(plain);
        }
    });
    view! {
        {live(move || {
            if plain.get() {
                let input = move |event| {
                    fields.plain_text.set(event_target_value(&event));
                    fields.touch();
                };
                view! {
                    <textarea
                        class="compose-text plain" aria-label="Message text" dir="auto"
                        prop:value=fields.plain_text on:input=input
                    ></textarea>
                }
                .into_any()
            } else {
                view! { <Formatted fields/> }.into_any()
            }
        })}
        <FormattingBar fields switch/>
        {when(move || losing.get(), move || view! { <Confirm
                title="Use plain text?" text="Formatting, links and pictures in the text will be lost; the words stay."
                action="Use plain text"
                on_confirm=move |()| fields.set_plain(true)
                on_close=move |()| losing.set(false)
            /> })}
    }
}

#[component]
fn Formatted(fields: Fields) -> impl IntoView {
    let node = NodeRef::<html::Div>::new();
    let failed = RwSignal::new(false);
    node.on_load(move |root| {
        let root: HtmlElement = root.unchecked_into();
        spawn_local(async move {
            let loaded = editor::load().await;
            // Another one may have taken over the element meanwhile: two editors would do everything twice.
            if !failed.is_disposed() && root.is_connected() {
                failed.set(!(loaded && start(fields, &root)));
            }
        });
    });
    on_cleanup(move || {
        let editor = fields.editor.try_update_value(Option::take).flatten();
        editor.inspect(Editor::close);
    });
    view! {
        <div
            class="compose-text" role="textbox" aria-multiline="true" aria-label="Message text" contenteditable="true"
            dir="auto" node_ref=node
        ></div>
        {when(move || failed.get(), move || view! { <p class="notice error" role="alert">
                "The editor could not be loaded. Switch to plain text, or reload the page when you are online."
            </p> })}
    }
}

/// Opens the editor in an element. False where it does not work here.
fn start(fields: Fields, root: &HtmlElement) -> bool {
    let tell = Closure::<dyn Fn(bool)>::new(move |changed: bool| {
        if changed {
            fields.touch();
        } else if let Some(formats) = fields.edit(Editor::formats)
            && fields.formats.with_untracked(|known| *known != formats)
        {
            fields.formats.set(formats);
        }
    });
    // The editor has it for as long as it lives.
    let Ok(editor) = editor::open(root, tell.into_js_value().unchecked_ref()) else { return false };
    fields.text.with_value(|text| match text {
        DraftText::Plain(text) => editor.set_plain(text),
        DraftText::Html(html) => editor.set(html),
    });
    let focused = document().active_element().is_some_and(|active| active == **root);
    if focused {
        editor.focus();
    }
    fields.editor.set_value(Some(editor));
    true
}
