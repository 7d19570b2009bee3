//! A draft as a message (RFC 5322, RFC 2045, RFC 2231, RFC 6532). The writing itself is the library's; what goes into it
//! is decided here: nothing of the draft can begin a header of its own, and nothing tells of the program or the machine.

use super::{
    editor_html::structure,
    fields::{one_line, parameter, write_addresses},
    flowed::flow,
    quote::text_of_html,
};
use mail_builder::{
    MessageBuilder,
    headers::{content_type::ContentType, message_id::MessageId, raw::Raw, text::Text},
    mime::MimePart,
};
use postern_shared::{
    address::Address,
    ids::FileId,
    writing::{Draft, DraftFile, DraftText},
};
use std::io::{self, Write};

/// References are kept to so many: the first, which is the conversation, and the last (RFC 5322 §3.6.4 sets no limit,
/// servers do).
const REFERENCES_LIMIT: usize = 50;

/// What becomes a message.
pub struct Outgoing<'a> {
    /// What is written.
    pub draft: &'a Draft,
    /// Its Message-ID, without angle brackets. It is the same however often the message is built.
    pub message_id: &'a str,
    /// Its Date, in seconds since 1970.
    pub date: i64,
    /// The contents of its files.
    pub contents: &'a [(FileId, Vec<u8>)],
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

/// Writes the message, with line ends as on the wire.
///
/// # Errors
/// Those of `out`.
pub fn build(outgoing: &Outgoing<'_>, mut out: impl Write) -> io::Result<()> {
    let Outgoing { draft, message_id, date, purpose, .. } = outgoing;
    write_addresses("From", std::slice::from_ref(&draft.from), &mut out)?;
    let mut message = MessageBuilder::new()
        .message_id(message_id.to_string())
        .date(*date)
        .header("Subject", Text::new(one_line(&draft.subject)));
    for (name, list) in [("To", &draft.to), ("Cc", &draft.cc)] {
        if !list.is_empty() {
            write_addresses(name, list, &mut out)?;
        }
    }
    if *purpose == Purpose::Keeping && !draft.bcc.is_empty() {
        write_addresses("Bcc", &draft.bcc, &mut out)?;
    }
    if draft.to.is_empty() && draft.cc.is_empty() && *purpose == Purpose::Sending {
        // RFC 5322 §3.6.3 allows none at all; some servers then add the Bcc for everybody to see.
        message = message.header("To", Raw::new("undisclosed-recipients:;"));
    }
    if let Some(answers) = &draft.answers {
        let references = references(&answers.references);
        if let Some(id) = answers.message_id.as_deref().and_then(bare_id) {
            message = message.header("In-Reply-To", MessageId::new(id.to_owned()));
        }
        if !references.is_empty() {
            message = message.header("References", MessageId::new_list(references.into_iter()));
        }
    }
    message.body(body(outgoing)).write_to(out)
}

/// A domain for Message-IDs: that of the sender's address.
pub fn domain_of(address: &Address) -> &str {
    address.email.rsplit_once('@').map_or("localhost", |(_, domain)| domain)
}

fn body<'a>(outgoing: &'a Outgoing<'_>) -> MimePart<'a> {
    let draft = outgoing.draft;
    let text = match &draft.text {
        DraftText::Plain(text) => plain_part(text),
        DraftText::Html(html) => {
            let inline: Vec<&DraftFile> = draft.files.iter().filter(|file| file.inline).collect();
            let plain = plain_part(&text_of_html(html));
            MimePart::new("multipart/alternative", vec![plain, html_part(outgoing, html, &inline)])
        }
    };
    let is_beside = |file: &&DraftFile| !file.inline || matches!(draft.text, DraftText::Plain(_));
    let files: Vec<_> =
        draft.files.iter().filter(is_beside).filter_map(|file| file_part(outgoing, file)).collect();
    if files.is_empty() {
        return text;
    }
    MimePart::new("multipart/mixed", [text].into_iter().chain(files).collect::<Vec<_>>())
}

fn plain_part(text: &str) -> MimePart<'static> {
    let kind = ContentType::new("text/plain").attribute("charset", "utf-8").attribute("format", "flowed");
    MimePart::new(kind, flow(text))
}

/// What the editor has is made safe once more: it may have been pasted. Pictures go along with it.
fn html_part<'a>(outgoing: &Outgoing<'a>, html: &str, inline: &[&'a DraftFile]) -> MimePart<'a> {
    let pictures = inline.iter().map(|file| (file.id, format!("cid:{}", content_id(outgoing, file))));
    let safe = structure(html, &pictures.collect());
    let page =
        format!("<!DOCTYPE html><html><head><meta charset=\"utf-8\"></head><body>{safe}</body></html>");
    let kind = ContentType::new("text/html").attribute("charset", "utf-8");
    let html = MimePart::new(kind, page);
    let pictures: Vec<_> = inline.iter().filter_map(|file| picture_part(outgoing, file)).collect();
    if pictures.is_empty() {
        return html;
    }
    let kind = ContentType::new("multipart/related").attribute("type", "text/html");
    MimePart::new(kind, [html].into_iter().chain(pictures).collect::<Vec<_>>())
}

fn picture_part<'a>(outgoing: &Outgoing<'a>, file: &DraftFile) -> Option<MimePart<'a>> {
    let part = MimePart::new(ContentType::new(media_type(file)), content(outgoing, file)?);
    Some(part.header("Content-Disposition", disposition("inline", file)).cid(content_id(outgoing, file)))
}

fn file_part<'a>(outgoing: &Outgoing<'a>, file: &DraftFile) -> Option<MimePart<'a>> {
    let part = MimePart::new(ContentType::new(media_type(file)), content(outgoing, file)?);
    Some(part.header("Content-Disposition", disposition("attachment", file)))
}

fn disposition(kind: &str, file: &DraftFile) -> Raw<'static> {
    Raw::new(format!("{kind}; {}", parameter("filename", &one_line(&file.name))))
}

/// Text files go as they are, byte by byte: only what is surely no text for mail is told as such.
fn content<'a>(outgoing: &Outgoing<'a>, file: &DraftFile) -> Option<&'a [u8]> {
    let found = outgoing.contents.iter().find(|(id, _)| *id == file.id);
    found.map(|(_, content)| content.as_slice())
}

fn content_id(outgoing: &Outgoing<'_>, file: &DraftFile) -> String {
    format!("{}.{}", file.id, outgoing.message_id)
}

/// A media type that says what it says and nothing else; a message as a file keeps its type.
fn media_type(file: &DraftFile) -> String {
    let word = |word: &str| {
        !word.is_empty()
            && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&byte))
    };
    let valid = file
        .media_type
        .split_once('/')
        .is_some_and(|(kind, sub)| word(kind) && word(sub) && !kind.eq_ignore_ascii_case("multipart"));
    if valid { file.media_type.clone() } else { "application/octet-stream".to_owned() }
}

/// A Message-ID without its brackets, if nothing in it can end a header.
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
