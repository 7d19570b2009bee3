//! Media queries: the medium, the width, the orientation, the colour scheme.

use cssparser::{BasicParseError, ParseError, Parser, Token};

/// The colours of the surroundings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scheme {
    /// As the browser prefers.
    #[default]
    System,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

/// More queries in one list are left out.
const QUERY_LIMIT: usize = 16;

/// A list of media queries made safe.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Media {
    /// The queries; none if it never applies here.
    pub queries: Vec<String>,
    /// It asks for dark surroundings.
    pub asks_dark: bool,
}

impl Media {
    /// Reads a list. What the surroundings have decided is decided here.
    pub fn parse(parser: &mut Parser, scheme: Scheme) -> Self {
        let mut media = Self::default();
        if parser.is_exhausted() {
            media.queries.push("all".into());
        }
        for query in parser.parse_comma_separated_ignoring_errors(query).into_iter().take(QUERY_LIMIT) {
            media.asks_dark |= query.scheme == Some("dark");
            for written in query.write(scheme) {
                if !media.queries.contains(&written) {
                    media.queries.push(written);
                }
            }
        }
        media
    }
}

struct Query {
    medium: &'static str,
    features: Vec<String>,
    /// The colour scheme it asks for.
    scheme: Option<&'static str>,
}

impl Query {
    /// Where the app's choice decides on the colour scheme, a query that asks for it is written for both the schemes that
    /// the browser may prefer.
    fn write(&self, scheme: Scheme) -> Vec<String> {
        let write = |medium: &str, scheme: Option<&str>| {
            let mut parts: Vec<String> = (medium != "all").then(|| medium.to_owned()).into_iter().collect();
            parts.extend(scheme.map(|scheme| format!("(prefers-color-scheme:{scheme})")));
            parts.extend_from_slice(&self.features);
            if parts.is_empty() { "all".to_owned() } else { parts.join(" and ") }
        };
        let chosen = match (scheme, self.scheme) {
            (Scheme::System, asked) => return vec![write(self.medium, asked)],
            (_, None) => return vec![write(self.medium, None)],
            (Scheme::Light, _) => "light",
            (Scheme::Dark, _) => "dark",
        };
        if self.scheme != Some(chosen) {
            return Vec::new();
        }
        // Paper is light whatever the app shows.
        let medium = if chosen == "dark" && self.medium == "all" { "screen" } else { self.medium };
        ["dark", "light"].map(|scheme| write(medium, Some(scheme))).into()
    }
}

fn query(parser: &mut Parser) -> Result<Query, ParseError<()>> {
    let mut query = Query { medium: "all", features: Vec::new(), scheme: None };
    let mut first = true;
    while !parser.is_exhausted() {
        if !first {
            parser.expect_ident_matching("and")?;
        }
        match parser.next()?.clone() {
            Token::Ident(word) if first => {
                let mut word = word;
                if word.eq_ignore_ascii_case("only") {
                    word = parser.expect_ident_cloned()?;
                }
                let medium =
                    ["all", "screen", "print"].into_iter().find(|medium| word.eq_ignore_ascii_case(medium));
                query.medium = medium.ok_or_else(refused)?;
            }
            Token::ParenthesisBlock => parser.parse_nested_block(|parser| feature(parser, &mut query))?,
            _ => return Err(refused()),
        }
        first = false;
    }
    if first { Err(refused()) } else { Ok(query) }
}

fn feature(parser: &mut Parser, query: &mut Query) -> Result<(), ParseError<()>> {
    let name = parser.expect_ident_cloned()?.to_ascii_lowercase();
    let name = match name.as_str() {
        // The frame is the device.
        "min-width" | "min-device-width" => "min-width",
        "max-width" | "max-device-width" => "max-width",
        "width" | "device-width" => "width",
        "orientation" => "orientation",
        "prefers-color-scheme" => "prefers-color-scheme",
        _ => return Err(refused()),
    };
    let range = match parser.next()?.clone() {
        Token::Colon => None,
        Token::Delim(sign @ ('<' | '>')) if name == "width" => {
            let or_equal = parser.try_parse(|parser| parser.expect_delim('=')).is_ok();
            Some((sign, or_equal))
        }
        _ => return Err(refused()),
    };
    let one_of = |words: &[&'static str], given: &str| {
        words.iter().copied().find(|word| given.eq_ignore_ascii_case(word)).ok_or_else(refused)
    };
    match (name, parser.next()?) {
        ("orientation", Token::Ident(word)) => {
            query.features.push(format!("(orientation:{})", one_of(&["landscape", "portrait"], word)?));
        }
        ("prefers-color-scheme", Token::Ident(word)) => {
            let scheme = one_of(&["dark", "light"], word)?;
            if query.scheme.is_some_and(|before| before != scheme) {
                return Err(refused());
            }
            query.scheme = Some(scheme);
        }
        ("orientation" | "prefers-color-scheme", _) => return Err(refused()),
        (name, Token::Dimension { value, unit, .. }) => {
            let unit = one_of(&["px", "em", "rem", "pt"], unit)?;
            query.features.push(width(name, range, *value, unit)?);
        }
        (name, Token::Number { value: 0.0, .. }) => query.features.push(width(name, range, 0.0, "px")?),
        _ => return Err(refused()),
    }
    Ok(())
}

/// A condition on the width. `<` leaves out what no screen can show between two pixels.
fn width(name: &str, range: Option<(char, bool)>, length: f32, unit: &str) -> Result<String, ParseError<()>> {
    if !(0.0..100_000.0).contains(&length) {
        return Err(refused());
    }
    let (name, length) = match range {
        None => (name, length),
        Some(('<', true)) => ("max-width", length),
        Some(('<', false)) => ("max-width", length - 0.02),
        Some((_, true)) => ("min-width", length),
        Some((_, false)) => ("min-width", length + 0.02),
    };
    let length = f64::from((length * 100.0).round()) / 100.0;
    Ok(format!("({name}:{length}{unit})"))
}

fn refused() -> ParseError<()> {
    ParseError::from(BasicParseError::unexpected_token())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, scheme: Scheme) -> String {
        Media::parse(&mut Parser::new(text), scheme).queries.join(",")
    }

    #[test]
    fn what_is_carried_over() {
        let table = [
            ("screen", "screen"),
            ("", "all"),
            ("only screen and (MAX-WIDTH: 600px)", "screen and (max-width:600px)"),
            (
                "(min-device-width:320px) and (max-device-width : 568.5px)",
                "(min-width:320px) and (max-width:568.5px)",
            ),
            ("(orientation:Portrait), print", "(orientation:portrait),print"),
            ("(width<=600px)", "(max-width:600px)"),
            ("(width < 600px) and (width>=20em)", "(max-width:599.98px) and (min-width:20em)"),
            ("(prefers-color-scheme: dark)", "(prefers-color-scheme:dark)"),
            // Others are left out, and with none left nothing applies.
            ("tv, (min-resolution:2dppx), screen and (hover), not all, screen", "screen"),
            ("(max-width:calc(1px)), (max-width:var(--x)), (max-width:-1px), (max-width:1vw)", ""),
            ("(max-width:1px) or (min-width:2px)", ""),
            ("screen and", ""),
            ("(prefers-color-scheme:dark) and (prefers-color-scheme:light)", ""),
            ("((max-width:1px))", ""),
            ("</style>", ""),
        ];
        for (text, queries) in table {
            assert_eq!(read(text, Scheme::System), queries, "{text}");
            assert_eq!(
                read(queries, Scheme::System),
                if queries.is_empty() { "all" } else { queries },
                "{text}"
            );
        }
    }

    #[test]
    fn the_apps_choice_is_what_is_preferred() {
        let dark = "(max-width:9px) and (prefers-color-scheme:dark)";
        let both = "screen and (prefers-color-scheme:dark) and (max-width:9px),\
                    screen and (prefers-color-scheme:light) and (max-width:9px)";
        assert_eq!(read(dark, Scheme::Dark), both);
        assert_eq!(read(both, Scheme::Dark), both);
        assert_eq!(read(dark, Scheme::Light), "");
        let light = "(prefers-color-scheme:light)";
        assert_eq!(read(light, Scheme::Light), "(prefers-color-scheme:dark),(prefers-color-scheme:light)");
        assert_eq!(read(light, Scheme::Dark), "");
        assert!(Media::parse(&mut Parser::new(dark), Scheme::Light).asks_dark);
    }
}
