//! A draft as a message (RFC 5322, RFC 2045, RFC 2231, RFC 6532). The library writes the fields; what goes into them is
//! decided here: nothing of the draft can begin a field of its own, and nothing tells of the program or the machine.
//! The same draft with the same Message-ID and Date is the same message, byte by byte.

mod file;
mod part;

use self::part::Part;
use super::{
    editor::{directed, file_of},
    flowed::flow,
    one_line,
    plain::text_of_html,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use mail_builder::{
    headers::{
        Header,
        address::{Address as BuilderAddress, EmailAddress},
        content_type::ContentType,
        date::Date,
        message_id::MessageId,
        raw::Raw,
        text::Text,
    },
    mime::MimePart,
};
use postern_shared::{
    address::Address,
    ids::FileId,
    writing::{Draft, DraftFile, DraftText},
};
use std::{
    collections::HashSet,
    io::{self, Read, Seek, Write},
    sync::{Arc, Mutex, PoisonError},
};

/// References are kept to so many: the first, which is the conversation, and the last (RFC 5322 §3.6.4 sets no limit,
/// servers do).
const REFERENCES_LIMIT: usize = 50;

/// Bytes in an encoded word of a subject: it has 64 characters then, its line fewer than 76 (RFC 2047 §2).
const ENCODED_WORD: usize = 39;

/// What becomes a message.
#[derive(Debug)]
pub struct Outgoing<'a, R> {
    /// What is written.
    pub draft: &'a Draft,
    /// Its Message-ID, without angle brackets. It is the same however often the message is built.
    pub message_id: &'a str,
    /// Its Date, in seconds since 1970.
    pub date: i64,
    /// The contents of its files. A file without is left out.
    pub contents: Vec<(FileId, R)>,
    /// What it is built for.
    pub purpose: Purpose,
}

/// What a message is built for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To be handed over: without Bcc.
    Sending,
    /// To be kept in Sent or Drafts: with Bcc.
    Keeping,
}

/// What the message needs of servers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Built {
    /// It has bytes beyond ASCII (RFC 6152).
    pub eight_bit: bool,
    /// It has headers beyond ASCII (RFC 6532).
    pub utf8_headers: bool,
}

/// Writes the message, with line ends as on the wire. Files are read piece by piece.
///
/// # Errors
/// Those of `out` and of the files.
pub fn build<R: Read + Seek>(outgoing: Outgoing<'_, R>, out: &mut impl Write) -> io::Result<Built> {
    let Outgoing { draft, message_id, date, contents, purpose } = outgoing;
    let head = head(draft, message_id, date, purpose);
    let body = body(draft, message_id, contents)?;
    let utf8_headers = !head.is_ascii();
    let built = Built { eight_bit: utf8_headers || body.has_eight_bit(), utf8_headers };
    out.write_all(&head)?;
    body.write(message_id, out)?;
    Ok(built)
}

fn head(draft: &Draft, message_id: &str, date: i64, purpose: Purpose) -> Vec<u8> {
    let mut head = Vec::new();
    field("Date", &Date::new(date), &mut head);
    field("From", &addresses(std::slice::from_ref(&draft.from)), &mut head);
    let bcc: &[Address] = if purpose == Purpose::Keeping { &draft.bcc } else { &[] };
    for (name, list) in [("To", &draft.to[..]), ("Cc", &draft.cc[..]), ("Bcc", bcc)] {
        if list.iter().any(|address| !wire_address(&address.email).is_empty()) {
            field(name, &addresses(list), &mut head);
        }
    }
    if draft.to.is_empty() && draft.cc.is_empty() && purpose == Purpose::Sending {
        // RFC 5322 §3.6.3 allows none at all; some servers then add the Bcc for everybody to see.
        field("To", &Raw::new("undisclosed-recipients:;"), &mut head);
    }
    field("Message-ID", &MessageId::new(message_id), &mut head);
    if let Some(answers) = &draft.answers {
        if let Some(id) = answers.message_id.as_deref().and_then(bare_id) {
            field("In-Reply-To", &MessageId::new(id), &mut head);
        }
        let references = references(&answers.references);
        if !references.is_empty() {
            field("References", &MessageId::new_list(references.into_iter()), &mut head);
        }
    }
    subject(&one_line(&draft.subject), &mut head);
    head.extend_from_slice(b"MIME-Version: 1.0\r\n");
    head
}

/// The library leaves ASCII as it is: what only looks like an encoded word is made one (RFC 2047 §7).
fn subject(subject: &str, out: &mut Vec<u8>) {
    if !subject.is_ascii() || !subject.contains("=?") {
        return field("Subject", &Text::new(subject), out);
    }
    let word = |text: &[u8]| format!("=?utf-8?B?{}?=", STANDARD.encode(text));
    let words: Vec<_> = subject.as_bytes().chunks(ENCODED_WORD).map(word).collect();
    out.extend_from_slice(format!("Subject: {}\r\n", words.join("\r\n ")).as_bytes());
}

fn field(name: &str, value: &impl Header, out: &mut Vec<u8>) {
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b": ");
    value.write_header(out, name.len() + 2);
}

fn body<R: Read + Seek>(
    draft: &Draft,
    message_id: &str,
    mut contents: Vec<(FileId, R)>,
) -> io::Result<Part<R>> {
    let mut content = |file: &DraftFile| {
        let at = contents.iter().position(|(id, _)| *id == file.id)?;
        Some(contents.swap_remove(at).1)
    };
    let (text, beside) = match &draft.text {
        DraftText::Plain(text) => (plain_part(text), draft.files.iter().collect::<Vec<_>>()),
        DraftText::Html(html_source) => {
            let (inline, beside): (Vec<_>, Vec<_>) = draft.files.iter().partition(|file| file.inline);
            let (html, shown) = html_part(html_source, message_id, &inline);
            let mut pictures = Vec::new();
            for file in inline.into_iter().filter(|file| shown.contains(&file.id)) {
                if let Some(content) = content(file) {
                    pictures.push(file::picture(file, &content_id(file.id, message_id), content)?);
                }
            }
            let html = if pictures.is_empty() {
                html
            } else {
                let kind = ContentType::new("multipart/related").attribute("type", "text/html");
                Part::many(kind, [html].into_iter().chain(pictures))
            };
            let kind = ContentType::new("multipart/alternative");
            (Part::many(kind, [plain_part(&text_of_html(&clean(html_source))), html]), beside)
        }
    };
    let mut files = Vec::new();
    for file in beside {
        if let Some(content) = content(file) {
            files.push(file::attached(file, content)?);
        }
    }
    if files.is_empty() {
        return Ok(text);
    }
    Ok(Part::many(ContentType::new("multipart/mixed"), [text].into_iter().chain(files)))
}

fn plain_part<R>(text: &str) -> Part<R> {
    let kind = ContentType::new("text/plain").attribute("charset", "utf-8").attribute("format", "flowed");
    Part::Text(MimePart::new(kind, flow(&clean(text))))
}

/// What the editor has is held to structure once more: it may have been pasted. Returns the pictures in it as well.
fn html_part<R>(html: &str, message_id: &str, inline: &[&DraftFile]) -> (Part<R>, HashSet<FileId>) {
    let known: HashSet<FileId> = inline.iter().map(|file| file.id).collect();
    let shown = Arc::new(Mutex::new(HashSet::new()));
    let (seen, message_id) = (Arc::clone(&shown), message_id.to_owned());
    let safe = directed(&clean(html), move |src| {
        let file = file_of(src).filter(|file| known.contains(file))?;
        seen.lock().unwrap_or_else(PoisonError::into_inner).insert(file);
        Some(format!("cid:{}", content_id(file, &message_id)))
    });
    let page = format!(
        "<!DOCTYPE html>\r\n<html><head><meta charset=\"utf-8\"></head><body>{}</body></html>\r\n",
        safe.replace('\n', "\r\n")
    );
    let kind = ContentType::new("text/html").attribute("charset", "utf-8");
    let shown = std::mem::take(&mut *shown.lock().unwrap_or_else(PoisonError::into_inner));
    (Part::Text(MimePart::new(kind, page)), shown)
}

fn content_id(file: FileId, message_id: &str) -> String {
    format!("{file}.{message_id}")
}

fn addresses(list: &[Address]) -> BuilderAddress<'static> {
    let address = |address: &Address| {
        let name = Some(one_line(&address.name)).filter(|name| !name.is_empty());
        let email = wire_address(&address.email);
        (!email.is_empty()).then(|| {
            BuilderAddress::Address(EmailAddress { name: name.map(Into::into), email: email.into() })
        })
    };
    BuilderAddress::new_list(list.iter().filter_map(address).collect())
}

/// An address as the wire has it: its domain in ASCII (RFC 5891), so that it needs SMTPUTF8 for its local part alone.
fn wire_address(email: &str) -> String {
    let forbidden = |c: char| c.is_control() || c.is_whitespace() || matches!(c, '<' | '>');
    let email: String = email.chars().filter(|c| !forbidden(*c)).collect();
    match email.rsplit_once('@') {
        Some((local, domain)) if !domain.is_ascii() => match url::Host::parse(domain) {
            Ok(url::Host::Domain(domain)) => format!("{local}@{domain}"),
            _ => email,
        },
        _ => email,
    }
}

/// Text in which line feeds end lines and nothing else does, without what mail cannot have (RFC 5322 §2.3).
fn clean(text: &str) -> String {
    let kept = |c: &char| !c.is_control() || matches!(c, '\n' | '\t') || ('\u{80}'..='\u{9f}').contains(c);
    text.replace("\r\n", "\n").replace('\r', "\n").chars().filter(kept).collect()
}

/// A Message-ID without its brackets, if nothing in it can end a field.
fn bare_id(id: &str) -> Option<&str> {
    let id = id.trim().trim_start_matches('<').trim_end_matches('>');
    let clean = !id.is_empty() && id.chars().all(|c| c.is_ascii_graphic() && !matches!(c, '<' | '>'));
    clean.then_some(id)
}

fn references(ids: &[String]) -> Vec<String> {
    let ids: Vec<_> = ids.iter().filter_map(|id| bare_id(id)).map(str::to_owned).collect();
    match ids.split_first() {
        Some((first, rest)) if ids.len() > REFERENCES_LIMIT => {
            let last = rest.iter().skip(rest.len() + 1 - REFERENCES_LIMIT).cloned();
            [first.clone()].into_iter().chain(last).collect()
        }
        _ => ids,
    }
}

#[cfg(test)]
mod tests;
