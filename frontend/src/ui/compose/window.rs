//! One message being written: a window in the corner, or the whole screen of a phone.

use super::{
    cover::Cover,
    fields::{Fields, KINDS},
    files::{AttachmentList, dropped, pasted},
    formatting::LinkDialog,
    notices::Notices,
    recipients::Recipients,
    send::SendBar,
    text::MessageText,
};
use crate::{
    model::compose::draft::DraftState,
    state::{
        context::App,
        reactive::{effect, follow, memo},
    },
    ui::parts::{
        icon::{Glyph, Icon},
        live::{live, when},
        roving,
    },
};
use leptos::{html, prelude::*};
use postern_shared::address::Address;
use std::time::Duration;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlTextAreaElement};

/// How often it is looked whether there is something to save.
const TICK: Duration = Duration::from_millis(500);

/// The window.
#[component]
pub fn Window(
    /// How the draft stands.
    draft: DraftState,
) -> impl IntoView {
    let app = App::get();
    let fields = Fields::new(app, draft);
    let (cover, slot) = (Cover::expect(), fields.slot);
    on_cleanup(move || cover.set_small(slot, false));
    let full = RwSignal::new(false);
    let node = NodeRef::<html::Section>::new();
    return_focus();
    save_by_itself(fields);
    let loading = memo(move || fields.state.with(|state| state.loading));
    effect(move || {
        if !loading.get() {
            request_animation_frame(move || begin(fields, node));
        }
    });
    let keydown = move |event: leptos::ev::KeyboardEvent| {
        // Keys of a window are the window's.
        event.stop_propagation();
        if event.default_prevented() || in_dialog(&event) {
            return;
        }
        let command = event.ctrl_key() || event.meta_key();
        match event.key().as_str() {
            "Enter" if command => fields.send(None, false),
            "k" | "K" if command && !fields.plain.get_untracked() => {
                fields.link.set(fields.edit(super::editor::Editor::link));
            }
            "Escape" => fields.close(),
            _ => return,
        }
        event.prevent_default();
    };
    let title = move || {
        let subject = fields.subject.get();
        if subject.trim().is_empty() { "New message".to_owned() } else { subject }
    };
    let head = move |label: &'static str, glyph, act: Callback<()>| {
        view! {
            <button type="button" class="button plain square" aria-label=label title=label on:click=move |_| act.run(())>
                <Icon glyph/>
            </button>
        }
    };
    view! {
        <section
            class="compose-window" class:small=follow(move || cover.is_small(slot)) class:full=full role="dialog" aria-label="New message" node_ref=node
            aria-busy=follow(move || loading.get().to_string())
            aria-modal=follow(move || cover.is(slot).then_some("true"))
            inert=follow(move || cover.hides(slot))
            on:keydown=keydown
            on:dragover=|event| event.prevent_default()
            on:drop=move |event| dropped(fields, &event)
            on:paste=move |event| pasted(fields, &event)
        >
            <div class="compose-head">
                <h2 dir="auto">{title}</h2>
                {head("Minimise", Glyph::Minus, Callback::new(move |()| cover.set_small(slot, !cover.is_small(slot))))}
                {head("Full screen", Glyph::Full, Callback::new(move |()| {
                    cover.set_small(slot, false);
                    full.update(|full| *full = !*full);
                }))}
                {head("Close", Glyph::Close, Callback::new(move |()| fields.close()))}
            </div>
            {live(move || {
                if loading.get() {
                    view! { <p class="compose-wait" role="status">"Opening…"</p> }.into_any()
                } else {
                    view! { <Content fields/> }.into_any()
                }
            })}
        </section>
    }
}

#[component]
fn Content(fields: Fields) -> impl IntoView {
    let subject = move |event| {
        fields.subject.set(event_target_value(&event));
        fields.touch();
    };
    let adding = move |kind: usize| {
        view! {
            {when(move || !fields.shown[kind].get(), move || view! { <button type="button" class="button plain small" on:click=move |_| show(fields, kind)>
                    {format!("Add {}", KINDS[kind])}
                </button> })}
        }
    };
    view! {
        <div class="compose-body">
            <Notices fields/>
            <div class="compose-line">
                <Recipients fields kind=0/>
                {adding(1)}
                {adding(2)}
            </div>
            {[1, 2].map(|kind| view! {
                {when(move || fields.shown[kind].get(), move || view! { <div class="compose-line"><Recipients fields kind/></div> })}
            })}
            <From fields/>
            <input
                class="compose-subject" type="text" aria-label="Subject" placeholder="Subject" dir="auto" autocomplete="off"
                prop:value=fields.subject on:input=subject
            />
            <MessageText fields/>
        </div>
        <AttachmentList fields/>
        <SendBar fields/>
        <LinkDialog fields/>
    }
}

/// Who it comes from, where there is a choice.
#[component]
fn From(fields: Fields) -> impl IntoView {
    let choices = memo(move || {
        let own = fields.app.desk.with(|desk| {
            let known = desk.settings.iter().flat_map(|settings| &settings.identities);
            known.map(|identity| identity.address.clone()).collect::<Vec<Address>>()
        });
        let from = fields.from.get();
        let other = (!from.email.is_empty() && !own.contains(&from)).then_some(from);
        own.into_iter().chain(other).collect::<Vec<_>>()
    });
    let change = move |event| {
        let at = event_target_value(&event).parse().unwrap_or(0_usize);
        if let Some(address) = choices.with_untracked(|choices| choices.get(at).cloned()) {
            fields.write_as(address);
        }
    };
    view! {
        <div class="compose-line">
            <span class="compose-label" aria-hidden="true">"From"</span>
            <select class="compose-from" aria-label="From" dir="auto" on:change=change>
                {live(move || {
                    let from = fields.from.get();
                    let option = |(at, address): (usize, Address)| {
                        let text = crate::model::compose::recipients::written(&address);
                        view! { <option value=at.to_string() selected=address == from>{text}</option> }
                    };
                    choices.get().into_iter().enumerate().map(option).collect_view()
                })}
            </select>
        </div>
    }
}

fn show(fields: Fields, kind: usize) {
    fields.shown[kind].set(true);
    let label = KINDS[kind];
    request_animation_frame(move || {
        focus_in(
            &document().body().map(Into::into),
            &format!(".compose-body [role=combobox][aria-label={label}]"),
        )
    });
}

/// Where the cursor stands at first: what is missing.
fn begin(fields: Fields, node: NodeRef<html::Section>) {
    let root: Option<web_sys::Element> = node.get_untracked().map(|node| node.unchecked_into());
    above(&root);
    if fields.people[0].with_untracked(Vec::is_empty) {
        focus_in(&root, "[role=combobox]");
    } else if fields.edit(super::editor::Editor::focus).is_none() {
        focus_in(&root, "[aria-label='Message text']");
    }
}

/// What is written in plain text stands above the signature and what is quoted.
fn above(root: &Option<web_sys::Element>) {
    let text = root.as_ref().and_then(|root| root.query_selector("textarea.compose-text").ok().flatten());
    if let Some(text) = text.and_then(|text| text.dyn_into::<HtmlTextAreaElement>().ok()) {
        // An element without a selection has no cursor to move.
        let _ = text.set_selection_range(0, 0);
        text.set_scroll_top(0);
    }
}

fn focus_in(root: &Option<web_sys::Element>, selector: &str) {
    let found = root.as_ref().and_then(|root| root.query_selector(selector).ok().flatten());
    if let Some(element) = found.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        roving::focus(&element);
    }
}

/// Whether a key is a dialog's that stands above the window.
fn in_dialog(event: &web_sys::Event) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    target.is_some_and(|target| target.closest("dialog").ok().flatten().is_some())
}

/// The focus goes back to where it was, unless somebody took it meanwhile.
fn return_focus() {
    let active = || document().active_element().and_then(|element| element.dyn_into::<HtmlElement>().ok());
    let before = StoredValue::new_local(active());
    on_cleanup(move || {
        let before = before.try_get_value().flatten();
        // What the window covered can take it only once that is uncovered.
        request_animation_frame(move || {
            let lost = active().is_none_or(|element| document().body() == Some(element));
            if let Some(element) = before.filter(|element| lost && element.is_connected()) {
                roving::focus(&element);
            }
        });
    });
}

/// Saves after a pause, and when the page may go.
fn save_by_itself(fields: Fields) {
    let tick = set_interval_with_handle(move || fields.save(false), TICK).ok();
    let going = ["pagehide", "visibilitychange"]
        .map(|event| window_event_listener_untyped(event, move |_| fields.save(true)));
    on_cleanup(move || {
        tick.inspect(|tick| tick.clear());
        going.into_iter().for_each(|listener| listener.remove());
    });
}
