//! A message that was written, ready to go: in memory while it is small, else in a file that has no name.

use std::{
    fs::File,
    io::{self, Cursor, Seek, SeekFrom},
    pin::Pin,
    sync::Arc,
};
use tempfile::{SpooledData, SpooledTempFile};
use tokio::io::AsyncRead;

/// Larger messages lie in a file, in bytes.
pub(super) const IN_MEMORY: usize = 1024 * 1024;

/// Reads a message.
pub(super) type Reader = Pin<Box<dyn AsyncRead + Send>>;

/// A message.
#[derive(Debug)]
pub(super) struct Written {
    content: Content,
    /// Its size in bytes.
    pub size: u64,
    /// It has bytes beyond ASCII.
    pub eight_bit: bool,
    /// It has headers beyond ASCII.
    pub utf8_headers: bool,
}

#[derive(Debug)]
enum Content {
    Memory(Arc<[u8]>),
    File(File),
}

impl Written {
    /// What was written to a file.
    ///
    /// # Errors
    /// The file's.
    pub fn new(mut spooled: SpooledTempFile, eight_bit: bool, utf8_headers: bool) -> io::Result<Self> {
        let size = spooled.seek(SeekFrom::End(0))?;
        let content = match spooled.into_inner() {
            SpooledData::InMemory(content) => Content::Memory(content.into_inner().into()),
            SpooledData::OnDisk(file) => Content::File(file),
        };
        Ok(Self { content, size, eight_bit, utf8_headers })
    }

    /// Reads it from its beginning. There is one reader at a time.
    ///
    /// # Errors
    /// The file's.
    pub fn read(&self) -> io::Result<Reader> {
        Ok(match &self.content {
            Content::Memory(content) => Box::pin(Cursor::new(Arc::clone(content))),
            Content::File(file) => {
                let mut file = file.try_clone()?;
                file.seek(SeekFrom::Start(0))?;
                Box::pin(tokio::fs::File::from_std(file))
            }
        })
    }
}
