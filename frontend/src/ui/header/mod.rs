//! The head of the list: which folder, its deleted mail, and the order.

pub mod deleted;
pub mod search;
pub mod sort;

use crate::{
    state::{context::App, reactive::memo},
    ui::{
        folders::{task::Tasks, tree::display_name},
        parts::{
            icon::{Glyph, Icon},
            live::live,
            menu::Anchor,
        },
        pop3::{download::DownloadLine, empty::EmptyButton},
        route::history::Route,
    },
};
use deleted::DeletedGroup;
use leptos::{html, prelude::*};
use postern_shared::account::AccountKind;
use sort::SortBox;

/// The head of the list.
#[component]
pub fn FolderHeader() -> impl IntoView {
    let (app, route) = (App::get(), Route::expect());
    let name =
        move || app.folder.with(|folder| folder.as_ref().map_or_else(|| "Mail".to_owned(), display_name));
    let searched = memo(move || route.mail().query);
    view! {
        <header class="folder-header">
            <div class="folder-title">
                <h2 dir="auto">{name}</h2>
                <span class="folder-count">{live(move || count_text(app, searched.with(|query| !query.is_empty())))}</span>
                <span class="grow"></span>
                <RefreshButton/>
                <FolderActions/>
            </div>
            <div class="folder-tools">
                <DeletedGroup/>
                <EmptyButton/>
                <span class="grow"></span>
                <SortBox/>
            </div>
            <DownloadLine/>
        </header>
    }
}

/// "12 messages", "3 found", and so on.
fn count_text(app: App, searched: bool) -> String {
    let list = app.list.get();
    match (list.loading, searched, list.total) {
        (true, ..) => String::new(),
        (_, true, total) if list.searching => format!("{total} found so far…"),
        (_, true, total) => format!("{total} found"),
        (_, false, 1) => "1 message".to_owned(),
        (_, false, total) => format!("{total} messages"),
    }
}

#[component]
fn RefreshButton() -> impl IntoView {
    let app = App::get();
    // A POP3 server keeps no folders to look through: its mail is fetched.
    let name = move || match app.account.with(|account| account.as_ref().map(|account| account.kind)) {
        Some(AccountKind::Pop3) => "Get mail",
        _ => "Refresh",
    };
    view! {
        <button type="button" class="button plain square" aria-label=name title=name on:click=move |_| app.refresh()>
            <Icon glyph=Glyph::Refresh/>
        </button>
    }
}

/// The shown folder's menu.
#[component]
fn FolderActions() -> impl IntoView {
    let (app, tasks) = (App::get(), Tasks::expect());
    let node = NodeRef::<html::Button>::new();
    let open = move |_| {
        let folder = app.folder.with_untracked(|folder| folder.as_ref().map(|folder| folder.id.clone()));
        if let Some((id, button)) = folder.zip(node.get_untracked()) {
            tasks.open_menu(id, Anchor::element(&button));
        }
    };
    view! {
        <button
            type="button" class="button plain square" node_ref=node
            aria-label="Folder actions" title="Folder actions" aria-haspopup="menu"
            on:click=open
        >
            <Icon glyph=Glyph::More/>
        </button>
    }
}
