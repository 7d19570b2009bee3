//! The Edit menu.

use crate::{
    state::context::App,
    ui::parts::menu::{MenuButton, MenuEntry},
};
use leptos::prelude::*;

/// The Edit menu.
#[component]
pub fn EditMenu() -> impl IntoView {
    let app = App::get();
    let entries = Callback::new(move |()| {
        let target = app.target.get_untracked();
        let folder = app.folder.get_untracked();
        let deleted = folder.as_ref().and_then(|folder| folder.counts).map_or(0, |counts| counts.deleted);
        let pop3 = app.pop3.with_untracked(Option::is_some);
        vec![
            MenuEntry::new("Undo", move || app.undo_last()).key("z"),
            MenuEntry::new("Select all", move || app.select_all())
                .key("Ctrl+A")
                .only_if(app.list.with_untracked(|list| list.total > 0)),
            MenuEntry::new("Delete", move || app.delete(false, false))
                .key("d")
                .only_if(target.count > 0)
                .below_line(),
            MenuEntry::new("Undelete", move || app.undelete()).key("u").only_if(target.undeletable),
            MenuEntry::new("Purge deleted messages…", move || {
                if let Some(folder) = &folder {
                    app.prepare_purge(folder.id.clone());
                }
            })
            .key("$")
            .only_if(deleted > 0 && !pop3)
            .below_line(),
        ]
    });
    view! { <MenuButton label="Edit" entries/> }
}
