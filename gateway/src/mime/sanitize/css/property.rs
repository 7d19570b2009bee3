//! The properties a mail may set.

use Rule::{Display, Ground, Image, Line, Margin, Plain, Text};

/// What a property's value may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// Words, numbers, strings, arithmetic.
    Plain,
    /// Plain, without negative numbers and arithmetic: text could be moved out of sight.
    Margin,
    /// One of the words that lay out a box in its place.
    Display,
    /// Plain, with colours of text.
    Text,
    /// Plain, with colours of grounds.
    Ground,
    /// Plain, with colours of lines.
    Line,
    /// Colours of grounds, gradients, pictures.
    Image,
}

/// Values of `display`.
pub const DISPLAYS: &[&str] = &[
    "block",
    "contents",
    "flex",
    "flow-root",
    "inherit",
    "initial",
    "inline",
    "inline-block",
    "inline-flex",
    "inline-table",
    "list-item",
    "none",
    "table",
    "table-caption",
    "table-cell",
    "table-column",
    "table-column-group",
    "table-footer-group",
    "table-header-group",
    "table-row",
    "table-row-group",
    "unset",
];

/// The properties, in alphabetical order.
const PROPERTIES: &[(&str, Rule)] = &[
    ("align-content", Plain),
    ("align-items", Plain),
    ("align-self", Plain),
    ("aspect-ratio", Plain),
    ("background", Image),
    ("background-clip", Plain),
    ("background-color", Ground),
    ("background-image", Image),
    ("background-origin", Plain),
    ("background-position", Plain),
    ("background-repeat", Plain),
    ("background-size", Plain),
    ("border", Line),
    ("border-bottom", Line),
    ("border-bottom-color", Line),
    ("border-bottom-left-radius", Plain),
    ("border-bottom-right-radius", Plain),
    ("border-bottom-style", Plain),
    ("border-bottom-width", Plain),
    ("border-collapse", Plain),
    ("border-color", Line),
    ("border-left", Line),
    ("border-left-color", Line),
    ("border-left-style", Plain),
    ("border-left-width", Plain),
    ("border-radius", Plain),
    ("border-right", Line),
    ("border-right-color", Line),
    ("border-right-style", Plain),
    ("border-right-width", Plain),
    ("border-spacing", Plain),
    ("border-style", Plain),
    ("border-top", Line),
    ("border-top-color", Line),
    ("border-top-left-radius", Plain),
    ("border-top-right-radius", Plain),
    ("border-top-style", Plain),
    ("border-top-width", Plain),
    ("border-width", Plain),
    ("box-shadow", Ground),
    ("box-sizing", Plain),
    ("caption-side", Plain),
    ("clear", Plain),
    ("color", Text),
    ("column-count", Plain),
    ("column-gap", Plain),
    ("direction", Plain),
    ("display", Display),
    ("empty-cells", Plain),
    ("flex", Plain),
    ("flex-basis", Plain),
    ("flex-direction", Plain),
    ("flex-flow", Plain),
    ("flex-grow", Plain),
    ("flex-shrink", Plain),
    ("flex-wrap", Plain),
    ("float", Plain),
    ("font", Plain),
    ("font-family", Plain),
    ("font-size", Plain),
    ("font-stretch", Plain),
    ("font-style", Plain),
    ("font-variant", Plain),
    ("font-weight", Plain),
    ("gap", Plain),
    ("height", Plain),
    ("hyphens", Plain),
    ("justify-content", Plain),
    ("letter-spacing", Plain),
    ("line-height", Plain),
    ("list-style", Plain),
    ("list-style-position", Plain),
    ("list-style-type", Plain),
    ("margin", Margin),
    ("margin-bottom", Margin),
    ("margin-left", Margin),
    ("margin-right", Margin),
    ("margin-top", Margin),
    ("max-height", Plain),
    ("max-width", Plain),
    ("min-height", Plain),
    ("min-width", Plain),
    ("object-fit", Plain),
    ("object-position", Plain),
    ("opacity", Plain),
    ("order", Plain),
    ("overflow", Plain),
    ("overflow-wrap", Plain),
    ("overflow-x", Plain),
    ("overflow-y", Plain),
    ("padding", Plain),
    ("padding-bottom", Plain),
    ("padding-left", Plain),
    ("padding-right", Plain),
    ("padding-top", Plain),
    ("row-gap", Plain),
    ("table-layout", Plain),
    ("text-align", Plain),
    ("text-decoration", Text),
    ("text-decoration-color", Text),
    ("text-decoration-line", Plain),
    ("text-decoration-style", Plain),
    ("text-indent", Margin),
    ("text-overflow", Plain),
    ("text-shadow", Ground),
    ("text-transform", Plain),
    ("unicode-bidi", Plain),
    ("vertical-align", Plain),
    ("visibility", Plain),
    ("white-space", Plain),
    ("width", Plain),
    ("word-break", Plain),
    ("word-spacing", Plain),
    ("word-wrap", Plain),
];

/// A property by its name in lower case.
pub fn property(name: &str) -> Option<(&'static str, Rule)> {
    let found = PROPERTIES.binary_search_by_key(&name, |(name, _)| name).ok()?;
    PROPERTIES.get(found).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn properties_are_found_by_name() {
        assert!(PROPERTIES.is_sorted_by_key(|(name, _)| name) && DISPLAYS.is_sorted());
        assert_eq!(property("color"), Some(("color", Text)));
        for refused in
            ["position", "z-index", "transform", "content", "cursor", "filter", "top", "all", "--x"]
        {
            assert_eq!(property(refused), None, "{refused}");
        }
    }
}
