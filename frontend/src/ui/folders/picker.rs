//! Choosing a folder from a list that narrows as one types (ARIA Authoring Practices: combobox with a listbox).

use super::{item::glyph, tree};
use crate::{
    state::context::App,
    ui::parts::{
        icon::Icon,
        roving::{self, Axis},
    },
};
use leptos::{html, prelude::*};
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
    let typed = RwSignal::new(String::new());
    let at = RwSignal::new(0_usize);
    let found = Memo::new(move |_| {
        let typed = typed.get().to_lowercase();
        app.folders.with(|folders| {
            let named = folders.iter().filter(|folder| fits.run((*folder).clone()));
            let named = named.map(|folder| (folder.clone(), tree::path(folders, folder)));
            named.filter(|(_, path)| path.to_lowercase().contains(&typed)).collect::<Vec<_>>()
        })
    });
    let node = NodeRef::<html::Input>::new();
    node.on_load(|input| roving::focus(&input));
    let keydown = move |event: leptos::ev::KeyboardEvent| {
        let found = found.get_untracked();
        if event.key() == "Enter" {
            event.prevent_default();
            if let Some((folder, _)) = found.get(at.get_untracked()) {
                on_choose.run(folder.id.clone());
            }
        } else if let Some(to) = roving::step(Axis::Vertical, &event.key(), at.get_untracked(), found.len()) {
            event.prevent_default();
            at.set(to);
        }
    };
    let input = move |event| {
        typed.set(event_target_value(&event));
        at.set(0);
    };
    view! {
        <input
            class="input" type="text" role="combobox" node_ref=node
            aria-label="Find a folder" placeholder="Find a folder" autocomplete="off" dir="auto"
            aria-expanded="true" aria-controls="folder-choices" aria-autocomplete="list"
            aria-activedescendant=move || format!("folder-choice-{}", at.get())
            on:input=input on:keydown=keydown
        />
        <ul class="choices" id="folder-choices" role="listbox" aria-label="Folders">
            {move || {
                found.get().into_iter().enumerate().map(|(index, (folder, path))| {
                    let chosen = move || at.get() == index;
                    let id = folder.id.clone();
                    view! {
                        <li
                            class="choice" role="option" id=format!("folder-choice-{index}")
                            aria-selected=move || chosen().to_string()
                            on:click=move |_| on_choose.run(id.clone())
                        >
                            <Icon glyph=glyph(folder.role)/>
                            <span dir="auto">{path}</span>
                        </li>
                    }
                }).collect_view()
            }}
        </ul>
        <p class="field-hint" role="status">{move || found.with(Vec::is_empty).then_some("No folder of that name.")}</p>
    }
}
