//! The dialog "IMAP or POP3?".

use super::{comparison::Comparison, name, questions::Questions};
use crate::{
    model::{
        advice::{self, Answers, recommend},
        failure::explain,
    },
    state::{
        context::App,
        reactive::{follow, memo},
    },
    ui::parts::{dialog::Modal, live::live},
};
use leptos::{prelude::*, task::spawn_local};
use postern_shared::{
    account::AccountKind,
    probe::{Probe, ProbeRequest},
    session::ServerAddress,
};

/// What is known of the mail server.
#[derive(Clone, Debug, PartialEq)]
enum Finding {
    Probing,
    Found(Probe),
    Failed(String),
}

/// What was chosen, and where it is.
pub type Choice = (AccountKind, Option<ServerAddress>);

/// The dialog, while it is open.
#[component]
pub fn AdvisorDialog(
    /// Whether it is shown.
    open: RwSignal<bool>,
    /// What to look for.
    #[prop(into)]
    request: Callback<(), ProbeRequest>,
    /// Takes the choice; absent where the account type cannot be chosen, only explained.
    #[prop(optional)]
    on_use: Option<Callback<Choice>>,
) -> impl IntoView {
    live(move || open.get().then(|| view! { <Advisor open request on_use/> }))
}

#[component]
fn Advisor(
    open: RwSignal<bool>,
    request: Callback<(), ProbeRequest>,
    on_use: Option<Callback<Choice>>,
) -> impl IntoView {
    let app = App::get();
    let finding = RwSignal::new(Finding::Probing);
    let answers = RwSignal::new(Answers::default());
    let asked = request.run(());
    spawn_local(async move {
        let found = match app.probe(asked).await {
            Ok(probe) => Finding::Found(probe),
            Err(failure) => Finding::Failed(explain(&failure.failure)),
        };
        // The dialog may be closed by now.
        let _ = finding.try_set(found);
    });
    let advice = memo(move || match finding.get() {
        Finding::Probing => None,
        Finding::Found(probe) => Some(recommend(&probe, answers.get())),
        Finding::Failed(_) => Some(recommend(&Probe::default(), answers.get())),
    });
    let kind = memo(move || advice.get().map(|advice| advice.kind));
    let recommendation = move || {
        advice.get().map(|advice| {
            let reasons = advice.reasons.into_iter().map(|reason| view! { <li>{reason}</li> }).collect_view();
            view! {
                <p><strong>{format!("{} is recommended.", name(advice.kind))}</strong></p>
                <ul class="reasons">{reasons}</ul>
            }
        })
    };
    view! {
        <Modal title="IMAP or POP3?" wide=true on_close=move |()| open.set(false)>
            <section class="finding" aria-label="What was found" aria-live="polite">
                {live(move || match finding.get() {
                    Finding::Probing => view! {
                        <p>"Looking for the mail server and measuring the connection…"</p>
                        <progress class="progress" aria-label="Measuring"></progress>
                    }
                    .into_any(),
                    Finding::Found(probe) => advice::found(&probe)
                        .into_iter()
                        .map(|line| view! { <p dir="auto">{line}</p> })
                        .collect_view()
                        .into_any(),
                    Finding::Failed(text) => view! {
                        <p class="finding-failed" dir="auto">{text} " The questions still help."</p>
                    }
                    .into_any(),
                })}
            </section>
            <Questions answers/>
            <section class="recommendation" role="status" aria-label="Recommendation">{recommendation}</section>
            <Comparison recommended=kind/>
            {match on_use {
                None => view! { <Switching/> }.into_any(),
                Some(_) => view! { <Before kind/> }.into_any(),
            }}
            <div class="dialog-foot">
                <button type="button" class="button" on:click=move |_| open.set(false)>
                    {if on_use.is_some() { "Cancel" } else { "Close" }}
                </button>
                {on_use.map(|on_use| view! { <UseButtons open finding kind on_use/> })}
            </div>
        </Modal>
    }
}

#[component]
fn UseButtons(
    open: RwSignal<bool>,
    finding: RwSignal<Finding>,
    kind: Memo<Option<AccountKind>>,
    on_use: Callback<Choice>,
) -> impl IntoView {
    let button = move |of: AccountKind| {
        let take = move |_| {
            let server = finding.with_untracked(|finding| match finding {
                Finding::Found(probe) => match of {
                    AccountKind::Imap => probe.imap.as_ref(),
                    AccountKind::Pop3 => probe.pop3.as_ref(),
                }
                .and_then(|offered| offered.server.clone()),
                _ => None,
            });
            on_use.run((of, server));
            open.set(false);
        };
        view! {
            <button type="button" class="button" class:primary=follow(move || kind.get() == Some(of)) on:click=take>
                {format!("Use {}", name(of))}
            </button>
        }
    };
    view! {
        {button(AccountKind::Imap)}
        {button(AccountKind::Pop3)}
    }
}

/// What switching means for the mail.
#[component]
fn Switching() -> impl IntoView {
    let app = App::get();
    let text = if app.pop3.with_untracked(Option::is_some) {
        "From POP3 to IMAP: mail that is here stays here, on this Postern. Upload to IMAP, in the settings \
         of this account, adds its folders and mail to the server first; without it only what still has a copy there is in \
         the inbox."
    } else {
        "From IMAP to POP3: POP3 knows only the inbox. The server’s other folders stay on the server, with all their mail, \
         and are not shown here. So download them first: once you are signed in with POP3, Postern offers Download server \
         folders, which brings them into folders here and removes nothing from the server."
    };
    view! {
        <section class="switching" aria-labelledby="switching-title">
            <h3 id="switching-title">"Switching"</h3>
            <p>{text}</p>
            <p>"To switch, sign out and sign in with the other account type."</p>
        </section>
    }
}

/// What who has used IMAP so far has to know before they sign in by POP3.
#[component]
fn Before(
    /// What is recommended.
    kind: Memo<Option<AccountKind>>,
) -> impl IntoView {
    live(move || {
        (kind.get() == Some(AccountKind::Pop3)).then(|| {
            view! {
                <p class="switching">
                    "If you used this mailbox by IMAP before: POP3 knows only the inbox, and the server’s other folders stay on \
                     the server. Download server folders, offered after signing in with POP3, brings them here first."
                </p>
            }
        })
    })
}
