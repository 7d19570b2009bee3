//! The toolbar Formatting, and the dialog for links.

use super::{editor::Editor, fields::Fields};
use crate::{
    state::reactive::{follow, memo},
    ui::parts::{
        dialog::Modal,
        field::TextField,
        icon::{Glyph, Icon},
        live::live,
        roving::{self, Axis},
    },
};
use leptos::{html, prelude::*};

/// The formats: the editor's letter, what it is called, the key, the icon, or the letter that shows it.
const FORMATS: [(&str, &str, &str, Option<Glyph>); 9] = [
    ("B", "Bold", "Control+B", None),
    ("I", "Italic", "Control+I", None),
    ("U", "Underline", "Control+U", None),
    ("S", "Strikethrough", "", None),
    ("L", "Bulleted list", "", Some(Glyph::Bullets)),
    ("N", "Numbered list", "", Some(Glyph::Numbers)),
    ("Q", "Quote", "", Some(Glyph::Quote)),
    ("A", "Link", "Control+K", Some(Glyph::Link)),
    ("C", "Code", "", Some(Glyph::Code)),
];

/// The toolbar (ARIA Authoring Practices: one stop of Tab, arrows inside).
#[component]
pub fn FormattingBar(
    /// What the window holds.
    fields: Fields,
    /// Switches between plain text and formatted.
    switch: Callback<()>,
) -> impl IntoView {
    let node = NodeRef::<html::Div>::new();
    let stop = RwSignal::new(0_usize);
    let last = FORMATS.len();
    let tabindex = move |at: usize| {
        move || {
            let stop = if fields.plain.get() { last } else { stop.get() };
            if stop == at { "0" } else { "-1" }
        }
    };
    let button = move |(at, (letter, label, key, glyph)): (
        usize,
        (&'static str, &'static str, &'static str, Option<Glyph>),
    )| {
        let press = move |_| {
            if letter == "A" {
                fields.link.set(fields.edit(Editor::link));
            } else {
                fields.edit(|editor| editor.toggle(letter));
            }
        };
        let title = if key.is_empty() {
            label.to_owned()
        } else {
            format!("{label} ({})", key.replace("Control", "Ctrl"))
        };
        view! {
            <button
                type="button" class="button plain square format" data-format=letter aria-label=label title=title
                aria-keyshortcuts=(!key.is_empty()).then_some(key)
                aria-pressed=follow(move || fields.formats.with(|formats| formats.contains(letter)).to_string())
                disabled=fields.plain
                tabindex=tabindex(at)
                // The text keeps its selection.
                on:mousedown=|event| event.prevent_default()
                on:click=press
            >
                {match glyph {
                    Some(glyph) => view! { <Icon glyph/> }.into_any(),
                    None => letter.into_any(),
                }}
            </button>
        }
    };
    let keydown = move |event: leptos::ev::KeyboardEvent| {
        let Some(root) = node.get_untracked() else { return };
        let buttons = roving::items(&root, "button:not(:disabled)");
        let rtl =
            document().document_element().is_some_and(|root| root.matches(":dir(rtl)").unwrap_or(false));
        let to = roving::focused(&buttons)
            .and_then(|at| roving::step(Axis::Horizontal { rtl }, &event.key(), at, buttons.len()));
        if let Some(button) = to.and_then(|to| buttons.get(to)) {
            event.prevent_default();
            stop.set(to.unwrap_or(0));
            roving::focus(button);
        }
    };
    view! {
        <div class="formatting" role="toolbar" aria-label="Formatting" node_ref=node on:keydown=keydown>
            {FORMATS.into_iter().enumerate().map(button).collect_view()}
            <button
                type="button" class="button plain small" tabindex=tabindex(last)
                aria-pressed=follow(move || fields.plain.get().to_string())
                on:click=move |_| switch.run(())
            >
                "Plain text"
            </button>
        </div>
    }
}

/// Where a link leads.
#[component]
pub fn LinkDialog(
    /// What the window holds.
    fields: Fields,
) -> impl IntoView {
    let shown = memo(move || fields.link.with(Option::is_some));
    live(move || {
        shown.get().then(|| {
            let url = RwSignal::new(fields.link.get_untracked().unwrap_or_default());
            let known = !url.with_untracked(String::is_empty);
            let close = move || fields.link.set(None);
            let set = move |url: String| {
                close();
                // Once the dialog has given the focus back.
                request_animation_frame(move || fields.edit(|editor| editor.set_link(&url)).unwrap_or_default());
            };
            let submit = move |event: leptos::ev::SubmitEvent| {
                event.prevent_default();
                set(with_scheme(url.get_untracked().trim()));
            };
            view! {
                <Modal title="Link" on_close=move |()| close()>
                    <form class="dialog-form" on:submit=submit>
                        <TextField label="Address" name="link" value=url kind="text" required=true/>
                        <div class="dialog-foot">
                            {known.then(|| view! {
                                <button type="button" class="button" on:click=move |_| set(String::new())>"Remove link"</button>
                            })}
                            <button type="button" class="button" on:click=move |_| close()>"Cancel"</button>
                            <button type="submit" class="button primary">"Save link"</button>
                        </div>
                    </form>
                </Modal>
            }
        })
    })
}

/// People leave out what every address begins with. Nothing but the web and mail is linked.
fn with_scheme(url: &str) -> String {
    let known = ["https://", "http://", "mailto:", "tel:"].iter().any(|scheme| url.starts_with(scheme));
    match url {
        "" => String::new(),
        _ if known => url.to_owned(),
        _ if url.contains('@') && !url.contains('/') => format!("mailto:{url}"),
        _ => format!("https://{}", url.split_once("://").map_or(url, |(_, rest)| rest)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_links_are_completed() {
        let table = [
            ("", ""),
            ("example.test/a", "https://example.test/a"),
            ("http://example.test", "http://example.test"),
            ("ada@demo.test", "mailto:ada@demo.test"),
            ("javascript:alert(1)", "https://javascript:alert(1)"),
            ("data://x", "https://x"),
        ];
        for (typed, url) in table {
            assert_eq!(with_scheme(typed), url);
        }
    }
}
