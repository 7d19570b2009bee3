//! The session cookie (RFC 6265bis): only for this host, out of reach of scripts, never sent with another site's
//! requests.

use crate::session::Token;
use axum::http::{HeaderMap, HeaderValue, header::InvalidHeaderValue};
use axum_extra::extract::CookieJar;
use std::time::Duration;

/// The name over https; the prefix makes browsers refuse it without `Secure`, with `Domain`, or with another path.
const SECURE: &str = "__Host-postern";

/// The name over plain http, which is for this machine alone.
const PLAIN: &str = "postern";

/// The session that a request's cookie names.
pub fn token(headers: &HeaderMap, https: bool) -> Option<Token> {
    Token::parse(CookieJar::from_headers(headers).get(name(https))?.value())
}

/// `Set-Cookie` for a session. Without a lifetime it ends with the browser.
pub fn set(
    token: &Token,
    lifetime: Option<Duration>,
    https: bool,
) -> Result<HeaderValue, InvalidHeaderValue> {
    let age = lifetime.map_or_else(String::new, |lifetime| format!("; Max-Age={}", lifetime.as_secs()));
    let mut value =
        HeaderValue::from_str(&format!("{}={}{}{age}", name(https), token.reveal(), attributes(https)))?;
    value.set_sensitive(true);
    Ok(value)
}

/// `Set-Cookie` that takes the cookie away.
pub fn clear(https: bool) -> Result<HeaderValue, InvalidHeaderValue> {
    HeaderValue::from_str(&format!("{}={}; Max-Age=0", name(https), attributes(https)))
}

fn name(https: bool) -> &'static str {
    if https { SECURE } else { PLAIN }
}

fn attributes(https: bool) -> &'static str {
    if https { "; Path=/; HttpOnly; SameSite=Strict; Secure" } else { "; Path=/; HttpOnly; SameSite=Strict" }
}
