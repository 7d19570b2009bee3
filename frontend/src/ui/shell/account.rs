//! The account's menu.

use crate::{
    state::context::App,
    ui::{
        keys::sheet::Sheet,
        parts::{
            icon::Glyph,
            menu::{MenuButton, MenuEntry},
        },
        route::{
            history::Route,
            place::{Page, Place},
        },
    },
};
use leptos::prelude::*;

/// The account's menu: settings, help, signing out.
#[component]
pub fn AccountMenu() -> impl IntoView {
    let (app, route, sheet) = (App::get(), Route::expect(), Sheet::expect());
    let entries = Callback::new(move |()| {
        vec![
            MenuEntry::new("Settings", move || route.go(&Place::Settings(Page::default()))),
            MenuEntry::new("Keyboard shortcuts", move || sheet.open.set(true)).key("?"),
            MenuEntry::new("Sign out", move || app.sign_out()).below_line(),
        ]
    });
    view! { <MenuButton label="Account" glyph=Glyph::Gear entries/> }
}
