//! What `<html>` and `<body>` say of the whole page. The elements themselves do not get through: two of ours stand for
//! them, the card that the mail lies on, and the body on it.

use super::{
    css::{self, BODY, Declaration, Styling, declarations, is_ground},
    hint::{self, Hints},
};
use crate::mime::escape::escape;
use cssparser::Parser;
use html5gum::StartTag;

/// Longer attributes are not looked at.
const LIMIT: usize = 8192;

/// The attributes of the two, as the mail has them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Root {
    /// Declarations of both.
    style: String,
    /// Classes of both.
    class: String,
    id: String,
    dir: String,
    lang: String,
    bgcolor: String,
    background: String,
    text: String,
    link: String,
}

impl Root {
    /// Takes in a start tag of one of the two. Styles and classes add up; else the last one counts.
    pub fn add(&mut self, tag: &StartTag<()>) {
        let told: [(&[u8], &mut String, Option<char>); 9] = [
            (b"style", &mut self.style, Some(';')),
            (b"class", &mut self.class, Some(' ')),
            (b"id", &mut self.id, None),
            (b"dir", &mut self.dir, None),
            (b"lang", &mut self.lang, None),
            (b"bgcolor", &mut self.bgcolor, None),
            (b"background", &mut self.background, None),
            (b"text", &mut self.text, None),
            (b"link", &mut self.link, None),
        ];
        for (attribute, kept, separator) in told {
            let Some(value) = tag.attributes.get(attribute) else { continue };
            let value = String::from_utf8_lossy(value);
            let before = if separator.is_some() { kept.len() } else { 0 };
            if before + value.len() > LIMIT {
                continue;
            }
            match separator {
                Some(separator) => kept.push(separator),
                None => kept.clear(),
            }
            kept.push_str(&value);
        }
    }

    /// The start tags of the two elements, made safe. What they say by older attributes goes to the hints.
    pub fn open(&self, card: &str, classes: &str, styling: &mut Styling, hints: &mut Hints) -> String {
        let mut declared = declarations(&mut Parser::new(&self.style), styling);
        // What the body must keep is important on our page, and nothing of the mail's wins over it.
        declared.iter_mut().for_each(|declaration| declaration.important = false);
        let (ground, rest): (Vec<Declaration>, Vec<Declaration>) =
            declared.into_iter().partition(|declaration| is_ground(declaration.property));
        let mut tags = "<div".to_owned();
        attribute("class", classes, &mut tags);
        attribute("style", &css::write(&ground), &mut tags);
        tags.push_str("><div");
        attribute("class", format!("{BODY} {}", hint::classes(&self.class)).trim_end(), &mut tags);
        attribute("id", &css::name(self.id.trim()).unwrap_or_default(), &mut tags);
        let dir = ["ltr", "rtl", "auto"].into_iter().find(|dir| self.dir.trim().eq_ignore_ascii_case(dir));
        attribute("dir", dir.unwrap_or_default(), &mut tags);
        let lang =
            Some(self.lang.trim()).filter(|lang| lang.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'));
        attribute("lang", lang.unwrap_or_default(), &mut tags);
        attribute("style", &css::write(&rest), &mut tags);
        tags.push('>');
        hints.root(card, [&self.bgcolor, &self.text, &self.link], styling.colors);
        if !self.background.is_empty() {
            hints.root_picture(card, &self.background, styling);
        }
        tags
    }
}

fn attribute(name: &str, value: &str, tags: &mut String) {
    if !value.is_empty() {
        tags.extend([" ", name, "=\""]);
        escape(value, tags);
        tags.push('"');
    }
}
