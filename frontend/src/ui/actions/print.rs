//! Printing. The frame that shows a body is of an opaque origin, and frames print only the part of them that is seen:
//! so another page, which has the message's head too, is loaded into a frame that nobody sees, and printed whole. It
//! has our origin for that, and no scripts.

use crate::{state::context::App, ui::parts::media};
use js_sys::{Date, Reflect};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{Document, Element, Window};

/// The class of the frame, and of what proves that the page came.
const FRAME: &str = "print-frame";
const HEAD: &str = ".print-head";

/// Prints the opened message.
pub fn print(app: App) {
    let Some(url) = app.opened_url() else { return };
    let page = format!("{url}/print?zone={}", zone(app.opened_sent()));
    if media::fits("(pointer: coarse)") {
        // Browsers on phones print the page they show, not a frame of it.
        open(&page);
        app.toast("Print it from the tab that opened.");
    } else if load(app, &page).is_err() {
        failed(app);
    }
}

fn load(app: App, page: &str) -> Result<(), JsValue> {
    // The last one may still be printing until the next is wanted.
    if let Ok(Some(last)) = document().query_selector(&format!(".{FRAME}")) {
        last.remove();
    }
    let frame = document().create_element("iframe")?;
    for (name, value) in [
        ("class", FRAME),
        ("title", "Printing"),
        ("aria-hidden", "true"),
        ("tabindex", "-1"),
        ("sandbox", "allow-same-origin allow-modals"),
        ("referrerpolicy", "no-referrer"),
        ("src", &format!("{page}&frame=1")),
    ] {
        frame.set_attribute(name, value)?;
    }
    let loaded = frame.clone();
    let on_load = Closure::once_into_js(move || {
        if print_frame(&loaded).is_none() {
            failed(app);
        }
    });
    frame.add_event_listener_with_callback("load", on_load.unchecked_ref())?;
    let body = document().body().ok_or(JsValue::NULL)?;
    body.append_child(&frame).map(drop)
}

/// Opens the browser's print dialog for a frame that has the page.
fn print_frame(frame: &Element) -> Option<()> {
    let inside = |name: &str| Reflect::get(frame, &name.into()).ok();
    // Of a document that is not ours there is none.
    let page: Document = inside("contentDocument").filter(JsValue::is_object)?.unchecked_into();
    page.query_selector(HEAD).ok()??;
    let window: Window = inside("contentWindow")?.unchecked_into();
    window.focus().ok()?;
    window.print().ok()
}

fn failed(app: App) {
    app.toast("The message could not be loaded to be printed. Try again.");
}

/// How many minutes the reader's clock is ahead of UTC at a moment.
fn zone(seconds: Option<i64>) -> i32 {
    let date =
        seconds.map_or_else(Date::new_0, |seconds| Date::new(&JsValue::from_f64(seconds as f64 * 1000.0)));
    let minutes = -date.get_timezone_offset();
    if minutes.is_finite() { minutes as i32 } else { 0 }
}

fn open(url: &str) {
    let Ok(link) = document().create_element("a") else { return };
    for (name, value) in [("href", url), ("target", "_blank"), ("rel", "noopener noreferrer")] {
        // Names that are known are valid.
        let _ = Element::set_attribute(&link, name, value);
    }
    if let Ok(link) = link.dyn_into::<web_sys::HtmlElement>() {
        link.click();
    }
}
