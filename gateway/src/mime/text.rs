//! Plain text as HTML: quotes, the signature, links, flowed paragraphs. All of it is escaped.

use super::{
    escape::escape,
    quotes::{is_forwarded, is_written_divider},
    sanitize::url,
};
use linkify::{LinkFinder, LinkKind};
use std::ops::Range;

/// Deeper quotes are shown at this depth.
const DEPTH_LIMIT: usize = 16;
/// A quote of more lines is folded.
const FOLD_LINES: usize = 12;

/// Its bar stands where its text begins.
const QUOTE: &str = "<blockquote dir=\"auto\">";

/// How lines end and go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// Every line is a line.
    Fixed,
    /// A line that ends in a space goes on in the next one (RFC 3676).
    Flowed {
        /// That space is not part of the text.
        delsp: bool,
    },
}

/// The HTML of a plain text: `div.lines`, `blockquote`, `details` around long quotes, `div.signature`.
pub fn to_html(text: &str, flow: Flow) -> String {
    let lines = match flow {
        Flow::Fixed => fixed(text),
        Flow::Flowed { delsp } => flowed(text, delsp),
    };
    let mut html = String::with_capacity(text.len() + text.len() / 4);
    let fold = trailing_quote(&lines);
    blocks(&lines[..fold.start], &mut html);
    if !fold.is_empty() {
        html.push_str(&format!("<details><summary>Quoted text, {} lines</summary>", fold.len()));
        blocks(&lines[fold.clone()], &mut html);
        html.push_str("</details>");
    }
    blocks(&lines[fold.end..], &mut html);
    html
}

/// A flowed text with a paragraph a line, its quotes marked as they were (RFC 3676).
pub fn unflow(text: &str, delsp: bool) -> String {
    let line = |line: Line| match line.depth {
        0 => line.text,
        depth => [&">".repeat(depth), " ", &line.text].concat(),
    };
    flowed(text, delsp).into_iter().map(line).collect::<Vec<_>>().join("\n")
}

fn blocks(lines: &[Line], html: &mut String) {
    for block in lines.chunk_by(|a, b| (a.depth > 0) == (b.depth > 0)) {
        match block.first() {
            Some(line) if line.depth > 0 => quote(block, html),
            _ => own_text(block, html),
        }
    }
}

/// The long quote at the end, below something that its sender wrote: empty if there is none. What stands behind it is
/// blank or a signature.
fn trailing_quote(lines: &[Line]) -> Range<usize> {
    let is_own = |line: &Line| line.depth == 0 && !line.text.trim().is_empty();
    let end = match lines.iter().rposition(|line| line.depth > 0) {
        Some(last) if lines[last + 1..].iter().find(|line| is_own(line)).is_none_or(is_separator) => last + 1,
        _ => lines.len(),
    };
    let marked = lines[..end].iter().rposition(|line| line.depth == 0 && !line.text.trim().is_empty());
    let marked = marked.map_or(0, |own| own + 1);
    let divided = divider(lines);
    let fold = match divided {
        Some(divider) => divider..lines.len(),
        None => marked..end,
    };
    let has_own = lines[..fold.start].iter().any(is_own);
    let is_forward = fold.start.checked_sub(1).is_some_and(|above| {
        lines[..=above].iter().rev().find(|line| is_own(line)).is_some_and(|line| is_forwarded(&line.text))
    });
    if has_own && !is_forward && fold.len() > FOLD_LINES { fold } else { lines.len()..lines.len() }
}

/// Where a mailer's divider stands, below which all is quoted without marks.
fn divider(lines: &[Line]) -> Option<usize> {
    lines.iter().enumerate().position(|(index, line)| {
        let is_rule = line.text.len() >= 20 && line.text.bytes().all(|byte| byte == b'_');
        let has_header = || {
            let head: Vec<_> =
                lines[index + 1..].iter().take(4).filter(|line| !line.text.trim().is_empty()).collect();
            head.len() >= 2 && head[..2].iter().all(|line| is_header_line(&line.text))
        };
        line.depth == 0 && (is_written_divider(&line.text) || (is_rule && has_header()))
    })
}

/// `From: Ada`, in any language.
fn is_header_line(line: &str) -> bool {
    let line = line.trim().trim_matches('*');
    line.split_once(':').is_some_and(|(name, value)| {
        !value.starts_with("//")
            && (2..=20).contains(&name.chars().count())
            && name.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | '-' | '*'))
    })
}

fn is_separator(line: &Line) -> bool {
    line.text.trim_end() == "--"
}

/// A line without its quote marks.
#[derive(Debug, PartialEq, Eq)]
struct Line {
    depth: usize,
    text: String,
}

fn fixed(text: &str) -> Vec<Line> {
    let line = |line: &str| {
        let (mut depth, mut rest) = (0, line);
        // "> > text" and ">> text" are the same, a space more belongs to the text.
        while let Some(quoted) =
            rest.strip_prefix('>').or_else(|| rest.strip_prefix(" >").filter(|_| depth > 0))
        {
            (depth, rest) = (depth + 1, quoted);
        }
        let rest = if depth > 0 { rest.strip_prefix(' ').unwrap_or(rest) } else { rest };
        Line { depth: depth.min(DEPTH_LIMIT), text: rest.to_owned() }
    };
    text.lines().map(line).collect()
}

/// RFC 3676 §4: quote marks come first, then a stuffed space; a trailing space makes the line go on.
fn flowed(text: &str, delsp: bool) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    let mut goes_on = false;
    for line in text.lines() {
        let unquoted = line.trim_start_matches('>');
        let depth = (line.len() - unquoted.len()).min(DEPTH_LIMIT);
        let text = unquoted.strip_prefix(' ').unwrap_or(unquoted);
        let is_separator = text == "-- ";
        match lines.last_mut() {
            Some(last) if goes_on && last.depth == depth && !is_separator => last.text.push_str(text),
            _ => lines.push(Line { depth, text: text.to_owned() }),
        }
        goes_on = text.ends_with(' ') && !is_separator;
        if let Some(last) = lines.last_mut().filter(|_| goes_on && delsp) {
            last.text.pop();
        }
    }
    lines
}

fn quote(lines: &[Line], html: &mut String) {
    let mut depth = 0;
    for run in lines.chunk_by(|a, b| a.depth == b.depth) {
        let wanted = run.first().map_or(0, |line| line.depth);
        html.push_str(&QUOTE.repeat(wanted.saturating_sub(depth)));
        html.push_str(&"</blockquote>".repeat(depth.saturating_sub(wanted)));
        depth = wanted;
        block("lines", run, html);
    }
    html.push_str(&"</blockquote>".repeat(depth));
}

/// The writer's own lines: what follows the separator "-- " is the signature.
fn own_text(lines: &[Line], html: &mut String) {
    let separator = lines.iter().rposition(is_separator).unwrap_or(lines.len());
    let (text, signature) = lines.split_at(separator);
    block("lines", text, html);
    block("signature", signature, html);
}

fn block(class: &str, lines: &[Line], html: &mut String) {
    if lines.is_empty() {
        return;
    }
    html.push_str(&format!("<div class=\"{class}\">"));
    for (index, line) in lines.iter().enumerate() {
        if index > 0 {
            html.push('\n');
        }
        with_links(&line.text, html);
    }
    html.push_str("</div>");
}

fn with_links(text: &str, html: &mut String) {
    for span in LinkFinder::new().spans(text) {
        let href = match span.kind() {
            Some(LinkKind::Email) => url::link(&format!("mailto:{}", span.as_str())),
            Some(_) => url::link(span.as_str()),
            None => None,
        };
        let Some(href) = href else {
            escape(span.as_str(), html);
            continue;
        };
        html.push_str("<a href=\"");
        escape(&href, html);
        html.push_str("\" target=\"_blank\" rel=\"noopener noreferrer nofollow\">");
        escape(span.as_str(), html);
        html.push_str("</a>");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn fixed_text() {
        let table = [
            ("a\nb", "<div class=\"lines\">a\nb</div>"),
            ("a\r\n\r\n  b <c> & \"d\"", "<div class=\"lines\">a\n\n  b &lt;c&gt; &amp; &quot;d&quot;</div>"),
            (
                "> a\n>> b\n> c\nd",
                "<blockquote dir=\"auto\"><div class=\"lines\">a</div><blockquote dir=\"auto\"><div class=\"lines\">b</div></blockquote>\
                 <div class=\"lines\">c</div></blockquote><div class=\"lines\">d</div>",
            ),
            (
                "> > a",
                "<blockquote dir=\"auto\"><blockquote dir=\"auto\"><div class=\"lines\">a</div></blockquote></blockquote>",
            ),
            (">   a", "<blockquote dir=\"auto\"><div class=\"lines\">  a</div></blockquote>"),
            (" > a", "<div class=\"lines\"> &gt; a</div>"),
            ("a\n-- \nme", "<div class=\"lines\">a</div><div class=\"signature\">-- \nme</div>"),
            ("a\n--\nme", "<div class=\"lines\">a</div><div class=\"signature\">--\nme</div>"),
            ("a\n---\nb", "<div class=\"lines\">a\n---\nb</div>"),
            ("trailing \nspace", "<div class=\"lines\">trailing \nspace</div>"),
            ("", ""),
        ];
        for (text, html) in table {
            assert_eq!(to_html(text, Flow::Fixed), html, "{text:?}");
        }
    }

    #[test]
    fn flowed_text() {
        let table = [
            ("one \ntwo\nthree", false, "<div class=\"lines\">one two\nthree</div>"),
            ("one \ntwo", true, "<div class=\"lines\">onetwo</div>"),
            ("  stuffed", false, "<div class=\"lines\"> stuffed</div>"),
            (" >no quote", false, "<div class=\"lines\">&gt;no quote</div>"),
            ("> a \n> b", false, "<blockquote dir=\"auto\"><div class=\"lines\">a b</div></blockquote>"),
            (
                "> a \nb",
                false,
                "<blockquote dir=\"auto\"><div class=\"lines\">a </div></blockquote><div class=\"lines\">b</div>",
            ),
            ("a \n-- \nme", false, "<div class=\"lines\">a </div><div class=\"signature\">-- \nme</div>"),
        ];
        for (text, delsp, html) in table {
            assert_eq!(to_html(text, Flow::Flowed { delsp }), html, "{text:?}");
        }
    }

    #[test]
    fn links() {
        let rel = "target=\"_blank\" rel=\"noopener noreferrer nofollow\"";
        let table = [
            (
                "see https://a.test/?a&b.",
                format!("see <a href=\"https://a.test/?a&amp;b\" {rel}>https://a.test/?a&amp;b</a>."),
            ),
            ("<https://a.test/>", format!("&lt;<a href=\"https://a.test/\" {rel}>https://a.test/</a>&gt;")),
            ("ada@a.test", format!("<a href=\"mailto:ada@a.test\" {rel}>ada@a.test</a>")),
            ("javascript://a.test/%0Aalert(1)", "javascript://a.test/%0Aalert(1)".to_owned()),
            (
                "(see https://a.test/b_(c)), or ä@b.test",
                format!(
                    "(see <a href=\"https://a.test/b_(c)\" {rel}>https://a.test/b_(c)</a>), or <a href=\"mailto:ä@b.test\" {rel}>ä@b.test</a>"
                ),
            ),
            ("data://x <script>", "data://x &lt;script&gt;".to_owned()),
        ];
        for (text, html) in table {
            assert_eq!(to_html(text, Flow::Fixed), format!("<div class=\"lines\">{html}</div>"), "{text}");
        }
    }

    #[test]
    fn only_long_quotes_beside_own_text_are_folded() {
        let quote = "> line\n".repeat(FOLD_LINES + 1);
        let folded = "<details><summary>Quoted text, 13 lines</summary><blockquote dir=\"auto\">";
        assert!(to_html(&format!("reply\n{quote}"), Flow::Fixed).contains(folded));
        assert!(!to_html(&quote, Flow::Fixed).contains("<details>"));
        assert!(
            !to_html(&format!("reply\n{}", "> line\n".repeat(FOLD_LINES)), Flow::Fixed).contains("<details>")
        );
    }

    #[test]
    fn only_the_quote_at_the_end_is_folded() {
        let quote = "> line\n".repeat(FOLD_LINES + 1);
        let plain = "line\n".repeat(FOLD_LINES + 1);
        let table = [
            (format!("reply\n{quote}\n\n-- \nme"), Some(13)),
            (format!("reply\n{quote}below"), None),
            (format!("above\n{quote}between\n{quote}"), Some(13)),
            (format!("reply\n-----Original Message-----\nFrom: a\n{plain}"), Some(15)),
            (format!("reply\n________________________________\nVon: a\nGesendet: b\n{plain}"), Some(16)),
            (format!("reply\n________________________________\n{plain}"), None),
            (format!("-----Original Message-----\n{plain}"), None),
            (format!("see\n---------- Forwarded message ---------\n{quote}"), None),
            (format!("-----BEGIN PGP MESSAGE-----\n{plain}"), None),
        ];
        for (text, lines) in table {
            let html = to_html(&text, Flow::Fixed);
            let summary = lines.map(|lines| format!("<summary>Quoted text, {lines} lines</summary>"));
            match summary {
                Some(summary) => assert!(html.contains(&summary), "{text}: {html}"),
                None => assert!(!html.contains("<details>"), "{text}: {html}"),
            }
        }
    }

    #[test]
    fn quotes_without_end_are_bounded() {
        for text in [">".repeat(100_000), "> ".repeat(100_000), format!("{}\n", ">".repeat(50)).repeat(1_000)]
        {
            let html = to_html(&text, Flow::Fixed);
            assert!(html.matches("<blockquote dir=\"auto\">").count() <= DEPTH_LIMIT);
            assert_eq!(
                html.matches("<blockquote dir=\"auto\">").count(),
                html.matches("</blockquote>").count()
            );
        }
    }

    proptest! {
        #[test]
        fn only_our_own_tags_come_out(text in "([> a-]|<script>|<b x=\"|https://a.test/\"|\n|-- |'|&){0,30}", delsp: bool) {
            for flow in [Flow::Fixed, Flow::Flowed { delsp }] {
                let html = to_html(&text, flow);
                for tag in html.split('<').skip(1) {
                    let ours = ["div class=\"", "/div>", "blockquote dir=\"auto\">", "/blockquote>", "details>", "/details>",
                        "summary>", "/summary>", "a href=\"https://", "/a>"];
                    prop_assert!(ours.iter().any(|own| tag.starts_with(own)), "{}", html);
                }
            }
        }
    }
}
