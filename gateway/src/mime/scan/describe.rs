//! A part as its header describes it (RFC 2045, RFC 2183), with the defaults where it does not.

use super::{
    header::{Field, Header},
    parameters::{parameterized, word},
};
use crate::{
    imap::response::{BodyPart, Disposition},
    mime::decode::TransferEncoding,
};

/// How much of a boundary is compared: they have 70 characters at most (RFC 2046 §5.1.1).
const BOUNDARY_LIMIT: usize = 1000;

/// The part of that header, with as many parameters as are left. In a digest a part is a message unless it says
/// otherwise (RFC 2046 §5.1.5), elsewhere text.
pub(super) fn describe(header: &Header, in_digest: bool, params_left: &mut usize) -> BodyPart {
    let mut part = BodyPart {
        id: header.owned(Field::ContentId),
        description: header.owned(Field::ContentDescription),
        disposition: disposition(header, params_left),
        encoding: encoding(header),
        ..BodyPart::default()
    };
    let told = header.value(Field::ContentType).map(|value| parameterized(value, params_left));
    let (kind, subtype) = match &told {
        None if in_digest => ("message", "rfc822"),
        None => ("text", "plain"),
        Some(told) => media_type(&told.word),
    };
    (part.kind, part.subtype) = (kind.to_owned(), subtype.to_owned());
    part.params = told.map(|told| told.params).unwrap_or_default();
    if part.kind == "text" {
        default_charset(&mut part);
    }
    part
}

/// Type and subtype; what is no media type is plain text (RFC 2045 §5.2).
fn media_type(word: &str) -> (&str, &str) {
    let is_token = |name: &str| {
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_graphic() && !b"/<>@,:[]?=".contains(&byte))
    };
    word.split_once('/')
        .filter(|(kind, subtype)| is_token(kind) && is_token(subtype))
        .unwrap_or(("text", "plain"))
}

fn default_charset(part: &mut BodyPart) {
    if part.params.iter().all(|(name, _)| name != "charset") {
        part.params.push(("charset".to_owned(), b"us-ascii".to_vec()));
    }
}

fn disposition(header: &Header, params_left: &mut usize) -> Option<Disposition> {
    let told = parameterized(header.value(Field::ContentDisposition)?, params_left);
    let says_nothing = told.word.is_empty() && told.params.is_empty();
    (!says_nothing).then_some(Disposition { kind: told.word, params: told.params })
}

fn encoding(header: &Header) -> String {
    let mut value = header.value(Field::ContentTransferEncoding).unwrap_or_default();
    let told = word(&mut value);
    if told.is_empty() { "7bit".to_owned() } else { told }
}

/// Takes a multipart for the plain text it turned out to be.
pub(super) fn make_text(part: &mut BodyPart) {
    part.kind = "text".to_owned();
    part.subtype = "plain".to_owned();
    part.params.clear();
    default_charset(part);
}

/// What separates a multipart's parts, if it says so.
pub(super) fn boundary(part: &BodyPart) -> Option<Vec<u8>> {
    let (_, boundary) = part.params.iter().find(|(name, _)| name == "boundary")?;
    let boundary = boundary.trim_ascii_end();
    (!boundary.is_empty()).then(|| boundary[..boundary.len().min(BOUNDARY_LIMIT)].to_vec())
}

/// Whether a part is an attached message that can be read in its place (RFC 2046 §5.2.1, RFC 6532).
pub(super) fn is_message(part: &BodyPart) -> bool {
    part.kind == "message"
        && matches!(part.subtype.as_str(), "rfc822" | "global")
        && TransferEncoding::named(&part.encoding) == TransferEncoding::Identity
}

/// Whether a part may be text to be read.
pub(super) fn is_text(part: &BodyPart) -> bool {
    part.kind == "text"
        && matches!(part.subtype.as_str(), "plain" | "html")
        && part.disposition.as_ref().is_none_or(|disposition| disposition.kind != "attachment")
}
