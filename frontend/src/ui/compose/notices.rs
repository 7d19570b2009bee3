//! What went wrong with a message being written, and what can be done.

use super::fields::Fields;
use crate::{
    state::reactive::{follow, memo},
    ui::parts::{
        icon::{Glyph, Icon},
        live::live,
    },
};
use leptos::prelude::*;

/// The notices of a window.
#[component]
pub fn Notices(
    /// What the window holds.
    fields: Fields,
) -> impl IntoView {
    let app = fields.app;
    let trouble = memo(move || fields.state.with(|state| (state.changed, state.gone)));
    // What is still on its way comes to the draft where it began.
    let attaching = memo(move || fields.is_attaching());
    let has_files = memo(move || fields.files.with(|files| !files.is_empty()));
    let failure = memo(move || fields.state.with(|state| state.failure.clone()));
    let alert = |text: String| {
        view! { <div class="notice error" role="alert"><Icon glyph=Glyph::Warning/> <p dir="auto">{text}</p></div> }
    };
    view! {
        {live(move || fields.refusal.get().map(|refusal| alert(refusal.text())))}
        {live(move || failure.get().map(alert))}
        {live(move || {
            let (changed, gone) = trouble.get();
            let text = if changed {
                "This draft was changed in another window. Nothing is overwritten."
            } else if has_files.get() {
                "This draft was sent or discarded in another window. What you wrote here is kept; attach its files again."
            } else {
                "This draft was sent or discarded in another window. What you wrote here is kept."
            };
            (changed || gone).then(|| view! {
                <div class="notice" role="alert">
                    <Icon glyph=Glyph::Warning/>
                    <div>
                        <p>{text}</p>
                        <div class="notice-actions">
                            <button type="button" class="button small" disabled=follow(move || attaching.get()) on:click=move |_| {
                                fields.save(true);
                                app.keep_mine(fields.slot);
                            }>"Keep mine"</button>
                            {changed.then(|| view! {
                                <button type="button" class="button small" on:click=move |_| {
                                    app.at_desk(|desk| desk.show_other(fields.slot));
                                }>"Show the other"</button>
                            })}
                        </div>
                    </div>
                </div>
            })
        })}
    }
}
