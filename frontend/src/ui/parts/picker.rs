//! Choosing from a list that narrows as one types (ARIA Authoring Practices: combobox with a listbox).

use super::{
    icon::{Glyph, Icon},
    roving::{self, Axis},
};
use crate::{
    state::reactive::{follow, memo},
    ui::parts::live::live,
};
use leptos::{html, prelude::*};

/// Something to choose.
#[derive(Clone)]
pub struct Choice {
    /// What it is called; typing finds it by this.
    pub label: String,
    /// Its icon.
    pub glyph: Glyph,
    /// The key that does the same.
    pub key: Option<&'static str>,
    /// What choosing it does.
    pub action: Callback<()>,
}

impl PartialEq for Choice {
    fn eq(&self, other: &Self) -> bool {
        (&self.label, self.glyph) == (&other.label, other.glyph)
    }
}

/// A box to type in and the list below it.
#[component]
pub fn Picker(
    /// What the box is called.
    label: &'static str,
    /// What the list is called.
    list: &'static str,
    /// What there is to choose from.
    #[prop(into)]
    choices: Signal<Vec<Choice>>,
) -> impl IntoView {
    let typed = RwSignal::new(String::new());
    let at = RwSignal::new(0_usize);
    let found = memo(move || {
        let typed = typed.get();
        choices.with(|choices| {
            choices.iter().filter(|choice| fits(&choice.label, &typed)).cloned().collect::<Vec<_>>()
        })
    });
    let node = NodeRef::<html::Input>::new();
    node.on_load(|input| roving::focus(&input));
    let keydown = move |event: leptos::ev::KeyboardEvent| {
        let found = found.get_untracked();
        let key = event.key();
        if key == "Enter" {
            event.prevent_default();
            if let Some(choice) = found.get(at.get_untracked()) {
                choice.action.run(());
            }
        } else if !["Home", "End"].contains(&key.as_str())
            && let Some(to) = roving::step(Axis::Vertical, &key, at.get_untracked(), found.len())
        {
            event.prevent_default();
            at.set(to);
            reveal(to);
        }
    };
    let input = move |event| {
        typed.set(event_target_value(&event));
        at.set(0);
    };
    view! {
        <input
            class="input" type="text" role="combobox" node_ref=node
            aria-label=label placeholder=label autocomplete="off" dir="auto"
            aria-expanded="true" aria-controls="choices" aria-autocomplete="list"
            aria-activedescendant=follow(move || choice_id(at.get()))
            on:input=input on:keydown=keydown
        />
        <ul class="choices" id="choices" role="listbox" aria-label=list>
            {live(move || {
                let rows = found.get().into_iter().enumerate();
                rows.map(|(index, choice)| view! { <ChoiceRow index choice at/> }).collect_view()
            })}
        </ul>
        <p class="field-hint" role="status">{live(move || found.with(Vec::is_empty).then_some("Nothing of that name."))}</p>
    }
}

#[component]
fn ChoiceRow(index: usize, choice: Choice, at: RwSignal<usize>) -> impl IntoView {
    let Choice { label, glyph, key, action } = choice;
    view! {
        <li
            class="choice" role="option" id=choice_id(index)
            aria-selected=follow(move || (at.get() == index).to_string())
            on:click=move |_| action.run(())
        >
            <Icon glyph/>
            <span dir="auto">{label}</span>
            {key.map(|key| view! { <kbd aria-hidden="true">{key}</kbd> })}
        </li>
    }
}

fn choice_id(index: usize) -> String {
    format!("choice-{index}")
}

fn reveal(index: usize) {
    if let Some(row) = document().get_element_by_id(&choice_id(index)) {
        let options = web_sys::ScrollIntoViewOptions::new();
        options.set_block(web_sys::ScrollLogicalPosition::Nearest);
        row.scroll_into_view_with_scroll_into_view_options(&options);
    }
}

/// Whether every word typed is in the label; letter case does not count.
fn fits(label: &str, typed: &str) -> bool {
    let label = label.to_lowercase();
    typed.to_lowercase().split_whitespace().all(|word| label.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_has_to_fit() {
        assert!(fits("Archive / Bills", "bil arch"));
        assert!(fits("Übung", "üb"));
        assert!(fits("Inbox", ""));
        assert!(!fits("Archive / Bills", "arch x"));
    }
}
