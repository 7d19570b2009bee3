//! The addresses in HTML of a mail: which it may keep, which lead away.

use crate::mime::file_name::percent_decode;

/// An embedded picture of more bytes is left out.
const EMBEDDED_LIMIT: usize = 4 * 1024 * 1024;

/// The target of a link: an absolute address of the web or of mail, without characters that browsers drop from it.
pub fn link(href: &str) -> Option<String> {
    let href = clean(href);
    let allowed = ["http://", "https://", "mailto:"].iter().any(|scheme| has_prefix(&href, scheme));
    allowed.then_some(href)
}

/// The Content-ID of a `cid:` address (RFC 2392).
pub fn content_id(src: &str) -> Option<String> {
    let src = clean(src);
    let id = src.get(4..).filter(|_| has_prefix(&src, "cid:"))?;
    let mut bytes = Vec::new();
    percent_decode(id.as_bytes(), &mut bytes);
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// A `data:` address of a raster image, in base64.
pub fn embedded_picture(src: &str) -> Option<String> {
    if src.len() > EMBEDDED_LIMIT {
        return None;
    }
    let src: String = src.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    let (head, data) = src.split_once(',')?;
    let head = head.to_ascii_lowercase();
    let media_type = head.strip_prefix("data:image/")?.strip_suffix(";base64")?;
    let raster = matches!(media_type, "png" | "jpeg" | "jpg" | "gif" | "webp" | "bmp");
    let base64 = data.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '='));
    (raster && base64).then(|| format!("{head},{data}"))
}

/// Whether an address leads away from this machine.
pub fn is_remote(url: &str) -> bool {
    let url = url.trim_start_matches(|c: char| c.is_ascii_whitespace() || c.is_ascii_control());
    let starts =
        |prefix: &str| url.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
    starts("http:") || starts("https:") || starts("//") || starts("\\\\") || starts("/\\") || starts("ftp:")
}

/// As browsers read addresses: without surrounding white space, line breaks and tabs (WHATWG URL §4.4).
fn clean(address: &str) -> String {
    let around = |c: char| c <= ' ';
    address.trim_matches(around).chars().filter(|c| !c.is_control()).collect()
}

fn has_prefix(text: &str, prefix: &str) -> bool {
    text.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links() {
        for href in ["https://a.test/x?y#z", "HTTP://a.test", "mailto:a@b.test?subject=x", " https://a.test "]
        {
            assert_eq!(link(href).as_deref(), Some(href.trim()), "{href}");
        }
        let refused = [
            "javascript:alert(1)",
            " java\nscript:alert(1)",
            "\u{1}javascript:alert(1)",
            "data:text/html,<script>",
            "vbscript:x",
            "file:///etc/passwd",
            "blob:https://a.test/x",
            "//a.test/x",
            "/api/session",
            "#top",
            "?x",
            "",
        ];
        for href in refused {
            assert_eq!(link(href), None, "{href:?}");
        }
        assert_eq!(link("ht\ntps://a.test/").as_deref(), Some("https://a.test/"));
    }

    #[test]
    fn pictures() {
        assert_eq!(content_id("cid:logo%40mail@a.test").as_deref(), Some("logo@mail@a.test"));
        assert_eq!(content_id("CID:x").as_deref(), Some("x"));
        assert_eq!(content_id("https://a.test/cid:x"), None);
        let png = "data:image/png;base64,iVBORw0KGgo=";
        assert_eq!(embedded_picture(png).as_deref(), Some(png));
        assert_eq!(embedded_picture("DATA:Image/PNG;base64,\n iVBORw0KGgo=").as_deref(), Some(png));
        for refused in [
            "data:image/svg+xml;base64,PHN2Zz4=",
            "data:text/html;base64,PHNjcmlwdD4=",
            "data:image/png,<svg>",
            "data:image/png;charset=x;base64,AA",
            "data:image/png;base64,AA\"onerror=1",
            "https://a.test/data:image/png;base64,AA",
        ] {
            assert_eq!(embedded_picture(refused), None, "{refused}");
        }
    }
}
