//! The folder tree.

use super::{
    item::TreeItem,
    menu::FolderMenu,
    task::{FolderTask, TaskDialog, Tasks},
    tree::{self, Item, Step},
};
use crate::{
    state::{context::App, reactive::memo},
    ui::{
        parts::{
            icon::{Glyph, Icon},
            roving,
        },
        route::{
            history::Route,
            place::{MailPlace, Place},
        },
        shell::drawer::Drawer,
    },
};
use leptos::{html, prelude::*};
use postern_shared::{folder::Folder, ids::FolderId};
use std::collections::BTreeSet;

/// Folders, and what is done to them.
#[component]
pub fn FolderTree() -> impl IntoView {
    let app = App::get();
    let tree = Tree::new(app);
    let node = NodeRef::<html::Div>::new();
    let tasks = Tasks::expect();
    view! {
        <div
            class="tree" role="tree" aria-label="Folders" node_ref=node
            on:keydown=move |event| tree.key(node, &event)
        >
            <For each=move || tree.items.get() key=|item| item.folder.id.clone() let:item>
                {
                    let id = item.folder.id.clone();
                    let item = tree.item(id, item);
                    view! { <TreeItem item tree/> }
                }
            </For>
        </div>
        <button type="button" class="button plain new-folder" on:click=move |_| tasks.begin(FolderTask::Create { parent: None })>
            <Icon glyph=Glyph::Folder/> "New folder"
        </button>
        <FolderMenu/>
        <TaskDialog/>
    }
}

/// The tree's state.
#[derive(Clone, Copy)]
pub struct Tree {
    items: Memo<Vec<Item>>,
    collapsed: RwSignal<BTreeSet<FolderId>>,
    /// The item that Tab leads to, if one was chosen by keys.
    current: RwSignal<Option<FolderId>>,
    shown: Memo<Option<FolderId>>,
    route: Route,
    drawer: Drawer,
}

impl Tree {
    fn new(app: App) -> Self {
        let collapsed = RwSignal::new(BTreeSet::new());
        let route = Route::expect();
        Self {
            items: memo(move || {
                app.folders.with(|folders| collapsed.with(|collapsed| tree::items(folders, collapsed)))
            }),
            collapsed,
            current: RwSignal::new(None),
            shown: memo(move || route.mail().folder),
            route,
            drawer: Drawer::expect(),
        }
    }

    /// The item as it changes; `last` is what it was, for the moment in which it goes.
    fn item(self, id: FolderId, last: Item) -> Memo<Item> {
        Memo::new(move |before: Option<&Item>| {
            let now = self.items.with(|items| items.iter().find(|item| item.folder.id == id).cloned());
            now.unwrap_or_else(|| before.unwrap_or(&last).clone())
        })
    }

    /// Whether the list shows the folder.
    pub fn is_shown(self, id: &FolderId) -> bool {
        self.shown.with(|shown| shown.as_ref() == Some(id))
    }

    /// Whether Tab leads to the folder: the one keys chose, else the one shown, else the first.
    pub fn is_tab_stop(self, id: &FolderId) -> bool {
        self.items.with(|items| {
            let there = |wanted: &Option<FolderId>| {
                items.iter().position(|item| Some(&item.folder.id) == wanted.as_ref())
            };
            let at = self.current.with(there).or_else(|| self.shown.with(there)).unwrap_or(0);
            items.get(at).is_some_and(|item| item.folder.id == *id)
        })
    }

    /// Shows the folder's mail; one that holds none unfolds.
    pub fn activate(self, folder: &Folder) {
        self.current.set(None);
        if !folder.selectable {
            self.toggle(&folder.id);
            return;
        }
        let here = untrack(|| self.route.mail());
        let place = MailPlace {
            account: here.account,
            folder: Some(folder.id.clone()),
            sort: here.sort,
            ..MailPlace::default()
        };
        self.route.go(&Place::Mail(place));
        self.drawer.close();
    }

    /// Shows the children of a folder, or hides them.
    pub fn toggle(self, id: &FolderId) {
        self.collapsed.update(|collapsed| {
            if !collapsed.remove(id) {
                collapsed.insert(id.clone());
            }
        });
    }

    fn key(self, node: NodeRef<html::Div>, event: &leptos::ev::KeyboardEvent) {
        if event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        let Some(root) = node.get_untracked() else { return };
        let elements = roving::items(&root, "[role=treeitem]");
        let Some(at) = roving::focused(&elements) else { return };
        let items = self.items.get_untracked();
        let key = event.key();
        let handled = match tree::step(&items, at, &key) {
            Some(step) => self.make(step, &items, &elements),
            None if key == "Enter" || key == " " => {
                items[at..].first().map(|item| self.activate(&item.folder)).is_some()
            }
            None => self.type_ahead(&items, at, &key, &elements),
        };
        if handled {
            event.prevent_default();
            event.stop_propagation();
        }
    }

    fn make(self, step: Step, items: &[Item], elements: &[web_sys::HtmlElement]) -> bool {
        match step {
            Step::Expand(id) | Step::Collapse(id) => self.toggle(&id),
            Step::Focus(at) => {
                self.current.set(items.get(at).map(|item| item.folder.id.clone()));
                elements.get(at).inspect(|element| roving::focus(element));
            }
        }
        true
    }

    /// Letters that are shortcuts elsewhere find folders here, as in every tree.
    fn type_ahead(self, items: &[Item], at: usize, key: &str, elements: &[web_sys::HtmlElement]) -> bool {
        let letter = key.chars().count() == 1 && key.chars().all(char::is_alphanumeric);
        let labels: Vec<String> = items.iter().map(|item| tree::display_name(&item.folder)).collect();
        match letter.then(|| roving::find_label(&labels, at, key)).flatten() {
            Some(to) => self.make(Step::Focus(to), items, elements),
            None => letter,
        }
    }
}
