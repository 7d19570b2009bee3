//! A file of a draft as a part.

use super::{
    field,
    part::{Encoding, Part},
};
use crate::mime::{compose::one_line, file_name::cut};
use mail_builder::headers::{content_type::ContentType, message_id::MessageId};
use postern_shared::writing::DraftFile;
use std::io::{self, Read, Seek, SeekFrom};

/// Bytes that a line may have (RFC 5322 §2.1.1).
const LONGEST_LINE: usize = 998;

/// A file beside the text.
///
/// # Errors
/// Those of the content.
pub fn attached<R: Read + Seek>(file: &DraftFile, content: R) -> io::Result<Part<R>> {
    part(file, "attachment", None, content)
}

/// A picture in the text.
///
/// # Errors
/// Those of the content.
pub fn picture<R: Read + Seek>(file: &DraftFile, content_id: &str, content: R) -> io::Result<Part<R>> {
    part(file, "inline", Some(content_id), content)
}

fn part<R: Read + Seek>(
    file: &DraftFile,
    disposition: &str,
    content_id: Option<&str>,
    mut content: R,
) -> io::Result<Part<R>> {
    let (media_type, encoding) = if file.media_type == "message/rfc822" {
        // RFC 2046 §5.2.1: a message is never encoded. What cannot go as it is goes as a file of no known kind.
        match lines(&mut content)? {
            Some(encoding) => ("message/rfc822", encoding),
            None => ("application/octet-stream", Encoding::Base64),
        }
    } else {
        (media_type(file), Encoding::Base64)
    };
    content.seek(SeekFrom::Start(0))?;
    let name = cut(&one_line(&file.name));
    let mut head = Vec::new();
    let (mut kind, mut disposition) = (ContentType::new(media_type), ContentType::new(disposition));
    if !name.is_empty() {
        kind = kind.attribute("name", name.as_str());
        disposition = disposition.attribute("filename", name.as_str());
    }
    field("Content-Type", &kind, &mut head);
    field("Content-Disposition", &disposition, &mut head);
    if let Some(id) = content_id {
        field("Content-ID", &MessageId::new(id), &mut head);
    }
    Ok(Part::File { head, encoding, content })
}

/// A media type that says what it says and nothing else. What would be read as part of the message itself is none.
fn media_type(file: &DraftFile) -> &str {
    let word = |word: &str| {
        !word.is_empty()
            && word.len() <= 127
            && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&byte))
    };
    let valid = file.media_type.split_once('/').is_some_and(|(kind, sub)| {
        let structure = ["multipart", "message"].iter().any(|other| kind.eq_ignore_ascii_case(other));
        word(kind) && word(sub) && !structure
    });
    if valid { &file.media_type } else { "application/octet-stream" }
}

/// How a file can go as it is: it is lines that mail may have.
fn lines(content: &mut impl Read) -> io::Result<Option<Encoding>> {
    let mut piece = [0; 16 * 1024];
    let (mut length, mut last, mut encoding) = (0, 0, Encoding::SevenBit);
    loop {
        let read = match content.read(&mut piece) {
            Ok(0) => return Ok((last != b'\r').then_some(encoding)),
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        for &byte in piece.get(..read).unwrap_or_default() {
            length = if matches!(byte, b'\r' | b'\n') { 0 } else { length + 1 };
            if byte == 0 || length > LONGEST_LINE || (last == b'\r' && byte != b'\n') {
                return Ok(None);
            }
            if byte >= 0x80 {
                encoding = Encoding::EightBit;
            }
            last = byte;
        }
    }
}
