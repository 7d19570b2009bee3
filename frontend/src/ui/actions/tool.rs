//! One button of a toolbar.

use crate::{
    state::reactive::follow,
    ui::parts::{
        icon::{Glyph, Icon},
        live::live,
    },
};
use leptos::prelude::*;

/// One button of a toolbar.
#[derive(Clone, Copy)]
pub struct Tool {
    /// What it is called now.
    pub label: Signal<&'static str>,
    /// Its icon now.
    pub glyph: Signal<Glyph>,
    /// Whether it applies now.
    pub enabled: Signal<bool>,
    /// What it does.
    pub action: Callback<()>,
    /// It begins a group.
    pub group: bool,
}

impl Tool {
    /// A button whose name never changes.
    pub fn new(
        label: &'static str,
        glyph: Glyph,
        enabled: Signal<bool>,
        action: impl Fn() + Send + Sync + 'static,
    ) -> Self {
        Self {
            label: Signal::stored(label),
            glyph: Signal::stored(glyph),
            enabled,
            action: Callback::new(move |()| action()),
            group: false,
        }
    }

    /// The same, with another name and icon while `on` says so.
    pub fn or(self, on: Signal<bool>, label: &'static str, glyph: Glyph) -> Self {
        let (first, first_glyph) = (self.label, self.glyph);
        Self {
            label: Signal::derive(move || if on.get() { label } else { first.get() }),
            glyph: Signal::derive(move || if on.get() { glyph } else { first_glyph.get() }),
            ..self
        }
    }

    /// The same, at the begin of a group.
    pub fn begins_group(self) -> Self {
        Self { group: true, ..self }
    }
}

/// The button.
#[component]
pub fn ToolButton(
    /// What it is and does.
    tool: Tool,
    /// 0 for the one of the toolbar that Tab leads to, -1 for the others.
    #[prop(into)]
    tabindex: Signal<i32>,
) -> impl IntoView {
    view! {
        <button
            type="button" class="button plain tool" class:begins-group=tool.group
            disabled=follow(move || !tool.enabled.get())
            title=follow(move || tool.label.get())
            aria-label=follow(move || tool.label.get())
            tabindex=tabindex
            on:click=move |_| tool.action.run(())
        >
            <Icon glyph=tool.glyph/>
            <span class="tool-text" aria-hidden="true">{live(move || tool.label.get())}</span>
        </button>
    }
}
