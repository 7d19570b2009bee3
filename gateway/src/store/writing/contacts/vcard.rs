//! vCards: what is read of them, and what is written. All sizes have bounds.

use calcard::vcard::{VCard, VCardEntry, VCardKind, VCardProperty as Property, VCardValue};
use postern_shared::address::Address;
use sha2::{Digest, Sha256};
use std::borrow::Cow;

/// The longest card that is read, in bytes, without its pictures.
const CARD: usize = 64 * 1024;

/// Cards of one file that are read.
const CARDS: usize = 20_000;

/// Addresses of one card that are read.
const EMAILS: usize = 20;

/// Of a name, and of a UID, so many bytes are kept.
const TEXT: usize = 200;

/// Properties that are not kept: large, and of no use for writing mail.
const LARGE: [&str; 4] = ["PHOTO", "LOGO", "SOUND", "KEY"];

/// A line has at most so many bytes (RFC 6350 §3.2).
const LINE: usize = 75;

/// What a card says.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Card {
    /// Names it among the account's.
    pub(super) uid: String,
    pub(super) name: String,
    pub(super) emails: Vec<String>,
    pub(super) is_group: bool,
    /// The card itself, without what is large.
    pub(super) text: String,
}

/// A file's text. Old programs write their system's letters.
pub(super) fn decoded(file: &[u8]) -> Cow<'_, str> {
    match encoding_rs::UTF_8.decode(file) {
        (_, _, true) => encoding_rs::WINDOWS_1252.decode(file).0,
        (text, _, false) => text,
    }
}

/// The cards of a file, and how many were passed over.
pub(super) fn cards(text: &str) -> (Vec<Card>, u32) {
    let mut cards = Vec::new();
    let mut skipped: u32 = 0;
    let mut open: Option<String> = None;
    let mut in_large = false;
    for line in text.split('\n') {
        let line = line.strip_suffix('\r').unwrap_or(line);
        let is = |what: &str| line.trim_end().eq_ignore_ascii_case(what);
        if is("BEGIN:VCARD") {
            // The one before never ended.
            skipped = skipped.saturating_add(u32::from(open.is_some()));
            open = Some(String::new());
            in_large = false;
        }
        let Some(card) = &mut open else { continue };
        in_large = if line.starts_with([' ', '\t']) { in_large } else { is_large(line) };
        // One byte beyond is enough to see that it is too long.
        if !in_large && card.len() <= CARD {
            card.push_str(line);
            card.push_str("\r\n");
        }
        if is("END:VCARD") {
            let whole = open.take().filter(|card| card.len() <= CARD && cards.len() < CARDS);
            match whole.and_then(read) {
                Some(card) => cards.push(card),
                None => skipped = skipped.saturating_add(1),
            }
        }
    }
    (cards, skipped.saturating_add(u32::from(open.is_some())))
}

/// The members of a group: `mailto:` and an address, or the UID of a contact.
pub(super) fn members(card: &str) -> Vec<String> {
    let Ok(card) = VCard::parse(card) else { return Vec::new() };
    let named = |entry: &&VCardEntry| {
        entry.name == Property::Member || is_other(&entry.name, "X-ADDRESSBOOKSERVER-MEMBER")
    };
    let texts = card.entries.iter().filter(named).flat_map(|entry| entry.values.iter()).filter_map(text_of);
    let members = texts.map(|text| match strip_prefix(&text, "mailto:") {
        Some(email) => format!("mailto:{}", email.trim()),
        None => uid_of(&text),
    });
    members.collect()
}

/// A card for an address.
pub(super) fn card_of(address: &Address) -> String {
    let lines = [
        "BEGIN:VCARD".to_owned(),
        "VERSION:4.0".to_owned(),
        format!("FN:{}", escaped(address.display())),
        format!("EMAIL:{}", escaped(&address.email)),
        "END:VCARD".to_owned(),
    ];
    lines.iter().map(|line| folded(line)).collect()
}

fn read(text: String) -> Option<Card> {
    let card = VCard::parse(&text).ok()?;
    let emails: Vec<String> = all(&card, &Property::Email)
        .map(|email| strip_prefix(&email, "mailto:").unwrap_or(&email).trim().to_owned())
        .filter(|email| email.contains('@'))
        .take(EMAILS)
        .collect();
    let is_group = card.entries.iter().any(is_group);
    let name = all(&card, &Property::Fn)
        .next()
        .or_else(|| structured_name(&card))
        .or_else(|| all(&card, &Property::Org).next())
        .or_else(|| emails.first().cloned())?;
    let uid = all(&card, &Property::Uid).next().map_or_else(|| content_uid(&text), |uid| uid_of(&uid));
    Some(Card { uid, name: short(&name), emails, is_group, text })
}

/// The texts of all properties of a kind that have one.
fn all<'c>(card: &'c VCard, property: &'c Property) -> impl Iterator<Item = String> + 'c {
    card.properties(property)
        .filter_map(|entry| text_of(entry.values.first()?))
        .map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "))
        .filter(|text| !text.is_empty())
}

/// Given and family name.
fn structured_name(card: &VCard) -> Option<String> {
    let values = &card.property(&Property::N)?.values;
    let parts = [values.get(1), values.first()].into_iter().flatten().filter_map(text_of);
    let parts: Vec<String> =
        parts.map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}

fn text_of(value: &VCardValue) -> Option<String> {
    match value {
        VCardValue::Text(text) => Some(text.clone()),
        VCardValue::Component(parts) => Some(parts.join(" ")),
        _ => None,
    }
}

fn is_group(entry: &VCardEntry) -> bool {
    let group = match entry.values.first() {
        Some(VCardValue::Kind(kind)) => *kind == VCardKind::Group,
        Some(VCardValue::Text(text)) => text.trim().eq_ignore_ascii_case("group"),
        _ => false,
    };
    group && (entry.name == Property::Kind || is_other(&entry.name, "X-ADDRESSBOOKSERVER-KIND"))
}

fn is_other(property: &Property, name: &str) -> bool {
    matches!(property, Property::Other(other) if other.eq_ignore_ascii_case(name))
}

/// A UID as it is compared: groups name their members with `urn:uuid:` where the members may go without it.
fn uid_of(text: &str) -> String {
    let text = text.trim();
    short(strip_prefix(text, "urn:uuid:").unwrap_or(text))
}

/// What names a card that has no UID.
fn content_uid(text: &str) -> String {
    let hash = Sha256::digest(text);
    hash.iter().take(16).fold(String::from("content:"), |uid, byte| uid + &format!("{byte:02x}"))
}

fn short(text: &str) -> String {
    text[..text.floor_char_boundary(TEXT)].to_owned()
}

fn strip_prefix<'t>(text: &'t str, prefix: &str) -> Option<&'t str> {
    let begin = text.get(..prefix.len())?;
    begin.eq_ignore_ascii_case(prefix).then(|| &text[prefix.len()..])
}

/// Whether a line begins a property that is not kept. It may have a group before its name.
fn is_large(line: &str) -> bool {
    let name = line.split([':', ';']).next().unwrap_or_default();
    let name = name.rsplit('.').next().unwrap_or_default();
    LARGE.iter().any(|large| name.eq_ignore_ascii_case(large))
}

/// A text as a value (RFC 6350 §3.4).
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace(',', "\\,").replace(';', "\\;").replace('\n', "\\n")
}

/// A line with its end, in pieces that are short enough.
fn folded(line: &str) -> String {
    let mut out = String::with_capacity(line.len() + 2);
    let mut rest = line;
    while rest.len() > LINE {
        // The space that begins a piece counts.
        let (piece, after) = rest.split_at(rest.floor_char_boundary(LINE - 1));
        out.push_str(piece);
        out.push_str("\r\n ");
        rest = after;
    }
    out.push_str(rest);
    out.push_str("\r\n");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(lines: &str) -> Option<Card> {
        let (cards, _) = cards(&format!("BEGIN:VCARD\nVERSION:4.0\n{lines}\nEND:VCARD\n"));
        cards.into_iter().next()
    }

    #[test]
    fn a_card_has_a_name_and_addresses() {
        let table = [
            (
                "FN:Ada Lovelace\nEMAIL;TYPE=work:ada@a.test\nitem1.EMAIL:ada@b.test",
                "Ada Lovelace",
                "ada@a.test ada@b.test",
            ),
            ("FN:Lovelace\\, Ada\nEMAIL:ada@a.test", "Lovelace, Ada", "ada@a.test"),
            ("FN:Zo\u{eb} M\n üller\nEMAIL:mailto:zoe@bücher.test", "Zoë Müller", "zoe@bücher.test"),
            ("N:Lovelace;Ada;;;\nEMAIL:ada@a.test", "Ada Lovelace", "ada@a.test"),
            ("FN:\nEMAIL:ada@a.test", "ada@a.test", "ada@a.test"),
            ("FN:Phone only\nTEL:1", "Phone only", ""),
            ("FN:No address\nEMAIL:nobody", "No address", ""),
            ("PHOTO;ENCODING=b:AAAA\n AAAA\nFN:Ada\nEMAIL:a@a.test", "Ada", "a@a.test"),
        ];
        for (lines, name, emails) in table {
            let card = one(lines).unwrap();
            assert_eq!((card.name.as_str(), card.emails.join(" ").as_str()), (name, emails), "{lines}");
            assert!(!card.text.contains("PHOTO") && !card.text.contains("AAAA"));
        }
    }

    #[test]
    fn old_cards_are_read() {
        let quoted =
            one("FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Zo=C3=AB\nEMAIL;INTERNET:z@a.test").unwrap();
        assert_eq!((quoted.name.as_str(), quoted.emails.as_slice()), ("Zoë", &["z@a.test".to_owned()][..]));
        assert_eq!(decoded(b"FN:Zo\xeb"), "FN:Zoë");
        assert_eq!(decoded(b"\xef\xbb\xbfFN:Zo\xc3\xab"), "FN:Zoë");
        assert_eq!(decoded(b"\xff\xfeF\0N\0"), "FN");
    }

    #[test]
    fn broken_and_hostile_cards_are_passed_over() {
        let good = "BEGIN:VCARD\r\nFN:Ada\r\nEND:VCARD\r\n";
        let large = format!("BEGIN:VCARD\nFN:A\nNOTE:{}\nEND:VCARD\n", "x".repeat(CARD));
        let table = [
            (good.to_owned(), 1, 0),
            (format!("{good}BEGIN:VCARD\nFN:never ends\n{good}"), 2, 1),
            (format!("{good}BEGIN:VCARD\nFN:never ends"), 1, 1),
            (format!("{good}BEGIN:VCARD\nTEL:1\nEND:VCARD\n{good}"), 2, 1),
            (format!("{large}{good}"), 1, 1),
            (format!("noise\nEND:VCARD\n{good}"), 1, 0),
            (good.repeat(CARDS + 3), CARDS, 3),
            ("\0".repeat(1000), 0, 0),
            (String::new(), 0, 0),
        ];
        for (number, (text, read, passed_over)) in table.into_iter().enumerate() {
            let (cards, skipped) = cards(&text);
            assert_eq!((cards.len(), skipped), (read, passed_over), "{number}");
        }
    }

    #[test]
    fn groups_name_their_members() {
        let table = [
            "KIND:group\nFN:Us\nMEMBER:urn:uuid:1\nMEMBER:mailto:ada@a.test\nMEMBER:2",
            "X-ADDRESSBOOKSERVER-KIND:group\nFN:Us\nX-ADDRESSBOOKSERVER-MEMBER:URN:UUID:1\n\
             X-ADDRESSBOOKSERVER-MEMBER:MAILTO:ada@a.test\nX-ADDRESSBOOKSERVER-MEMBER:2",
        ];
        for lines in table {
            let card = one(lines).unwrap();
            assert!(card.is_group, "{lines}");
            assert_eq!(members(&card.text), ["1", "mailto:ada@a.test", "2"], "{lines}");
        }
        assert!(!one("KIND:individual\nFN:Me").unwrap().is_group);
    }

    #[test]
    fn what_is_written_is_read_again() {
        let names = ["Lovelace, Ada; \\Countess", &"é".repeat(90), "FN:x\nEND:VCARD"];
        for name in names {
            let text = card_of(&Address { name: name.into(), email: "ada@a.test".into() });
            assert!(text.split("\r\n").all(|line| line.len() <= LINE), "{text}");
            let (cards, skipped) = cards(&text);
            assert_eq!((cards.len(), skipped), (1, 0), "{text}");
            assert_eq!(cards[0].name, name.replace('\n', " "));
            assert_eq!(cards[0].emails, ["ada@a.test"]);
        }
    }
}
