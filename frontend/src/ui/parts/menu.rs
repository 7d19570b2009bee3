//! Menus (ARIA Authoring Practices: menu button). The browser's popover closes them on Escape and on a click elsewhere.

use super::{
    icon::{Glyph, Icon},
    roving::{self, Axis},
};
use crate::{
    state::reactive::{effect, follow},
    ui::parts::live::live,
};
use leptos::{html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{DomRect, HtmlElement};

/// The space between a menu and what opened it, and between it and the window's edge, in pixels.
const GAP: f64 = 4.0;

/// One item of a menu.
#[derive(Clone)]
pub struct MenuEntry {
    /// What it says.
    pub label: String,
    /// Whether it does not apply now.
    pub disabled: bool,
    /// The key that does the same.
    pub key: Option<&'static str>,
    /// A line stands above it.
    pub line: bool,
    /// What it does.
    pub action: Callback<()>,
}

impl MenuEntry {
    /// An item that can be chosen.
    pub fn new(label: impl Into<String>, action: impl Fn() + Send + Sync + 'static) -> Self {
        Self {
            label: label.into(),
            disabled: false,
            key: None,
            line: false,
            action: Callback::new(move |()| action()),
        }
    }

    /// The same, but it only applies where `applies`.
    pub fn only_if(self, applies: bool) -> Self {
        Self { disabled: !applies, ..self }
    }

    /// The same with the key that does it.
    pub fn key(self, key: &'static str) -> Self {
        Self { key: Some(key), ..self }
    }

    /// The same below a line.
    pub fn below_line(self) -> Self {
        Self { line: true, ..self }
    }
}

/// Where a menu opens: the box it stands beside, in pixels of the window.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Anchor {
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
}

impl Anchor {
    /// Beside an element.
    pub fn element(element: &HtmlElement) -> Self {
        let rect = element.get_bounding_client_rect();
        Self { left: rect.left(), right: rect.right(), top: rect.top(), bottom: rect.bottom() }
    }

    /// At the pointer.
    pub fn pointer(event: &leptos::ev::MouseEvent) -> Self {
        let (x, y) = (f64::from(event.client_x()), f64::from(event.client_y()));
        Self { left: x, right: x, top: y, bottom: y }
    }

    /// The left and top edge of a menu of this size in a window of that size: below, or above where there is no
    /// room, and never over the window's edge.
    fn place(self, (width, height): (f64, f64), (window_width, window_height): (f64, f64)) -> (f64, f64) {
        let left = if self.left + width + GAP <= window_width { self.left } else { self.right - width };
        let below = self.bottom + GAP;
        let top = if below + height + GAP <= window_height { below } else { self.top - GAP - height };
        (
            left.clamp(GAP, (window_width - width - GAP).max(GAP)),
            top.clamp(GAP, (window_height - height - GAP).max(GAP)),
        )
    }
}

/// A menu, open while it has an anchor.
#[component]
pub fn Menu(
    /// Its name.
    #[prop(into)]
    label: Signal<String>,
    /// Where it is open.
    anchor: RwSignal<Option<Anchor>>,
    /// Its items, made anew each time it opens.
    entries: Callback<(), Vec<MenuEntry>>,
) -> impl IntoView {
    let node = NodeRef::<html::Div>::new();
    let before = StoredValue::new_local(None::<HtmlElement>);
    effect(move || {
        let (Some(menu), Some(anchor)) = (node.get(), anchor.get()) else { return };
        before.set_value(document().active_element().and_then(|element| element.dyn_into().ok()));
        show(&menu, anchor);
    });
    let toggled = move |_| {
        let shown = node.get_untracked().is_some_and(|menu| menu.matches(":popover-open").unwrap_or(false));
        if !shown {
            anchor.set(None);
        }
    };
    let run = move |action: Callback<()>| {
        if let Some(menu) = node.get_untracked() {
            // It fails only where the menu is closed already.
            let _ = menu.hide_popover();
        }
        if let Some(element) = before.get_value() {
            roving::focus(&element);
        }
        action.run(());
    };
    view! {
        <div class="menu" popover="auto" role="menu" aria-label=label node_ref=node on:toggle=toggled on:keydown=move |event| walk(node, &event)>
            {live(move || {
                anchor.get().map(|_| {
                    entries.run(()).into_iter().map(|entry| view! { <MenuRow entry on_run=run/> }).collect_view()
                })
            })}
        </div>
    }
}

#[component]
fn MenuRow(entry: MenuEntry, #[prop(into)] on_run: Callback<Callback<()>>) -> impl IntoView {
    let MenuEntry { label, disabled, key, line, action } = entry;
    let click = move |_| {
        if !disabled {
            on_run.run(action);
        }
    };
    view! {
        {line.then(|| view! { <div class="menu-line" role="separator"></div> })}
        <button
            type="button" class="menu-item" role="menuitem" tabindex="-1"
            aria-disabled=disabled.then_some("true")
            aria-keyshortcuts=key
            on:click=click
        >
            <span dir="auto">{label}</span>
            {key.map(|key| view! { <kbd aria-hidden="true">{key}</kbd> })}
        </button>
    }
}

/// A button that opens a menu.
#[component]
pub fn MenuButton(
    /// What it says, or what it is called where it shows an icon only.
    label: &'static str,
    /// Its icon; without text beside it.
    #[prop(optional)]
    glyph: Option<Glyph>,
    /// The button's place among others: -1 where arrows lead to it.
    #[prop(into, default = Signal::from(0))]
    tabindex: Signal<i32>,
    /// The items, made anew each time the menu opens.
    entries: Callback<(), Vec<MenuEntry>>,
) -> impl IntoView {
    let anchor = RwSignal::new(None);
    let node = NodeRef::<html::Button>::new();
    let open = move || {
        if let Some(button) = node.get_untracked() {
            anchor.set(Some(Anchor::element(&button)));
        }
    };
    let keydown = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "ArrowDown" {
            event.prevent_default();
            open();
        }
    };
    view! {
        <button
            type="button" class="button plain" class:square=glyph.is_some() node_ref=node
            aria-haspopup="menu"
            aria-expanded=follow(move || anchor.with(Option::is_some).to_string())
            aria-label=glyph.map(|_| label)
            title=glyph.map(|_| label)
            tabindex=tabindex
            on:click=move |_| open()
            on:keydown=keydown
        >
            {match glyph {
                Some(glyph) => view! { <Icon glyph/> }.into_any(),
                None => view! { <span>{label}</span> <Icon glyph=Glyph::Chevron/> }.into_any(),
            }}
        </button>
        <Menu label anchor entries/>
    }
}

fn show(menu: &HtmlElement, anchor: Anchor) {
    // It fails only where the menu is open already.
    let _ = menu.show_popover();
    let rect: DomRect = menu.get_bounding_client_rect();
    let size = |value: Result<wasm_bindgen::JsValue, _>| {
        value.ok().and_then(|value| value.as_f64()).unwrap_or_default()
    };
    let window = (size(window().inner_width()), size(window().inner_height()));
    let (left, top) = anchor.place((rect.width(), rect.height()), window);
    for (name, value) in [("left", left), ("top", top)] {
        // A declaration of two known words and a number cannot be refused.
        let _ = menu.style().set_property(name, &format!("{value}px"));
    }
    if let Some(first) = roving::items(menu, "[role=menuitem]").first() {
        roving::focus(first);
    }
}

fn walk(node: NodeRef<html::Div>, event: &leptos::ev::KeyboardEvent) {
    let Some(menu) = node.get_untracked() else { return };
    // Keys inside a menu are the menu's.
    event.stop_propagation();
    let key = event.key();
    if key == "Tab" {
        event.prevent_default();
        let _ = menu.hide_popover();
        return;
    }
    let items = roving::items(&menu, "[role=menuitem]");
    let at = roving::focused(&items).unwrap_or(0);
    let to = roving::step(Axis::Vertical, &key, at, items.len()).or_else(|| {
        let letter = key.chars().count() == 1 && key != " " && !event.ctrl_key() && !event.meta_key();
        let labels: Vec<String> = items.iter().map(|item| item.text_content().unwrap_or_default()).collect();
        letter.then(|| roving::find_label(&labels, at, &key)).flatten()
    });
    if let Some(item) = to.and_then(|to| items.get(to)) {
        event.prevent_default();
        roving::focus(item);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_menu_stays_inside_the_window() {
        let anchor = |left, top| Anchor { left, right: left + 40.0, top, bottom: top + 30.0 };
        let (size, window) = ((200.0, 300.0), (400.0, 600.0));
        assert_eq!(anchor(10.0, 10.0).place(size, window), (10.0, 44.0));
        assert_eq!(anchor(350.0, 10.0).place(size, window), (190.0, 44.0));
        assert_eq!(anchor(10.0, 500.0).place(size, window), (10.0, 196.0));
        assert_eq!(anchor(10.0, 10.0).place((500.0, 700.0), window), (GAP, GAP));
    }
}
