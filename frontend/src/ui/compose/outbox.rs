//! What is on its way and needs to be seen: waiting, failed, or perhaps sent.

use crate::{
    model::compose::outbox::{Remedy, people, remedies, words},
    state::{context::App, reactive::memo},
    ui::{parts::live::live, reader::text::long_date},
};
use leptos::prelude::*;
use postern_shared::{ids::DraftId, writing::OutboxItem};

/// The outbox, while there is something in it.
#[component]
pub fn Outbox() -> impl IntoView {
    let app = App::get();
    let items = memo(move || app.desk.with(|desk| desk.outbox.clone()));
    live(move || {
        items.with(|items| !items.is_empty()).then(|| {
            view! {
                <section class="outbox" aria-label="Outbox">
                    <ul role="list" aria-label="Outbox" aria-live="polite">
                        {live(move || items.get().into_iter().map(|item| line(app, &item)).collect_view())}
                    </ul>
                </section>
            }
        })
    })
}

fn line(app: App, item: &OutboxItem) -> impl IntoView + use<> {
    let draft = item.draft;
    let subject = if item.subject.is_empty() { "(no subject)" } else { &item.subject };
    let title = format!("{subject} — {}", people(item));
    let buttons = remedies(&item.state).iter().map(|&remedy| {
        view! {
            <button type="button" class="button small" on:click=move |_| act(app, draft, remedy)>{remedy.label()}</button>
        }
    });
    view! {
        <li class="outbox-line">
            <div><strong dir="auto">{title}</strong> <span dir="auto">{words(&item.state, long_date)}</span></div>
            <div class="notice-actions">{buttons.collect_view()}</div>
        </li>
    }
}

fn act(app: App, draft: DraftId, remedy: Remedy) {
    app.at_desk(|desk| match remedy {
        Remedy::Again => desk.retry(draft),
        Remedy::Edit => desk.edit(draft),
        Remedy::Arrived => desk.arrived(draft),
        Remedy::Discard => desk.drop_message(draft),
    });
}
