//! To, Cc and Bcc: addresses as chips, and a box to type more (ARIA Authoring Practices: combobox with a listbox).

use super::fields::{Fields, KINDS};
use crate::{
    model::compose::{
        recipients::{is_valid, parse, written},
        suggestion::Suggestion,
    },
    state::reactive::{follow, memo},
    ui::parts::{
        live::live,
        roving::{self, Axis},
    },
};
use leptos::{html, prelude::*};
use postern_shared::address::Address;
use wasm_bindgen::JsCast;

/// One of the three.
#[derive(Clone, Copy)]
struct Box {
    fields: Fields,
    kind: usize,
    input: NodeRef<html::Input>,
    list: NodeRef<html::Ul>,
    found: Memo<Vec<Suggestion>>,
    /// The suggestion that Enter takes.
    at: RwSignal<Option<usize>>,
}

/// To, Cc or Bcc.
#[component]
pub fn Recipients(
    /// What the window holds.
    fields: Fields,
    /// Which of the three, as in [`KINDS`].
    kind: usize,
) -> impl IntoView {
    let (people, typed) = (fields.people[kind], fields.typed[kind]);
    let app = fields.app;
    let focused = RwSignal::new(false);
    let found = memo(move || {
        let text = typed.get();
        if text.trim().is_empty() || !focused.get() { Vec::new() } else { app.found(text.trim()) }
    });
    let this =
        Box { fields, kind, input: NodeRef::new(), list: NodeRef::new(), found, at: RwSignal::new(None) };
    let label = KINDS[kind];
    let id = format!("suggest-{}-{kind}", fields.slot);
    let option_id = {
        let id = id.clone();
        move |at: usize| format!("{id}-{at}")
    };
    let active = {
        let option_id = option_id.clone();
        move || this.at.get().filter(|at| found.with(|found| *at < found.len())).map(&option_id)
    };
    view! {
        <span class="compose-label" aria-hidden="true">{label}</span>
        <div class="recipients" on:click=move |event| this.click(&event)>
            <ul class="chips" role="list" aria-label=format!("{label} recipients") node_ref=this.list>
                {live(move || people.get().into_iter().enumerate().map(|(at, address)| this.chip(at, address)).collect_view())}
            </ul>
            <input
                class="recipients-input" type="text" role="combobox" aria-label=label node_ref=this.input
                autocomplete="off" autocapitalize="none" spellcheck="false" dir="auto" inputmode="email"
                aria-autocomplete="list" aria-controls=id.clone()
                aria-expanded=follow(move || (!found.with(Vec::is_empty)).to_string())
                aria-activedescendant=active
                prop:value=typed
                on:input=move |event| this.typed(event_target_value(&event))
                on:keydown=move |event| this.key(&event)
                on:paste=move |event| this.paste(&event)
                on:focus=move |_| focused.set(true)
                on:blur=move |_| {
                    focused.set(false);
                    fields.commit();
                }
            />
            <ul class="suggestions" role="listbox" id=id aria-label=format!("{label} suggestions") hidden=follow(move || found.with(Vec::is_empty))>
                {live(move || {
                    let option = |(at, suggestion): (usize, Suggestion)| view! {
                        <li
                            class="choice" role="option" id=option_id(at) dir="auto"
                            aria-selected=follow(move || (this.at.get() == Some(at)).to_string())
                            // The box must not lose the focus before the click.
                            on:mousedown=|event| event.prevent_default()
                            on:click=move |_| this.choose(at)
                        >
                            {suggestion.label()}
                        </li>
                    };
                    found.get().into_iter().enumerate().map(option).collect_view()
                })}
            </ul>
        </div>
    }
}

impl Box {
    fn chip(self, at: usize, address: Address) -> impl IntoView + use<> {
        let valid = is_valid(&address.email);
        let full = written(&address);
        let said = if valid { full.clone() } else { format!("{full}, not an address") };
        let shown = address.display().to_owned();
        view! {
            <li class="chip" class:bad=!valid>
                <button
                    type="button" class="chip-name" tabindex="-1" title=full aria-label=said dir="auto"
                    on:keydown=move |event| self.chip_key(at, &event)
                    on:dblclick=move |_| self.edit(at)
                >
                    {shown}
                </button>
                <button
                    type="button" class="chip-remove" tabindex="-1" aria-label=format!("Remove {}", address.email)
                    on:click=move |_| self.remove(at)
                >
                    "×"
                </button>
            </li>
        }
    }

    fn typed(self, text: String) {
        let divided = text.ends_with([',', ';', '\n']);
        let people = if divided { parse(&text) } else { Vec::new() };
        if people.iter().any(|address| is_valid(&address.email)) {
            self.put(people);
            return;
        }
        let trimmed = text.trim().to_owned();
        self.at.set((!is_valid(&trimmed)).then_some(0));
        self.fields.typed[self.kind].set(text);
        if !trimmed.is_empty() {
            self.fields.app.at_desk(|desk| desk.complete(trimmed));
        }
    }

    fn put(self, people: Vec<Address>) {
        self.fields.typed[self.kind].set(String::new());
        self.fields.add(self.kind, people);
    }

    fn choose(self, at: usize) {
        if let Some(suggestion) = self.found.with_untracked(|found| found.get(at).cloned()) {
            self.put(suggestion.people());
            self.focus();
        }
    }

    fn key(self, event: &leptos::ev::KeyboardEvent) {
        let key = event.key();
        let count = self.found.with_untracked(Vec::len);
        let typed = self.fields.typed[self.kind].get_untracked();
        let command = event.ctrl_key() || event.meta_key();
        match key.as_str() {
            "ArrowDown" | "ArrowUp" if count > 0 => {
                let from = self.at.get_untracked();
                let first = if key == "ArrowDown" { 0 } else { count - 1 };
                self.at.set(from.map_or(Some(first), |at| roving::step(Axis::Vertical, &key, at, count)));
            }
            "Enter" | "Tab" if !command && !typed.trim().is_empty() => {
                match self.at.get_untracked().filter(|at| *at < count) {
                    Some(at) => self.choose(at),
                    None => self.put(parse(&typed)),
                }
                if key == "Tab" {
                    return;
                }
            }
            // It sends no form, and opens nothing.
            "Enter" if !command => {}
            "Escape" if !typed.is_empty() => self.fields.typed[self.kind].set(String::new()),
            "Backspace" if typed.is_empty() => {
                if let Some(last) = self.count().checked_sub(1) {
                    self.remove(last);
                }
            }
            "ArrowLeft" if typed.is_empty() => match self.count().checked_sub(1) {
                Some(last) => self.focus_chip(last),
                None => return,
            },
            _ => return,
        }
        event.prevent_default();
    }

    fn chip_key(self, at: usize, event: &leptos::ev::KeyboardEvent) {
        match event.key().as_str() {
            "Delete" | "Backspace" => self.remove(at),
            "Enter" | "F2" if !event.ctrl_key() && !event.meta_key() => self.edit(at),
            "ArrowLeft" => self.focus_chip(at.saturating_sub(1)),
            "ArrowRight" => self.focus_chip(at + 1),
            "Home" => self.focus_chip(0),
            "End" => self.focus(),
            _ => return,
        }
        event.prevent_default();
    }

    fn paste(self, event: &web_sys::Event) {
        let data = event.dyn_ref::<web_sys::ClipboardEvent>().and_then(|event| event.clipboard_data());
        let text = data.and_then(|data| data.get_data("text/plain").ok()).unwrap_or_default();
        let people = parse(&text);
        if people.len() > 1 || people.first().is_some_and(|address| is_valid(&address.email)) {
            event.prevent_default();
            event.stop_propagation();
            self.put(people);
        }
    }

    fn remove(self, at: usize) {
        self.take(at);
        // The next one takes its place; behind the last one is the box.
        request_animation_frame(move || self.focus_chip(at));
    }

    fn edit(self, at: usize) {
        self.fields.commit();
        if let Some(address) = self.take(at) {
            self.fields.typed[self.kind].set(written(&address));
            self.focus();
        }
    }

    fn take(self, at: usize) -> Option<Address> {
        self.fields.touch();
        self.fields.refusal.set(None);
        let mut taken = None;
        self.fields.people[self.kind].update(|people| taken = (at < people.len()).then(|| people.remove(at)));
        taken
    }

    fn count(self) -> usize {
        self.fields.people[self.kind].with_untracked(Vec::len)
    }

    fn focus_chip(self, at: usize) {
        let chips =
            self.list.get_untracked().map(|list| roving::items(&list, ".chip-name")).unwrap_or_default();
        match chips.get(at) {
            Some(chip) => roving::focus(chip),
            None => self.focus(),
        }
    }

    fn focus(self) {
        if let Some(input) = self.input.get_untracked() {
            roving::focus(&input);
        }
    }

    /// A click beside the chips is meant for the box.
    fn click(self, event: &leptos::ev::MouseEvent) {
        let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        if target.is_some_and(|target| target.closest("button, input, li").ok().flatten().is_none()) {
            self.focus();
        }
    }
}
