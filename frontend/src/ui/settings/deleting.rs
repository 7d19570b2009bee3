//! What Delete and Purge do.

use crate::{
    model::copies::after_removal,
    state::{
        context::App,
        reactive::{follow, memo},
    },
    ui::{
        parts::{field::CheckField, live::live},
        pop3::copies::settings,
    },
};
use leptos::prelude::*;
use postern_shared::account::{DeleteModel, DeletingSettings};

/// The page Deleting.
#[component]
pub fn DeletingPage() -> impl IntoView {
    let app = App::get();
    let pop3 = memo(move || app.is_pop3());
    live(
        move || {
            if pop3.get() { view! { <DeletedItems/> }.into_any() } else { view! { <Choices/> }.into_any() }
        },
    )
}

/// There is nothing to choose with POP3: what Delete does is told.
#[component]
fn DeletedItems() -> impl IntoView {
    let app = App::get();
    let copies = move || after_removal(settings(app).copy);
    view! {
        <section class="card">
            <h2 class="card-title">"Deleted Items"</h2>
            <p>
                "This is a POP3 account: its mail is stored on this Postern. Delete moves a message to Deleted Items; Undelete                  there moves it back to where it was."
            </p>
            <p>"Delete in Deleted Items, and “Empty…” in its head, remove messages for good. You are asked first."</p>
            <p>{copies} " The page Accounts has the choices for the copies on the server."</p>
        </section>
    }
}

#[component]
fn Choices() -> impl IntoView {
    let app = App::get();
    let settings = memo(move || {
        app.account.with(|account| {
            account.as_ref().map_or_else(DeletingSettings::default, |account| account.deleting)
        })
    });
    let change = move |change: fn(&mut DeletingSettings, bool)| {
        move |on: bool| {
            let mut settings = settings.get_untracked();
            change(&mut settings, on);
            app.set_deleting(settings);
        }
    };
    let is = move |test: fn(&DeletingSettings) -> bool| Signal::derive(move || settings.with(test));
    let model =
        Callback::new(move |model| app.set_deleting(DeletingSettings { model, ..settings.get_untracked() }));
    view! {
        <ModelChoice chosen=Signal::derive(move || settings.get().model) on_choice=model/>
        <fieldset class="card">
            <legend>"Purging"</legend>
            <CheckField
                label="Ask before purging" hint="Shows how many messages will be removed, and a few of them."
                value=is(|settings| settings.ask_before_purge)
                on_change=change(|settings, on| settings.ask_before_purge = on)
            />
            <CheckField
                label="Purge when leaving a folder"
                value=is(|settings| settings.purge_on_leave)
                on_change=change(|settings, on| settings.purge_on_leave = on)
            />
            <CheckField
                label="Purge when signing out" hint="Every folder that was opened since signing in."
                value=is(|settings| settings.purge_on_sign_out)
                on_change=change(|settings, on| settings.purge_on_sign_out = on)
            />
        </fieldset>
        <fieldset class="card">
            <legend>"Lists"</legend>
            <CheckField
                label="Hide deleted messages" hint="Each folder can still show them: its head has a button."
                value=is(|settings| settings.hide_deleted)
                on_change=change(|settings, on| settings.hide_deleted = on)
            />
        </fieldset>
    }
}

#[component]
fn ModelChoice(chosen: Signal<DeleteModel>, on_choice: Callback<DeleteModel>) -> impl IntoView {
    let choice = move |model: DeleteModel, label: &'static str, hint: &'static str| {
        view! {
            <label class="check">
                <input
                    type="radio" name="delete-model" aria-label=label
                    prop:checked=follow(move || chosen.get() == model)
                    on:change=move |_| on_choice.run(model)
                />
                <span>{label} <small>{hint}</small></span>
            </label>
        }
    };
    view! {
        <fieldset class="card">
            <legend>"The Delete key"</legend>
            {choice(DeleteModel::Mark, "Marks as deleted", "The message stays in its place, struck through, until the folder is purged.")}
            {choice(DeleteModel::Trash, "Moves to Trash", "Shift+Delete still marks.")}
        </fieldset>
    }
}
