//! What an IMAP server says (RFC 9051 §7, RFC 3501 §7 and extensions), as far as the gateway uses it. What is not
//! understood is [`Untagged::Unknown`] and never an error: a session survives every response.

use postern_shared::{flags::Flags, ids::Uid, uid_set::UidSet};
use serde::{Deserialize, Serialize};

/// One untagged response.
#[derive(Clone, Debug, PartialEq)]
pub enum Untagged {
    /// `OK`, `NO`, `BAD`, `BYE`, `PREAUTH`.
    Status(StatusResponse),
    /// `CAPABILITY`: the names in upper case.
    Capability(Vec<String>),
    /// `ENABLED`: the names in upper case.
    Enabled(Vec<String>),
    /// `FLAGS`: the folder's flags.
    Flags(Flags),
    /// `n EXISTS`.
    Exists(u32),
    /// `n EXPUNGE`: a sequence number.
    Expunge(u32),
    /// `VANISHED` (RFC 7162 §3.2.10).
    Vanished {
        /// `(EARLIER)`: gone before this command, sequence numbers do not change for it.
        earlier: bool,
        /// Which.
        uids: UidSet,
    },
    /// `n FETCH`.
    Fetch(Box<Fetch>),
    /// `LIST` or `LSUB`.
    List(ListedFolder),
    /// `STATUS`.
    FolderStatus(FolderStatus),
    /// `SEARCH` or `SORT`: numbers in the server's order, and MODSEQ where told.
    Search {
        /// UIDs or sequence numbers, as was asked.
        numbers: Vec<u32>,
        /// `(MODSEQ n)`.
        modseq: Option<u64>,
    },
    /// `ESEARCH` (RFC 4731, RFC 5267).
    Esearch(Esearch),
    /// `NAMESPACE`: the personal namespaces' prefixes (raw) and delimiters.
    Namespace(Vec<(Vec<u8>, Option<char>)>),
    /// `ID` (RFC 2971).
    Id(Vec<(String, String)>),
    /// Anything else, by its first word.
    Unknown(String),
}

/// The kind of a status response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatusKind {
    /// `OK`.
    Ok,
    /// `NO`.
    No,
    /// `BAD`.
    Bad,
    /// `BYE`.
    Bye,
    /// `PREAUTH`.
    PreAuth,
}

/// A status response: kind, code, text.
#[derive(Clone, Debug, PartialEq)]
pub struct StatusResponse {
    /// Its kind.
    pub kind: StatusKind,
    /// Its response code.
    pub code: Option<Code>,
    /// Its text, decoded leniently.
    pub text: String,
}

/// A response code (RFC 9051 §7.1, RFC 5530, RFC 7162, RFC 4315).
#[derive(Clone, Debug, PartialEq)]
pub enum Code {
    /// `ALERT`: the text has to be shown.
    Alert,
    /// `CAPABILITY`.
    Capability(Vec<String>),
    /// `PERMANENTFLAGS`: the flags, and whether `\*` allows new keywords.
    PermanentFlags(Flags, bool),
    /// `UIDVALIDITY`.
    UidValidity(u32),
    /// `UIDNEXT`.
    UidNext(u32),
    /// `HIGHESTMODSEQ`.
    HighestModSeq(u64),
    /// `NOMODSEQ`.
    NoModSeq,
    /// `READ-ONLY`.
    ReadOnly,
    /// `READ-WRITE`.
    ReadWrite,
    /// `TRYCREATE`.
    TryCreate,
    /// `CLOSED` (RFC 7162 §3.2.11).
    Closed,
    /// `APPENDUID validity uids`.
    AppendUid(u32, UidSet),
    /// `COPYUID validity from to`, each in the order told.
    CopyUid(u32, Vec<(u32, u32)>, Vec<(u32, u32)>),
    /// `MODIFIED`: what a conditional STORE did not change.
    Modified(UidSet),
    /// Another code by its name in upper case, with its argument: `AUTHENTICATIONFAILED`, `OVERQUOTA`, ...
    Other(String, String),
}

/// A folder in `LIST`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListedFolder {
    /// Its name as the server's bytes: modified UTF-7, or UTF-8 where `UTF8=ACCEPT` is enabled.
    pub name: Vec<u8>,
    /// The hierarchy delimiter; absent in a flat namespace.
    pub delimiter: Option<char>,
    /// Attributes in lower case, with their backslash.
    pub attributes: Vec<String>,
}

/// A `STATUS` answer. What was not told is absent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FolderStatus {
    /// The folder's raw name.
    pub name: Vec<u8>,
    /// `MESSAGES`.
    pub messages: Option<u32>,
    /// `UNSEEN`: struck messages count too.
    pub unseen: Option<u32>,
    /// `DELETED` (RFC 9051).
    pub deleted: Option<u32>,
    /// `UIDNEXT`.
    pub uid_next: Option<u32>,
    /// `UIDVALIDITY`.
    pub uid_validity: Option<u32>,
    /// `HIGHESTMODSEQ`.
    pub highest_modseq: Option<u64>,
}

/// An `ESEARCH` answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Esearch {
    /// Whether the numbers are UIDs.
    pub uid: bool,
    /// `ALL`, in the order told: SORT's order matters (RFC 5267 §3.1). A range may run backwards.
    pub all: Vec<(u32, u32)>,
    /// `COUNT`.
    pub count: Option<u32>,
    /// `MIN`.
    pub min: Option<u32>,
    /// `MAX`.
    pub max: Option<u32>,
    /// `MODSEQ`.
    pub modseq: Option<u64>,
}

/// A `FETCH` answer. What was not told is absent; later data items of the same kind win.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fetch {
    /// Its sequence number.
    pub seq: u32,
    /// `UID`.
    pub uid: Option<Uid>,
    /// `FLAGS`.
    pub flags: Option<Flags>,
    /// `MODSEQ`.
    pub modseq: Option<u64>,
    /// `INTERNALDATE` in seconds since 1970.
    pub internal_date: Option<i64>,
    /// `RFC822.SIZE` in bytes.
    pub size: Option<u64>,
    /// `ENVELOPE`.
    pub envelope: Option<Envelope>,
    /// `BODYSTRUCTURE` or `BODY`.
    pub structure: Option<BodyPart>,
    /// `PREVIEW` (RFC 8970); `Some(None)` where the server has none.
    pub preview: Option<Option<String>>,
    /// `BODY[section]`, `BODY[section]<origin>`: section as written, origin, bytes (`None` for NIL).
    pub sections: Vec<Section>,
    /// A data item the gateway asked for could not be read.
    pub malformed: bool,
}

impl Fetch {
    /// What was told of `BODY[HEADER.FIELDS (...)]`; empty where it was not asked for, or there is no such field.
    pub fn header_fields(&self) -> &[u8] {
        let told = self.sections.iter().find(|section| section.name.starts_with("HEADER.FIELDS"));
        told.and_then(|section| section.data.as_deref()).unwrap_or_default()
    }
}

/// One `BODY[...]` item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// What stands between the brackets, in upper case.
    pub name: String,
    /// The partial fetch's origin octet.
    pub origin: Option<u32>,
    /// The bytes; absent for NIL.
    pub data: Option<Vec<u8>>,
}

/// An `ENVELOPE` (RFC 9051 §7.5.2): header texts still encoded as the server sent them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Envelope {
    /// Date header.
    pub date: Option<Vec<u8>>,
    /// Subject, RFC 2047 encoded or raw 8-bit.
    pub subject: Option<Vec<u8>>,
    /// From.
    pub from: Vec<EnvelopeAddress>,
    /// Sender.
    pub sender: Vec<EnvelopeAddress>,
    /// Reply-To.
    pub reply_to: Vec<EnvelopeAddress>,
    /// To.
    pub to: Vec<EnvelopeAddress>,
    /// Cc.
    pub cc: Vec<EnvelopeAddress>,
    /// Bcc.
    pub bcc: Vec<EnvelopeAddress>,
    /// In-Reply-To.
    pub in_reply_to: Option<Vec<u8>>,
    /// Message-ID.
    pub message_id: Option<Vec<u8>>,
}

/// An address of an `ENVELOPE`. A group's start has a mailbox and no host, its end has neither.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnvelopeAddress {
    /// Display name.
    pub name: Option<Vec<u8>>,
    /// Local part.
    pub mailbox: Option<Vec<u8>>,
    /// Domain.
    pub host: Option<Vec<u8>>,
}

/// A node of a `BODYSTRUCTURE`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BodyPart {
    /// Part specifier (RFC 9051 §6.4.5): `1`, `2.1`; empty for a multipart root.
    pub part: String,
    /// Type in lower case: `text`, `multipart`.
    pub kind: String,
    /// Subtype in lower case: `plain`, `alternative`.
    pub subtype: String,
    /// Parameters: names in lower case, values raw (RFC 2231 continuations not yet joined).
    pub params: Vec<(String, Vec<u8>)>,
    /// Content-ID.
    pub id: Option<Vec<u8>>,
    /// Content-Description.
    pub description: Option<Vec<u8>>,
    /// Content-Transfer-Encoding in lower case.
    pub encoding: String,
    /// Size in octets as transferred.
    pub size: u64,
    /// Content-Disposition in lower case with its parameters.
    pub disposition: Option<Disposition>,
    /// A multipart's parts; a `message/rfc822`'s one body.
    pub children: Vec<BodyPart>,
    /// A `message/rfc822`'s envelope.
    pub envelope: Option<Box<Envelope>>,
}

/// A Content-Disposition (RFC 2183).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Disposition {
    /// `inline`, `attachment` or another word, in lower case.
    pub kind: String,
    /// Parameters: names in lower case, values raw.
    pub params: Vec<(String, Vec<u8>)>,
}
