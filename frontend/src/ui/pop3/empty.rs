//! Emptying Deleted Items.

use crate::{
    state::{context::App, reactive::memo},
    ui::{
        folders::task::{FolderTask, Tasks},
        parts::live::live,
    },
};
use leptos::prelude::*;
use postern_shared::folder::Role;

/// Shown in the head of a POP3 account's Deleted Items.
#[component]
pub fn EmptyButton() -> impl IntoView {
    let (app, tasks) = (App::get(), Tasks::expect());
    let trash = memo(move || {
        app.is_pop3()
            && app
                .folder
                .with(|folder| folder.as_ref().is_some_and(|folder| folder.role == Some(Role::Trash)))
    });
    let nothing = move || {
        app.folder.with(|folder| {
            folder.as_ref().and_then(|folder| folder.counts).is_some_and(|counts| counts.total == 0)
        })
    };
    let ask = move |_| {
        if let Some(folder) = app.folder.get_untracked() {
            tasks.begin(FolderTask::Empty(folder));
        }
    };
    live(move || {
        trash.get().then(|| {
            view! {
                <button type="button" class="button small plain purge" disabled=nothing on:click=ask>"Empty…"</button>
            }
        })
    })
}
