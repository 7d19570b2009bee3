//! What components read. Everything here is tracked: read it inside a closure or a memo and it runs again on change.

use crate::{
    model::{
        change::Operation, opened::Opened, purge::PurgeDialog, row::Row, status::Status, target::TargetState,
    },
    state::{session::Session, toasts::Toast},
};
use leptos::prelude::*;
use postern_shared::{
    account::Account,
    folder::Folder,
    ids::{AccountId, MessageKey},
    view::ViewSpec,
};

/// The state of the list as a whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListState {
    /// Rows in all.
    pub total: u32,
    /// The first rows have not come yet.
    pub loading: bool,
    /// More may still be found: a search is running.
    pub searching: bool,
    /// The view could not be opened: why, in words to show.
    pub failure: Option<String>,
}

/// The app's state: a handle that is copied freely. Components take it with [`App::get`].
#[derive(Clone, Copy)]
pub struct App {
    /// Who is signed in.
    pub session: Memo<Session>,
    /// The connection in one word, and how many changes wait.
    pub status: Memo<Status>,
    /// The account that is shown.
    pub account: Memo<Option<Account>>,
    /// Its folders in the order they are shown, counts with pending changes.
    pub folders: Memo<Vec<Folder>>,
    /// What the list shows.
    pub spec: Memo<Option<ViewSpec>>,
    /// The folder the list shows; absent where it shows several.
    pub folder: Memo<Option<Folder>>,
    /// How the list stands.
    pub list: Memo<ListState>,
    /// The message in the reading pane.
    pub opened: Memo<Option<Opened>>,
    /// How many messages are selected.
    pub selected: Memo<u32>,
    /// What the toolbar's actions would apply to.
    pub target: Memo<TargetState>,
    /// Long operations under way.
    pub operations: Memo<Vec<Operation>>,
    /// The purge dialog.
    pub purge: Memo<PurgeDialog>,
    /// Short messages, the newest last.
    pub toasts: RwSignal<Vec<Toast>>,
}

impl App {
    /// Makes the state, provides it to every component below and asks the gateway who is signed in. Once, at start.
    pub fn provide() -> Self {
        let toasts = RwSignal::new(Vec::new());
        let app = Self {
            session: Memo::new(|_| Session::Checking),
            status: Memo::new(|_| Status::of(Default::default(), None, 0)),
            account: Memo::new(|_| None),
            folders: Memo::new(|_| Vec::new()),
            spec: Memo::new(|_| None),
            folder: Memo::new(|_| None),
            list: Memo::new(|_| ListState::default()),
            opened: Memo::new(|_| None),
            selected: Memo::new(|_| 0),
            target: Memo::new(|_| TargetState::default()),
            operations: Memo::new(|_| Vec::new()),
            purge: Memo::new(|_| PurgeDialog::Closed),
            toasts,
        };
        provide_context(app);
        app
    }

    /// The state that [`App::provide`] provided.
    #[allow(clippy::expect_used, reason = "a component outside the app is a mistake of the program")]
    pub fn get() -> Self {
        use_context().expect("App::provide ran first")
    }

    /// The row at `index` of the list, 0 at the top; absent until it came. Tracked.
    pub fn row(self, _index: u32) -> Option<Row> {
        None
    }

    /// The URL of a message's body, for the frame that shows it.
    pub fn body_url(account: &AccountId, key: &MessageKey) -> String {
        format!("{}/body", Self::message_url(account, key))
    }

    /// The URL below which a message's body, source and attachments are.
    pub fn message_url(account: &AccountId, key: &MessageKey) -> String {
        let segment = |text: &str| js_sys::encode_uri_component(text).as_string().unwrap_or_default();
        format!(
            "/api/accounts/{}/messages/{}/{}/{}",
            segment(account.as_str()),
            segment(key.folder.as_str()),
            key.validity,
            key.uid
        )
    }
}
