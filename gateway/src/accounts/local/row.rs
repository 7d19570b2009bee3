//! A scanned message as the store takes it.

use crate::{
    imap::convert,
    mime::scan::Scanned,
    store::{blob::StagedBlob, mail::NewMessage},
};
use postern_shared::{
    flags::Flags,
    ids::{FolderId, Uid, UidValidity},
};

/// A message for a folder, not downloaded so far as the store knows. `received` is in seconds since 1970.
pub fn row(
    folder: FolderId,
    blob: &StagedBlob,
    scanned: Scanned,
    flags: Flags,
    received: i64,
    partial: bool,
) -> NewMessage {
    // Whatever the store gives it instead.
    let nowhere = (Uid(0), UidValidity(0));
    let fetch = scanned.layout.fetch(nowhere.0, flags, received);
    let row = convert::summary(&fetch, &folder, nowhere.1);
    NewMessage {
        hash: blob.hash,
        size: blob.size,
        flags: row.flags,
        from: row.from,
        to: row.to,
        cc: convert::addresses(&scanned.layout.envelope.cc),
        subject: row.subject,
        sent: row.sent,
        received,
        preview: scanned.preview,
        has_attachment: row.has_attachment,
        unreadable: scanned.unreadable,
        partial,
        layout: scanned.layout.encode(),
        source: blob.source(),
        text: scanned.text,
        download: None,
        folder,
    }
}

/// When a message arrived, as far as it tells itself, in seconds since 1970.
pub fn arrival(scanned: &Scanned) -> Option<i64> {
    let date = scanned.layout.envelope.date.as_deref();
    scanned.received.or_else(|| date.and_then(convert::header_date))
}
