//! What is shown follows the place: signing in, the list's view, the opened message, the window's title.

use super::{
    history::Route,
    place::{MailPlace, Place},
};
use crate::{
    model::opened::Detail,
    state::{
        context::App,
        reactive::{effect, memo},
        session::Session,
    },
    ui::folders::tree::display_name,
};
use leptos::prelude::*;
use postern_shared::{
    account::AccountKind,
    folder::{Folder, Role},
    ids::{AccountId, FolderId},
    view::{Scope, ViewSpec},
    writing::Beginning,
};

/// Makes the app follow the place for as long as it runs.
pub fn follow(app: App, route: Route) {
    follow_session(app, route);
    follow_view(app, route);
    follow_message(app, route);
    follow_compose(app, route);
    follow_title(app);
}

/// Begins the message that the place names, and makes room for the mail.
fn follow_compose(app: App, route: Route) {
    effect(move || {
        let Place::Compose { mailto } = route.place().get() else { return };
        if app.account.with(Option::is_some) {
            app.write(if mailto.is_empty() { Beginning::Blank } else { Beginning::Mailto(mailto) });
            route.replace(&Place::default());
        }
    });
}

/// Who is not signed in goes to the sign-in page, and back to where they wanted to go.
fn follow_session(app: App, route: Route) {
    effect(move || match (app.session.get(), route.place().get()) {
        (Session::SignedOut, place @ (Place::Mail(_) | Place::Settings(_) | Place::Compose { .. })) => {
            let next = (place != Place::default()).then(|| place.url());
            route.replace(&Place::Login { next });
        }
        (Session::SignedIn(_), Place::Login { next }) => route.replace_with_path(next.as_deref()),
        _ => {}
    });
}

/// Opens the view the place names. A place that leaves account or folder open is completed first.
fn follow_view(app: App, route: Route) {
    let inbox = memo(move || app.folders.with(|folders| inbox(folders)));
    let account = memo(move || {
        app.account.get().map(|account| {
            let hide = account.deleting.hide_deleted && account.kind == AccountKind::Imap;
            (account.id, hide)
        })
    });
    let shown = memo(move || match route.place().get() {
        Place::Mail(place) => Some(place.closed()),
        _ => None,
    });
    effect(move || {
        let (Some(place), Some((first, hide))) = (shown.get(), account.get()) else { return };
        let Session::SignedIn(accounts) = app.session.get() else { return };
        let known = place.account.as_ref().is_some_and(|account| accounts.contains(account));
        match (known, &place.account, &place.folder) {
            (true, Some(account), Some(folder)) => app.open_view(account.clone(), spec(&place, folder, hide)),
            _ => complete(route, place, known, first, inbox.get()),
        }
    });
}

fn complete(route: Route, place: MailPlace, known: bool, first: AccountId, inbox: Option<FolderId>) {
    // A folder of an account that is not here is no folder of the one that is.
    let folder = place.folder.clone().filter(|_| known || place.account.is_none());
    if let Some(folder) = folder.or(inbox) {
        let account = place.account.clone().filter(|_| known).or(Some(first));
        route.replace(&Place::Mail(MailPlace { account, folder: Some(folder), ..place }));
    }
}

fn inbox(folders: &[Folder]) -> Option<FolderId> {
    let inbox = folders.iter().find(|folder| folder.role == Some(Role::Inbox));
    inbox.or_else(|| folders.iter().find(|folder| folder.selectable)).map(|folder| folder.id.clone())
}

fn spec(place: &MailPlace, folder: &FolderId, hide: bool) -> ViewSpec {
    ViewSpec {
        scope: Scope::Folder(folder.clone()),
        query: place.query.clone(),
        sort: place.sort,
        hide_deleted: place.hide_deleted.unwrap_or(hide),
    }
}

/// Opens the message the place names, and leaves the place when the message is gone.
fn follow_message(app: App, route: Route) {
    let named = memo(move || match route.place().get() {
        Place::Mail(place) => place.message,
        _ => None,
    });
    let ready = memo(move || app.account.with(Option::is_some));
    effect(move || {
        if !ready.get() {
            return;
        }
        match named.get() {
            Some(key) => app.open_message(key),
            None => app.close_message(),
        }
    });
    effect(move || {
        let gone = app.opened.with(|opened| {
            opened.as_ref().filter(|opened| opened.detail == Detail::Gone).map(|opened| opened.key.clone())
        });
        if gone.is_some() && gone == named.get_untracked() {
            route.close_message();
        }
    });
}

fn follow_title(app: App) {
    let title = memo(move || {
        let folder = app.folder.get();
        folder.map_or_else(
            || "Postern".to_owned(),
            |folder| {
                let name = display_name(&folder);
                match folder.counts.map_or(0, |counts| counts.unread) {
                    0 => format!("{name} · Postern"),
                    unread => format!("{name} ({unread}) · Postern"),
                }
            },
        )
    });
    effect(move || document().set_title(&title.get()));
}
