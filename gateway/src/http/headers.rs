//! What browsers are told to refuse: the app's content security policy, and the headers of every answer.

use crate::app::SharedApp;
use axum::{
    extract::{Request, State},
    http::{HeaderValue, header},
    middleware::Next,
    response::Response,
};
use base64::{Engine, prelude::BASE64_STANDARD};
use sha2::{Digest, Sha256};

/// Answers without a policy of their own are data and never a document.
const DATA_POLICY: HeaderValue =
    HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'; sandbox");

const HSTS: HeaderValue = HeaderValue::from_static("max-age=31536000");

const PERMISSIONS: HeaderValue = HeaderValue::from_static(
    "accelerometer=(), camera=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), payment=(), usb=()",
);

/// The app's policy. The inline scripts of its page are allowed by their hashes, so that the page can be compressed
/// when it is built.
pub fn app_policy(page: &[u8]) -> Option<HeaderValue> {
    let hashes: String = inline_scripts(&String::from_utf8_lossy(page))
        .map(|script| format!(" 'sha256-{}'", BASE64_STANDARD.encode(Sha256::digest(script))))
        .collect();
    let policy = format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'{hashes}; style-src 'self'; connect-src 'self'; \
         img-src 'self' data: blob:; media-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; \
         frame-ancestors 'none'; object-src 'none'"
    );
    HeaderValue::try_from(policy).ok()
}

/// Adds what every answer carries and its handler did not set.
pub async fn add(State(app): State<SharedApp>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let always = [
        (header::CONTENT_SECURITY_POLICY, DATA_POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
        (
            header::HeaderName::from_static("cross-origin-opener-policy"),
            HeaderValue::from_static("same-origin"),
        ),
        (
            header::HeaderName::from_static("cross-origin-resource-policy"),
            HeaderValue::from_static("same-origin"),
        ),
        (header::HeaderName::from_static("permissions-policy"), PERMISSIONS),
    ];
    let https = app.config.is_https().then_some((header::STRICT_TRANSPORT_SECURITY, HSTS));
    for (name, value) in always.into_iter().chain(https) {
        headers.entry(name).or_insert(value);
    }
    response
}

/// What stands between `<script>` without `src` and `</script>`, to the byte.
fn inline_scripts(html: &str) -> impl Iterator<Item = &str> {
    html.split("<script").skip(1).filter_map(|rest| {
        let (attributes, rest) = rest.split_once('>')?;
        let (script, _) = rest.split_once("</script")?;
        let external = attributes.split_ascii_whitespace().any(|attribute| attribute.starts_with("src="));
        (!external).then_some(script)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inline_scripts_are_allowed_by_their_hash_and_no_others() {
        let page = b"<script type=module>one</script><script src=\"/a.js\"></script><script>\ntwo\n</script>";
        let policy = app_policy(page).unwrap();
        let policy = policy.to_str().unwrap();
        for script in ["one", "\ntwo\n"] {
            let hash = BASE64_STANDARD.encode(Sha256::digest(script));
            assert!(policy.contains(&format!("'sha256-{hash}'")), "{policy}");
        }
        assert_eq!(policy.matches("sha256").count(), 2);
        assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"));
    }

    #[test]
    fn a_page_without_inline_scripts_allows_none() {
        let policy = app_policy(b"<script src=a.js></script><p>text").unwrap();
        assert!(policy.to_str().unwrap().contains("script-src 'self' 'wasm-unsafe-eval';"));
    }
}
