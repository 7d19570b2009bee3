//! What a shortcut does.

use super::{binding::Shortcut, palette::Palette, sheet::Sheet};
use crate::{
    state::context::App,
    ui::{
        compose,
        parts::roving,
        route::{
            history::Route,
            place::{MailPlace, Place},
        },
    },
};
use leptos::prelude::*;
use postern_shared::{folder::Role, writing::Beginning};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// Does what shortcuts ask for.
#[derive(Clone, Copy)]
pub struct Actor {
    /// The app's state.
    pub app: App,
    /// Where the app is.
    pub route: Route,
    /// The dialog that lists the shortcuts.
    pub sheet: Sheet,
    /// The command palette.
    pub palette: Palette,
}

impl Actor {
    /// Does it. Says whether there was something to do: else the key is the browser's.
    pub fn act(self, shortcut: Shortcut, repeat: bool) -> bool {
        let mail = self.route.place().with_untracked(|place| matches!(place, Place::Mail(_)));
        match shortcut {
            Shortcut::Help => self.sheet.open.set(true),
            Shortcut::Palette => self.palette.open.set(true),
            Shortcut::Go(role) => self.go(role),
            Shortcut::Compose if !repeat => self.app.write(Beginning::Blank),
            _ if !mail => return false,
            Shortcut::Delete { mark } => self.app.delete(mark, repeat),
            Shortcut::Step { down, extend } => self.step(if down { 1 } else { -1 }, extend),
            // A key held down repeats what is harmless to repeat; the rest happens once.
            _ if repeat => {}
            Shortcut::Undelete => self.app.undelete(),
            Shortcut::Undo => self.app.undo_last(),
            Shortcut::Archive => self.app.archive(),
            Shortcut::Flag => self.app.toggle_flag(),
            Shortcut::Read => self.app.toggle_seen(),
            Shortcut::Refresh => self.app.refresh(),
            Shortcut::SelectAll => self.app.select_all(),
            Shortcut::Purge => self.purge(),
            Shortcut::Move => click(".toolbar [aria-label='Move to…']:not(:disabled)"),
            Shortcut::Compose => {}
            Shortcut::Answer(how) => self.app.answer(how),
            Shortcut::Search => focus("[role=searchbox]"),
            Shortcut::Close => return self.close(),
            Shortcut::Select => self.app.toggle_focused(),
            Shortcut::Open => return self.open(),
        }
        true
    }

    fn step(self, rows: i64, extend: bool) {
        if extend { self.app.extend_by(rows) } else { self.app.step(rows) }
    }

    fn open(self) -> bool {
        let key = untrack(|| self.app.focused_key());
        // Enter on a control is the control's.
        let free = document().active_element().is_none_or(|element| element.tag_name() == "BODY");
        match key.filter(|_| free) {
            Some(key) => compose::open(self.app, self.route, key),
            None => return false,
        }
        true
    }

    fn go(self, role: Role) {
        let folder = self.app.folders.with_untracked(|folders| {
            folders.iter().find(|folder| folder.role == Some(role)).map(|folder| folder.id.clone())
        });
        match folder {
            Some(folder) => {
                let account = self
                    .app
                    .account
                    .with_untracked(|account| account.as_ref().map(|account| account.id.clone()));
                self.route.go(&Place::Mail(MailPlace {
                    account,
                    folder: Some(folder),
                    ..MailPlace::default()
                }));
            }
            None => self.app.toast("There is no such folder in this account."),
        }
    }

    fn purge(self) {
        if let Some(folder) = self.app.folder.get_untracked() {
            self.app.prepare_purge(folder.id);
        }
    }

    /// What is innermost goes first: the selection, the message, the search.
    fn close(self) -> bool {
        let place = untrack(|| self.route.mail());
        if self.app.selected.get_untracked() > 0 {
            self.app.clear_selection();
        } else if place.message.is_some() {
            self.route.close_message();
        } else if !place.query.is_empty() {
            self.route.go_mail(|place| place.query.clear());
        } else {
            return false;
        }
        true
    }
}

fn find(selector: &str) -> Option<HtmlElement> {
    document().query_selector(selector).ok().flatten()?.dyn_into().ok()
}

fn focus(selector: &str) {
    if let Some(element) = find(selector) {
        roving::focus(&element);
    }
}

fn click(selector: &str) {
    if let Some(element) = find(selector) {
        element.click();
    }
}
