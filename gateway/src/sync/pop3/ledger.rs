//! What is remembered of every message ever downloaded, for as long as the account exists: mail that is removed here
//! leaves its entry behind, so that it is not downloaded again.

use postern_shared::ids::Uid;

/// The longest unique-id taken as one, in bytes (RFC 1939 §7).
pub const MAX_UNIQUE_ID: usize = 70;

/// SHA-256 of a message as it was downloaded.
pub type ContentHash = [u8; 32];

/// Names an entry in its account's ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryId(pub i64);

/// One message that was downloaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerEntry {
    /// Which one.
    pub id: EntryId,
    /// The unique-id the server has for it (RFC 1939 §7); absent where it had none that could be trusted.
    pub unique_id: Option<String>,
    /// Of its content; of its beginning while `partial`.
    pub hash: ContentHash,
    /// Only its beginning is here.
    pub partial: bool,
    /// The message here; absent once it was removed from Deleted Items.
    pub uid: Option<Uid>,
    /// When it was downloaded, in seconds since 1970.
    pub downloaded_at: i64,
    /// When the server confirmed with its `+OK` to QUIT that its copy is deleted, in seconds since 1970.
    pub copy_deleted_at: Option<i64>,
}

impl LedgerEntry {
    /// Whether the user removed the message from Deleted Items.
    pub fn is_removed_here(&self) -> bool {
        self.uid.is_none()
    }
}

/// A line of a listing: what `LIST` and `UIDL` tell of one message. The number holds for one connection only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its message number.
    pub number: u32,
    /// Its size in bytes, as the server tells it.
    pub size: u64,
    /// Its unique-id; absent where the server told none.
    pub unique_id: Option<String>,
}

/// A change of the ledger that no download brings along.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LedgerChange {
    /// The server has another unique-id for the message now.
    Renamed(EntryId, Option<String>),
    /// The server confirmed at this time that its copy is deleted; without a time, there is a copy again.
    CopyDeleted(EntryId, Option<i64>),
}
