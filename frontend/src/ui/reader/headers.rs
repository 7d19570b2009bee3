//! Subject, people, date; on request every address in full, the Message-ID and the size.

use super::{
    sender::SenderCheck,
    text::{long_date, size},
};
use crate::{
    model::opened::{Detail, Opened},
    state::{
        context::App,
        reactive::{follow, memo},
    },
    ui::parts::live::live,
};
use leptos::prelude::*;
use postern_shared::{address::Address, body::MessageDetail};
use std::sync::Arc;

/// The head of the opened message.
#[component]
pub fn Headers() -> impl IntoView {
    let app = App::get();
    let full = RwSignal::new(false);
    let head = memo(move || app.opened.with(|opened| opened.as_ref().map(Head::of)).unwrap_or_default());
    let detail = memo(move || app.opened.with(|opened| opened.as_ref().and_then(detail)));
    view! {
        <header class="reading-head">
            <h2 class="reading-subject" dir="auto">{live(move || head.with(|head| head.subject.as_deref().map_or("Loading…".to_owned(), subject)))}</h2>
            <dl class="reading-people" class:full=full>
                // A name proves nothing: the address is always beside it.
                {live(move || people("From", head.with(|head| head.from.clone()), true))}
                {live(move || people("To", head.with(|head| head.to.clone()), full.get()))}
                {live(move || people("Cc", head.with(|head| head.cc.clone()), full.get()))}
                {live(move || line("Date", head.with(|head| head.date).map(long_date)))}
                {live(move || full.get().then(|| detail.get()).flatten().map(|detail| view! { <Details detail/> }))}
            </dl>
            <button
                type="button" class="button link details-button"
                aria-expanded=follow(move || full.get().to_string())
                on:click=move |_| full.update(|full| *full = !*full)
            >
                {live(move || if full.get() { "Hide details" } else { "Show details" })}
            </button>
        </header>
    }
}

/// What is shown of a message's head: at once what the list knew, then what its headers say.
#[derive(Clone, Debug, Default, PartialEq)]
struct Head {
    /// Absent until something is known.
    subject: Option<String>,
    from: Vec<Address>,
    to: Vec<Address>,
    cc: Vec<Address>,
    date: Option<i64>,
}

impl Head {
    fn of(opened: &Opened) -> Self {
        if let Some(detail) = detail(opened) {
            return Self {
                subject: Some(detail.subject.clone()),
                from: detail.from.clone(),
                to: detail.to.clone(),
                cc: detail.cc.clone(),
                date: Some(detail.sent.unwrap_or(detail.received)),
            };
        }
        let Some(row) = &opened.row else { return Self::default() };
        let summary = &row.summary;
        Self {
            subject: Some(summary.subject.clone()),
            from: summary.from.clone(),
            to: summary.to.clone(),
            cc: Vec::new(),
            date: Some(summary.sent.unwrap_or(summary.received)),
        }
    }
}

fn detail(opened: &Opened) -> Option<Arc<MessageDetail>> {
    match &opened.detail {
        Detail::Ready(detail) => Some(detail.clone()),
        _ => None,
    }
}

/// A subject, or that there is none.
pub(super) fn subject(subject: &str) -> String {
    if subject.is_empty() { "(no subject)".to_owned() } else { subject.to_owned() }
}

/// People as a line of the list; `full` shows their addresses.
pub(super) fn people(term: &'static str, list: Vec<Address>, full: bool) -> Option<impl IntoView> {
    (!list.is_empty()).then(|| {
        let people = list.into_iter().map(|address| view! { <Person address full/> }).collect_view();
        view! { <div class="head-line"><dt>{term}</dt> <dd class="people">{people}</dd></div> }
    })
}

#[component]
fn Person(address: Address, full: bool) -> impl IntoView {
    let Address { name, email } = address;
    let named = !name.is_empty();
    let shown = if named { name } else { email.clone() };
    view! {
        <span class="person" title=email.clone()>
            <bdi class="person-name">{shown}</bdi>
            // Set apart for those who hear or copy it.
            {(named && full).then_some(" ")}
            {(named && full).then(|| view! { <bdi class="person-email">{format!("<{email}>")}</bdi> })}
        </span>
    }
}

/// A line of the list.
pub(super) fn line(term: &'static str, text: Option<String>) -> Option<impl IntoView> {
    text.map(|text| view! { <div class="head-line"><dt>{term}</dt> <dd dir="auto">{text}</dd></div> })
}

#[component]
fn Details(detail: Arc<MessageDetail>) -> impl IntoView {
    view! {
        <SenderCheck detail=detail.clone()/>
        {people("Sender", detail.sender.clone(), true)}
        {people("Reply-To", detail.reply_to.clone(), true)}
        {people("Bcc", detail.bcc.clone(), true)}
        {line("Received", Some(long_date(detail.received)))}
        {line("Message-ID", detail.message_id.clone())}
        {line("Size", Some(size(detail.size)))}
    }
}
