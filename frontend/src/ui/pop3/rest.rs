//! A message of which only the beginning is downloaded.

use crate::{
    model::opened::Detail,
    state::{context::App, reactive::memo},
    ui::parts::{
        icon::{Glyph, Icon},
        live::live,
    },
};
use leptos::prelude::*;
use postern_shared::ids::MessageKey;

/// Says so, and offers the rest.
#[component]
pub fn RestNotice(
    /// The opened message.
    key: MessageKey,
) -> impl IntoView {
    let app = App::get();
    let partial = memo(move || {
        app.opened.with(|opened| {
            matches!(opened.as_ref().map(|opened| &opened.detail), Some(Detail::Ready(detail)) if detail.partial)
        })
    });
    let key = StoredValue::new(key);
    let coming = memo(move || key.with_value(|key| app.downloads_rest(key)));
    let download = move |_| key.with_value(|key| app.download_rest(key));
    live(move || {
        partial.get().then(|| {
            view! {
                <div class="notice rest-notice" role="note">
                    <Icon glyph=Glyph::Warning/>
                    <p>"Only the beginning of this message is downloaded."</p>
                    <button type="button" class="button small" disabled=coming on:click=download>
                        {live(move || if coming.get() { "Downloading…" } else { "Download the rest" })}
                    </button>
                </div>
            }
        })
    })
}
