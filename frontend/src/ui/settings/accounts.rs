//! Who is signed in.

use crate::{
    model::status::Reach,
    state::{context::App, session::Session},
};
use leptos::prelude::*;
use postern_shared::account::AccountKind;

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
    view! {
        <ul class="cards">
            <For each=accounts key=Clone::clone let:account>
                <li class="card account-card">
                    <div><strong dir="ltr">{account.to_string()}</strong> <p class="field-hint">{kind} " · " {state}</p></div>
                    <button type="button" class="button" on:click=move |_| app.sign_out()>"Sign out"</button>
                </li>
            </For>
        </ul>
    }
}
