//! Who is signed in, and what a POP3 account can choose.

use crate::{
    model::status::Reach,
    state::{context::App, reactive::memo, session::Session},
    ui::{
        choose::dialog::AdvisorDialog,
        parts::live::live,
        pop3::{
            checking::{CheckChoice, DownloadChoice},
            copies::CopyChoice,
            server_folders::FoldersCard,
            upload::UploadCard,
            waiting::WaitingCopies,
        },
    },
};
use leptos::prelude::*;
use postern_shared::{account::AccountKind, probe::ProbeRequest};

/// The page Accounts.
#[component]
pub fn AccountsPage() -> impl IntoView {
    let app = App::get();
    let accounts = move || match app.session.get() {
        Session::SignedIn(accounts) => accounts,
        _ => Vec::new(),
    };
    let state = move || match app.status.get().reach {
        Reach::Online => "Connected",
        Reach::Reconnecting => "Reconnecting…",
        Reach::Offline => "Not connected",
    };
    let kind = move || match app.account.with(|account| account.as_ref().map(|account| account.kind)) {
        Some(AccountKind::Pop3) => "POP3",
        _ => "IMAP",
    };
    let choosing = RwSignal::new(false);
    // The session's own server is measured.
    let request = |()| ProbeRequest { address: None, password: None, incoming: None };
    let pop3 = memo(move || app.is_pop3());
    view! {
        <ul class="cards">
            <For each=accounts key=Clone::clone let:account>
                <li class="card account-card">
                    <div><strong dir="ltr">{account.to_string()}</strong> <p class="field-hint">{kind} " · " {state}</p></div>
                    <button type="button" class="button" on:click=move |_| app.sign_out()>"Sign out"</button>
                </li>
            </For>
        </ul>
        <div class="card account-card">
            <div>
                <strong>"IMAP or POP3?"</strong>
                <p class="field-hint">"Measures your connection and recommends an account type."</p>
            </div>
            <button type="button" class="button" aria-haspopup="dialog" on:click=move |_| choosing.set(true)>
                "Help me choose"
            </button>
        </div>
        <AdvisorDialog open=choosing request/>
        {live(move || pop3.get().then(|| view! {
            <CopyChoice/> <CheckChoice/> <DownloadChoice/> <WaitingCopies/> <FoldersCard/> <UploadCard/>
        }))}
    }
}
