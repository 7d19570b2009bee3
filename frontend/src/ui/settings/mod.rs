//! Settings, a page a subject.
//!
//! | module | subject |
//! |---|---|
//! | [`accounts`] | who is signed in |
//! | [`reading`] | what reading a message loads |
//! | [`writing`] | who one writes as, and how |
//! | [`deleting`] | what Delete and Purge do |
//! | [`appearance`] | colours and density |
//! | [`keyboard`] | shortcuts |

pub mod accounts;
pub mod appearance;
pub mod deleting;
pub mod keyboard;
pub mod reading;
pub mod writing;

use crate::{
    state::context::App,
    ui::{
        parts::icon::{Glyph, Icon},
        pop3::trouble::Trouble,
        route::{
            history::Route,
            place::{MailPlace, Page, Place},
        },
        shell::connection::{ConnectionStatus, SignInAgain},
    },
};
use leptos::prelude::*;

/// The settings.
#[component]
pub fn SettingsPage(
    /// Which page.
    page: Page,
) -> impl IntoView {
    let content = match page {
        Page::Accounts => view! { <accounts::AccountsPage/> }.into_any(),
        Page::Reading => view! { <reading::ReadingPage/> }.into_any(),
        Page::Writing => view! { <writing::WritingPage/> }.into_any(),
        Page::Deleting => view! { <deleting::DeletingPage/> }.into_any(),
        Page::Appearance => view! { <appearance::AppearancePage/> }.into_any(),
        Page::Keyboard => view! { <keyboard::KeyboardPage/> }.into_any(),
    };
    view! {
        <div class="settings">
            <SettingsBar/>
            <div class="banners"><SignInAgain/><Trouble/></div>
            <div class="settings-panes">
                <nav class="settings-nav" aria-label="Settings">
                    {Page::ALL.map(|entry| view! { <PageLink entry current=entry == page/> })}
                </nav>
                <main class="settings-main">
                    <h1>{page.title()}</h1>
                    {content}
                </main>
            </div>
        </div>
    }
}

#[component]
fn SettingsBar() -> impl IntoView {
    let (app, route) = (App::get(), Route::expect());
    let back = move |_| {
        // The list still shows what it did: its folder is where one came from.
        let folder = app.folder.with_untracked(|folder| folder.as_ref().map(|folder| folder.id.clone()));
        let account =
            app.account.with_untracked(|account| account.as_ref().map(|account| account.id.clone()));
        route.go(&Place::Mail(MailPlace { account, folder, ..MailPlace::default() }));
    };
    view! {
        <header class="topbar">
            <button type="button" class="button plain" on:click=back><Icon glyph=Glyph::Back/> "Back to mail"</button>
            <div class="topbar-end"><ConnectionStatus/></div>
        </header>
    }
}

#[component]
fn PageLink(entry: Page, current: bool) -> impl IntoView {
    let route = Route::expect();
    let place = Place::Settings(entry);
    let url = place.url();
    let follow = move |event: leptos::ev::MouseEvent| {
        if !(event.ctrl_key() || event.meta_key() || event.shift_key()) {
            event.prevent_default();
            route.go(&place);
        }
    };
    view! { <a class="settings-link" href=url aria-current=current.then_some("page") on:click=follow>{entry.title()}</a> }
}
