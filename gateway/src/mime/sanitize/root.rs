//! What `<html>` and `<body>` say of the whole page: its colours, its fonts, its direction. The elements themselves do
//! not get through; what they say is told to whoever makes the page.

use super::{remote::RemoteImages, style};
use html5gum::StartTag;

/// What is taken over. The page's own measures stay: a mail cannot hide all of itself.
const PROPERTIES: [&str; 8] = [
    "background",
    "background-color",
    "color",
    "direction",
    "font",
    "font-family",
    "font-size",
    "line-height",
];

/// Longer declarations are not looked at.
const LIMIT: usize = 8192;

/// Appends what a start tag of one of the two says, as declarations; its own style wins over its older attributes.
pub fn declare(tag: &StartTag<()>, declarations: &mut String) {
    let hints: [(&[u8], &str); 4] =
        [(b"bgcolor", "background-color:"), (b"text", "color:"), (b"dir", "direction:"), (b"style", "")];
    for (attribute, property) in hints {
        let Some(value) = tag.attributes.get(attribute) else { continue };
        let value = String::from_utf8_lossy(value);
        if declarations.len() + value.len() <= LIMIT {
            declarations.extend([property, &value, ";"]);
        }
    }
}

/// The declarations made safe.
pub fn filter(declarations: &str, remote: &mut RemoteImages) -> String {
    let filtered = style::filter(declarations, remote);
    let taken = |declaration: &&str| {
        declaration.split_once(':').is_some_and(|(property, _)| PROPERTIES.contains(&property))
    };
    filtered.split(';').filter(taken).collect::<Vec<_>>().join(";")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_fonts_and_direction_are_taken_over() {
        let table = [
            ("bgcolor:#222;", ""),
            ("background-color:#222;color:white;", "background-color:#222;color:white"),
            ("direction:rtl;font:12px Arial;", "direction:rtl;font:12px Arial"),
            ("display:none;width:0;max-height:0;opacity:0;color:red", "color:red"),
            ("background:url(https://a.test/x) #eee", "background:#eee"),
        ];
        for (declarations, css) in table {
            assert_eq!(filter(declarations, &mut RemoteImages::default()), css, "{declarations}");
        }
        let mut remote = RemoteImages::default();
        filter("background:url(https://a.test/x)", &mut remote);
        assert_eq!(remote.found().images, 1);
    }
}
