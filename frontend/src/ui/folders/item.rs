//! One item of the folder tree.

use super::{
    navigation::Tree,
    task::Tasks,
    tree::{Item, display_name, spoken_name},
};
use crate::{
    state::reactive::{follow, memo},
    ui::parts::{
        icon::{Glyph, Icon},
        live::live,
        menu::Anchor,
    },
};
use leptos::{html, prelude::*};
use postern_shared::folder::Role;

/// One item of the folder tree.
#[component]
pub fn TreeItem(
    /// The folder and its place.
    item: Memo<Item>,
    /// The tree it is of.
    tree: Tree,
) -> impl IntoView {
    let id = item.with_untracked(|item| item.folder.id.clone());
    let tasks = Tasks::expect();
    let (stop, shown, menu_id) = (id.clone(), id.clone(), id.clone());
    let is_shown = memo(move || tree.is_shown(&shown));
    let node = NodeRef::<html::Div>::new();
    let open_menu = move |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        // The keyboard's menu key has no place of its own.
        let pointed = event.client_x() != 0 || event.client_y() != 0;
        let element = node.get_untracked();
        let beside = element.filter(|_| !pointed).map(|element| Anchor::element(&element));
        tasks.open_menu(menu_id.clone(), beside.unwrap_or_else(|| Anchor::pointer(&event)));
    };
    view! {
        <div
            class="folder" class:group=follow(move || !item.with(|item| item.folder.selectable))
            class:unread=move || { counts(item).unread > 0 }
            role="treeitem" node_ref=node
            aria-label=follow(move || item.with(|item| spoken_name(&item.folder)))
            prop:ariaLevel=follow(move || item.with(|item| item.level.to_string()))
            aria-posinset=follow(move || item.with(|item| item.position.to_string()))
            aria-setsize=follow(move || item.with(|item| item.siblings.to_string()))
            aria-expanded=follow(move || item.with(|item| item.expanded.map(|expanded| expanded.to_string())))
            aria-selected=follow(move || is_shown.get().to_string())
            aria-current=follow(move || is_shown.get().then_some("page"))
            tabindex=move || if tree.is_tab_stop(&stop) { "0" } else { "-1" }
            style:--level=follow(move || item.with(|item| (item.level - 1).to_string()))
            on:click=move |_| tree.activate(&item.with_untracked(|item| item.folder.clone()))
            on:contextmenu=open_menu
        >
            <Twisty item tree/>
            <Icon glyph=Signal::derive(move || item.with(|item| glyph(item.folder.role)))/>
            <span class="folder-name" dir="auto">{live(move || item.with(|item| display_name(&item.folder)))}</span>
            <Badges item/>
        </div>
    }
}

fn counts(item: Memo<Item>) -> postern_shared::folder::Counts {
    item.with(|item| item.folder.counts.unwrap_or_default())
}

/// The arrow that folds and unfolds. Keys fold with Left and Right, so it needs no place of its own among the stops.
#[component]
fn Twisty(item: Memo<Item>, tree: Tree) -> impl IntoView {
    let click = move |event: leptos::ev::MouseEvent| {
        event.stop_propagation();
        tree.toggle(&item.with_untracked(|item| item.folder.id.clone()));
    };
    live(move || {
        match item.with(|item| item.expanded) {
        Some(expanded) => view! {
            <span class="twisty" class:folded=!expanded aria-hidden="true" on:click=click><Icon glyph=Glyph::Chevron/></span>
        }
        .into_any(),
        None => view! { <span class="twisty"></span> }.into_any(),
    }
    })
}

#[component]
fn Badges(item: Memo<Item>) -> impl IntoView {
    let badge = |class: &'static str, title: &'static str, count: u32| {
        (count > 0)
            .then(|| view! { <span class=class title=title data-count=count aria-hidden="true"></span> })
    };
    view! {
        {live(move || badge("badge struck", "Deleted, not purged yet", counts(item).deleted))}
        {live(move || badge("badge", "Unread", counts(item).unread))}
    }
}

/// The icon of a folder by what it is for.
pub fn glyph(role: Option<Role>) -> Glyph {
    match role {
        Some(Role::Inbox) => Glyph::Inbox,
        Some(Role::Drafts) => Glyph::Draft,
        Some(Role::Sent) => Glyph::Send,
        Some(Role::Archive) => Glyph::Archive,
        Some(Role::Junk) => Glyph::Junk,
        Some(Role::Trash) => Glyph::Trash,
        Some(Role::All) => Glyph::Mail,
        Some(Role::Flagged) => Glyph::Flag,
        None => Glyph::Folder,
    }
}
