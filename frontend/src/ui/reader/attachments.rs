//! The attachments: what they are, how large, and what can be done with each.

use super::{preview::PreviewDialog, text::size};
use crate::{
    model::{
        attached::{Attached, stem_and_extension},
        opened::Detail,
    },
    state::{context::App, reactive::memo},
    ui::parts::icon::{Glyph, Icon},
};
use leptos::prelude::*;
use postern_shared::{
    body::{Attachment, BodyKind, FileKind},
    ids::MessageKey,
};

/// The attachments, where there are any.
#[component]
pub fn AttachmentList(
    /// Of which message.
    key: MessageKey,
) -> impl IntoView {
    let app = App::get();
    let found = memo(move || {
        app.opened.with(|opened| match opened.as_ref().map(|opened| &opened.detail) {
            Some(Detail::Ready(detail)) => (Attached::of(&detail.attachments), detail.body == BodyKind::None),
            _ => Default::default(),
        })
    });
    let account = app.account.with_untracked(|account| account.as_ref().map(|account| account.id.clone()));
    let base = StoredValue::new(account.map(|account| App::message_url(&account, &key)).unwrap_or_default());
    let previewed = RwSignal::new(None::<String>);
    let list = move || {
        let (attached, textless) = found.get();
        let minor = !attached.minor.is_empty();
        let open = textless && attached.main.is_empty();
        (minor || !attached.main.is_empty()).then(|| {
            view! {
                <div class="attachment-area">
                    <MainList attached=attached.clone() base previewed/>
                    {minor.then(|| view! { <MinorList minor=attached.minor open base previewed/> })}
                </div>
            }
        })
    };
    let dialog = move || {
        previewed.with(Option::is_some).then(|| {
            let previews = found.with_untracked(|(attached, _)| attached.previews());
            view! { <PreviewDialog previews base=base.get_value() shown=previewed/> }
        })
    };
    view! {
        {list}
        {dialog}
    }
}

/// Where an attachment is, below its message.
pub fn part_url(base: &str, attachment: &Attachment) -> String {
    let part = js_sys::encode_uri_component(&attachment.part).as_string().unwrap_or_default();
    format!("{base}/parts/{part}")
}

#[component]
fn MainList(
    attached: Attached,
    base: StoredValue<String>,
    previewed: RwSignal<Option<String>>,
) -> impl IntoView {
    let (count, bytes) = attached.total();
    let first = attached.first();
    let all = RwSignal::new(first == count);
    let several = count > 1;
    let head = several.then(|| {
        view! {
            <div class="attachment-head">
                <span>{format!("{count} attachments, {}", size(bytes))}</span>
                <a class="button plain small" role="button" href=format!("{}/attachments.zip", base.get_value()) download="">
                    <Icon glyph=Glyph::Download/> "Download all"
                </a>
            </div>
        }
    });
    let main = StoredValue::new(attached.main);
    let items = move || {
        let shown = if all.get() { count } else { first };
        main.with_value(|main| main.iter().take(shown).cloned().collect::<Vec<_>>())
    };
    let more = move || {
        (!all.get()).then(|| {
            view! {
                <button type="button" class="button plain small show-all" on:click=move |_| all.set(true)>
                    {format!("Show all {count}")}
                </button>
            }
        })
    };
    (count > 0).then(|| {
        view! {
            {head}
            <ul class="attachments" aria-label="Attachments">
                <For each=items key=|attachment| attachment.part.clone() let:attachment>
                    <AttachmentItem attachment base previewed/>
                </For>
            </ul>
            {more}
        }
    })
}

/// What nobody calls an attachment, and yet somebody may want to have.
#[component]
fn MinorList(
    minor: Vec<Attachment>,
    open: bool,
    base: StoredValue<String>,
    previewed: RwSignal<Option<String>>,
) -> impl IntoView {
    let summary = match minor.len() {
        1 => "1 part of the message itself".to_owned(),
        count => format!("{count} parts of the message itself"),
    };
    let items = minor.into_iter().map(|attachment| view! { <AttachmentItem attachment base previewed/> });
    view! {
        <details class="attachment-minor" open=open>
            <summary>{summary}</summary>
            <ul class="attachments" aria-label="Parts of the message">{items.collect_view()}</ul>
        </details>
    }
}

#[component]
fn AttachmentItem(
    attachment: Attachment,
    base: StoredValue<String>,
    previewed: RwSignal<Option<String>>,
) -> impl IntoView {
    let url = base.with_value(|base| part_url(base, &attachment));
    let Attachment { part, name, media_type, size: bytes, kind, preview, .. } = attachment;
    let label = view! {
        <Icon glyph=glyph(kind)/>
        <FileName name=name.clone()/>
    };
    let what = format!("{name} ({media_type})");
    let label = if preview.is_some() {
        let open = move |_| previewed.set(Some(part.clone()));
        view! {
            <button type="button" class="button plain attachment-label" aria-label=format!("Preview {name}") title=what on:click=open>
                {label}
            </button>
        }
        .into_any()
    } else {
        view! { <span class="attachment-label" title=what>{label}</span> }.into_any()
    };
    view! {
        <li class="attachment">
            {label}
            <span class="attachment-size">{size(bytes)}</span>
            <DownloadButton name url/>
        </li>
    }
}

/// A file's name. Its pieces are isolated from each other and from what is beside it.
#[component]
fn FileName(name: String) -> impl IntoView {
    let (stem, extension) = stem_and_extension(&name);
    view! {
        <span class="attachment-name">
            <bdi class="attachment-stem">{stem.to_owned()}</bdi>
            <bdi class="attachment-extension" dir="ltr">{extension.to_owned()}</bdi>
        </span>
    }
}

/// A link to the browser, which downloads it; a button to people, because it leads nowhere.
#[component]
pub fn DownloadButton(
    /// Its name.
    name: String,
    /// Where it is.
    url: String,
) -> impl IntoView {
    view! {
        <a class="button plain square" role="button" href=url download=name.clone() aria-label=format!("Download {name}") title="Download">
            <Icon glyph=Glyph::Download/>
        </a>
    }
}

fn glyph(kind: FileKind) -> Glyph {
    match kind {
        FileKind::Image => Glyph::FileImage,
        FileKind::Pdf => Glyph::FilePdf,
        FileKind::Text => Glyph::FileText,
        FileKind::Audio => Glyph::FileAudio,
        FileKind::Video => Glyph::FileVideo,
        FileKind::Archive => Glyph::FileArchive,
        FileKind::Calendar => Glyph::Calendar,
        FileKind::Message => Glyph::Mail,
        FileKind::Document => Glyph::FileDocument,
        FileKind::Spreadsheet => Glyph::FileTable,
        FileKind::Other => Glyph::File,
    }
}
