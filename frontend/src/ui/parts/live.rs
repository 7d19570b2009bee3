//! Parts of a page that are drawn anew when what they show changes.

use leptos::prelude::{AnyView, IntoAny};

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
