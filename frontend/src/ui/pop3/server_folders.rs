//! The folders of the IMAP server come here: what it takes when switching to POP3.

use crate::{
    model::server_folders::{doing, offer, outcome},
    state::{context::App, reactive::memo},
    ui::{
        login::{
            endpoint::Purpose,
            servers::{EndpointFields, EndpointForm},
        },
        parts::live::live,
    },
};
use leptos::prelude::*;
use postern_shared::{
    account::AccountKind,
    pop3::{FolderDownload, ServerFolders},
    session::{Security, ServerAddress},
};

/// What is known of them; tracked.
fn folders(app: App) -> ServerFolders {
    app.pop3.with(|status| status.as_ref().map(|status| (*status.server_folders).clone()).unwrap_or_default())
}

/// A banner while they are offered or downloaded, in every browser.
#[component]
pub fn FoldersBanner() -> impl IntoView {
    let app = App::get();
    let running = memo(move || folders(app).download.is_some());
    let offered = memo(move || offer(&folders(app)));
    live(move || {
        if running.get() {
            let banner = view! {
                <div class="banner server-folders" role="region" aria-label="Server folders"><Running/></div>
            };
            return Some(banner.into_any());
        }
        offered.get().map(|text| {
            view! {
                <div class="banner server-folders" role="region" aria-label="Server folders">
                    <p dir="auto">{text}</p>
                    <div class="banner-buttons">
                        <button type="button" class="button small primary" on:click=move |_| app.download_folders(None)>
                            "Download server folders"
                        </button>
                        <button type="button" class="button small" on:click=move |_| app.decline_folders()>"Not now"</button>
                    </div>
                </div>
            }
            .into_any()
        })
    })
}

/// How far the download is, and Cancel.
#[component]
fn Running() -> impl IntoView {
    let app = App::get();
    let read = memo(move || folders(app).download.unwrap_or_default());
    let text = move || read.with(doing);
    let messages = move |of: fn(&FolderDownload) -> u32| move || read.with(of).to_string();
    let share = move || {
        let progress = read.with(|download| download.progress);
        let total = u64::from(progress.messages_total.max(1));
        format!("{}%", u64::from(progress.messages.min(progress.messages_total)) * 100 / total)
    };
    view! {
        <div class="download-progress">
            <span class="download-text" dir="auto" aria-hidden="true">{text}</span>
            <div
                class="download-bar" role="progressbar" aria-label="Downloading server folders" aria-valuemin="0"
                aria-valuenow=messages(|download| download.progress.messages)
                aria-valuemax=messages(|download| download.progress.messages_total)
                aria-valuetext=text
            >
                <div class="download-done" style:inline-size=share></div>
            </div>
        </div>
        <button type="button" class="button small" on:click=move |_| app.cancel_folders()>"Cancel"</button>
    }
}

/// Says what happens, and does it.
#[component]
pub fn FoldersCard() -> impl IntoView {
    let app = App::get();
    let known = untrack(move || folders(app));
    let purpose = Purpose::Incoming(AccountKind::Imap);
    let insecure = known.server.as_ref().is_some_and(|server| server.security == Security::None);
    let fields = EndpointFields::of(purpose, known.server.clone());
    let nameable = known.nameable;
    let running = memo(move || folders(app).download.is_some());
    let from = memo(move || folders(app).server.map(|server| server.host));
    let none = memo(move || !nameable && from.get().is_none());
    let ended = memo(move || folders(app).ended.as_ref().map(outcome));
    let start = move |_| {
        let named: Option<ServerAddress> = nameable.then(|| fields.read().address()).flatten();
        app.download_folders(named);
    };
    view! {
        <section class="card" aria-labelledby="server-folders-title">
            <h2 id="server-folders-title" class="card-title">"Folders of the IMAP server"</h2>
            <p id="server-folders-hint">
                "POP3 downloads only the inbox. The server’s other folders, with all their mail, can be downloaded into \
                 folders here. Nothing is changed or removed on the server, and what came before does not come again."
            </p>
            {nameable.then(|| view! {
                <EndpointForm name="IMAP" key="imap" fields purpose=Signal::stored(purpose) insecure/>
            })}
            {live(move || (!nameable).then(|| match from.get() {
                Some(host) => view! { <p class="field-hint">"From " <bdi dir="ltr">{host}</bdi></p> }.into_any(),
                None => view! { <p class="field-hint">"No IMAP server is known for this account."</p> }.into_any(),
            }))}
            {live(move || if running.get() {
                view! { <div class="server-folders-progress"><Running/></div> }.into_any()
            } else {
                view! {
                    <div>
                        <button
                            type="button" class="button" aria-describedby="server-folders-hint" disabled=none on:click=start
                        >
                            "Download server folders"
                        </button>
                    </div>
                }
                .into_any()
            })}
            <p class="field-hint" role="status" dir="auto">{live(move || ended.get())}</p>
        </section>
    }
}
