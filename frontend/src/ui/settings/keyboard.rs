//! Shortcuts: whether they act, and which there are.

use crate::ui::{keys::sheet::ShortcutTable, look::Look, parts::field::CheckField};
use leptos::prelude::*;

/// The page Keyboard.
#[component]
pub fn KeyboardPage() -> impl IntoView {
    let look = Look::expect();
    view! {
        <div class="card">
            <CheckField
                label="Keyboard shortcuts"
                hint="Single keys act on messages. They never do while you type. Kept in this browser."
                value=look.shortcuts on_change=move |on| look.shortcuts.set(on)
            />
        </div>
        <ShortcutTable/>
    }
}
