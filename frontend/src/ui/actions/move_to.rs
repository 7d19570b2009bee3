//! Choosing where messages move.

use crate::{
    state::context::App,
    ui::{
        folders::picker::FolderPicker,
        parts::{dialog::Modal, live::live},
    },
};
use leptos::prelude::*;
use postern_shared::{folder::Folder, ids::FolderId};

/// The dialog behind "Move to…".
#[component]
pub fn MoveTo(
    /// Whether it is shown.
    open: RwSignal<bool>,
) -> impl IntoView {
    live(move || open.get().then(|| view! { <MoveDialog open/> }))
}

#[component]
fn MoveDialog(open: RwSignal<bool>) -> impl IntoView {
    let app = App::get();
    let fits = Callback::new(move |folder: Folder| {
        let here = app.folder.with(|shown| shown.as_ref().is_some_and(|shown| shown.id == folder.id));
        folder.selectable && !here
    });
    let choose = move |to: FolderId| {
        open.set(false);
        app.move_to(to);
    };
    view! {
        <Modal title="Move to…" on_close=move |()| open.set(false)>
            <FolderPicker fits on_choose=choose/>
            <div class="dialog-foot">
                <button type="button" class="button" on:click=move |_| open.set(false)>"Cancel"</button>
            </div>
        </Modal>
    }
}
