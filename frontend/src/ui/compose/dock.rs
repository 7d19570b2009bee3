//! The windows of messages being written, and what was left open before.

use super::window::Window;
use crate::{
    state::{context::App, kept::Kept},
    ui::parts::live::live,
};
use leptos::prelude::*;

/// The windows.
#[component]
pub fn Dock() -> impl IntoView {
    let app = App::get();
    let (here, left): (Vec<Kept>, Vec<Kept>) = app.kept_drafts().into_iter().partition(|kept| kept.here);
    here.into_iter().for_each(|kept| app.take_up(kept));
    let left = RwSignal::new(left);
    view! {
        <Left left/>
        <div class="compose-dock">
            <For each=move || app.desk.with(|desk| desk.drafts.clone()) key=|draft| draft.slot let:draft>
                <Window draft/>
            </For>
        </div>
    }
}

/// What another tab wrote and did not save: it closed, or is still open.
#[component]
fn Left(left: RwSignal<Vec<Kept>>) -> impl IntoView {
    let app = App::get();
    let settle = move |take: bool| {
        for kept in left.try_update(std::mem::take).unwrap_or_default() {
            if take { app.take_up(kept) } else { app.unkeep(kept.id) }
        }
    };
    live(move || {
        let subjects = left.with(|left| {
            let subject = |kept: &Kept| Some(format!("“{}”", kept.text.as_ref()?.1.subject));
            left.iter().filter_map(subject).collect::<Vec<_>>().join(", ")
        });
        (!subjects.is_empty()).then(|| {
            view! {
                <div class="toast left-over" role="status">
                    <p dir="auto">"You were writing " {subjects} "."</p>
                    <button type="button" class="button undo" on:click=move |_| settle(true)>"Go on writing"</button>
                    <button type="button" class="button" on:click=move |_| settle(false)>"Throw away"</button>
                </div>
            }
        })
    })
}
