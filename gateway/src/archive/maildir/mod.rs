//! Maildir++: the inbox at the top, every other folder beside it as `.Work.Clients`; flags stand in the names of files,
//! and a file's time is when its message was received. Each folder has a sidecar of its own for the rest.

mod info;
mod reading;

pub(super) use reading::import;

use super::{
    ArchiveError, AtPath, Format, Tally,
    folders::{Opened, Place, Source},
    names,
    sidecar::{self, Entry, Line},
    sync_folder,
};
use crate::store::mail::folder_ids;
use futures::TryStreamExt;
use postern_shared::ids::Uid;
use std::{
    path::{Path, PathBuf},
    time::{Duration, SystemTime, UNIX_EPOCH},
};
use tokio::{
    fs::{self, File},
    io::{AsyncWriteExt, BufWriter},
};

/// What every Maildir has in it.
const PARTS: [&str; 3] = ["cur", "new", "tmp"];

/// Writes an account.
pub(super) async fn export(from: Source<'_>, root: &Path) -> Result<Tally, ArchiveError> {
    let mut tally = Tally::default();
    for Place { id, path } in from.places().await? {
        let folder = if id.as_str() == folder_ids::INBOX {
            root.to_owned()
        } else {
            root.join(names::maildir_name(&path))
        };
        for part in PARTS {
            let part = folder.join(part);
            fs::create_dir_all(&part).await.at(&part)?;
        }
        if folder != root {
            // Marks a folder of a Maildir++.
            let mark = folder.join("maildirfolder");
            fs::write(&mark, b"").await.at(&mark)?;
        }
        let mut notes = sidecar::Writer::create(&folder, Format::Maildir).await?;
        notes.write(&Line::Folder { path, file: String::new() }).await?;
        tally.folders += 1;
        for uid in from.uids(&id).await? {
            let Some(message) = from.open(&id, uid).await? else { continue };
            let entry = write(&folder, uid, message).await?;
            tally.messages += 1;
            tally.bytes += entry.size;
            notes.write(&Line::Message(entry)).await?;
        }
        notes.finish().await?;
        sync_folder(&folder.join("cur")).await?;
        sync_folder(&folder).await?;
    }
    sync_folder(root).await?;
    Ok(tally)
}

/// Writes a message, durably.
async fn write(folder: &Path, uid: Uid, (message, mut content): Opened) -> Result<Entry, ArchiveError> {
    let row = &message.summary;
    let name = format!("{}.{uid:09}.postern", row.received);
    let path: PathBuf = folder.join("cur").join(format!("{name}:2,{}", info::letters(&row.flags)));
    let mut file = BufWriter::new(File::create_new(&path).await.at(&path)?);
    while let Some(piece) = content.try_next().await? {
        file.write_all(&piece).await.at(&path)?;
    }
    file.flush().await.at(&path)?;
    let file = file.into_inner().into_std().await;
    let received = row.received;
    let stamp = move || file.set_modified(time(received)).and_then(|()| file.sync_all());
    tokio::task::spawn_blocking(stamp).await.unwrap_or_else(|error| Err(error.into())).at(&path)?;
    Ok(Entry {
        file: name,
        offset: 0,
        length: row.size,
        size: row.size,
        sha256: sidecar::hex(&message.hash),
        flags: row.flags.imap_names().map(str::to_owned).collect(),
        received,
        partial: message.partial,
    })
}

/// Seconds since 1970 as the system counts; what it cannot count is 1970.
fn time(seconds: i64) -> SystemTime {
    let distance = Duration::from_secs(seconds.unsigned_abs());
    let time = if seconds < 0 { UNIX_EPOCH.checked_sub(distance) } else { UNIX_EPOCH.checked_add(distance) };
    time.unwrap_or(UNIX_EPOCH)
}
