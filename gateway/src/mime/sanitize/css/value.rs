//! The value of a declaration.

use super::{
    Color, Colors, Role, Styling,
    property::{DISPLAYS, Rule},
};
use cssparser::{BasicParseError, ParseError, Parser, Token};

/// Numbers are no larger: a mail is not to be scrolled for ever.
const NUMBER_LIMIT: f32 = 10_000.0;

/// How deep arithmetic nests.
const DEPTH_LIMIT: usize = 8;

/// A value made safe.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Value {
    /// As it is written.
    pub text: String,
    /// `!important` stood behind it.
    pub important: bool,
    /// It shows a picture.
    pub picture: bool,
}

/// Reads a value to its end, even if it goes: what it would have loaded is counted. A property that is not on the list has
/// no rule.
pub fn value(parser: &mut Parser, rule: Option<Rule>, styling: &mut Styling) -> Option<Value> {
    let mut reader =
        Reader { rule, styling, layers: Vec::new(), layer: String::new(), lost: false, picture: false };
    let (mut refused, mut important) = (rule.is_none(), false);
    loop {
        parser.skip_whitespace();
        let start = parser.position();
        let Ok(token) = parser.next().cloned() else { break };
        refused |= important;
        let source = parser.slice_from(start);
        refused |= match &token {
            Token::Delim('!') => {
                important = parser.expect_ident_matching("important").is_ok();
                !important
            }
            Token::Comma => !reader.end_layer(),
            token => !reader.token(token, source, parser),
        };
    }
    refused |= !reader.end_layer();
    let Reader { layers, picture, .. } = reader;
    let value = Value { text: layers.join(", "), important, picture };
    (!refused && !value.text.is_empty()).then_some(value)
}

struct Reader<'r, 's> {
    rule: Option<Rule>,
    styling: &'r mut Styling<'s>,
    /// What stood before commas.
    layers: Vec<String>,
    layer: String,
    /// The layer had a picture that is not shown.
    lost: bool,
    picture: bool,
}

impl Reader<'_, '_> {
    /// Ends what a comma separates. False if there is nothing.
    fn end_layer(&mut self) -> bool {
        let layer = std::mem::take(&mut self.layer);
        let lost = std::mem::take(&mut self.lost);
        if layer.is_empty() {
            return lost;
        }
        self.layers.push(layer);
        true
    }

    /// Takes a token in. False if it may not stand here.
    fn token(&mut self, token: &Token, source: &str, parser: &mut Parser) -> bool {
        if let Some(address) = address(token, parser) {
            return self.address(&address);
        }
        let text = match token {
            Token::Function(name) => self.function(&name.to_ascii_lowercase(), parser),
            Token::QuotedString(text) => quoted(text),
            Token::Ident(_) if self.rule == Some(Rule::Display) => Some(source.to_ascii_lowercase())
                .filter(|word| DISPLAYS.binary_search(&word.as_str()).is_ok()),
            Token::Ident(_) | Token::Hash(_) | Token::IDHash(_) => {
                simple(token, source).map(|source| self.color(source, Color::parse(source)))
            }
            token => simple(token, source)
                .filter(|source| self.rule != Some(Rule::Margin) || !source.starts_with('-'))
                .map(str::to_owned),
        };
        let Some(text) = text else { return false };
        self.push(&text);
        true
    }

    fn push(&mut self, text: &str) {
        let separator = if self.layer.is_empty() { "" } else { " " };
        self.layer.extend([separator, text]);
    }

    /// A picture stays if the mail brings it, or the reader wants it; without it the rest of the layer is still good.
    fn address(&mut self, address: &str) -> bool {
        let picture = self.styling.loads.picture(address);
        if self.rule != Some(Rule::Image) {
            return false;
        }
        let plain = |c: char| c.is_ascii_alphanumeric() || "-._~/?&=%+:;,".contains(c);
        match picture.filter(|address| address.chars().all(plain)) {
            Some(address) => {
                self.push(&format!("url(\"{address}\")"));
                self.picture = true;
            }
            None => self.lost = true,
        }
        true
    }

    /// A colour as it is written, or with what it becomes in the dark.
    fn color(&self, written: &str, color: Option<Color>) -> String {
        let role = match self.rule {
            Some(Rule::Text) => Role::Text,
            Some(Rule::Ground | Rule::Image) => Role::Ground,
            Some(Rule::Line) => Role::Line,
            _ => return written.to_owned(),
        };
        let dark =
            color.filter(|_| self.styling.colors == Colors::Both).map(|color| (color, color.in_dark(role)));
        match dark {
            Some((light, dark)) if light != dark => format!("light-dark({written},{dark})"),
            _ => written.to_owned(),
        }
    }

    fn function(&mut self, name: &str, parser: &mut Parser) -> Option<String> {
        match (name, self.rule?) {
            ("rgb" | "rgba" | "hsl" | "hsla", _) => {
                let (written, color) = color_function(name, parser)?;
                Some(self.color(&written, color))
            }
            ("light-dark", Rule::Text | Rule::Ground | Rule::Line | Rule::Image) => light_dark(parser),
            (
                "linear-gradient"
                | "radial-gradient"
                | "repeating-linear-gradient"
                | "repeating-radial-gradient",
                Rule::Image,
            ) => self.gradient(name, parser),
            ("calc" | "min" | "max" | "clamp", Rule::Plain) => {
                let inside = nested(parser, |parser| arithmetic(parser, DEPTH_LIMIT))?;
                Some(format!("{name}({inside})"))
            }
            _ => None,
        }
    }

    fn gradient(&self, name: &str, parser: &mut Parser) -> Option<String> {
        let inside = nested(parser, |parser| {
            list(parser, |token, source, parser| match token {
                Token::Function(name) if name.eq_ignore_ascii_case("light-dark") => light_dark(parser),
                Token::Function(name) => {
                    let (written, color) = color_function(&name.to_ascii_lowercase(), parser)?;
                    Some(self.color(&written, color))
                }
                Token::Ident(_) | Token::Hash(_) | Token::IDHash(_) => {
                    simple(token, source).map(|source| self.color(source, Color::parse(source)))
                }
                token => simple(token, source).map(str::to_owned),
            })
        })?;
        Some(format!("{name}({inside})"))
    }
}

/// Reads what stands in a function's parentheses.
fn nested<T>(parser: &mut Parser, read: impl FnOnce(&mut Parser) -> Option<T>) -> Option<T> {
    let read: Result<T, ParseError<()>> = parser.parse_nested_block(|parser| {
        read(parser).ok_or_else(|| ParseError::from(BasicParseError::unexpected_token()))
    });
    read.ok()
}

/// Tokens with spaces between.
fn list(
    parser: &mut Parser,
    mut write: impl FnMut(&Token, &str, &mut Parser) -> Option<String>,
) -> Option<String> {
    let mut text = String::new();
    while !parser.is_exhausted() {
        parser.skip_whitespace();
        let start = parser.position();
        let token = parser.next().ok()?.clone();
        let source = parser.slice_from(start);
        let written = write(&token, source, parser)?;
        let separator = if text.is_empty() || matches!(token, Token::Comma) { "" } else { " " };
        text.extend([separator, &written]);
    }
    Some(text)
}

/// Sums, products and choices of plain numbers.
fn arithmetic(parser: &mut Parser, depth: usize) -> Option<String> {
    let depth = depth.checked_sub(1)?;
    list(parser, |token, source, parser| match token {
        Token::Delim('+' | '-' | '*') => Some(source.to_owned()),
        Token::ParenthesisBlock => Some(format!("({})", nested(parser, |parser| arithmetic(parser, depth))?)),
        Token::Function(name) => {
            let name =
                ["calc", "min", "max", "clamp"].into_iter().find(|known| name.eq_ignore_ascii_case(known))?;
            Some(format!("{name}({})", nested(parser, |parser| arithmetic(parser, depth))?))
        }
        Token::Ident(_) | Token::Hash(_) | Token::IDHash(_) => None,
        token => simple(token, source).map(str::to_owned),
    })
}

/// `light-dark()` of two colours.
fn light_dark(parser: &mut Parser) -> Option<String> {
    let mut colors = Vec::new();
    nested(parser, |parser| {
        list(parser, |token, source, parser| {
            match token {
                Token::Comma => {}
                Token::Function(name) => colors.push(color_function(&name.to_ascii_lowercase(), parser)?.0),
                Token::Ident(_) | Token::Hash(_) | Token::IDHash(_) => {
                    colors.push(simple(token, source)?.to_owned())
                }
                _ => return None,
            }
            Some(String::new())
        })
    })?;
    let [light, dark] = colors.as_slice() else { return None };
    Some(format!("light-dark({light},{dark})"))
}

/// `rgb()`, `rgba()`, `hsl()`, `hsla()` of plain numbers: as they are written, and which colour that is.
fn color_function(name: &str, parser: &mut Parser) -> Option<(String, Option<Color>)> {
    let name = ["rgb", "rgba", "hsl", "hsla"].into_iter().find(|known| *known == name)?;
    let mut numbers = Vec::new();
    let inside = nested(parser, |parser| {
        list(parser, |token, source, _| {
            match token {
                Token::Number { value, .. } => numbers.push((*value, false)),
                Token::Percentage { unit_value, .. } => numbers.push((*unit_value, true)),
                Token::Dimension { value, unit, .. } if unit.eq_ignore_ascii_case("deg") => {
                    numbers.push((*value, false))
                }
                Token::Comma | Token::Delim('/') => {}
                _ => return None,
            }
            simple(token, source).map(str::to_owned)
        })
    })?;
    Some((format!("{name}({inside})"), color_of(name, &numbers)))
}

fn color_of(name: &str, numbers: &[(f32, bool)]) -> Option<Color> {
    let (first, second, third, alpha) = match *numbers {
        [first, second, third] => (first, second, third, 1.0),
        [first, second, third, (alpha, _)] => (first, second, third, alpha.clamp(0.0, 1.0)),
        _ => return None,
    };
    if name.starts_with("hsl") {
        let share =
            |(value, percent): (f32, bool)| (if percent { value } else { value / 100.0 }).clamp(0.0, 1.0);
        return Some(Color::from_hsl(first.0, share(second), share(third), alpha));
    }
    let [red, green, blue] = [first, second, third].map(|(value, percent)| {
        cssparser::color::clamp_unit_f32(if percent { value } else { value / 255.0 })
    });
    Some(Color { red, green, blue, alpha })
}

/// A word, a number with or without unit, a colour, or a separator, as it is written.
fn simple<'i>(token: &Token, source: &'i str) -> Option<&'i str> {
    let word = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
    let number = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.' | '%');
    let allowed = match token {
        // No value is called that: it is what is left of an address that was cut off.
        Token::Ident(name) if name.eq_ignore_ascii_case("url") => false,
        Token::Ident(_) => source.chars().all(word),
        Token::Hash(_) | Token::IDHash(_) => source.chars().skip(1).all(|c| c.is_ascii_hexdigit()),
        Token::Number { value, .. } => value.abs() <= NUMBER_LIMIT && source.chars().all(number),
        Token::Percentage { unit_value, .. } => {
            unit_value.abs() <= NUMBER_LIMIT / 100.0 && source.chars().all(number)
        }
        Token::Dimension { value, unit, .. } => {
            value.abs() <= NUMBER_LIMIT && !is_of_height(unit) && source.chars().all(number)
        }
        Token::Comma | Token::Delim('/') => true,
        _ => false,
    };
    allowed.then_some(source)
}

/// Whether a length is counted in heights of the window: the frame's, which the mail knows nothing of.
fn is_of_height(unit: &str) -> bool {
    let unit = unit.to_ascii_lowercase();
    ["vh", "vb", "vmin", "vmax"].iter().any(|measure| unit.ends_with(measure))
}

/// A string, as font families are written.
fn quoted(text: &str) -> Option<String> {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_' | '.' | ',');
    text.chars().all(plain).then(|| format!("'{text}'"))
}

/// The address in `url(...)`; empty where it is broken.
fn address(token: &Token, parser: &mut Parser) -> Option<String> {
    match token {
        Token::UnquotedUrl(url) | Token::BadUrl(url) => Some((**url).to_owned()),
        Token::Function(name) if name.eq_ignore_ascii_case("url") || name.eq_ignore_ascii_case("src") => {
            let url: Result<_, ParseError<()>> =
                parser.parse_nested_block(|parser| Ok((**parser.expect_string()?).to_owned()));
            Some(url.unwrap_or_default())
        }
        _ => None,
    }
}
