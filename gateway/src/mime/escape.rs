//! Text as HTML.

/// Appends text, escaped for content and for quoted attribute values alike. NUL is left out and a carriage return
/// becomes a line feed: a parser would not read them back.
pub fn escape(text: &str, html: &mut String) {
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\0' => {}
            '\r' => html.push('\n'),
            c => html.push(c),
        }
    }
}
