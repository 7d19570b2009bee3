//! HTML as plain text, for those who read that: a paragraph is a line, quotes are marked, links tell where they lead.

use crate::mime::sanitize::balanced;
use html5gum::{StartTag, Token, Tokenizer};

/// Quotes and lists nest at most this deep; deeper ones are shown at this depth.
const DEPTH_LIMIT: usize = 16;

/// The text of HTML, in time linear in its length.
pub fn text_of_html(html: &str) -> String {
    let html = balanced(html);
    let mut text = Text { out: String::with_capacity(html.len() / 2), ..Text::default() };
    for Ok(token) in Tokenizer::new(&html) {
        match token {
            Token::StartTag(tag) => text.start(&tag),
            Token::EndTag(tag) => text.end(&tag.name),
            Token::String(string) => text.text(&String::from_utf8_lossy(&string)),
            _ => {}
        }
    }
    text.out
}

#[derive(Default)]
struct Text {
    out: String,
    /// Where the line being written has its text.
    line: usize,
    /// Line ends to be written before the next text.
    ends: usize,
    /// The least depth of quotes since the last text: what the blank lines there are in.
    least: usize,
    /// A space to be written before the next text.
    space: bool,
    quotes: usize,
    lists: Vec<List>,
    /// What stands before the next text: the mark of an item.
    mark: String,
    /// How deep in `<pre>`, and that its first line feed is still to come, which is none.
    preformatted: usize,
    first: bool,
    /// The cells of the row so far; that the last one has no text yet.
    cells: usize,
    fresh: bool,
    link: Option<Link>,
}

struct List {
    /// The number of the next item.
    next: Option<u32>,
    /// How far its items' lines are indented.
    indent: usize,
}

struct Link {
    href: String,
    /// Where its text begins.
    at: usize,
}

impl Text {
    fn start(&mut self, tag: &StartTag<()>) {
        match &**tag.name {
            b"br" => self.ends += 1,
            b"hr" => {
                self.part(2);
                self.word("----------");
                self.part(2);
            }
            b"img" => match attribute(tag, "alt") {
                Some(alt) if !alt.trim().is_empty() => self.text(&format!("[{}]", alt.trim())),
                _ => {}
            },
            b"a" => {
                self.link = attribute(tag, "href").map(|href| Link { href, at: self.out.len() });
            }
            b"blockquote" => {
                self.part(2);
                self.quotes += 1;
            }
            name @ (b"ul" | b"ol") => {
                self.part(if self.lists.is_empty() { 2 } else { 1 });
                let start = attribute(tag, "start").and_then(|start| start.parse().ok()).unwrap_or(1);
                self.lists.push(List { next: (name == b"ol").then_some(start), indent: 0 });
            }
            b"li" => self.item(),
            b"pre" => {
                self.part(2);
                self.preformatted += 1;
                self.first = true;
            }
            b"tr" => {
                self.part(1);
                self.cells = 0;
            }
            b"td" | b"th" => self.cell(),
            name => self.part(gap(name)),
        }
    }

    fn end(&mut self, name: &[u8]) {
        match name {
            b"a" => self.end_link(),
            b"blockquote" => {
                self.part(2);
                self.quotes = self.quotes.saturating_sub(1);
                self.least = self.least.min(self.quotes);
            }
            b"ul" | b"ol" => {
                self.lists.pop();
                self.mark.clear();
                self.part(if self.lists.is_empty() { 2 } else { 1 });
            }
            b"li" | b"tr" => {
                self.fresh = false;
                self.part(1);
            }
            b"pre" => {
                self.preformatted = self.preformatted.saturating_sub(1);
                self.part(2);
            }
            name => self.part(gap(name)),
        }
    }

    fn item(&mut self) {
        self.part(1);
        let depth = self.lists.len();
        let Some(list) = self.lists.last_mut() else {
            self.mark = "- ".to_owned();
            return;
        };
        self.mark = match &mut list.next {
            Some(number) => {
                let mark = format!("{number}. ");
                *number = number.saturating_add(1);
                mark
            }
            None => "- ".to_owned(),
        };
        list.indent = if depth > DEPTH_LIMIT { 0 } else { self.mark.len() };
    }

    /// Cells of a row stand on one line, whatever blocks are in them.
    fn cell(&mut self) {
        if self.cells > 0 && !self.out.is_empty() {
            (self.ends, self.space) = (0, false);
            self.word(" | ");
        }
        self.cells += 1;
        self.fresh = true;
    }

    fn end_link(&mut self) {
        let Some(Link { href, at }) = self.link.take() else { return };
        let shown = self.out.get(at..).unwrap_or_default().trim();
        let bare = |address: &str| {
            let address =
                ["mailto:", "https://", "http://"].iter().find_map(|start| address.strip_prefix(start));
            address.map(|address| address.trim_end_matches('/').to_owned())
        };
        let known = shown == href || bare(&href).is_some_and(|bare| bare == shown.trim_end_matches('/'));
        if !known && bare(&href).is_some() && shown.len() + href.len() <= 4096 {
            self.space = !shown.is_empty();
            self.word(&format!("<{href}>"));
        }
    }

    /// At least so many line ends stand before what comes.
    fn part(&mut self, ends: usize) {
        if ends > 0 && !self.fresh {
            self.ends = self.ends.max(ends);
            self.space = false;
        }
    }

    fn text(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                '\n' if self.preformatted > 0 => {
                    if !std::mem::take(&mut self.first) {
                        self.ends += 1;
                    }
                }
                ' ' | '\t' | '\n' | '\r' | '\x0c' if self.preformatted == 0 => self.space = true,
                '\r' | '\0' => {}
                '\u{a0}' => self.character(' '),
                c => self.character(c),
            }
        }
    }

    fn word(&mut self, word: &str) {
        for c in word.chars() {
            self.character(c);
        }
    }

    fn character(&mut self, c: char) {
        self.first = false;
        self.fresh = false;
        if self.out.is_empty() || self.ends > 0 || !self.mark.is_empty() {
            self.new_line();
        }
        if std::mem::take(&mut self.space) && self.out.len() > self.line && !self.out.ends_with(' ') {
            self.out.push(' ');
        }
        if c == '>' && self.out.len() == self.line && self.quotes == 0 && self.lists.is_empty() {
            // It quotes nothing.
            self.out.push(' ');
        }
        self.out.push(c);
    }

    fn new_line(&mut self) {
        let ends = if self.out.is_empty() { 0 } else { std::mem::take(&mut self.ends).max(1) };
        self.ends = 0;
        for end in 0..ends {
            self.out.truncate(self.out.trim_end_matches(' ').len());
            self.out.push('\n');
            if end + 1 < ends {
                self.marks(self.least.min(self.quotes));
            }
        }
        self.marks(self.quotes);
        if self.quotes > 0 {
            self.out.push(' ');
        }
        let mark = std::mem::take(&mut self.mark);
        let indent: usize = self.lists.iter().map(|list| list.indent).sum();
        self.out.extend(std::iter::repeat_n(' ', indent.saturating_sub(mark.len())));
        self.out.push_str(&mark);
        self.line = self.out.len();
        self.least = self.quotes;
        self.space = false;
    }

    fn marks(&mut self, depth: usize) {
        self.out.extend(std::iter::repeat_n('>', depth.min(DEPTH_LIMIT)));
    }
}

/// How many line ends an element is set off by.
fn gap(name: &[u8]) -> usize {
    match name {
        b"p" | b"h1" | b"h2" | b"h3" | b"h4" | b"h5" | b"h6" | b"table" | b"dl" | b"figure" => 2,
        b"div" | b"address" | b"article" | b"aside" | b"caption" | b"center" | b"dd" | b"details"
        | b"dir" | b"dt" | b"figcaption" | b"footer" | b"header" | b"main" | b"menu" | b"nav"
        | b"section" | b"summary" => 1,
        _ => 0,
    }
}

fn attribute(tag: &StartTag<()>, name: &str) -> Option<String> {
    tag.attributes.get(name.as_bytes()).map(|value| String::from_utf8_lossy(value).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn text_reads_as_it_looked() {
        let table = [
            ("", ""),
            ("a  b\n c", "a b c"),
            ("<p>a</p><p>b</p>", "a\n\nb"),
            ("<div>a</div><div>b</div>", "a\nb"),
            ("<div>a</div><div><br></div><div>b<br></div><div>c</div>", "a\n\nb\nc"),
            ("a<br>b<br><br>c", "a\nb\n\nc"),
            ("<h1>T</h1>a<b>b</b> <i>c</i>", "T\n\nab c"),
            (r#"<a href="https://x.test/">here</a>."#, "here <https://x.test/>."),
            (
                r#"<a href="https://x.test/">x.test</a> <a href="mailto:a@x.test">a@x.test</a>"#,
                "x.test a@x.test",
            ),
            (r#"<a href="https://x.test/a"><img src=b></a>"#, "<https://x.test/a>"),
            (r#"<img alt="A cat">"#, "[A cat]"),
            ("<ul><li>a<li>b<ul><li>c</ul><li><p>d</p><p>e</p></ul>f", "- a\n- b\n  - c\n- d\n\n  e\n\nf"),
            (r#"<ol start="9"><li>a</li><li>b<br>c</li></ol>"#, "9. a\n10. b\n    c"),
            (
                "a<blockquote>b<p>c</p><blockquote>d</blockquote></blockquote>e",
                "a\n\n> b\n>\n> c\n>\n>> d\n\ne",
            ),
            ("<table><tr><th>a<th>b<tr><td><p>c</p><td><div>d</div></table>e", "a | b\nc | d\n\ne"),
            ("a<pre>\n b  c\n\n d</pre>e", "a\n\n b  c\n\n d\n\ne"),
            ("a<hr>b", "a\n\n----------\n\nb"),
            ("&lt;b&gt; &amp;&nbsp;&gt;", "<b> & >"),
            ("<p>&gt; no quote</p>", " > no quote"),
            ("<style>a</style><script>b</script><title>c</title>d<!-- e -->", "d"),
            ("<p>-- <br>Ada</p>", "--\nAda"),
        ];
        for (html, text) in table {
            assert_eq!(text_of_html(html), text, "{html}");
        }
    }

    #[test]
    fn hostile_nesting_costs_no_more_than_its_length() {
        for unit in ["<blockquote>a", "<ul><li>a", "<table><tr><td>a", "<a href=x>", "<b>"] {
            let html = unit.repeat(100_000);
            assert!(text_of_html(&html).len() < html.len() * 20, "{unit}");
        }
    }

    proptest! {
        #[test]
        fn every_word_is_there_in_order(html in "(<(p|div|li|ul|br|td|tr|blockquote|pre|/p|/ul|/blockquote)>|[a-z]{1,5} ){0,40}") {
            let mut rest = html.as_str();
            let mut words = String::new();
            while let Some((before, after)) = rest.split_once('<') {
                words.push_str(before);
                rest = after.split_once('>').map_or("", |(_, after)| after);
            }
            words.push_str(rest);
            let text = text_of_html(&html);
            let letters = |text: &str| text.chars().filter(char::is_ascii_lowercase).collect::<String>();
            prop_assert_eq!(letters(&text), letters(&words));
        }
    }
}
