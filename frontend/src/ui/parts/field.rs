//! Fields of forms with their labels.

use crate::state::reactive::follow;
use leptos::{html, prelude::*};

/// A line of text with its label.
#[component]
pub fn TextField(
    /// The label, and so its name.
    #[prop(into)]
    label: String,
    /// The `name` by which browsers fill it in.
    #[prop(into)]
    name: String,
    /// What it holds.
    value: RwSignal<String>,
    /// `text`, `email`, `password`, `number`.
    #[prop(default = "text")]
    kind: &'static str,
    /// What a password manager may fill in.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// Whether it may not be empty.
    #[prop(default = false)]
    required: bool,
    /// Whether what it holds was refused.
    #[prop(into, default = Signal::from(false))]
    invalid: Signal<bool>,
    /// The input itself, for focus.
    #[prop(optional)]
    node: NodeRef<html::Input>,
) -> impl IntoView {
    let id = format!("field-{}", name.replace(' ', "-"));
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <input
                class="input"
                id=id
                node_ref=node
                name=name
                type=kind
                autocomplete=autocomplete
                autocapitalize="none"
                spellcheck="false"
                required=required
                aria-invalid=follow(move || invalid.get().to_string())
                dir=if kind == "text" { "auto" } else { "ltr" }
                bind:value=value
            />
        </div>
    }
}

/// A box to tick, with its label and a word about it.
#[component]
pub fn CheckField(
    /// The label, and so its name.
    label: &'static str,
    /// A word about it.
    #[prop(optional)]
    hint: Option<&'static str>,
    /// Whether it is ticked.
    #[prop(into)]
    value: Signal<bool>,
    /// Called with whether it is ticked then.
    #[prop(into)]
    on_change: Callback<bool>,
) -> impl IntoView {
    let id = format!("check-{}", label.to_lowercase().replace(' ', "-"));
    let hint_id = format!("{id}-hint");
    view! {
        <div class="check-field">
            <label class="check">
                <input
                    type="checkbox"
                    id=id
                    prop:checked=value
                    aria-describedby=hint.map(|_| hint_id.clone())
                    on:change=move |event| on_change.run(event_target_checked(&event))
                />
                <span>{label}</span>
            </label>
            {hint.map(|hint| view! { <p class="check-hint" id=hint_id>{hint}</p> })}
        </div>
    }
}
