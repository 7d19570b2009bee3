//! Messages of the folder that is open, read without changing them: no more of one is in memory than a piece.

use crate::{
    accounts::imap::connection::{CommandError, Connection},
    imap::{
        command::{Command, FetchItem, SequenceSet},
        response::{Fetch, Untagged},
    },
    mime::scan::{Scanned, Scanner},
    store::{
        StoreError,
        blob::{BlobWriter, StagedBlob},
    },
    sync::pop3::server_folders::{CHUNK, Wanted},
};
use postern_shared::{
    flags::{Flag, Flags},
    ids::Uid,
    uid_set::UidSet,
};

/// The beginning of a message, and what belongs to it.
#[derive(Debug)]
pub struct Head {
    /// Which one.
    pub uid: Uid,
    /// Its flags.
    pub flags: Flags,
    /// Its INTERNALDATE in seconds since 1970.
    pub received: Option<i64>,
    /// Its size in bytes, as the server tells it.
    pub size: Option<u64>,
    /// Its beginning.
    pub piece: Piece,
}

/// Octets of a message.
#[derive(Debug)]
pub struct Piece {
    /// They.
    pub data: Vec<u8>,
    /// More may follow.
    pub more: bool,
}

/// The messages of the folder that are not deleted.
///
/// # Errors
/// [`CommandError`].
pub async fn list(connection: &mut Connection) -> Result<Vec<Wanted>, CommandError> {
    let items = vec![FetchItem::Uid, FetchItem::Flags, FetchItem::Size];
    let fetch = Command::Fetch { uid: true, set: SequenceSet::from(1), items, changed_since: None };
    let mut wanted = Vec::new();
    let told = |response| {
        if let Untagged::Fetch(fetch) = response
            && let (Some(uid), Some(size)) = (fetch.uid, fetch.size)
            && !is_deleted(&fetch)
        {
            wanted.push(Wanted { uid, size });
        }
    };
    connection.run_streaming(&fetch, told).await?;
    wanted.sort_unstable_by_key(|message| message.uid);
    wanted.dedup_by_key(|message| message.uid);
    Ok(wanted)
}

/// The beginnings of messages; those that are gone or deleted now are left out.
///
/// # Errors
/// [`CommandError`].
pub async fn heads(connection: &mut Connection, uids: &UidSet) -> Result<Vec<Head>, CommandError> {
    let mut heads = Vec::new();
    let mut left = uids.clone();
    for set in SequenceSet::pieces(uids) {
        let items =
            vec![FetchItem::Uid, FetchItem::Flags, FetchItem::InternalDate, FetchItem::Size, section(0)];
        let fetch = Command::Fetch { uid: true, set, items, changed_since: None };
        let told = |response| {
            if let Untagged::Fetch(fetch) = response
                && let Some(uid) = fetch.uid.filter(|uid| left.contains(*uid))
                && !is_deleted(&fetch)
            {
                let (received, size) = (fetch.internal_date, fetch.size);
                let flags = fetch.flags.clone().unwrap_or_default();
                if let Some(piece) = content(*fetch, 0) {
                    left.remove(uid);
                    heads.push(Head { uid, flags, received, size, piece });
                }
            }
        };
        connection.run_streaming(&fetch, told).await?;
    }
    Ok(heads)
}

/// The piece of a message from an octet on: nothing where the server gives none, as of a message that is gone.
///
/// # Errors
/// [`CommandError`].
pub async fn piece(
    connection: &mut Connection,
    uid: Uid,
    origin: u32,
) -> Result<Option<Piece>, CommandError> {
    let mut piece = None;
    for set in SequenceSet::pieces(&UidSet::one(uid)) {
        let fetch = Command::Fetch {
            uid: true,
            set,
            items: vec![FetchItem::Uid, section(origin)],
            changed_since: None,
        };
        let told = |response| {
            if let Untagged::Fetch(fetch) = response
                && fetch.uid == Some(uid)
                && let Some(found) = content(*fetch, origin)
            {
                piece = Some(found);
            }
        };
        connection.run_streaming(&fetch, told).await?;
    }
    Ok(piece)
}

fn section(origin: u32) -> FetchItem {
    FetchItem::Section { section: String::new(), partial: Some((origin, CHUNK)) }
}

fn is_deleted(fetch: &Fetch) -> bool {
    fetch.flags.as_ref().is_some_and(|flags| flags.has(Flag::Deleted))
}

/// The octets of the message that came, from that one on. NIL is what a server says of one that cannot be read. A server
/// that does not know pieces gives all of the message at once, without an origin.
fn content(fetch: Fetch, origin: u32) -> Option<Piece> {
    let told = |from: Option<u32>| from == Some(origin) || from.is_none() && origin == 0;
    let section =
        fetch.sections.into_iter().find(|section| section.name.is_empty() && told(section.origin))?;
    let data = section.data?;
    let more = section.origin.is_some() && data.len() as u64 == u64::from(CHUNK);
    Some(Piece { data, more })
}

/// A message that was read to its end.
pub struct Read {
    /// Its content, not settled yet.
    pub staged: StagedBlob,
    /// What was found in it.
    pub scanned: Scanned,
}

/// A message while it is read.
pub struct Reading {
    writer: BlobWriter,
    scanner: Scanner,
    length: u64,
    size: Option<u64>,
}

impl Reading {
    /// Begins one. `size`: its size in bytes, as the server tells it.
    pub fn new(writer: BlobWriter, size: Option<u64>) -> Self {
        Self { writer, scanner: Scanner::new(), length: 0, size }
    }

    /// Whether as much came as the server told.
    pub fn is_whole(&self) -> bool {
        self.size.is_some_and(|size| self.length >= size)
    }

    /// Takes its next piece.
    ///
    /// # Errors
    /// The store's.
    pub async fn push(&mut self, octets: &[u8]) -> Result<(), StoreError> {
        self.length += octets.len() as u64;
        self.scanner.push(octets);
        self.writer.write(octets).await
    }

    /// Where the next piece begins; none where no octet of IMAP's numbers is left for it.
    pub fn next(&self) -> Option<u32> {
        u32::try_from(self.length).ok()
    }

    /// Ends it; nothing where nothing came: nothing is no message.
    ///
    /// # Errors
    /// The store's.
    pub async fn finish(self) -> Result<Option<Read>, StoreError> {
        if self.length == 0 {
            return Ok(None);
        }
        Ok(Some(Read { staged: self.writer.finish().await?, scanned: self.scanner.finish() }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imap::response::Section;

    #[test]
    fn a_piece_counts_only_where_it_was_asked_for() {
        let chunk = CHUNK as usize;
        let of = |name: &str, origin, length: Option<usize>| Fetch {
            sections: vec![
                Section { name: "HEADER".to_owned(), origin: None, data: Some(vec![0; 7]) },
                Section { name: name.to_owned(), origin, data: length.map(|length| vec![1; length]) },
            ],
            ..Fetch::default()
        };
        let cases = [
            ((of("", Some(0), Some(10)), 0), Some((10, false))),
            ((of("", Some(0), Some(chunk)), 0), Some((chunk, true))),
            ((of("", Some(CHUNK), Some(chunk)), CHUNK), Some((chunk, true))),
            ((of("", Some(CHUNK), Some(0)), CHUNK), Some((0, false))),
            // A server without pieces: all of it, however long, and never twice.
            ((of("", None, Some(chunk)), 0), Some((chunk, false))),
            ((of("", None, Some(3 * chunk)), 0), Some((3 * chunk, false))),
            ((of("", None, Some(chunk)), CHUNK), None),
            ((of("", Some(0), Some(chunk)), CHUNK), None),
            ((of("", Some(0), None), 0), None),
            ((of("1", Some(0), Some(10)), 0), None),
        ];
        for ((fetch, origin), expected) in cases {
            let told = format!("{:?} at {origin}", fetch.sections[1].origin);
            let found = content(fetch, origin).map(|piece| (piece.data.len(), piece.more));
            assert_eq!(found, expected, "{told}");
        }
    }
}
