//! Plain text as format=flowed (RFC 3676): a paragraph is one line to its writer, many on the wire, and whatever fits to
//! its reader.

/// Lines are broken so that they have at most so many characters, where words allow it (RFC 3676 §4.2: 78 and better
/// fewer).
const WIDTH: usize = 72;

/// A line has at most so many bytes, whatever the words (RFC 5322 §2.1.1: 998).
const LONGEST: usize = 900;

/// Quotes nest at most this deep.
const DEPTH_LIMIT: usize = 32;

/// The text with soft line breaks, lines ending in CRLF. Each line of `text` is a paragraph; those that begin with `>` are
/// quotes.
pub fn flow(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 16);
    for line in text.lines() {
        let (depth, paragraph) = unquote(line);
        if paragraph == "-- " || (depth == 0 && paragraph.trim_end() == "--") {
            // The separator of a signature keeps its space and is no soft break (RFC 3676 §4.3).
            push_line(depth, "-- ", &mut out);
            continue;
        }
        break_paragraph(depth, paragraph.trim_end(), &mut out);
    }
    out
}

/// How deep a line is quoted, and what is quoted.
fn unquote(line: &str) -> (usize, &str) {
    let (mut depth, mut rest) = (0, line);
    while let Some(quoted) = rest.strip_prefix('>').or_else(|| rest.strip_prefix(" >").filter(|_| depth > 0))
    {
        (depth, rest) = (depth + 1, quoted);
    }
    let rest = if depth > 0 { rest.strip_prefix(' ').unwrap_or(rest) } else { rest };
    (depth.min(DEPTH_LIMIT), rest)
}

fn break_paragraph(depth: usize, paragraph: &str, out: &mut String) {
    let width = WIDTH.saturating_sub(depth + 1).max(20);
    let mut rest = paragraph;
    while let Some(at) = break_at(rest, width) {
        let (line, after) = rest.split_at(at);
        push_line(depth, line, out);
        rest = after;
    }
    push_line(depth, rest, out);
}

/// Where a line ends: behind the last space within the width, else behind the first one after it, else at the longest
/// that a line may be. Nothing where all of it fits.
fn break_at(text: &str, width: usize) -> Option<usize> {
    let (mut last_space, mut columns) = (None, 0);
    for (at, c) in text.char_indices() {
        if (columns >= width && last_space.is_some()) || at >= LONGEST {
            return last_space.filter(|space| *space < text.len()).or(Some(at));
        }
        columns += 1;
        if c == ' ' {
            last_space = Some(at + 1);
        }
    }
    None
}

/// A line with its quote marks, space-stuffed where it could be taken for something else (RFC 3676 §4.4).
fn push_line(depth: usize, line: &str, out: &mut String) {
    out.extend(std::iter::repeat_n('>', depth));
    let stuffed = depth > 0 || line.starts_with([' ', '>']) || line.starts_with("From ");
    if stuffed && !(depth > 0 && line.is_empty()) {
        out.push(' ');
    }
    out.push_str(line);
    out.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mime::text::{Flow, to_html};
    use proptest::prelude::*;

    #[test]
    fn paragraphs_flow_and_lines_stand() {
        let long = "word ".repeat(30);
        let flowed = flow(&long);
        assert!(flowed.lines().count() > 1 && flowed.lines().all(|line| line.chars().count() <= WIDTH + 1));
        let lines: Vec<_> = flowed.split_terminator("\r\n").collect();
        let (last, soft) = lines.split_last().unwrap();
        assert!(soft.iter().all(|line| line.ends_with(' ')) && !last.ends_with(' '));
        for (text, wire) in [
            ("", ""),
            ("a", "a\r\n"),
            ("a\n\nb", "a\r\n\r\nb\r\n"),
            ("a   \nb", "a\r\nb\r\n"),
            (" indented", "  indented\r\n"),
            ("From here", " From here\r\n"),
            ("> quoted", "> quoted\r\n"),
            ("> > deeper", ">> deeper\r\n"),
            (">", ">\r\n"),
            ("hi\n-- \nAda", "hi\r\n-- \r\nAda\r\n"),
            ("hi\n--\nAda", "hi\r\n-- \r\nAda\r\n"),
        ] {
            assert_eq!(flow(text), wire, "{text:?}");
        }
    }

    #[test]
    fn words_without_spaces_are_broken_only_where_a_line_must_end() {
        let address = format!("https://x.test/{}", "a".repeat(200));
        assert_eq!(flow(&address), format!("{address}\r\n"));
        let endless = "字".repeat(2000);
        assert!(flow(&endless).lines().all(|line| line.len() <= LONGEST + 4));
    }

    proptest! {
        /// What our reader makes of it is what was written, less the spaces at the ends of lines.
        #[test]
        fn a_reader_sees_what_was_written(text in "([a-z>\\- ]{0,90}\n?){0,6}") {
            let normal: Vec<_> = text.lines().map(str::trim_end).collect();
            prop_assume!(normal.iter().all(|line| !line.ends_with("--") && !line.contains('>')));
            let read = to_html(&flow(&text), Flow::Flowed { delsp: false });
            let expected = to_html(&normal.join("\n"), Flow::Fixed);
            prop_assert_eq!(read, expected);
        }
    }
}
