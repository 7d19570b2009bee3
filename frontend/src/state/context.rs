//! What components read. Everything here is tracked: read it inside a closure or a memo and it runs again on change.

use crate::{
    model::{
        change::Operation, client::Client, compose::desk::DeskState, failure::explain, mailbox::Mailbox,
        opened::Opened, pop3::Waiting, purge::PurgeDialog, status::Status, target::TargetState,
    },
    net::{connection::Connection, http},
    state::{build, reactive::memo, session::Session, toasts::Toast},
};
use leptos::prelude::*;
use postern_shared::{
    account::Account,
    body::RemoteContent,
    folder::Folder,
    ids::{AccountId, MessageKey},
    pop3::Pop3Status,
    session::HttpFailure,
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
    /// What only a POP3 account has; absent for IMAP.
    pub pop3: Memo<Option<Pop3Status>>,
    /// How many messages a person is asked about before they are removed for good.
    pub removal: Memo<Option<u32>>,
    /// The copies on a POP3 server that go at the next connection, where they are looked at.
    pub waiting: Memo<Option<Waiting>>,
    /// The writing desk.
    pub desk: Memo<DeskState>,
    /// Short messages, the newest last.
    pub toasts: RwSignal<Vec<Toast>>,
    pub(super) client: RwSignal<Client>,
    pub(super) session_signal: RwSignal<Session>,
    pub(super) connection: StoredValue<Option<Connection>, LocalStorage>,
    pub(super) last_toast: StoredValue<u32>,
}

impl App {
    /// Makes the state, provides it to every component below and asks the gateway who is signed in. Once, at start.
    pub fn provide() -> Self {
        let client = RwSignal::new(Client::new(build::own(), random_seed()));
        let session_signal = RwSignal::new(Session::Checking);
        let app = Self {
            session: memo(move || session_signal.get()),
            status: memo(move || client.with(Client::status)),
            account: of_mailbox(client, |mailbox| Some(mailbox.account().clone())),
            folders: of_mailbox(client, Mailbox::folders),
            spec: of_mailbox(client, |mailbox| mailbox.spec().cloned()),
            folder: of_mailbox(client, Mailbox::shown_folder),
            list: memo(move || client.with(|client| list_state(client.mailbox()))),
            opened: of_mailbox(client, Mailbox::opened),
            selected: of_mailbox(client, Mailbox::selected),
            target: of_mailbox(client, Mailbox::target),
            operations: of_mailbox(client, Mailbox::operations),
            purge: of_mailbox(client, |mailbox| mailbox.purge().clone()),
            pop3: of_mailbox(client, |mailbox| {
                mailbox.is_pop3().then(|| mailbox.account().pop3.clone().unwrap_or_default())
            }),
            removal: of_mailbox(client, |mailbox| mailbox.removal().map(|removal| removal.count)),
            waiting: of_mailbox(client, |mailbox| mailbox.waiting().cloned()),
            desk: of_mailbox(client, |mailbox| mailbox.desk().state()),
            toasts: RwSignal::new(Vec::new()),
            client,
            session_signal,
            connection: StoredValue::new_local(None),
            last_toast: StoredValue::new(0),
        };
        provide_context(app);
        app.watch_socket();
        app.check_session();
        app
    }

    /// The state that [`App::provide`] provided.
    #[allow(clippy::expect_used, reason = "a component outside the app is a mistake of the program")]
    pub fn get() -> Self {
        use_context().expect("App::provide ran first")
    }

    /// The URL of a message's body, for the frame that shows it.
    pub fn body_url(account: &AccountId, key: &MessageKey) -> String {
        format!("{}/body", Self::message_url(account, key))
    }

    /// What of a message lies elsewhere; known once its body has been made. `wanted`: with the images loaded.
    pub async fn remote_content(self, key: &MessageKey, wanted: bool) -> Result<RemoteContent, HttpFailure> {
        let account =
            self.account.with_untracked(|account| account.as_ref().map(|account| account.id.clone()));
        let account = account.unwrap_or_default();
        let images = if wanted { "?images=1" } else { "" };
        http::get(&format!("{}/remote{images}", Self::message_url(&account, key))).await
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

/// Something read from the account that is shown; its default while there is none.
fn of_mailbox<T>(client: RwSignal<Client>, read: fn(&Mailbox) -> T) -> Memo<T>
where
    T: Default + PartialEq + Send + Sync + 'static,
{
    memo(move || client.with(|client| client.mailbox().map(read).unwrap_or_default()))
}

/// How the list stands; before the account is known it is still to come.
fn list_state(mailbox: Option<&Mailbox>) -> ListState {
    let Some(mailbox) = mailbox else { return ListState { loading: true, ..ListState::default() } };
    ListState {
        total: mailbox.total(),
        loading: mailbox.loading(),
        searching: mailbox.searching(),
        failure: mailbox.view_failure().map(explain),
    }
}

/// Ids of operations begin here: browsers should not draw the same ones.
pub(super) fn random_seed() -> u64 {
    let half = || (js_sys::Math::random() * f64::from(u32::MAX)) as u64;
    half() << 32 | half()
}
