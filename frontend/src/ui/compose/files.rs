//! Attachments and pictures: by button, by drop, by paste.

use super::{
    editor::Editor,
    fields::{Fields, FileLine},
};
use crate::{
    model::compose::checks::on_the_way,
    state::{reactive::memo, upload::Transfer},
    ui::{
        parts::{
            icon::{Glyph, Icon},
            live::when,
        },
        reader::text::size,
    },
};
use leptos::{html, prelude::*, task::spawn_local};
use postern_shared::{ids::FileId, writing::DraftFile};
use wasm_bindgen::JsCast;
use web_sys::{ClipboardEvent, DataTransfer, DragEvent, File, FileList};

/// The attachments.
#[component]
pub fn AttachmentList(
    /// What the window holds.
    fields: Fields,
) -> impl IntoView {
    // A picture stands in the text once it is there.
    let shown = move || {
        let mut files = fields.files.get();
        files.retain(|line| !line.file.inline || line.at != Transfer::Done);
        files
    };
    view! {
        {when(move || !shown().is_empty(), move || view! { <ul class="compose-files" role="list" aria-label="Attachments">
                <For each=shown key=|line| line.file.id let:line>
                    <Line fields line/>
                </For>
            </ul> })}
    }
}

#[component]
fn Line(fields: Fields, line: FileLine) -> impl IntoView {
    let DraftFile { id, name, size: bytes, .. } = line.file;
    let at = memo(move || {
        fields.files.with(|files| files.iter().find(|line| line.file.id == id).map(|line| line.at.clone()))
    });
    let bar = {
        let name = name.clone();
        move || match at.get() {
            Some(Transfer::Going(done) | Transfer::Waiting(done)) => Some(view! {
                <progress class="progress" aria-label=format!("Attaching {name}") max=bytes.max(1).to_string() value=done.to_string()></progress>
            }),
            _ => None,
        }
    };
    let words = move || match at.get() {
        Some(Transfer::Waiting(_)) => "Waits for the connection".to_owned(),
        Some(Transfer::Failed(why)) => why,
        _ => size(bytes),
    };
    let remove = {
        let name = name.clone();
        move || format!("{} {name}", if at.get() == Some(Transfer::Done) { "Remove" } else { "Cancel" })
    };
    view! {
        <li class="compose-file" class:bad=move || matches!(at.get(), Some(Transfer::Failed(_)))>
            <Icon glyph=Glyph::Clip/>
            <bdi class="compose-file-name">{name}</bdi>
            <span class="compose-file-size" role="status">{words}</span>
            <button
                type="button" class="button plain square" aria-label=remove title="Remove"
                on:click=move |_| {
                    fields.files.update(|files| files.retain(|line| line.file.id != id));
                    fields.touch();
                }
            >
                <Icon glyph=Glyph::Close/>
            </button>
            {bar}
        </li>
    }
}

/// The button that attaches files.
#[component]
pub fn AttachButton(
    /// What the window holds.
    fields: Fields,
) -> impl IntoView {
    let node = NodeRef::<html::Input>::new();
    let chosen = move |_| {
        let Some(input) = node.get_untracked() else { return };
        if let Some(files) = input.files() {
            attach(fields, &files, false);
        }
        // The same file can be chosen again.
        input.set_value("");
    };
    let press = move |_| {
        if let Some(input) = node.get_untracked() {
            input.click();
        }
    };
    view! {
        <button type="button" class="button plain square" aria-label="Attach files" title="Attach files" on:click=press>
            <Icon glyph=Glyph::Clip/>
        </button>
        <input type="file" multiple hidden tabindex="-1" aria-label="Files to attach" node_ref=node on:change=chosen/>
    }
}

/// Files were dropped on the window: pictures into the text, others beside it.
pub fn dropped(fields: Fields, event: &DragEvent) {
    if take(fields, event.data_transfer(), over_text(event)) {
        event.prevent_default();
    }
}

/// Files were pasted. Programs that copy text put a picture of it beside it: text counts.
pub fn pasted(fields: Fields, event: &ClipboardEvent) {
    let data =
        event.clipboard_data().filter(|data| data.get_data("text/html").is_ok_and(|html| html.is_empty()));
    if take(fields, data, over_text(event)) {
        event.prevent_default();
    }
}

fn take(fields: Fields, data: Option<DataTransfer>, into_text: bool) -> bool {
    let files = data.and_then(|data| data.files()).filter(|files| files.length() > 0);
    files.inspect(|files| attach(fields, files, into_text)).is_some()
}

fn over_text(event: &web_sys::Event) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<web_sys::Node>().ok());
    let element = target.and_then(|node| match node.dyn_into::<web_sys::Element>() {
        Ok(element) => Some(element),
        Err(node) => node.parent_element(),
    });
    element.is_some_and(|element| element.closest(".compose-text:not(.plain)").ok().flatten().is_some())
}

fn attach(fields: Fields, files: &FileList, into_text: bool) {
    for file in (0..files.length()).filter_map(|at| files.item(at)) {
        let inline = into_text && file.type_().starts_with("image/") && file.type_() != "image/svg+xml";
        let kind = if file.type_().is_empty() {
            "application/octet-stream".to_owned()
        } else {
            file.type_().to_lowercase()
        };
        let line = DraftFile {
            id: FileId((js_sys::Math::random() * f64::from(u32::MAX)) as u32),
            name: file.name(),
            media_type: kind,
            size: file.size() as u64,
            inline,
        };
        fields.files.update(|files| files.push(FileLine { file: line.clone(), at: Transfer::Going(0) }));
        fields.refusal.set(None);
        spawn_local(upload(fields, line, file));
    }
}

async fn upload(fields: Fields, file: DraftFile, content: File) {
    let (app, draft) = (fields.app, fields.state.with_untracked(|state| state.id));
    let limit = app.desk.with_untracked(|desk| desk.size_limit);
    let DraftFile { id, name, inline, .. } = file.clone();
    if let Some(limit) = limit.filter(|limit| on_the_way(file.size) > *limit) {
        let why = format!("The mail server takes messages of up to {}.", size(limit));
        set(fields, id, Transfer::Failed(why));
        return;
    }
    let tell = move |at: Transfer| {
        let done = at == Transfer::Done;
        let wanted = set(fields, id, at);
        if wanted && done {
            if inline {
                fields.edit(|editor: &Editor| editor.image(&app.file_url(draft, id), &name));
            }
            fields.touch();
        }
        wanted
    };
    app.attach(draft, file, content.into(), tell).await;
}

/// Says how far a file is. False where it is not wanted any more.
fn set(fields: Fields, id: FileId, at: Transfer) -> bool {
    let mut wanted = false;
    // The window may be closed by now.
    let _ = fields.files.try_update(|files| {
        if let Some(line) = files.iter_mut().find(|line| line.file.id == id) {
            line.at = at;
            wanted = true;
        }
    });
    wanted
}
