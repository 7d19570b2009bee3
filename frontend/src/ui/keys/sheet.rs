//! The dialog that lists the shortcuts.

use super::binding::LISTED;
use crate::ui::parts::{dialog::Modal, live::live};
use leptos::prelude::*;

/// Whether the dialog is shown.
#[derive(Clone, Copy)]
pub struct Sheet {
    /// It is.
    pub open: RwSignal<bool>,
}

impl Sheet {
    /// Provides itself as a context.
    pub fn provide() -> Self {
        let sheet = Self { open: RwSignal::new(false) };
        provide_context(sheet);
        sheet
    }

    /// The dialog of the app.
    pub fn expect() -> Self {
        expect_context()
    }
}

/// The dialog.
#[component]
pub fn ShortcutSheet() -> impl IntoView {
    let sheet = Sheet::expect();
    live(move || {
        sheet.open.get().then(|| {
            view! {
                <Modal title="Keyboard shortcuts" wide=true on_close=move |()| sheet.open.set(false)>
                    <ShortcutTable/>
                    <div class="dialog-foot">
                        <button type="button" class="button" on:click=move |_| sheet.open.set(false)>"Close"</button>
                    </div>
                </Modal>
            }
        })
    })
}

/// The shortcuts by what they are for.
#[component]
pub fn ShortcutTable() -> impl IntoView {
    let groups = LISTED.iter().map(|(title, shortcuts)| {
        let rows = shortcuts.iter().map(|(keys, meaning)| {
            let keys = keys.split(' ').map(|key| view! { <kbd>{key}</kbd> " " }).collect_view();
            view! { <div class="shortcut"><dt>{keys}</dt> <dd>{*meaning}</dd></div> }
        });
        view! {
            <section>
                <h2>{*title}</h2>
                <dl>{rows.collect_view()}</dl>
            </section>
        }
    });
    view! { <div class="shortcuts">{groups.collect_view()}</div> }
}
