//! The names of attachments: RFC 2231, RFC 2047 or raw 8-bit, made safe to show and to save.

use crate::imap::{
    charset,
    convert::header_text,
    response::{BodyPart, Disposition},
};

/// How long a name may be in bytes of UTF-8: below what file systems allow, with room for " (2)".
const NAME_LIMIT: usize = 200;
/// How long an extension is kept when a name is cut.
const EXTENSION_LIMIT: usize = 16;

/// The name of a part, never empty: as its headers tell it, an attached message by its subject, else by its media type.
pub fn file_name(part: &BodyPart) -> String {
    let disposition = part.disposition.as_ref().map(|Disposition { params, .. }| params.as_slice());
    let told = parameter(disposition.unwrap_or_default(), "filename")
        .or_else(|| parameter(&part.params, "name"))
        .map(|name| clean(&name))
        .filter(|name| !name.is_empty());
    told.unwrap_or_else(|| made_up(part))
}

/// The name of a message as a file, by its decoded subject.
pub fn message_name(subject: &str) -> String {
    let subject = clean(subject);
    let stem = if subject.is_empty() { "message" } else { &subject };
    cut(&format!("{stem}.eml"))
}

/// A name made safe: no path, no control and no invisible or direction-changing characters, nothing that a file
/// system minds, not too long. It may be empty.
pub fn clean(name: &str) -> String {
    let safe: String = name.chars().filter_map(safe_char).collect();
    let trimmed = safe.trim_start_matches([' ', '.', '~']).trim_end_matches([' ', '.']);
    if is_device(trimmed) { cut(&format!("_{trimmed}")) } else { cut(trimmed) }
}

/// Names that Windows keeps for devices, with whatever extension.
fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_ascii_uppercase();
    let numbered = |port: &str| {
        stem.strip_prefix(port).is_some_and(|number| {
            matches!(number, "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "¹" | "²" | "³")
        })
    };
    matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$")
        || numbered("COM")
        || numbered("LPT")
}

fn safe_char(c: char) -> Option<char> {
    match c {
        '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|' => Some('_'),
        '\t' | '\n' | '\r' | '\u{2028}' | '\u{2029}' => Some(' '),
        c if c.is_control() => None,
        // Zero-width characters, marks, overrides and isolates of direction, the byte order mark, soft hyphens.
        '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' => None,
        '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}' => None,
        c => Some(c),
    }
}

/// A name that is not too long: its end is cut, its extension kept.
pub fn cut(name: &str) -> String {
    if name.len() <= NAME_LIMIT {
        return name.to_owned();
    }
    let extension = name.rfind('.').map(|dot| &name[dot..]).filter(|tail| tail.len() <= EXTENSION_LIMIT);
    let extension = extension.unwrap_or_default();
    let stem = &name[..name.floor_char_boundary(NAME_LIMIT - extension.len())];
    format!("{}{extension}", stem.trim_end_matches([' ', '.']))
}

fn made_up(part: &BodyPart) -> String {
    if part.kind == "message" && matches!(part.subtype.as_str(), "rfc822" | "global") {
        let subject = part.envelope.as_ref().and_then(|envelope| envelope.subject.as_deref());
        return message_name(&subject.map(header_text).unwrap_or_default());
    }
    let name = match (part.kind.as_str(), part.subtype.as_str()) {
        ("text", "calendar") => "invitation.ics",
        ("text", "html") => "page.html",
        ("text", "rfc822-headers") => "headers.txt",
        ("text", _) => "text.txt",
        ("message", "delivery-status") => "delivery-status.txt",
        ("message", "disposition-notification") => "read-receipt.txt",
        ("message", "feedback-report") => "feedback-report.txt",
        ("message", "partial") => "piece-of-a-message.eml",
        ("message", "external-body") => "lies-elsewhere.txt",
        ("application", "ms-tnef" | "vnd.ms-tnef") => "winmail.dat",
        ("application", "pgp-signature") => "signature.asc",
        ("application", "pgp-encrypted") => "version.txt",
        ("application", "pkcs7-signature" | "x-pkcs7-signature") => "smime.p7s",
        ("application", "pkcs7-mime" | "x-pkcs7-mime") => "smime.p7m",
        ("application", "pdf") => "document.pdf",
        ("image", "jpeg" | "jpg" | "pjpeg") => "image.jpg",
        ("image", "png") => "image.png",
        ("image", "gif") => "image.gif",
        ("image", "webp") => "image.webp",
        _ => "attachment.bin",
    };
    name.to_owned()
}

/// A parameter's text: extended (RFC 2231 §4), in numbered pieces (§3), or plain with what people put there instead.
fn parameter(params: &[(String, Vec<u8>)], name: &str) -> Option<String> {
    let mut plain = None;
    let mut pieces = Vec::new();
    for (key, value) in params {
        let Some(rest) = key.strip_prefix(name) else { continue };
        match rest.strip_prefix('*') {
            None if rest.is_empty() => plain = plain.or(Some(value)),
            None => {}
            Some(section) => {
                let (number, extended) = match section.strip_suffix('*') {
                    Some(number) => (number, true),
                    None => (section, section.is_empty()),
                };
                let number = if number.is_empty() { Some(0) } else { number.parse::<u32>().ok() };
                pieces.extend(number.map(|number| (number, extended, value.as_slice())));
            }
        }
    }
    pieces.sort_by_key(|(number, ..)| *number);
    join(&pieces).or_else(|| plain.map(|value| header_text(value)))
}

fn join(pieces: &[(u32, bool, &[u8])]) -> Option<String> {
    let (_, extended, first) = *pieces.first()?;
    let label = extended.then(|| charset_and_language(first)).flatten();
    let mut bytes = Vec::new();
    for (index, (_, extended, piece)) in pieces.iter().enumerate() {
        let piece = match &label {
            Some((_, text)) if index == 0 => *text,
            _ => *piece,
        };
        if *extended { percent_decode(piece, &mut bytes) } else { bytes.extend_from_slice(piece) }
    }
    Some(match label {
        // Some encode in both ways at once.
        Some((label, _)) => match charset::decode(&bytes, Some(&label)) {
            text if text.contains("=?") => header_text(text.as_bytes()),
            text => text.into_owned(),
        },
        None => header_text(&bytes),
    })
}

/// `charset'language'text`: the charset and the text.
fn charset_and_language(value: &[u8]) -> Option<(String, &[u8])> {
    let mut fields = value.splitn(3, |&byte| byte == b'\'');
    let (label, _language, text) = (fields.next()?, fields.next()?, fields.next()?);
    Some((String::from_utf8_lossy(label).into_owned(), text))
}

/// Decodes `%XX`; a percent sign that does not begin one stays.
pub(super) fn percent_decode(value: &[u8], bytes: &mut Vec<u8>) {
    let digit = |byte: Option<&u8>| byte.and_then(|&byte| char::from(byte).to_digit(16));
    let mut rest = value;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        match (byte, digit(after.first()), digit(after.get(1))) {
            (b'%', Some(high), Some(low)) => {
                bytes.extend(u8::try_from(high * 16 + low));
                rest = &after[2..];
            }
            _ => bytes.push(byte),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imap::response::Envelope;
    use proptest::prelude::*;

    fn params(list: &[(&str, &str)]) -> Vec<(String, Vec<u8>)> {
        list.iter().map(|(key, value)| ((*key).to_owned(), value.as_bytes().to_vec())).collect()
    }

    #[test]
    fn names_as_headers_tell_them() {
        let table: &[(&[(&str, &str)], &str)] = &[
            (&[("filename", "report.pdf")], "report.pdf"),
            (&[("filename*", "utf-8'en'na%C3%AFve%20plan.txt")], "naïve plan.txt"),
            (&[("filename*", "iso-8859-1''na%EFve.txt")], "naïve.txt"),
            (&[("filename", "naive.txt"), ("filename*", "utf-8''na%C3%AFve.txt")], "naïve.txt"),
            (&[("filename*1", "port.pdf"), ("filename*0", "re")], "report.pdf"),
            (
                &[("filename*0*", "utf-8''a%C3"), ("filename*1*", "%A4b"), ("filename*2", "%41.txt")],
                "aäb%41.txt",
            ),
            (&[("filename*0*", "gb2312''%D6%D0"), ("filename*1*", "%CE%C4.txt")], "中文.txt"),
            (&[("filename*", "no-charset.txt")], "no-charset.txt"),
            (&[("filename*", "utf-8''100%.txt")], "100%.txt"),
            (&[("filename*x", "no number"), ("filename", "plain.txt")], "plain.txt"),
            (&[("filename", "größe.txt")], "größe.txt"),
            (&[("filename*", "utf-8''=?utf-8?q?na=C3=AFve?=.txt")], "naïve.txt"),
            (&[("filename*0", "=?utf-8?q?na=C3"), ("filename*1", "=AFve?=.txt")], "naïve.txt"),
            (&[("filename*1*", "%C3%A4.txt")], "ä.txt"),
            (&[("filename*0*", "utf-8''a"), ("filename*2*", "%C3%A4.txt")], "aä.txt"),
            (&[("filename", "=?utf-8?b?w6Q=?= =?utf-8?b?w7Y=?=.txt")], "äö.txt"),
        ];
        for (list, name) in table {
            let disposition = Disposition { kind: "attachment".into(), params: params(list) };
            let part = BodyPart { disposition: Some(disposition), ..BodyPart::default() };
            assert_eq!(file_name(&part), *name, "{list:?}");
        }
    }

    #[test]
    fn the_media_types_name_is_second() {
        let disposition = Disposition { kind: "attachment".into(), params: params(&[("filename", " .. ")]) };
        let part = BodyPart { params: params(&[("name", "a.txt")]), ..BodyPart::default() };
        assert_eq!(file_name(&part), "a.txt");
        let unnamed =
            BodyPart { disposition: Some(disposition), kind: "image".into(), subtype: "png".into(), ..part };
        assert_eq!(file_name(&unnamed), "image.png");
    }

    #[test]
    fn an_attached_message_goes_by_its_subject() {
        let message = |subject: &str| BodyPart {
            kind: "message".into(),
            subtype: "rfc822".into(),
            envelope: Some(Box::new(Envelope { subject: Some(subject.into()), ..Envelope::default() })),
            ..BodyPart::default()
        };
        assert_eq!(file_name(&message("Re: plans/2026")), "Re_ plans_2026.eml");
        assert_eq!(file_name(&message("")), "message.eml");
        assert!(file_name(&message(&"long ".repeat(100))).ends_with(".eml"));
    }

    #[test]
    fn names_are_made_safe() {
        let table = [
            ("../../etc/passwd", "_.._etc_passwd"),
            ("C:\\temp\\a.exe", "C__temp_a.exe"),
            (".htaccess", "htaccess"),
            ("evil\u{202e}fdp.exe", "evilfdp.exe"),
            ("a\r\nSet-Cookie: x", "a  Set-Cookie_ x"),
            ("zero\u{200b}width\u{feff}.txt", "zerowidth.txt"),
            ("a\0.txt", "a.txt"),
            ("trailing. . ", "trailing"),
            ("\u{202e}\u{0}", ""),
            ("photo\u{202e}gpj.exe", "photogpj.exe"),
            ("\u{2067}gpj\u{2069}.exe", "gpj.exe"),
            ("nul", "_nul"),
            ("Com1 .txt", "_Com1 .txt"),
            ("COM10.txt", "COM10.txt"),
            ("console.txt", "console.txt"),
        ];
        for (name, safe) in table {
            assert_eq!(clean(name), safe, "{name:?}");
        }
    }

    #[test]
    fn a_long_name_keeps_its_extension() {
        let name = clean(&format!("{}.tar.gz", "ä".repeat(300)));
        assert!(name.len() <= NAME_LIMIT, "{}", name.len());
        assert!(name.ends_with("ä.gz"), "{name}");
    }

    proptest! {
        #[test]
        fn any_parameters_give_a_name(
            list in proptest::collection::vec(("filename(\\*[0-9]{0,3}\\*?)?", proptest::collection::vec(any::<u8>(), 0..40)), 0..6),
        ) {
            let disposition = Disposition { kind: "attachment".into(), params: list };
            let name = file_name(&BodyPart { disposition: Some(disposition), ..BodyPart::default() });
            prop_assert!(!name.is_empty() && name.len() <= NAME_LIMIT);
            prop_assert!(!name.contains(['/', '\\', '\0', '\n', '\r']));
            prop_assert_eq!(clean(&name), name);
        }
    }
}
