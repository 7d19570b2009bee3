use super::{
    judge::{Link, Reason},
    *,
};
use proptest::prelude::*;

fn reasons(href: &str, text: &str) -> Vec<Reason> {
    Link::new(href, text).unwrap().reasons()
}

fn desk() -> Links {
    Links { warning: Some(Arc::new(|link: &Link| Some(format!("/api/link/{}", link.host())))) }
}

#[test]
fn text_and_target_that_do_not_go_together() {
    let other = |named: &str| vec![Reason::OtherHost(named.to_owned())];
    let table = [
        ("https://example.org/a", "Example", vec![]),
        ("https://example.org/a", "https://example.org/b", vec![]),
        ("https://news.example.org/a", "www.example.org", vec![]),
        (
            "https://example.org/?u=https://bank.example.com",
            "example.org/?u=https://bank.example.com",
            vec![],
        ),
        ("https://example.org/", "Write to ada@example.com.", vec![]),
        ("https://example.org/", "see README.md, setup.py and e.g. version 1.2.3", vec![]),
        ("https://example.org/", "report.final.pdf", vec![]),
        ("https://example.org/", "", vec![]),
        ("https://evil.test/", "https://www.example.org/login", other("www.example.org")),
        ("https://evil.test/", "http:\\\\example.org", other("example.org")),
        ("https://evil.test/", "Sign in to example.org now", other("example.org")),
        ("https://evil.test/", "(www.bank.test)", other("www.bank.test")),
        ("https://evil.test/", "EXAMPLE.ORG/login", other("example.org")),
        ("https://evil.test/", "exa\u{ad}mple\u{200b}.org", other("example.org")),
        ("https://example.org.evil.test/", "example.org", other("example.org")),
        ("https://evil.test/example.org", "example.org", other("example.org")),
        ("https://evil.test/", "README.md/login", other("readme.md")),
        ("https://evil.test/", "192.0.2.7", other("192.0.2.7")),
        ("https://two.github.io/", "one.github.io", other("one.github.io")),
        ("https://evil.test/", "müller.de", other("xn--mller-kva.de")),
        ("https://müller.de/", "müller.de", vec![]),
    ];
    for (href, text, expected) in table {
        assert_eq!(reasons(href, text), expected, "{href} {text}");
    }
}

#[test]
fn addresses_that_people_misread() {
    let table = [
        ("https://example.org@evil.test/", vec![Reason::UserInfo]),
        ("https://example.org:login@evil.test/", vec![Reason::UserInfo]),
        ("http://2130706433/", vec![Reason::Number]),
        ("http://0x7f.1/", vec![Reason::Number]),
        ("http://[2001:db8::1]/", vec![Reason::Number]),
        ("https://example.org:8443/", vec![Reason::Port(8443)]),
        ("https://example.org:443/", vec![]),
        ("https://pаypal.com/", vec![Reason::Lookalike]),
        ("https://a:b@192.0.2.1:81/", vec![Reason::UserInfo, Reason::Number, Reason::Port(81)]),
        ("https://example.org/?utm_source=x&to=https://evil.test", vec![]),
    ];
    for (href, expected) in table {
        assert_eq!(reasons(href, "Go on"), expected, "{href}");
    }
}

#[test]
fn what_stands_in_a_links_place() {
    let place = |href: &str, text: &str| {
        let Placed { href, title } = desk().place(href, text);
        (href.unwrap_or_default(), title.unwrap_or_default())
    };
    let table = [
        (
            place("https://Example.org/a?utm_source=x#y", "a"),
            ("https://example.org/a?utm_source=x#y", "example.org — https://example.org/a?utm_source=x#y"),
        ),
        (
            place("https://evil.test/", "example.org"),
            ("/api/link/evil.test", "Check this link. It leads to evil.test — https://evil.test/"),
        ),
        (
            place("https://müller.de/", "a"),
            ("https://xn--mller-kva.de/", "müller.de (xn--mller-kva.de) — https://xn--mller-kva.de/"),
        ),
        (
            place("mailto:ada@a.test?subject=x&body=y", "a"),
            ("/compose?mailto=mailto%3Aada%40a%2Etest%3Fsubject%3Dx%26body%3Dy", "Write to ada@a.test"),
        ),
        (place("ftp://a.test/", "a"), ("", "")),
        (place("https://", "a"), ("", "")),
    ];
    for ((href, title), expected) in &table {
        assert_eq!((href.as_str(), title.as_str()), *expected);
    }
    let nowhere = Links::default().place("https://evil.test/", "example.org");
    assert_eq!(nowhere.href, None);
    let endless = format!("https://evil.test:1/{}", "a".repeat(WARNED_LIMIT));
    assert_eq!(desk().place(&endless, "a").href, None);
    assert!(desk().place(&endless, "a").title.unwrap().len() < 2 * TITLE_LIMIT);
}

#[test]
fn links_of_a_body() {
    let table = [
        ("<p>no link</p>", "<p>no link</p>".to_owned()),
        (
            "<a href=\"https://a.test/\" style=\"color:red\" title=\"https://bank.test\">x</a>",
            "<a href=\"https://a.test/\" title=\"a.test — https://a.test/\" style=\"color:red\">x</a>"
                .to_owned(),
        ),
        // The text in pieces, and entities in it.
        (
            "<a href=\"https://a.test/\"><b>exa</b><i title=\"bank.test\">mple<wbr>&#46;org</i></a> <i title=\"x\">y</i>",
            "<a href=\"/api/link/a.test\" title=\"Check this link. It leads to a.test — https://a.test/\">\
             <b>exa</b><i>mple<wbr>&#46;org</i></a> <i title=\"x\">y</i>"
                .to_owned(),
        ),
        ("<a href=\"javascript:x\">x</a>", "<a>x</a>".to_owned()),
        // Ours are made, not taken over.
        ("<a href=\"/api/link/x\">x</a><a href=\"/compose?mailto=x\">y</a>", "<a>x</a><a>y</a>".to_owned()),
        (
            "<a href=\"https://a.test/\">x",
            "<a href=\"https://a.test/\" title=\"a.test — https://a.test/\">x".to_owned(),
        ),
    ];
    for (html, expected) in table {
        let rewritten = rewrite(html, &desk());
        assert_eq!(rewritten.html, expected, "{html}");
        let issued = rewritten.html.contains(" href=");
        assert_eq!(!rewritten.issued.is_empty(), issued, "{html}");
    }
}

proptest! {
    #[test]
    fn suspicion_never_fails_and_direct_links_have_no_reason(
        href in "https?://([a-zа-я0-9.@:%-]{0,20})(/[ -~]{0,10})?",
        text in "[ -~а-яü。]{0,40}",
    ) {
        let placed = desk().place(&href, &text);
        if let Some(direct) = placed.href.filter(|href| href.starts_with("http")) {
            prop_assert!(Link::new(&direct, &text).unwrap().reasons().is_empty());
        }
    }
}
