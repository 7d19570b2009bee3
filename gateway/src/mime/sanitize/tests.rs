use super::*;

mod styles;

const PIXEL: &str = "data:image/gif;base64,R0lGODlhAQABAAAAACw=";

fn pictures() -> HashMap<String, String> {
    HashMap::from([("logo@mail".to_owned(), PIXEL.to_owned())])
}

fn clean(html: &str) -> Sanitized {
    sanitize(html, &Surroundings { pictures: pictures(), scheme: Scheme::Light, ..Surroundings::default() })
}

#[test]
fn what_a_mail_may_say() {
    let table = [
        ("<p style='color:red'>a <b>b</b></p>", "<p style=\"color:red\">a <b>b</b></p>".to_owned()),
        (
            "<a href=https://a.test/?x&y>go</a>",
            "<a href=\"https://a.test/?x&amp;y\" title=\"a.test — https://a.test/?x&amp;y\" target=\"_blank\" rel=\"noopener noreferrer nofollow\">go</a>".to_owned(),
        ),
        ("<img src='cid:logo%40mail' alt=Logo>", format!("<img alt=\"Logo\" src=\"{PIXEL}\">")),
        (&format!("<img src='{PIXEL}'>"), format!("<img src=\"{PIXEL}\">")),
        (
            "<table width=600 bgcolor=#eee><td colspan=2 align=center>x",
            "<table bgcolor=\"#eee\" width=\"600\"><tbody><tr><td align=\"center\" colspan=\"2\">x</td></tr></tbody></table>"
                .to_owned(),
        ),
        ("<html><head><title>t</title></head><body>b</body></html>", "b".to_owned()),
        ("<p dir=rtl lang=he>שלום", "<p dir=\"rtl\" lang=\"he\">שלום</p>".to_owned()),
    ];
    for (html, safe) in table {
        assert_eq!(clean(html).html, safe, "{html}");
    }
}

/// Reads HTML into a tree and writes it again, changing nothing.
fn read_again(html: &str) -> String {
    let own = vocabulary::ELEMENT_ATTRIBUTES.iter().flat_map(|(_, attributes)| attributes.iter());
    let attributes = vocabulary::ATTRIBUTES.iter().chain(own).chain(&["target", "rel"]).copied();
    Builder::empty()
        .tags(vocabulary::ELEMENTS.iter().map(|(name, _)| *name).collect())
        .generic_attributes(attributes.collect())
        .url_schemes(HashSet::from(["http", "https", "data"]))
        .url_relative(UrlRelative::PassThrough)
        .link_rel(None)
        .clean(html)
        .to_string()
}

/// Each line teaches a rule; none may leave anything that runs, loads, submits or leaves the frame.
const HOSTILE: &[&str] = &[
    // Scripts, directly and by handlers
    "<script>alert(1)</script>x",
    "<scr<script>ipt>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<body onload=alert(1)><p onmouseover=alert(1) onclick='x'>a",
    "<svg/onload=alert(1)>",
    "<svg><animate xlink:href=#x attributeName=href values=javascript:alert(1)><a id=x><text>y",
    "<svg><set attributeName=onmouseover to=alert(1)>",
    "<svg><use href='data:image/svg+xml,<svg onload=alert(1)>'>",
    "<svg><foreignObject><iframe srcdoc='<script>alert(1)</script>'>",
    "<math><maction actiontype=statusline xlink:href=javascript:alert(1)>x",
    "<math href=javascript:alert(1)><mtext>x",
    "<a href='java\tscript:alert(1)'>a</a><a href='&#1;javascript:alert(1)'>b</a><a href=JaVaScRiPt:alert(1)>c</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>a</a><a href=vbscript:x>b</a>",
    "<img src='data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9YWxlcnQoMSk+'><img src=data:text/html,x>",
    // The parser's turns: what is text on one reading is markup on the next
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<style><img title='</style><img src=x onerror=alert(1)>'></style>",
    "<title><img title='</title><img src=x onerror=alert(1)>'>",
    "<textarea><p title='</textarea><img src=x onerror=alert(1)>'>",
    "<xmp><p title='</xmp><img src=x onerror=alert(1)>'>",
    "<noembed><p title='</noembed><img src=x onerror=alert(1)>'>",
    "<iframe><p title='</iframe><img src=x onerror=alert(1)>'>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<form><math><mtext></form><form><mglyph><svg><mtext><style><path id='</style><img onerror=alert(1) src>'>",
    "<svg></p><style><a id='</style><img src=1 onerror=alert(1)>'>",
    "<math><annotation-xml encoding=text/html><style><img title='</style><img src=x onerror=alert(1)>'>",
    "<template><script>alert(1)</script><img src=x onerror=alert(1)></template>",
    "<select><template><style><!--</style><a rel='--></style></template></select><img src=x onerror=alert(1)>'>",
    "<!--><img src=x onerror=alert(1)>--><!--!><img src=x onerror=alert(1)>",
    "<![CDATA[<img src=x onerror=alert(1)>]]><?xml <img src=x onerror=alert(1)>?>",
    "<plaintext><img src=x onerror=alert(1)>",
    "<table><td background='x' style='a:b'><style></table><img src=x onerror=alert(1)></style>",
    "<b <script>alert(1)</script>0",
    "<a title=\"'><img src=x onerror=alert(1)>\">",
    "<p title='`&quot;><script>alert(1)</script>'>",
    "<x:script xmlns:x='http://www.w3.org/1999/xhtml'>alert(1)</x:script>",
    // Requests without a click
    "<img srcset='https://a.test/x 1x' src=//a.test/x>",
    "<img src='\\\\a.test\\x'><img src=https:a.test><img src='ht\ntps://a.test/x'>",
    "<picture><source srcset=https://a.test/x><img></picture>",
    "<video poster=https://a.test/x src=https://a.test/y><track src=https://a.test/z></video><audio src=//a.test autoplay>",
    "<table background=https://a.test/x><td background=https://a.test/y>z",
    "<p style='background:url(https://a.test/x)'>a",
    "<p style='background-image:image-set(\"https://a.test/x\" 1x);cursor:url(//a.test/y),auto'>a",
    "<p style='list-style:url(https://a.test/x);content:url(//a.test/x)'>a",
    "<p style=\"width:expression(alert(1));behavior:url(//a.test/x);-moz-binding:url(//a.test/x)\">a",
    "<p style='ba\\63kground:u\\72l(https://a.test/x)'>a",
    "<p style='font-family:\"</style><img src=x onerror=alert(1)>\"'>a",
    "<style>@import 'https://a.test/x';body{background:url(//a.test)}</style>",
    "<link rel=stylesheet href=https://a.test/x><link rel=dns-prefetch href=//a.test><link rel=preload href=//a.test>",
    "<meta http-equiv=refresh content='0;url=https://a.test'><base href=https://a.test/>",
    "<iframe src=https://a.test></iframe><frameset><frame src=//a.test></frameset><object data=//a.test><embed src=//a.test>",
    "<input type=image src=https://a.test/x><body background=https://a.test/x>",
    "<a href=https://b.test ping=https://a.test download=x attributionsrc=//a.test>a",
    "<blockquote cite=https://a.test/x><q cite=//a.test>a<del cite=//a.test>",
    "<img src=https://b.test lowsrc=https://a.test dynsrc=//a.test longdesc=//a.test usemap=#x><map name=x><area href=//a.test></map>",
    // Forms and names
    "<form action=https://a.test><input name=x><button formaction=javascript:alert(1)>a</button></form>",
    "<isindex action=//a.test><keygen><select><option>a</select><label for=x>b",
    "<p id=body class=x name=cookie><a name=top href=#top>a",
    // What covers the page
    "<div style='position:fixed;top:0;left:0;z-index:99;width:100%'>a</div>",
    "<div style='margin-top:-500px;transform:translateY(-9em)'>a</div>",
    "<dialog open>a</dialog><p popover tabindex=1 accesskey=x contenteditable autofocus slot=x is=y>b",
];

/// Reads HTML as a browser would, and says what in it a mail must not have.
fn violations(html: &str) -> Vec<String> {
    let mut found = Vec::new();
    for Ok(token) in html5gum::Tokenizer::new(html) {
        match token {
            html5gum::Token::StartTag(tag) => {
                let name = String::from_utf8(tag.name.0).unwrap();
                if vocabulary::element(&name).is_none() {
                    found.push(format!("<{name}>"));
                }
                for (attribute, value) in &tag.attributes {
                    let attribute = String::from_utf8(attribute.0.clone()).unwrap();
                    let value = String::from_utf8(value.0.clone()).unwrap();
                    if !is_harmless(&name, &attribute, &value) {
                        found.push(format!("<{name} {attribute}={value}>"));
                    }
                }
            }
            html5gum::Token::Comment(_) | html5gum::Token::Doctype(_) => found.push(format!("{token:?}")),
            _ => {}
        }
    }
    found
}

fn is_harmless(element: &str, attribute: &str, value: &str) -> bool {
    match (element, attribute) {
        ("a", "href") => {
            ["http://", "https://", "/compose?mailto="].iter().any(|scheme| value.starts_with(scheme))
        }
        ("a", "target") => value == "_blank",
        ("a", "rel") => value == "noopener noreferrer nofollow",
        ("img", "src") => value.starts_with("data:image/") && !value.contains("svg"),
        (_, "style") => is_harmless_css(value),
        (_, "id" | "class") => value.split(' ').all(|name| name.starts_with("m-")),
        (_, "background") => value.starts_with("data:image/") && !value.contains("svg"),
        (_, "srcset" | "name") => false,
        _ => !attribute.starts_with("on") && vocabulary::has_attribute(element, attribute),
    }
}

fn is_harmless_css(css: &str) -> bool {
    let css = css.replace(&format!("url(\"{PIXEL}\")"), "").to_lowercase();
    let bad = [
        "url",
        "expression",
        "position",
        "\\",
        "<",
        "-500",
        "var(",
        "@import",
        "http",
        "content",
        "@font",
        "script",
    ];
    !bad.iter().any(|bad| css.contains(bad))
}

#[test]
fn nothing_hostile_is_left() {
    for html in HOSTILE {
        for html in [(*html).to_owned(), format!("<table><tr><td>{html}"), format!("<p><b>{html}</b>")] {
            let safe = clean(&html).html;
            assert_eq!(violations(&safe), Vec::<String>::new(), "{html} became {safe}");
            assert_eq!(read_again(&safe), safe, "read again, {html} changes");
        }
    }
}

#[test]
fn blocked_images_are_counted() {
    let table = [
        ("<img src=https://a.test/1><img src=//a.test/2>", 2),
        ("<td><table background=http://a.test/1><tr><td style='background:url(http://a.test/2) red'>x", 2),
        ("<img src=https://a.test/1 srcset='https://a.test/2 2x'>", 1),
        ("<img src=cid:logo@mail><img src=cid:unknown><img src=local.png>", 0),
        (&format!("<img src={PIXEL}>"), 0),
    ];
    for (html, blocked) in table {
        assert_eq!(clean(html).remote.images, blocked, "{html}");
    }
}

#[test]
fn shown_pictures_are_told() {
    let sanitized = clean("<img src=cid:logo@mail><img src=CID:logo%40mail><img src=cid:unknown>");
    assert_eq!(sanitized.shown, BTreeSet::from(["logo@mail".to_owned()]));
}

#[test]
fn depth_and_size_are_survived() {
    for html in [
        "<div>".repeat(100_000),
        "<b>".repeat(10_000) + &"<p>x".repeat(10_000),
        "<table><td>".repeat(10_000),
        "<table>".to_owned() + &"x<p>".repeat(10_000),
        format!("<a {}>x", "b=c ".repeat(20_000)),
        format!("<p style='{}'>x", "(".repeat(8_000)),
        format!("<p style='{}'>x", "color:red;".repeat(800)),
    ] {
        let safe = clean(&html).html;
        assert!(safe.len() <= 3 * html.len() + 10_000, "{} became {}", html.len(), safe.len());
    }
}
