//! Colours and density.

use crate::{
    state::reactive::follow,
    ui::look::{Density, Look, Theme},
};
use leptos::prelude::*;

/// The page Appearance.
#[component]
pub fn AppearancePage() -> impl IntoView {
    let look = Look::expect();
    view! {
        <Choices legend="Theme" name="theme" value=look.theme choices=vec![
            (Theme::System, "As the system"), (Theme::Light, "Light"), (Theme::Dark, "Dark"),
        ]/>
        <Choices legend="Density" name="density" value=look.density choices=vec![
            (Density::Comfortable, "Comfortable"), (Density::Compact, "Compact"),
        ]/>
        <p class="field-hint">"These choices are kept in this browser."</p>
    }
}

#[component]
fn Choices<T>(
    legend: &'static str,
    name: &'static str,
    value: RwSignal<T>,
    choices: Vec<(T, &'static str)>,
) -> impl IntoView
where
    T: Copy + PartialEq + Send + Sync + 'static,
{
    let choices = choices.into_iter().map(|(choice, label)| {
        view! {
            <label class="check">
                <input
                    type="radio" name=name
                    prop:checked=follow(move || value.get() == choice)
                    on:change=move |_| value.set(choice)
                />
                <span>{label}</span>
            </label>
        }
    });
    view! { <fieldset class="card"><legend>{legend}</legend> {choices.collect_view()}</fieldset> }
}
