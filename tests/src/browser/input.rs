//! Keys as a keyboard sends them.

use super::Browser;
use crate::error::Result;
use serde_json::{Value, json};

/// A key with its names in the DevTools protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// A letter, digit or sign, as it is typed.
    Char(char),
    /// Delete.
    Delete,
    /// Enter.
    Enter,
    /// Escape.
    Escape,
    /// Tab.
    Tab,
    /// Down arrow.
    Down,
    /// Up arrow.
    Up,
    /// Left arrow.
    Left,
    /// Right arrow.
    Right,
    /// Home.
    Home,
    /// End.
    End,
}

/// Modifier bits of the DevTools protocol.
pub mod modifier {
    /// Ctrl.
    pub const CTRL: u8 = 2;
    /// Shift.
    pub const SHIFT: u8 = 8;
}

impl Key {
    /// `key`, `code` and Windows' virtual key code.
    fn names(self) -> (String, String, u32) {
        let named = |name: &str, code: u32| (name.to_owned(), name.to_owned(), code);
        match self {
            Key::Char(char) if char.is_ascii_alphabetic() => {
                let upper = char.to_ascii_uppercase();
                (char.to_string(), format!("Key{upper}"), u32::from(upper))
            }
            Key::Char(char) => (char.to_string(), String::new(), 0),
            Key::Delete => named("Delete", 46),
            Key::Enter => named("Enter", 13),
            Key::Escape => named("Escape", 27),
            Key::Tab => named("Tab", 9),
            Key::Down => named("ArrowDown", 40),
            Key::Up => named("ArrowUp", 38),
            Key::Left => named("ArrowLeft", 37),
            Key::Right => named("ArrowRight", 39),
            Key::Home => named("Home", 36),
            Key::End => named("End", 35),
        }
    }

    fn event(self, kind: &str, modifiers: u8, repeated: bool) -> Value {
        let (key, code, number) = self.names();
        let mut event = json!({
            "type": kind, "key": key, "code": code, "windowsVirtualKeyCode": number,
            "modifiers": modifiers, "autoRepeat": repeated,
        });
        let text = match self {
            Key::Char(char) if modifiers & modifier::CTRL == 0 => Some(char.to_string()),
            Key::Enter => Some("\r".to_owned()),
            _ => None,
        };
        if let (Some(text), "keyDown") = (text, kind) {
            event["text"] = text.into();
        }
        event
    }
}

impl Browser {
    /// Presses and releases a key, wherever the focus is.
    pub async fn press(&self, key: Key) -> Result<()> {
        self.press_with(0, key).await
    }

    /// Presses and releases a key with modifiers held.
    pub async fn press_with(&self, modifiers: u8, key: Key) -> Result<()> {
        self.cdp("Input.dispatchKeyEvent", key.event("keyDown", modifiers, false)).await?;
        self.cdp("Input.dispatchKeyEvent", key.event("keyUp", modifiers, false)).await.map(drop)
    }

    /// Holds a key down until it has struck `times` times, as the keyboard's autorepeat does.
    pub async fn hold(&self, key: Key, times: usize) -> Result<()> {
        for strike in 0..times {
            self.cdp("Input.dispatchKeyEvent", key.event("keyDown", 0, strike > 0)).await?;
        }
        self.cdp("Input.dispatchKeyEvent", key.event("keyUp", 0, false)).await.map(drop)
    }
}
