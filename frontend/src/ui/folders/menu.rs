//! A folder's menu.

use super::task::{FolderTask, Tasks};
use crate::{
    state::context::App,
    ui::parts::menu::{Menu, MenuEntry},
};
use leptos::prelude::*;
use postern_shared::folder::{Folder, Role};

/// The menu of the folder that [`Tasks`] names.
#[component]
pub fn FolderMenu() -> impl IntoView {
    let (app, tasks) = (App::get(), Tasks::expect());
    let entries = Callback::new(move |()| {
        let folder = app.folders.with_untracked(|folders| {
            tasks
                .menu_of
                .with_untracked(|id| folders.iter().find(|folder| Some(&folder.id) == id.as_ref()).cloned())
        });
        folder.map(|folder| entries(app, tasks, folder)).unwrap_or_default()
    });
    view! { <Menu label="Folder actions" anchor=tasks.anchor entries/> }
}

fn entries(app: App, tasks: Tasks, folder: Folder) -> Vec<MenuEntry> {
    let begin = |label: &str, task: FolderTask| MenuEntry::new(label, move || tasks.begin(task.clone()));
    // A special folder is the server's or another program's to name.
    let own = folder.role.is_none();
    let pop3 = app.pop3.with_untracked(Option::is_some);
    let throws_away = match folder.role {
        Some(Role::Trash) => true,
        Some(Role::Junk) => !pop3,
        _ => false,
    };
    let (id, subscribed) = (folder.id.clone(), folder.subscribed);
    let subscribe = MenuEntry::new(if subscribed { "Unsubscribe" } else { "Subscribe" }, move || {
        app.subscribe_folder(id.clone(), !subscribed);
    });
    vec![
        begin("New folder inside…", FolderTask::Create { parent: Some(folder.id.clone()) })
            .only_if(folder.accepts_children),
        begin("Rename…", FolderTask::Rename(folder.clone())).only_if(own),
        begin("Move…", FolderTask::Move(folder.clone())).only_if(own),
        subscribe.only_if(folder.role != Some(Role::Inbox)),
        begin("Empty…", FolderTask::Empty(folder.clone())).only_if(throws_away).below_line(),
        begin("Delete folder…", FolderTask::Delete(folder)).only_if(own),
    ]
}
