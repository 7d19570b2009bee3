//! How things look in the database, and back.

use super::StoreError;
use crate::{
    store::mail::{
        NewMessage,
        words::{fold, folded_addresses},
    },
    sync::{order::base_subject, pop3::ledger::ContentHash},
};
use postern_shared::{
    flags::{Flag, Flags},
    ids::{FolderId, MessageKey, Uid, UidValidity},
    summary::Summary,
    uid_set::UidSet,
};
use serde::{Serialize, de::DeserializeOwned};
use sqlx::{Row, Sqlite, query::Query, sqlite::SqliteArguments, sqlite::SqliteRow};

/// The part of a row id that is the UID.
const UID_BITS: i64 = 0xffff_ffff;

/// The row id of an account's UID 0.
pub(super) fn base(account: i64) -> i64 {
    account << 32
}

/// The row id of a message.
pub(super) fn row_id(account: i64, uid: Uid) -> i64 {
    base(account) | i64::from(uid.0)
}

/// The UID in a row id.
pub(super) fn uid(row_id: i64) -> Uid {
    Uid((row_id & UID_BITS) as u32)
}

/// Something as JSON.
pub(super) fn json<T: Serialize + ?Sized>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|_| StoreError::Broken("value"))
}

/// Something from JSON; `what` names it where it cannot be read.
pub(super) fn from_json<T: DeserializeOwned>(text: &str, what: &'static str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|_| StoreError::Broken(what))
}

/// UIDs from what `group_concat` made of them.
pub(super) fn uids(joined: Option<&str>) -> Result<UidSet, StoreError> {
    let mut uids = Vec::new();
    for number in joined.into_iter().flat_map(|joined| joined.split(',')) {
        let uid: u32 = number.parse().map_err(|_| StoreError::Broken("list of UIDs"))?;
        uids.push((uid, uid));
    }
    Ok(UidSet::from_ranges(uids))
}

/// The well-known flags as bits.
pub(super) fn bits(flags: &Flags) -> i64 {
    Flag::ALL.into_iter().filter(|&flag| flags.has(flag)).map(bit).sum()
}

/// The bit of one flag.
pub(super) fn bit(flag: Flag) -> i64 {
    1 << (flag as u8)
}

/// Flags from their columns.
pub(super) fn flags(bits: i64, keywords: &str) -> Result<Flags, StoreError> {
    let mut flags: Flags = Flag::ALL.into_iter().filter(|&flag| bits & bit(flag) != 0).collect();
    if keywords != "[]" {
        for keyword in from_json::<Vec<String>>(keywords, "list of keywords")? {
            flags.insert_name(&keyword);
        }
    }
    Ok(flags)
}

/// A content hash from its column.
pub(super) fn hash(row: &SqliteRow, column: &str) -> Result<ContentHash, StoreError> {
    row.try_get::<&[u8], _>(column)?.try_into().map_err(|_| StoreError::Broken("content hash"))
}

/// The columns of a message that [`content`] binds, in its order.
pub(super) const CONTENT: [&str; 17] = [
    "hash",
    "size",
    "received",
    "sent",
    "dated",
    "sender_key",
    "subject_key",
    "subject",
    "senders",
    "recipients",
    "preview",
    "has_attachment",
    "unreadable",
    "partial",
    "folded_subject",
    "folded_senders",
    "folded_recipients",
];

/// A query that waits for its values.
pub(super) type Statement<'a> = Query<'a, Sqlite, SqliteArguments<'a>>;

/// Binds what a message is, but for its place and its flags.
pub(super) fn content<'a>(
    statement: Statement<'a>,
    message: &'a NewMessage,
) -> Result<Statement<'a>, StoreError> {
    let sender = message.from.first().map(|from| from.display().to_lowercase()).unwrap_or_default();
    let recipients = [message.to.as_slice(), &message.cc].concat();
    Ok(statement
        .bind(message.hash.as_slice())
        .bind(i64::try_from(message.size).unwrap_or(i64::MAX))
        .bind(message.received)
        .bind(message.sent)
        .bind(message.sent.unwrap_or(message.received))
        .bind(sender)
        .bind(base_subject(&message.subject))
        .bind(message.subject.as_str())
        .bind(json(&message.from)?)
        .bind(json(&message.to)?)
        .bind(message.preview.as_deref())
        .bind(message.has_attachment)
        .bind(message.unreadable)
        .bind(message.partial)
        .bind(fold(&message.subject))
        .bind(folded_addresses(&message.from))
        .bind(folded_addresses(&recipients)))
}

/// A message's row in a list, from a row with its columns and its account's validity.
pub(super) fn summary(row: &SqliteRow, folder: &FolderId) -> Result<Summary, StoreError> {
    let key = MessageKey {
        folder: folder.clone(),
        validity: UidValidity(row.try_get("validity")?),
        uid: uid(row.try_get("id")?),
    };
    Ok(Summary {
        key,
        flags: flags(row.try_get("flags")?, row.try_get("keywords")?)?,
        from: from_json(row.try_get("senders")?, "list of senders")?,
        to: from_json(row.try_get("recipients")?, "list of recipients")?,
        subject: row.try_get("subject")?,
        preview: row.try_get("preview")?,
        sent: row.try_get("sent")?,
        received: row.try_get("received")?,
        size: u64::try_from(row.try_get::<i64, _>("size")?).unwrap_or(0),
        has_attachment: row.try_get("has_attachment")?,
        unreadable: row.try_get("unreadable")?,
    })
}
