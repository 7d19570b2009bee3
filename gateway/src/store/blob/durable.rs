//! Contents in a local folder that survive the loss of power: a file gets its name once its bytes are synced, and the
//! name is synced too. Whatever stands under a hash is whole.

use super::{
    file_error, hex,
    writer::{Content, StagedBlob},
};
use crate::store::{StoreError, create_private};
use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
    thread,
    time::{Duration, SystemTime},
};
use tempfile::NamedTempFile;

/// Files without a name yet, beside the accounts' folders.
const INCOMING: &str = "incoming";

/// Nobody writes one file for so long: what is older was left behind.
const LEFT_BEHIND: Duration = Duration::from_secs(60 * 60);

/// Files synced at a time: the file system writes one journal entry for several that wait.
const SYNCS_AT_ONCE: usize = 16;

/// Where contents are written before they have a name.
pub(super) fn incoming(root: &Path) -> PathBuf {
    root.join(INCOMING)
}

/// Makes the folder of incoming files, and removes what was left behind in it.
pub(super) fn open(root: &Path) -> io::Result<()> {
    let folder = incoming(root);
    create_private(&folder)?;
    // What is durable in it is lost with its own name.
    if let Some(above) = fs::canonicalize(root)?.parent() {
        File::open(above)?.sync_all()?;
    }
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        // Another gateway may remove it, too.
        let Ok(modified) = entry.metadata().and_then(|file| file.modified()) else { continue };
        if modified.elapsed().is_ok_and(|age| age > LEFT_BEHIND) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// Makes all of them durable under their names.
pub(super) fn settle(root: &Path, staged: Vec<StagedBlob>) -> Result<(), StoreError> {
    let mut waiting = Vec::with_capacity(staged.len());
    let mut folders = BTreeSet::new();
    for blob in staged {
        let folder = root.join(&blob.prefix);
        let name = folder.join(hex(&blob.hash));
        if folders.insert(folder.clone()) {
            create_private(&folder).map_err(file_error)?;
        }
        if !refresh(&name, blob.size).map_err(file_error)? {
            waiting.push((to_file(root, blob.content).map_err(file_error)?, name));
        }
    }
    sync_all(&waiting).map_err(file_error)?;
    for (file, name) in waiting {
        file.persist(name).map_err(|error| file_error(error.error))?;
    }
    // Also where nothing is new: another gateway may be between its renaming and its syncing.
    for folder in folders.iter().map(PathBuf::as_path).chain([root]) {
        File::open(folder).and_then(|folder| folder.sync_all()).map_err(file_error)?;
    }
    Ok(())
}

/// Makes a file that is there already as young as a new one, so that it is not swept away before its message is stored.
/// Whether it is there, in that size.
fn refresh(name: &Path, size: u64) -> io::Result<bool> {
    let file = match File::options().write(true).open(name) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(error),
    };
    if file.metadata()?.len() != size {
        return Ok(false);
    }
    file.set_modified(SystemTime::now())?;
    Ok(true)
}

fn to_file(root: &Path, content: Content) -> io::Result<NamedTempFile> {
    match content {
        Content::File(file) => Ok(file),
        Content::Memory(bytes) => {
            let mut file = NamedTempFile::new_in(incoming(root))?;
            file.write_all(&bytes)?;
            Ok(file)
        }
    }
}

fn sync_all(files: &[(NamedTempFile, PathBuf)]) -> io::Result<()> {
    let sync =
        |files: &[(NamedTempFile, PathBuf)]| files.iter().try_for_each(|(file, _)| file.as_file().sync_all());
    let share = files.len().div_ceil(SYNCS_AT_ONCE);
    if share == 0 {
        return Ok(());
    }
    thread::scope(|scope| {
        let threads: Vec<_> = files.chunks(share).map(|share| scope.spawn(move || sync(share))).collect();
        threads.into_iter().try_for_each(|thread| match thread.join() {
            Ok(synced) => synced,
            Err(_) => Err(io::Error::other("a file could not be synced")),
        })
    })
}
