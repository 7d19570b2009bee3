//! `/api/link/{ticket}`: the page that warns of a suspicious link before anybody follows it. Only the gateway makes tickets, so
//! nobody else can send people over this host to another one.

use super::error::ApiError;
use crate::{
    app::SharedApp,
    mime::{
        escape::escape,
        links::{Links, host::in_letters, judge::Link},
    },
    session::{LinkTicket, Token},
};
use axum::{
    extract::{Path, State},
    http::{HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use postern_shared::error::ErrorCode;
use sha2::{Digest, Sha256};
use std::sync::Arc;

const STYLE: &str = include_str!("link.css");

/// Where the links of a session's bodies lead.
pub fn links(app: &SharedApp, token: &Token) -> Links {
    let Some(issuer) = app.sessions.issuer::<LinkTicket>(token) else { return Links::default() };
    let warning = move |link: &Link| {
        let ticket = LinkTicket { url: link.url().clone(), text: link.text().to_owned() };
        Some(format!("/api/link/{}", issuer.ticket(&ticket)?))
    };
    Links { warning: Some(Arc::new(warning)) }
}

/// The page.
pub async fn show(State(app): State<SharedApp>, Path(ticket): Path<String>) -> Response {
    let (status, page) = match link(&app, &ticket).await {
        Ok(link) => (StatusCode::OK, warning(&link)),
        Err(error) => {
            let (status, failure) = error.into_parts();
            (status, refusal(failure.code))
        }
    };
    let style = BASE64_STANDARD.encode(Sha256::digest(STYLE));
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{style}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
    let policy = HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static("default-src 'none'"));
    let headers = [
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, no-store")),
    ];
    (status, headers, Html(page)).into_response()
}

async fn link(app: &SharedApp, ticket: &str) -> Result<Link, ApiError> {
    let (token, LinkTicket { url, text }) =
        app.sessions.opened(ticket).ok_or_else(ApiError::not_signed_in)?;
    app.sessions.open(&token).await?.ok_or_else(ApiError::not_signed_in)?;
    Link::new(url.as_str(), &text).ok_or_else(ApiError::not_signed_in)
}

fn warning(link: &Link) -> String {
    let mut content = String::new();
    if !link.text().is_empty() {
        content.push_str("<dt>The link says</dt><dd class=\"said\" dir=\"auto\">");
        escape(link.text(), &mut content);
        content.push_str("</dd>");
    }
    content.push_str("<dt>It leads to</dt><dd class=\"target\">");
    target(link, &mut content);
    content.push_str("</dd>");
    if let Some(letters) = in_letters(link.host()) {
        content.push_str("<dt>In letters, the host is</dt><dd class=\"target\"><strong>");
        escape(&letters, &mut content);
        content.push_str("</strong></dd>");
    }
    let mut reasons = String::new();
    for reason in link.reasons() {
        reasons.push_str("<li>");
        escape(&reason.to_string(), &mut reasons);
        reasons.push_str("</li>");
    }
    let (mut href, mut host) = (String::new(), String::new());
    escape(link.url().as_str(), &mut href);
    escape(link.host(), &mut host);
    page(&format!(
        "<dialog open aria-modal=\"true\" aria-labelledby=\"title\"><h1 id=\"title\">Check this link</h1>\
         <p>This link may not be what it seems.</p><dl>{content}</dl><ul>{reasons}</ul>\
         <p>If you did not expect this, close this tab: nothing has been opened yet.</p>\
         <p><a class=\"go\" href=\"{href}\" rel=\"noreferrer noopener nofollow\">Go to {host}</a></p></dialog>"
    ))
}

/// The address, with its host apart.
fn target(link: &Link, html: &mut String) {
    let (address, host) = (link.url().as_str(), link.host());
    // Before the host stands what may look like one: the last `@` before the path is where it begins.
    let scheme = address.find("://").map_or(0, |at| at + 3);
    let path = address
        .get(scheme..)
        .and_then(|rest| rest.find(['/', '?', '#']))
        .map_or(address.len(), |at| scheme + at);
    let authority = address.get(scheme..path).unwrap_or_default();
    let at = scheme + authority.rfind('@').map_or(0, |at| at + 1);
    let (before, rest) = address.split_at(at);
    let (host, after) = rest.split_at(host.len().min(rest.len()));
    escape(before, html);
    html.push_str("<strong>");
    escape(host, html);
    html.push_str("</strong>");
    escape(after, html);
}

fn refusal(code: ErrorCode) -> String {
    let why = match code {
        ErrorCode::NotSignedIn => {
            "It is too old, or you have signed out since. Open the message again and follow the link there."
        }
        _ => "Something went wrong here. Nothing has been opened. Try again later.",
    };
    page(&format!(
        "<dialog open aria-labelledby=\"title\"><h1 id=\"title\">This link cannot be checked</h1><p>{why}</p></dialog>"
    ))
}

fn page(content: &str) -> String {
    format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Check this link</title>\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"robots\" content=\"noindex\"><style>{STYLE}</style></head><body><main>{content}</main></body></html>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_shows_text_target_and_reasons_and_nothing_runs() {
        let link = Link::new("https://bank.test:login@evil.test:8443/?a=\"><script>", "<b>www.bank.test</b>")
            .unwrap();
        let page = warning(&link);
        assert!(page.contains("&lt;b&gt;www.bank.test&lt;/b&gt;"), "{page}");
        assert!(page.contains("https://bank.test:login@<strong>evil.test</strong>:8443/"), "{page}");
        assert!(page.contains("rel=\"noreferrer noopener nofollow\">Go to evil.test</a>"), "{page}");
        assert_eq!(page.matches("<li>").count(), 3, "{page}");
        assert!(!page.contains("<script") && !page.contains(" on"), "{page}");
        let imitation = warning(&Link::new("https://аррӏе.com/", "Go").unwrap());
        assert!(
            imitation.contains("<strong>аррӏе.com</strong>") && imitation.contains("<strong>xn--"),
            "{imitation}"
        );
    }
}
