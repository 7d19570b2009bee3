//! The editor for formatted text: `editor/editor.js`, which is loaded when somebody writes for the first time.

use js_sys::{Function, Promise, Reflect};
use leptos::prelude::{document, window};
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use wasm_bindgen_futures::JsFuture;
use web_sys::{HtmlElement, HtmlScriptElement};

#[wasm_bindgen]
extern "C" {
    /// An editor in an element.
    pub type Editor;

    /// Makes an element an editor. `tell` is called with whether the text changed; otherwise the cursor moved.
    #[wasm_bindgen(js_namespace = posternEditor, catch)]
    pub fn open(root: &HtmlElement, tell: &Function) -> Result<Editor, JsValue>;

    /// The text as HTML.
    #[wasm_bindgen(method)]
    pub fn html(this: &Editor) -> String;

    /// Shows HTML; what is no structure is left out.
    #[wasm_bindgen(method)]
    pub fn set(this: &Editor, html: &str);

    /// Shows plain text.
    #[wasm_bindgen(method, js_name = setPlain)]
    pub fn set_plain(this: &Editor, text: &str);

    /// The text without its formatting.
    #[wasm_bindgen(method)]
    pub fn plain(this: &Editor) -> String;

    /// The same without what is quoted.
    #[wasm_bindgen(method)]
    pub fn own(this: &Editor) -> String;

    /// Whether plain text would lose something.
    #[wasm_bindgen(method, js_name = isFormatted)]
    pub fn is_formatted(this: &Editor) -> bool;

    /// Puts the cursor before the text.
    #[wasm_bindgen(method)]
    pub fn focus(this: &Editor);

    /// Puts a picture at the cursor.
    #[wasm_bindgen(method)]
    pub fn image(this: &Editor, url: &str, name: &str);

    /// Where the link at the cursor leads; empty where there is none.
    #[wasm_bindgen(method)]
    pub fn link(this: &Editor) -> String;

    /// Makes a link of what is selected, or unmakes it.
    #[wasm_bindgen(method, js_name = setLink)]
    pub fn set_link(this: &Editor, url: &str);

    /// The formats at the cursor, a letter each.
    #[wasm_bindgen(method)]
    pub fn formats(this: &Editor) -> String;

    /// Switches a format on or off.
    #[wasm_bindgen(method)]
    pub fn toggle(this: &Editor, format: &str);

    /// Ends it.
    #[wasm_bindgen(method)]
    pub fn close(this: &Editor);
}

/// Loads the editor, unless it is here. False where that failed.
pub async fn load() -> bool {
    let here = || Reflect::has(&window(), &"posternEditor".into()).unwrap_or_default();
    if !here() {
        let promise = Promise::new(&mut |resolve, _| insert(&resolve));
        // The promise is never rejected.
        let _ = JsFuture::from(promise).await;
    }
    here()
}

/// Puts the script into the page; `done` is called whether it came or not.
fn insert(done: &Function) {
    let meta = document().query_selector("meta[name=postern-editor]").ok().flatten();
    let url = meta.and_then(|meta| meta.get_attribute("content")).unwrap_or_default();
    let Ok(element) = document().create_element("script") else { return };
    let script: HtmlScriptElement = element.unchecked_into();
    script.set_type("module");
    script.set_src(&url);
    script.set_onload(Some(done));
    script.set_onerror(Some(done));
    if let Some(body) = document().body() {
        // A fresh element can be put anywhere.
        let _ = body.append_child(&script);
    }
}
