//! The reading pane.
//!
//! | module | subject |
//! |---|---|
//! | [`headers`] | subject, people, date, details |
//! | [`ahead`] | the body that is likely to be read next |
//! | [`body`] | the frame that shows the body |
//! | [`attached_message`] | a mail that is attached to the mail |
//! | [`attachments`] | the attachments |
//! | [`preview`] | the dialog that shows one |
//! | [`remote`] | what of the message lies elsewhere |
//! | [`sender`] | who really sent it |
//! | [`source`] | source and headers, in dialogs |
//! | [`copy`] | a button that copies |
//! | [`text`] | sizes and dates in words |

pub mod ahead;
pub mod attached_message;
pub mod attachments;
pub mod body;
mod copy;
pub mod headers;
pub mod preview;
pub mod remote;
pub mod sender;
pub mod source;
pub mod text;

use crate::{
    model::opened::{Detail, Opened},
    state::{context::App, reactive::memo},
    ui::{
        parts::{
            icon::{Glyph, Icon},
            live::live,
            notice::Blank,
        },
        pop3::{copy_note::CopyNote, rest::RestNotice},
        route::history::Route,
    },
};
use ahead::WaitingPlace;
use attachments::AttachmentList;
use body::BodyFrame;
use headers::Headers;
use leptos::prelude::*;
use postern_shared::ids::MessageKey;
use remote::{RemoteImages, RemoteRegion};
use sender::SenderNotices;

/// The reading pane: the opened message, or a word that there is none.
#[component]
pub fn ReadingPane() -> impl IntoView {
    let app = App::get();
    // One message is one article: its flags may change under it, its frame must not load again.
    let edition = |opened: &Opened| (opened.key.clone(), opened.edition);
    let key = memo(move || app.opened.with(|opened| opened.as_ref().map(edition)));
    view! {
        <section class="reading-pane" aria-label="Reading pane">
            // Keyed: a frame that is given another address would add a step to the browser's history.
            <For each=move || key.get() key=Clone::clone let:edition>
                <Message key=edition.0/>
            </For>
            {live(move || key.with(Option::is_none).then(|| view! { <Nothing/> }))}
            <WaitingPlace/>
        </section>
    }
}

#[component]
fn Nothing() -> impl IntoView {
    let app = App::get();
    live(move || {
        match app.selected.get() {
        0 => view! {
            <Blank glyph=Glyph::MailOpen title="No message is open">"Choose one from the list to read it here."</Blank>
        }
        .into_any(),
        count => view! {
            <div class="nothing"><Icon glyph=Glyph::Check/><strong>{format!("{count} selected")}</strong></div>
        }
        .into_any(),
    }
    })
}

#[component]
fn Message(key: MessageKey) -> impl IntoView {
    let app = App::get();
    let images = RemoteImages::default();
    let failure = memo(move || {
        app.opened.with(|opened| match opened.as_ref().map(|opened| &opened.detail) {
            Some(Detail::Failed(text)) => Some(text.clone()),
            _ => None,
        })
    });
    view! {
        <article class="reading-message" aria-label="Message">
            <BackBar/>
            <Struck/>
            <Headers/>
            <SenderNotices/>
            <CopyNote/>
            <RestNotice key=key.clone()/>
            {live(move || failure.get().map(|text| view! {
                <div class="notice error" role="alert"><Icon glyph=Glyph::Warning/> <p dir="auto">{text}</p></div>
            }))}
            <AttachmentList key=key.clone()/>
            <RemoteRegion images/>
            <BodyFrame key images/>
        </article>
    }
}

/// Back to the list, where the list is not beside the message.
#[component]
fn BackBar() -> impl IntoView {
    let route = Route::expect();
    view! {
        <div class="back-bar">
            <button type="button" class="button plain" on:click=move |_| route.close_message()>
                <Icon glyph=Glyph::Back/> "Back"
            </button>
        </div>
    }
}

/// Says that the message is deleted, and how to get it back.
#[component]
fn Struck() -> impl IntoView {
    let app = App::get();
    let deleted = memo(move || {
        app.opened.with(|opened| {
            opened.as_ref().and_then(|opened| opened.row.as_ref()).is_some_and(|row| row.deleted())
        })
    });
    live(move || {
        deleted.get().then(|| {
            view! {
                <div class="notice struck-note">
                    <Icon glyph=Glyph::Trash/>
                    <p>"This message is deleted. It stays here until the folder is purged."</p>
                </div>
            }
        })
    })
}
