//! Declarations: what stands in a `style` attribute, and in the braces of a rule.

use super::{
    Colors, Styling,
    property::property,
    value::{Value, value},
};
use cssparser::{BasicParseError, Delimiter, ParseError, Parser};

/// A declaration made safe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declaration {
    /// What it sets.
    pub property: &'static str,
    /// To what.
    pub value: String,
    /// Whether it wins over those that are not.
    pub important: bool,
}

/// Reads declarations to the end, keeps the safe ones. What they would load is noted.
pub fn declarations(parser: &mut Parser, styling: &mut Styling) -> Vec<Declaration> {
    let mut kept = Vec::new();
    let mut pictures = false;
    while !parser.is_exhausted() {
        let read: Result<_, ParseError<()>> =
            parser.parse_until_after(Delimiter::Semicolon, |parser| declaration(parser, styling));
        let Ok((property, Value { text, important, picture })) = read else { continue };
        pictures |= picture;
        kept.push(Declaration { property, value: text, important });
    }
    if pictures && styling.colors == Colors::Both {
        // Text was coloured to be read on the picture, and pictures stay as they are.
        kept.push(Declaration { property: "color-scheme", value: "light".into(), important: false });
    }
    kept
}

fn declaration(parser: &mut Parser, styling: &mut Styling) -> Result<(&'static str, Value), ParseError<()>> {
    let name = parser.expect_ident()?.to_ascii_lowercase();
    parser.expect_colon()?;
    let known = property(&name);
    let value = value(parser, known.map(|(_, rule)| rule), styling);
    let known = known.and_then(|(property, _)| Some((property, value?)));
    known.ok_or_else(|| ParseError::from(BasicParseError::unexpected_token()))
}

/// Writes declarations.
pub fn write<'d>(declarations: impl IntoIterator<Item = &'d Declaration>) -> String {
    let mut css = String::new();
    for Declaration { property, value, important } in declarations {
        let separator = if css.is_empty() { "" } else { ";" };
        css.extend([separator, property, ":", value, if *important { "!important" } else { "" }]);
    }
    css
}

#[cfg(test)]
mod tests;
