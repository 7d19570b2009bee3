//! The message list in a browser, against a gateway that the test plays.
#![cfg(target_arch = "wasm32")]
#![allow(missing_docs, clippy::expect_used, reason = "a test")]

mod gateway;

use gateway::{Gateway, VIEW, frame, summary};
use leptos::{mount::mount_to, prelude::*};
use postern_app::{
    state::{context::App, session::Session},
    ui::list::MessageList,
};
use postern_shared::{
    command::AccountCommand,
    event::Event,
    ids::Revision,
    view::{Splice, View, ViewChange},
    wire::close,
};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{Element, HtmlElement, KeyboardEvent};

wasm_bindgen_test_configure!(run_in_browser);

/// The view the gateway opens, after a change.
fn view(revision: u32, total: u32) -> View {
    View { id: VIEW, revision: Revision(revision), total, searching: false }
}

/// The app's list in a page of its own.
struct Page {
    app: App,
    gateway: Gateway,
    root: HtmlElement,
}

impl Page {
    async fn with_messages(total: u32) -> Self {
        let gateway = Gateway::with_messages(total);
        let root: HtmlElement = document().create_element("div").expect("a page").unchecked_into();
        root.set_attribute("style", "height: 600px; display: flex").expect("a style");
        document().body().expect("a body").append_child(&root).expect("a place");
        let style = document().create_element("style").expect("a style");
        style.set_text_content(Some(include_str!("../style/list.css")));
        root.append_child(&style).expect("a place");
        let (sender, receiver) = std::sync::mpsc::channel();
        let mounted = mount_to(root.clone(), move || {
            sender.send(App::provide()).expect("the test waits");
            view! { <MessageList on_open=Callback::new(|_| ())/> }
        });
        mounted.forget();
        let app = receiver.recv().expect("the app is mounted");
        let mut page = Self { app, gateway, root };
        page.gateway.serve(app).await;
        page
    }

    fn grid(&self) -> HtmlElement {
        self.find("[role=grid]").expect("the grid is drawn").unchecked_into()
    }

    fn find(&self, selector: &str) -> Option<Element> {
        self.root.query_selector(selector).expect("a selector")
    }

    fn drawn(&self) -> u32 {
        self.root.query_selector_all("[role=row]").expect("a selector").length()
    }

    fn row(&self, uid: u32) -> Option<Element> {
        self.find(&format!("[role=row][data-uid='{uid}']"))
    }

    fn top_of(&self, uid: u32) -> f64 {
        let row = self.row(uid).expect("the row is drawn");
        row.get_bounding_client_rect().top() - self.grid().get_bounding_client_rect().top()
    }

    async fn scroll(&mut self, to: i32) {
        self.grid().set_scroll_top(to);
        self.gateway.answer().await;
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        self.root.remove();
    }
}

#[wasm_bindgen_test]
async fn a_hundred_thousand_messages_draw_a_screenful_and_load_where_one_scrolls() {
    let mut page = Page::with_messages(100_000).await;
    let grid = page.grid();
    assert_eq!(grid.get_attribute("aria-rowcount").as_deref(), Some("100000"));
    assert!(page.drawn() > 5 && page.drawn() < 40, "{} rows are drawn", page.drawn());
    let first = page.row(100_000).expect("the newest message is drawn");
    assert_eq!(first.get_attribute("aria-rowindex").as_deref(), Some("1"));

    page.scroll(grid.scroll_height() / 2).await;
    assert!(page.row(50_000).is_some());
    assert!(page.row(100_000).is_none() && page.drawn() < 40);
    assert!(page.find("[aria-busy=true][role=row]").is_none());
}

#[wasm_bindgen_test]
async fn delete_strikes_in_the_same_frame() {
    let mut page = Page::with_messages(30).await;
    page.app.focus_row(1);
    page.app.delete(false, false);
    // The microtasks that draw run before anything else does.
    wasm_bindgen_futures::JsFuture::from(js_sys::Promise::resolve(&JsValue::NULL)).await.expect("resolved");
    wasm_bindgen_futures::JsFuture::from(js_sys::Promise::resolve(&JsValue::NULL)).await.expect("resolved");
    let row = page.row(29).expect("the row stays");
    assert_eq!(row.get_attribute("data-deleted").as_deref(), Some("true"));
    let name = row.get_attribute("aria-label").unwrap_or_default();
    assert!(name.starts_with("deleted, unread, Grace, Message 29, "), "{name}");
    for part in [".message-people", ".message-subject"] {
        let part = row.query_selector(part).expect("a selector").expect("a part");
        let style = window().get_computed_style(&part).expect("a style").expect("a style");
        assert_eq!(style.get_property_value("text-decoration-line").as_deref(), Ok("line-through"));
    }
    assert_eq!(page.grid().get_attribute("aria-activedescendant").as_deref(), Some("message-2"));
    let changes = page.gateway.answer().await;
    assert!(matches!(changes[..], [AccountCommand::Delete { .. }]), "{changes:?}");
}

#[wasm_bindgen_test]
async fn mail_that_arrives_above_does_not_move_what_is_in_sight() {
    let mut page = Page::with_messages(200).await;
    page.scroll(3000).await;
    let before = page.top_of(155);
    let element = page.row(155).expect("the row is drawn");
    let splices = vec![Splice::Insert { start: 0, count: 1, rows: vec![summary(201)] }];
    page.gateway.tell(Event::ViewChanged(ViewChange { view: view(1, 201), splices }));
    frame().await;
    frame().await;
    assert_eq!(page.top_of(155), before);
    assert_eq!(page.row(155), Some(element), "a row keeps its element");

    page.grid().set_scroll_top(0);
    frame().await;
    let splices = vec![Splice::Insert { start: 0, count: 1, rows: vec![summary(202)] }];
    page.gateway.tell(Event::ViewChanged(ViewChange { view: view(2, 202), splices }));
    frame().await;
    assert_eq!(page.top_of(202), 0.0, "at the top new mail shows");
}

#[wasm_bindgen_test]
async fn keys_move_the_focus_and_keep_it_in_sight() {
    let page = Page::with_messages(500).await;
    let press = |key: &str| {
        let init = web_sys::KeyboardEventInit::new();
        init.set_key(key);
        init.set_bubbles(true);
        let event = KeyboardEvent::new_with_keyboard_event_init_dict("keydown", &init).expect("an event");
        page.grid().dispatch_event(&event).expect("a target");
    };
    press("ArrowDown");
    press("ArrowDown");
    frame().await;
    assert_eq!(page.grid().get_attribute("aria-activedescendant").as_deref(), Some("message-1"));
    press("End");
    frame().await;
    frame().await;
    let grid = page.grid();
    assert_eq!(grid.scroll_top() + grid.client_height(), grid.scroll_height());
    assert_eq!(grid.get_attribute("aria-activedescendant").as_deref(), Some("message-499"));
}

#[wasm_bindgen_test]
async fn the_socket_comes_back_and_a_session_that_ended_does_not() {
    let mut page = Page::with_messages(30).await;
    gateway::end(close::RESTARTING);
    frame().await;
    page.app.focus_row(0);
    page.app.delete(false, false);
    let changes = page.gateway.answer().await;
    assert!(matches!(changes[..], [AccountCommand::Delete { .. }]), "{changes:?}");
    assert_eq!(page.app.status.get_untracked().reach.label(), "Online");

    gateway::end(close::SIGNED_OUT);
    frame().await;
    assert_eq!(page.app.session.get_untracked(), Session::SignedOut);
    assert!(page.row(30).is_none(), "mail is forgotten");
}
