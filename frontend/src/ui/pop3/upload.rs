//! The mail that lives here goes to the IMAP server: what it takes before switching to IMAP.

use crate::{
    state::{context::App, reactive::memo},
    ui::parts::live::live,
};
use leptos::prelude::*;

/// Says what happens, and does it.
#[component]
pub fn UploadCard() -> impl IntoView {
    let app = App::get();
    let busy = memo(move || app.uploads());
    view! {
        <section class="card" aria-labelledby="upload-title">
            <h2 id="upload-title" class="card-title">"Upload mail to the server"</h2>
            <p id="upload-hint">
                "Folders and mail that are not on the IMAP server yet are added there; mail that is here stays here, too. \
                 Deleted Items and Junk are left out. Copies on the server are not removed after download or after some days \
                 any more."
            </p>
            <div>
                <button
                    type="button" class="button" aria-describedby="upload-hint" disabled=busy
                    on:click=move |_| app.upload()
                >
                    {live(move || if busy.get() { "Uploading…" } else { "Upload to IMAP" })}
                </button>
            </div>
        </section>
    }
}
