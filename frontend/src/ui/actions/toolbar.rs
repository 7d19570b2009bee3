//! What can be done to messages: the selected ones, else the focused one, else the opened one.

use super::{
    more::MoreMenu,
    move_to::MoveTo,
    tool::{Tool, ToolButton},
};
use crate::{
    state::{context::App, reactive::memo},
    ui::{
        parts::{
            icon::Glyph,
            roving::{self, Axis},
        },
        reader::source::SourceDialog,
    },
};
use leptos::{html, prelude::*};
use postern_shared::{folder::Role, writing::Answer};

/// The toolbar (ARIA Authoring Practices: one stop of Tab, arrows inside).
#[component]
pub fn Toolbar() -> impl IntoView {
    let app = App::get();
    let moving = RwSignal::new(false);
    let looking = RwSignal::new(None);
    let tools = tools(app, moving);
    let current = RwSignal::new(0_usize);
    let more_at = tools.len();
    // A button that does not apply takes no focus: then the first one that does is the stop.
    let enabled: Vec<Signal<bool>> = tools.iter().map(|tool| tool.enabled).collect();
    let stop = memo(move || {
        let on = |at: &usize| enabled.get(*at).is_none_or(|enabled| enabled.get());
        let chosen = current.get();
        if on(&chosen) { chosen } else { (0..=more_at).find(on).unwrap_or(more_at) }
    });
    let tabindex = move |at: usize| Signal::derive(move || if stop.get() == at { 0 } else { -1 });
    let node = NodeRef::<html::Div>::new();
    let buttons = tools
        .into_iter()
        .enumerate()
        .map(|(at, tool)| view! { <ToolButton tool tabindex=tabindex(at)/> })
        .collect_view();
    view! {
        <div
            class="toolbar" role="toolbar" aria-label="Message actions" node_ref=node
            on:keydown=move |event| walk(node, &event)
            on:focusin=move |_| current.set(focused_index(node).unwrap_or(0))
        >
            {buttons}
            <MoreMenu tabindex=tabindex(more_at) looking/>
        </div>
        <MoveTo open=moving/>
        <SourceDialog looking/>
    }
}

fn tools(app: App, moving: RwSignal<bool>) -> Vec<Tool> {
    let target = move |test: fn(&crate::model::target::TargetState) -> bool| {
        Signal::derive(move || app.target.with(test))
    };
    let any = target(|target| target.count > 0);
    let role = move || app.folder.with(|folder| folder.as_ref().and_then(|folder| folder.role));
    let outside = move |own: Role| Signal::derive(move || any.get() && role() != Some(own));
    let read = target(|target| target.count > 0 && !target.unread);
    let flagged = target(|target| target.count > 0 && !target.unflagged);
    let answer = |label, glyph, how| Tool::new(label, glyph, any, move || app.answer(how));
    vec![
        // Delete on struck mail takes the strike off: it applies to all.
        Tool::new("Delete", Glyph::Trash, any, move || app.delete(false, false)),
        Tool::new("Undelete", Glyph::Undo, target(|target| target.undeletable), move || app.undelete()),
        Tool::new("Archive", Glyph::Archive, outside(Role::Archive), move || app.archive()),
        Tool::new("Move to…", Glyph::Move, any, move || moving.set(true)),
        Tool::new("Mark as read", Glyph::MailOpen, any, move || app.toggle_seen())
            .or(read, "Mark as unread", Glyph::Mail)
            .begins_group(),
        Tool::new("Flag", Glyph::Flag, any, move || app.toggle_flag()).or(flagged, "Unflag", Glyph::Flag),
        Tool::new("Junk", Glyph::Junk, any, move || app.junk()),
        answer("Reply", Glyph::Reply, Answer::Reply).begins_group(),
        answer("Reply all", Glyph::ReplyAll, Answer::ReplyAll),
        answer("Forward", Glyph::Forward, Answer::Forward),
    ]
}

/// Every button, applying or not: the indices are those of the stops.
fn focused_index(node: NodeRef<html::Div>) -> Option<usize> {
    let root = node.get_untracked()?;
    roving::focused(&roving::items(&root, "button"))
}

fn walk(node: NodeRef<html::Div>, event: &leptos::ev::KeyboardEvent) {
    let Some(root) = node.get_untracked() else { return };
    let buttons = roving::items(&root, "button:not(:disabled)");
    let Some(at) = roving::focused(&buttons) else { return };
    let rtl =
        document().document_element().is_some_and(|root| root.get_attribute("dir").as_deref() == Some("rtl"));
    if let Some(to) = roving::step(Axis::Horizontal { rtl }, &event.key(), at, buttons.len()) {
        event.prevent_default();
        event.stop_propagation();
        roving::focus(&buttons[to]);
    }
}
