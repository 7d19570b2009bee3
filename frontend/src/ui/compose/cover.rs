//! On a phone a message being written covers the page: what is behind it cannot be reached until it is gone.

use crate::{
    model::compose::draft::Slot,
    state::{context::App, reactive::memo},
    ui::parts::media,
};
use leptos::prelude::*;

/// Screens on which a window takes all of it; `compose.css` says the same.
const PHONE: &str = "(max-width: 640px)";

/// What covers the page.
#[derive(Clone, Copy)]
pub struct Cover {
    /// The windows that are minimised.
    small: RwSignal<Vec<Slot>>,
    top: Memo<Option<Slot>>,
}

impl Cover {
    /// Looks at the screen, and provides itself as a context.
    pub fn provide(app: App) -> Self {
        let phone = RwSignal::new(media::fits(PHONE));
        let turned = window_event_listener_untyped("resize", move |_| phone.set(media::fits(PHONE)));
        on_cleanup(move || turned.remove());
        let small = RwSignal::new(Vec::new());
        let top = memo(move || {
            let slots = app.desk.with(|desk| desk.drafts.iter().map(|draft| draft.slot).collect::<Vec<_>>());
            let large = |slot: &Slot| small.with(|small| !small.contains(slot));
            // A later one lies above the ones before.
            slots.into_iter().rev().find(large).filter(|_| phone.get())
        });
        let cover = Self { small, top };
        provide_context(cover);
        cover
    }

    /// The cover of the page.
    pub fn expect() -> Self {
        expect_context()
    }

    /// Whether a window covers the page; tracked.
    pub fn is_on(self) -> bool {
        self.top.get().is_some()
    }

    /// Whether this window covers everything else; tracked.
    pub fn is(self, slot: Slot) -> bool {
        self.top.get() == Some(slot)
    }

    /// Whether this window lies under another one; tracked.
    pub fn hides(self, slot: Slot) -> bool {
        self.top.get().is_some_and(|top| top != slot)
    }

    /// Whether this window is minimised; tracked.
    pub fn is_small(self, slot: Slot) -> bool {
        self.small.with(|small| small.contains(&slot))
    }

    /// Minimises a window, or not any more.
    pub fn set_small(self, slot: Slot, small: bool) {
        self.small.update(|list| {
            list.retain(|known| *known != slot);
            list.extend(small.then_some(slot));
        });
    }
}
