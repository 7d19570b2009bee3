//! The address bar and Back, in a browser.
#![cfg(target_arch = "wasm32")]
#![allow(missing_docs, clippy::expect_used, reason = "a test")]

use leptos::prelude::*;
use postern_app::ui::route::{
    history::Route,
    place::{MailPlace, Place},
};
use postern_shared::ids::{MessageKey, Uid, UidValidity};
use wasm_bindgen::{JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

fn folder(name: &str) -> MailPlace {
    MailPlace { account: Some("ada@demo.test".into()), folder: Some(name.into()), ..MailPlace::default() }
}

fn key(uid: u32) -> MessageKey {
    MessageKey { folder: "INBOX".into(), validity: UidValidity(1), uid: Uid(uid) }
}

/// A route that starts at a folder nobody came to from elsewhere.
fn start_at(name: &str) -> (Owner, Route) {
    let url = Place::Mail(folder(name)).url();
    let history = window().history().expect("a history");
    history.replace_state_with_url(&JsValue::NULL, "", Some(&url)).expect("a place");
    let owner = Owner::new();
    let route = owner.with(Route::provide);
    (owner, route)
}

fn bar() -> String {
    let location = window().location();
    location.pathname().expect("a path") + &location.search().expect("a query")
}

fn entries() -> u32 {
    window().history().and_then(|history| history.length()).expect("a history")
}

/// Does something that goes back, and waits until the browser went.
async fn and_back(action: impl FnOnce()) {
    let went = js_sys::Promise::new(&mut |resolve, _| {
        let went = Closure::once_into_js(move || {
            resolve.call0(&JsValue::NULL).expect("a promise is settled");
        });
        let options = web_sys::AddEventListenerOptions::new();
        options.set_once(true);
        let listener = wasm_bindgen::JsCast::unchecked_ref(&went);
        window()
            .add_event_listener_with_callback_and_add_event_listener_options("popstate", listener, &options)
            .expect("a listener");
    });
    action();
    JsFuture::from(went).await.expect("the browser went back");
}

#[wasm_bindgen_test]
async fn closing_a_message_goes_back_to_the_list_it_was_opened_from() {
    let (_owner, route) = start_at("INBOX");
    route.open_message(key(7));
    assert_eq!(bar(), "/mail/ada@demo.test/INBOX?open=1.7");
    let opened = entries();
    and_back(|| route.close_message()).await;
    assert_eq!(bar(), "/mail/ada@demo.test/INBOX");
    assert_eq!(entries(), opened, "Back, not another entry");
    assert_eq!(route.place().get_untracked(), Place::Mail(folder("INBOX")));
}

#[wasm_bindgen_test]
async fn a_message_opened_by_its_address_is_closed_all_the_same() {
    let (_owner, route) = start_at("INBOX");
    route.replace(&Place::Mail(MailPlace { message: Some(key(9)), ..folder("INBOX") }));
    route.close_message();
    assert_eq!(bar(), "/mail/ada@demo.test/INBOX");
    and_back(|| window().history().expect("a history").back().expect("an entry")).await;
    assert_eq!(route.mail().message, Some(key(9)));
}

#[wasm_bindgen_test]
fn signing_in_leads_to_no_other_site() {
    let (_owner, route) = start_at("INBOX");
    for elsewhere in ["//evil.example/", "/\\evil.example", "https://evil.example/", "javascript:alert(1)"] {
        route.replace_with_path(Some(elsewhere));
        assert_eq!(bar(), "/mail", "{elsewhere}");
    }
    route.replace_with_path(Some("/settings/deleting"));
    assert_eq!(bar(), "/settings/deleting");
}
