//! What of the message lies on servers of strangers, and whether it is loaded.

use crate::{
    model::{
        opened::Detail,
        remote::{Decision, describe},
    },
    state::{
        context::App,
        reactive::{follow, memo},
    },
    ui::parts::{
        icon::{Glyph, Icon},
        live::live,
    },
};
use leptos::{prelude::*, task::spawn_local};
use postern_shared::{body::RemoteContent, ids::MessageKey};

/// The images of one opened message.
#[derive(Clone, Copy, Default)]
pub struct RemoteImages {
    /// The reader asked for them.
    pub wanted: RwSignal<bool>,
    content: RwSignal<Option<RemoteContent>>,
}

impl RemoteImages {
    /// The frame has loaded: what it left out is known now.
    pub fn ask(self, app: App, key: MessageKey) {
        spawn_local(async move {
            // A message that is left meanwhile takes its signals with it.
            let Some(wanted) = self.wanted.try_get_untracked() else { return };
            if let Ok(content) = app.remote_content(&key, wanted).await {
                self.content.try_set(Some(content));
            }
        });
    }
}

/// The region Remote content, where there is any.
#[component]
pub fn RemoteRegion(
    /// The message's images.
    images: RemoteImages,
) -> impl IntoView {
    let app = App::get();
    let senders = memo(move || {
        app.opened.with(|opened| match opened.as_ref().map(|opened| &opened.detail) {
            Some(Detail::Ready(detail)) => {
                detail.from.iter().map(|sender| sender.email.to_lowercase()).collect::<Vec<_>>()
            }
            _ => Vec::new(),
        })
    });
    let trusted = memo(move || {
        let senders = senders.get();
        let all = app.account.with(|account| {
            let list = account.as_ref().map(|account| account.reading.trusted_senders.clone());
            list.is_some_and(|list| senders.iter().all(|sender| list.contains(sender)))
        });
        all && !senders.is_empty()
    });
    let said = memo(move || {
        let decision = Decision { wanted: images.wanted.get(), trusted: trusted.get() };
        images
            .content
            .with(|content| content.as_ref().map(|content| describe(content, decision)))
            .unwrap_or_default()
    });
    let loadable = memo(move || {
        images
            .content
            .with(|content| content.as_ref().is_some_and(|content| content.images > 0 && !content.shown))
            && !images.wanted.get()
    });
    let can_trust = memo(move || {
        let has_images =
            images.content.with(|content| content.as_ref().is_some_and(|content| content.images > 0));
        has_images && !trusted.get() && !senders.with(Vec::is_empty)
    });
    let region = NodeRef::<leptos::html::Section>::new();
    // The button that was pressed goes: the keyboard stays in the region.
    let load = move || {
        images.wanted.set(true);
        if let Some(region) = region.get_untracked() {
            // A region that cannot be focused has gone.
            let _ = region.focus();
        }
    };
    let always = move |_| {
        for sender in senders.get_untracked() {
            app.trust_sender(sender, true);
        }
        load();
    };
    let present = memo(move || !said.with(String::is_empty));
    live(move || {
        present.get().then(|| {
            view! {
                <section class="remote-content" aria-label="Remote content" tabindex="-1" node_ref=region>
                    <Icon glyph=Glyph::Image/>
                    <p role="status">{live(move || said.get())}</p>
                    <div class="remote-buttons">
                        {live(move || loadable.get().then(|| view! {
                            <button type="button" class="button" on:click=move |_| load()>"Load images"</button>
                        }))}
                        {live(move || can_trust.get().then(|| view! {
                            <button
                                type="button" class="button plain" on:click=always
                                title=follow(move || senders.with(|senders| senders.join(", ")))
                            >"Always load from sender"</button>
                        }))}
                    </div>
                </section>
            }
        })
    })
}
