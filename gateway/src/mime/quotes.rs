//! The long quote at the end of an HTML mail, folded: a `<details>` is put around it before the HTML is sanitised, so
//! that what follows needs not be trusted. Only what a mailer marked as a quote, or set off by its divider, is folded;
//! never what its writer wrote above, between or below.

use super::raw_text;
use html5gum::{DefaultEmitter, StartTag, Token, Tokenizer};
use std::ops::Range;

/// Shorter quotes stay as they are, in visible characters.
const LONG: usize = 700;
/// How far into a quote it may say that it is a forwarded message, in visible characters.
const HEAD: usize = 120;
/// How deep elements are followed.
const DEPTH_LIMIT: usize = 300;
const OPEN: &str = "<details><summary>Quoted text</summary>";
const CLOSE: &str = "</details>";

/// The HTML with its trailing quote folded, if it has a long one below some text. Linear.
pub fn fold(html: &str) -> Option<String> {
    let place = Finder::default().find(html)?;
    // The offsets are the tokenizer's: what they point at is looked at before it is believed.
    let starts_tag = |at: usize| html.is_char_boundary(at) && html[at..].starts_with('<');
    let ends_tag = |at: usize| html.is_char_boundary(at) && (at == html.len() || html[..at].ends_with('>'));
    if !starts_tag(place.start) || !ends_tag(place.end) || place.end < place.start {
        return None;
    }
    let (before, quote, after) = (&html[..place.start], &html[place.clone()], &html[place.end..]);
    Some([before, OPEN, quote, CLOSE, after].concat())
}

#[derive(Default)]
struct Finder {
    open: Vec<Open>,
    /// Visible characters so far.
    visible: usize,
    /// The last visible character.
    last: Option<char>,
    quote: Option<Quote>,
}

struct Open {
    name: Vec<u8>,
    start: usize,
    /// Visible characters before it.
    before: usize,
}

struct Quote {
    start: usize,
    /// Visible characters before it.
    before: usize,
    /// The depth of the element that is quoted; absent where it goes on to the end.
    depth: Option<usize>,
    /// Where it ended, and how many visible characters there were.
    ended: Option<(usize, usize)>,
    /// Its beginning.
    head: String,
}

impl Finder {
    fn find(mut self, html: &str) -> Option<Range<usize>> {
        let mut tokenizer = Tokenizer::new_with_emitter(html, DefaultEmitter::<usize>::new_with_span());
        let mut hidden = false;
        while let Some(Ok(token)) = tokenizer.next() {
            match token {
                Token::StartTag(tag) => {
                    let raw = raw_text::state_inside(&tag.name);
                    hidden = raw.is_some();
                    if let Some(state) = raw {
                        tokenizer.set_state(state);
                    } else {
                        self.start(&tag);
                    }
                }
                Token::EndTag(tag) => {
                    hidden = false;
                    self.end(&tag.name, tag.span.end);
                }
                Token::String(text) if !hidden => self.text(&String::from_utf8_lossy(&text)),
                _ => {}
            }
        }
        let quote = self.quote.filter(|quote| quote.before > 0 && !is_forwarded(&quote.head))?;
        let (end, visible) = quote.ended.unwrap_or((html.len(), self.visible));
        (visible - quote.before >= LONG).then_some(quote.start..end)
    }

    fn start(&mut self, tag: &StartTag<usize>) {
        if is_void(&tag.name) {
            if attribute(tag, "id") == "stopspelling" {
                self.divide(tag.span.start);
            }
            return;
        }
        let quotes = is_quote(tag) || (&**tag.name == b"blockquote" && self.last == Some(':'));
        let start = tag.span.start;
        if quotes && self.may_begin() {
            let depth = Some(self.open.len());
            self.quote = Some(Quote { start, before: self.visible, depth, ended: None, head: String::new() });
        } else if is_divider(tag) {
            self.divide(start);
        }
        if self.open.len() < DEPTH_LIMIT {
            self.open.push(Open { name: tag.name.to_vec(), start, before: self.visible });
        }
    }

    fn may_begin(&self) -> bool {
        self.quote.as_ref().is_none_or(|quote| quote.ended.is_some_and(|(_, visible)| visible < self.visible))
    }

    /// All that follows is a quote. It begins with the outermost element that has nothing before the divider in it.
    fn divide(&mut self, at: usize) {
        if !self.may_begin() {
            return;
        }
        let is_around = |open: &&Open| {
            open.before == self.visible
                && matches!(
                    open.name.as_slice(),
                    b"div" | b"p" | b"span" | b"font" | b"blockquote" | b"section"
                )
        };
        let start = self.open.iter().rev().take_while(is_around).last().map_or(at, |open| open.start);
        self.quote =
            Some(Quote { start, before: self.visible, depth: None, ended: None, head: String::new() });
    }

    fn end(&mut self, name: &[u8], end: usize) {
        // An end tag that closes nothing near is one too many.
        const NEAR: usize = 40;
        let Some(index) = self.open.iter().rev().take(NEAR).position(|open| open.name == name) else {
            return;
        };
        self.open.truncate(self.open.len() - 1 - index);
        let (depth, visible) = (self.open.len(), self.visible);
        if let Some(quote) = &mut self.quote
            && quote.ended.is_none()
            && quote.depth.is_some_and(|quoted| depth <= quoted)
        {
            quote.ended = Some((end, visible));
        }
    }

    fn text(&mut self, text: &str) {
        let mark = text.trim();
        if is_written_divider(mark)
            && let Some(at) =
                self.open.last().filter(|open| open.before == self.visible).map(|open| open.start)
        {
            self.divide(at);
        }
        let is_visible =
            |c: &char| !c.is_whitespace() && !matches!(c, '\u{a0}' | '\u{200b}'..='\u{200f}' | '\u{feff}');
        let shown = text.chars().filter(is_visible).count();
        if shown == 0 {
            return;
        }
        self.last = text.chars().rev().find(is_visible);
        self.visible += shown;
        match &mut self.quote {
            // Somebody wrote below: this was not at the end.
            Some(quote) if quote.ended.is_some() => self.quote = None,
            Some(quote) if quote.head.len() < HEAD => quote.head.push_str(mark),
            _ => {}
        }
    }
}

fn attribute(tag: &StartTag<usize>, name: &str) -> String {
    let value = tag.attributes.iter().find(|(key, _)| key.as_slice() == name.as_bytes());
    value.map(|(_, value)| String::from_utf8_lossy(value).to_ascii_lowercase()).unwrap_or_default()
}

/// An element that a mailer puts around what it quotes.
fn is_quote(tag: &StartTag<usize>) -> bool {
    const CLASSES: [&str; 8] = [
        "gmail_quote",
        "gmail_quote_container",
        "protonmail_quote",
        "yahoo_quoted",
        "zmail_extra",
        "tutanota_quote",
        "moz-forward-container",
        "quote-container",
    ];
    match &**tag.name {
        b"blockquote" => {
            attribute(tag, "type") == "cite"
                || attribute(tag, "class").split_ascii_whitespace().any(|class| CLASSES.contains(&class))
        }
        b"div" => attribute(tag, "class").split_ascii_whitespace().any(|class| CLASSES.contains(&class)),
        _ => false,
    }
}

/// An element that a mailer puts before what it quotes.
fn is_divider(tag: &StartTag<usize>) -> bool {
    if !matches!(&**tag.name, b"div" | b"table") {
        return false;
    }
    let style: String = attribute(tag, "style").split_ascii_whitespace().collect();
    matches!(attribute(tag, "id").as_str(), "divrplyfwdmsg" | "appendonsend" | "mail-editor-reference-message-container")
        || attribute(tag, "class").split_ascii_whitespace().any(|class| class == "outlookmessageheader")
        // Word's line above From, Sent, To, Subject.
        || (style.contains("border-top:solid#e1e1e1") || style.contains("border-top:solid#b5c4df"))
}

/// "-----Original Message-----", in any language.
pub(super) fn is_written_divider(line: &str) -> bool {
    let line = line.trim();
    let inner = line.trim_matches('-');
    line.len() < 80
        && line.starts_with("-----")
        && line.ends_with("-----")
        && inner.trim().chars().any(char::is_alphabetic)
        && !inner.contains("BEGIN")
        && !inner.contains("END")
        && !is_forwarded(inner)
}

/// Whether a quote is what its sender passes on.
pub(super) fn is_forwarded(head: &str) -> bool {
    const WORDS: [&str; 6] =
        ["forward", "weitergeleitet", "transféré", "reenviado", "inoltrat", "doorgestuurd"];
    let head = head.to_lowercase();
    WORDS.iter().any(|word| head.contains(word))
}

fn is_void(name: &[u8]) -> bool {
    matches!(
        name,
        b"br" | b"hr" | b"img" | b"meta" | b"link" | b"input" | b"wbr" | b"col" | b"area" | b"base"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mime::sanitize::{Surroundings, sanitize};
    use proptest::prelude::*;

    fn long() -> String {
        "<p>quoted words</p>".repeat(80)
    }

    /// What is left to see before the fold is opened.
    fn unfolded(html: &str) -> Option<String> {
        let folded = sanitize(&fold(html)?, &Surroundings::default()).html;
        let (before, rest) = folded.split_once("<details>").unwrap();
        let (_, after) = rest.rsplit_once("</details>").unwrap();
        let seen = format!("{before}|{after}");
        Some(seen.split('<').map(|piece| piece.split_once('>').map_or(piece, |(_, text)| text)).collect())
    }

    #[test]
    fn trailing_quotes_of_every_mailer_are_folded() {
        let long = long();
        for html in [
            format!(
                "<p>new\r\nwords</p>\r\n<div class=\"gmail_quote\"><div>On Monday Ada wrote:</div><blockquote>{long}</blockquote></div>"
            ),
            format!("<div>new words<br><blockquote type=\"cite\">{long}</blockquote></div>"),
            format!(
                "<p>new words</p><div id=\"appendonsend\"></div><hr><div id=\"divRplyFwdMsg\">From: Ada</div><div>{long}</div>"
            ),
            format!(
                "<div><p>new words</p><div><div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3pt'><p>From: Ada</p></div></div>{long}</div>"
            ),
            format!("<p>new words</p><div>-----Original Message-----<br>From: Ada</div>{long}"),
            format!("<div>new words</div><div class='x yahoo_quoted'>{long}</div><br>&nbsp;"),
        ] {
            assert_eq!(
                unfolded(&html).map(|seen| seen.replace(['\n', ' '], "").replace("&nbsp;", "")).as_deref(),
                Some("newwords|"),
                "{html}"
            );
        }
        let apple = format!("<div>new</div><div>On Monday Ada wrote:<blockquote>{long}</blockquote></div>");
        assert_eq!(unfolded(&apple).as_deref(), Some("newOn Monday Ada wrote:|"));
    }

    #[test]
    fn what_is_no_long_quote_at_the_end_stays() {
        let long = long();
        for html in [
            "<p>new</p><blockquote type=cite>short</blockquote>".to_owned(),
            format!("<blockquote type=cite>{long}</blockquote>"),
            format!("<p>new</p><blockquote type=cite>{long}</blockquote><p>below</p>"),
            format!("<p>new</p><blockquote>{long}</blockquote>"),
            format!(
                "<p>new</p><div class=gmail_quote>---------- Forwarded message ---------<br>{long}</div>"
            ),
            format!("<p>new</p>{long}"),
            format!("<style>.gmail_quote{{}}</style><p>new</p><div>{long}</div>"),
        ] {
            assert_eq!(fold(&html), None, "{html}");
        }
    }

    #[test]
    fn of_several_quotes_the_last_is_folded() {
        let long = long();
        let html = format!(
            "<p>a</p><blockquote type=cite>{long}</blockquote><p>b</p><blockquote type=cite>{long}</blockquote>"
        );
        let folded = fold(&html).unwrap();
        assert!(folded.find("<details>").unwrap() > folded.find("<p>b</p>").unwrap());
    }

    #[test]
    fn hostile_nesting_ends() {
        for piece in ["<div>", "</div>", "<blockquote type=cite>", "<div id=divRplyFwdMsg>x", "<p></div>"] {
            fold(&piece.repeat(100_000));
        }
    }

    proptest! {
        #[test]
        fn folding_loses_no_word(html in "(<div>|</div>|<blockquote type=cite>|</blockquote>|<p>|\r\n|-----Original Message-----|words |ä|<div id=divRplyFwdMsg>|<style>|</style>){0,40}") {
            let html = format!("{html}{}", long());
            let text = |html: &str| {
                let html = sanitize(html, &Surroundings::default()).html;
                let words: String = html.split('<').map(|piece| piece.split_once('>').map_or(piece, |(_, text)| text)).collect();
                words.replace("Quoted text", "").split_whitespace().collect::<String>()
            };
            if let Some(folded) = fold(&html) {
                prop_assert_eq!(text(&folded), text(&html));
            }
        }
    }
}
