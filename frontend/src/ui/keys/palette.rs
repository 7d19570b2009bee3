//! The command palette: everything that can be done, found by typing.

use super::{act::Actor, binding::Shortcut, sheet::Sheet};
use crate::{
    state::{context::App, reactive::memo},
    ui::{
        folders::picker::choice,
        parts::{
            dialog::Modal,
            icon::Glyph,
            live::live,
            picker::{Choice, Picker},
        },
        route::{
            history::Route,
            place::{MailPlace, Page, Place},
        },
    },
};
use leptos::prelude::*;
use postern_shared::{ids::FolderId, writing::Answer};

/// The commands that shortcuts do as well.
const COMMANDS: [(&str, &str, Glyph, Shortcut); 16] = [
    ("Delete", "d", Glyph::Trash, Shortcut::Delete { mark: false }),
    ("Undelete", "u", Glyph::Undo, Shortcut::Undelete),
    ("Undo", "z", Glyph::Undo, Shortcut::Undo),
    ("Purge deleted messages", "$", Glyph::Trash, Shortcut::Purge),
    ("Archive", "e", Glyph::Archive, Shortcut::Archive),
    ("Move to a folder", "v", Glyph::Move, Shortcut::Move),
    ("Flag or unflag", "s", Glyph::Flag, Shortcut::Flag),
    ("Mark as read or unread", "m", Glyph::MailOpen, Shortcut::Read),
    ("Select all", "Ctrl+A", Glyph::Check, Shortcut::SelectAll),
    ("Compose", "c", Glyph::Compose, Shortcut::Compose),
    ("Reply", "r", Glyph::Reply, Shortcut::Answer(Answer::Reply)),
    ("Reply all", "a", Glyph::ReplyAll, Shortcut::Answer(Answer::ReplyAll)),
    ("Forward", "f", Glyph::Forward, Shortcut::Answer(Answer::Forward)),
    ("Search mail", "/", Glyph::Search, Shortcut::Search),
    ("Refresh", "", Glyph::Refresh, Shortcut::Refresh),
    ("Keyboard shortcuts", "?", Glyph::Menu, Shortcut::Help),
];

/// Whether the palette is shown.
#[derive(Clone, Copy)]
pub struct Palette {
    /// It is.
    pub open: RwSignal<bool>,
}

impl Palette {
    /// Provides itself as a context.
    pub fn provide() -> Self {
        let palette = Self { open: RwSignal::new(false) };
        provide_context(palette);
        palette
    }

    /// The palette of the app.
    pub fn expect() -> Self {
        expect_context()
    }
}

/// The dialog.
#[component]
pub fn CommandPalette() -> impl IntoView {
    let palette = Palette::expect();
    let actor = Actor { app: App::get(), route: Route::expect(), sheet: Sheet::expect(), palette };
    let choices = memo(move || choices(actor));
    live(move || {
        palette.open.get().then(|| {
            view! {
                <Modal title="Command palette" on_close=move |()| palette.open.set(false)>
                    <Picker label="Find a command" list="Commands" choices/>
                </Modal>
            }
        })
    })
}

fn choices(actor: Actor) -> Vec<Choice> {
    // A POP3 server keeps no folders to look through: its mail is fetched.
    let pop3 = actor.app.is_pop3();
    let command = |&(label, key, glyph, shortcut): &(&str, &'static str, Glyph, Shortcut)| Choice {
        label: if shortcut == Shortcut::Refresh && pop3 { "Get mail" } else { label }.to_owned(),
        glyph,
        key: Some(key).filter(|key| !key.is_empty()),
        action: once_closed(actor, move || {
            actor.act(shortcut, false);
        }),
    };
    let page = |page: Page| Choice {
        label: format!("Settings: {}", page.title()),
        glyph: Glyph::Gear,
        key: None,
        action: once_closed(actor, move || actor.route.go(&Place::Settings(page))),
    };
    let mut choices: Vec<Choice> = COMMANDS.iter().map(command).collect();
    choices.extend(folders(actor));
    choices.extend(Page::ALL.map(page));
    choices
}

fn folders(actor: Actor) -> Vec<Choice> {
    let go = Callback::new(move |id: FolderId| {
        let account =
            actor.app.account.with_untracked(|account| account.as_ref().map(|account| account.id.clone()));
        once_closed(actor, move || {
            let (account, folder) = (account.clone(), Some(id.clone()));
            actor.route.go(&Place::Mail(MailPlace { account, folder, ..MailPlace::default() }));
        })
        .run(());
    });
    actor.app.folders.with(|folders| {
        let named =
            folders.iter().filter(|folder| folder.selectable).map(|folder| choice(folders, folder, go));
        named.map(|choice| Choice { label: format!("Go to {}", choice.label), ..choice }).collect()
    })
}

/// Does something once the palette is gone: it gives the focus back, and what is done may want it elsewhere.
fn once_closed(actor: Actor, action: impl Fn() + Clone + Send + Sync + 'static) -> Callback<()> {
    Callback::new(move |()| {
        actor.palette.open.set(false);
        request_animation_frame(action.clone());
    })
}
