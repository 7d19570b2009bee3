//! The sign-in page.

pub mod advice;
pub mod endpoint;
pub mod servers;

use crate::{
    model::failure::what_happened,
    state::{context::App, reactive::follow},
    ui::{
        choose::dialog::AdvisorDialog,
        parts::{
            field::{CheckField, TextField},
            live::live,
            notice::ErrorNotice,
            roving,
        },
    },
};
use advice::advice;
use endpoint::is_configured;
use leptos::{html, prelude::*, task::spawn_local};
use postern_shared::{
    error::ErrorCode,
    probe::ProbeRequest,
    session::{HttpFailure, SignIn, SignInOptions},
};
use servers::{ServerFields, ServerSettings};

/// The sign-in page.
#[component]
pub fn LoginPage() -> impl IntoView {
    let app = App::get();
    let options = RwSignal::new(None);
    spawn_local(async move {
        // Without the options the page offers no servers of one's own; signing in tells what is wrong.
        options.set(app.sign_in_options().await.ok());
    });
    view! {
        <main class="login">
            <div class="login-card">
                <header class="login-head">
                    <h1>"Sign in to Postern"</h1>
                    <p>"Use the address and the password of your mail account."</p>
                </header>
                <LoginForm options/>
            </div>
        </main>
    }
}

#[component]
fn LoginForm(options: RwSignal<Option<SignInOptions>>) -> impl IntoView {
    let app = App::get();
    let form = Form::new();
    let (address_node, password_node) = (NodeRef::<html::Input>::new(), NodeRef::<html::Input>::new());
    address_node.on_load(|input| roving::focus(&input));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if form.busy.get_untracked() {
            return;
        }
        form.busy.set(true);
        form.error.set(None);
        let sign_in = form.read(options.get_untracked().as_ref());
        spawn_local(async move {
            if let Err(failure) = app.sign_in(sign_in).await {
                form.fail(&failure);
                if let Some(input) = password_node.get_untracked() {
                    roving::focus(&input);
                }
            }
            form.busy.set(false);
        });
    };
    let choosing = RwSignal::new(false);
    let request = move |()| form.probe_request();
    let on_use = Callback::new(move |(kind, server)| form.servers.use_found(kind, server));
    view! {
        // Outside the form: its radio buttons are none of the form's.
        <AdvisorDialog open=choosing request on_use/>
        <form class="login-form" on:submit=submit>
            {live(move || form.error.get().map(|(title, advice)| view! { <ErrorNotice title advice/> }))}
            <TextField
                label="Email address" name="email" kind="email" autocomplete="username" required=true
                value=form.address invalid=form.wrong node=address_node
            />
            <TextField
                label="Password" name="password" kind="password" autocomplete="current-password" required=true
                value=form.password invalid=form.wrong node=password_node
            />
            <CheckField label="Stay signed in" value=form.stay on_change=move |stay| form.stay.set(stay)/>
            {live(move || {
                options
                    .get()
                    .filter(|options| options.custom_servers || options.servers.iter().any(|server| server.kinds.len() > 1))
                    .map(|options| view! { <ServerSettings options fields=form.servers open=form.unfolded choosing/> })
            })}
            <button class="button primary login-button" type="submit" aria-disabled=follow(move || form.busy.get().to_string())>
                {live(move || if form.busy.get() { "Signing in…" } else { "Sign in" })}
            </button>
        </form>
    }
}

/// What was typed, and what came of it. Nothing typed is ever cleared.
#[derive(Clone, Copy)]
struct Form {
    address: RwSignal<String>,
    password: RwSignal<String>,
    stay: RwSignal<bool>,
    servers: ServerFields,
    unfolded: RwSignal<bool>,
    busy: RwSignal<bool>,
    error: RwSignal<Option<(String, String)>>,
    wrong: RwSignal<bool>,
}

impl Form {
    fn new() -> Self {
        Self {
            address: RwSignal::default(),
            password: RwSignal::default(),
            stay: RwSignal::new(false),
            servers: ServerFields::new(),
            unfolded: RwSignal::new(false),
            busy: RwSignal::new(false),
            error: RwSignal::new(None),
            wrong: RwSignal::new(false),
        }
    }

    /// What to send. Servers are named where the user unfolded and filled them, or where nobody else names them.
    fn read(self, options: Option<&SignInOptions>) -> SignIn {
        let address = self.address.get_untracked().trim().to_owned();
        let configured = options.is_some_and(|options| is_configured(options, &address));
        let named = self.unfolded.get_untracked() || !configured;
        SignIn {
            address,
            password: self.password.get_untracked(),
            stay: self.stay.get_untracked(),
            kind: self.servers.kind.get_untracked(),
            incoming: self.servers.incoming.read().address().filter(|_| named),
            outgoing: self.servers.outgoing.read().address().filter(|_| named),
        }
    }

    /// What to look for where the user asks which account type to choose.
    fn probe_request(self) -> ProbeRequest {
        ProbeRequest {
            address: Some(self.address.get_untracked().trim().to_owned()),
            password: Some(self.password.get_untracked()).filter(|password| !password.is_empty()),
            incoming: self.servers.incoming.read().address(),
        }
    }

    fn fail(self, failure: &HttpFailure) {
        let code = failure.failure.code;
        self.wrong.set(code == ErrorCode::WrongPassword);
        if code == ErrorCode::NoServer {
            self.unfolded.set(true);
        }
        self.error.set(Some((what_happened(&failure.failure), advice(failure))));
    }
}
