//! Mail put into a folder behind the server's back: the quick way to a large mailbox.

use super::config::Identity;
use crate::error::{AtPath, Result};
use std::{
    fs::{self, File, FileTimes},
    io::Write,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

/// A folder in Maildir format.
#[derive(Debug)]
pub struct Maildir {
    path: PathBuf,
    written: u32,
}

/// The flags of a Maildir file name, in the order they have to stand in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    /// `\Draft`.
    pub draft: bool,
    /// `\Flagged`.
    pub flagged: bool,
    /// `\Answered`.
    pub answered: bool,
    /// `\Seen`.
    pub seen: bool,
    /// `\Deleted`.
    pub deleted: bool,
}

impl Marks {
    fn letters(self) -> String {
        [(self.draft, 'D'), (self.flagged, 'F'), (self.answered, 'R'), (self.seen, 'S'), (self.deleted, 'T')]
            .into_iter()
            .filter_map(|(set, letter)| set.then_some(letter))
            .collect()
    }
}

impl Maildir {
    /// Makes the folder and those above it, up to `root`.
    pub(super) fn create(path: PathBuf, root: &Path, identity: Identity) -> Result<Self> {
        let above = path.ancestors().take_while(|folder| *folder != root);
        for folder in above.collect::<Vec<_>>().into_iter().rev() {
            fs::create_dir_all(folder).at(folder)?;
            identity.give(folder)?;
        }
        for part in ["cur", "new", "tmp"] {
            let folder = path.join(part);
            fs::create_dir_all(&folder).at(&folder)?;
            identity.give(&folder)?;
        }
        Ok(Self { path, written: 0 })
    }

    /// Puts one message into it, received at `received` (seconds since 1970). UIDs follow the order of calls as
    /// long as nothing was in the folder before.
    pub fn put(&mut self, received: u64, marks: Marks, message: &[u8]) -> Result<()> {
        self.written += 1;
        // Dovecot gives UIDs in the order of the first number, and takes the size from the name.
        let name = format!(
            "{}.P1.postern,S={}:2,{}",
            1_000_000_000 + u64::from(self.written),
            message.len(),
            marks.letters()
        );
        let file = self.path.join("cur").join(name);
        let mut open = File::create(&file).at(&file)?;
        open.write_all(message).at(&file)?;
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(received);
        open.set_times(FileTimes::new().set_modified(time)).at(&file)
    }
}

/// Files of a folder in Maildir format; none where it was not made yet.
fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for part in ["cur", "new"].map(|part| folder.join(part)).iter().filter(|part| part.is_dir()) {
        for entry in fs::read_dir(part).at(part)? {
            files.push(entry.at(part)?.path());
        }
    }
    Ok(files)
}

/// How many messages a folder holds.
pub(super) fn count(folder: &Path) -> Result<usize> {
    Ok(files(folder)?.len())
}

/// The messages of a folder, by file name.
pub(super) fn read(folder: &Path) -> Result<Vec<Vec<u8>>> {
    let mut files = files(folder)?;
    files.sort_unstable_by(|a, b| a.file_name().cmp(&b.file_name()));
    files.into_iter().map(|file| fs::read(&file).at(file)).collect()
}
