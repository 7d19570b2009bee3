//! Keys in the grid: those that move the focus, select and open. What they do to messages is bound for the whole app.

use super::scroll::Scroll;
use crate::state::context::App;
use leptos::{ev::KeyboardEvent, prelude::*};
use postern_shared::ids::MessageKey;

/// What a key asks of the grid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asks {
    /// Move the focus by so many rows.
    Move(i64),
    /// Move it and select what lies between.
    Extend(i64),
    /// Open the focused message.
    Open,
    /// Select the focused message, or not any more.
    Toggle,
}

/// Does what a key asks of the grid; other keys are left to the app.
pub fn press(event: &KeyboardEvent, app: App, scroll: Scroll, on_open: Callback<MessageKey>) {
    if event.ctrl_key() || event.meta_key() || event.alt_key() {
        return;
    }
    let page = i64::from(scroll.geometry.get_untracked().page());
    let Some(asks) = asks(&event.key(), event.shift_key(), page) else { return };
    event.prevent_default();
    event.stop_propagation();
    match asks {
        Asks::Move(rows) => app.step(rows),
        Asks::Extend(rows) => app.extend_by(rows),
        Asks::Toggle => app.toggle_focused(),
        Asks::Open => {
            if let Some(key) = untrack(|| app.focused_key()) {
                on_open.run(key);
            }
        }
    }
}

fn asks(key: &str, shift: bool, page: i64) -> Option<Asks> {
    let rows = match key {
        "ArrowDown" => 1,
        "ArrowUp" => -1,
        "PageDown" => page,
        "PageUp" => -page,
        "Home" => -i64::from(u32::MAX),
        "End" => i64::from(u32::MAX),
        "Enter" => return Some(Asks::Open),
        " " => return Some(Asks::Toggle),
        _ => return None,
    };
    Some(if shift { Asks::Extend(rows) } else { Asks::Move(rows) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_move_extend_select_and_open() {
        assert_eq!(asks("ArrowDown", false, 9), Some(Asks::Move(1)));
        assert_eq!(asks("ArrowUp", true, 9), Some(Asks::Extend(-1)));
        assert_eq!(asks("PageUp", false, 9), Some(Asks::Move(-9)));
        assert_eq!(asks("Enter", false, 9), Some(Asks::Open));
        assert_eq!(asks(" ", false, 9), Some(Asks::Toggle));
        assert_eq!(asks("d", false, 9), None);
    }
}
