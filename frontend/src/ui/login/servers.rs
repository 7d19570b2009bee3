//! Server settings of the sign-in page: for addresses whose server the operator did not configure.

use super::endpoint::{Endpoint, Purpose, offers};
use crate::{state::reactive::follow, ui::parts::field::TextField};
use leptos::prelude::*;
use postern_shared::{
    account::AccountKind,
    session::{Security, ServerAddress, SignInOptions},
};

/// What was typed into the server fields.
#[derive(Clone, Copy)]
pub struct ServerFields {
    /// IMAP or POP3.
    pub kind: RwSignal<AccountKind>,
    /// The incoming server.
    pub incoming: EndpointFields,
    /// The outgoing server.
    pub outgoing: EndpointFields,
}

/// One server's fields.
#[derive(Clone, Copy)]
pub struct EndpointFields {
    host: RwSignal<String>,
    port: RwSignal<String>,
    security: RwSignal<Security>,
}

impl EndpointFields {
    fn new(purpose: Purpose) -> Self {
        Self::of(purpose, None)
    }

    /// The fields of a server that is known, else empty ones with the usual port.
    pub fn of(purpose: Purpose, known: Option<ServerAddress>) -> Self {
        let Endpoint { host, port, security } = match known {
            Some(ServerAddress { host, port, security }) => {
                Endpoint { host, port: port.to_string(), security }
            }
            None => Endpoint::new(purpose),
        };
        Self { host: RwSignal::new(host), port: RwSignal::new(port), security: RwSignal::new(security) }
    }

    /// What was typed.
    pub fn read(self) -> Endpoint {
        Endpoint {
            host: self.host.get_untracked(),
            port: self.port.get_untracked(),
            security: self.security.get_untracked(),
        }
    }

    fn change(self, before: Purpose, purpose: Purpose, security: Security) {
        let mut endpoint = self.read();
        endpoint.change(before, purpose, security);
        self.port.set(endpoint.port);
        self.security.set(endpoint.security);
    }
}

impl ServerFields {
    /// Empty fields.
    pub fn new() -> Self {
        Self {
            kind: RwSignal::new(AccountKind::Imap),
            incoming: EndpointFields::new(Purpose::Incoming(AccountKind::Imap)),
            outgoing: EndpointFields::new(Purpose::Outgoing),
        }
    }

    /// Takes what was found: the account type, and the server where it is to be named.
    pub fn use_found(self, kind: AccountKind, server: Option<ServerAddress>) {
        self.choose_kind(kind);
        if let Some(ServerAddress { host, port, security }) = server {
            self.incoming.host.set(host);
            self.incoming.port.set(port.to_string());
            self.incoming.security.set(security);
        }
    }

    fn choose_kind(self, kind: AccountKind) {
        let before = Purpose::Incoming(self.kind.get_untracked());
        self.incoming.change(before, Purpose::Incoming(kind), self.incoming.security.get_untracked());
        self.kind.set(kind);
    }
}

impl Default for ServerFields {
    fn default() -> Self {
        Self::new()
    }
}

/// The disclosure with account type and servers.
#[component]
pub fn ServerSettings(
    /// What may be chosen here.
    options: SignInOptions,
    /// What is typed.
    fields: ServerFields,
    /// Whether it is unfolded.
    open: RwSignal<bool>,
    /// Whether "IMAP or POP3?" is shown.
    choosing: RwSignal<bool>,
) -> impl IntoView {
    let insecure = options.custom_insecure;
    let custom = options.custom_servers;
    view! {
        <div class="disclosure">
            <button
                type="button"
                class="button plain disclosure-button"
                aria-expanded=follow(move || open.get().to_string())
                aria-controls="server-settings"
                on:click=move |_| open.update(|open| *open = !*open)
            >
                "Server settings"
            </button>
            <div id="server-settings" class="servers" hidden=follow(move || !open.get())>
                <KindField options fields choosing/>
                {custom.then(|| view! {
                    <EndpointForm
                        name="Incoming"
                        key="incoming"
                        fields=fields.incoming
                        purpose=Signal::derive(move || Purpose::Incoming(fields.kind.get()))
                        insecure
                    />
                    <EndpointForm
                        name="Outgoing"
                        key="outgoing"
                        fields=fields.outgoing
                        purpose=Signal::stored(Purpose::Outgoing)
                        insecure
                    />
                })}
            </div>
        </div>
    }
}

#[component]
fn KindField(options: SignInOptions, fields: ServerFields, choosing: RwSignal<bool>) -> impl IntoView {
    let choose = move |event| {
        let pop3 = event_target_value(&event) == "pop3";
        fields.choose_kind(if pop3 { AccountKind::Pop3 } else { AccountKind::Imap });
    };
    let is = move |kind| move || fields.kind.get() == kind;
    view! {
        <div class="field">
            <label for="field-kind">"Account type"</label>
            <div class="kind-field">
            <select class="input" id="field-kind" name="kind" on:change=choose>
                <option value="imap" prop:selected=is(AccountKind::Imap)>"IMAP"</option>
                <option
                    value="pop3"
                    disabled=!offers(&options, AccountKind::Pop3)
                    prop:selected=is(AccountKind::Pop3)
                >
                    "POP3"
                </option>
            </select>
            <button type="button" class="button" aria-haspopup="dialog" on:click=move |_| choosing.set(true)>
                "Help me choose"
            </button>
            </div>
        </div>
    }
}

/// The fields of one server: name, port, security.
#[component]
pub fn EndpointForm(
    /// What the server is called, before "server", "port" and "security".
    name: &'static str,
    /// The same for the names of the fields.
    key: &'static str,
    /// What is typed.
    fields: EndpointFields,
    /// What the server is for.
    #[prop(into)]
    purpose: Signal<Purpose>,
    /// Whether it may do without TLS.
    insecure: bool,
) -> impl IntoView {
    let security_id = format!("field-{key}-security");
    let choose = move |event| {
        let security = match event_target_value(&event).as_str() {
            "starttls" => Security::StartTls,
            "none" => Security::None,
            _ => Security::Tls,
        };
        fields.change(purpose.get_untracked(), purpose.get_untracked(), security);
    };
    let is = move |security| move || fields.security.get() == security;
    view! {
        <div class="endpoint">
            <TextField label=label(name, "server") name=label(key, "server") value=fields.host/>
            <TextField label=label(name, "port") name=label(key, "port") kind="number" value=fields.port/>
            <div class="field">
                <label for=security_id.clone()>{label(name, "security")}</label>
                <select class="input" id=security_id on:change=choose>
                    <option value="tls" prop:selected=is(Security::Tls)>"TLS"</option>
                    <option value="starttls" prop:selected=is(Security::StartTls)>"STARTTLS"</option>
                    <option value="none" disabled=!insecure prop:selected=is(Security::None)>"None"</option>
                </select>
            </div>
        </div>
    }
}

/// "Incoming server" and its like.
fn label(name: &str, what: &str) -> String {
    format!("{name} {what}")
}
