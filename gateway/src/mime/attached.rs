//! An attachment as its reader is told of it.

use super::{decode::TransferEncoding, file_kind, file_name::file_name};
use crate::imap::{part_role::Role, response::BodyPart};
use postern_shared::body::{Attachment, Preview};

/// The digits of base64 on a full line, with its CRLF (RFC 2045 §6.8).
const LINE: u64 = 78;
/// The bytes that a full line holds.
const CONTENT: u64 = 57;

/// What is told of a part that stands in that role.
pub fn attachment(part: &BodyPart, role: Role) -> Attachment {
    let name = file_name(part);
    let media_type = format!("{}/{}", part.kind, part.subtype);
    Attachment {
        part: part.part.clone(),
        size: decoded_size(TransferEncoding::named(&part.encoding), part.size),
        kind: file_kind::file_kind(&media_type, &name),
        preview: if is_message(part) {
            Some(Preview::Message)
        } else {
            file_kind::preview(&media_type, &name)
        },
        minor: role != Role::Attachment,
        name,
        media_type,
    }
}

/// Whether a part is a message that is attached to another one (RFC 2046 §5.2.1, RFC 6532).
pub fn is_message(part: &BodyPart) -> bool {
    part.kind == "message" && matches!(part.subtype.as_str(), "rfc822" | "global" | "news")
}

/// How many bytes come of `size` encoded ones: exact as they are, within a few bytes in base64 with lines of the usual
/// length, an upper bound in quoted-printable.
fn decoded_size(encoding: TransferEncoding, size: u64) -> u64 {
    match encoding {
        TransferEncoding::Base64 => size / LINE * CONTENT + size % LINE / 4 * 3,
        TransferEncoding::Identity | TransferEncoding::QuotedPrintable => size,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::{Engine, prelude::BASE64_STANDARD};

    #[test]
    fn sizes_are_what_a_file_has_once_saved() {
        for length in [0, 1, 2, 3, 56, 57, 58, 1_000, 100_000] {
            let digits = BASE64_STANDARD.encode(vec![b'x'; length]);
            let lines: Vec<&[u8]> = digits.as_bytes().chunks(76).collect();
            let encoded: usize = lines.iter().map(|line| line.len() + 2).sum();
            let estimate = decoded_size(TransferEncoding::Base64, encoded as u64);
            assert!(estimate.abs_diff(length as u64) <= 2, "{length}: {estimate}");
        }
        assert_eq!(decoded_size(TransferEncoding::Identity, 7), 7);
        // A server may say anything.
        assert!(decoded_size(TransferEncoding::Base64, u64::MAX) < u64::MAX);
    }
}
