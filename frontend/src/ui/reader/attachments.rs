//! The attachments.

use super::text::size;
use crate::{
    model::opened::Detail,
    state::context::App,
    ui::parts::icon::{Glyph, Icon},
};
use leptos::prelude::*;
use postern_shared::{body::Attachment, ids::MessageKey};

/// The attachments, where there are any.
#[component]
pub fn AttachmentList(
    /// Of which message.
    key: MessageKey,
) -> impl IntoView {
    let app = App::get();
    let attachments = Memo::new(move |_| {
        app.opened.with(|opened| match opened.as_ref().map(|opened| &opened.detail) {
            Some(Detail::Ready(detail)) => detail.attachments.clone(),
            _ => Vec::new(),
        })
    });
    let account = app.account.with_untracked(|account| account.as_ref().map(|account| account.id.clone()));
    let base = account.map(|account| App::message_url(&account, &key)).unwrap_or_default();
    move || {
        let attachments = attachments.get();
        (!attachments.is_empty()).then(|| {
            let items = attachments.into_iter().map(|attachment| {
                let url = download_url(&base, &attachment);
                view! { <AttachmentItem attachment url/> }
            });
            view! { <ul class="attachments" aria-label="Attachments">{items.collect_view()}</ul> }
        })
    }
}

fn download_url(base: &str, attachment: &Attachment) -> String {
    let encode = |text: &str| js_sys::encode_uri_component(text).as_string().unwrap_or_default();
    format!("{base}/parts/{}?name={}", encode(&attachment.part), encode(&attachment.name))
}

#[component]
fn AttachmentItem(attachment: Attachment, url: String) -> impl IntoView {
    let Attachment { name, media_type, size: bytes, .. } = attachment;
    view! {
        <li class="attachment">
            <Icon glyph=Glyph::Clip/>
            <span class="attachment-name" dir="auto" title=media_type>{name.clone()}</span>
            <span class="attachment-size">{size(bytes)}</span>
            <DownloadButton name url/>
        </li>
    }
}

/// A link to the browser, which downloads it; a button to people, because it leads nowhere.
#[component]
fn DownloadButton(name: String, url: String) -> impl IntoView {
    view! {
        <a class="button plain square" role="button" href=url download=name.clone() aria-label=format!("Download {name}") title="Download">
            <Icon glyph=Glyph::Download/>
        </a>
    }
}
