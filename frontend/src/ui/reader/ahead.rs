//! The body that is likely to be read next, loaded before anybody asks for it: that of the row the pointer rests on, and
//! that of the row below the opened one. It waits in a frame out of sight, which is moved to its place when its message
//! is opened.

use crate::{
    state::context::App,
    ui::{
        look::Look,
        parts::media,
        reader::body::{SANDBOX, address},
    },
};
use leptos::{html, leptos_dom::helpers::TimeoutHandle, prelude::*};
use std::time::Duration;
use wasm_bindgen::{JsCast, JsValue, closure::Closure, prelude::wasm_bindgen};
use web_sys::{Element, Node};

/// A pointer that is only passing stays shorter.
const REST: Duration = Duration::from_millis(60);

/// Larger messages are loaded when they are asked for, in bytes.
const SIZE_LIMIT: u64 = 1024 * 1024;

#[wasm_bindgen]
extern "C" {
    /// An element that others can be moved into as they are: a frame keeps its document.
    #[wasm_bindgen(extends = Node)]
    type Place;

    #[wasm_bindgen(method, catch, js_name = moveBefore)]
    fn move_before(this: &Place, node: &Node, child: Option<&Node>) -> Result<(), JsValue>;
}

/// What is loaded ahead; provided as a context.
#[derive(Clone, Copy)]
pub struct Ahead {
    app: App,
    look: Look,
    place: NodeRef<html::Div>,
    waiting: StoredValue<Option<Waiting>, LocalStorage>,
    resting: StoredValue<Option<TimeoutHandle>>,
}

/// What a frame has that has loaded.
const LOADED: &str = "data-loaded";

/// A frame out of sight.
struct Waiting {
    url: String,
    frame: Element,
    on_load: Closure<dyn FnMut()>,
}

impl Waiting {
    /// The frame, without anybody who listens to it.
    fn let_go(self) -> Element {
        // A listener that is gone already is what is wanted.
        let _ = self.frame.remove_event_listener_with_callback("load", self.on_load.as_ref().unchecked_ref());
        self.frame
    }
}

impl Ahead {
    /// Provides it.
    pub fn provide(app: App) {
        provide_context(Self {
            app,
            look: Look::expect(),
            place: NodeRef::new(),
            waiting: StoredValue::new_local(None),
            resting: StoredValue::new(None),
        });
    }

    /// What [`Ahead::provide`] provided.
    #[allow(clippy::expect_used, reason = "a component outside the app is a mistake of the program")]
    pub fn expect() -> Self {
        use_context().expect("Ahead::provide ran first")
    }

    /// The pointer came to a row.
    pub fn rest(self, index: u32) {
        self.leave();
        self.resting.set_value(set_timeout_with_handle(move || self.load(index), REST).ok());
    }

    /// The pointer left a row.
    pub fn leave(self) {
        if let Some(timer) = self.resting.try_update_value(Option::take).flatten() {
            timer.clear();
        }
    }

    /// A body is shown: the one below it is likely to be the next. Where nothing can rest on a row, the connection is
    /// likely to be dear.
    pub fn go_on(self) {
        let hovers = media::fits("(hover: hover)");
        if let Some(index) = self.app.focused_row().filter(|_| hovers) {
            self.load(index.saturating_add(1));
        }
    }

    /// Loads the body of a row, if nothing speaks against it.
    fn load(self, index: u32) {
        let row = self.app.row(index).filter(|row| row.summary.size <= SIZE_LIMIT);
        let account =
            self.app.account.with_untracked(|account| account.as_ref().map(|account| account.id.clone()));
        if let (Some(row), Some(account)) = (row, account) {
            let url = App::body_url(&account, row.key());
            self.park(address(self.look, &url, None), &address(self.look, &url, Some("ahead=1")));
        }
    }

    fn park(self, url: String, ahead: &str) {
        let is_there =
            self.waiting.with_value(|waiting| waiting.as_ref().is_some_and(|waiting| waiting.url == url));
        let Some(place) = self.place.get_untracked().filter(|_| !is_there) else { return };
        // Where a frame loses its document when it is moved, there is no use in loading one.
        if !js_sys::Reflect::has(&place, &JsValue::from_str("moveBefore")).unwrap_or_default() {
            return;
        }
        self.drop_waiting();
        let made = document().create_element("iframe").and_then(|frame| {
            for (name, value) in [
                ("class", "body-frame"),
                ("title", "Next message"),
                ("sandbox", SANDBOX),
                ("referrerpolicy", "no-referrer"),
                ("src", ahead),
            ] {
                frame.set_attribute(name, value)?;
            }
            let hears = frame.clone();
            let on_load: Closure<dyn FnMut()> = Closure::new(move || drop(hears.set_attribute(LOADED, "")));
            frame.add_event_listener_with_callback("load", on_load.as_ref().unchecked_ref())?;
            place.append_child(&frame)?;
            Ok(Waiting { url, frame, on_load })
        });
        // What cannot be loaded ahead is loaded later.
        self.waiting.set_value(made.ok());
    }

    /// The frame that has loaded this address, if there is one.
    pub fn take(self, url: &str) -> Option<Element> {
        let is_it = |waiting: &mut Waiting| waiting.url == url && waiting.frame.has_attribute(LOADED);
        let found = self.waiting.try_update_value(|waiting| waiting.take_if(is_it)).flatten();
        found.map(Waiting::let_go)
    }

    fn drop_waiting(self) {
        if let Some(waiting) = self.waiting.try_update_value(Option::take).flatten() {
            waiting.let_go().remove();
        }
    }
}

/// Moves a frame to its place. Returns whether it is there.
pub fn settle(frame: &Element, place: &Element) -> bool {
    let titled = frame.set_attribute("title", "Message body");
    titled.and_then(|()| place.unchecked_ref::<Place>().move_before(frame, None)).is_ok()
}

/// Where frames wait.
#[component]
pub fn WaitingPlace() -> impl IntoView {
    view! { <div class="waiting-body" aria-hidden="true" inert="" node_ref=Ahead::expect().place></div> }
}
