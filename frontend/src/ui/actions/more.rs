//! The More menu: what concerns one message as a file.

use super::print::print;
use crate::{
    state::context::App,
    ui::{
        parts::{
            icon::Glyph,
            menu::{MenuButton, MenuEntry},
        },
        reader::source::Looking,
    },
};
use leptos::prelude::*;
use postern_shared::writing::Answer;
use wasm_bindgen::JsCast;
use web_sys::HtmlAnchorElement;

/// The More menu.
#[component]
pub fn MoreMenu(
    /// Its place among the toolbar's stops.
    #[prop(into)]
    tabindex: Signal<i32>,
    /// What of the message is looked at in a dialog.
    looking: RwSignal<Option<Looking>>,
) -> impl IntoView {
    let app = App::get();
    let entries = Callback::new(move |()| {
        let url = app.opened_url();
        let opened = url.is_some();
        let look = |looking_at: fn(String) -> Looking| {
            let url = url.clone();
            move || looking.set(url.clone().map(looking_at))
        };
        let download = url.clone();
        vec![
            MenuEntry::new("Show source", look(Looking::Source)).only_if(opened),
            MenuEntry::new("Show headers", look(Looking::Headers)).only_if(opened),
            MenuEntry::new("Forward as attachment", move || app.answer(Answer::ForwardAsFile))
                .only_if(opened)
                .below_line(),
            MenuEntry::new("Print", move || print(app)).only_if(opened),
            MenuEntry::new("Download message (.eml)", move || {
                if let Some(url) = &download {
                    save(&format!("{url}/source"));
                }
            })
            .only_if(opened),
        ]
    });
    view! { <MenuButton label="More" glyph=Glyph::More tabindex entries/> }
}

/// Downloads an address; the gateway names the file.
fn save(url: &str) {
    let Ok(element) = document().create_element("a") else { return };
    let link: HtmlAnchorElement = element.unchecked_into();
    link.set_href(url);
    link.set_rel("noopener noreferrer");
    link.set_download("");
    link.click();
}
