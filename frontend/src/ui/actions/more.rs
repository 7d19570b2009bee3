//! The More menu: what concerns one message as a file.

use crate::{
    state::context::App,
    ui::parts::{
        icon::Glyph,
        menu::{MenuButton, MenuEntry},
    },
};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlAnchorElement;

/// The More menu.
#[component]
pub fn MoreMenu(
    /// Its place among the toolbar's stops.
    #[prop(into)]
    tabindex: Signal<i32>,
) -> impl IntoView {
    let app = App::get();
    let entries = Callback::new(move |()| {
        let base = message_url(app);
        let link = |label: &str, path: &'static str, way: Way| {
            let url = base.clone();
            MenuEntry::new(label, move || {
                if let Some(url) = &url {
                    follow(&format!("{url}/{path}"), way);
                }
            })
            .only_if(base.is_some())
        };
        vec![
            link("Show source", "source?view=1", Way::Show),
            link("Show headers", "headers", Way::Show),
            link("Print", "body", Way::Print).below_line(),
            link("Download message (.eml)", "source", Way::Download),
        ]
    });
    view! { <MenuButton label="More" glyph=Glyph::More tabindex entries/> }
}

/// How a link is followed.
#[derive(Clone, Copy)]
enum Way {
    /// In a tab of its own.
    Show,
    /// In a tab of its own, to be printed from there: the frame's content is none that the app may print.
    Print,
    /// To a file.
    Download,
}

fn message_url(app: App) -> Option<String> {
    let account = app.account.with_untracked(|account| account.as_ref().map(|account| account.id.clone()))?;
    let key = app.opened.with_untracked(|opened| opened.as_ref().map(|opened| opened.key.clone()))?;
    Some(App::message_url(&account, &key))
}

fn follow(url: &str, way: Way) {
    let Ok(element) = document().create_element("a") else { return };
    let link: HtmlAnchorElement = element.unchecked_into();
    link.set_href(url);
    link.set_rel("noopener noreferrer");
    match way {
        Way::Show => link.set_target("_blank"),
        Way::Print => {
            link.set_target("_blank");
            App::get().toast("Print it from the tab that opened.");
        }
        Way::Download => link.set_download(""),
    }
    link.click();
}
