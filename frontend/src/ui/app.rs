//! The root: which screen is shown.

use crate::{
    state::{
        context::App,
        reactive::{follow as following, memo},
        session::Session,
    },
    ui::{
        compose::{cover::Cover, dock::Dock},
        keys::{self, palette::CommandPalette, sheet::ShortcutSheet},
        login::LoginPage,
        look::Look,
        parts::{
            icon::{Glyph, Icon},
            live::{live, when},
        },
        purge::PurgePanel,
        route::{
            follow,
            history::Route,
            place::{Page, Place},
        },
        settings::SettingsPage,
        shell::mail::MailScreen,
        toasts::Toasts,
    },
};
use leptos::prelude::*;

/// The app.
#[component]
pub fn Root() -> impl IntoView {
    let app = App::provide();
    let route = Route::provide();
    Look::provide();
    let cover = Cover::provide(app);
    follow::follow(app, route);
    keys::provide();
    let screen = memo(move || Screen::of(app.session.get(), &route.place().get()));
    view! {
        <div class="behind" inert=following(move || cover.is_on())>
        {live(move || match screen.get() {
            Screen::Waiting => view! { <Waiting/> }.into_any(),
            Screen::Unreachable(text) => view! { <Unreachable text/> }.into_any(),
            Screen::Login => view! { <LoginPage/> }.into_any(),
            Screen::Mail => view! { <MailScreen/> }.into_any(),
            Screen::Settings(page) => view! { <SettingsPage page/> }.into_any(),
        })}
        </div>
        {when(move || app.account.with(Option::is_some), move || view! { <Dock/> })}
        <PurgePanel/>
        <ShortcutSheet/>
        <CommandPalette/>
        <Toasts/>
    }
}

/// The screens.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Screen {
    Waiting,
    Unreachable(String),
    Login,
    Mail,
    Settings(Page),
}

impl Screen {
    fn of(session: Session, place: &Place) -> Self {
        match (session, place) {
            (Session::Checking, _) => Self::Waiting,
            (Session::Unreachable(text), _) => Self::Unreachable(text),
            (Session::SignedOut, _) => Self::Login,
            (Session::SignedIn(_), Place::Settings(page)) => Self::Settings(*page),
            (Session::SignedIn(_), Place::Mail(_) | Place::Compose { .. }) => Self::Mail,
            // The moment between signing in and going on.
            (Session::SignedIn(_), Place::Login { .. }) => Self::Waiting,
        }
    }
}

/// The same as the loading screen before the app ran: nothing jumps.
#[component]
fn Waiting() -> impl IntoView {
    view! {
        <main class="splash" aria-busy="true">
            <h1 class="splash-name">"Postern"</h1>
            <p class="splash-text" role="status">"Opening your mail…"</p>
            <div class="splash-bar"></div>
        </main>
    }
}

#[component]
fn Unreachable(text: String) -> impl IntoView {
    view! {
        <main class="splash">
            <h1 class="splash-name">"Postern"</h1>
            <div class="notice error" role="alert">
                <Icon glyph=Glyph::Warning/>
                <p>{text}</p>
            </div>
            <div class="splash-bar"></div>
        </main>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_sees_mail_without_signing_in() {
        let signed_in = || Session::SignedIn(vec!["ada@demo.test".into()]);
        let login = Place::Login { next: None };
        assert_eq!(Screen::of(Session::SignedOut, &Place::default()), Screen::Login);
        assert_eq!(Screen::of(Session::Checking, &Place::default()), Screen::Waiting);
        assert_eq!(Screen::of(signed_in(), &Place::default()), Screen::Mail);
        assert_eq!(Screen::of(signed_in(), &login), Screen::Waiting);
        assert_eq!(
            Screen::of(signed_in(), &Place::Settings(Page::Keyboard)),
            Screen::Settings(Page::Keyboard)
        );
    }
}
