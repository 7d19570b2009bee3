//! TNEF, the format of `winmail.dat` (MS-OXTNEF), read tolerantly: the attachments, and the text where it is HTML or
//! plain. Text in RTF alone is left aside: mail that has it mostly says the same in a part of its own.

use super::Unpacked;
use crate::{
    imap::{
        charset,
        response::{BodyPart, Disposition},
    },
    mime::scan::PartPlace,
};
use std::ops::Range;

const SIGNATURE: [u8; 4] = 0x223e_9f78_u32.to_le_bytes();
/// Attachments read of one file.
const ATTACHMENTS_LIMIT: usize = 1000;
/// Properties read of one attachment.
const PROPERTIES_LIMIT: u32 = 10_000;

/// The parts of a TNEF file.
pub(super) fn unpack(content: Vec<u8>) -> Option<Unpacked> {
    let mut file = File::default();
    file.read(&content)?;
    let mut unpacked = Unpacked::default();
    let text = file.html.map(|range| (range, "html", None)).or(file.text);
    let texts = text.into_iter().map(|(range, subtype, charset)| (text_part(subtype, charset), range));
    let attachments = file.attachments.into_iter().filter_map(Attached::part);
    for (index, (part, range)) in texts.chain(attachments).enumerate() {
        let name = (index + 1).to_string();
        let (start, end) = (range.start as u64, range.end as u64);
        unpacked.places.push(PartPlace { part: name.clone(), start, end });
        unpacked.children.push(BodyPart { part: name, size: end - start, encoding: "binary".into(), ..part });
    }
    unpacked.content = content;
    (!unpacked.children.is_empty()).then_some(unpacked)
}

fn text_part(subtype: &str, charset: Option<String>) -> BodyPart {
    let params = charset.map(|charset| ("charset".to_owned(), charset.into_bytes())).into_iter().collect();
    BodyPart { kind: "text".into(), subtype: subtype.into(), params, ..BodyPart::default() }
}

#[derive(Debug, Default)]
struct File {
    /// The charset of texts that are not Unicode.
    charset: Option<String>,
    html: Option<Range<usize>>,
    text: Option<(Range<usize>, &'static str, Option<String>)>,
    attachments: Vec<Attached>,
}

#[derive(Debug, Default)]
struct Attached {
    title: Option<String>,
    long_name: Option<String>,
    media_type: Option<String>,
    content_id: Option<String>,
    data: Option<Range<usize>>,
}

impl Attached {
    fn part(self) -> Option<(BodyPart, Range<usize>)> {
        let data = self.data?;
        let name = self.long_name.or(self.title).unwrap_or_default();
        let told = self.media_type.map(|told| told.trim().to_ascii_lowercase());
        let guessed = || mime_guess::from_path(&name).first_or_octet_stream().essence_str().to_owned();
        let media_type = told.filter(|told| told.split('/').count() == 2).unwrap_or_else(guessed);
        // What is no multipart here must not be read as one.
        let (kind, subtype) = media_type
            .split_once('/')
            .filter(|(kind, subtype)| !subtype.is_empty() && !matches!(*kind, "" | "multipart" | "message"))
            .unwrap_or(("application", "octet-stream"));
        let disposition =
            Disposition { kind: "attachment".into(), params: vec![("filename".into(), name.into_bytes())] };
        let part = BodyPart {
            kind: kind.into(),
            subtype: subtype.into(),
            id: self.content_id.map(|id| format!("<{id}>").into_bytes()),
            disposition: Some(disposition),
            ..BodyPart::default()
        };
        Some((part, data))
    }
}

impl File {
    /// Reads the attributes (MS-OXTNEF §2.1.3). A file that breaks off keeps what came before.
    fn read(&mut self, content: &[u8]) -> Option<()> {
        let mut reader = Reader { content, at: 0, end: content.len() };
        if reader.bytes(4)? != SIGNATURE {
            return None;
        }
        reader.bytes(2)?;
        while let Some((attribute, value)) = reader.attribute() {
            self.attribute(attribute, content, value);
        }
        Some(())
    }

    fn attribute(&mut self, attribute: u16, content: &[u8], value: Range<usize>) {
        let bytes = &content[value.clone()];
        match attribute {
            0x9007 => self.charset = bytes.first_chunk().map(|page| label(u32::from_le_bytes(*page))),
            0x800c if self.text.is_none() => {
                let length = bytes.iter().rposition(|&byte| byte != 0).map_or(0, |last| last + 1);
                self.text = Some((value.start..value.start + length, "plain", self.charset.clone()));
            }
            0x9003 => self.message_properties(content, value),
            0x9002 if self.attachments.len() < ATTACHMENTS_LIMIT => {
                self.attachments.push(Attached::default());
            }
            _ => {
                let charset = self.charset.clone();
                let Some(attached) = self.attachments.last_mut() else { return };
                match attribute {
                    0x8010 => attached.title = Some(string(bytes, charset.as_deref())),
                    0x800f => attached.data = Some(value),
                    0x9005 => attached.properties(content, value, charset.as_deref()),
                    _ => {}
                }
            }
        }
    }

    fn message_properties(&mut self, content: &[u8], value: Range<usize>) {
        let mut reader = Reader { content, at: value.start, end: value.end };
        let count = reader.u32().unwrap_or_default().min(PROPERTIES_LIMIT);
        for _ in 0..count {
            let Some(Property { id, kind, value }) = reader.property() else { return };
            match (id, kind) {
                (0x1013, _) => self.html = Some(value),
                (0x1000, UNICODE) => self.text = Some((value, "plain", Some("utf-16le".to_owned()))),
                (0x1000, STRING8) => self.text = Some((value, "plain", self.charset.clone())),
                _ => {}
            }
        }
    }
}

impl Attached {
    fn properties(&mut self, content: &[u8], value: Range<usize>, charset: Option<&str>) {
        let mut reader = Reader { content, at: value.start, end: value.end };
        let count = reader.u32().unwrap_or_default().min(PROPERTIES_LIMIT);
        for _ in 0..count {
            let Some(Property { id, kind, value }) = reader.property() else { return };
            let bytes = &content[value.clone()];
            let text = || string(bytes, if kind == UNICODE { Some("utf-16le") } else { charset });
            match id {
                0x3707 => self.long_name = Some(text()).filter(|name| !name.is_empty()),
                0x3704 | 0x3001 if self.title.is_none() => {
                    self.title = Some(text()).filter(|name| !name.is_empty());
                }
                0x370e => self.media_type = Some(text()),
                0x3712 => self.content_id = Some(text()).filter(|id| !id.is_empty()),
                // A file by value; what is an object (an attached message) is no bytes that a person can use.
                0x3701 if kind == BINARY && self.data.is_none() => self.data = Some(value),
                _ => {}
            }
        }
    }
}

/// Text up to its first NUL character.
fn string(bytes: &[u8], charset: Option<&str>) -> String {
    charset::decode(bytes, charset).split('\0').next().unwrap_or_default().to_owned()
}

/// A Windows code page as a charset's label.
fn label(page: u32) -> String {
    match page {
        65001 => "utf-8".to_owned(),
        1250..=1258 => format!("windows-{page}"),
        28591..=28605 => format!("iso-8859-{}", page - 28590),
        20866 => "koi8-r".to_owned(),
        _ => format!("cp{page}"),
    }
}

const STRING8: u16 = 0x1e;
const UNICODE: u16 = 0x1f;
const BINARY: u16 = 0x102;

struct Property {
    id: u16,
    kind: u16,
    value: Range<usize>,
}

struct Reader<'a> {
    content: &'a [u8],
    at: usize,
    end: usize,
}

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Option<Range<usize>> {
        let end = self.at.checked_add(length).filter(|end| *end <= self.end)?;
        Some(std::mem::replace(&mut self.at, end)..end)
    }

    fn bytes(&mut self, length: usize) -> Option<&'a [u8]> {
        self.take(length).map(|range| &self.content[range])
    }

    fn u16(&mut self) -> Option<u16> {
        self.bytes(2)?.first_chunk().map(|bytes| u16::from_le_bytes(*bytes))
    }

    fn u32(&mut self) -> Option<u32> {
        self.bytes(4)?.first_chunk().map(|bytes| u32::from_le_bytes(*bytes))
    }

    /// The next attribute and its value. The checksum behind it is not looked at.
    fn attribute(&mut self) -> Option<(u16, Range<usize>)> {
        self.bytes(1)?;
        let attribute = self.u16()?;
        self.u16()?;
        let length = usize::try_from(self.u32()?).ok()?;
        let value = self.take(length.min(self.end - self.at))?;
        // The last one may be cut off.
        self.at = self.end.min(self.at + 2);
        Some((attribute, value))
    }

    /// The next property (MS-OXTNEF §2.1.3.4), with its last value where it has many.
    fn property(&mut self) -> Option<Property> {
        let kind = self.u16()?;
        let id = self.u16()?;
        if id >= 0x8000 {
            self.bytes(16)?;
            if self.u32()? == 0 {
                self.u32()?;
            } else {
                self.padded()?;
            }
        }
        const MANY: u16 = 0x1000;
        let values = if kind & MANY != 0 { self.u32()? } else { 1 };
        let kind = kind & !MANY;
        let mut value = self.at..self.at;
        for _ in 0..values {
            value = match kind {
                0x02..=0x04 | 0x0a | 0x0b => self.take(4)?,
                0x05..=0x07 | 0x14 | 0x40 => self.take(8)?,
                0x48 => self.take(16)?,
                STRING8 | UNICODE | BINARY | 0x0d => {
                    let count = if values == 1 { self.u32()? } else { 1 };
                    let mut last = self.at..self.at;
                    for _ in 0..count {
                        last = self.padded()?;
                    }
                    last
                }
                _ => return None,
            };
        }
        Some(Property { id, kind, value })
    }

    /// A value with its length before it, filled up to four bytes.
    fn padded(&mut self) -> Option<Range<usize>> {
        let length = usize::try_from(self.u32()?).ok()?;
        let value = self.take(length)?;
        let padding = length.next_multiple_of(4) - length;
        self.at = self.end.min(self.at + padding);
        Some(value)
    }
}
