//! Colours and density as chosen. The choice is the browser's, not the account's: it is kept in its storage, and
//! `loader.js` applies it before the first paint.

use crate::state::reactive::effect;
use leptos::prelude::*;

/// What can be chosen.
#[derive(Clone, Copy)]
pub struct Look {
    /// Light, dark, or as the system has it.
    pub theme: RwSignal<Theme>,
    /// How much room a row has.
    pub density: RwSignal<Density>,
    /// Whether single keys act.
    pub shortcuts: RwSignal<bool>,
}

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the system has it.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// How much room a row has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Density {
    /// Two lines and a preview.
    #[default]
    Comfortable,
    /// As little as can be read.
    Compact,
}

const THEMES: [(Theme, &str); 3] = [(Theme::System, ""), (Theme::Light, "light"), (Theme::Dark, "dark")];
const DENSITIES: [(Density, &str); 2] = [(Density::Comfortable, ""), (Density::Compact, "compact")];

impl Look {
    /// Reads what was chosen, keeps what will be, and provides itself as a context.
    pub fn provide() {
        let look = Self {
            theme: RwSignal::new(chosen("theme", &THEMES)),
            density: RwSignal::new(chosen("density", &DENSITIES)),
            shortcuts: RwSignal::new(read("shortcuts").as_deref() != Some("off")),
        };
        effect(move || apply("theme", name(&THEMES, look.theme.get())));
        effect(move || apply("density", name(&DENSITIES, look.density.get())));
        effect(move || keep("shortcuts", if look.shortcuts.get() { "" } else { "off" }));
        provide_context(look);
    }

    /// The look of the app.
    pub fn expect() -> Self {
        expect_context()
    }
}

fn chosen<T: Copy + Default>(key: &str, table: &[(T, &str)]) -> T {
    let stored = read(key);
    table
        .iter()
        .find(|(_, name)| Some(*name) == stored.as_deref())
        .map(|(choice, _)| *choice)
        .unwrap_or_default()
}

fn name<T: PartialEq>(table: &[(T, &'static str)], choice: T) -> &'static str {
    table.iter().find(|(known, _)| *known == choice).map_or("", |(_, name)| name)
}

/// Sets the attribute that the style sheets go by. Empty is the default.
fn apply(key: &str, value: &str) {
    if let Some(root) = document().document_element() {
        let attribute = format!("data-{key}");
        // The attributes' names are valid.
        let _ = if value.is_empty() {
            root.remove_attribute(&attribute)
        } else {
            root.set_attribute(&attribute, value)
        };
    }
    keep(key, value);
}

fn read(key: &str) -> Option<String> {
    window().local_storage().ok()??.get_item(&format!("postern.{key}")).ok()?
}

/// Keeps a choice; where storage is forbidden it lasts as long as the page.
fn keep(key: &str, value: &str) {
    if let Ok(Some(storage)) = window().local_storage() {
        let key = format!("postern.{key}");
        let _ = if value.is_empty() { storage.remove_item(&key) } else { storage.set_item(&key, value) };
    }
}
