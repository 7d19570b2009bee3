//! Which key means what. Pure.

use postern_shared::{folder::Role, writing::Answer};

/// A key press.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Press {
    /// The key as the browser names it: `d`, `Delete`, `?`.
    pub key: String,
    /// Ctrl or Cmd is held.
    pub command: bool,
    /// Alt is held.
    pub alt: bool,
    /// Shift is held.
    pub shift: bool,
}

/// What was pressed just before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Prefix {
    /// Nothing that waits for another key.
    #[default]
    None,
    /// `g`: a folder's letter may follow.
    Go,
}

/// What a key press asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shortcut {
    /// To the next message, or the one before.
    Step {
        /// To the next one.
        down: bool,
        /// And select what lies between.
        extend: bool,
    },
    /// Open the focused message.
    Open,
    /// Select the focused message, or not any more.
    Select,
    /// Select all.
    SelectAll,
    /// Delete, or undelete what is deleted.
    Delete {
        /// Mark, whatever the account's model says.
        mark: bool,
    },
    /// Undelete.
    Undelete,
    /// Undo.
    Undo,
    /// Purge.
    Purge,
    /// Archive.
    Archive,
    /// Move to a folder.
    Move,
    /// Flag or unflag.
    Flag,
    /// Mark as read or unread.
    Read,
    /// Begin a message.
    Compose,
    /// Answer the message, or pass it on.
    Answer(Answer),
    /// Put the cursor into the search box.
    Search,
    /// Go to a special folder.
    Go(Role),
    /// Close what is open.
    Close,
    /// Show the shortcuts.
    Help,
    /// Show the command palette.
    Palette,
    /// Look for new mail. It has no key: the palette does it.
    Refresh,
}

impl Shortcut {
    /// Whether it acts where single keys are switched off, too: what is everywhere's custom.
    pub fn always(self) -> bool {
        matches!(self, Self::SelectAll | Self::Close | Self::Palette)
    }
}

/// What a press asks for, and what the next one follows.
pub fn shortcut(press: &Press, prefix: Prefix) -> (Option<Shortcut>, Prefix) {
    if press.alt {
        return (None, Prefix::None);
    }
    if press.command {
        return (with_command(&press.key), Prefix::None);
    }
    match (prefix, press.key.as_str()) {
        (Prefix::Go, key) => (folder(key).map(Shortcut::Go), Prefix::None),
        (Prefix::None, "g") => (None, Prefix::Go),
        (Prefix::None, key) => (single(key, press.shift), Prefix::None),
    }
}

/// With Ctrl or Cmd.
fn with_command(key: &str) -> Option<Shortcut> {
    match key {
        "a" | "A" => Some(Shortcut::SelectAll),
        "k" | "K" => Some(Shortcut::Palette),
        _ => None,
    }
}

fn folder(key: &str) -> Option<Role> {
    match key {
        "i" => Some(Role::Inbox),
        "s" => Some(Role::Sent),
        "d" => Some(Role::Drafts),
        "t" => Some(Role::Trash),
        _ => None,
    }
}

fn single(key: &str, shift: bool) -> Option<Shortcut> {
    Some(match key {
        "j" => Shortcut::Step { down: true, extend: false },
        "k" => Shortcut::Step { down: false, extend: false },
        "ArrowDown" => Shortcut::Step { down: true, extend: shift },
        "ArrowUp" => Shortcut::Step { down: false, extend: shift },
        "Enter" => Shortcut::Open,
        "x" => Shortcut::Select,
        "d" | "Delete" => Shortcut::Delete { mark: shift && key == "Delete" },
        "u" => Shortcut::Undelete,
        "z" => Shortcut::Undo,
        "$" => Shortcut::Purge,
        "e" => Shortcut::Archive,
        "v" => Shortcut::Move,
        "s" => Shortcut::Flag,
        "m" => Shortcut::Read,
        "c" => Shortcut::Compose,
        "r" => Shortcut::Answer(Answer::Reply),
        "a" => Shortcut::Answer(Answer::ReplyAll),
        "f" => Shortcut::Answer(Answer::Forward),
        "/" => Shortcut::Search,
        "Escape" => Shortcut::Close,
        "?" => Shortcut::Help,
        _ => return None,
    })
}

/// The shortcuts as the sheet lists them: keys, and what they do.
pub const LISTED: [(&str, &[(&str, &str)]); 4] = [
    (
        "Moving about",
        &[
            ("j ↓", "Next message"),
            ("k ↑", "Message before"),
            ("Enter", "Open the message"),
            ("g i", "Go to Inbox"),
            ("g s", "Go to Sent"),
            ("g d", "Go to Drafts"),
            ("g t", "Go to Deleted Items or Trash"),
            ("/", "Search"),
            ("Escape", "Close, or go back"),
        ],
    ),
    ("Choosing", &[("x", "Select the message"), ("Shift+↑ ↓", "Select more"), ("Ctrl+A", "Select all")]),
    (
        "Writing",
        &[
            ("c", "Compose"),
            ("r", "Reply"),
            ("a", "Reply all"),
            ("f", "Forward"),
            ("Ctrl+Enter", "Send what is written"),
            ("Ctrl+B I U", "Bold, italic, underline"),
            ("Ctrl+K", "Link, in a text"),
        ],
    ),
    (
        "Acting",
        &[
            ("d Delete", "Delete, or undelete what is deleted"),
            ("Shift+Delete", "Mark as deleted, never move"),
            ("u", "Undelete"),
            ("z", "Undo"),
            ("$", "Purge deleted messages"),
            ("e", "Archive"),
            ("v", "Move to a folder"),
            ("s", "Flag or unflag"),
            ("m", "Mark as read or unread"),
            ("Ctrl+K", "Command palette"),
            ("?", "This list"),
        ],
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn pressed(keys: &[&str]) -> Option<Shortcut> {
        let mut prefix = Prefix::None;
        let mut last = None;
        for key in keys {
            let press = Press { key: (*key).to_owned(), ..Press::default() };
            (last, prefix) = shortcut(&press, prefix);
        }
        last
    }

    #[test]
    fn letters_mean_what_the_sheet_says() {
        assert_eq!(pressed(&["d"]), Some(Shortcut::Delete { mark: false }));
        assert_eq!(pressed(&["$"]), Some(Shortcut::Purge));
        assert_eq!(pressed(&["g", "i"]), Some(Shortcut::Go(Role::Inbox)));
        assert_eq!(pressed(&["g", "d"]), Some(Shortcut::Go(Role::Drafts)));
        // A key that leads nowhere ends what was begun.
        assert_eq!(pressed(&["g", "q"]), None);
        assert_eq!(pressed(&["g", "q", "d"]), Some(Shortcut::Delete { mark: false }));
        assert_eq!(pressed(&["q"]), None);
    }

    #[test]
    fn held_keys_make_a_difference() {
        let press = |key: &str, command, alt, shift| {
            shortcut(&Press { key: key.into(), command, alt, shift }, Prefix::None).0
        };
        assert_eq!(press("Delete", false, false, true), Some(Shortcut::Delete { mark: true }));
        assert_eq!(press("a", true, false, false), Some(Shortcut::SelectAll));
        assert_eq!(press("k", true, false, false), Some(Shortcut::Palette));
        assert_eq!(press("ArrowUp", false, false, true), Some(Shortcut::Step { down: false, extend: true }));
        // The browser's own: Ctrl+D, Ctrl+R, Alt+D.
        assert_eq!(press("d", true, false, false), None);
        assert_eq!(press("d", false, true, false), None);
    }
}
