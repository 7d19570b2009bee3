//! Parts of a page that are drawn anew when what they show changes.

use crate::state::reactive::memo;
use leptos::prelude::{AnyView, Get, IntoAny};

/// What `draw` makes, made anew whenever something changes that it read.
///
/// A closure in a view does the same, but each one brings kilobytes of the same machinery into the app. Here it is one
/// for all of them.
pub fn live<V: IntoAny>(mut draw: impl FnMut() -> V + Send + 'static) -> AnyView {
    of_any(Box::new(move || draw().into_any()))
}

fn of_any(mut draw: Box<dyn FnMut() -> AnyView + Send>) -> AnyView {
    (move || draw()).into_any()
}

/// What `draw` makes while `shown` says so; it is made anew only when that changes.
pub fn when<V: IntoAny>(
    shown: impl Fn() -> bool + Send + Sync + 'static,
    draw: impl Fn() -> V + Send + 'static,
) -> AnyView {
    let shown = memo(shown);
    live(move || shown.get().then(|| draw().into_any()))
}
