//! Who one writes as, and how.

use crate::{
    model::compose::recipients::is_valid,
    state::{
        context::App,
        reactive::{follow, memo},
    },
    ui::parts::{
        field::{CheckField, TextField},
        live::{live, when},
    },
};
use leptos::{html, prelude::*};
use postern_shared::{
    address::Address,
    writing::{Identity, WritingSettings},
};

/// An identity as it is edited.
#[derive(Clone, Copy, PartialEq)]
struct Row {
    id: usize,
    name: RwSignal<String>,
    email: RwSignal<String>,
    signature: RwSignal<String>,
}

impl Row {
    fn new(id: usize, identity: Identity) -> Self {
        let Identity { address: Address { name, email }, signature } = identity;
        Self {
            id,
            name: RwSignal::new(name),
            email: RwSignal::new(email),
            signature: RwSignal::new(signature),
        }
    }

    fn identity(self) -> Identity {
        let text = |signal: RwSignal<String>| signal.get_untracked().trim().to_owned();
        let address = Address { name: text(self.name), email: text(self.email) };
        Identity { address, signature: self.signature.get_untracked().trim_end().to_owned() }
    }
}

/// The page Writing.
#[component]
pub fn WritingPage() -> impl IntoView {
    let app = App::get();
    let settings = memo(move || app.desk.with(|desk| desk.settings.clone()));
    view! {
        {live(move || match settings.get() {
            Some(settings) => view! { <Choices settings/> }.into_any(),
            None => view! { <p role="status">"Loading…"</p> }.into_any(),
        })}
        <Contacts/>
    }
}

#[component]
fn Choices(settings: WritingSettings) -> impl IntoView {
    let app = App::get();
    let rows: Vec<Row> =
        settings.identities.into_iter().enumerate().map(|(id, identity)| Row::new(id, identity)).collect();
    let next = StoredValue::new(rows.len());
    let rows = RwSignal::new(rows);
    let undo = RwSignal::new(settings.undo_seconds.to_string());
    let plain = RwSignal::new(settings.plain);
    let wrong = RwSignal::new(false);
    let add = move |_| {
        let id = next.get_value();
        next.set_value(id + 1);
        rows.update(|rows| rows.push(Row::new(id, Identity::default())));
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let identities: Vec<Identity> = rows.get_untracked().into_iter().map(Row::identity).collect();
        let valid =
            !identities.is_empty() && identities.iter().all(|identity| is_valid(&identity.address.email));
        wrong.set(!valid);
        if valid {
            let undo_seconds = undo.get_untracked().parse().unwrap_or(10_u8).min(30);
            app.set_writing(WritingSettings { identities, undo_seconds, plain: plain.get_untracked() });
            app.toast("Saved");
        }
    };
    view! {
        <form class="cards" on:submit=submit>
            <For each=move || rows.get() key=|row| row.id let:row>
                <IdentityCard row rows/>
            </For>
            <div><button type="button" class="button" on:click=add>"Add identity"</button></div>
            <fieldset class="card">
                <legend>"Sending"</legend>
                <div class="field">
                    <label for="undo-seconds">"Seconds in which Send can be undone"</label>
                    <input class="input short" id="undo-seconds" type="number" min="0" max="30" bind:value=undo/>
                </div>
                <CheckField label="Write plain text" hint="New messages begin without formatting." value=plain on_change=move |on| plain.set(on)/>
            </fieldset>
            {when(move || wrong.get(), move || view! { <p class="notice error" role="alert">"Each identity needs an address such as ada@example.org, and there has to be one."</p> })}
            <div><button type="submit" class="button primary">"Save"</button></div>
        </form>
    }
}

#[component]
fn IdentityCard(row: Row, rows: RwSignal<Vec<Row>>) -> impl IntoView {
    let Row { id, name, email, signature } = row;
    let label = format!("identity-signature-{id}");
    view! {
        <fieldset class="card">
            <legend>{live(move || if rows.with(|rows| rows.first() == Some(&row)) { "Usual identity" } else { "Identity" })}</legend>
            <TextField label="Name" name=format!("identity-name-{id}") value=name/>
            <TextField label="Address" name=format!("identity-email-{id}") value=email kind="email"/>
            <div class="field">
                <label for=label.clone()>"Signature"</label>
                <textarea class="input area" id=label dir="auto" rows="3" bind:value=signature></textarea>
            </div>
            <div>
                <button
                    type="button" class="button small" disabled=follow(move || rows.with(|rows| rows.len() < 2))
                    on:click=move |_| rows.update(|rows| rows.retain(|other| other.id != id))
                >
                    "Remove identity"
                </button>
            </div>
        </fieldset>
    }
}

#[component]
fn Contacts() -> impl IntoView {
    let app = App::get();
    let node = NodeRef::<html::Input>::new();
    let chosen = move |_| {
        let Some(input) = node.get_untracked() else { return };
        if let Some(file) = input.files().and_then(|files| files.item(0)) {
            app.import_contacts(file);
        }
        input.set_value("");
    };
    let import = move |_| {
        if let Some(input) = node.get_untracked() {
            input.click();
        }
    };
    view! {
        <section class="card">
            <h2 class="card-title">"Contacts"</h2>
            <p class="soft">"Addresses are completed from mail you read and sent, and from these. They stay on this Postern."</p>
            <div class="notice-actions">
                <button type="button" class="button" on:click=import>"Import contacts"</button>
                <a class="button" href=follow(move || app.contacts_url()) download="contacts.vcf">"Export contacts"</a>
            </div>
            <input type="file" hidden accept=".vcf,text/vcard" aria-label="Contacts to import" node_ref=node on:change=chosen/>
        </section>
    }
}
