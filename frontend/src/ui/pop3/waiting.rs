//! The copies on the server that go at the next connection.

use crate::{
    model::{copies, pop3::Waiting},
    state::{
        context::App,
        reactive::{follow, memo},
    },
    ui::parts::live::live,
};
use leptos::prelude::*;
use postern_shared::pop3::WaitingCopy;

/// How many there are, and which on request.
#[component]
pub fn WaitingCopies() -> impl IntoView {
    let app = App::get();
    let count = memo(move || app.pop3.with(|status| status.as_ref().map_or(0, |status| status.waiting)));
    let shown = memo(move || app.waiting.with(Option::is_some));
    on_cleanup(move || app.close_waiting());
    let toggle = move |_| if shown.get_untracked() { app.close_waiting() } else { app.show_waiting() };
    view! {
        <section class="card" aria-labelledby="waiting-title">
            <h2 id="waiting-title" class="card-title">"Next connection"</h2>
            <p>{live(move || copies::waiting(count.get()))}</p>
            <div>
                <button
                    type="button" class="button" aria-expanded=follow(move || shown.get().to_string())
                    disabled=follow(move || count.get() == 0 && !shown.get()) on:click=toggle
                >
                    {live(move || if shown.get() { "Hide what waits" } else { "Show what waits" })}
                </button>
            </div>
            {live(move || app.waiting.get().map(|waiting| match waiting {
                Waiting::Loading => view! { <p class="field-hint">"Loading…"</p> }.into_any(),
                Waiting::Ready(copies) => view! { <List copies total=count.get()/> }.into_any(),
            }))}
        </section>
    }
}

#[component]
fn List(copies: Vec<WaitingCopy>, total: u32) -> impl IntoView {
    let more = total.saturating_sub(copies.len() as u32);
    let item = |copy: WaitingCopy| {
        let from = copy.from.map_or_else(
            || "(no sender)".to_owned(),
            |from| if from.name.is_empty() { from.email } else { from.name },
        );
        let subject = if copy.subject.is_empty() { "(no subject)".to_owned() } else { copy.subject };
        view! { <li><bdi class="sample-from">{from}</bdi> <bdi class="waiting-subject">{subject}</bdi></li> }
    };
    view! {
        <ul class="samples" aria-label="What waits">
            {copies.into_iter().map(item).collect_view()}
            {(more > 0).then(|| view! { <li class="field-hint">{format!("and {more} more")}</li> })}
        </ul>
    }
}
