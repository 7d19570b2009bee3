//! Style sheets.

use super::{
    Declaration, Styling, declarations,
    media::{Media, Scheme},
    selector::{BODY, Selector, selectors},
    write,
};
use cssparser::{
    AtRuleParser, BasicParseError, CowRcStr, ParseError, Parser, ParserState, QualifiedRuleParser,
    StyleSheetParser,
};

/// Rules of one mail. Ten times more than large newsletters have.
const RULE_LIMIT: usize = 4_000;
/// Selectors of one mail.
const SELECTOR_LIMIT: usize = 10_000;
/// How deep `@media` nests.
const DEPTH_LIMIT: usize = 4;

/// How far `color-scheme` is read, in bytes.
const DECLARATION_LIMIT: usize = 64;

/// A `<style>` element.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sheet {
    /// Its attribute `media`.
    pub media: String,
    /// What it holds.
    pub text: String,
}

/// Sheets made safe.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filtered {
    /// The rules, to stand in a `<style>` element: there is no `<` in it.
    pub css: String,
    /// Sheets were left out because there were too many rules.
    pub simplified: bool,
}

/// Makes sheets safe, for the container with a class. A sheet with too many rules is left out whole.
pub fn filter(sheets: &[Sheet], card: &str, scheme: Scheme, styling: &mut Styling) -> Filtered {
    let mut filtered = Filtered::default();
    let mut budget = Budget::default();
    for sheet in sheets {
        let mut writer = Writer::new(card, scheme, styling, budget);
        writer.sheet(sheet);
        if writer.overflows {
            filtered.simplified = true;
        } else {
            budget = writer.budget;
            filtered.css.push_str(&writer.css);
        }
    }
    // Nothing above writes it; this is what keeps the sheet inside its element.
    debug_assert!(!filtered.css.contains('<'), "{}", filtered.css);
    if filtered.css.contains('<') {
        return Filtered { css: String::new(), simplified: true };
    }
    filtered
}

/// Whether sheets have rules of their own for dark surroundings.
pub fn brings_dark(sheets: &[Sheet], styling: &mut Styling) -> bool {
    let asks = |text: &str| text.to_ascii_lowercase().contains("prefers-color-scheme");
    sheets.iter().filter(|sheet| asks(&sheet.text) || asks(&sheet.media)).any(|sheet| {
        let mut writer = Writer::new("", Scheme::System, styling, Budget::default());
        writer.sheet(sheet);
        writer.brings_dark && !writer.overflows
    })
}

/// Whether sheets say that the mail is made for dark surroundings too (CSS Color Adjustment §2.1).
pub fn supports_dark(sheets: &[Sheet]) -> bool {
    sheets.iter().any(|sheet| {
        let text = sheet.text.to_ascii_lowercase();
        text.match_indices("color-scheme").any(|(start, name)| {
            let before = text.get(..start).unwrap_or_default();
            let after = text.get(start + name.len()..).unwrap_or_default();
            let after = after.get(..after.floor_char_boundary(DECLARATION_LIMIT)).unwrap_or_default();
            let value = after.trim_start_matches('s').trim_start().strip_prefix(':').unwrap_or_default();
            let value = value.split([';', '}', ')']).next();
            !before.ends_with("prefers-") && value.is_some_and(|value| value.contains("dark"))
        })
    })
}

#[derive(Clone, Copy)]
struct Budget {
    rules: usize,
    selectors: usize,
}

impl Default for Budget {
    fn default() -> Self {
        Self { rules: RULE_LIMIT, selectors: SELECTOR_LIMIT }
    }
}

struct Writer<'w, 's> {
    card: &'w str,
    scheme: Scheme,
    styling: &'w mut Styling<'s>,
    budget: Budget,
    css: String,
    depth: usize,
    /// How many of the queries around ask for dark surroundings.
    in_dark: usize,
    brings_dark: bool,
    overflows: bool,
}

impl<'w, 's> Writer<'w, 's> {
    fn new(card: &'w str, scheme: Scheme, styling: &'w mut Styling<'s>, budget: Budget) -> Self {
        let css = String::new();
        Self {
            card,
            scheme,
            styling,
            budget,
            css,
            depth: 0,
            in_dark: 0,
            brings_dark: false,
            overflows: false,
        }
    }

    fn sheet(&mut self, sheet: &Sheet) {
        let media = Media::parse(&mut Parser::new(&sheet.media), self.scheme);
        self.within(&media, &mut Parser::new(&sheet.text));
    }

    /// Writes what stands under a media list.
    fn within(&mut self, media: &Media, parser: &mut Parser) {
        if media.queries.is_empty() {
            return;
        }
        let is_all = media.queries.iter().any(|query| query == "all");
        let start = self.css.len();
        if !is_all {
            self.css.extend(["@media ", &media.queries.join(","), "{"]);
        }
        let inside = self.css.len();
        self.in_dark += usize::from(media.asks_dark);
        // A rule that is refused is left out, and the next one is read.
        StyleSheetParser::new(parser, self).for_each(drop);
        self.in_dark -= usize::from(media.asks_dark);
        if self.css.len() == inside {
            self.css.truncate(start);
        } else if !is_all {
            self.css.push('}');
        }
    }

    fn rule(&mut self, selectors: &[Selector], declarations: &[Declaration]) {
        let inside: Vec<String> = selectors
            .iter()
            .filter_map(|selector| match selector {
                Selector::Inside(css) => Some(format!(".{} {css}", self.card)),
                Selector::Body => None,
            })
            .collect();
        if selectors.contains(&Selector::Body) {
            // As browsers do: the body's ground is that of the whole canvas.
            let (ground, rest): (Vec<_>, Vec<_>) =
                declarations.iter().partition(|declaration| is_ground(declaration.property));
            self.block(&format!(".{}", self.card), ground);
            self.block(&format!(".{} .{BODY}", self.card), rest);
        }
        self.block(&inside.join(","), declarations);
    }

    fn block<'d>(&mut self, selectors: &str, declarations: impl IntoIterator<Item = &'d Declaration>) {
        let declarations = write(declarations);
        if !selectors.is_empty() && !declarations.is_empty() {
            self.css.extend([selectors, "{", &declarations, "}"]);
            self.brings_dark |= self.in_dark > 0;
        }
    }
}

/// Whether a property is about the ground of an element.
pub fn is_ground(property: &str) -> bool {
    property.starts_with("background") || property == "color-scheme"
}

impl<'i> QualifiedRuleParser<'i> for Writer<'_, '_> {
    type Prelude = Vec<Selector>;
    type QualifiedRule = ();
    type Error = ();

    fn parse_prelude(&mut self, parser: &mut Parser<'i>) -> Result<Vec<Selector>, ParseError<()>> {
        selectors(parser, self.card)
    }

    fn parse_block(
        &mut self,
        selectors: Vec<Selector>,
        _: &ParserState,
        parser: &mut Parser<'i>,
    ) -> Result<(), ParseError<()>> {
        let left = (self.budget.rules.checked_sub(1), self.budget.selectors.checked_sub(selectors.len()));
        let (Some(rules), Some(left)) = left else {
            self.overflows = true;
            return Err(refused());
        };
        self.budget = Budget { rules, selectors: left };
        let declarations = declarations(parser, self.styling);
        self.rule(&selectors, &declarations);
        Ok(())
    }
}

impl<'i> AtRuleParser<'i> for Writer<'_, '_> {
    type Prelude = Media;
    type AtRule = ();
    type Error = ();

    fn parse_prelude(
        &mut self,
        name: CowRcStr<'i>,
        parser: &mut Parser<'i>,
    ) -> Result<Media, ParseError<()>> {
        if !name.eq_ignore_ascii_case("media") {
            return Err(refused());
        }
        Ok(Media::parse(parser, self.scheme))
    }

    fn parse_block(
        &mut self,
        media: Media,
        _: &ParserState,
        parser: &mut Parser<'i>,
    ) -> Result<(), ParseError<()>> {
        if self.depth < DEPTH_LIMIT {
            self.depth += 1;
            self.within(&media, parser);
            self.depth -= 1;
        }
        Ok(())
    }
}

fn refused() -> ParseError<()> {
    ParseError::from(BasicParseError::unexpected_token())
}

#[cfg(test)]
mod tests;
