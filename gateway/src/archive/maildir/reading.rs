//! Reading a Maildir++, or folders nested in one another as other programs keep them. What stands in the files and their
//! names counts; the sidecar adds what has no place there.

use super::{PARTS, info};
use crate::{
    archive::{
        ArchiveError, AtPath, Format,
        intake::{Intake, Known},
        sidecar::{self, Entry, Line},
    },
    imap::command::MailboxName,
};
use postern_shared::{flags::Flags, ids::FolderId};
use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    time::{SystemTime, UNIX_EPOCH},
};
use tokio::{
    fs::{self, File},
    io::AsyncReadExt,
};

/// Bytes read at a time.
const PIECE: usize = 64 * 1024;

/// Folders are nested no deeper.
const DEEPEST: usize = 50;

/// A Maildir, and the folder its place stands for; none at the top.
struct Found {
    folder: PathBuf,
    names: Vec<String>,
}

/// Reads all folders.
pub(in crate::archive) async fn import(intake: &mut Intake<'_>, root: &Path) -> Result<(), ArchiveError> {
    let found = find(root).await?;
    if found.is_empty() {
        return Err(ArchiveError::NoMail(root.to_owned()));
    }
    for Found { folder, names } in found {
        let notes = Notes::read(&folder).await?;
        let target = match &notes.path {
            Some(path) => intake.tree.find_or_make(path).await?,
            None => intake.tree.find_or_make_foreign(&names).await?,
        };
        intake.count_folder();
        for part in ["cur", "new"] {
            let part = folder.join(part);
            for file in files(&part).await? {
                message(intake, &target, &part.join(&file), &file, &notes).await?;
            }
        }
    }
    Ok(())
}

/// All Maildirs, parents before children.
async fn find(root: &Path) -> Result<Vec<Found>, ArchiveError> {
    let mut found = Vec::new();
    let mut waiting = vec![Found { folder: root.to_owned(), names: Vec::new() }];
    while let Some(next) = waiting.pop() {
        let mut entries = fs::read_dir(&next.folder).await.at(&next.folder)?;
        while let Some(entry) = entries.next_entry().await.at(&next.folder)? {
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = entry.path();
            let is_part = PARTS.contains(&name.as_str());
            if !is_part && next.names.len() < DEEPEST && entry.file_type().await.at(&path)?.is_dir() {
                let names = next.names.iter().cloned().chain(own_names(&name)).collect();
                waiting.push(Found { folder: path, names });
            }
        }
        if fs::metadata(next.folder.join("cur")).await.is_ok_and(|cur| cur.is_dir()) {
            found.push(next);
        }
    }
    found.sort_by(|a, b| a.names.cmp(&b.names));
    for top in found.iter_mut().filter(|found| found.names.is_empty()) {
        top.names.push("INBOX".to_owned());
    }
    Ok(found)
}

/// The folders a name stands for: several in a Maildir++.
fn own_names(name: &str) -> Vec<String> {
    let readable =
        |raw: &str| MailboxName(raw.as_bytes().to_vec()).decode(false).unwrap_or_else(|| raw.to_owned());
    match name.strip_prefix('.') {
        Some(path) => path.split('.').filter(|part| !part.is_empty()).map(readable).collect(),
        None => vec![readable(name)],
    }
}

/// The files of a folder in the order of their names, which begin with the time.
async fn files(folder: &Path) -> Result<Vec<String>, ArchiveError> {
    let mut names = Vec::new();
    let mut entries = match fs::read_dir(folder).await {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(names),
        entries => entries.at(folder)?,
    };
    while let Some(entry) = entries.next_entry().await.at(folder)? {
        let is_file = entry.file_type().await.at(folder)?.is_file();
        // A name that is no text comes from no mail program.
        if let Some(name) = entry.file_name().to_str().filter(|name| is_file && !name.starts_with('.')) {
            names.push(name.to_owned());
        }
    }
    names.sort_unstable();
    Ok(names)
}

/// What a folder's sidecar says.
#[derive(Default)]
struct Notes {
    path: Option<Vec<String>>,
    entries: HashMap<String, Entry>,
}

impl Notes {
    async fn read(folder: &Path) -> Result<Self, ArchiveError> {
        let mut notes = Self::default();
        let Some(mut lines) = sidecar::Reader::open(folder, Format::Maildir).await? else { return Ok(notes) };
        while let Some(line) = lines.next().await? {
            match line {
                Line::Folder { path, .. } if notes.path.is_none() => notes.path = Some(path),
                Line::Message(entry) => {
                    notes.entries.insert(entry.file.clone(), entry);
                }
                Line::Folder { .. } | Line::Archive { .. } => {
                    return Err(lines.wrong("a second folder".to_owned()));
                }
            }
        }
        Ok(notes)
    }

    /// What is known of a file.
    fn of(&self, name: &str, modified: i64) -> Known {
        let (base, by_name) = info::parse(name);
        match self.entries.get(base) {
            Some(entry) => {
                let mut flags: Flags = entry.flags();
                info::overrule(&mut flags, &by_name);
                Known { flags, received: entry.received, partial: entry.partial }
            }
            None => Known { flags: by_name, received: modified, partial: false },
        }
    }
}

async fn message(
    intake: &mut Intake<'_>,
    folder: &FolderId,
    path: &Path,
    name: &str,
    notes: &Notes,
) -> Result<(), ArchiveError> {
    let mut file = File::open(path).await.at(path)?;
    let modified = file.metadata().await.and_then(|file| file.modified()).at(path)?;
    let mut incoming = intake.begin();
    let mut piece = vec![0; PIECE];
    loop {
        let read = file.read(&mut piece).await.at(path)?;
        if read == 0 {
            break;
        }
        incoming.push(&piece[..read]).await?;
    }
    let arrived = incoming.finish().await?;
    Ok(intake.keep(folder, arrived, notes.of(name, seconds(modified))).await?)
}

/// Seconds since 1970.
fn seconds(time: SystemTime) -> i64 {
    match time.duration_since(UNIX_EPOCH) {
        Ok(after) => i64::try_from(after.as_secs()).unwrap_or(i64::MAX),
        Err(before) => i64::try_from(before.duration().as_secs()).map_or(i64::MIN, |seconds| -seconds),
    }
}
