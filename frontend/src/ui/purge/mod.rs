//! The purge dialog: what will be removed, exactly, and how far it is.

use crate::{
    model::purge::PurgeDialog,
    state::{
        context::App,
        reactive::{follow, memo},
    },
    ui::parts::{
        dialog::Modal,
        icon::{Glyph, Icon},
        live::live,
    },
};
use leptos::prelude::*;
use postern_shared::{ids::OpId, reply::PurgePlan};

/// The purge dialog, where there is one to show.
#[component]
pub fn PurgePanel() -> impl IntoView {
    let app = App::get();
    let open = memo(move || app.purge.with(|purge| *purge != PurgeDialog::Closed));
    live(move || {
        open.get().then(|| {
            view! {
                <Modal title="Purge deleted messages" on_close=move |()| app.close_purge()>
                    <Step/>
                </Modal>
            }
        })
    })
}

#[component]
fn Step() -> impl IntoView {
    let app = App::get();
    // Progress alone must not make the dialog anew: the button under the pointer stays.
    let running = memo(move || match app.purge.get() {
        PurgeDialog::Running { op, .. } => Some(op),
        _ => None,
    });
    let step = memo(move || Some(app.purge.get()).filter(|_| running.get().is_none()));
    live(move || match (running.get(), step.get()) {
        (Some(op), _) => view! { <Running op/> }.into_any(),
        (None, Some(PurgeDialog::Asking(plan))) => view! { <Asking plan/> }.into_any(),
        (None, Some(PurgeDialog::Failed(text))) => view! { <Failed text/> }.into_any(),
        _ => view! { <Counting/> }.into_any(),
    })
}

#[component]
fn Counting() -> impl IntoView {
    view! {
        <p role="status">"Counting deleted messages…"</p>
        <Foot>""</Foot>
    }
}

#[component]
fn Asking(plan: PurgePlan) -> impl IntoView {
    let app = App::get();
    let samples = plan.samples.iter().map(|sample| {
        view! {
            <li>
                <span class="sample-from" dir="auto">{sample.from.display().to_owned()}</span>
                <span class="sample-subject" dir="auto">{subject(&sample.subject)}</span>
            </li>
        }
    });
    let more = (plan.count as usize).saturating_sub(plan.samples.len());
    view! {
        <p>
            {format!("{} will be removed from the mail server for good, on every device. This cannot be undone.", messages(plan.count))}
        </p>
        <ul class="samples">
            {samples.collect_view()}
            {(more > 0).then(|| view! { <li class="field-hint">{format!("and {more} more")}</li> })}
        </ul>
        {(plan.foreign > 0).then(|| view! { <Note text=foreign(plan.foreign)/> })}
        {plan.guarded.then(|| view! {
            <Note text="This mail server can only purge all deleted messages at once. Postern takes the marks off the others \
                        meanwhile and puts them back afterwards.".to_owned()/>
        })}
        <Foot>
            <button type="button" class="button danger" disabled=plan.count == 0 on:click=move |_| app.confirm_purge()>
                {format!("Purge {}", messages(plan.count))}
            </button>
        </Foot>
    }
}

#[component]
fn Running(op: OpId) -> impl IntoView {
    let app = App::get();
    let counts = memo(move || match app.purge.get() {
        PurgeDialog::Running { done, total, .. } => (done, total),
        _ => (0, 0),
    });
    view! {
        <p>{live(move || format!("{} of {} removed.", counts.get().0, counts.get().1))}</p>
        <progress
            class="progress" aria-label="Purging"
            max=follow(move || counts.get().1.max(1).to_string()) value=follow(move || counts.get().0.to_string())
        ></progress>
        <div class="dialog-foot">
            <button type="button" class="button" on:click=move |_| app.cancel(op)>"Cancel"</button>
        </div>
    }
}

#[component]
fn Failed(text: String) -> impl IntoView {
    let app = App::get();
    view! {
        <div class="notice error" role="alert"><Icon glyph=Glyph::Warning/> <p dir="auto">{text}</p></div>
        <div class="dialog-foot">
            <button type="button" class="button" on:click=move |_| app.close_purge()>"Close"</button>
        </div>
    }
}

#[component]
fn Note(text: String) -> impl IntoView {
    view! { <div class="notice"><Icon glyph=Glyph::Warning/> <p>{text}</p></div> }
}

/// Cancel, and what else there is.
#[component]
fn Foot(children: Children) -> impl IntoView {
    let app = App::get();
    view! {
        <div class="dialog-foot">
            <button type="button" class="button" on:click=move |_| app.close_purge()>"Cancel"</button>
            {children()}
        </div>
    }
}

fn messages(count: u32) -> String {
    if count == 1 { "1 message".to_owned() } else { format!("{count} messages") }
}

fn foreign(count: u32) -> String {
    match count {
        1 => "1 of them was marked as deleted by another program.".to_owned(),
        _ => format!("{count} of them were marked as deleted by another program."),
    }
}

fn subject(subject: &str) -> String {
    if subject.is_empty() { "(no subject)".to_owned() } else { subject.to_owned() }
}
