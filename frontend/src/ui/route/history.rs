//! The browser's address bar and history.

use super::place::{MailPlace, Place};
use leptos::prelude::*;
use postern_shared::ids::MessageKey;
use wasm_bindgen::JsValue;

/// Where the app is, and the way to go elsewhere.
///
/// The place is always read back from the address bar: URL and screen cannot disagree.
#[derive(Clone, Copy)]
pub struct Route {
    place: RwSignal<Place>,
}

impl Route {
    /// Reads the address bar, follows Back and Forward, and provides itself as a context.
    pub fn provide() -> Self {
        let place = RwSignal::new(current());
        let follow = window_event_listener(leptos::ev::popstate, move |_| follow_bar(place));
        on_cleanup(move || follow.remove());
        let route = Self { place };
        provide_context(route);
        route
    }

    /// The route of the app.
    pub fn expect() -> Self {
        expect_context()
    }

    /// Where the app is.
    pub fn place(self) -> ReadSignal<Place> {
        self.place.read_only()
    }

    /// Goes to a place. Back leads here again.
    pub fn go(self, place: &Place) {
        self.write(&place.url(), false);
    }

    /// Goes to a place that takes this one's turn in the history.
    pub fn replace(self, place: &Place) {
        self.write(&place.url(), true);
    }

    /// Goes to a path of this app that was kept as text; anything else goes to the mail. A path that a browser would
    /// take for another site (`//host`, `/\host`) is no path.
    pub fn replace_with_path(self, path: Option<&str>) {
        let inside = |path: &&str| path.starts_with('/') && !path[1..].starts_with(['/', '\\']);
        self.write(path.filter(inside).unwrap_or("/mail"), true);
    }

    /// Leaves for a place: by the browser's Back where that leads there, so that no entry is left behind.
    pub fn leave_for(self, place: &Place) {
        let Ok(history) = window().history() else { return };
        let before = history.state().ok().and_then(|state| state.as_string());
        if before.as_deref() == Some(&place.url()) {
            // It fails only in a document that is not shown any more.
            let _ = history.back();
        } else {
            self.go(place);
        }
    }

    /// The mail that is shown; where something else is, all that can be said of it is nothing.
    pub fn mail(self) -> MailPlace {
        self.place.with(|place| match place {
            Place::Mail(place) => place.clone(),
            _ => MailPlace::default(),
        })
    }

    /// Goes to another part of the mail that is shown.
    pub fn go_mail(self, change: impl FnOnce(&mut MailPlace)) {
        let mut place = untrack(|| self.mail());
        change(&mut place);
        self.go(&Place::Mail(place));
    }

    /// Shows a message.
    pub fn open_message(self, key: MessageKey) {
        self.go_mail(|place| place.message = Some(key));
    }

    /// Shows no message any more.
    pub fn close_message(self) {
        self.leave_for(&Place::Mail(untrack(|| self.mail()).closed()));
    }

    fn write(self, url: &str, replace: bool) {
        let Ok(history) = window().history() else { return };
        let here = self.place.get_untracked().url();
        // An entry remembers the one before it: see `leave_for`.
        let written = match (here == url, replace) {
            (true, false) => return,
            (_, true) => {
                history.replace_state_with_url(&history.state().unwrap_or(JsValue::NULL), "", Some(url))
            }
            (false, false) => history.push_state_with_url(&JsValue::from_str(&here), "", Some(url)),
        };
        // Browsers refuse a flood of entries: the place shown stays as the bar has it.
        if written.is_ok() {
            follow_bar(self.place);
        }
    }
}

fn follow_bar(place: RwSignal<Place>) {
    let now = current();
    if now != place.get_untracked() {
        place.set(now);
    }
}

fn current() -> Place {
    let location = window().location();
    let query = location.search().unwrap_or_default();
    Place::parse(&location.pathname().unwrap_or_default(), query.strip_prefix('?').unwrap_or_default())
}
