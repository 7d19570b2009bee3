//! Choosing a folder.

use super::{item::glyph, tree};
use crate::{
    state::{context::App, reactive::memo},
    ui::parts::picker::{Choice, Picker},
};
use leptos::prelude::*;
use postern_shared::{folder::Folder, ids::FolderId};

/// A list of folders to choose from.
#[component]
pub fn FolderPicker(
    /// Whether a folder can be chosen.
    fits: Callback<Folder, bool>,
    /// Called with the choice.
    #[prop(into)]
    on_choose: Callback<FolderId>,
) -> impl IntoView {
    let app = App::get();
    let choices = memo(move || {
        app.folders.with(|folders| {
            let fitting = folders.iter().filter(|folder| fits.run((*folder).clone()));
            fitting.map(|folder| choice(folders, folder, on_choose)).collect::<Vec<_>>()
        })
    });
    view! { <Picker label="Find a folder" list="Folders" choices/> }
}

/// A folder as something to choose, called by where it is.
pub fn choice(folders: &[Folder], folder: &Folder, on_choose: Callback<FolderId>) -> Choice {
    let id = folder.id.clone();
    Choice {
        label: tree::path(folders, folder),
        glyph: glyph(folder.role),
        key: None,
        action: Callback::new(move |()| on_choose.run(id.clone())),
    }
}
