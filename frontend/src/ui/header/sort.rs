//! The order of the list.

use crate::{
    state::reactive::{follow, memo},
    ui::route::history::Route,
};
use leptos::prelude::*;
use postern_shared::view::{Sort, SortKey};

/// The orders that can be chosen, and what they are called. The first is what a folder begins with.
const ORDERS: [(&str, Sort); 6] = [
    ("Newest first", Sort { key: SortKey::Arrival, descending: true }),
    ("Oldest first", Sort { key: SortKey::Arrival, descending: false }),
    ("Date", Sort { key: SortKey::Date, descending: true }),
    ("Sender", Sort { key: SortKey::Sender, descending: false }),
    ("Subject", Sort { key: SortKey::Subject, descending: false }),
    ("Size", Sort { key: SortKey::Size, descending: true }),
];

/// Chooses the order.
#[component]
pub fn SortBox() -> impl IntoView {
    let route = Route::expect();
    let sort = memo(move || route.mail().sort);
    let choose = move |event| {
        let chosen = event_target_value(&event);
        if let Some((_, sort)) = ORDERS.iter().find(|(name, _)| *name == chosen) {
            route.go_mail(|place| place.sort = *sort);
        }
    };
    view! {
        <label class="sort">
            <span class="unseen">"Sort by"</span>
            <select class="sort-select" on:change=choose>
                {ORDERS
                    .iter()
                    .map(|&(name, order)| view! { <option value=name prop:selected=follow(move || sort.get() == order)>{name}</option> })
                    .collect_view()}
            </select>
        </label>
    }
}
