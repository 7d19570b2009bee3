//! A message while it comes in: into a blob, and understood on the way.

use super::{check::CheckError, retrieve::Retriever};
use crate::{
    accounts::local::{arrival, row},
    mime::scan::{Scanned, Scanner},
    store::{
        blob::{BlobWriter, StagedBlob},
        mail::{Downloaded, NewMessage, folder_ids},
    },
    sync::pop3::{
        ledger::ContentHash,
        plan::{Candidates, Extent, Fetch},
    },
};
use postern_shared::{flags::Flags, ids::FolderId};
use sha2::{Digest, Sha256};

/// Lines of a message that may be all that was downloaded of it before.
const MAX_FIRST_LINES: u32 = 10_000;

/// A message that came in whole, as far as it was asked for.
pub struct Incoming {
    /// Its content, not settled yet.
    pub staged: StagedBlob,
    /// What was found in it.
    pub scanned: Scanned,
    /// The beginning of it that some entry has.
    pub beginning: Option<ContentHash>,
}

/// Reads a message to its end. `beginnings`: entries that may have the beginning of it. `read` hears of every piece.
///
/// # Errors
/// [`CheckError`]: nothing is left of the message then.
pub async fn receive(
    retriever: &mut Retriever,
    mut writer: BlobWriter,
    beginnings: Option<&Candidates>,
    mut read: impl FnMut(usize),
) -> Result<Incoming, CheckError> {
    let (mut scanner, mut piece) = (Scanner::new(), Vec::new());
    let mut beginnings = beginnings.map(Beginnings::new);
    loop {
        let more = retriever.piece(&mut piece).await?;
        writer.write(&piece).await?;
        scanner.push(&piece);
        if let Some(beginnings) = &mut beginnings {
            beginnings.push(&piece);
        }
        read(piece.len());
        if !more {
            break;
        }
    }
    let beginning = beginnings.and_then(|beginnings| beginnings.found);
    Ok(Incoming { staged: writer.finish().await?, scanned: scanner.finish(), beginning })
}

/// The message as it is stored in the inbox, downloaded at `now`.
pub fn new_message(fetch: &Fetch, scanned: Scanned, staged: &StagedBlob, now: i64) -> NewMessage {
    // A date to come would keep it at the top of the list.
    let received = arrival(&scanned).map_or(now, |received| received.min(now));
    let partial = matches!(fetch.extent, Extent::FirstLines(_));
    let inbox = FolderId(folder_ids::INBOX.to_owned());
    NewMessage {
        download: Some(Downloaded { unique_id: fetch.unique_id.clone(), at: now }),
        ..row(inbox, staged, scanned, Flags::default(), received, partial)
    }
}

/// Looks whether what was read up to some line's end is what an entry has: first lines, however many it asked for then.
struct Beginnings<'a> {
    candidates: &'a Candidates,
    hasher: Sha256,
    lines: u32,
    found: Option<ContentHash>,
}

impl<'a> Beginnings<'a> {
    fn new(candidates: &'a Candidates) -> Self {
        Self { candidates, hasher: Sha256::new(), lines: 0, found: None }
    }

    fn push(&mut self, piece: &[u8]) {
        for line in piece.split_inclusive(|&byte| byte == b'\n') {
            if self.lines >= MAX_FIRST_LINES {
                return;
            }
            self.hasher.update(line);
            if line.ends_with(b"\n") {
                self.lines += 1;
                let hash: ContentHash = self.hasher.clone().finalize().into();
                if self.candidates.contains(&hash, true) {
                    self.found = Some(hash);
                }
            }
        }
    }
}
