//! HTML cut down to the vocabulary, with every tag closed in order: what it costs to build a tree from it is bounded
//! by its length. The tree builder's own rules for tags left out can be made to take quadratic time and memory
//! (formatting that is opened again in every block, elements moved out of tables, scopes searched through all open
//! elements); after this, it finds nothing left to do by them. Nothing here is relied on for safety.

use super::{
    css::Sheet,
    root::Root,
    vocabulary::{Kind, element, has_attribute},
};
use crate::mime::{escape::escape, raw_text};
use html5gum::{EndTag, StartTag, Token, Tokenizer};
use std::ops::Range;

/// How deep elements nest: half of what browsers allow.
const DEPTH_LIMIT: usize = 256;
/// Tags kept in one mail. Ten times more than large newsletters have.
const TAG_LIMIT: usize = 100_000;
/// Bytes of text without a tag: a `<wbr>` parts longer ones. html5ever's serializer searches the rest of a text for `<`
/// from each `&` and each no-break space in it.
const TEXT_LIMIT: usize = 4096;
/// Longer attributes are left out, but for embedded pictures: the same search goes through them.
const ATTRIBUTE_LIMIT: usize = 8192;
/// Bytes of style sheets in one mail: a sheet beyond is left out.
const SHEET_LIMIT: usize = 256 * 1024;
/// Style sheets in one mail.
const SHEETS_LIMIT: usize = 200;

/// Balanced HTML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Balanced {
    /// The HTML.
    pub html: String,
    /// What the root elements say of the page, as they say it.
    pub root: Root,
    /// Its style sheets, as they are.
    pub sheets: Vec<Sheet>,
    /// It says that it is made for dark surroundings too.
    pub supports_dark: bool,
    /// Tags were left out because there were too many, or too deep: the text is all there, its layout is not.
    pub simplified: bool,
}

/// Cuts HTML down and balances it, in time linear in its length.
pub fn balance(html: &str) -> Balanced {
    let mut balancer = Balancer::new(html.len());
    let mut sheets = Sheets::default();
    let mut tokenizer = Tokenizer::new(html);
    let mut hidden = false;
    let mut root = Root::default();
    let mut supports_dark = false;
    while let Some(Ok(token)) = tokenizer.next() {
        match token {
            Token::StartTag(tag) if matches!(&**tag.name, b"html" | b"body") => root.add(&tag),
            Token::StartTag(tag) => {
                let raw = raw_text::state_inside(&tag.name);
                hidden = raw.is_some() && !matches!(&**tag.name, b"textarea" | b"xmp" | b"plaintext");
                if let Some(state) = raw {
                    tokenizer.set_state(state);
                }
                match &**tag.name {
                    b"style" => sheets.start(&tag),
                    b"meta" => supports_dark |= says_dark(&tag),
                    _ => balancer.start(&tag),
                }
            }
            Token::EndTag(tag) => {
                hidden = false;
                sheets.end();
                balancer.end(&tag);
            }
            Token::String(text) if !hidden => balancer.text(&String::from_utf8_lossy(&text)),
            Token::String(text) => sheets.text(&text),
            _ => {}
        }
    }
    sheets.end();
    balancer.close_to(0);
    Balanced {
        html: balancer.html,
        root,
        sheets: sheets.all,
        supports_dark,
        simplified: balancer.simplified || sheets.simplified,
    }
}

/// `<meta name="color-scheme" content="light dark">` (WHATWG HTML §4.2.5.1), and the name it had before.
fn says_dark(tag: &StartTag<()>) -> bool {
    let attribute = |name: &[u8]| {
        let value = tag.attributes.get(name).map(|value| String::from_utf8_lossy(value).to_ascii_lowercase());
        value.unwrap_or_default()
    };
    matches!(attribute(b"name").trim(), "color-scheme" | "supported-color-schemes")
        && attribute(b"content").contains("dark")
}

/// The `<style>` elements met.
#[derive(Default)]
struct Sheets {
    all: Vec<Sheet>,
    open: Option<Sheet>,
    length: usize,
    simplified: bool,
}

impl Sheets {
    fn start(&mut self, tag: &StartTag<()>) {
        let attribute = |name: &[u8]| tag.attributes.get(name).map(|value| String::from_utf8_lossy(value));
        let is_css = attribute(b"type").is_none_or(|media_type| {
            media_type.trim().is_empty() || media_type.trim().eq_ignore_ascii_case("text/css")
        });
        let media = attribute(b"media").unwrap_or_default().into_owned();
        self.open = (is_css && media.len() <= ATTRIBUTE_LIMIT).then(|| Sheet { media, text: String::new() });
    }

    fn text(&mut self, text: &[u8]) {
        let Some(sheet) = &mut self.open else { return };
        self.length = self.length.saturating_add(text.len());
        if self.length > SHEET_LIMIT {
            self.simplified = true;
            self.open = None;
            return;
        }
        sheet.text.push_str(&String::from_utf8_lossy(text));
    }

    fn end(&mut self) {
        let Some(sheet) = self.open.take() else { return };
        if self.all.len() < SHEETS_LIMIT {
            self.all.push(sheet);
        } else {
            self.simplified = true;
        }
    }
}

#[derive(Clone)]
struct Open {
    name: &'static str,
    kind: Kind,
    /// Where its start tag was written.
    tag: Range<usize>,
}

struct Balancer {
    html: String,
    open: Vec<Open>,
    /// Formatting that was open when its block ended: it goes on with the next text.
    pending: Vec<Open>,
    /// Start tags left out below [`DEPTH_LIMIT`] whose end tags are still to come.
    too_deep: usize,
    tags_left: usize,
    /// How many bytes of start tags may be written again.
    repeats_left: usize,
    simplified: bool,
    /// A line break right behind `<pre>` is not content.
    at_pre: bool,
    /// How much text was written since the last tag.
    text_length: usize,
}

impl Balancer {
    fn new(length: usize) -> Self {
        Self {
            html: String::with_capacity(length),
            open: Vec::new(),
            pending: Vec::new(),
            too_deep: 0,
            tags_left: TAG_LIMIT,
            repeats_left: length,
            simplified: false,
            at_pre: false,
            text_length: 0,
        }
    }

    fn start(&mut self, tag: &StartTag<()>) {
        let Some((name, kind)) = std::str::from_utf8(&tag.name).ok().and_then(element) else { return };
        if self.too_deep > 0 {
            self.too_deep += usize::from(kind != Kind::Void);
            return;
        }
        if !self.prepare(name, kind) {
            return;
        }
        if kind != Kind::Void && self.open.len() >= DEPTH_LIMIT && !is_table_part(kind) {
            self.too_deep = 1;
            self.simplified = true;
            return;
        }
        self.open(name, kind, |html| {
            for (attribute, value) in &tag.attributes {
                let (attribute, value) = (String::from_utf8_lossy(attribute), String::from_utf8_lossy(value));
                let fits = value.len() <= ATTRIBUTE_LIMIT || (name, &*attribute) == ("img", "src");
                if fits && has_attribute(name, &attribute) {
                    html.extend([" ", &attribute, "=\""]);
                    escape(&value, html);
                    html.push('"');
                }
            }
        });
    }

    /// Closes what the element ends, opens what it needs. False if it has no place here.
    fn prepare(&mut self, name: &'static str, kind: Kind) -> bool {
        if is_table_part(kind) {
            return self.prepare_table_part(kind);
        }
        self.enter_cell();
        match kind {
            Kind::Item => self.close_item(|open| open == "li"),
            Kind::Definition => self.close_item(|open| matches!(open, "dd" | "dt")),
            _ => {}
        }
        match kind {
            Kind::Formatting => {
                if name == "a" {
                    self.close_link();
                }
                self.resume();
            }
            Kind::Phrase => self.resume(),
            Kind::Void if name != "hr" => self.resume(),
            _ => self.close_paragraph(),
        }
        if kind == Kind::Heading && self.open.last().is_some_and(|open| open.kind == Kind::Heading) {
            self.close_to(self.open.len() - 1);
        }
        true
    }

    /// Brings a part of a table to its place: closes up to its parent, and opens a row for a cell.
    fn prepare_table_part(&mut self, kind: Kind) -> bool {
        let Some(table) = self.open.iter().rposition(|open| open.kind == Kind::Table) else { return false };
        let holds = |open: &Open| match kind {
            Kind::Row => open.kind == Kind::Section,
            Kind::Cell => matches!(open.kind, Kind::Section | Kind::Row),
            _ => false,
        };
        let parent = self.open[table + 1..].iter().rposition(holds).map_or(table, |index| table + 1 + index);
        self.close_to(parent + 1);
        self.pending.clear();
        if kind == Kind::Cell && self.open.last().is_some_and(|open| open.kind != Kind::Row) {
            self.open("tr", Kind::Row, |_| {});
        }
        true
    }

    /// Content directly in a table is put into a cell.
    fn enter_cell(&mut self) {
        let Some(last) = self.open.last() else { return };
        if !matches!(last.kind, Kind::Table | Kind::Section | Kind::Row) {
            return;
        }
        if last.kind != Kind::Row {
            self.open("tr", Kind::Row, |_| {});
        }
        self.open("td", Kind::Cell, |_| {});
    }

    fn close_item(&mut self, is_item: impl Fn(&str) -> bool) {
        for (index, open) in self.open.iter().enumerate().rev() {
            if is_item(open.name) {
                return self.close_to(index);
            }
            if is_special(open.kind) && !matches!(open.name, "address" | "div" | "p") {
                return;
            }
        }
    }

    fn close_paragraph(&mut self) {
        let in_cell = self.open.iter().rposition(|open| bounds(open.kind)).map_or(0, |index| index + 1);
        if let Some(index) = self.open[in_cell..].iter().rposition(|open| open.name == "p") {
            self.close_to(in_cell + index);
        }
    }

    /// A link does not go on in the next one.
    fn close_link(&mut self) {
        self.pending.retain(|open| open.name != "a");
        let in_cell = self.open.iter().rposition(|open| bounds(open.kind)).map_or(0, |index| index + 1);
        if let Some(index) = self.open[in_cell..].iter().rposition(|open| open.name == "a") {
            self.close_to(in_cell + index);
            self.pending.retain(|open| open.name != "a");
        }
    }

    fn end(&mut self, tag: &EndTag<()>) {
        let Some((name, kind)) = std::str::from_utf8(&tag.name).ok().and_then(element) else { return };
        if self.too_deep > 0 {
            self.too_deep -= usize::from(kind != Kind::Void);
            return;
        }
        if let Some(index) = self.pending.iter().rposition(|open| open.name == name) {
            self.pending.remove(index);
            return;
        }
        let ends = |open: &Open| open.name == name || (kind == Kind::Heading && open.kind == kind);
        let reaches = |open: &Open| match kind {
            Kind::Table => true,
            Kind::Phrase => !is_special(open.kind),
            Kind::Caption | Kind::Section | Kind::Row | Kind::Cell => open.kind != Kind::Table,
            _ => !bounds(open.kind),
        };
        let candidate = self.open.iter().rposition(|open| ends(open) || !reaches(open));
        if let Some(index) = candidate.filter(|&index| ends(&self.open[index])) {
            self.close_to(index + 1);
            self.close_last();
            if bounds(kind) {
                self.pending.clear();
            }
        }
    }

    fn text(&mut self, text: &str) {
        let text = if self.at_pre { text.trim_start_matches(['\n', '\r']) } else { text };
        if text.is_empty() {
            return;
        }
        if !text.chars().all(|c| c.is_ascii_whitespace()) {
            self.enter_cell();
            self.resume();
        }
        // White space alone opens nothing: between cells it means nothing, elsewhere it separates words.
        self.write(text);
    }

    fn write(&mut self, text: &str) {
        self.at_pre = false;
        let mut rest = text;
        while !rest.is_empty() {
            let room = rest.floor_char_boundary(TEXT_LIMIT.saturating_sub(self.text_length));
            let space = rest[..room].rfind(|c: char| c.is_ascii_whitespace()).map(|space| space + 1);
            let length = if room == rest.len() { room } else { space.unwrap_or(room) };
            escape(&rest[..length], &mut self.html);
            self.text_length += length;
            rest = &rest[length..];
            if !rest.is_empty() {
                self.html.push_str("<wbr>");
                self.text_length = 0;
            }
        }
    }

    /// Opens the formatting again that the end of a block interrupted.
    fn resume(&mut self) {
        for open in std::mem::take(&mut self.pending) {
            let length = open.tag.len();
            if length > self.repeats_left || self.open.len() >= DEPTH_LIMIT || self.tags_left == 0 {
                self.simplified = true;
                return;
            }
            self.repeats_left -= length;
            self.tags_left -= 1;
            let start = self.html.len();
            self.html.extend_from_within(open.tag);
            self.wrote_tag();
            self.open.push(Open { tag: start..self.html.len(), ..open });
        }
    }

    fn open(&mut self, name: &'static str, kind: Kind, attributes: impl FnOnce(&mut String)) {
        let Some(left) = self.tags_left.checked_sub(1) else { return self.give_up() };
        self.tags_left = left;
        let start = self.html.len();
        self.html.extend(["<", name]);
        attributes(&mut self.html);
        self.html.push('>');
        self.wrote_tag();
        self.at_pre = name == "pre";
        if kind != Kind::Void {
            self.open.push(Open { name, kind, tag: start..self.html.len() });
        }
    }

    /// Closes elements down to a depth. Formatting among them goes on later, but not beyond its cell.
    fn close_to(&mut self, depth: usize) {
        let mut interrupted = Vec::new();
        while self.open.len() > depth {
            let Some(open) = self.close_last() else { break };
            match open.kind {
                Kind::Formatting => interrupted.push(open),
                kind if bounds(kind) => interrupted.clear(),
                _ => {}
            }
        }
        interrupted.reverse();
        interrupted.append(&mut self.pending);
        self.pending = interrupted;
    }

    fn close_last(&mut self) -> Option<Open> {
        let open = self.open.pop()?;
        self.html.extend(["</", open.name, ">"]);
        self.wrote_tag();
        Some(open)
    }

    fn wrote_tag(&mut self) {
        self.at_pre = false;
        self.text_length = 0;
    }

    /// No more tags: from here on there is text alone.
    fn give_up(&mut self) {
        self.simplified = true;
        self.close_to(0);
        self.pending.clear();
    }
}

fn is_table_part(kind: Kind) -> bool {
    matches!(kind, Kind::Caption | Kind::Section | Kind::Row | Kind::Cell)
}

/// Whether an element keeps end tags and paragraphs inside it from reaching outside.
fn bounds(kind: Kind) -> bool {
    kind == Kind::Table || is_table_part(kind)
}

fn is_special(kind: Kind) -> bool {
    !matches!(kind, Kind::Formatting | Kind::Phrase)
}

#[cfg(test)]
mod tests;
