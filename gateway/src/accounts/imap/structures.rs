//! The structures of the messages opened lately: body, attachments and downloads of one message ask for the same.

use crate::{accounts::handle::Structure, imap::command::FetchItem, mime::authentication};
use postern_shared::ids::MessageKey;
use std::collections::VecDeque;

/// Structures kept.
const KEPT: usize = 32;

/// Structures by message, the ones used last in front.
#[derive(Debug)]
pub struct Structures {
    with_header: bool,
    kept: VecDeque<(MessageKey, Structure)>,
}

impl Structures {
    /// None yet. `with_header`: what it takes to know what servers found out about senders is fetched along.
    pub fn new(with_header: bool) -> Self {
        Self { with_header, kept: VecDeque::new() }
    }

    /// What a structure is fetched with.
    pub fn items(&self) -> Vec<FetchItem> {
        let mut items = vec![
            FetchItem::Uid,
            FetchItem::Flags,
            FetchItem::InternalDate,
            FetchItem::Size,
            FetchItem::Envelope,
            FetchItem::BodyStructure,
        ];
        if self.with_header {
            items.push(FetchItem::HeaderFields(authentication::FIELDS.to_vec()));
        }
        items
    }

    /// A message's structure, if it is known.
    pub fn get(&mut self, key: &MessageKey) -> Option<Structure> {
        let at = self.kept.iter().position(|(known, _)| known == key)?;
        let entry = self.kept.remove(at)?;
        let structure = entry.1.clone();
        self.kept.push_front(entry);
        Some(structure)
    }

    /// Keeps a message's structure.
    pub fn insert(&mut self, key: MessageKey, structure: Structure) {
        self.kept.retain(|(known, _)| *known != key);
        self.kept.push_front((key, structure));
        self.kept.truncate(KEPT);
    }
}
