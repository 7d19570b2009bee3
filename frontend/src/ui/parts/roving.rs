//! Moving focus with arrow keys inside toolbars, menus and trees (ARIA Authoring Practices: roving tabindex).

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

/// The keys that move along a widget.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Axis {
    /// Up and Down.
    Vertical,
    /// Left and Right; the other way round where text runs from right to left.
    Horizontal {
        /// Text runs from right to left.
        rtl: bool,
    },
}

/// Which of `count` items a key leads to from `at`; the ends meet. Absent where the key is none that moves.
pub fn step(axis: Axis, key: &str, at: usize, count: usize) -> Option<usize> {
    let (back, forth) = match axis {
        Axis::Vertical => ("ArrowUp", "ArrowDown"),
        Axis::Horizontal { rtl: false } => ("ArrowLeft", "ArrowRight"),
        Axis::Horizontal { rtl: true } => ("ArrowRight", "ArrowLeft"),
    };
    let last = count.checked_sub(1)?;
    match key {
        "Home" => Some(0),
        "End" => Some(last),
        _ if key == forth => Some(if at >= last { 0 } else { at + 1 }),
        _ if key == back => Some(if at == 0 { last } else { at - 1 }),
        _ => None,
    }
}

/// The next label from `at` on, but not at it, that begins with what was typed; letter case does not count.
pub fn find_label(labels: &[String], at: usize, typed: &str) -> Option<usize> {
    let typed = typed.to_lowercase();
    let begins = |index: &usize| labels[*index].to_lowercase().starts_with(&typed);
    (at + 1..labels.len()).chain(0..labels.len().min(at + 1)).find(begins)
}

/// The elements below `root` that match a selector, in document order.
pub fn items(root: &Element, selector: &str) -> Vec<HtmlElement> {
    let Ok(list) = root.query_selector_all(selector) else { return Vec::new() };
    (0..list.length()).filter_map(|index| list.item(index)?.dyn_into().ok()).collect()
}

/// Focuses an element; one that cannot take focus is left alone.
pub fn focus(element: &HtmlElement) {
    // The only error is an element without a document, which has no focus to take.
    let _ = element.focus();
}

/// Which of `items` has the focus.
pub fn focused(items: &[HtmlElement]) -> Option<usize> {
    let active = leptos::prelude::document().active_element()?;
    items.iter().position(|item| **item == active)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrows_walk_and_the_ends_meet() {
        let across = Axis::Horizontal { rtl: false };
        let table = [
            (Axis::Vertical, "ArrowDown", 0, Some(1)),
            (Axis::Vertical, "ArrowDown", 2, Some(0)),
            (Axis::Vertical, "ArrowUp", 0, Some(2)),
            (Axis::Vertical, "ArrowRight", 0, None),
            (across, "ArrowRight", 1, Some(2)),
            (across, "ArrowLeft", 1, Some(0)),
            (Axis::Horizontal { rtl: true }, "ArrowLeft", 1, Some(2)),
            (across, "Home", 2, Some(0)),
            (across, "End", 0, Some(2)),
        ];
        for (axis, key, at, to) in table {
            assert_eq!(step(axis, key, at, 3), to, "{axis:?} {key} from {at}");
        }
        assert_eq!(step(Axis::Vertical, "ArrowDown", 0, 0), None);
    }

    #[test]
    fn typing_finds_the_next_label() {
        let labels = ["Inbox", "Sent", "Spam", "Übung"].map(str::to_owned);
        assert_eq!(find_label(&labels, 0, "s"), Some(1));
        assert_eq!(find_label(&labels, 1, "s"), Some(2));
        assert_eq!(find_label(&labels, 2, "s"), Some(1));
        assert_eq!(find_label(&labels, 0, "ü"), Some(3));
        assert_eq!(find_label(&labels, 0, "x"), None);
    }
}
