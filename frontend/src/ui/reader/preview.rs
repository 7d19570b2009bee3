//! Looking at attachments without saving them. Nothing of a mail becomes a document here: images are made anew by the
//! gateway, text is a text node, sound and film play in the browser's own player, and a PDF opens in the browser's own
//! viewer, in a frame whose address needs no cookie.

use super::{
    attached_message::AttachedMessage,
    attachments::{DownloadButton, part_url},
};
use crate::{
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
use leptos::{prelude::*, task::spawn_local};
use postern_shared::body::{Attachment, Preview, TextPreview};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::HtmlElement;

/// The dialog that shows an attachment, and those beside it.
#[component]
pub fn PreviewDialog(
    /// What can be shown, in order.
    previews: Vec<Attachment>,
    /// Where the message is.
    base: String,
    /// The part that is shown; none closes the dialog.
    shown: RwSignal<Option<String>>,
) -> impl IntoView {
    let start =
        shown.with_untracked(|part| previews.iter().position(|found| Some(&found.part) == part.as_ref()));
    let count = previews.len();
    let place = RwSignal::new(start.unwrap_or_default());
    let previews = StoredValue::new(previews);
    let current = memo(move || previews.with_value(|previews| previews.get(place.get()).cloned()));
    let name =
        move || current.with(|current| current.as_ref().map(|found| found.name.clone()).unwrap_or_default());
    let step = move |forward: bool| {
        let next = if forward { place.get_untracked() + 1 } else { place.get_untracked().wrapping_sub(1) };
        if next < count {
            place.set(next);
        }
    };
    let keys = move |event: leptos::ev::KeyboardEvent| {
        let plain = !event.ctrl_key() && !event.alt_key() && !event.meta_key() && !event.shift_key();
        match event.key().as_str() {
            "ArrowRight" if plain && !is_player(&event) => step(true),
            "ArrowLeft" if plain && !is_player(&event) => step(false),
            _ => {}
        }
    };
    let close = move || shown.set(None);
    let base = StoredValue::new(base);
    let stage = move || {
        let current = current.get()?;
        let url = base.with_value(|base| part_url(base, &current));
        Some(view! { <Stage attachment=current base=base.get_value() url/> })
    };
    let download = move || {
        let current = current.get()?;
        let url = base.with_value(|base| part_url(base, &current));
        Some(view! { <DownloadButton name=current.name url/> })
    };
    view! {
        <Modal title=Signal::derive(move || format!("Preview {}", name())) wide=true on_close=move |()| close()>
            <div class="preview" on:keydown=keys>
                <div class="preview-bar">
                    {(count > 1).then(|| view! {
                        <button
                            type="button" class="button plain square" aria-label="Previous attachment" title="Previous attachment"
                            aria-disabled=follow(move || (place.get() == 0).to_string()) on:click=move |_| step(false)
                        ><Icon glyph=Glyph::Back/></button>
                        <span class="preview-place" role="status">{live(move || format!("{} of {count}", place.get() + 1))}</span>
                        <button
                            type="button" class="button plain square forward" aria-label="Next attachment" title="Next attachment"
                            aria-disabled=follow(move || (place.get() + 1 == count).to_string()) on:click=move |_| step(true)
                        ><Icon glyph=Glyph::Back/></button>
                    })}
                    <span class="preview-space"></span>
                    {download}
                    <button type="button" class="button plain square" autofocus aria-label="Close" title="Close" on:click=move |_| close()>
                        <Icon glyph=Glyph::Close/>
                    </button>
                </div>
                {stage}
            </div>
        </Modal>
    }
}

/// Arrow keys in a player wind it.
fn is_player(event: &leptos::ev::KeyboardEvent) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok());
    target.is_some_and(|target| matches!(target.tag_name().as_str(), "AUDIO" | "VIDEO"))
}

/// The attachment itself.
#[component]
fn Stage(attachment: Attachment, base: String, url: String) -> impl IntoView {
    let failed = RwSignal::new(None::<String>);
    let Attachment { part, name, preview, .. } = attachment;
    let source = format!("{url}/preview");
    let fail = move |why: &'static str| move |_| failed.set(Some(why.to_owned()));
    let shown = match preview {
        Some(Preview::Image) => {
            let loading = RwSignal::new(true);
            view! {
                {live(move || loading.get().then(|| view! { <p class="preview-wait" role="status">"Loading…"</p> }))}
                <img
                    class="preview-image" class:loading=loading src=source alt=name
                    on:load=move |_| loading.set(false)
                    on:error=fail("This image is broken, or too large to be shown here.")
                />
            }
            .into_any()
        }
        Some(Preview::Text) => view! { <Text source failed/> }.into_any(),
        Some(Preview::Pdf) if has_pdf_viewer() => view! {
            <iframe class="preview-frame" title=name referrerpolicy="no-referrer" src=source></iframe>
        }
        .into_any(),
        Some(Preview::Audio) => view! {
            <audio
                class="preview-audio" controls preload="metadata" aria-label=name src=source
                on:error=fail("This browser cannot play this recording.")
            ></audio>
        }
        .into_any(),
        Some(Preview::Video) => view! {
            <video
                class="preview-video" controls preload="metadata" aria-label=name src=source
                on:error=fail("This browser cannot play this film.")
            ></video>
        }
        .into_any(),
        Some(Preview::Pdf) => {
            failed.set(Some("This browser has no viewer for PDF files.".to_owned()));
            ().into_any()
        }
        Some(Preview::Message) => view! { <AttachedMessage base part failed/> }.into_any(),
        None => ().into_any(),
    };
    view! {
        <div class="preview-stage" class:failed=follow(move || failed.with(Option::is_some))>
            {shown}
            {live(move || failed.get().map(|why| view! {
                <p class="preview-failed" role="alert">{why} " Download the file to open it with another program."</p>
            }))}
        </div>
    }
}

/// A text, as it is: markup in it is text too.
#[component]
fn Text(source: String, failed: RwSignal<Option<String>>) -> impl IntoView {
    let app = App::get();
    let text = RwSignal::new(None::<TextPreview>);
    spawn_local(async move {
        // The dialog may be closed by now.
        match app.text_preview(&source).await {
            Ok(found) => drop(text.try_set(Some(found))),
            Err(why) => drop(failed.try_set(Some(why))),
        }
    });
    live(move || {
        match text.get() {
        None => view! { <p class="preview-wait" role="status">"Loading…"</p> }.into_any(),
        Some(TextPreview { text, cut }) => view! {
            {cut.then(|| view! {
                <p class="preview-cut" role="status">"Only the beginning is shown. Download the file to have all of it."</p>
            })}
            <pre class="preview-text" tabindex="0" role="region" aria-label="Text of the attachment">{text}</pre>
        }
        .into_any(),
    }
    })
}

/// Whether the browser shows PDF files by itself.
fn has_pdf_viewer() -> bool {
    let navigator = window().navigator();
    js_sys::Reflect::get(&navigator, &JsValue::from_str("pdfViewerEnabled"))
        .ok()
        .and_then(|enabled| enabled.as_bool())
        .unwrap_or(false)
}
