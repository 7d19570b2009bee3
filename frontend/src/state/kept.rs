//! Unsent text, kept by the browser itself: it outlives a reload, a crash, and hours without a connection.

use crate::state::context::App;
use leptos::prelude::*;
use postern_shared::{ids::DraftId, wire::Codec, writing::Draft};
use web_sys::Storage;

/// Begins the names under which drafts are kept; account and id follow.
const NAME: &str = "postern.draft.";
/// Where the tab remembers the drafts that were open in it.
const OPEN: &str = "postern.open-drafts";

/// A draft that the browser kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept {
    /// Its id.
    pub id: DraftId,
    /// What is written, and the gateway's revision that it goes on from; absent where the gateway has all of it.
    pub text: Option<(u32, Draft)>,
    /// It was open in this tab.
    pub here: bool,
}

impl App {
    /// Keeps a draft in the browser. Where there is no room for it, it is the gateway alone that keeps it.
    pub(super) fn keep_draft(self, id: DraftId, revision: u32, content: &Draft) {
        let Ok(bytes) = Codec::Postcard.encode(&(revision, content)) else { return };
        // Storage takes text: a character a byte.
        let text: String = bytes.iter().map(|&byte| char::from(byte)).collect();
        if let Some(storage) = storage() {
            let _ = storage.set_item(&self.name(id), &text);
        }
        remember(|open| {
            if !open.contains(&id.to_string()) {
                open.push(id.to_string());
            }
        });
    }

    /// The gateway has all of it.
    pub(super) fn unkeep_text(self, id: DraftId) {
        if let Some(storage) = storage() {
            let _ = storage.remove_item(&self.name(id));
        }
    }

    /// It is not open here any more, and what the browser kept of it is not needed.
    pub fn unkeep(self, id: DraftId) {
        self.unkeep_text(id);
        remember(|open| open.retain(|other| *other != id.to_string()));
    }

    /// The drafts of the account that is shown that were open in this tab or hold text that the gateway may lack.
    pub fn kept_drafts(self) -> Vec<Kept> {
        let Some(storage) = storage() else { return Vec::new() };
        let mut here = Vec::new();
        remember(|open| here.clone_from(open));
        let prefix = format!("{NAME}{}.", self.account_id());
        let names = (0..storage.length().unwrap_or(0)).filter_map(|at| storage.key(at).ok().flatten());
        let others = names.filter_map(|name| name.strip_prefix(&prefix).map(str::to_owned));
        let mut ids: Vec<String> = here.iter().cloned().chain(others).collect();
        ids.sort();
        ids.dedup();
        let read = |id: String| {
            let draft = DraftId(id.parse().ok()?);
            let text = storage.get_item(&self.name(draft)).ok().flatten();
            Some(Kept { id: draft, text: text.and_then(|text| decode(&text)), here: here.contains(&id) })
        };
        ids.into_iter().filter_map(read).collect()
    }

    fn name(self, id: DraftId) -> String {
        format!("{NAME}{}.{id}", self.account_id())
    }
}

/// Changes what the tab remembers of open drafts.
fn remember(change: impl FnOnce(&mut Vec<String>)) {
    let Ok(Some(storage)) = window().session_storage() else { return };
    let text = storage.get_item(OPEN).ok().flatten().unwrap_or_default();
    let mut open: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
    change(&mut open);
    let _ = storage.set_item(OPEN, &open.join(" "));
}

fn decode(text: &str) -> Option<(u32, Draft)> {
    let bytes: Option<Vec<u8>> = text.chars().map(|char| u8::try_from(char).ok()).collect();
    Codec::Postcard.decode(&bytes?).ok()
}

fn storage() -> Option<Storage> {
    window().local_storage().ok().flatten()
}
