//! The signature in a draft's text, when its writer becomes another one of themselves.
//!
//! The gateway puts it there (`mime/compose/quote`): a line `-- ` (RFC 3676 §4.3) and the signature below what is
//! written, above what is quoted. It is taken out or changed only where it still stands there as it was; words of the
//! user's own are never touched.

use postern_shared::writing::DraftText;
use std::ops::Range;

/// What begins the head of a message that is passed on, as the gateway writes it.
const FORWARDED: &str = "---------- Forwarded message ----------";

/// Elements that begin and end lines.
const BLOCKS: [&str; 22] = [
    "blockquote",
    "div",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "li",
    "ol",
    "p",
    "pre",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "ul",
    "dl",
];

/// The text with another signature. None where it stays as it is: both are the same, or the user changed it.
pub fn swapped(text: &DraftText, old: &str, new: &str) -> Option<DraftText> {
    let (old, new) = (lines_of(old), lines_of(new));
    if old == new {
        return None;
    }
    match text {
        DraftText::Plain(text) => in_plain(text, &old, &new).map(DraftText::Plain),
        DraftText::Html(html) => in_html(html, &old, &new).map(DraftText::Html),
    }
}

/// A signature's lines; none where it is empty.
fn lines_of(signature: &str) -> Vec<&str> {
    signature.trim_end().lines().map(str::trim_end).collect()
}

/// A line as it is read.
#[derive(Default)]
struct Line {
    /// What it says, with single blanks.
    says: String,
    /// It is somebody else's.
    quoted: bool,
    /// Where that stands in the text.
    at: Range<usize>,
}

fn in_plain(text: &str, old: &[&str], new: &[&str]) -> Option<String> {
    let mut end = 0;
    let line = |line: &str| {
        let start = end;
        end += line.len() + 1;
        Line { says: single_spaced(line), quoted: line.starts_with('>'), at: start..start + line.len() }
    };
    let lines: Vec<Line> = text.split('\n').map(line).collect();
    let new = new.join("\n");
    if old.is_empty() {
        let quoting = place(&lines)?.and_then(|at| lines.get(at));
        let (before, after) = text.split_at(quoting.map_or(text.len(), |line| line.at.start));
        let gap = if after.is_empty() { "" } else { "\n" };
        return Some(format!("{}\n\n-- \n{new}\n{gap}{after}", before.trim_end_matches('\n')));
    }
    let found = find(&lines, old)?;
    let (before, after) = (text.get(..found.start)?, text.get(found.end..)?);
    if !new.is_empty() {
        return Some(format!("{before}-- \n{new}{after}"));
    }
    // The empty line that parted it from the text goes with it.
    let before = before
        .strip_suffix('\n')
        .filter(|before| before.is_empty() || before.ends_with('\n'))
        .unwrap_or(before);
    Some(format!("{before}{}", after.strip_prefix('\n').unwrap_or(after)))
}

fn in_html(html: &str, old: &[&str], new: &[&str]) -> Option<String> {
    let (lines, tags) = read(html);
    let new: Vec<String> = match new {
        [] => Vec::new(),
        // Plain blanks at the end of a block are lost in an editor.
        new => std::iter::once("--&nbsp;".to_owned()).chain(new.iter().map(|line| escaped(line))).collect(),
    };
    let block: String = new.iter().map(|line| block(line)).collect();
    let opened_at = |at: usize| tags.iter().find(|tag| tag.at.end == at && !tag.closing && !tag.is("br"));
    if old.is_empty() {
        let quoting = place(&lines)?;
        let is_empty = |at: usize| at > 0 && lines.get(at).is_some_and(|line| line.says.is_empty());
        // An empty line above the quote goes on parting it from what is above; another one stands above the signature.
        let gap = quoting.and_then(|at| at.checked_sub(1)).filter(|at| is_empty(*at));
        let below = gap.or(quoting).unwrap_or(lines.len());
        let parted = below.checked_sub(1).is_some_and(is_empty);
        let parting = if parted { String::new() } else { self::block("") };
        let mut at = lines.get(below).map_or(html.len(), |line| line.at.start);
        while let Some(tag) = opened_at(at) {
            at = tag.at.start;
        }
        return Some(format!("{}{parting}{block}{}", html.get(..at)?, html.get(at..)?));
    }
    let mut found = find(&lines, old)?;
    if !is_whole(tags.iter().filter(|tag| tag.at.start >= found.start && tag.at.end <= found.end)) {
        return None;
    }
    // The elements that hold nothing else go with it.
    let mut is_block = false;
    while let Some(open) = opened_at(found.start)
        && let Some(close) =
            tags.iter().find(|tag| tag.at.start == found.end && tag.closing && tag.is(open.name))
    {
        is_block |= open.is_block();
        found = open.at.start..close.at.end;
    }
    let (before, after) = (html.get(..found.start)?, html.get(found.end..)?);
    let between = if is_block { block } else { new.join("<br>") };
    Some(format!("{before}{between}{after}"))
}

/// Where a signature stands that is still as it was.
fn find(lines: &[Line], signature: &[&str]) -> Option<Range<usize>> {
    let wanted: Vec<String> = signature.iter().map(|line| single_spaced(line)).collect();
    lines.windows(wanted.len() + 1).enumerate().find_map(|(at, window)| {
        let (separator, rest) = window.split_first()?;
        let same = rest.iter().zip(&wanted).all(|(line, wanted)| !line.quoted && line.says == *wanted);
        let after = lines.get(at + window.len());
        // Below it may stand what is quoted, but no more words of the user's.
        let ends = after.is_none_or(|line| line.says.is_empty()) || is_quoting(lines, at + window.len());
        (separator.is_separator() && same && ends)
            .then(|| separator.at.start..rest.last().unwrap_or(separator).at.end)
    })
}

/// Above which line a signature belongs: where what is quoted begins, or none. Nothing where the user signed already.
fn place(lines: &[Line]) -> Option<Option<usize>> {
    let quoting = (0..lines.len()).find(|at| is_quoting(lines, *at));
    let signed = lines.iter().take(quoting.unwrap_or(lines.len())).any(Line::is_separator);
    (!signed).then_some(quoting)
}

/// Whether a line begins what is quoted: "Grace wrote:", the head of a message passed on, or the quote itself.
fn is_quoting(lines: &[Line], at: usize) -> bool {
    let quoted = |at: usize| lines.get(at).is_some_and(|line| line.quoted);
    let says = lines.get(at).map(|line| line.says.as_str()).unwrap_or_default();
    says == FORWARDED || quoted(at) || (says.ends_with(':') && quoted(at + 1))
}

impl Line {
    fn is_separator(&self) -> bool {
        !self.quoted && self.says == "--"
    }
}

/// A tag of HTML.
struct Tag<'a> {
    name: &'a str,
    closing: bool,
    at: Range<usize>,
}

impl Tag<'_> {
    fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    fn is_block(&self) -> bool {
        BLOCKS.iter().any(|block| self.is(block))
    }
}

/// Whether what stands between tags can be taken out of the text: they end as many elements as they begin, the same.
fn is_whole<'a>(tags: impl Iterator<Item = &'a Tag<'a>>) -> bool {
    let (mut ended, mut begun): (Vec<&str>, Vec<&str>) = (Vec::new(), Vec::new());
    for tag in tags.filter(|tag| !tag.is("br")) {
        match (tag.closing, begun.last()) {
            (false, _) => begun.push(tag.name),
            (true, Some(open)) if tag.is(open) => drop(begun.pop()),
            (true, Some(_)) => return false,
            (true, None) => ended.push(tag.name),
        }
    }
    ended.iter().rev().eq(begun.iter())
}

/// The lines of HTML as a browser writes it, and its tags.
fn read(html: &str) -> (Vec<Line>, Vec<Tag<'_>>) {
    let (mut lines, mut tags) = (Vec::new(), Vec::new());
    let (mut line, mut depth, mut at) = (None::<Line>, 0_u32, 0);
    while let Some(rest) = html.get(at..).filter(|rest| !rest.is_empty()) {
        let length = piece(rest);
        let (piece, here) = (rest.get(..length).unwrap_or(rest), at..at + length);
        at = here.end;
        if !piece.starts_with('<') {
            if line.is_some() || !piece.trim().is_empty() {
                let line = line.get_or_insert_with(|| Line {
                    at: here.clone(),
                    quoted: depth > 0,
                    ..Line::default()
                });
                line.says.push_str(piece);
                line.at.end = here.end;
            }
            continue;
        }
        let inner = piece.trim_start_matches('<').trim_end_matches('>');
        let closing = inner.starts_with('/');
        let name = inner.trim_start_matches('/').split(|char: char| !char.is_ascii_alphanumeric()).next();
        let tag = Tag { name: name.unwrap_or_default(), closing, at: here.clone() };
        if tag.is("br") {
            let empty = || Line { at: here.clone(), quoted: depth > 0, ..Line::default() };
            lines.push(line.take().unwrap_or_else(empty));
        } else if tag.is("img") {
            let picture =
                line.get_or_insert_with(|| Line { at: here.clone(), quoted: depth > 0, ..Line::default() });
            picture.says.push('\u{fffc}');
        } else if tag.is_block() {
            lines.extend(line.take());
        }
        if tag.is("blockquote") {
            depth = if closing { depth.saturating_sub(1) } else { depth + 1 };
        }
        tags.push(tag);
    }
    lines.extend(line);
    for line in &mut lines {
        line.says = single_spaced(&unescaped(&line.says));
    }
    (lines, tags)
}

/// The bytes of the tag or of the text at the beginning.
fn piece(html: &str) -> usize {
    if !html.starts_with('<') {
        return html.find('<').unwrap_or(html.len());
    }
    let mut quote = None;
    let end = html.char_indices().find(|(_, char)| {
        match quote {
            Some(mark) if mark == *char => quote = None,
            None if matches!(char, '"' | '\'') => quote = Some(*char),
            _ => {}
        }
        quote.is_none() && *char == '>'
    });
    end.map_or(html.len(), |(at, _)| at + 1)
}

fn single_spaced(text: &str) -> String {
    text.replace('\u{200b}', "").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A line as the editor has it.
fn block(line: &str) -> String {
    format!("<div>{}</div>", if line.is_empty() { "<br>" } else { line })
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn unescaped(html: &str) -> String {
    let pairs =
        [("&nbsp;", " "), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")];
    pairs.iter().fold(html.to_owned(), |text, (name, char)| text.replace(name, char))
}

#[cfg(test)]
mod tests;
