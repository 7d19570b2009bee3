//! Long operations under way: how far they are, and Cancel. A purge has a dialog of its own.

use crate::{model::change::Operation, state::context::App};
use leptos::prelude::*;
use postern_shared::ids::OpId;

/// The long operations.
#[component]
pub fn Operations() -> impl IntoView {
    let app = App::get();
    let ops = move || {
        app.operations.with(|operations| operations.iter().map(|operation| operation.op).collect::<Vec<_>>())
    };
    view! { <For each=ops key=|op| *op let:op><OperationLine op/></For> }
}

#[component]
fn OperationLine(op: OpId) -> impl IntoView {
    let app = App::get();
    let operation = Memo::new(move |before: Option<&Option<Operation>>| {
        let now =
            app.operations.with(|operations| operations.iter().find(|operation| operation.op == op).cloned());
        now.or_else(|| before.cloned().flatten())
    });
    let read = move |read: fn(&Operation) -> u32| {
        move || operation.with(|operation| operation.as_ref().map_or(0, read).to_string())
    };
    let text = move || {
        let operation = operation.get()?;
        Some(format!("{}: {} of {}", operation.kind.doing(), operation.done, operation.total))
    };
    view! {
        <div class="toast operation">
            <p id=format!("operation-{op}")>{text}</p>
            <progress
                class="progress" aria-labelledby=format!("operation-{op}")
                max=read(|operation| operation.total.max(1)) value=read(|operation| operation.done)
            ></progress>
            <button type="button" class="button" on:click=move |_| app.cancel(op)>"Cancel"</button>
        </div>
    }
}
