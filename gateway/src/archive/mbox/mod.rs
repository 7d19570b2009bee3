//! mbox: `Work.mbox` holds the mail of the folder "Work", `Work.sbd/` the folders in it.

mod from_line;
mod quoting;
mod reading;
mod split;
mod status;

pub(super) use reading::import;

use super::{
    ArchiveError, AtPath, Format, Tally,
    folders::{Opened, Source},
    names,
    sidecar::{self, Entry, Line},
    sync_folder,
};
use futures::TryStreamExt;
use quoting::Quoting;
use std::path::{Path, PathBuf};
use tokio::{
    fs::{self, File},
    io::{AsyncWriteExt, BufWriter},
};

/// The ending of a folder's mail.
const MAIL: &str = ".mbox";

/// The ending of the folders in it.
const INNER: &str = ".sbd";

/// An mbox while it is written.
struct Mbox {
    path: PathBuf,
    file: BufWriter<File>,
    at: u64,
}

/// Writes an account.
pub(super) async fn export(from: Source<'_>, root: &Path) -> Result<Tally, ArchiveError> {
    let mut tally = Tally::default();
    let mut notes = sidecar::Writer::create(root, Format::Mbox).await?;
    for place in from.places().await? {
        let file = relative(&place.path);
        let path = root.join(&file);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).await.at(folder)?;
        }
        let opened = File::create_new(&path).await.at(&path)?;
        let mut mbox = Mbox { path, file: BufWriter::new(opened), at: 0 };
        notes.write(&Line::Folder { path: place.path, file: file.clone() }).await?;
        tally.folders += 1;
        for uid in from.uids(&place.id).await? {
            let Some(message) = from.open(&place.id, uid).await? else { continue };
            let entry = mbox.append(file.clone(), message).await?;
            tally.messages += 1;
            tally.bytes += entry.size;
            notes.write(&Line::Message(entry)).await?;
        }
        mbox.finish().await?;
    }
    notes.finish().await?;
    sync_folder(root).await?;
    Ok(tally)
}

/// Where a folder's mail goes.
fn relative(path: &[String]) -> String {
    let mut file = String::new();
    let mut names = path.iter().map(|name| names::file_name(name)).peekable();
    while let Some(name) = names.next() {
        file.push_str(&name);
        file.push_str(if names.peek().is_some() { "" } else { MAIL });
        if names.peek().is_some() {
            file.push_str(INNER);
            file.push('/');
        }
    }
    file
}

impl Mbox {
    async fn append(&mut self, file: String, (message, mut content): Opened) -> Result<Entry, ArchiveError> {
        let row = &message.summary;
        let sender = row.from.first().map(|address| address.email.as_str());
        self.write(from_line::from_line(sender, row.received).as_bytes()).await?;
        let offset = self.at;
        let (mut quoting, mut quoted, mut last) = (Quoting::quote(), Vec::new(), None);
        while let Some(piece) = content.try_next().await? {
            quoting.push(&piece, &mut quoted);
            self.write(&quoted).await?;
            last = piece.last().copied().or(last);
            quoted.clear();
        }
        quoting.finish(&mut quoted);
        self.write(&quoted).await?;
        let length = self.at - offset;
        // The next one begins on a line of its own, behind an empty one.
        self.write(if last.is_none_or(|byte| byte == b'\n') { b"\n" } else { b"\n\n" }).await?;
        Ok(Entry {
            file,
            offset,
            length,
            size: row.size,
            sha256: sidecar::hex(&message.hash),
            flags: row.flags.imap_names().map(str::to_owned).collect(),
            received: row.received,
            partial: message.partial,
        })
    }

    async fn write(&mut self, bytes: &[u8]) -> Result<(), ArchiveError> {
        self.at += bytes.len() as u64;
        self.file.write_all(bytes).await.at(&self.path)
    }

    /// Ends it, durably.
    async fn finish(mut self) -> Result<(), ArchiveError> {
        self.file.flush().await.at(&self.path)?;
        self.file.get_ref().sync_all().await.at(&self.path)?;
        match self.path.parent() {
            Some(folder) => sync_folder(folder).await,
            None => Ok(()),
        }
    }
}
