//! A button that copies text.

use js_sys::{Function, Promise, Reflect};
use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;

/// How the last try went.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Copied {
    NotYet,
    Yes,
    No,
}

/// The button "Copy"; it says itself what came of it.
#[component]
pub fn CopyButton(
    /// The text, as soon as there is one.
    text: Callback<(), Option<String>>,
) -> impl IntoView {
    let copied = RwSignal::new(Copied::NotYet);
    let click = move |_| {
        let Some(text) = text.run(()) else { return };
        spawn_local(async move {
            let done = if copy(&text).await.is_some() { Copied::Yes } else { Copied::No };
            // The dialog may be closed by now.
            let _ = copied.try_set(done);
        });
    };
    let said = move || match copied.get() {
        Copied::NotYet => "",
        Copied::Yes => "Copied.",
        Copied::No => "The browser did not allow it: select the text and copy it.",
    };
    view! {
        <span class="copied" role="status">{said}</span>
        <button type="button" class="button" on:click=click>"Copy"</button>
    }
}

async fn copy(text: &str) -> Option<()> {
    // Browsers have no clipboard for pages that came without TLS.
    let clipboard = Reflect::get(&window().navigator(), &"clipboard".into()).ok()?;
    let write: Function = Reflect::get(&clipboard, &"writeText".into()).ok()?.dyn_into().ok()?;
    let written: Promise = write.call1(&clipboard, &text.into()).ok()?.dyn_into().ok()?;
    JsFuture::from(written).await.ok().map(drop)
}
