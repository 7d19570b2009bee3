//! A mail that is attached to the mail: its own headers, its own body in a frame like any other, its own attachments.
//! A mail attached to that one opens in its place.

use super::{
    attachments::{DownloadButton, part_url},
    body::{SANDBOX, address},
    headers::{line, people, subject},
    text::{long_date, size},
};
use crate::{
    state::{
        context::App,
        reactive::{effect, memo},
    },
    ui::{
        look::Look,
        parts::{
            icon::{Glyph, Icon},
            live::live,
        },
    },
};
use leptos::{prelude::*, task::spawn_local};
use postern_shared::body::{Attachment, MessageDetail, Preview};

/// The attached mail.
#[component]
pub fn AttachedMessage(
    /// Where the message around it is.
    base: String,
    /// Its part specifier there.
    part: String,
    /// Why it cannot be shown.
    failed: RwSignal<Option<String>>,
) -> impl IntoView {
    let app = App::get();
    // From the one that was opened first to the one that is shown.
    let path = RwSignal::new(vec![part]);
    let shown = memo(move || path.with(|path| path.last().cloned().unwrap_or_default()));
    let detail = RwSignal::new(None::<MessageDetail>);
    let base = StoredValue::new(base);
    effect(move || {
        let part = shown.get();
        detail.set(None);
        spawn_local(async move {
            let Some(base) = base.try_get_value() else { return };
            let found = app.attached_message(&base, &part).await;
            // The dialog may be closed by now, or show another one.
            if shown.try_get_untracked().is_none_or(|shown| shown != part) {
                return;
            }
            match found {
                Ok(found) => drop(detail.try_set(Some(found))),
                Err(why) => drop(failed.try_set(Some(why))),
            }
        });
    });
    let back = move |_| path.update(|path| drop(path.pop()));
    let look = Look::expect();
    let frame = move || {
        let encode = |text: &str| js_sys::encode_uri_component(text).as_string().unwrap_or_default();
        address(look, &format!("{}/body", base.get_value()), Some(&format!("part={}", encode(&shown.get()))))
    };
    view! {
        <article class="attached-message" aria-label="Attached message">
            {live(move || path.with(|path| path.len() > 1).then(|| view! {
                <button type="button" class="button plain small" on:click=back>
                    <Icon glyph=Glyph::Back/> "Back to the message around it"
                </button>
            }))}
            {live(move || detail.get().map(|detail| view! { <Head detail base=base.get_value() path/> }))}
            // Keyed: a frame that is given another address would add a step to the browser's history.
            <For each=move || [shown.get()] key=Clone::clone let:_part>
                <iframe
                    title="Attached message body" sandbox=SANDBOX
                    referrerpolicy="no-referrer" src=frame()
                ></iframe>
            </For>
        </article>
    }
}

#[component]
fn Head(detail: MessageDetail, base: String, path: RwSignal<Vec<String>>) -> impl IntoView {
    let items = detail.attachments.into_iter().filter(|attachment| !attachment.minor).map(|attachment| {
        let url = part_url(&base, &attachment);
        view! { <Item attachment url path/> }
    });
    let items = items.collect::<Vec<_>>();
    view! {
        <header>
            <h3 dir="auto">{subject(&detail.subject)}</h3>
            <dl class="reading-people full">
                {people("From", detail.from, true)}
                {people("To", detail.to, true)}
                {people("Cc", detail.cc, true)}
                {line("Date", detail.sent.map(long_date))}
            </dl>
        </header>
        {(!items.is_empty()).then(|| view! {
            <ul class="attachments" aria-label="Attachments of the attached message">{items}</ul>
        })}
    }
}

#[component]
fn Item(attachment: Attachment, url: String, path: RwSignal<Vec<String>>) -> impl IntoView {
    let Attachment { part, name, media_type, size: bytes, preview, .. } = attachment;
    let label = if preview == Some(Preview::Message) {
        let open = move |_| path.update(|path| path.push(part.clone()));
        view! {
            <button type="button" class="button plain attachment-label" aria-label=format!("Preview {name}") on:click=open>
                <Icon glyph=Glyph::Mail/> <bdi class="attachment-name">{name.clone()}</bdi>
            </button>
        }
        .into_any()
    } else {
        view! {
            <span class="attachment-label" title=media_type><Icon glyph=Glyph::Clip/> <bdi class="attachment-name">{name.clone()}</bdi></span>
        }
        .into_any()
    };
    view! {
        <li class="attachment">
            {label}
            <span class="attachment-size">{size(bytes)}</span>
            <DownloadButton name url/>
        </li>
    }
}
