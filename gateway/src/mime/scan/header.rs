//! The fields of one header that are worth keeping, read line by line.

use super::addresses::addresses;
use crate::imap::{
    convert::header_date,
    response::{Envelope, EnvelopeAddress},
};

/// How much of one field is kept, in bytes.
const FIELD_LIMIT: usize = 64 * 1024;
/// Addresses kept of one field.
const ADDRESSES_LIMIT: usize = 10_000;

/// The fields that mean something here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    ContentType,
    ContentDisposition,
    ContentId,
    ContentDescription,
    ContentTransferEncoding,
    Date,
    Subject,
    From,
    Sender,
    ReplyTo,
    To,
    Cc,
    Bcc,
    InReplyTo,
    MessageId,
    Received,
}

const FIELDS: [(Field, &str); 16] = [
    (Field::ContentType, "content-type"),
    (Field::ContentDisposition, "content-disposition"),
    (Field::ContentId, "content-id"),
    (Field::ContentDescription, "content-description"),
    (Field::ContentTransferEncoding, "content-transfer-encoding"),
    (Field::Date, "date"),
    (Field::Subject, "subject"),
    (Field::From, "from"),
    (Field::Sender, "sender"),
    (Field::ReplyTo, "reply-to"),
    (Field::To, "to"),
    (Field::Cc, "cc"),
    (Field::Bcc, "bcc"),
    (Field::InReplyTo, "in-reply-to"),
    (Field::MessageId, "message-id"),
    (Field::Received, "received"),
];

/// A text with one space for every white space in it: folding leaves more.
fn one_space(text: &[u8]) -> Vec<u8> {
    let words = text.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(&b' ')
}

/// What counts of a field that comes more than once.
enum Repeated {
    First,
    Last,
    All,
}

impl Field {
    fn when_repeated(self) -> Repeated {
        match self {
            Self::ContentType | Self::ContentTransferEncoding | Self::Received => Repeated::First,
            Self::From | Self::Sender | Self::ReplyTo | Self::To | Self::Cc | Self::Bcc => Repeated::All,
            _ => Repeated::Last,
        }
    }
}

/// The name a line begins with, if it begins a field (RFC 5322 §2.2, with the obsolete space before the colon).
pub(super) fn field_name(line: &[u8]) -> Option<&[u8]> {
    let colon = line.iter().position(|&byte| byte == b':')?;
    let name = line[..colon].trim_ascii_end();
    (!name.is_empty() && name.iter().all(u8::is_ascii_graphic)).then_some(name)
}

/// A header while it is read.
#[derive(Debug, Default)]
pub(super) struct Header {
    values: [Option<Vec<u8>>; FIELDS.len()],
    /// Where the line under way goes.
    current: Option<Field>,
    /// Whether there was any field, known or not.
    pub has_fields: bool,
}

impl Header {
    /// A line that begins a field of that name. Of a field that comes twice the one counts that Dovecot takes; all
    /// addresses are told.
    pub fn begin(&mut self, name: &[u8], line: &[u8], left: &mut usize) {
        self.has_fields = true;
        let known = FIELDS.iter().find(|(_, known)| known.as_bytes().eq_ignore_ascii_case(name));
        self.current = known.map(|(field, _)| *field);
        let Some(field) = self.current else { return };
        match (&mut self.values[field as usize], field.when_repeated()) {
            (value @ None, _) => *value = Some(Vec::new()),
            (Some(_), Repeated::First) => self.current = None,
            (Some(value), Repeated::Last) => value.clear(),
            (Some(_), Repeated::All) => self.more(b", ", left),
        }
        let colon = line.iter().position(|&byte| byte == b':').map_or(line.len(), |colon| colon + 1);
        self.more(&line[colon..], left);
    }

    /// More of the field begun last.
    pub fn more(&mut self, bytes: &[u8], left: &mut usize) {
        let Some(value) = self.current.and_then(|field| self.values[field as usize].as_mut()) else { return };
        let kept = bytes.len().min(FIELD_LIMIT - value.len()).min(*left);
        value.extend_from_slice(&bytes[..kept]);
        *left -= kept;
    }

    /// What follows belongs to no field that is kept.
    pub fn skip(&mut self) {
        self.current = None;
    }

    /// A field's value without the folding, if there is one.
    pub fn value(&self, field: Field) -> Option<&[u8]> {
        self.values[field as usize].as_deref().map(<[u8]>::trim_ascii)
    }

    /// The value as an envelope has it.
    pub fn owned(&self, field: Field) -> Option<Vec<u8>> {
        self.value(field).map(<[u8]>::to_vec)
    }

    /// The message's envelope, with as many addresses as are left. Sender and Reply-To repeat From where they are missing
    /// (RFC 9051 §7.5.2).
    pub fn envelope(&self, left: &mut usize) -> Envelope {
        let mut list = |field: Field| {
            let list = addresses(self.value(field).unwrap_or_default(), ADDRESSES_LIMIT.min(*left));
            *left -= list.len();
            list
        };
        let from = list(Field::From);
        let or_from = |list: Vec<EnvelopeAddress>| if list.is_empty() { from.clone() } else { list };
        Envelope {
            date: self.owned(Field::Date),
            subject: self.value(Field::Subject).map(one_space),
            sender: or_from(list(Field::Sender)),
            reply_to: or_from(list(Field::ReplyTo)),
            to: list(Field::To),
            cc: list(Field::Cc),
            bcc: list(Field::Bcc),
            in_reply_to: self.owned(Field::InReplyTo),
            message_id: self.owned(Field::MessageId),
            from,
        }
    }

    /// When the last server took the message: the date of the topmost Received field.
    pub fn received(&self) -> Option<i64> {
        let value = self.value(Field::Received)?;
        let semicolon = value.iter().rposition(|&byte| byte == b';')?;
        header_date(value[semicolon + 1..].trim_ascii())
    }
}
