//! What a message's structure means to a reader: which parts are its body, its pictures, its attachments.

use super::{attached::attachment, decode::TransferEncoding, text::Flow};
use crate::imap::{
    part_role::{Role, Roles, is_raster},
    response::BodyPart,
};
use postern_shared::body::{Attachment, BodyKind};

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
        let body = parts().filter_map(|(part, role)| text_part(part, role)).collect();
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
        }
    }

    fn source() -> Self {
        let source = TextPart {
            part: String::new(),
            format: TextFormat::Plain(Flow::Fixed),
            charset: None,
            encoding: TransferEncoding::Identity,
        };
        Self {
            kind: BodyKind::Source,
            body: vec![source],
            pictures: Vec::new(),
            attachments: Vec::new(),
            truncated: false,
        }
    }
}

/// How to download a part, by its part specifier; absent if the message has no such part, or too deep down.
pub fn download(structure: &BodyPart, part: &str) -> Option<Download> {
    let roles = Roles::of(structure);
    let (found, role) = roles.parts.iter().find(|(found, _)| found.part == part)?;
    let encoding = TransferEncoding::named(&found.encoding);
    Some(Download {
        attachment: attachment(found, *role),
        length: (encoding == TransferEncoding::Identity).then_some(found.size),
        charset: param(found, "charset"),
        encoding,
        raster: is_raster(found),
    })
}

fn text_part(part: &BodyPart, role: Role) -> Option<TextPart> {
    let format = match role {
        Role::Html => TextFormat::Html,
        Role::Plain => TextFormat::Plain(flow(part)),
        _ => return None,
    };
    Some(TextPart {
        part: part.part.clone(),
        format,
        charset: param(part, "charset"),
        encoding: TransferEncoding::named(&part.encoding),
    })
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
mod tests {
    use super::*;
    use crate::imap::response::Disposition;
    use postern_shared::body::{FileKind, Preview};

    fn leaf(part: &str, kind: &str, subtype: &str) -> BodyPart {
        BodyPart { part: part.into(), kind: kind.into(), subtype: subtype.into(), ..BodyPart::default() }
    }

    fn with_params(part: BodyPart, params: &[(&str, &str)]) -> BodyPart {
        let params = params.iter().map(|(key, value)| ((*key).to_owned(), value.as_bytes().to_vec()));
        BodyPart { params: params.collect(), ..part }
    }

    fn newsletter() -> BodyPart {
        let plain = with_params(
            leaf("1.1", "text", "plain"),
            &[("charset", "utf-8"), ("format", "Flowed"), ("delsp", "YES")],
        );
        let html = BodyPart { encoding: "quoted-printable".into(), ..leaf("1.2", "text", "html") };
        let logo = BodyPart { id: Some(b"<logo@mail>".to_vec()), ..leaf("2", "image", "png") };
        let pdf = BodyPart {
            encoding: "base64".into(),
            size: 1234,
            disposition: Some(Disposition {
                kind: "attachment".into(),
                params: vec![("filename".into(), b"terms.pdf".to_vec())],
            }),
            ..leaf("3", "application", "pdf")
        };
        let multi = |subtype: &str, children| BodyPart { children, ..leaf("", "multipart", subtype) };
        let related = multi("related", vec![multi("alternative", vec![plain, html]), logo]);
        multi("mixed", vec![related, pdf])
    }

    #[test]
    fn a_plan_names_body_pictures_and_attachments() {
        let plan = BodyPlan::of(Some(&newsletter()));
        assert_eq!(plan.kind, BodyKind::Html);
        let html = TextPart {
            part: "1.2".into(),
            format: TextFormat::Html,
            charset: None,
            encoding: TransferEncoding::QuotedPrintable,
        };
        assert_eq!(plan.body, [html]);
        assert_eq!(
            plan.pictures,
            [Picture { part: "2".into(), content_id: "logo@mail".into(), inline: true }]
        );
        let terms = Attachment {
            part: "3".into(),
            name: "terms.pdf".into(),
            media_type: "application/pdf".into(),
            size: 903,
            kind: FileKind::Pdf,
            preview: Some(Preview::Pdf),
            minor: false,
        };
        assert_eq!(plan.attachments[1..], [terms]);
        assert!(plan.attachments[0].minor && plan.attachments[0].part == "2");
        assert!(!plan.truncated);
    }

    #[test]
    fn plain_text_keeps_its_format() {
        let table: &[(&[(&str, &str)], Flow)] = &[
            (&[], Flow::Fixed),
            (&[("format", "fixed")], Flow::Fixed),
            (&[("format", "flowed")], Flow::Flowed { delsp: false }),
            (&[("format", " flowed"), ("delsp", "Yes")], Flow::Flowed { delsp: true }),
            (&[("delsp", "yes")], Flow::Fixed),
        ];
        for (params, flow) in table {
            let plan = BodyPlan::of(Some(&with_params(leaf("1", "text", "plain"), params)));
            assert_eq!(plan.kind, BodyKind::Text);
            assert_eq!(plan.body[0].format, TextFormat::Plain(*flow), "{params:?}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_shown_as_it_stands() {
        let plan = BodyPlan::of(None);
        assert_eq!((plan.kind, plan.body[0].part.as_str()), (BodyKind::Source, ""));
    }

    #[test]
    fn no_text_is_no_body() {
        let plan = BodyPlan::of(Some(&leaf("1", "application", "pdf")));
        assert_eq!((plan.kind, plan.body.len(), plan.attachments.len()), (BodyKind::None, 0, 1));
    }

    #[test]
    fn downloads_are_found_by_part() {
        let structure = newsletter();
        let terms = download(&structure, "3").unwrap();
        assert_eq!((terms.encoding, terms.raster), (TransferEncoding::Base64, false));
        assert!(download(&structure, "2").unwrap().raster);
        assert_eq!(download(&structure, "4"), None);
        assert_eq!(download(&structure, ""), None);
    }
}
