//! Selectors: types, classes, identifiers, presence of attributes, a few pseudo-classes, and the four combinators.
//!
//! A mail's classes and identifiers get a prefix that no name on our own pages has. Every selector is written to match
//! below the mail's container only; `html` and `body` match the element that stands for the mail's body.

use crate::mime::sanitize::vocabulary;
use cssparser::{BasicParseError, ParseError, Parser, Token};

/// Begins every class and identifier of a mail.
const PREFIX: &str = "m-";
/// The class of the element that stands for a mail's body.
pub const BODY: &str = "_body";
/// Begins the class of a mail's container; its number among the page's follows.
pub const CARD: &str = "_m";

/// Longer selectors are left out.
const COMPOUND_LIMIT: usize = 16;

const PSEUDO_CLASSES: &[&str] = &[
    "active",
    "empty",
    "first-child",
    "first-of-type",
    "focus",
    "hover",
    "last-child",
    "last-of-type",
    "link",
    "only-child",
    "only-of-type",
    "visited",
];
const NTH: &[&str] = &["nth-child", "nth-last-child", "nth-last-of-type", "nth-of-type"];

/// A mail's class or identifier under the name it has on our page; absent for one with unusual characters.
pub fn name(name: &str) -> Option<String> {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
    let named = !name.is_empty() && name.chars().all(plain);
    named.then(|| if name.starts_with(PREFIX) { name.to_owned() } else { format!("{PREFIX}{name}") })
}

/// What a rule is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selector {
    /// The body as such: its ground is the container's.
    Body,
    /// Elements below the container, without the container's own class in front.
    Inside(String),
}

/// Reads a list of selectors, for the container with a class. Those that match nothing here are left out.
pub fn selectors(parser: &mut Parser, card: &str) -> Result<Vec<Selector>, ParseError<()>> {
    let selectors = parser.parse_comma_separated(|parser| Complex::parse(parser, card))?;
    Ok(selectors.into_iter().filter_map(Complex::finish).collect())
}

#[derive(Default)]
struct Compound {
    /// What stands between it and the one before.
    combinator: &'static str,
    text: String,
    /// It names a type, or any.
    is_typed: bool,
    is_card: bool,
    is_body: bool,
}

impl Compound {
    fn is_started(&self) -> bool {
        self.is_card || self.is_body || !self.text.is_empty()
    }

    fn type_is(&mut self, name: &str) {
        self.is_typed = true;
        self.text.push_str(name);
    }
}

#[derive(Default)]
struct Complex {
    compounds: Vec<Compound>,
    /// It names what mails never have here.
    matches_nothing: bool,
}

impl Complex {
    fn parse(parser: &mut Parser, card: &str) -> Result<Self, ParseError<()>> {
        let mut complex = Self::default();
        let mut compound = Compound::default();
        parser.skip_whitespace();
        while let Ok(token) = parser.next_including_whitespace().cloned() {
            let combinator = match token {
                Token::WhiteSpace(_) => " ",
                Token::Delim('>') => ">",
                Token::Delim('+') => "+",
                Token::Delim('~') => "~",
                token => {
                    complex.simple(&token, &mut compound, parser, card)?;
                    continue;
                }
            };
            match (compound.is_started(), compound.combinator) {
                (true, _) => {
                    complex.compounds.push(std::mem::take(&mut compound));
                    compound.combinator = combinator;
                }
                // White space around another combinator is none.
                (false, " ") if combinator != " " && !complex.compounds.is_empty() => {
                    compound.combinator = combinator
                }
                (false, before) if combinator == " " && !before.is_empty() => {}
                _ => return Err(refused()),
            }
        }
        match compound.is_started() {
            true => complex.compounds.push(compound),
            // White space at the end.
            false if compound.combinator == " " => {}
            false => return Err(refused()),
        }
        Ok(complex)
    }

    fn simple(
        &mut self,
        token: &Token,
        compound: &mut Compound,
        parser: &mut Parser,
        card: &str,
    ) -> Result<(), ParseError<()>> {
        match token {
            Token::Ident(_) | Token::Delim('*') if compound.is_started() => return Err(refused()),
            Token::Ident(name) => match name.to_ascii_lowercase().as_str() {
                "html" | "body" => compound.is_body = true,
                name => match vocabulary::element(name) {
                    Some((name, _)) => compound.type_is(name),
                    None => self.never(compound),
                },
            },
            Token::Delim('*') => compound.type_is("*"),
            Token::IDHash(id) => self.named("#", id, compound),
            Token::Delim('.') => match parser.next_including_whitespace()? {
                Token::Ident(class) if **class == *card => compound.is_card = true,
                Token::Ident(class) if **class == *BODY => compound.is_body = true,
                Token::Ident(class) => self.named(".", class, compound),
                _ => return Err(refused()),
            },
            Token::SquareBracketBlock => {
                let attribute: Result<_, ParseError<()>> = parser.parse_nested_block(attribute);
                match attribute? {
                    Attribute::Present(name) => compound.text.extend(["[", name, "]"]),
                    Attribute::Class(name) => self.named(".", &name, compound),
                    Attribute::Id(name) => self.named("#", &name, compound),
                    Attribute::Other => self.never(compound),
                }
            }
            Token::Colon => self.pseudo_class(compound, parser)?,
            _ => return Err(refused()),
        }
        Ok(())
    }

    fn pseudo_class(&mut self, compound: &mut Compound, parser: &mut Parser) -> Result<(), ParseError<()>> {
        let token = parser.next_including_whitespace()?.clone();
        let known = |list: &[&'static str], name: &str| {
            list.iter().copied().find(|known| name.eq_ignore_ascii_case(known)).ok_or_else(refused)
        };
        match &token {
            Token::Ident(name) if name.eq_ignore_ascii_case("root") => compound.is_body = true,
            Token::Ident(name) => compound.text.extend([":", known(PSEUDO_CLASSES, name)?]),
            Token::Function(name) => {
                let name = known(NTH, name)?;
                let nth: Result<_, ParseError<()>> =
                    parser.parse_nested_block(|parser| Ok(cssparser::parse_nth(parser)?));
                let (step, first) = nth?;
                compound.text.push_str(&format!(":{name}({step}n{first:+})"));
            }
            _ => return Err(refused()),
        }
        Ok(())
    }

    fn named(&mut self, sign: &str, given: &str, compound: &mut Compound) {
        match name(given) {
            Some(name) => compound.text.extend([sign, &name]),
            None => self.never(compound),
        }
    }

    fn never(&mut self, compound: &mut Compound) {
        self.matches_nothing = true;
        compound.text.push('*');
    }

    fn finish(mut self) -> Option<Selector> {
        let is_bare = |compound: &Compound| compound.text.is_empty();
        // As this writes it itself: `._m1 ` in front.
        if self.compounds.len() > 1 && self.compounds[0].is_card && is_bare(&self.compounds[0]) {
            let after = self.compounds.remove(1);
            self.matches_nothing |= after.combinator != " ";
            self.compounds[0] = Compound { combinator: "", ..after };
        }
        // `html body`: one element stands for both.
        while self.compounds.len() > 1
            && self.compounds[0].is_body
            && is_bare(&self.compounds[0])
            && self.compounds[1].is_body
            && matches!(self.compounds[1].combinator, " " | ">")
        {
            self.compounds.remove(0);
            self.compounds[0].combinator = "";
        }
        // An element with another name does not stand for the body.
        self.matches_nothing |= self.compounds.iter().any(|compound| compound.is_typed && compound.is_body);
        if self.matches_nothing || self.compounds.len() > COMPOUND_LIMIT {
            return None;
        }
        if let [Compound { is_body, is_card, text, .. }] = self.compounds.as_slice()
            && (*is_body || *is_card)
            && text.is_empty()
        {
            return Some(Selector::Body);
        }
        if self.compounds.iter().any(|compound| compound.is_card) {
            return None;
        }
        let mut css = String::new();
        for compound in self.compounds {
            css.push_str(compound.combinator);
            let body = if compound.is_body { [".", BODY] } else { ["", ""] };
            css.extend(body);
            css.push_str(&compound.text);
        }
        Some(Selector::Inside(css))
    }
}

enum Attribute {
    Present(&'static str),
    Class(String),
    Id(String),
    Other,
}

/// What stands in square brackets: an attribute that mails may have, or the older way to name a class.
fn attribute(parser: &mut Parser) -> Result<Attribute, ParseError<()>> {
    let name = parser.expect_ident()?.to_ascii_lowercase();
    if parser.is_exhausted() {
        return Ok(vocabulary::attribute(&name).map_or(Attribute::Other, Attribute::Present));
    }
    let operator = parser.next()?.clone();
    let is_word = matches!(operator, Token::Delim('=') | Token::IncludeMatch);
    let Ok(value) = parser.expect_ident_or_string().map(|value| (**value).to_owned()) else {
        return Ok(Attribute::Other);
    };
    let is_all = parser.is_exhausted();
    while parser.next().is_ok() {}
    Ok(match name.as_str() {
        "class" if is_word && is_all => Attribute::Class(value),
        "id" if is_word && is_all => Attribute::Id(value),
        _ => Attribute::Other,
    })
}

fn refused() -> ParseError<()> {
    ParseError::from(BasicParseError::unexpected_token())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<Vec<String>> {
        let css = |selector| match selector {
            Selector::Body => "BODY".to_owned(),
            Selector::Inside(css) => css,
        };
        let selectors = Parser::new(text).parse_entirely(|parser| selectors(parser, "_m1")).ok()?;
        Some(selectors.into_iter().map(css).collect())
    }

    #[test]
    fn what_is_carried_over() {
        let table = [
            ("p", "p"),
            ("TD.Big#x", "td.m-Big#m-x"),
            (".a.b .c>p + * ~ td", ".m-a.m-b .m-c>p+*~td"),
            ("a:hover:first-child", "a:hover:first-child"),
            ("li:nth-child(odd), li:NTH-CHILD( 3 )", "li:nth-child(2n+1) li:nth-child(0n+3)"),
            ("table[width]", "table[width]"),
            ("*[class=big], [class~='big']", "*.m-big .m-big"),
            ("body, html, :root, html body, html > body", "BODY BODY BODY BODY BODY"),
            ("body > table, body.x p, html .y", "._body>table ._body.m-x p ._body .m-y"),
            ("._m1 .m-x, ._m1, ._m1 ._body", ".m-x BODY BODY"),
            (".notice, #html, ._m2", ".m-notice #m-html .m-_m2"),
        ];
        for (text, css) in table {
            assert_eq!(read(text).map(|selectors| selectors.join(" ")).as_deref(), Some(css), "{text}");
        }
    }

    #[test]
    fn what_matches_nothing_is_left_out() {
        for text in [
            "v\\:x",
            "o\\:p",
            "script",
            "[onclick]",
            "a[href^=x]",
            "[data-ogsc] p",
            ".a\\:b",
            "._m1>p",
            "p ._m1",
        ] {
            assert_eq!(read(&format!("{text}, p")), Some(vec!["p".to_owned()]), "{text}");
        }
        assert_eq!(read(&".a ".repeat(17)), Some(vec![]));
    }

    #[test]
    fn what_is_refused_ends_the_rule() {
        for text in [
            "p::before",
            "p:before",
            "::-moz-selection",
            "a:has(b)",
            "a:not(.b)",
            ":is(a)",
            "p:unknown",
            "svg|a",
            "a >",
            "> a",
            "a > > b",
            "a, ",
            "",
            "a b{",
            "#1",
            ".1",
            ". a",
            "&",
            "p/*x*/:",
            "50%",
            "a!b",
            "[",
            "a]",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
