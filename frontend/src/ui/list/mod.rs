//! The message list: a virtual grid.
//!
//! | module | subject |
//! |---|---|
//! | [`grid`] | the grid: what scrolls, and which rows are drawn |
//! | [`geometry`] | pixels to rows and back; pure |
//! | [`scroll`] | where the list is scrolled, and what keeps it there |
//! | [`row`] | one row |
//! | [`line`] | what a row shows |
//! | [`text`] | what a row says; pure |
//! | [`date`] | dates in the browser's language |
//! | [`keys`] | keys in the grid |
//! | [`swipe`] | fingers on a row |

pub mod date;
mod geometry;
mod grid;
mod keys;
mod line;
mod row;
mod scroll;
mod swipe;
mod text;

use crate::{
    state::{
        context::{App, ListState},
        reactive::memo,
    },
    ui::parts::live::{live, when},
};
use grid::Grid;
use leptos::prelude::*;
use postern_shared::ids::MessageKey;

/// The message list of the view that is open. `on_open` is called when a person opens a message: it should lead to
/// its URL and call [`App::open_message`].
#[component]
pub fn MessageList(
    /// A message was opened by click, tap or Enter.
    on_open: Callback<MessageKey>,
) -> impl IntoView {
    let app = App::get();
    let failed = move || app.list.with(|list| list.failure.is_some());
    let query = memo(move || app.spec.with(|spec| spec.as_ref().map(|spec| spec.query.clone())));
    view! {
        <div class="messages">
            <Grid on_open/>
            <div class="messages-state">
                <p role="status">
                    {live(move || app.list.with(|list| standing(list, &query.get().unwrap_or_default())))}
                </p>
                {when(failed, move || view! { <button type="button" class="button" on:click=move |_| app.retry_view()>"Try again"</button> })}
            </div>
        </div>
    }
}

/// How the list stands, in words; nothing where its rows say it.
fn standing(list: &ListState, query: &str) -> String {
    match list {
        ListState { failure: Some(failure), .. } => failure.clone(),
        ListState { total: 1.., searching: true, .. } => "Searching for more…".to_owned(),
        ListState { total: 1.., .. } => String::new(),
        ListState { searching: true, .. } => "Searching…".to_owned(),
        ListState { loading: true, .. } => "Loading messages…".to_owned(),
        _ if query.is_empty() => "No messages here.".to_owned(),
        _ => format!("No messages match “{query}”."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_list_says_why() {
        let list = |total, loading, searching| ListState { total, loading, searching, failure: None };
        assert_eq!(standing(&list(0, true, false), ""), "Loading messages…");
        assert_eq!(standing(&list(0, false, false), ""), "No messages here.");
        assert_eq!(standing(&list(0, true, true), "tea"), "Searching…");
        assert_eq!(standing(&list(0, false, false), "tea"), "No messages match “tea”.");
        assert_eq!(standing(&list(3, false, true), "tea"), "Searching for more…");
        assert_eq!(standing(&list(3, false, false), ""), "");
        let failed = ListState { failure: Some("It failed.".into()), ..list(3, false, false) };
        assert_eq!(standing(&failed, ""), "It failed.");
    }
}
