//! `text/enriched` (RFC 1896) and `text/richtext` (RFC 1341) as HTML, to be sanitised like any other.

use super::escape::escape;

/// Which of the two a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// `text/enriched`: one line break is a space, each further one a break; `<<` is `<`.
    Enriched,
    /// `text/richtext`: a line break is a space, `<nl>` is a break, `<lt>` is `<`.
    Richtext,
}

/// The HTML of a text.
pub fn to_html(text: &str, dialect: Dialect) -> String {
    let mut html = String::with_capacity(text.len());
    let mut rest = text;
    // Inside of these, text is no content: they name colours and fonts, or say nothing to readers.
    let mut hidden: usize = 0;
    while let Some(start) = rest.find('<') {
        content(&rest[..start], dialect, hidden, &mut html);
        rest = &rest[start + 1..];
        if dialect == Dialect::Enriched
            && let Some(after) = rest.strip_prefix('<')
        {
            content("<", dialect, hidden, &mut html);
            rest = after;
            continue;
        }
        let Some(end) = rest.find('>').filter(|end| *end <= 60) else {
            content("<", dialect, hidden, &mut html);
            continue;
        };
        let name = rest[..end].trim().to_ascii_lowercase();
        rest = &rest[end + 1..];
        match (name.strip_prefix('/').unwrap_or(&name), name.starts_with('/')) {
            ("param" | "comment", false) => hidden += 1,
            ("param" | "comment", true) => hidden = hidden.saturating_sub(1),
            ("nl" | "np", false) => html.push_str("<br>"),
            ("lt", false) => content("<", dialect, hidden, &mut html),
            (name, ends) => {
                if let Some(element) = element(name) {
                    html.extend([if ends { "</" } else { "<" }, element, ">"]);
                }
            }
        }
    }
    content(rest, dialect, hidden, &mut html);
    html
}

fn element(name: &str) -> Option<&'static str> {
    Some(match name {
        "bold" => "b",
        "italic" => "i",
        "underline" => "u",
        "fixed" => "code",
        "smaller" => "small",
        "bigger" => "big",
        "subscript" => "sub",
        "superscript" => "sup",
        "excerpt" => "blockquote",
        "center" => "center",
        "paragraph" | "indent" | "flushleft" | "flushright" | "flushboth" => "div",
        "nofill" | "verbatim" => "pre",
        _ => return None,
    })
}

fn content(text: &str, dialect: Dialect, hidden: usize, html: &mut String) {
    if hidden > 0 {
        return;
    }
    let mut breaks = 0;
    for line in text.split_inclusive('\n') {
        let (words, breaks_here) = line.strip_suffix('\n').map_or((line, false), |line| (line, true));
        let words = words.trim_end_matches('\r');
        if !words.is_empty() {
            flush(breaks, dialect, html);
            breaks = 0;
            escape(words, html);
        }
        breaks += usize::from(breaks_here);
    }
    flush(breaks, dialect, html);
}

fn flush(breaks: usize, dialect: Dialect, html: &mut String) {
    match (breaks, dialect) {
        (0, _) => {}
        (1, _) | (_, Dialect::Richtext) => html.push('\n'),
        (breaks, Dialect::Enriched) => html.push_str(&"<br>".repeat(breaks - 1)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Dialect::{Enriched, Richtext};

    #[test]
    fn both_dialects() {
        let table = [
            (
                Enriched,
                "<bold>Now</bold> is\nthe <italic>time</italic>\n\n\nfor <<all>",
                "<b>Now</b> is\nthe <i>time</i><br><br>for &lt;all&gt;",
            ),
            (Enriched, "<color><param>red</param>Red</color> & \"x\"", "Red &amp; &quot;x&quot;"),
            (Enriched, "<excerpt>quoted</excerpt>", "<blockquote>quoted</blockquote>"),
            (Enriched, "<script>x</script> <img src=x onerror=y>", "x "),
            (Enriched, "a < b", "a &lt; b"),
            (Richtext, "<bold>a</bold>\n\nb<nl>c<lt>d<comment>no</comment>", "<b>a</b>\nb<br>c&lt;d"),
            (Enriched, "", ""),
        ];
        for (dialect, text, html) in table {
            assert_eq!(to_html(text, dialect), html, "{text}");
        }
    }
}
