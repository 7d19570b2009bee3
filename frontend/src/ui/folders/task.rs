//! What is done to folders: the dialogs that ask for names, places and confirmation.

use super::{
    picker::FolderPicker,
    tree::{display_name, is_within},
};
use crate::{
    state::context::App,
    ui::{
        parts::{
            dialog::{Confirm, Modal},
            field::TextField,
            live::live,
            menu::Anchor,
        },
        pop3::removal::copies_then,
    },
};
use leptos::prelude::*;
use postern_shared::{folder::Folder, ids::FolderId};

/// Something to do with a folder, for which a dialog asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FolderTask {
    /// Create one.
    Create {
        /// The folder it goes into.
        parent: Option<FolderId>,
    },
    /// Give it another name.
    Rename(Folder),
    /// Put it elsewhere.
    Move(Folder),
    /// Delete it and what is in it.
    Delete(Folder),
    /// Remove everything in it.
    Empty(Folder),
}

/// What is under way: a folder's open menu, and the dialog shown.
#[derive(Clone, Copy)]
pub struct Tasks {
    /// The folder whose menu is open.
    pub menu_of: RwSignal<Option<FolderId>>,
    /// Where that menu is.
    pub anchor: RwSignal<Option<Anchor>>,
    dialog: RwSignal<Option<FolderTask>>,
}

impl Tasks {
    /// Provides itself as a context.
    pub fn provide() {
        provide_context(Self {
            menu_of: RwSignal::new(None),
            anchor: RwSignal::new(None),
            dialog: RwSignal::new(None),
        });
    }

    /// The tasks of the screen.
    pub fn expect() -> Self {
        expect_context()
    }

    /// Opens a folder's menu.
    pub fn open_menu(self, folder: FolderId, anchor: Anchor) {
        self.menu_of.set(Some(folder));
        self.anchor.set(Some(anchor));
    }

    /// Shows the dialog of a task.
    pub fn begin(self, task: FolderTask) {
        self.dialog.set(Some(task));
    }

    fn end(self) {
        self.dialog.set(None);
    }
}

/// The dialog of the task under way.
#[component]
pub fn TaskDialog() -> impl IntoView {
    let tasks = Tasks::expect();
    live(move || {
        tasks.dialog.get().map(|task| match task {
            FolderTask::Create { parent } => view! { <NameDialog parent/> }.into_any(),
            FolderTask::Rename(folder) => {
                view! { <NameDialog parent=folder.parent.clone() folder/> }.into_any()
            }
            FolderTask::Move(folder) => view! { <MoveFolder folder/> }.into_any(),
            FolderTask::Delete(folder) => view! { <DeleteFolder folder/> }.into_any(),
            FolderTask::Empty(folder) => view! { <EmptyFolder folder/> }.into_any(),
        })
    })
}

/// Asks for a folder's name: a new folder's, or another one for `folder`.
#[component]
fn NameDialog(parent: Option<FolderId>, #[prop(optional)] folder: Option<Folder>) -> impl IntoView {
    let (app, tasks) = (App::get(), Tasks::expect());
    let name = RwSignal::new(folder.as_ref().map(|folder| folder.name.clone()).unwrap_or_default());
    let renames = folder.is_some();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let name = name.get_untracked().trim().to_owned();
        if name.is_empty() {
            return;
        }
        match &folder {
            Some(folder) => app.rename_folder(folder.id.clone(), parent.clone(), name),
            None => app.create_folder(parent.clone(), name),
        }
        tasks.end();
    };
    let empty = move || name.with(|name| name.trim().is_empty());
    view! {
        <Modal title=if renames { "Rename folder" } else { "New folder" } on_close=move |()| tasks.end()>
            <form class="dialog-form" on:submit=submit>
                <TextField label="Folder name" name="folder-name" value=name/>
                <div class="dialog-foot">
                    <button type="button" class="button" on:click=move |_| tasks.end()>"Cancel"</button>
                    <button type="submit" class="button primary" disabled=empty>{if renames { "Rename" } else { "Create" }}</button>
                </div>
            </form>
        </Modal>
    }
}

#[component]
fn MoveFolder(folder: Folder) -> impl IntoView {
    let (app, tasks) = (App::get(), Tasks::expect());
    let (id, name, parent) = (folder.id.clone(), folder.name.clone(), folder.parent.clone());
    let top = (id.clone(), name.clone());
    let fits = Callback::new(move |target: Folder| {
        let inside = app.folders.with(|folders| is_within(folders, &target.id, &folder.id));
        target.accepts_children && !inside && Some(&target.id) != parent.as_ref()
    });
    let choose = move |to: FolderId| {
        app.rename_folder(id.clone(), Some(to), name.clone());
        tasks.end();
    };
    let to_top = move |_| {
        app.rename_folder(top.0.clone(), None, top.1.clone());
        tasks.end();
    };
    view! {
        <Modal title="Move folder" on_close=move |()| tasks.end()>
            <FolderPicker fits on_choose=choose/>
            <div class="dialog-foot">
                <button type="button" class="button" on:click=move |_| tasks.end()>"Cancel"</button>
                <button type="button" class="button" on:click=to_top>"Move to the top"</button>
            </div>
        </Modal>
    }
}

#[component]
fn DeleteFolder(folder: Folder) -> impl IntoView {
    let (app, tasks) = (App::get(), Tasks::expect());
    let (name, messages) = (display_name(&folder), messages_in(&folder));
    let text = match (app.pop3.with_untracked(Option::is_some), app.is_in_trash(&folder.id)) {
        (false, _) => format!(
            "“{name}” and {messages} will be removed from the mail server, for every device. This cannot be undone."
        ),
        (true, false) => format!("“{name}” and {messages} will be moved into Deleted Items."),
        (true, true) => format!(
            "“{name}” and {messages} will be removed for good. This cannot be undone. {}",
            copies_then(app)
        ),
    };
    view! {
        <Confirm
            title="Delete folder" text action="Delete folder"
            on_confirm=move |()| app.delete_folder(folder.id.clone())
            on_close=move |()| tasks.end()
        />
    }
}

#[component]
fn EmptyFolder(folder: Folder) -> impl IntoView {
    let (app, tasks) = (App::get(), Tasks::expect());
    let name = display_name(&folder);
    let messages = messages_in(&folder);
    let text = if app.pop3.with_untracked(Option::is_some) {
        format!(
            "{messages} in “{name}” will be removed for good. This cannot be undone. {}",
            copies_then(app)
        )
    } else {
        format!(
            "{messages} in “{name}” will be removed from the mail server, for good. This cannot be undone."
        )
    };
    view! {
        <Confirm
            title=format!("Empty {name}") text action="Empty"
            on_confirm=move |()| app.empty_folder(folder.id.clone())
            on_close=move |()| tasks.end()
        />
    }
}

fn messages_in(folder: &Folder) -> String {
    match folder.counts.map(|counts| counts.total) {
        Some(0) => "no messages".to_owned(),
        Some(1) => "1 message".to_owned(),
        Some(count) => format!("{count} messages"),
        None => "all its messages".to_owned(),
    }
}
