//! Presentational attributes (WHATWG HTML §15): they stay in the HTML, and what dark surroundings make of them is told by
//! rules that every rule of the mail's own wins over. They belong into the page's layer `hints`.

use super::css::{self, BODY, Color, Colors, Role, Styling};
use std::{collections::BTreeSet, fmt::Write};

/// More colours are left as they are.
const LIMIT: usize = 500;

/// Text on a picture: the default colour, whatever the surroundings.
const INK: &str = "#1b1b1b";

/// The rules.
#[derive(Default)]
pub struct Hints {
    css: String,
    seen: BTreeSet<(&'static str, String)>,
}

impl Hints {
    /// Takes in an attribute that names a colour; answers how it is written.
    pub fn color(
        &mut self,
        card: &str,
        attribute: &'static str,
        value: &str,
        colors: Colors,
    ) -> Option<String> {
        let value = color(value)?;
        let (role, property) = match attribute {
            "bgcolor" => (Role::Ground, "background-color"),
            _ => (Role::Text, "color"),
        };
        if colors == Colors::Both && self.seen.len() < LIMIT && self.seen.insert((attribute, value.clone())) {
            self.rule(&format!(".{card} [{attribute}=\"{value}\"]"), property, &value, role, true);
        }
        Some(value)
    }

    /// Takes in what `<body>` says of the ground, the text and the links.
    pub fn root(&mut self, card: &str, [ground, text, link]: [&str; 3], colors: Colors) {
        let told = [
            (format!(".{card}"), "background-color", ground, Role::Ground),
            (format!(".{card} .{BODY}"), "color", text, Role::Text),
            (format!(".{card} [href]"), "color", link, Role::Text),
        ];
        for (selector, property, value, role) in told {
            if let Some(value) = color(value) {
                self.rule(&selector, property, &value, role, colors == Colors::Both);
            }
        }
    }

    /// Takes in the picture behind the whole mail.
    pub fn root_picture(&mut self, card: &str, address: &str, styling: &mut Styling) {
        let value = format!("background-image:url(\"{}\")", address.replace(['"', '\\', '\n'], ""));
        let declared = css::declarations(&mut cssparser::Parser::new(&value), styling);
        if !declared.is_empty() {
            self.css.extend([".", card, "{", &css::write(&declared), "}"]);
        }
    }

    /// Takes in that an element has a picture as its ground, which stays as it is.
    pub fn picture(&mut self, card: &str, colors: Colors) {
        if colors == Colors::Both && self.seen.insert(("background", String::new())) {
            self.css.extend([".", card, " [background]{color-scheme:light;color:", INK, "}"]);
        }
    }

    /// The rules, in the order in which they were met.
    pub fn finish(self) -> String {
        self.css
    }

    fn rule(&mut self, selector: &str, property: &str, value: &str, role: Role, both: bool) {
        let Some(light) = Color::parse(value) else { return };
        let dark = light.in_dark(role);
        // Writing to a string does not fail.
        let _ = if both && light != dark {
            write!(self.css, "{selector}{{{property}:light-dark({value},{dark})}}")
        } else {
            write!(self.css, "{selector}{{{property}:{value}}}")
        };
    }
}

/// A colour as attributes have it, with or without `#`.
fn color(value: &str) -> Option<String> {
    let value = value.trim().to_ascii_lowercase();
    let is_bare = matches!(value.len(), 3 | 6) && value.chars().all(|c| c.is_ascii_hexdigit());
    let value = if is_bare { format!("#{value}") } else { value };
    Color::parse(&value).map(|_| value)
}

/// A mail's classes under the names they have on our page.
pub fn classes(value: &str) -> String {
    value.split_ascii_whitespace().filter_map(css::name).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_of_attributes() {
        let mut hints = Hints::default();
        let table = [
            ("#EEE", Some("#eee")),
            ("eeeeee", Some("#eeeeee")),
            ("Red", Some("red")),
            ("x\"]{", None),
            ("", None),
        ];
        for (value, written) in table {
            assert_eq!(hints.color("_m1", "bgcolor", value, Colors::AsIs).as_deref(), written, "{value}");
        }
        hints.color("_m1", "bgcolor", "#fff", Colors::Both);
        hints.color("_m1", "bgcolor", "#FFF", Colors::Both);
        hints.color("_m1", "color", "#fff", Colors::Both);
        hints.root("_m1", ["000", "", "x"], Colors::Both);
        assert_eq!(
            hints.finish(),
            "._m1 [bgcolor=\"#fff\"]{background-color:light-dark(#fff,#181b20)}\
             ._m1 [color=\"#fff\"]{color:#fff}._m1{background-color:#000}"
        );
    }

    #[test]
    fn classes_get_their_prefix_once() {
        assert_eq!(classes(" a  m-b notice a:b _body é"), "m-a m-b m-notice m-_body m-é");
    }
}
