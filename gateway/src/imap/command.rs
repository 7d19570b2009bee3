//! What we say to an IMAP server, as typed values: nothing a user or a server named reaches the wire unencoded.

use postern_shared::{flags::Flags, uid_set::UidSet};

/// A folder's name as the server's bytes, just as LIST told them. Made from user input only by encoding.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MailboxName(pub Vec<u8>);

/// A piece of a `sequence-set`: digits, `,`, `:` and `*` only, short enough for one command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SequenceSet(pub String);

/// A command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// `CAPABILITY`.
    Capability,
    /// `NOOP`.
    Noop,
    /// `ID` with our name and, where configured, the client's address.
    Id(Vec<(String, String)>),
    /// `ENABLE`.
    Enable(Vec<&'static str>),
    /// `LIST "" "*"`, extended where the server can.
    List {
        /// `RETURN (SPECIAL-USE SUBSCRIBED CHILDREN)` (RFC 5258, RFC 6154).
        extended: bool,
        /// `STATUS (...)` in RETURN (RFC 5819).
        status: Vec<StatusItem>,
    },
    /// `LSUB "" "*"`.
    Lsub,
    /// `NAMESPACE` (RFC 2342).
    Namespace,
    /// `STATUS`.
    Status(MailboxName, Vec<StatusItem>),
    /// `SELECT`, with `(QRESYNC (validity modseq))` or `(CONDSTORE)`.
    Select(MailboxName, SelectMode),
    /// `EXAMINE`.
    Examine(MailboxName),
    /// `UNSELECT` (RFC 3691).
    Unselect,
    /// `FETCH` by sequence numbers or `UID FETCH`.
    Fetch {
        /// By UID.
        uid: bool,
        /// Which.
        set: SequenceSet,
        /// What.
        items: Vec<FetchItem>,
        /// `(CHANGEDSINCE n [VANISHED])` (RFC 7162).
        changed_since: Option<ChangedSince>,
    },
    /// `UID STORE`.
    Store {
        /// Which.
        set: SequenceSet,
        /// `+FLAGS`, or `-FLAGS`.
        add: bool,
        /// The flags.
        flags: Flags,
    },
    /// `UID SEARCH`, with `RETURN (...)` where the server has ESEARCH.
    Search {
        /// `RETURN` options.
        returns: Option<Vec<SearchReturn>>,
        /// What to find.
        key: SearchKey,
    },
    /// `UID SORT` (RFC 5256), with `RETURN (ALL)` where it has ESORT.
    Sort {
        /// `RETURN` options.
        returns: Option<Vec<SearchReturn>>,
        /// `REVERSE`.
        reverse: bool,
        /// By what.
        by: SortCriterion,
        /// What to find.
        key: SearchKey,
    },
    /// `UID EXPUNGE` (RFC 4315 §2.1).
    UidExpunge(SequenceSet),
    /// `EXPUNGE`: only ever inside a guarded purge, on servers without UIDPLUS.
    Expunge,
    /// `UID MOVE` (RFC 6851).
    Move(SequenceSet, MailboxName),
    /// `UID COPY`.
    Copy(SequenceSet, MailboxName),
    /// `CREATE`.
    Create(MailboxName),
    /// `RENAME`.
    Rename(MailboxName, MailboxName),
    /// `DELETE`.
    Delete(MailboxName),
    /// `SUBSCRIBE`.
    Subscribe(MailboxName),
    /// `UNSUBSCRIBE`.
    Unsubscribe(MailboxName),
    /// `NOTIFY SET` for every personal folder and the selected one (RFC 5465).
    Notify,
    /// `LOGOUT`.
    Logout,
}

/// How a folder is selected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SelectMode {
    /// Plainly.
    Plain,
    /// `(CONDSTORE)`.
    CondStore,
    /// `(QRESYNC (validity modseq))`.
    QResync {
        /// The UIDVALIDITY known.
        validity: u32,
        /// The last mod-sequence known.
        modseq: u64,
    },
}

/// `CHANGEDSINCE`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChangedSince {
    /// The last mod-sequence known.
    pub modseq: u64,
    /// Tell what vanished too (QRESYNC enabled).
    pub vanished: bool,
}

/// An item of STATUS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatusItem {
    /// `MESSAGES`.
    Messages,
    /// `UNSEEN`.
    Unseen,
    /// `DELETED` (RFC 9051).
    Deleted,
    /// `UIDNEXT`.
    UidNext,
    /// `UIDVALIDITY`.
    UidValidity,
    /// `HIGHESTMODSEQ` (RFC 7162).
    HighestModSeq,
}

/// An item of FETCH.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FetchItem {
    /// `UID`.
    Uid,
    /// `FLAGS`.
    Flags,
    /// `MODSEQ`.
    ModSeq,
    /// `INTERNALDATE`.
    InternalDate,
    /// `RFC822.SIZE`.
    Size,
    /// `ENVELOPE`.
    Envelope,
    /// `BODYSTRUCTURE`.
    BodyStructure,
    /// `PREVIEW` (RFC 8970), or `PREVIEW (LAZY)`.
    Preview,
    /// `BODY.PEEK[section]`, with `<origin.length>`.
    Section {
        /// A part specifier with its suffix: `1.2`, `1.MIME`, `HEADER`, or empty for the whole message.
        section: String,
        /// Origin and length in octets.
        partial: Option<(u32, u32)>,
    },
    /// `BODY.PEEK[HEADER.FIELDS (...)]`.
    HeaderFields(Vec<&'static str>),
}

/// What SEARCH returns (RFC 4731 §3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SearchReturn {
    /// `ALL`.
    All,
    /// `COUNT`.
    Count,
}

/// What to sort by (RFC 5256 §3). Ties are in the folder's order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SortCriterion {
    /// `ARRIVAL`.
    Arrival,
    /// `DATE`.
    Date,
    /// `DISPLAYFROM` (RFC 5957) where offered.
    DisplayFrom,
    /// `FROM`.
    From,
    /// `SUBJECT`.
    Subject,
    /// `SIZE`.
    Size,
}

/// A SEARCH key (RFC 9051 §6.4.4). Texts are UTF-8; they are encoded on the way out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SearchKey {
    /// `ALL`.
    All,
    /// All of these.
    And(Vec<SearchKey>),
    /// Either.
    Or(Box<SearchKey>, Box<SearchKey>),
    /// Not this.
    Not(Box<SearchKey>),
    /// Flags set: `SEEN`, `KEYWORD x`.
    Has(Flags),
    /// `UID`.
    Uid(SequenceSet),
    /// `FROM`.
    From(String),
    /// `TO` or `CC` or `BCC`.
    To(String),
    /// `SUBJECT`.
    Subject(String),
    /// `TEXT`.
    Text(String),
    /// `BODY`.
    Body(String),
    /// `HEADER name text`.
    Header(&'static str, String),
    /// `SINCE`: that day or later, by INTERNALDATE.
    Since(Day),
    /// `BEFORE`: before that day, by INTERNALDATE.
    Before(Day),
    /// `LARGER`: more octets.
    Larger(u32),
}

/// A day of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day {
    /// Year.
    pub year: u16,
    /// Month, 1 to 12.
    pub month: u8,
    /// Day of the month, from 1.
    pub day: u8,
}

impl SequenceSet {
    /// Longest set in one command, in characters: no server's line limit is near it.
    const LIMIT: usize = 1000;

    /// A set of UIDs in pieces that each fit a command.
    pub fn pieces(uids: &UidSet) -> Vec<Self> {
        uids.imap_pieces(Self::LIMIT).into_iter().map(Self).collect()
    }

    /// `first:last`, of sequence numbers or UIDs.
    pub fn range(first: u32, last: u32) -> Self {
        Self(format!("{first}:{last}"))
    }

    /// `first:*`. The server answers with its last message even where that is below `first` (RFC 9051 §9).
    pub fn from(first: u32) -> Self {
        Self(format!("{first}:*"))
    }
}
