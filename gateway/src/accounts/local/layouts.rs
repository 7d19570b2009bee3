//! Structures of the messages that are being read: each part of a message is a request of its own, and all of them need
//! the same one.

use crate::{mime::scan::Layout, store::mail::StoredMessage, sync::pop3::ledger::ContentHash};
use postern_shared::ids::MessageKey;
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
};

/// How many are kept.
const KEPT: usize = 4;

/// The structures read last. Clones share them.
#[derive(Clone, Default)]
pub(super) struct Layouts(Arc<Mutex<VecDeque<Kept>>>);

struct Kept {
    key: MessageKey,
    /// What a key stands for may become more: of a message first only the beginning is here.
    hash: ContentHash,
    layout: Arc<Layout>,
}

impl Layouts {
    /// A message's structure; absent where it cannot be read.
    pub fn of(&self, message: &StoredMessage) -> Option<Arc<Layout>> {
        let (key, hash) = (&message.summary.key, message.hash);
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found = kept.iter().position(|kept| kept.key == *key && kept.hash == hash);
        let read = match found.and_then(|at| kept.remove(at)) {
            Some(read) => read,
            None => Kept { key: key.clone(), hash, layout: Arc::new(Layout::decode(&message.layout)?) },
        };
        let layout = read.layout.clone();
        kept.push_front(read);
        kept.truncate(KEPT);
        Some(layout)
    }
}
