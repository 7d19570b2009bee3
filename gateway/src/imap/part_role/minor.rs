//! Parts that mailers add by themselves, and that nobody means by "attachment".
//!
//! What decides is what a person would say who sees the mail: a logo, the key or the card that a mailer attaches to
//! every mail, a pixel that counts readers, a footer that a server made a file of are none; a photo is one even where
//! Apple Mail shows it between two lines of text, and so is a file that is shown in place. Where that cannot be told,
//! a part counts: a paperclip too many costs a glance, a missing one a file.

use crate::imap::{part_role::is_raster, response::BodyPart};

/// Encoded bytes up to which an image between the text may be an ornament: logos are small, photos are not.
const ORNAMENT: u64 = 64 * 1024;
/// Encoded bytes up to which an image without a name may be a pixel or a bullet.
const NAMELESS: u64 = 16 * 1024;
/// Encoded bytes of a footer that a server made a file of.
const FOOTER: u64 = 8 * 1024;

/// Whether a part that would be an attachment is none, in a mail that has text, or text in HTML.
pub(super) fn is_minor(part: &BodyPart, text: bool, html: bool) -> bool {
    let attached = is_attached(part);
    match (part.kind.as_str(), part.subtype.as_str()) {
        ("application", "pgp-signature" | "pkcs7-signature" | "x-pkcs7-signature" | "applefile") => true,
        ("application", "octet-stream") if name(part) == "smime.p7s" => true,
        _ if !text => false,
        // Keys and cards that mailers attach to every mail. A card that is sent on purpose is of the newer type.
        ("application", "pgp-keys") => true,
        ("text", "x-vcard") => part.size <= FOOTER,
        ("text", "vcard" | "directory") => !attached && part.size <= FOOTER,
        ("text", _) => is_numbered(&name(part), "att") && part.size <= FOOTER,
        ("image", _) => !attached && is_ornament(part, html),
        _ => false,
    }
}

/// Whether a part is an invitation.
pub(super) fn is_calendar(part: &BodyPart) -> bool {
    matches!((part.kind.as_str(), part.subtype.as_str()), ("text", "calendar") | ("application", "ics"))
}

/// Whether a mailer gave an image its Content-ID when somebody put it into the text: Gmail's and Outlook's look so.
/// Some of them mark it as an attachment all the same.
pub(super) fn is_made_by_mailer(part: &BodyPart) -> bool {
    let id = part.id.as_deref().map(String::from_utf8_lossy).unwrap_or_default().to_ascii_lowercase();
    let id = id.trim().trim_start_matches('<');
    id.starts_with("ii_") || is_numbered(id.split('@').next().unwrap_or_default(), "image")
}

/// An image that stands in the text as an ornament does: it is small, and has no name, or one that a mailer made up
/// for an image that HTML refers to.
fn is_ornament(part: &BodyPart, html: bool) -> bool {
    let name = name(part);
    if name.is_empty() {
        return part.size <= NAMELESS;
    }
    let made_up = is_numbered(&name, "image") || is_numbered(&name, "att") || name.starts_with("outlook-");
    is_raster(part) && part.size <= ORNAMENT && (made_up || html && part.id.is_some())
}

/// `image001.png`, `ATT00001.htm`: such a word, then at least three digits, then at most an extension.
fn is_numbered(name: &str, word: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default();
    stem.strip_prefix(word)
        .is_some_and(|digits| digits.len() >= 3 && digits.bytes().all(|byte| byte.is_ascii_digit()))
}

fn is_attached(part: &BodyPart) -> bool {
    part.disposition.as_ref().is_some_and(|disposition| disposition.kind == "attachment")
}

/// Its file name in lower case, as far as it is plain.
fn name(part: &BodyPart) -> String {
    let disposition = part.disposition.iter().flat_map(|disposition| &disposition.params);
    let mut names = disposition
        .filter(|(key, _)| key.split('*').next() == Some("filename"))
        .chain(part.params.iter().filter(|(key, _)| key.split('*').next() == Some("name")));
    names
        .next()
        .map(|(_, value)| String::from_utf8_lossy(value).trim().to_ascii_lowercase())
        .unwrap_or_default()
}
