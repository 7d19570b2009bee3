//! The dialogs that show a message as it stands: its source, and its header field by field. All of it is text.

use super::copy::CopyButton;
use crate::{
    state::{context::App, source::Source},
    ui::parts::{dialog::Modal, live::live, notice::ErrorNotice},
};
use leptos::{prelude::*, task::spawn_local};
use postern_shared::header::{HeaderField, HeaderFields};

/// What of a message is looked at, by the message's address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Looking {
    /// Its source.
    Source(String),
    /// Its header.
    Headers(String),
}

/// The dialog, while something is looked at.
#[component]
pub fn SourceDialog(
    /// What.
    looking: RwSignal<Option<Looking>>,
) -> impl IntoView {
    live(move || {
        looking.get().map(|what| {
            let (title, content) = match what {
                Looking::Source(url) => ("Message source", view! { <SourceOf url looking/> }.into_any()),
                Looking::Headers(url) => ("Message headers", view! { <HeadersOf url looking/> }.into_any()),
            };
            view! { <Modal title wide=true on_close=move |()| looking.set(None)>{content}</Modal> }
        })
    })
}

/// What was asked for: not here yet, here, or why not.
type Awaited<T> = RwSignal<Option<Result<T, String>>>;

#[component]
fn SourceOf(url: String, looking: RwSignal<Option<Looking>>) -> impl IntoView {
    let source: Awaited<Source> = RwSignal::new(None);
    let asked = url.clone();
    spawn_local(async move {
        let found = App::source(&asked).await;
        // The dialog may be closed by now.
        let _ = source.try_set(Some(found));
    });
    let text = move || source.with(|source| source.as_ref()?.as_ref().ok().map(|source| source.text.clone()));
    view! {
        {waiting(source)}
        {live(move || source.with(|source| source.as_ref().and_then(|source| source.as_ref().ok()).map(|source| {
            let cut = source.cut.then_some("The message is large. Only its first 2 MB are shown.");
            view! {
                {cut.map(|text| view! { <p class="notice" role="note">{text}</p> })}
                // Focused and scrolled by keyboard; the browser's search finds what is in it.
                <pre class="source-text" tabindex="0" role="region" aria-label="Source" dir="ltr">{source.text.clone()}</pre>
            }
        })))}
        <Foot url looking text=Callback::new(move |()| text())/>
    }
}

#[component]
fn HeadersOf(url: String, looking: RwSignal<Option<Looking>>) -> impl IntoView {
    let header: Awaited<HeaderFields> = RwSignal::new(None);
    let raw = RwSignal::new(false);
    let asked = url.clone();
    spawn_local(async move {
        let found = App::header_fields(&asked).await;
        // The dialog may be closed by now.
        let _ = header.try_set(Some(found));
    });
    let text = move || header.with(|header| header.as_ref()?.as_ref().ok().map(as_sent));
    view! {
        {waiting(header)}
        {live(move || header.with(|header| header.as_ref().and_then(|header| header.as_ref().ok()).map(|header| {
            let rows = header.fields.iter().map(|field| row(field, raw)).collect_view();
            let cut = (!header.complete).then_some("There are more headers. Download the message to see all of them.");
            view! {
                <label class="check">
                    <input type="checkbox" role="switch" prop:checked=raw on:change=move |_| raw.update(|raw| *raw = !*raw)/>
                    <span>"Show as sent too"</span>
                </label>
                {cut.map(|text| view! { <p class="notice" role="note">{text}</p> })}
                <div class="header-scroll" tabindex="0" role="region" aria-label="Headers">
                    <table class="header-table" class:raw=raw>
                        <thead><tr>
                            <th scope="col">"Header"</th>
                            <th scope="col">"Readable"</th>
                            {live(move || raw.get().then(|| view! { <th scope="col">"As sent"</th> }))}
                        </tr></thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
            }
        })))}
        <Foot url looking text=Callback::new(move |()| text())/>
    }
}

fn row(field: &HeaderField, raw: RwSignal<bool>) -> impl IntoView + use<> {
    let HeaderField { name, text, raw: sent } = field.clone();
    view! {
        <tr>
            <th scope="row"><bdi>{name}</bdi></th>
            <td dir="auto">{text}</td>
            {live(move || raw.get().then(|| view! { <td class="as-sent" dir="ltr">{sent.clone()}</td> }))}
        </tr>
    }
}

/// The header as it was sent.
fn as_sent(header: &HeaderFields) -> String {
    let line = |field: &HeaderField| match field.name.as_str() {
        "" => format!("{}\r\n", field.raw),
        name => format!("{name}: {}\r\n", field.raw),
    };
    header.fields.iter().map(line).collect()
}

/// That it is on its way, or why it does not come.
fn waiting<T: Send + Sync + 'static>(awaited: Awaited<T>) -> impl IntoView {
    live(move || {
        awaited.with(|awaited| match awaited {
            None => Some(view! { <p role="status">"Loading…"</p> }.into_any()),
            Some(Err(text)) => Some(
                view! { <ErrorNotice title="The message could not be loaded.".to_owned() advice=text.clone()/> }
                    .into_any(),
            ),
            Some(Ok(_)) => None,
        })
    })
}

#[component]
fn Foot(
    url: String,
    looking: RwSignal<Option<Looking>>,
    text: Callback<(), Option<String>>,
) -> impl IntoView {
    view! {
        <div class="dialog-foot">
            <a class="button plain" href=format!("{url}/source") download="">"Download message"</a>
            <CopyButton text/>
            <button type="button" class="button" autofocus on:click=move |_| looking.set(None)>"Close"</button>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_copied_is_what_was_sent() {
        let field =
            |name: &str, raw: &str| HeaderField { name: name.into(), raw: raw.into(), text: String::new() };
        let fields = vec![field("Subject", "a\r\n b"), field("", "no colon")];
        assert_eq!(as_sent(&HeaderFields { fields, complete: true }), "Subject: a\r\n b\r\nno colon\r\n");
    }
}
