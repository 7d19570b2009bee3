//! One row of the list.

use super::{
    line::{Line, Lines},
    swipe::{Gesture, Swipe},
};
use crate::{
    state::{context::App, reactive::memo},
    ui::{
        parts::{
            icon::{Glyph, Icon},
            live::live,
        },
        reader::ahead::Ahead,
    },
};
use leptos::{ev::MouseEvent, prelude::*};
use postern_shared::ids::MessageKey;

/// A row that is drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    /// Where the list shows it.
    pub index: u32,
    /// What it is known by.
    pub id: SlotId,
}

/// What a drawn row is known by, so that it keeps its element.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum SlotId {
    /// Its message.
    Message(MessageKey),
    /// Its place, until its content comes.
    Blank(u32),
}

/// The id of the element of the row at `index`.
pub fn element_id(index: u32) -> String {
    format!("message-{index}")
}

/// One row of the list.
#[component]
pub fn MessageRow(
    /// What it is known by.
    id: SlotId,
    /// All rows that are drawn: where this one is.
    slots: Memo<Vec<Slot>>,
    /// What rows show.
    lines: Lines,
    /// The message was opened.
    on_open: Callback<MessageKey>,
) -> impl IntoView {
    let app = App::get();
    let key = match &id {
        SlotId::Message(key) => Some(key.clone()),
        SlotId::Blank(_) => None,
    };
    let index = Memo::new(move |before: Option<&u32>| {
        let place = slots.with(|slots| slots.iter().find(|slot| slot.id == id).map(|slot| slot.index));
        place.or(before.copied()).unwrap_or_default()
    });
    let line = memo(move || lines.at(index.get()));
    let selected = memo(move || app.row(index.get()).is_some_and(|row| app.is_selected(&row)));
    let focused = memo(move || app.focused_row() == Some(index.get()));
    let opened = {
        let key = key.clone();
        memo(move || {
            key.is_some()
                && app.opened.with(|opened| opened.as_ref().map(|opened| &opened.key) == key.as_ref())
        })
    };
    let act = Act { app, index, key: StoredValue::new(key), on_open };
    // A list with no reading pane beside it loads nothing ahead.
    let ahead = use_context::<Ahead>();
    let swipe = Swipe::new(Callback::new(move |gesture| act.gesture(gesture)));
    view! {
        <div
            role="row" class="message" id=move || element_id(index.get())
            class:deleted=move || line.with(|line| line.deleted)
            class:unread=move || line.with(|line| line.unread)
            class:blank=move || line.with(|line| line.uid.is_none())
            class:selected=selected class:focused=focused class:opened=opened
            class:pushed-left=move || { swipe.pushed.get() < 0.0 }
            class:pushed-right=move || { swipe.pushed.get() > 0.0 }
            aria-rowindex=move || (u64::from(index.get()) + 1).to_string()
            aria-selected=move || selected.get().to_string()
            aria-busy=move || line.with(|line| line.uid.is_none().then_some("true"))
            aria-label=move || line.with(|line| if line.uid.is_some() { line.spoken.clone() } else { "Loading".to_owned() })
            data-uid=move || line.with(|line| line.uid.map(|uid| uid.to_string()))
            data-deleted=move || line.with(|line| line.deleted.then_some("true"))
            on:click=move |event| {
                if !swipe.took_click() {
                    act.click(&event);
                }
            }
            on:pointerenter=move |event| {
                if let Some(ahead) = ahead.filter(|_| event.pointer_type() == "mouse") {
                    ahead.rest(index.get_untracked());
                }
            }
            on:pointerleave=move |_| {
                if let Some(ahead) = ahead {
                    ahead.leave();
                }
            }
            on:pointerdown=move |event| swipe.down(&event)
            on:pointermove=move |event| swipe.moved(&event)
            on:pointerup=move |_| swipe.up()
            on:pointercancel=move |_| swipe.end()
        >
            <div class="message-body" role="presentation" style:transform=move || pushed(swipe.pushed.get())>
                <Tick selected act/>
                <Content line/>
            </div>
        </div>
    }
}

fn pushed(by: f64) -> Option<String> {
    (by != 0.0).then(|| format!("translateX({by}px)"))
}

/// What a person can do to one row; copied freely.
#[derive(Clone, Copy)]
struct Act {
    app: App,
    index: Memo<u32>,
    key: StoredValue<Option<MessageKey>>,
    on_open: Callback<MessageKey>,
}

impl Act {
    fn click(self, event: &MouseEvent) {
        let index = self.index.get_untracked();
        if event.shift_key() {
            self.app.extend_selection(index);
        } else if event.ctrl_key() || event.meta_key() {
            self.app.toggle_row(index);
        } else if let Some(key) = self.key.get_value() {
            self.app.clear_selection();
            self.app.focus_row(index);
            self.on_open.run(key);
        }
    }

    fn toggle(self, event: &MouseEvent) {
        event.stop_propagation();
        let index = self.index.get_untracked();
        if event.shift_key() { self.app.extend_selection(index) } else { self.app.toggle_row(index) }
    }

    fn gesture(self, gesture: Gesture) {
        let Some(key) = self.key.get_value() else { return };
        match gesture {
            Gesture::Left => self.app.delete_message(&key),
            Gesture::Right => self.app.toggle_seen_message(&key),
            Gesture::Press => self.app.toggle_row(self.index.get_untracked()),
        }
    }
}

/// The box that selects the row.
#[component]
fn Tick(selected: Memo<bool>, act: Act) -> impl IntoView {
    view! {
        <span role="gridcell" class="message-tick">
            <button
                type="button" role="checkbox" tabindex="-1" aria-label="Select"
                aria-checked=move || selected.get().to_string()
                on:click=move |event| act.toggle(&event)
            >
                <Show when=move || selected.get()>
                    <Icon glyph=Glyph::Check/>
                </Show>
            </button>
        </span>
    }
}

/// People, date, subject, preview and marks.
#[component]
fn Content(line: Memo<Line>) -> impl IntoView {
    let text = move |read: fn(&Line) -> &str| move || line.with(|line| read(line).to_owned());
    view! {
        <span role="gridcell" class="message-content">
            <span class="message-top">
                <span class="message-people" dir="auto">{text(|line| &line.people)}</span>
                <Marks line/>
                <time class="message-date" title=text(|line| &line.full_date)>{text(|line| &line.date)}</time>
            </span>
            <span class="message-subject" dir="auto">{text(|line| &line.subject)}</span>
            <span class="message-bottom">
                {live(move || line.with(|line| line.folder.clone()).map(|name| view! {
                    <span class="message-folder" dir="auto">{name}</span>
                }))}
                <span class="message-preview" dir="auto">{text(|line| &line.preview)}</span>
            </span>
        </span>
    }
}

/// The marks of a row's states. The row's name says them too: never colour alone.
#[component]
fn Marks(line: Memo<Line>) -> impl IntoView {
    let mark = move |applies: fn(&Line) -> bool, glyph, class| {
        let applies = memo(move || line.with(applies));
        view! {
            <Show when=move || applies.get()>
                <span class=class><Icon glyph/></span>
            </Show>
        }
    };
    let deleted = memo(move || line.with(|line| line.deleted));
    view! {
        <span class="message-marks">
            <Show when=move || deleted.get()>
                <span class="mark-deleted"><Icon glyph=Glyph::Trash/>"deleted"</span>
            </Show>
            {mark(|line| line.answered, Glyph::Reply, "mark-answered")}
            {mark(|line| line.attachment, Glyph::Clip, "mark-attachment")}
            {mark(|line| line.flagged, Glyph::Flag, "mark-flagged")}
        </span>
    }
}
