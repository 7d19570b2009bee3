//! What a POP3 account shows, in a browser, against a gateway that the test plays.
#![cfg(target_arch = "wasm32")]
#![allow(missing_docs, clippy::expect_used, reason = "a test")]

mod gateway;

use gateway::{Gateway, account, frame};
use leptos::{mount::mount_to, prelude::*};
use postern_app::{
    state::context::App,
    ui::pop3::{copies::CopyChoice, download::DownloadLine},
};
use postern_shared::{
    account::{Account, AccountKind},
    command::AccountCommand,
    event::Event,
    pop3::{CopyPolicy, Download, Pop3Settings, Pop3Status},
};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{Element, HtmlElement, HtmlInputElement};

wasm_bindgen_test_configure!(run_in_browser);

/// The head's line and the settings of a POP3 account.
struct Page {
    gateway: Gateway,
    root: HtmlElement,
}

impl Page {
    async fn new() -> Self {
        let gateway = Gateway::with_messages(1);
        let root: HtmlElement = document().create_element("div").expect("a page").unchecked_into();
        document().body().expect("a body").append_child(&root).expect("a place");
        let (sender, receiver) = std::sync::mpsc::channel();
        mount_to(root.clone(), move || {
            sender.send(App::provide()).expect("the test waits");
            view! { <DownloadLine/> <CopyChoice/> }
        })
        .forget();
        let app = receiver.recv().expect("the app is mounted");
        let mut page = Self { gateway, root };
        page.gateway.serve(app).await;
        page
    }

    async fn tell(&mut self, status: Pop3Status) {
        let account = Account { kind: AccountKind::Pop3, pop3: Some(status), ..account() };
        self.gateway.tell(Event::AccountChanged(account));
        for _ in 0..3 {
            frame().await;
        }
    }

    fn find(&self, selector: &str) -> Option<Element> {
        self.root.query_selector(selector).expect("a selector")
    }

    fn click(&self, selector: &str) {
        self.find(selector).expect("it is there").unchecked_into::<HtmlElement>().click();
    }
}

#[wasm_bindgen_test]
async fn a_download_shows_how_far_it_is_and_can_be_cancelled() {
    let mut page = Page::new().await;
    page.tell(Pop3Status::default()).await;
    assert!(page.find("[role=progressbar]").is_none());
    let download =
        Download { messages: 312, messages_total: 1000, bytes: 4_100_000, bytes_total: 12_300_000 };
    page.tell(Pop3Status { download: Some(download), ..Pop3Status::default() }).await;
    let bar = page.find("[role=progressbar][aria-label='Downloading mail']").expect("a progress bar");
    assert_eq!(bar.get_attribute("aria-valuenow").as_deref(), Some("312"));
    assert_eq!(bar.get_attribute("aria-valuemax").as_deref(), Some("1000"));
    page.click(".download-line button");
    assert_eq!(page.gateway.answer().await, [AccountCommand::CancelDownload]);
    page.tell(Pop3Status::default()).await;
    assert!(page.find("[role=progressbar]").is_none());
}

#[wasm_bindgen_test]
async fn choosing_what_becomes_of_the_copies_is_sent() {
    let mut page = Page::new().await;
    page.tell(Pop3Status::default()).await;
    let checked = |page: &Page, id: &str| {
        page.find(id).expect("a choice").unchecked_into::<HtmlInputElement>().checked()
    };
    assert!(checked(&page, "#copy-leave-a-copy"));
    page.click("#copy-remove-after-download");
    let settings = Pop3Settings { copy: CopyPolicy::RemoveAfterDownload, ..Pop3Settings::default() };
    assert_eq!(page.gateway.answer().await, [AccountCommand::SetPop3 { settings }]);
    assert!(checked(&page, "#copy-remove-after-download") && !checked(&page, "#copy-leave-a-copy"));
}
