//! The search box. What is typed is searched after a short pause, or at once on Enter.

use crate::{
    state::reactive::{effect, memo},
    ui::{
        parts::{
            icon::{Glyph, Icon},
            live::live,
            roving,
        },
        route::{history::Route, place::Place},
    },
};
use leptos::{html, leptos_dom::helpers::TimeoutHandle, prelude::*};
use std::time::Duration;

/// How long the typing rests before the search begins.
const PAUSE: Duration = Duration::from_millis(350);

/// The search box.
#[component]
pub fn SearchBox() -> impl IntoView {
    let search = Search::new(Route::expect());
    let keydown = move |event: leptos::ev::KeyboardEvent| match event.key().as_str() {
        "Enter" => search.begin(),
        "Escape" => {
            event.stop_propagation();
            search.escape();
        }
        _ => {}
    };
    let submit = move |event: leptos::ev::SubmitEvent| event.prevent_default();
    view! {
        <search class="search">
            <form on:submit=submit>
                <Icon glyph=Glyph::Search/>
                <input
                    class="search-input" type="search" role="searchbox" node_ref=search.node
                    aria-label="Search mail" placeholder="Search mail" aria-describedby="search-help"
                    autocomplete="off" spellcheck="false" dir="auto" enterkeyhint="search"
                    prop:value=search.typed
                    on:input=move |event| search.type_in(event_target_value(&event))
                    on:keydown=keydown
                />
                {live(move || search.typed.with(|typed| !typed.is_empty()).then(|| view! {
                    <button
                        type="button" class="button plain square search-clear" aria-label="Clear search"
                        on:click=move |_| search.clear()
                    >
                        <Icon glyph=Glyph::Close/>
                    </button>
                }))}
            </form>
            <p class="search-help" id="search-help">
                "Words, or " <kbd>"from:"</kbd> " " <kbd>"to:"</kbd> " " <kbd>"subject:"</kbd> " " <kbd>"is:unread"</kbd> " "
                <kbd>"is:deleted"</kbd> " " <kbd>"has:attachment"</kbd> " " <kbd>"before:2024-05-01"</kbd> " "
                <kbd>"after:2024-01-01"</kbd> " " <kbd>"in:anywhere"</kbd>
            </p>
        </search>
    }
}

#[derive(Clone, Copy)]
struct Search {
    route: Route,
    node: NodeRef<html::Input>,
    typed: RwSignal<String>,
    timer: StoredValue<Option<TimeoutHandle>>,
}

impl Search {
    fn new(route: Route) -> Self {
        let shown = memo(move || route.mail().query);
        let search = Self {
            route,
            node: NodeRef::new(),
            typed: RwSignal::new(String::new()),
            timer: StoredValue::new(None),
        };
        // The address bar decides: Back brings an earlier search back into the box.
        effect(move || {
            let shown = shown.get();
            if search.typed.with_untracked(|typed| typed.trim() != shown) {
                search.typed.set(shown);
            }
        });
        on_cleanup(move || search.stop());
        search
    }

    fn type_in(self, text: String) {
        self.typed.set(text);
        self.stop();
        self.timer.set_value(set_timeout_with_handle(move || self.begin(), PAUSE).ok());
    }

    fn begin(self) {
        self.stop();
        let query = self.typed.with_untracked(|typed| typed.trim().to_owned());
        let mut place = untrack(|| self.route.mail()).closed();
        if place.query == query {
            return;
        }
        // One entry for a search, however long it was typed on.
        let refines = !place.query.is_empty() && !query.is_empty();
        place.query = query;
        let place = Place::Mail(place);
        if refines { self.route.replace(&place) } else { self.route.go(&place) }
    }

    fn clear(self) {
        self.typed.set(String::new());
        self.begin();
        if let Some(input) = self.node.get_untracked() {
            roving::focus(&input);
        }
    }

    /// Clears the box; an empty one is left, so that keys act on messages again.
    fn escape(self) {
        if !self.typed.with_untracked(String::is_empty) {
            self.clear();
        } else if let Some(input) = self.node.get_untracked() {
            // The only error is an element without a document, which has no focus to give up.
            let _ = input.blur();
        }
    }

    fn stop(self) {
        if let Some(timer) = self.timer.try_update_value(Option::take).flatten() {
            timer.clear();
        }
    }
}
