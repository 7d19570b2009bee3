//! The bar above the panes.

use super::{
    account::AccountMenu,
    connection::ConnectionStatus,
    drawer::{Drawer, OpenFolders},
};
use crate::{
    state::context::App,
    ui::{
        header::search::SearchBox,
        parts::icon::{Glyph, Icon},
    },
};
use leptos::prelude::*;
use postern_shared::writing::Beginning;

/// The bar above the panes.
#[component]
pub fn TopBar() -> impl IntoView {
    let app = App::get();
    let address = move || app.account.with(|account| account.as_ref().map(|account| account.id.to_string()));
    view! {
        <header class="topbar">
            <OpenFolders/>
            <h1 class="brand"><span class="brand-mark" aria-hidden="true"></span><span class="brand-name">"Postern"</span></h1>
            <SearchBox/>
            <div class="topbar-end">
                <ConnectionStatus/>
                <span class="address" dir="ltr">{address}</span>
                <AccountMenu/>
            </div>
        </header>
    }
}

/// The button that begins a message.
#[component]
pub fn ComposeButton() -> impl IntoView {
    let (app, drawer) = (App::get(), Drawer::expect());
    let compose = move |_| {
        // It would lie above the message.
        drawer.close();
        app.write(Beginning::Blank);
    };
    view! {
        <button type="button" class="button primary compose" title="Compose (c)" on:click=compose>
            <Icon glyph=Glyph::Compose/>
            <span>"Compose"</span>
        </button>
    }
}
