//! Signing in and out.

use crate::{
    model::failure::explain,
    net::http,
    state::{build, context::App},
};
use leptos::{prelude::*, task::spawn_local};
use postern_shared::{
    ids::AccountId,
    session::{HttpFailure, SessionInfo, SignIn, SignInOptions},
};
use std::time::Duration;

/// How long until an unreachable gateway is asked again.
const RETRY: Duration = Duration::from_secs(3);

/// Who is signed in, as far as it is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Session {
    /// The gateway is being asked.
    #[default]
    Checking,
    /// Nobody: show the sign-in page.
    SignedOut,
    /// These accounts, the first one signed in with first.
    SignedIn(Vec<AccountId>),
    /// The gateway cannot be reached: what to tell. It is asked again by itself.
    Unreachable(String),
}

impl App {
    /// What the sign-in page may offer.
    pub async fn sign_in_options(self) -> Result<SignInOptions, HttpFailure> {
        http::get("/api/servers").await
    }

    /// Signs in; on success [`App::session`] becomes [`Session::SignedIn`] and the socket opens.
    pub async fn sign_in(self, sign_in: SignIn) -> Result<SessionInfo, HttpFailure> {
        let info: SessionInfo = http::post("/api/session", &sign_in).await?;
        self.set_session(Session::SignedIn(info.accounts.clone()));
        Ok(info)
    }

    /// Signs out: [`App::session`] becomes [`Session::SignedOut`] once the gateway forgot the session. Where it cannot
    /// be reached the user is told, and stays signed in.
    pub fn sign_out(self) {
        spawn_local(async move {
            match http::delete("/api/session").await {
                Ok(()) => self.set_session(Session::SignedOut),
                Err(failure) if http::is_signed_out(&failure) => self.set_session(Session::SignedOut),
                Err(failure) => {
                    let why = explain(&failure.failure);
                    self.show_toast(format!("You are still signed in. {why}"), None, true);
                }
            }
        });
    }

    /// Asks the gateway who is signed in.
    pub(super) fn check_session(self) {
        spawn_local(async move {
            match http::get::<SessionInfo>("/api/session").await {
                Ok(info) => self.set_session(Session::SignedIn(info.accounts)),
                Err(failure) if http::is_signed_out(&failure) => self.set_session(Session::SignedOut),
                Err(failure) => self.gateway_unreachable(&failure),
            }
        });
    }

    /// The gateway refused a socket: the session may have ended, or the gateway may serve another build by now.
    pub(super) fn ask_why_refused(self) {
        self.check_session();
        spawn_local(build::reload_if_replaced());
    }

    pub(super) fn set_session(self, session: Session) {
        match session {
            Session::SignedIn(_) => self.connect(),
            Session::SignedOut => self.disconnect(),
            Session::Checking | Session::Unreachable(_) => {}
        }
        if self.session_signal.get_untracked() != session {
            self.session_signal.set(session);
        }
    }

    /// With mail on the screen the connection tries by itself, and the status line says so.
    fn gateway_unreachable(self, failure: &HttpFailure) {
        if matches!(self.session_signal.get_untracked(), Session::Checking | Session::Unreachable(_)) {
            self.set_session(Session::Unreachable(explain(&failure.failure)));
            set_timeout(move || self.check_session(), RETRY);
        }
    }
}
