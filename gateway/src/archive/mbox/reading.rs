//! Reading mboxes: by the sidecar where there is one, else by what stands in them.

use super::{
    INNER, MAIL,
    quoting::Quoting,
    split::{Found, Splitter},
    status::Status,
};
use crate::accounts::local::arrival;
use crate::archive::{
    ArchiveError, AtPath, Format,
    intake::{Incoming, Intake, Known},
    names,
    sidecar::{self, Entry, Line},
};
use postern_shared::ids::FolderId;
use std::{
    io::{ErrorKind, SeekFrom},
    path::{Path, PathBuf},
    time::{SystemTime, UNIX_EPOCH},
};
use tokio::{
    fs::{self, File},
    io::{AsyncReadExt, AsyncSeekExt},
};

/// Bytes read at a time.
const PIECE: usize = 64 * 1024;

/// Reads a folder of mboxes, or a single one.
pub(in crate::archive) async fn import(intake: &mut Intake<'_>, path: &Path) -> Result<(), ArchiveError> {
    if fs::metadata(path).await.at(path)?.is_file() {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        return Foreign { path: path.to_owned(), names: vec![without(&name, MAIL)] }.read(intake).await;
    }
    match sidecar::Reader::open(path, Format::Mbox).await? {
        Some(notes) => by_sidecar(intake, path, notes).await,
        None => {
            let files = foreign(path).await?;
            if files.is_empty() {
                return Err(ArchiveError::NoMail(path.to_owned()));
            }
            for file in files {
                file.read(intake).await?;
            }
            Ok(())
        }
    }
}

async fn by_sidecar(
    intake: &mut Intake<'_>,
    root: &Path,
    mut notes: sidecar::Reader,
) -> Result<(), ArchiveError> {
    let mut open: Option<(FolderId, String, PathBuf, File)> = None;
    while let Some(line) = notes.next().await? {
        match line {
            Line::Folder { path, file } => {
                if !names::is_below(Path::new(&file)) {
                    return Err(notes.wrong(format!("{file} is no file below this one")));
                }
                let folder = intake.tree.find_or_make(&path).await?;
                intake.count_folder();
                let path = root.join(&file);
                let opened = File::open(&path).await.at(&path)?;
                open = Some((folder, file, path, opened));
            }
            Line::Message(entry) => match &mut open {
                Some((folder, name, path, file)) if *name == entry.file => {
                    message(intake, folder, path, file, entry).await?;
                }
                _ => return Err(notes.wrong("a message without its folder".to_owned())),
            },
            Line::Archive { .. } => return Err(notes.wrong("a second beginning".to_owned())),
        }
    }
    Ok(())
}

/// Reads the message that a line of the sidecar is about.
async fn message(
    intake: &mut Intake<'_>,
    folder: &FolderId,
    path: &Path,
    file: &mut File,
    entry: Entry,
) -> Result<(), ArchiveError> {
    file.seek(SeekFrom::Start(entry.offset)).await.at(path)?;
    let mut rest = file.take(entry.length);
    let (mut incoming, mut quoting) = (intake.begin(), Quoting::unquote());
    let (mut piece, mut bytes) = (vec![0; PIECE], Vec::new());
    loop {
        let read = rest.read(&mut piece).await.at(path)?;
        if read == 0 {
            break;
        }
        quoting.push(&piece[..read], &mut bytes);
        incoming.push(&bytes).await?;
        bytes.clear();
    }
    quoting.finish(&mut bytes);
    incoming.push(&bytes).await?;
    let arrived = incoming.finish().await?;
    if sidecar::hex(&arrived.blob.hash) != entry.sha256 {
        return Err(ArchiveError::Changed { path: path.to_owned() });
    }
    let known = Known { flags: entry.flags(), received: entry.received, partial: entry.partial };
    Ok(intake.keep(folder, arrived, known).await?)
}

/// An mbox that came without a sidecar, and the folder it stands for.
struct Foreign {
    path: PathBuf,
    names: Vec<String>,
}

/// All mboxes in a folder: ours without their sidecar, or Thunderbird's (`Work` and `Work.sbd/`).
async fn foreign(root: &Path) -> Result<Vec<Foreign>, ArchiveError> {
    let mut found = Vec::new();
    let mut waiting = vec![(root.to_owned(), Vec::new())];
    while let Some((folder, names)) = waiting.pop() {
        let mut entries = fs::read_dir(&folder).await.at(&folder)?;
        while let Some(entry) = entries.next_entry().await.at(&folder)? {
            let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
            let within = |name: String| names.iter().cloned().chain([name]).collect::<Vec<_>>();
            let kind = entry.file_type().await.at(&path)?;
            if kind.is_dir() {
                waiting.push((path, within(without(&name, INNER))));
            } else if kind.is_file() && is_mail(&name) {
                found.push(Foreign { path, names: within(without(&name, MAIL)) });
            }
        }
    }
    found.sort_by(|a, b| a.names.cmp(&b.names));
    Ok(found)
}

/// Mail programs keep an index and their settings beside their mail.
fn is_mail(name: &str) -> bool {
    let others = [".msf", ".dat", ".json", ".html", ".sqlite", ".log"];
    !name.starts_with('.') && !others.iter().any(|ending| name.ends_with(ending))
}

fn without(name: &str, ending: &str) -> String {
    name.strip_suffix(ending).unwrap_or(name).to_owned()
}

impl Foreign {
    async fn read(self, intake: &mut Intake<'_>) -> Result<(), ArchiveError> {
        let Self { path, names } = self;
        let mut file = File::open(&path).await.at(&path)?;
        let folder = intake.tree.find_or_make_foreign(&names).await?;
        intake.count_folder();
        let (mut splitter, mut piece) = (Splitter::new(), vec![0; PIECE]);
        let mut message: Option<ForeignMessage> = None;
        loop {
            let read = match file.read(&mut piece).await {
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                read => read.at(&path)?,
            };
            let mut found = Vec::new();
            if read == 0 {
                splitter.finish(&mut found);
            } else {
                splitter.push(&piece[..read], &mut found);
            }
            if !splitter.is_mbox() {
                return Err(ArchiveError::NotMbox(path));
            }
            for found in found {
                match (found, &mut message) {
                    (Found::Begin(received), before) => {
                        let incoming = intake.begin();
                        let begun = ForeignMessage { incoming, received, status: Status::default() };
                        if let Some(before) = before.replace(begun) {
                            before.keep(intake, &folder).await?;
                        }
                    }
                    (Found::Bytes(bytes), Some(message)) => {
                        message.status.push(&bytes);
                        message.incoming.push(&bytes).await?;
                    }
                    (Found::Bytes(_), None) => {}
                }
            }
            if read == 0 {
                break;
            }
        }
        match message {
            Some(last) => last.keep(intake, &folder).await,
            None => Ok(()),
        }
    }
}

/// A message that came without a line in a sidecar.
struct ForeignMessage {
    incoming: Incoming,
    received: Option<i64>,
    status: Status,
}

impl ForeignMessage {
    async fn keep(self, intake: &mut Intake<'_>, folder: &FolderId) -> Result<(), ArchiveError> {
        let arrived = self.incoming.finish().await?;
        let Some(flags) = self.status.finish() else { return Ok(()) };
        let received = self.received.or_else(|| arrival(&arrived.scanned)).unwrap_or_else(now);
        Ok(intake.keep(folder, arrived, Known { flags, received, partial: false }).await?)
    }
}

/// In seconds since 1970.
fn now() -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(now.as_secs()).unwrap_or(i64::MAX)
}
