//! What a search looks at, and the preview of a message.

use super::html_text::html_text;
use crate::{
    imap::{
        charset,
        part_role::{Role, Roles},
        response::BodyPart,
    },
    mime::{charset_of_html::charset_of_html, decode::TransferEncoding, file_name::file_name},
};

/// How long the text for the search is at most, in bytes.
const TEXT_LIMIT: usize = 256 * 1024;
/// How long a preview is at most, in characters.
const PREVIEW_LIMIT: usize = 200;

/// The text of a message of that structure and its preview. `texts` are its parts' beginnings as transferred.
pub(super) fn text(structure: &BodyPart, texts: &[(String, Vec<u8>)]) -> (String, Option<String>) {
    let mut reader = Reader { texts, text: String::new(), preview: None };
    reader.message(structure);
    let mut text = reader.text;
    text.truncate(text.floor_char_boundary(TEXT_LIMIT));
    (text, reader.preview)
}

/// The same of a message that is nothing but text.
pub(super) fn bare_text(texts: &[(String, Vec<u8>)]) -> (String, Option<String>) {
    let mut text = String::new();
    texts.iter().for_each(|(_, bytes)| fold(&charset::decode(bytes, None), TEXT_LIMIT, &mut text));
    (text, None)
}

struct Reader<'a> {
    texts: &'a [(String, Vec<u8>)],
    text: String,
    preview: Option<String>,
}

impl Reader<'_> {
    /// What is shown of a message, the names of what is attached, and the same of attached messages.
    fn message(&mut self, structure: &BodyPart) {
        let roles = Roles::of(structure);
        let is_shown = |role: Role| matches!(role, Role::Html | Role::Plain);
        let before = self.text.len();
        self.parts(roles.parts.iter().filter(|(_, role)| is_shown(*role)).map(|(part, _)| *part));
        if self.text.len() == before {
            // It was too far behind, or says nothing: another form may say more.
            self.parts(
                roles.parts.iter().filter(|(_, role)| *role == Role::Alternative).map(|(part, _)| *part),
            );
        }
        for (part, role) in roles.parts {
            if role == Role::Attachment && self.text.len() < TEXT_LIMIT {
                self.add(&file_name(part));
                part.children.iter().for_each(|child| self.message(child));
            }
        }
    }

    fn parts<'p>(&mut self, parts: impl Iterator<Item = &'p BodyPart>) {
        for part in parts {
            let Some(text) = self.decoded(part) else { continue };
            self.add(&text);
            if self.preview.is_none() {
                self.preview = preview(&text);
            }
        }
    }

    fn add(&mut self, text: &str) {
        fold(text, TEXT_LIMIT, &mut self.text);
    }

    /// A part's text: lines, with quotes marked by `>`.
    fn decoded(&self, part: &BodyPart) -> Option<String> {
        let (_, bytes) = self.texts.iter().find(|(name, _)| *name == part.part)?;
        let bytes = TransferEncoding::named(&part.encoding).decode(bytes);
        let charset = part.params.iter().find(|(name, _)| name == "charset");
        let charset = charset.map(|(_, value)| String::from_utf8_lossy(value).trim().to_owned());
        Some(if part.subtype == "html" {
            let charset = charset_of_html(charset.as_deref(), &bytes);
            html_text(&charset::decode(&bytes, charset.as_deref()))
        } else {
            charset::decode(&bytes, charset.as_deref()).into_owned()
        })
    }
}

/// Adds words, one space between them, up to that length in bytes.
fn fold(text: &str, limit: usize, out: &mut String) {
    for word in text.split(char::is_whitespace) {
        if out.len() >= limit {
            break;
        }
        let before = out.len();
        let is_first = before == 0;
        if !is_first {
            out.push(' ');
        }
        let start = out.len();
        out.extend(word.chars().filter(|c| !is_invisible(*c)));
        let is_quote_mark = out[start..].bytes().all(|byte| byte == b'>');
        if is_quote_mark {
            out.truncate(before);
        }
    }
    out.truncate(out.floor_char_boundary(limit));
}

/// Control characters (databases refuse NUL), and what newsletters fill their previews up with.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fffc}')
}

/// The beginning of what the sender wrote: without quotes, the line that announces them, and the signature. Where
/// nothing is left, of the quotes.
fn preview(text: &str) -> Option<String> {
    let mut own = Vec::new();
    let mut length = 0;
    for line in text.lines() {
        if matches!(line, "-- " | "--") || length > 4 * PREVIEW_LIMIT {
            break;
        }
        if line.starts_with('>') {
            while own.last().is_some_and(|line: &&str| line.trim().is_empty()) {
                own.pop();
            }
            if own.last().is_some_and(|line| line.trim_end().ends_with(':')) {
                own.pop();
            }
        } else {
            length += line.len();
            own.push(line);
        }
    }
    short(&own.join("\n")).or_else(|| short(text))
}

fn short(text: &str) -> Option<String> {
    let mut folded = String::new();
    fold(text, 4 * PREVIEW_LIMIT, &mut folded);
    let end = folded.char_indices().nth(PREVIEW_LIMIT).map_or(folded.len(), |(at, _)| at);
    folded.truncate(end);
    let preview = folded.trim();
    (!preview.is_empty()).then(|| preview.to_owned())
}
