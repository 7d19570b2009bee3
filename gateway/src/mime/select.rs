//! What a message's structure means to a reader: which parts are its body, its pictures, its attachments.

use super::{
    attached::{attachment, is_message},
    card::CardKind,
    decode::TransferEncoding,
    enriched::Dialect,
    notice::Notice,
    protection::Protection,
    text::Flow,
};
use crate::imap::{
    part_role::{NESTING_LIMIT, Role, Roles, is_raster, text_role},
    response::{BodyPart, Fetch},
};
use postern_shared::body::{Attachment, BodyKind};

/// Cards on one page.
const CARDS_LIMIT: usize = 3;
/// The largest part that makes a card, in bytes as transferred: a card is fetched before the text.
const CARD_SIZE_LIMIT: u64 = 700 * 1024;

/// What to fetch for showing a message, and what is attached to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BodyPlan {
    /// What the body is made from.
    pub kind: BodyKind,
    /// The parts of the body in reading order: to be fetched up to [`super::page::FETCH_LIMIT`] and rendered.
    pub body: Vec<TextPart>,
    /// Pictures that HTML may refer to by `cid:` (RFC 2392). Nothing to fetch for [`super::page::render`].
    pub pictures: Vec<Picture>,
    /// The attachments, in the mail's order; those that are no attachments to a person are marked as minor.
    pub attachments: Vec<Attachment>,
    /// The mail has more parts, or deeper ones, than are looked at.
    pub truncated: bool,
    /// Other forms of the text: for a mail whose text shows nothing.
    pub spare: Vec<TextPart>,
    /// What its structure says of it.
    pub notes: Vec<Notice>,
}

/// A part that is text to be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextPart {
    /// Its part specifier; empty for the whole message as it stands (`BODY[]`).
    pub part: String,
    /// What its text is.
    pub format: TextFormat,
    /// Its charset, as told.
    pub charset: Option<String>,
    /// Its transfer encoding.
    pub encoding: TransferEncoding,
}

/// What a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextFormat {
    /// HTML.
    Html,
    /// Plain text.
    Plain(Flow),
    /// Text with a few marks of its own.
    Enriched(Dialect),
    /// Something for machines that makes a card above the text.
    Card(CardKind),
}

/// A picture that HTML may refer to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Its part specifier.
    pub part: String,
    /// Its Content-ID without angle brackets.
    pub content_id: String,
    /// Whether it belongs into the text and stands in no list of attachments.
    pub inline: bool,
}

/// What a download of a part needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Download {
    /// Its name, media type and size.
    pub attachment: Attachment,
    /// Its transfer encoding.
    pub encoding: TransferEncoding,
    /// How many bytes it decodes to, where its structure makes that certain.
    pub length: Option<u64>,
    /// Its charset, as told.
    pub charset: Option<String>,
    /// A raster image: safe to show in place under its own media type (with `nosniff`).
    pub raster: bool,
}

impl BodyPlan {
    /// The plan for a message of that structure. Where the structure could not be read, its source is shown.
    pub fn of(structure: Option<&BodyPart>) -> Self {
        let Some(structure) = structure else { return Self::source() };
        let roles = Roles::of(structure);
        let parts = || roles.parts.iter().copied();
        let mut body: Vec<TextPart> = cards(&roles);
        body.extend(parts().filter_map(|(part, role)| text_part(part, role)));
        let other_form = |(part, role): (&BodyPart, Role)| {
            (role == Role::Alternative && part.size > 0).then(|| text_part(part, text_role(part)?)).flatten()
        };
        let attached =
            parts().filter(|(_, role)| matches!(role, Role::Attachment | Role::Auxiliary | Role::Picture));
        let has = |role: Role| parts().any(|(_, found)| found == role);
        Self {
            kind: match (has(Role::Html), has(Role::Plain)) {
                (true, _) => BodyKind::Html,
                (false, true) => BodyKind::Text,
                (false, false) => BodyKind::None,
            },
            body,
            pictures: parts().filter_map(|(part, role)| picture(part, role)).collect(),
            attachments: attached.map(|(part, role)| attachment(part, role)).collect(),
            truncated: roles.truncated,
            spare: parts().filter_map(other_form).collect(),
            notes: notes(structure, &roles),
        }
    }

    /// The plan for the same message by its other forms, where [`super::page::Rendered::blank`] says that this one shows
    /// nothing; absent if there are none.
    pub fn by_spare(&self) -> Option<Self> {
        let cards = self.body.iter().filter(|part| matches!(part.format, TextFormat::Card(_))).cloned();
        let body: Vec<_> = cards.chain(self.spare.iter().cloned()).collect();
        (!self.spare.is_empty()).then(|| Self { body, spare: Vec::new(), ..self.clone() })
    }

    /// The plan for a message, or for the one attached to it as that part. Absent if no message is attached there.
    pub fn of_message(message: &Fetch, part: &str) -> Option<Self> {
        if part.is_empty() {
            return Some(Self::of(message.structure.as_ref()));
        }
        let found = attached_part(message, part)?;
        Some(match found.children.first() {
            Some(structure) => Self::of(Some(structure)),
            None => Self::source_of(part, TransferEncoding::named(&found.encoding)),
        })
    }

    /// The plan for a message's source as it stands.
    pub fn source() -> Self {
        Self::source_of("", TransferEncoding::Identity)
    }

    fn source_of(part: &str, encoding: TransferEncoding) -> Self {
        let format = TextFormat::Plain(Flow::Fixed);
        let source = TextPart { part: part.to_owned(), format, charset: None, encoding };
        Self {
            kind: BodyKind::Source,
            body: vec![source],
            pictures: Vec::new(),
            attachments: Vec::new(),
            truncated: false,
            spare: Vec::new(),
            notes: Vec::new(),
        }
    }
}

/// The parts that make cards: of invitations one, for the file attached says the same.
fn cards(roles: &Roles<'_>) -> Vec<TextPart> {
    let mut cards: Vec<TextPart> = Vec::new();
    for (part, role) in &roles.parts {
        let Some(kind) = CardKind::of(part).filter(|_| !role.is_text()) else { continue };
        let format = TextFormat::Card(kind);
        let again = kind == CardKind::Invitation && cards.iter().any(|card| card.format == format);
        if cards.len() < CARDS_LIMIT && part.size <= CARD_SIZE_LIMIT && !again {
            cards.push(fetched(part, format));
        }
    }
    cards
}

/// What is to be said of a message before anything of it is fetched.
fn notes(structure: &BodyPart, roles: &Roles<'_>) -> Vec<Notice> {
    let number = |part: &BodyPart, name| param(part, name).and_then(|value| value.parse().ok()).unwrap_or(0);
    let of_part = |part: &BodyPart| match (part.kind.as_str(), part.subtype.as_str()) {
        ("message", "partial") => {
            Some(Notice::Partial { number: number(part, "number"), total: number(part, "total") })
        }
        ("message", "external-body") => Some(Notice::External),
        _ => None,
    };
    let mut notes: Vec<Notice> = Protection::of(structure).map(Notice::Protected).into_iter().collect();
    for note in roles.parts.iter().filter_map(|(part, _)| of_part(part)) {
        if !notes.contains(&note) && notes.len() < 5 {
            notes.push(note);
        }
    }
    notes
}

/// The message attached as that part, as if it had been fetched itself: its envelope and its structure, whose part
/// specifiers are those of the message around it. Absent if no message is attached there.
pub fn attached(message: &Fetch, part: &str) -> Option<Fetch> {
    let found = attached_part(message, part)?;
    Some(Fetch {
        uid: message.uid,
        internal_date: message.internal_date,
        size: Some(found.size),
        envelope: found.envelope.as_deref().cloned(),
        structure: found.children.first().cloned(),
        ..Fetch::default()
    })
}

fn attached_part<'f>(message: &'f Fetch, part: &str) -> Option<&'f BodyPart> {
    find(message.structure.as_ref()?, part).filter(|part| is_message(part))
}

/// A part of a message, attached messages and their parts among them; absent where it nests too deeply.
pub fn find<'a>(structure: &'a BodyPart, part: &str) -> Option<&'a BodyPart> {
    fn visit<'a>(node: &'a BodyPart, part: &str, depth: usize) -> Option<&'a BodyPart> {
        if node.part == part && node.kind != "multipart" {
            return Some(node);
        }
        if depth == 2 * NESTING_LIMIT {
            return None;
        }
        node.children.iter().find_map(|child| visit(child, part, depth + 1))
    }
    visit(structure, part, 0).filter(|_| !part.is_empty())
}

/// How to download a part, by its part specifier; absent if the message has no such part, or too deep down.
pub fn download(structure: &BodyPart, part: &str) -> Option<Download> {
    let found = find(structure, part)?;
    // In an attached message every part is what it is there; here it is a part of an attachment.
    let roles = Roles::of(structure);
    let role = roles.parts.iter().find(|(found, _)| found.part == part);
    let role = role.map_or(Role::Attachment, |(_, role)| *role);
    let encoding = TransferEncoding::named(&found.encoding);
    Some(Download {
        attachment: attachment(found, role),
        length: (encoding == TransferEncoding::Identity).then_some(found.size),
        charset: param(found, "charset"),
        encoding,
        raster: is_raster(found),
    })
}

fn text_part(part: &BodyPart, role: Role) -> Option<TextPart> {
    let format = match (role, part.subtype.as_str()) {
        (Role::Html, _) => TextFormat::Html,
        (Role::Plain, "enriched") => TextFormat::Enriched(Dialect::Enriched),
        (Role::Plain, "richtext") => TextFormat::Enriched(Dialect::Richtext),
        (Role::Plain, _) => TextFormat::Plain(flow(part)),
        _ => return None,
    };
    Some(fetched(part, format))
}

fn fetched(part: &BodyPart, format: TextFormat) -> TextPart {
    TextPart {
        part: part.part.clone(),
        format,
        charset: param(part, "charset"),
        encoding: TransferEncoding::named(&part.encoding),
    }
}

fn flow(part: &BodyPart) -> Flow {
    let is = |name, value: &str| param(part, name).is_some_and(|told| told.eq_ignore_ascii_case(value));
    if is("format", "flowed") { Flow::Flowed { delsp: is("delsp", "yes") } } else { Flow::Fixed }
}

fn param(part: &BodyPart, name: &str) -> Option<String> {
    let (_, value) = part.params.iter().find(|(key, _)| key == name)?;
    Some(String::from_utf8_lossy(value).trim().to_owned())
}

fn picture(part: &BodyPart, role: Role) -> Option<Picture> {
    let id = part.id.as_deref().filter(|_| is_raster(part))?;
    let content_id = String::from_utf8_lossy(id);
    let content_id = content_id.trim().trim_start_matches('<').trim_end_matches('>').to_owned();
    Some(Picture { part: part.part.clone(), content_id, inline: role == Role::Picture })
}

#[cfg(test)]
mod tests;
