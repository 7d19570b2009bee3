//! Where the list is scrolled, and what keeps it there: mail that arrives or leaves above does not move what a person
//! looks at, unless they look at the top.

use super::geometry::Geometry;
use crate::state::{
    context::App,
    reactive::{effect, memo},
};
use leptos::{html, prelude::*};
use postern_shared::ids::MessageKey;
use std::ops::Range;
use wasm_bindgen::{JsCast, prelude::Closure};
use web_sys::ResizeObserver;

/// The list's scrolling; copied freely.
#[derive(Clone, Copy)]
pub struct Scroll {
    /// The element that scrolls.
    pub grid: NodeRef<html::Div>,
    /// An unseen element as tall as a row.
    pub probe: NodeRef<html::Div>,
    /// The measures.
    pub geometry: Memo<Geometry>,
    /// The rows to draw.
    pub drawn: Memo<Range<u32>>,
    /// How far the list is scrolled, in CSS pixels.
    at: RwSignal<f64>,
    /// The heights of a row and of what is in sight.
    measured: RwSignal<(f64, f64)>,
    /// A row in sight that has to stay where it is, and its index when that was last true.
    anchor: StoredValue<Option<(MessageKey, u32)>>,
}

impl Scroll {
    /// The scrolling of the list that `app` shows.
    pub fn new(app: App) -> Self {
        let (at, measured) = (RwSignal::new(0.0), RwSignal::new((0.0, 0.0)));
        let geometry = memo(move || {
            let (row, sight) = measured.get();
            Geometry { total: app.list.with(|list| list.total), row, sight }
        });
        let drawn = memo(move || geometry.get().drawn(at.get()));
        let (grid, probe, anchor) = (NodeRef::new(), NodeRef::new(), StoredValue::new(None));
        let scroll = Self { grid, probe, geometry, drawn, at, measured, anchor };
        scroll.measure();
        scroll.begin_at_the_top(app);
        scroll.hold_still(app);
        scroll.ask_for_rows(app);
        scroll.follow_focus(app);
        scroll
    }

    /// The element scrolled.
    pub fn scrolled(self) {
        if let Some(grid) = self.grid.get_untracked() {
            self.at.set(f64::from(grid.scroll_top()));
        }
    }

    /// Where the first drawn row is drawn, in CSS pixels from the top of the content.
    pub fn offset(self) -> f64 {
        let first = self.drawn.with(|drawn| drawn.start);
        self.geometry.get().offset(self.at.get(), first)
    }

    /// Measures rows and sight, now and whenever they change: another density, another window.
    fn measure(self) {
        let resized = move || {
            if let (Some(grid), Some(probe)) = (self.grid.get_untracked(), self.probe.get_untracked()) {
                self.measured
                    .set((probe.get_bounding_client_rect().height(), f64::from(grid.client_height())));
            }
        };
        let closure = Closure::<dyn Fn()>::new(resized);
        let Ok(observer) = ResizeObserver::new(closure.as_ref().unchecked_ref()) else { return };
        let kept = StoredValue::new_local((observer, closure));
        effect(move || {
            if let (Some(grid), Some(probe)) = (self.grid.get(), self.probe.get()) {
                kept.with_value(|(observer, _)| {
                    observer.observe(&grid);
                    observer.observe(&probe);
                });
            }
        });
        on_cleanup(move || {
            kept.try_with_value(|(observer, _)| observer.disconnect());
        });
    }

    /// Another view begins at its top.
    fn begin_at_the_top(self, app: App) {
        Effect::new(move |before: Option<_>| {
            let account = app.account.with(|account| account.as_ref().map(|account| account.id.clone()));
            let shown = (account, app.spec.get());
            if before.is_some_and(|before| before != shown) {
                self.anchor.set_value(None);
                self.go_to(0.0);
            }
            shown
        });
    }

    /// Keeps the first row in sight where it is when rows come or go above it.
    fn hold_still(self, app: App) {
        effect(move || {
            let (at, geometry) = (self.at.get(), self.geometry.get());
            let held = self.anchor.get_value().filter(|_| at > 0.0);
            let moved = held.and_then(|(key, was)| Some(i64::from(app.index_of(&key)?) - i64::from(was)));
            let moved = moved.filter(|&rows| rows != 0);
            let at = moved.map_or(at, |rows| geometry.shifted(at, rows));
            let first = geometry.first_whole(at);
            self.anchor.set_value(app.row(first).map(|row| (row.key().clone(), first)));
            if moved.is_some() {
                self.go_to(at);
            }
        });
    }

    fn ask_for_rows(self, app: App) {
        effect(move || {
            let (drawn, page) = (self.drawn.get(), self.geometry.get().page());
            if !drawn.is_empty() {
                app.want_rows(drawn.start.saturating_sub(page)..drawn.end.saturating_add(page));
            }
        });
    }

    /// Brings the focused row into sight when a person moved the focus.
    fn follow_focus(self, app: App) {
        let moves = memo(move || app.focus_moves());
        Effect::new(move |before: Option<u32>| {
            let now = moves.get();
            let (geometry, at) = (self.geometry.get_untracked(), self.at.get_untracked());
            let focused =
                untrack(|| app.focused_row()).filter(|_| before.is_some_and(|before| before != now));
            if let Some(to) = focused.and_then(|index| geometry.reveal(at, index)) {
                self.go_to(to);
            }
            now
        });
    }

    /// Scrolls. The rows there are drawn at once; the element follows when it has grown or shrunk, before it is painted.
    fn go_to(self, at: f64) {
        self.at.set(at);
        request_animation_frame(move || {
            // The list may be gone by the next frame.
            if let Some(grid) = self.grid.try_get_untracked().flatten() {
                grid.set_scroll_top(at.round() as i32);
            }
        });
    }
}
