//! What of HTML a mail may use: text, tables, links and pictures. No script, style sheet, form, frame, media, SVG,
//! MathML or template, and no attribute that addresses or loads anything but a link and a picture.

use Kind::{Block, Caption, Cell, Definition, Formatting, Heading, Item, Phrase, Row, Section, Table, Void};

/// How an element takes part in HTML's rules for tags left out (WHATWG HTML §13.2.6.4.7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Has no content.
    Void,
    /// Goes on in the next block if it was left open.
    Formatting,
    /// Inside a line.
    Phrase,
    /// Ends an open paragraph.
    Block,
    /// A block that ends another heading.
    Heading,
    /// A block that ends the item before.
    Item,
    /// A block that ends the term or definition before.
    Definition,
    /// `table`.
    Table,
    /// `caption`.
    Caption,
    /// `thead`, `tbody`, `tfoot`.
    Section,
    /// `tr`.
    Row,
    /// `td`, `th`.
    Cell,
}

/// The elements, in alphabetical order.
pub const ELEMENTS: &[(&str, Kind)] = &[
    ("a", Formatting),
    ("abbr", Phrase),
    ("address", Block),
    ("article", Block),
    ("aside", Block),
    ("b", Formatting),
    ("bdi", Phrase),
    ("bdo", Phrase),
    ("big", Formatting),
    ("blockquote", Block),
    ("br", Void),
    ("caption", Caption),
    ("center", Block),
    ("cite", Phrase),
    ("code", Formatting),
    ("dd", Definition),
    ("del", Phrase),
    ("details", Block),
    ("dfn", Phrase),
    ("dir", Block),
    ("div", Block),
    ("dl", Block),
    ("dt", Definition),
    ("em", Formatting),
    ("figcaption", Block),
    ("figure", Block),
    ("font", Formatting),
    ("footer", Block),
    ("h1", Heading),
    ("h2", Heading),
    ("h3", Heading),
    ("h4", Heading),
    ("h5", Heading),
    ("h6", Heading),
    ("header", Block),
    ("hr", Void),
    ("i", Formatting),
    ("img", Void),
    ("ins", Phrase),
    ("kbd", Phrase),
    ("li", Item),
    ("main", Block),
    ("mark", Phrase),
    ("menu", Block),
    ("nav", Block),
    ("ol", Block),
    ("p", Block),
    ("pre", Block),
    ("q", Phrase),
    ("s", Formatting),
    ("samp", Phrase),
    ("section", Block),
    ("small", Formatting),
    ("span", Phrase),
    ("strike", Formatting),
    ("strong", Formatting),
    ("sub", Phrase),
    ("summary", Block),
    ("sup", Phrase),
    ("table", Table),
    ("tbody", Section),
    ("td", Cell),
    ("tfoot", Section),
    ("th", Cell),
    ("thead", Section),
    ("time", Phrase),
    ("tr", Row),
    ("tt", Formatting),
    ("u", Formatting),
    ("ul", Block),
    ("var", Phrase),
    ("wbr", Void),
];

/// The attributes of every element.
pub const ATTRIBUTES: &[&str] = &[
    "align", "bgcolor", "border", "class", "color", "dir", "face", "height", "id", "lang", "size", "style",
    "title", "valign", "width",
];

/// The attributes of single elements. `srcset` never gets through.
pub const ELEMENT_ATTRIBUTES: &[(&str, &[&str])] = &[
    ("a", &["href"]),
    ("blockquote", &["type"]),
    ("img", &["alt", "hspace", "src", "srcset", "vspace"]),
    ("ol", &["reversed", "start", "type"]),
    ("ul", &["type"]),
    ("li", &["type", "value"]),
    ("hr", &["noshade"]),
    ("br", &["clear"]),
    ("table", &["background", "cellpadding", "cellspacing", "frame", "rules"]),
    ("tr", &["background"]),
    ("td", &["background", "colspan", "nowrap", "rowspan"]),
    ("th", &["background", "colspan", "nowrap", "rowspan", "scope"]),
];

/// An element of the vocabulary by its name in lower case.
pub fn element(name: &str) -> Option<(&'static str, Kind)> {
    let found = ELEMENTS.binary_search_by_key(&name, |(name, _)| name).ok()?;
    ELEMENTS.get(found).copied()
}

/// An attribute that some element may have, by its name in lower case.
pub fn attribute(name: &str) -> Option<&'static str> {
    let own = ELEMENT_ATTRIBUTES.iter().flat_map(|(_, attributes)| *attributes);
    ATTRIBUTES.iter().chain(own).copied().find(|known| *known == name)
}

/// Whether an element may have an attribute.
pub fn has_attribute(element: &str, attribute: &str) -> bool {
    let own = ELEMENT_ATTRIBUTES.iter().find(|(name, _)| *name == element);
    ATTRIBUTES.contains(&attribute) || own.is_some_and(|(_, attributes)| attributes.contains(&attribute))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_found_by_name() {
        assert!(ELEMENTS.is_sorted_by_key(|(name, _)| name));
        assert_eq!(element("td"), Some(("td", Cell)));
        for forbidden in
            ["script", "style", "svg", "math", "form", "iframe", "template", "base", "meta", "link"]
        {
            assert_eq!(element(forbidden), None);
        }
    }

    #[test]
    fn attributes_belong_to_elements() {
        assert!(has_attribute("a", "href") && has_attribute("td", "style"));
        assert!(
            !has_attribute("td", "href") && !has_attribute("a", "name") && !has_attribute("img", "onerror")
        );
    }
}
