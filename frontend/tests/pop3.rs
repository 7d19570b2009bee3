//! What a POP3 account shows, in a browser, against a gateway that the test plays.
#![cfg(target_arch = "wasm32")]
#![allow(missing_docs, clippy::expect_used, reason = "a test")]

mod gateway;

use gateway::{Gateway, account, frame};
use leptos::{mount::mount_to, prelude::*};
use postern_app::{
    state::context::App,
    ui::pop3::{
        copies::CopyChoice,
        download::DownloadLine,
        server_folders::{FoldersBanner, FoldersCard},
    },
};
use postern_shared::{
    account::{Account, AccountKind},
    command::AccountCommand,
    error::{ErrorCode, Failure},
    event::Event,
    pop3::{CopyPolicy, Download, FolderDownload, FoldersEnded, Pop3Settings, Pop3Status, ServerFolders},
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
            view! { <DownloadLine/> <CopyChoice/> <FoldersBanner/> <FoldersCard/> }
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

#[wasm_bindgen_test]
async fn server_folders_are_offered_downloaded_with_progress_and_can_be_declined() {
    let mut page = Page::new().await;
    let of = |folders| Pop3Status { server_folders: Box::new(folders), ..Pop3Status::default() };
    page.tell(of(ServerFolders::default())).await;
    assert!(page.find(".banner").is_none(), "nobody asked");
    page.tell(of(ServerFolders { offered: true, ..ServerFolders::default() })).await;
    page.click(".banner .primary");
    let download = AccountCommand::DownloadServerFolders { server: None };
    assert_eq!(page.gateway.answer().await, [download]);

    let progress = Download { messages: 7, messages_total: 20, bytes: 1_000, bytes_total: 9_000 };
    let download = Some(FolderDownload { folder: "Work".to_owned(), progress });
    page.tell(of(ServerFolders { offered: true, download, ..ServerFolders::default() })).await;
    let bar = page
        .find(".banner [role=progressbar][aria-label='Downloading server folders']")
        .expect("a progress bar");
    assert_eq!(bar.get_attribute("aria-valuenow").as_deref(), Some("7"));
    assert_eq!(bar.get_attribute("aria-valuemax").as_deref(), Some("20"));
    assert!(bar.get_attribute("aria-valuetext").is_some_and(|text| text.starts_with("Work: 7 of 20")));
    page.click(".banner button");
    assert_eq!(page.gateway.answer().await, [AccountCommand::CancelServerFolders]);

    let failure = Some(Failure::new(ErrorCode::ServerBroken, ""));
    let ended = Some(FoldersEnded { messages: 7, failure, ..FoldersEnded::default() });
    page.tell(of(ServerFolders { offered: true, ended, ..ServerFolders::default() })).await;
    let said = page.find(".banner p").and_then(|text| text.text_content()).unwrap_or_default();
    assert!(said.contains("7 messages came") && said.contains("go on from there"), "{said}");
    page.click(".banner button:not(.primary)");
    assert_eq!(page.gateway.answer().await, [AccountCommand::DeclineServerFolders]);
    page.tell(of(ServerFolders::default())).await;
    assert!(page.find(".banner").is_none());
}
