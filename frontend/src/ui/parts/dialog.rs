//! Modal dialogs: the browser's own, which traps focus and closes on Escape.

use super::roving;
use leptos::{html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{HtmlDialogElement, HtmlElement};

/// A modal dialog, shown for as long as it is in the page. Focus goes back to where it was.
#[component]
pub fn Modal(
    /// Its heading, and so its name.
    #[prop(into)]
    title: Signal<String>,
    /// Called when the user closes it: Escape, or a click beside it.
    #[prop(into)]
    on_close: Callback<()>,
    /// Wider, for what is long.
    #[prop(default = false)]
    wide: bool,
    /// What it holds.
    children: Children,
) -> impl IntoView {
    let node = NodeRef::<html::Dialog>::new();
    let before = document().active_element().and_then(|element| element.dyn_into::<HtmlElement>().ok());
    let before = StoredValue::new_local(before);
    let shown = StoredValue::new_local(None::<HtmlDialogElement>);
    node.on_load(move |dialog| {
        // It fails only where the dialog is open already.
        let _ = dialog.show_modal();
        shown.set_value(Some(dialog));
    });
    on_cleanup(move || {
        // As long as it is open, nothing beside it takes the focus.
        if let Some(dialog) = shown.try_get_value().flatten() {
            dialog.close();
        }
        if let Some(element) = before.try_get_value().flatten().filter(|element| element.is_connected()) {
            roving::focus(&element);
        }
    });
    let cancel = move |event: leptos::ev::Event| {
        event.prevent_default();
        on_close.run(());
    };
    let click = move |event: leptos::ev::MouseEvent| {
        let target = event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok());
        let beside = node.get_untracked().zip(target).is_some_and(|(dialog, target)| ***dialog == **target);
        if beside {
            on_close.run(());
        }
    };
    let id = format!(
        "dialog-{}",
        title.get_untracked().to_lowercase().replace(|c: char| !c.is_alphanumeric(), "-")
    );
    view! {
        <dialog class="dialog" class:wide=wide node_ref=node aria-labelledby=id.clone() on:cancel=cancel on:mousedown=click>
            <div class="dialog-body">
                <h2 id=id.clone()>{title}</h2>
                {children()}
            </div>
        </dialog>
    }
}

/// A dialog that asks before something that cannot be undone.
#[component]
pub fn Confirm(
    /// The question's heading.
    #[prop(into)]
    title: Signal<String>,
    /// What will happen.
    #[prop(into)]
    text: String,
    /// What the button that does it says.
    action: &'static str,
    /// Does it.
    #[prop(into)]
    on_confirm: Callback<()>,
    /// Leaves it.
    #[prop(into)]
    on_close: Callback<()>,
) -> impl IntoView {
    let confirm = move |_| {
        on_confirm.run(());
        on_close.run(());
    };
    view! {
        <Modal title on_close>
            <p dir="auto">{text}</p>
            <div class="dialog-foot">
                <button type="button" class="button" autofocus on:click=move |_| on_close.run(())>"Cancel"</button>
                <button type="button" class="button danger" on:click=confirm>{action}</button>
            </div>
        </Modal>
    }
}
