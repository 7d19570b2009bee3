//! The `style` attribute: parsed, and written anew from an allow-list of properties and of values. What loads,
//! positions, animates or computes is not on it.

use super::remote::RemoteImages;
use cssparser::{BasicParseError, Delimiter, ParseError, Parser, Token};

/// The properties, in alphabetical order.
const PROPERTIES: &[&str] = &[
    "background",
    "background-color",
    "border",
    "border-bottom",
    "border-bottom-color",
    "border-bottom-style",
    "border-bottom-width",
    "border-collapse",
    "border-color",
    "border-left",
    "border-left-color",
    "border-left-style",
    "border-left-width",
    "border-radius",
    "border-right",
    "border-right-color",
    "border-right-style",
    "border-right-width",
    "border-spacing",
    "border-style",
    "border-top",
    "border-top-color",
    "border-top-style",
    "border-top-width",
    "border-width",
    "box-sizing",
    "caption-side",
    "clear",
    "color",
    "direction",
    "display",
    "empty-cells",
    "float",
    "font",
    "font-family",
    "font-size",
    "font-style",
    "font-variant",
    "font-weight",
    "height",
    "letter-spacing",
    "line-height",
    "list-style",
    "list-style-type",
    "margin",
    "margin-bottom",
    "margin-left",
    "margin-right",
    "margin-top",
    "max-height",
    "max-width",
    "min-height",
    "min-width",
    "opacity",
    "overflow",
    "overflow-wrap",
    "padding",
    "padding-bottom",
    "padding-left",
    "padding-right",
    "padding-top",
    "table-layout",
    "text-align",
    "text-decoration",
    "text-decoration-line",
    "text-indent",
    "text-overflow",
    "text-transform",
    "unicode-bidi",
    "vertical-align",
    "white-space",
    "width",
    "word-break",
    "word-spacing",
    "word-wrap",
];

/// Filters the value of a `style` attribute; empty if no declaration is left. What it would load is noted.
pub fn filter(style: &str, remote: &mut RemoteImages) -> String {
    let mut css = String::new();
    let mut parser = Parser::new(style);
    while !parser.is_exhausted() {
        let declared: Result<_, ParseError<()>> =
            parser.parse_until_after(Delimiter::Semicolon, |parser| declaration(parser, remote));
        if let Ok((property, value)) = declared {
            let separator = if css.is_empty() { "" } else { ";" };
            css.extend([separator, property, ":", &value]);
        }
    }
    css
}

fn declaration(
    parser: &mut Parser,
    remote: &mut RemoteImages,
) -> Result<(&'static str, String), ParseError<()>> {
    let name = parser.expect_ident()?.to_ascii_lowercase();
    parser.expect_colon()?;
    let property = PROPERTIES.binary_search(&name.as_str()).ok().and_then(|found| PROPERTIES.get(found));
    let mut value = String::new();
    // The value is read to its end even if it goes: what it would have loaded is counted.
    let mut refused = false;
    loop {
        parser.skip_whitespace();
        let start = parser.position();
        let Ok(token) = parser.next().cloned() else { break };
        if let Some(url) = url(&token, parser) {
            remote.meet(&url);
            refused |= property != Some(&"background");
            continue;
        }
        let text = match &token {
            Token::Delim('!') => {
                // `!important` would win over the page's own style.
                refused |= parser.expect_ident_matching("important").is_err();
                continue;
            }
            Token::Function(name) => color(name, parser),
            Token::QuotedString(text) => quoted(text),
            _ => simple(&token, parser.slice_from(start)).map(str::to_owned),
        };
        let separated = value.is_empty() || matches!(token, Token::Comma);
        refused |= text.is_none()
            || (refuses_negative(&name) && text.as_ref().is_some_and(|text| text.starts_with('-')));
        value.extend([if separated { "" } else { " " }, &text.unwrap_or_default()]);
    }
    match property {
        Some(property) if !refused && !value.is_empty() => Ok((property, value)),
        _ => Err(ParseError::from(BasicParseError::unexpected_token())),
    }
}

/// Text could be moved out of sight or over our own notices.
fn refuses_negative(property: &str) -> bool {
    property.starts_with("margin") || property == "text-indent"
}

/// A word, a number with or without unit, a colour, or a separator, as it is written.
fn simple<'i>(token: &Token, source: &'i str) -> Option<&'i str> {
    let word = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
    let allowed = match token {
        Token::Ident(_) => source.chars().all(word),
        Token::Hash(_) | Token::IDHash(_) => source.chars().skip(1).all(|c| c.is_ascii_hexdigit()),
        Token::Number { .. } | Token::Percentage { .. } | Token::Dimension { .. } => {
            source.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.' | '%'))
        }
        Token::Comma | Token::Delim('/') => true,
        _ => false,
    };
    allowed.then_some(source)
}

/// A string, as font families are written.
fn quoted(text: &str) -> Option<String> {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_' | '.' | ',');
    text.chars().all(plain).then(|| format!("'{text}'"))
}

/// `rgb()`, `rgba()`, `hsl()`, `hsla()` of plain numbers.
fn color(name: &str, parser: &mut Parser) -> Option<String> {
    let name = ["rgb", "rgba", "hsl", "hsla"].into_iter().find(|known| name.eq_ignore_ascii_case(known))?;
    let arguments: Result<_, ParseError<()>> = parser.parse_nested_block(|parser| {
        let mut arguments = String::new();
        while !parser.is_exhausted() {
            parser.skip_whitespace();
            let start = parser.position();
            let token = parser.next()?.clone();
            let argument =
                simple(&token, parser.slice_from(start)).filter(|_| !matches!(token, Token::Ident(_)));
            let argument = argument.ok_or_else(BasicParseError::unexpected_token)?;
            arguments.extend([if matches!(token, Token::Comma) { "" } else { " " }, argument]);
        }
        Ok(arguments)
    });
    Some(format!("{name}({})", arguments.ok()?.trim_start()))
}

/// The address in `url(...)`; empty where it is broken.
fn url(token: &Token, parser: &mut Parser) -> Option<String> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn declarations() {
        assert!(PROPERTIES.is_sorted());
        let table = [
            ("color: red", "color:red"),
            ("COLOR:#FfF;;width : 50.5% ;", "color:#FfF;width:50.5%"),
            (
                "font: bold 12px/1.5 'Segoe UI', 微软雅黑, sans-serif",
                "font:bold 12px / 1.5 'Segoe UI', 微软雅黑, sans-serif",
            ),
            ("color:rgb(1, 2 ,3)", "color:rgb(1, 2, 3)"),
            ("color:RGBA(1 2 3 / 50%)", "color:rgba(1 2 3 / 50%)"),
            ("color:red!important;margin:0 auto", "color:red;margin:0 auto"),
            ("color:/* a */red", "color:red"),
            ("letter-spacing:-1px", "letter-spacing:-1px"),
            ("background:url(cid:a) #333", "background:#333"),
            ("background-color:transparent", "background-color:transparent"),
            // Not on the list, or not with that value.
            ("position:fixed;top:0;color:red", "color:red"),
            ("margin:-10px;margin-top: 0 -5px;text-indent:-999px;color:red", "color:red"),
            ("width:expression(alert(1));color:red", "color:red"),
            ("width:calc(1px + var(--x));color:red", "color:red"),
            ("color:rgb(var(--x))", ""),
            ("behavior:url(#x);-moz-binding:url(x);filter:alpha(opacity=0)", ""),
            ("background-image:linear-gradient(red, blue)", ""),
            ("list-style:url(x)", ""),
            ("animation:x 1s;transition:all;transform:none;z-index:9;content:'x'", ""),
            ("@import 'x';color:red", "color:red"),
            ("color:red}body{color:blue", ""),
            ("color:\\72 ed", ""),
            ("col\\6fr:red", "color:red"),
            ("font-family:'a\\'b'", ""),
            ("font-family:\"a\nb;color:red", "color:red"),
            ("color:red\"><script>", ""),
            ("--x:1;color:red", "color:red"),
            ("color", ""),
            ("color:", ""),
            (":;:;", ""),
            ("", ""),
        ];
        for (style, css) in table {
            assert_eq!(filter(style, &mut RemoteImages::default()), css, "{style}");
        }
    }

    #[test]
    fn remote_images_are_counted() {
        let table = [
            ("background:url(https://a.test/x)", 1),
            ("background-image: URL( 'http://a.test/x' ), url(\"//a.test\")", 2),
            ("color:red;cursor:url(https://a.test/x),auto", 1),
            ("content:src('https://a.test/x')", 1),
            ("background:url(data:image/png;base64,AA)", 0),
            ("background:url(cid:x)", 0),
            ("color:red", 0),
        ];
        for (style, remote) in table {
            let mut images = RemoteImages::default();
            assert!(!filter(style, &mut images).contains("url"), "{style}");
            assert_eq!(images.found().images, remote, "{style}");
        }
    }

    proptest! {
        #[test]
        fn filtering_again_changes_nothing(
            style in "(color|width|font|background|x)?[ :;,!a-z0-9%#()'\"/\\\\{}@.\n-]{0,60}",
        ) {
            let css = filter(&style, &mut RemoteImages::default());
            prop_assert_eq!(&filter(&css, &mut RemoteImages::default()), &css);
            let harmless = |c: char| c.is_alphanumeric() || " :;,'#%()/.+-_".contains(c);
            prop_assert!(css.chars().all(harmless), "{}", css);
        }
    }
}
