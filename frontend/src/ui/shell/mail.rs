//! The mail screen: folders, list and reading pane. Style sheets decide how many of them fit beside each other.

use super::{
    connection::SignInAgain,
    drawer::Drawer,
    topbar::{ComposeButton, TopBar},
};
use crate::{
    state::{
        context::App,
        reactive::{follow, memo},
    },
    ui::{
        actions::{edit::EditMenu, toolbar::Toolbar},
        compose::{self, outbox::Outbox},
        folders::{navigation::FolderTree, task::Tasks},
        header::FolderHeader,
        list::MessageList,
        pop3::{removal::RemovalDialog, server_folders::FoldersBanner, trouble::Trouble},
        reader::{ReadingPane, ahead::Ahead},
        route::{history::Route, place::Place},
    },
};
use leptos::prelude::*;

/// The mail screen.
#[component]
pub fn MailScreen() -> impl IntoView {
    let drawer = Drawer::provide();
    Tasks::provide();
    let (app, route) = (App::get(), Route::expect());
    Ahead::provide(app);
    let reading = memo(move || matches!(route.place().get(), Place::Mail(place) if place.message.is_some()));
    let idle = memo(move || app.target.with(|target| target.count == 0));
    let keydown = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Escape" && drawer.is_open() {
            event.stop_propagation();
            drawer.close();
        }
    };
    view! {
        <div
            class="shell" class:reading=reading class:drawer-open=follow(move || drawer.is_open())
            on:keydown=keydown
        >
            <TopBar/>
            <div class="banners"><SignInAgain/><Trouble/><FoldersBanner/><Outbox/></div>
            <RemovalDialog/>
            <Folders drawer/>
            <main class="panes">
                <div class="bar" class:idle=idle>
                    <Toolbar/>
                    <EditMenu/>
                </div>
                <section class="list-pane" aria-label="Message list">
                    <FolderHeader/>
                    <MessageList on_open=Callback::new(move |key| compose::open(app, route, key))/>
                    // Where the folders wait in a drawer, a message is begun from here.
                    <div class="compose-afloat"><ComposeButton/></div>
                </section>
                <ReadingPane/>
            </main>
        </div>
    }
}

#[component]
fn Folders(drawer: Drawer) -> impl IntoView {
    view! {
        <div class="drawer-shade" on:click=move |_| drawer.close()></div>
        <nav class="folders" aria-label="Folders">
            <ComposeButton/>
            <FolderTree/>
        </nav>
    }
}
