//! The connection's state, always in sight.

use crate::{
    model::status::Reach,
    state::{context::App, reactive::memo},
    ui::{parts::live::live, pop3::download::checked},
};
use leptos::prelude::*;

/// The connection in one word, and how many changes wait for it.
#[component]
pub fn ConnectionStatus() -> impl IntoView {
    let app = App::get();
    let class = move || match app.status.get().reach {
        Reach::Online => "connection online",
        Reach::Reconnecting => "connection reconnecting",
        Reach::Offline => "connection offline",
    };
    // Of a POP3 account, being online says that the last check worked.
    let title = move || app.status.get().reason.or_else(|| checked(app));
    view! {
        <div class=class role="status" aria-label="Connection" title=title>
            <span class="connection-dot" aria-hidden="true"></span>
            <span class="connection-word">{live(move || app.status.get().reach.label())}</span>
            {live(move || app.status.get().waiting_text().map(|text| view! { <span class="connection-waiting">{text}</span> }))}
        </div>
    }
}

/// Asks to sign in again where the mail server refused the password.
#[component]
pub fn SignInAgain() -> impl IntoView {
    let app = App::get();
    let needed = memo(move || app.status.get().sign_in_needed);
    live(move || {
        needed.get().then(|| {
            view! {
                <div class="banner" role="alert">
                    <p>"The mail server does not accept your password any more. Nothing is lost: sign in again to go on."</p>
                    <button type="button" class="button small" on:click=move |_| app.sign_out()>"Sign in again"</button>
                </div>
            }
        })
    })
}
