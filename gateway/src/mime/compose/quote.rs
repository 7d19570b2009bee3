//! The quoted text of an answer, below the attribution line and the signature.

use super::{
    answer::Original,
    editor_html::{Pictures, structure},
};
use crate::mime::escape::escape;
use html5gum::{State, Token, Tokenizer};
use postern_shared::{
    address::Address,
    writing::{Answer, DraftText},
};

/// Quotes in text nest at most this deep.
const DEPTH_LIMIT: usize = 32;

/// What a message says, as it can be quoted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Quote {
    /// Plain text, a paragraph a line.
    Plain(String),
    /// HTML; it is cut down to its structure here.
    Html(String),
}

impl Default for Quote {
    fn default() -> Self {
        Self::Plain(String::new())
    }
}

/// The text that a draft begins with: room to write, the signature, what is quoted.
pub fn quote(how: Answer, original: &Original, signature: &str) -> DraftText {
    let lead = match how {
        Answer::Reply | Answer::ReplyAll => vec![attribution(original)],
        Answer::Forward => forward_header(original),
        Answer::ForwardAsFile => Vec::new(),
    };
    let signature = signature_lines(signature);
    match &original.quote {
        Quote::Html(html) if how != Answer::ForwardAsFile => {
            let mut text = "<p><br></p>".to_owned();
            lines_as_html(&signature, &mut text);
            lines_as_html(&lead, &mut text);
            let safe = structure(html, &Pictures::new());
            if how == Answer::Forward {
                text.push_str(&safe);
            } else {
                text.extend(["<blockquote type=\"cite\">", &safe, "</blockquote>"]);
            }
            DraftText::Html(text)
        }
        Quote::Plain(plain) => DraftText::Plain(plain_quote(how, plain, &signature, &lead)),
        Quote::Html(_) => DraftText::Plain(plain_quote(how, "", &signature, &lead)),
    }
}

fn plain_quote(how: Answer, plain: &str, signature: &[String], lead: &[String]) -> String {
    let mut text = String::from("\n");
    for line in signature.iter().chain(lead) {
        text.extend([line.as_str(), "\n"]);
    }
    match how {
        Answer::Reply | Answer::ReplyAll => {
            for line in plain.trim_end().lines() {
                text.push_str(if line.is_empty() || line.starts_with('>') { ">" } else { "> " });
                text.extend([line, "\n"]);
            }
        }
        Answer::Forward => text.push_str(plain),
        Answer::ForwardAsFile => {}
    }
    text
}

/// `On {date}, {name} wrote:`
fn attribution(original: &Original) -> String {
    let names: Vec<&str> = original.from.iter().map(name).filter(|name| !name.is_empty()).collect();
    let who = if names.is_empty() { "somebody".to_owned() } else { names.join(", ") };
    match &original.sent {
        Some(sent) => format!("On {sent}, {who} wrote:"),
        None => format!("{who} wrote:"),
    }
}

/// The lines above a message passed on.
fn forward_header(original: &Original) -> Vec<String> {
    let list = |list: &[Address]| list.iter().map(written).collect::<Vec<_>>().join(", ");
    let fields = [
        ("From", list(&original.from)),
        ("Date", original.sent.clone().unwrap_or_default()),
        ("Subject", original.subject.clone()),
        ("To", list(&original.to)),
        ("Cc", list(&original.cc)),
    ];
    let fields = fields.into_iter().filter(|(_, value)| !value.is_empty());
    let mut lines = vec!["---------- Forwarded message ----------".to_owned()];
    lines.extend(fields.map(|(name, value)| format!("{name}: {value}")));
    lines.push(String::new());
    lines
}

fn name(address: &Address) -> &str {
    if address.name.is_empty() { &address.email } else { &address.name }
}

fn written(address: &Address) -> String {
    if address.name.is_empty() {
        address.email.clone()
    } else {
        format!("{} <{}>", address.name, address.email)
    }
}

/// The signature below its separator (RFC 3676 §4.3), with a blank line behind it.
fn signature_lines(signature: &str) -> Vec<String> {
    if signature.trim().is_empty() {
        return Vec::new();
    }
    let own = signature.trim_end().lines().map(str::to_owned);
    ["-- ".to_owned()].into_iter().chain(own).chain([String::new()]).collect()
}

fn lines_as_html(lines: &[String], html: &mut String) {
    for line in lines {
        html.push_str("<div>");
        if line.is_empty() {
            html.push_str("<br>");
        }
        escape(line, html);
        html.push_str("</div>");
    }
}

/// The text of HTML for those who read text: links with their addresses, lists with their marks, quotes as `>`. It takes
/// time linear in the HTML.
pub fn text_of_html(html: &str) -> String {
    let mut tokenizer = Tokenizer::new(html);
    let mut text = Text::default();
    while let Some(Ok(token)) = tokenizer.next() {
        match token {
            Token::StartTag(tag) => {
                match &**tag.name {
                    b"style" => tokenizer.set_state(State::RawText),
                    b"script" => tokenizer.set_state(State::ScriptData),
                    b"title" => tokenizer.set_state(State::RcData),
                    _ => {}
                }
                let attribute = |name: &[u8]| {
                    let found = tag.attributes.iter().find(|(key, _)| &***key == name);
                    found.map(|(_, value)| String::from_utf8_lossy(value).into_owned()).unwrap_or_default()
                };
                text.start(&tag.name, &attribute(b"href"), &attribute(b"alt"));
            }
            Token::EndTag(tag) => text.end(&tag.name),
            Token::String(string) => text.push(&String::from_utf8_lossy(&string)),
            _ => {}
        }
    }
    text.out.trim_end().to_owned()
}

#[derive(Default)]
struct Text {
    out: String,
    quotes: usize,
    /// The next numbers of the open lists; absent for a list without numbers.
    lists: Vec<Option<u32>>,
    /// Where the open link leads, and where its text begins.
    link: Option<(String, usize)>,
    is_hidden: bool,
    preformatted: usize,
    /// A space is due before the next word.
    space: bool,
}

impl Text {
    fn start(&mut self, name: &[u8], href: &str, alt: &str) {
        match name {
            b"style" | b"script" | b"title" => self.is_hidden = true,
            b"br" => self.new_line(),
            b"hr" => {
                self.block();
                self.word("----");
                self.block();
            }
            b"blockquote" => {
                self.block();
                self.quotes += 1;
            }
            b"ul" => {
                self.block();
                self.lists.push(None);
            }
            b"ol" => {
                self.block();
                self.lists.push(Some(1));
            }
            b"li" => {
                self.block();
                let indent = "  ".repeat(self.lists.len().saturating_sub(1).min(DEPTH_LIMIT));
                let mark = match self.lists.last_mut() {
                    Some(Some(number)) => {
                        *number = number.saturating_add(1);
                        format!("{}.", number.saturating_sub(1))
                    }
                    _ => "*".to_owned(),
                };
                self.word(&format!("{indent}{mark}"));
                self.space = true;
            }
            b"a" => self.link = Some((href.to_owned(), self.out.len())),
            b"img" if !alt.is_empty() => self.word(&format!("[{alt}]")),
            b"td" | b"th" if !self.at_line_start() => self.word(" |"),
            b"pre" => {
                self.block();
                self.preformatted += 1;
            }
            _ if is_block(name) => self.block(),
            _ => {}
        }
        if matches!(name, b"td" | b"th") && !self.at_line_start() {
            self.space = true;
        }
    }

    fn end(&mut self, name: &[u8]) {
        match name {
            b"style" | b"script" | b"title" => self.is_hidden = false,
            b"blockquote" => {
                self.block();
                self.quotes = self.quotes.saturating_sub(1);
            }
            b"ul" | b"ol" => {
                self.block();
                self.lists.pop();
            }
            b"pre" => {
                self.block();
                self.preformatted = self.preformatted.saturating_sub(1);
            }
            b"a" => {
                let Some((href, from)) = self.link.take() else { return };
                let shown = self.out.get(from..).unwrap_or_default().trim();
                let address = href.strip_prefix("mailto:").unwrap_or(&href);
                if !address.is_empty() && shown != address {
                    self.space = true;
                    self.word(&format!("<{address}>"));
                }
            }
            b"p" | b"h1" | b"h2" | b"h3" | b"h4" | b"h5" | b"h6" => {
                self.block();
                self.blank_line();
            }
            _ if is_block(name) => self.block(),
            _ => {}
        }
    }

    fn push(&mut self, string: &str) {
        if self.is_hidden {
            return;
        }
        if self.preformatted > 0 {
            for (index, line) in string.split('\n').enumerate() {
                if index > 0 {
                    self.new_line();
                }
                self.word(line);
            }
            return;
        }
        self.space |= string.starts_with(|c: char| c.is_ascii_whitespace());
        for (index, word) in string.split_ascii_whitespace().enumerate() {
            self.space |= index > 0;
            self.word(word);
        }
        self.space |= string.ends_with(|c: char| c.is_ascii_whitespace());
    }

    fn word(&mut self, word: &str) {
        if word.is_empty() {
            return;
        }
        if self.at_line_start() {
            self.marks();
        } else if self.space {
            self.out.push(' ');
        }
        self.space = false;
        self.out.push_str(word);
    }

    fn marks(&mut self) {
        if self.quotes > 0 {
            self.out.extend(std::iter::repeat_n('>', self.quotes.min(DEPTH_LIMIT)));
            self.out.push(' ');
        }
    }

    fn at_line_start(&self) -> bool {
        self.out.is_empty() || self.out.ends_with('\n')
    }

    fn new_line(&mut self) {
        if self.at_line_start() && self.quotes > 0 {
            self.out.extend(std::iter::repeat_n('>', self.quotes.min(DEPTH_LIMIT)));
        }
        self.out.push('\n');
        self.space = false;
    }

    fn block(&mut self) {
        if !self.at_line_start() {
            self.new_line();
        }
        self.space = false;
    }

    fn blank_line(&mut self) {
        if !self.out.is_empty() && !self.out.ends_with("\n\n") {
            self.new_line();
        }
    }
}

fn is_block(name: &[u8]) -> bool {
    matches!(name, b"p" | b"div" | b"tr" | b"table" | b"h1" | b"h2" | b"h3" | b"h4" | b"h5" | b"h6")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_reads_well_as_text() {
        for (html, text) in [
            ("<p>one\n two</p><p>three</p>", "one two\n\nthree"),
            ("<a href=\"https://a.test/\">here</a>.", "here <https://a.test/>."),
            ("<a href=\"https://a.test/\">https://a.test/</a>", "https://a.test/"),
            ("<a href=\"mailto:a@b.test\">a@b.test</a>", "a@b.test"),
            ("<ul><li>a</li><li>b</li></ul>", "* a\n* b"),
            ("<ol><li>a</li><li>b</li></ol>", "1. a\n2. b"),
            ("a<blockquote>b<blockquote>c</blockquote></blockquote>d", "a\n> b\n>> c\nd"),
            ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table>", "a | b\nc | d"),
            ("<pre>a\n  b</pre>", "a\n  b"),
            ("<script>no</script>yes", "yes"),
            ("<b>a</b>b <i>c</i>", "ab c"),
        ] {
            assert_eq!(text_of_html(html), text, "{html}");
        }
    }

    fn original(quote: Quote) -> Original {
        let from = vec![Address { name: "Grace <b>".to_owned(), email: "grace@x.test".to_owned() }];
        Original {
            from,
            sent: Some("1 May 2026".to_owned()),
            subject: "Hi".to_owned(),
            quote,
            ..Original::default()
        }
    }

    #[test]
    fn quotes_stand_below_the_signature() {
        let plain = original(Quote::Plain("a\n> b\n\nc".to_owned()));
        assert_eq!(
            quote(Answer::Reply, &plain, "Ada"),
            DraftText::Plain("\n-- \nAda\n\nOn 1 May 2026, Grace <b> wrote:\n> a\n>> b\n>\n> c\n".to_owned())
        );
        let html = original(Quote::Html("<p onclick=\"x()\">a<script>b</script></p>".to_owned()));
        let DraftText::Html(text) = quote(Answer::Reply, &html, "") else { panic!("no HTML") };
        assert_eq!(
            text,
            "<p><br></p><div>On 1 May 2026, Grace &lt;b&gt; wrote:</div><blockquote type=\"cite\"><p>a</p></blockquote>"
        );
    }
}
