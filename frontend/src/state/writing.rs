//! What components read of the writing desk and do at it.

use crate::{
    model::{
        compose::{desk::Desk, draft::Slot, suggestion::Suggestion},
        failure::explain,
    },
    net::http,
    state::{context::App, kept::Kept},
};
use leptos::{prelude::*, task::spawn_local};
use postern_shared::{
    ids::{AccountId, DraftId, FileId},
    writing::{Answer, Beginning, Draft, WritingSettings},
};
use serde::Deserialize;
use std::time::Duration;

/// How long a discarded draft can be had back: as long as the message that says so stays.
const BIN: Duration = Duration::from_secs(10);

/// How many contacts came in.
#[derive(Deserialize)]
struct Imported {
    count: u32,
}

/// Writing.
impl App {
    /// Begins a draft.
    pub fn write(self, from: Beginning) {
        let id = DraftId(super::context::random_seed());
        self.at_desk(|desk| desk.begin(id, from));
    }

    /// Takes up a draft that was open before.
    pub fn take_up(self, kept: Kept) {
        self.at_desk(|desk| match kept.text {
            Some((revision, content)) => desk.take_up(kept.id, revision, content),
            None => desk.begin(kept.id, Beginning::Saved),
        });
    }

    /// Answers the opened message, or else the focused one.
    pub fn answer(self, how: Answer) {
        let opened = self.opened.with_untracked(|opened| opened.as_ref().map(|opened| opened.key.clone()));
        match opened.or_else(|| untrack(|| self.focused_key())) {
            Some(key) => self.write(Beginning::Answer { key, how }),
            None => self.toast("Open or choose a message first."),
        }
    }

    /// What a draft says, as far as its window has told; untracked.
    pub fn draft_content(self, slot: Slot) -> Option<Draft> {
        self.client.with_untracked(|client| Some(client.mailbox()?.desk().content(slot)?.1.clone()))
    }

    /// What is written in a window: it is kept here and saved.
    pub fn save_draft(self, slot: Slot, id: DraftId, content: Draft) {
        self.at_desk(|desk| desk.write(slot, content));
        let unsaved = self.client.with_untracked(|client| {
            let (revision, content) = client.mailbox()?.desk().unsaved(slot)?;
            Some((revision, content.clone()))
        });
        if let Some((revision, content)) = unsaved {
            self.keep_draft(id, revision, &content);
        }
    }

    /// Throws a draft away; for a while it can be had back with what is written in its window.
    pub fn discard_draft(self, slot: Slot, content: Draft) {
        self.at_desk(|desk| {
            desk.write(slot, content);
            desk.discard(slot);
        });
    }

    /// Chooses identities and habits of writing.
    pub fn set_writing(self, settings: WritingSettings) {
        self.at_desk(|desk| desk.choose(settings));
    }

    /// What is written here stays, as another draft than the one that another browser changed.
    pub fn keep_mine(self, slot: Slot) {
        self.change(|mailbox| mailbox.keep_draft(slot));
    }

    /// Does something at the writing desk.
    pub fn at_desk(self, act: impl FnOnce(&mut Desk)) {
        self.change(|mailbox| act(mailbox.desk_mut()));
    }

    /// Who goes on like what was typed, once that came; tracked.
    pub fn found(self, typed: &str) -> Vec<Suggestion> {
        self.desk.with(|desk| if desk.found.0 == typed { desk.found.1.clone() } else { Vec::new() })
    }

    /// The path of a draft's file.
    pub fn file_url(self, draft: DraftId, file: FileId) -> String {
        format!("{}/drafts/{draft}/files/{file}", self.account_url())
    }

    /// The path of the contacts.
    pub fn contacts_url(self) -> String {
        format!("{}/contacts", self.account_url())
    }

    /// Takes contacts in from a vCard file and says how many.
    pub fn import_contacts(self, file: web_sys::File) {
        let url = self.contacts_url();
        spawn_local(async move {
            match http::post_file::<Imported>(&url, &file).await {
                Ok(Imported { count: 1 }) => self.toast("1 contact imported"),
                Ok(Imported { count }) => self.toast(format!("{count} contacts imported")),
                Err(failure) => self.show_toast(explain(&failure.failure), None, true),
            }
        });
    }

    pub(super) fn discard_later(self, id: DraftId) {
        set_timeout(
            move || {
                self.at_desk(|desk| {
                    desk.forget(id);
                });
            },
            BIN,
        );
    }

    pub(super) fn account_id(self) -> AccountId {
        self.account
            .with_untracked(|account| account.as_ref().map(|account| account.id.clone()))
            .unwrap_or_default()
    }

    fn account_url(self) -> String {
        let account = js_sys::encode_uri_component(self.account_id().as_str());
        format!("/api/accounts/{}", account.as_string().unwrap_or_default())
    }
}
