//! What is shown when the app itself broke: never a blank page. It asks nothing of the app, only of the browser.

use leptos::prelude::document;
use std::panic::PanicHookInfo;
use wasm_bindgen::JsValue;
use web_sys::Element;

/// Shows a panel, beside the console's message, when the app panics.
pub fn install() {
    std::panic::set_hook(Box::new(|info| {
        console_error_panic_hook::hook(info);
        // Without a document there is nobody to tell.
        let _ = show(info);
    }));
}

/// Takes the loading screen away.
pub fn remove_splash() {
    if let Some(splash) = document().get_element_by_id("splash") {
        splash.remove();
    }
}

fn show(info: &PanicHookInfo<'_>) -> Result<(), JsValue> {
    if document().get_element_by_id("crash").is_some() {
        return Ok(());
    }
    let panel = element("div", "crash")?;
    panel.set_id("crash");
    panel.set_attribute("role", "alertdialog")?;
    panel.set_attribute("aria-labelledby", "crash-title")?;
    let title = text("h1", "", "Something broke")?;
    title.set_id("crash-title");
    let reload = text("a", "button primary", "Reload")?;
    // A link to the page itself: it needs no code of ours, which may be what broke.
    reload.set_attribute("href", "")?;
    let card = element("div", "crash-card")?;
    card.append_child(&title)?;
    let advice = text(
        "p",
        "",
        "Postern stopped because of a mistake in its program. Your mail is safe on the server.",
    )?;
    let detail = text("pre", "crash-detail", &info.to_string())?;
    card.append_child(&advice)?;
    card.append_child(&reload)?;
    card.append_child(&detail)?;
    panel.append_child(&card)?;
    if let Some(body) = document().body() {
        body.append_child(&panel)?;
    }
    Ok(())
}

fn element(tag: &str, class: &str) -> Result<Element, JsValue> {
    let element = document().create_element(tag)?;
    element.set_class_name(class);
    Ok(element)
}

fn text(tag: &str, class: &str, text: &str) -> Result<Element, JsValue> {
    let element = element(tag, class)?;
    element.set_text_content(Some(text));
    Ok(element)
}
