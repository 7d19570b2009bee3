//! `postern.json`: what a format has no place for, an object a line.
//!
//! The first line says what it is beside: `{"archive":{"version":1,"format":"mbox"}}`. A line
//! `{"folder":{"path":["Work","Clients"],"file":"Work.sbd/Clients.mbox"}}` begins a folder (`file` counts from the
//! sidecar's own folder), and a line of each of its messages follows:
//! `{"message":{"file":…,"offset":…,"length":…,"size":…,"sha256":"…","flags":["\\Seen"],"received":…}}`. `offset` and
//! `length` say which bytes of an mbox are the message, quoted; `size` and `sha256` are of the message itself, `flags` are
//! named as in IMAP, `received` is in seconds since 1970, and `partial` stands where only its beginning was downloaded.

use super::{ArchiveError, AtPath, Format};
use crate::sync::pop3::ledger::ContentHash;
use postern_shared::flags::Flags;
use serde::{Deserialize, Serialize};
use std::{
    fmt::Write,
    path::{Path, PathBuf},
};
use tokio::{
    fs::File,
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, BufWriter},
};

/// Its name.
pub(super) const FILE: &str = "postern.json";

/// The form described above.
const VERSION: u32 = 1;

/// The longest line, in bytes.
const LONGEST: u64 = 64 * 1024;

/// A line.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Line {
    Archive { version: u32, format: Format },
    Folder { path: Vec<String>, file: String },
    Message(Entry),
}

/// What is noted of a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Entry {
    pub file: String,
    pub offset: u64,
    pub length: u64,
    pub size: u64,
    pub sha256: String,
    pub flags: Vec<String>,
    pub received: i64,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub partial: bool,
}

impl Entry {
    /// Its flags.
    pub fn flags(&self) -> Flags {
        let mut flags = Flags::new();
        self.flags.iter().for_each(|name| flags.insert_name(name));
        flags
    }
}

/// A hash as it stands in a line.
pub(super) fn hex(hash: &ContentHash) -> String {
    hash.iter().fold(String::with_capacity(64), |mut text, byte| {
        // Writing to a string never fails.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Writes one.
pub(super) struct Writer {
    path: PathBuf,
    file: BufWriter<File>,
}

impl Writer {
    /// Begins one in a folder.
    pub async fn create(folder: &Path, format: Format) -> Result<Self, ArchiveError> {
        let path = folder.join(FILE);
        let file = File::create_new(&path).await.at(&path)?;
        let mut writer = Self { path, file: BufWriter::new(file) };
        writer.write(&Line::Archive { version: VERSION, format }).await?;
        Ok(writer)
    }

    pub async fn write(&mut self, line: &Line) -> Result<(), ArchiveError> {
        let written = serde_json::to_vec(line).map_err(std::io::Error::from);
        let mut text = written.at(&self.path)?;
        text.push(b'\n');
        self.file.write_all(&text).await.at(&self.path)
    }

    /// Ends it, durably.
    pub async fn finish(mut self) -> Result<(), ArchiveError> {
        self.file.flush().await.at(&self.path)?;
        self.file.get_ref().sync_all().await.at(&self.path)
    }
}

/// Reads one.
pub(super) struct Reader {
    path: PathBuf,
    file: BufReader<File>,
    line: u64,
}

impl Reader {
    /// Opens the one in a folder, if there is one.
    pub async fn open(folder: &Path, format: Format) -> Result<Option<Self>, ArchiveError> {
        let path = folder.join(FILE);
        let file = match File::open(&path).await {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            opened => opened.at(&path)?,
        };
        let mut reader = Self { path, file: BufReader::new(file), line: 0 };
        match reader.next().await? {
            Some(Line::Archive { version: VERSION, format: of }) if of == format => Ok(Some(reader)),
            _ => Err(reader.wrong(format!("this is no sidecar of version {VERSION} for this format"))),
        }
    }

    /// The next line.
    pub async fn next(&mut self) -> Result<Option<Line>, ArchiveError> {
        let mut text = Vec::new();
        self.line += 1;
        (&mut self.file).take(LONGEST).read_until(b'\n', &mut text).await.at(&self.path)?;
        if text.is_empty() {
            return Ok(None);
        }
        serde_json::from_slice(&text).map(Some).map_err(|error| self.wrong(error.to_string()))
    }

    /// What is wrong with the line read last.
    pub fn wrong(&self, reason: String) -> ArchiveError {
        ArchiveError::Sidecar { path: self.path.clone(), line: self.line, reason }
    }
}
