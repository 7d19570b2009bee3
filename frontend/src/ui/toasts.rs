//! Short messages. They go by themselves after a while, but not while they are read: under the pointer, or focused.

use crate::{
    state::{context::App, toasts::Toast},
    ui::{
        operations::Operations,
        parts::icon::{Glyph, Icon},
    },
};
use leptos::{leptos_dom::helpers::TimeoutHandle, prelude::*};
use std::time::Duration;

/// How long a message stays.
const STAY: Duration = Duration::from_secs(10);

/// The messages, the newest last.
#[component]
pub fn Toasts() -> impl IntoView {
    let app = App::get();
    view! {
        <div class="toasts">
            <Operations/>
            <For each=move || app.toasts.get() key=|toast| toast.id let:toast>
                <ToastLine toast/>
            </For>
        </div>
    }
}

#[component]
fn ToastLine(toast: Toast) -> impl IntoView {
    let app = App::get();
    let stays = toast.stays();
    let Toast { id, text, undo, failure } = toast;
    let timer = Timer { app, id, stays, handle: StoredValue::new(None) };
    timer.start();
    on_cleanup(move || timer.stop());
    let undo = undo.map(|undo| {
        let undo = move |_| {
            app.dismiss_toast(id);
            app.undo(undo);
        };
        view! { <button type="button" class="button undo" on:click=undo>"Undo"</button> }
    });
    view! {
        <div
            class="toast" class:bad=failure role="status"
            on:mouseenter=move |_| timer.stop() on:mouseleave=move |_| timer.start()
            on:focusin=move |_| timer.stop() on:focusout=move |_| timer.start()
        >
            <p dir="auto">{text}</p>
            {undo}
            <button type="button" class="button square" aria-label="Dismiss" title="Dismiss" on:click=move |_| app.dismiss_toast(id)>
                <Icon glyph=Glyph::Close/>
            </button>
        </div>
    }
}

#[derive(Clone, Copy)]
struct Timer {
    app: App,
    id: u32,
    /// It does not go by itself.
    stays: bool,
    handle: StoredValue<Option<TimeoutHandle>>,
}

impl Timer {
    fn start(self) {
        self.stop();
        if !self.stays {
            self.handle
                .set_value(set_timeout_with_handle(move || self.app.dismiss_toast(self.id), STAY).ok());
        }
    }

    fn stop(self) {
        if let Some(handle) = self.handle.try_update_value(Option::take).flatten() {
            handle.clear();
        }
    }
}
