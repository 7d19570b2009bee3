//! The text of HTML: no tags, a line for each block, quotes marked as in plain text.

use html5gum::{State, Token, Tokenizer};

/// The text, in time linear in the HTML.
pub(super) fn html_text(html: &str) -> String {
    let mut tokenizer = Tokenizer::new(html);
    let mut text = String::with_capacity(html.len() / 2);
    let mut quotes = 0_u32;
    let mut is_hidden = false;
    while let Some(Ok(token)) = tokenizer.next() {
        match token {
            Token::StartTag(tag) => {
                is_hidden = matches!(
                    &**tag.name,
                    b"title" | b"style" | b"script" | b"noembed" | b"noframes" | b"iframe"
                );
                match &**tag.name {
                    b"title" | b"textarea" => tokenizer.set_state(State::RcData),
                    b"style" | b"iframe" | b"noembed" | b"noframes" | b"xmp" => {
                        tokenizer.set_state(State::RawText)
                    }
                    b"script" => tokenizer.set_state(State::ScriptData),
                    b"blockquote" => quotes += 1,
                    _ => {}
                }
                separate(&tag.name, &mut text);
            }
            Token::EndTag(tag) => {
                is_hidden = false;
                if &**tag.name == b"blockquote" {
                    quotes = quotes.saturating_sub(1);
                }
                separate(&tag.name, &mut text);
            }
            Token::String(string) if !is_hidden => {
                // Line breaks are but spaces here.
                for word in
                    String::from_utf8_lossy(&string).split_inclusive(|c: char| c.is_ascii_whitespace())
                {
                    let is_new_line = text.is_empty() || text.ends_with('\n');
                    if is_new_line && word.trim_ascii().is_empty() {
                        continue;
                    }
                    if is_new_line && quotes > 0 {
                        text.push_str("> ");
                    }
                    text.push_str(word.trim_ascii_end());
                    if word.ends_with(|c: char| c.is_ascii_whitespace()) && !text.ends_with(' ') {
                        text.push(' ');
                    }
                }
            }
            _ => {}
        }
    }
    text
}

/// A new line for a block, a space for a cell.
fn separate(name: &[u8], text: &mut String) {
    if text.is_empty() || text.ends_with('\n') {
        return;
    }
    match name {
        b"p" | b"div" | b"br" | b"hr" | b"tr" | b"table" | b"ul" | b"ol" | b"li" | b"dl" | b"dt" | b"dd"
        | b"pre" | b"h1" | b"h2" | b"h3" | b"h4" | b"h5" | b"h6" | b"blockquote" | b"section"
        | b"article" | b"header" | b"footer" | b"center" | b"title" | b"body" => text.push('\n'),
        b"td" | b"th" | b"option" | b"img" => text.push(' '),
        _ => {}
    }
}
