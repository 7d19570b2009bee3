//! The app itself: its page under every address that is not a file, its files under their names.

use super::{
    app_files::{AppFile, AppFiles, INDEX},
    encoding::Coding,
    headers::app_policy,
};
use crate::app::SharedApp;
use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use percent_encoding::percent_decode_str;

/// A name that holds a digest of this length or more never changes its content.
const DIGEST: usize = 12;

const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const ASK_ALWAYS: HeaderValue = HeaderValue::from_static("no-cache");

/// `GET` of everything that is not the API's.
pub async fn show(State(app): State<SharedApp>, method: Method, uri: Uri, headers: HeaderMap) -> Response {
    if method != Method::GET && method != Method::HEAD {
        return (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "GET, HEAD")]).into_response();
    }
    let path = percent_decode_str(uri.path().trim_start_matches('/')).decode_utf8_lossy();
    match find(&app.files, &path, &headers).await {
        Some((name, plain)) => respond(&app.files, name, plain, &headers).await,
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// The file of that name, or the page where a person could have typed the address.
async fn find<'a>(files: &AppFiles, path: &'a str, headers: &HeaderMap) -> Option<(&'a str, AppFile)> {
    if let Some(file) = files.get(path).await {
        return Some((path, file));
    }
    let last = path.rsplit('/').next().unwrap_or_default();
    let page = !last.contains('.') || text(headers, header::ACCEPT).contains("text/html");
    if page { Some((INDEX, files.get(INDEX).await?)) } else { None }
}

async fn respond(files: &AppFiles, name: &str, plain: AppFile, headers: &HeaderMap) -> Response {
    let policy = app_policy(if name == INDEX { &plain.bytes } else { &[] });
    let (coding, file) = encoded(files, name, plain, headers).await;
    let unchanged = text(headers, header::IF_NONE_MATCH)
        .split(',')
        .any(|etag| etag.trim().trim_start_matches("W/") == file.etag);
    let status = if unchanged { StatusCode::NOT_MODIFIED } else { StatusCode::OK };
    let body = if unchanged { Body::empty() } else { Body::from(file.bytes) };

    let mut response = (status, body).into_response();
    let answer = response.headers_mut();
    answer.insert(header::CONTENT_TYPE, media_type(name));
    answer.insert(header::CACHE_CONTROL, if is_hashed(name) { FOR_EVER } else { ASK_ALWAYS });
    answer.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    answer.extend(HeaderValue::from_str(&file.etag).ok().map(|etag| (header::ETAG, etag)));
    answer.extend(coding.map(|coding| (header::CONTENT_ENCODING, HeaderValue::from_static(coding.name()))));
    answer.extend(policy.map(|policy| (header::CONTENT_SECURITY_POLICY, policy)));
    response
}

/// The smallest form of a file that the client takes.
async fn encoded(
    files: &AppFiles,
    name: &str,
    plain: AppFile,
    headers: &HeaderMap,
) -> (Option<Coding>, AppFile) {
    for coding in Coding::accepted(text(headers, header::ACCEPT_ENCODING)) {
        if let Some(file) = files.get(&format!("{name}{}", coding.suffix())).await {
            return (Some(coding), file);
        }
    }
    (None, plain)
}

fn text(headers: &HeaderMap, name: header::HeaderName) -> &str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

fn media_type(name: &str) -> HeaderValue {
    let guessed = mime_guess::from_path(name).first_or_octet_stream();
    let charset = if guessed.type_() == mime_guess::mime::TEXT { "; charset=utf-8" } else { "" };
    HeaderValue::try_from(format!("{guessed}{charset}"))
        .unwrap_or(HeaderValue::from_static("application/octet-stream"))
}

/// Whether the build step put the content's digest into the name.
fn is_hashed(name: &str) -> bool {
    name.split(|c: char| !c.is_ascii_alphanumeric())
        .any(|word| word.len() >= DIGEST && word.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashed_names_are_known() {
        let cases = [
            ("postern-web-1a2b3c4d5e6f7a8b_bg.wasm", true),
            ("app-1a2b3c4d5e6f7a8.js", true),
            ("snippets/leptos-0123456789abcdef/inline0.js", true),
            (INDEX, false),
            ("sw.js", false),
            ("manifest.webmanifest", false),
            ("feedface.js", false),
        ];
        for (name, expected) in cases {
            assert_eq!(is_hashed(name), expected, "{name}");
        }
    }

    #[test]
    fn media_types_are_those_browsers_want() {
        let cases = [
            (INDEX, "text/html; charset=utf-8"),
            ("a.js", "text/javascript; charset=utf-8"),
            ("a.wasm", "application/wasm"),
            ("a.css", "text/css; charset=utf-8"),
            ("a.svg", "image/svg+xml"),
            ("a", "application/octet-stream"),
        ];
        for (name, expected) in cases {
            assert_eq!(media_type(name), expected, "{name}");
        }
    }
}
