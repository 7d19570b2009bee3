//! Short messages that go by themselves, some with Undo.

use crate::{model::change::Undo, state::context::App};
use leptos::prelude::*;
use std::time::Duration;

/// How long a short message stays.
const STAY: Duration = Duration::from_secs(10);
/// How many stay at once: the oldest make room.
const AT_ONCE: usize = 4;

/// A short message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Toast {
    /// Names it for dismissing.
    pub id: u32,
    /// What it says.
    pub text: String,
    /// What its Undo button undoes; no button where absent.
    pub undo: Option<Undo>,
    /// It tells of a failure.
    pub failure: bool,
}

impl Toast {
    /// Whether it goes only when it is dismissed, or when its matter is settled.
    pub fn stays(&self) -> bool {
        self.failure || matches!(self.undo, Some(Undo::Send(_)))
    }
}

impl App {
    /// Shows a short message.
    pub fn toast(self, text: impl Into<String>) {
        self.show_toast(text.into(), None, false);
    }

    /// Takes a short message away.
    pub fn dismiss_toast(self, id: u32) {
        self.toasts.update(|toasts| toasts.retain(|toast| toast.id != id));
    }

    pub(super) fn show_toast(self, text: String, undo: Option<Undo>, failure: bool) {
        let id = self.last_toast.get_value().wrapping_add(1);
        self.last_toast.set_value(id);
        let toast = Toast { id, text, undo, failure };
        self.toasts.update(|toasts| {
            toasts.push(toast.clone());
            let excess = toasts.len().saturating_sub(AT_ONCE);
            toasts.drain(..excess);
        });
        if !toast.stays() {
            set_timeout(move || self.dismiss_toast(id), STAY);
        }
    }

    /// What cannot be undone any more: messages that offered it go.
    pub(super) fn settle_toasts(self, undo: Undo) {
        if self.toasts.with_untracked(|toasts| toasts.iter().any(|toast| toast.undo == Some(undo))) {
            self.toasts.update(|toasts| toasts.retain(|toast| toast.undo != Some(undo)));
        }
    }
}
