//! The grid: what scrolls, and which rows are drawn. Rows keep their element for as long as they are drawn, whatever
//! comes and goes around them.

use super::{
    keys,
    line::Lines,
    row::{MessageRow, Slot, SlotId, element_id},
    scroll::Scroll,
};
use crate::state::{
    context::App,
    reactive::{follow, memo},
};
use leptos::prelude::*;
use postern_shared::ids::MessageKey;

/// The grid of messages.
#[component]
pub fn Grid(
    /// A message was opened.
    on_open: Callback<MessageKey>,
) -> impl IntoView {
    let app = App::get();
    let scroll = Scroll::new(app);
    let lines = Lines::new(app);
    let slots = memo(move || slots(app, scroll));
    let query = move || app.spec.with(|spec| spec.as_ref().map(|spec| spec.query.clone()));
    let row = move |slot: Slot| view! { <MessageRow id=slot.id slots lines on_open/> };
    view! {
        <div
            class="messages-grid" role="grid" aria-label="Messages" aria-multiselectable="true" tabindex="0"
            node_ref=scroll.grid data-scroller=""
            aria-rowcount=follow(move || app.list.with(|list| list.total.to_string()))
            aria-busy=follow(move || app.list.with(|list| list.loading.then_some("true")))
            aria-activedescendant=follow(move || active(app, scroll))
            data-query=follow(move || query().filter(|query| !query.is_empty()))
            on:scroll=move |_| scroll.scrolled()
            on:keydown=move |event| keys::press(&event, app, scroll, on_open)
        >
            <div class="message-probe" role="presentation" aria-hidden="true" node_ref=scroll.probe></div>
            <div
                class="messages-height" role="presentation"
                style:height=follow(move || format!("{}px", scroll.geometry.get().height()))
            >
                <div
                    class="messages-drawn" role="rowgroup"
                    style:transform=follow(move || format!("translateY({}px)", scroll.offset()))
                >
                    <For each=move || slots.get() key=|slot| slot.id.clone() children=row/>
                </div>
            </div>
        </div>
    }
}

/// The rows to draw. A message is drawn once, wherever a list that is out of step may name it again.
fn slots(app: App, scroll: Scroll) -> Vec<Slot> {
    let drawn = scroll.drawn.get();
    let mut slots: Vec<Slot> = Vec::with_capacity(drawn.len());
    for (index, key) in (drawn.start..).zip(app.keys(drawn)) {
        let id = key.map_or(SlotId::Blank(index), SlotId::Message);
        let twice = slots.iter().any(|slot| slot.id == id);
        slots.push(Slot { index, id: if twice { SlotId::Blank(index) } else { id } });
    }
    slots
}

/// The element of the focused row, while it is drawn.
fn active(app: App, scroll: Scroll) -> Option<String> {
    let index = app.focused_row()?;
    scroll.drawn.with(|drawn| drawn.contains(&index)).then(|| element_id(index))
}
