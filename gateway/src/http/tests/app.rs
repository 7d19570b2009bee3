use super::harness::{Gateway, ORIGIN, get};
use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use tempfile::TempDir;

const SCRIPT: &str = "/app-0123456789abcdef.js";

/// A gateway that serves an app from a folder.
async fn gateway() -> (Gateway, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let files = [
        ("index.html", "<meta name=\"postern-build\" content=\"b1\"><script>start()</script>"),
        ("index.html.br", "brotli page"),
        ("app-0123456789abcdef.js", "script"),
        ("app-0123456789abcdef.js.br", "brotli script"),
        ("app-0123456789abcdef.js.gz", "gzip script"),
        ("icon.svg", "<svg/>"),
    ];
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let lines = format!("app_dir = \"{}\"", folder.path().display());
    (Gateway::start(&lines).await, folder)
}

#[tokio::test]
async fn every_address_of_the_app_shows_its_page() {
    let (mut gateway, _folder) = gateway().await;
    for path in ["/", "/login", "/mail/ada@example.org/INBOX", "/settings/deleting"] {
        let answer = gateway.get(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        assert_eq!(answer.header(header::CONTENT_TYPE), Some("text/html; charset=utf-8"));
        assert_eq!(answer.header(header::CACHE_CONTROL), Some("no-cache"));
        assert!(answer.body.starts_with(b"<meta"));
    }
    // A name with a dot in it may be a missing file, or an account and a folder in the address line.
    let typed = get("/mail/ada@example.org/Lists.rust").header(header::ACCEPT, "text/html,*/*;q=0.8");
    assert_eq!(gateway.send(typed.body(Body::empty()).unwrap()).await.status, StatusCode::OK);
    for path in ["/missing.js", "/api/missing", "/../secret.txt", "/%2e%2e/secret.txt"] {
        assert_eq!(gateway.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let post = Request::post("/login").header(header::ORIGIN, ORIGIN).body(Body::empty()).unwrap();
    assert_eq!(gateway.send(post).await.status, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn hashed_files_are_kept_for_ever_and_come_compressed() {
    let (mut gateway, _folder) = gateway().await;
    let cases = [
        (None, None, "script"),
        (Some("br;q=0"), None, "script"),
        (Some("gzip"), Some("gzip"), "gzip script"),
        (Some("gzip, deflate, br"), Some("br"), "brotli script"),
    ];
    for (accepted, coding, body) in cases {
        let mut request = get(SCRIPT);
        if let Some(accepted) = accepted {
            request = request.header(header::ACCEPT_ENCODING, accepted);
        }
        let answer = gateway.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.body, body.as_bytes());
        assert_eq!(answer.header(header::CONTENT_ENCODING), coding);
        assert_eq!(answer.header(header::CONTENT_TYPE), Some("text/javascript; charset=utf-8"));
        assert_eq!(answer.header(header::CACHE_CONTROL), Some("public, max-age=31536000, immutable"));
        assert_eq!(answer.header(header::VARY), Some("accept-encoding"));
    }
    assert_eq!(gateway.get("/icon.svg").await.header(header::CACHE_CONTROL), Some("no-cache"));
}

#[tokio::test]
async fn what_the_browser_has_is_not_sent_again() {
    let (mut gateway, folder) = gateway().await;
    let etag = gateway.get("/").await.header(header::ETAG).unwrap().to_owned();
    let ask = || {
        get("/").header(header::IF_NONE_MATCH, format!("\"other\", W/{etag}")).body(Body::empty()).unwrap()
    };
    let answer = gateway.send(ask()).await;
    assert_eq!((answer.status, answer.body.len()), (StatusCode::NOT_MODIFIED, 0));
    assert_eq!(gateway.app.files.build().await, "b1");

    std::fs::write(folder.path().join("index.html"), "new").unwrap();
    assert_eq!(gateway.send(ask()).await.status, StatusCode::OK);
}

#[tokio::test]
async fn the_page_may_run_what_is_in_it_and_nothing_else() {
    let (mut gateway, _folder) = gateway().await;
    // The policy is that of the page's text, compressed or not.
    let request = get("/").header(header::ACCEPT_ENCODING, "br").body(Body::empty()).unwrap();
    let answer = gateway.send(request).await;
    assert_eq!(answer.body, b"brotli page");
    assert_eq!(
        answer.header(header::CONTENT_SECURITY_POLICY),
        Some(
            "default-src 'none'; script-src 'self' 'wasm-unsafe-eval' \
             'sha256-DIm7WJS6ZKDYe5qFLPy+h4JFI9Bol5QmYC57mt3Fb00='; style-src 'self'; connect-src 'self'; \
             img-src 'self' data: blob:; media-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; \
             frame-ancestors 'none'; object-src 'none'"
        )
    );
    assert_eq!(answer.header(header::X_CONTENT_TYPE_OPTIONS), Some("nosniff"));
    assert_eq!(answer.header(header::REFERRER_POLICY), Some("no-referrer"));
    assert_eq!(answer.headers["cross-origin-opener-policy"], "same-origin");
}
