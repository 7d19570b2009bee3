//! The folder's deleted mail: how much, whether it is shown, and Purge.

use crate::{
    state::{context::App, reactive::memo},
    ui::{parts::live::live, route::history::Route},
};
use leptos::prelude::*;

/// Shown where the folder has deleted mail.
#[component]
pub fn DeletedGroup() -> impl IntoView {
    let app = App::get();
    let deleted = memo(move || {
        app.folder.with(|folder| {
            folder.as_ref().and_then(|folder| folder.counts).map_or(0, |counts| counts.deleted)
        })
    });
    let any = memo(move || deleted.get() > 0 && !app.is_pop3());
    live(move || {
        any.get().then(|| {
            view! {
                <div class="deleted-group" role="group" aria-label="Deleted messages">
                    <span class="deleted-count">{live(move || format!("{} deleted", deleted.get()))}</span>
                    <HideButton/>
                    <PurgeButton/>
                </div>
            }
        })
    })
}

#[component]
fn HideButton() -> impl IntoView {
    let (app, route) = (App::get(), Route::expect());
    let hidden = memo(move || app.spec.with(|spec| spec.as_ref().is_some_and(|spec| spec.hide_deleted)));
    let toggle = move |_| {
        let hide = !hidden.get_untracked();
        route.go_mail(|place| place.hide_deleted = Some(hide));
    };
    view! {
        <button type="button" class="button small plain" on:click=toggle>
            {live(move || if hidden.get() { "Show deleted" } else { "Hide deleted" })}
        </button>
    }
}

#[component]
fn PurgeButton() -> impl IntoView {
    let app = App::get();
    let purge = move |_| {
        if let Some(folder) = app.folder.get_untracked() {
            app.prepare_purge(folder.id);
        }
    };
    view! { <button type="button" class="button small plain purge" on:click=purge>"Purge…"</button> }
}
