//! The folders' drawer: on a screen too narrow for a pane of their own, folders open over the list.

use crate::{
    state::reactive::follow,
    ui::parts::{
        icon::{Glyph, Icon},
        roving,
    },
};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// Whether the drawer is open. Wide screens show the folders either way.
#[derive(Clone, Copy)]
pub struct Drawer {
    open: RwSignal<bool>,
}

impl Drawer {
    /// Provides itself as a context.
    pub fn provide() -> Self {
        let drawer = Self { open: RwSignal::new(false) };
        provide_context(drawer);
        drawer
    }

    /// The drawer of the screen.
    pub fn expect() -> Self {
        expect_context()
    }

    /// Whether it is open.
    pub fn is_open(self) -> bool {
        self.open.get()
    }

    /// Closes it; the button that opened it takes the focus back.
    pub fn close(self) {
        if self.open.get_untracked() {
            self.open.set(false);
            focus_first(".open-folders");
        }
    }

    fn open(self) {
        self.open.set(true);
        // The drawer can take focus only once it is shown.
        request_animation_frame(|| focus_first(".folders [role=treeitem][tabindex='0']"));
    }
}

/// The button that opens the drawer.
#[component]
pub fn OpenFolders() -> impl IntoView {
    let drawer = Drawer::expect();
    view! {
        <button
            type="button" class="button plain square open-folders"
            aria-label="Open folders" title="Folders"
            aria-expanded=follow(move || drawer.is_open().to_string())
            on:click=move |_| drawer.open()
        >
            <Icon glyph=Glyph::Menu/>
        </button>
    }
}

fn focus_first(selector: &str) {
    let found = document().query_selector(selector).ok().flatten();
    if let Some(element) = found.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        roving::focus(&element);
    }
}
