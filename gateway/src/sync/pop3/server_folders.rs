//! Which folders of an IMAP server are downloaded, where to, and in which portions.

use crate::{
    imap::command::MailboxName,
    sync::folder_list::{FolderEntry, FolderList},
};
use postern_shared::{
    folder::Role,
    ids::{FolderId, Uid},
    uid_set::UidSet,
};
use std::collections::HashMap;

/// Octets of a message that are asked for at once.
pub const CHUNK: u32 = 256 * 1024;

/// Messages of a portion at most.
const PORTION_MESSAGES: usize = 64;

/// Octets of a portion, about.
const PORTION_BYTES: u64 = 1024 * 1024;

/// A folder of the server that is downloaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// What the server calls it.
    pub raw: MailboxName,
    /// What people call it, its parents' names before its own.
    pub name: String,
    /// Where it goes.
    pub place: Place,
}

/// A place among the folders here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The special folder the names lead from; else they lead from the top.
    pub role: Option<Role>,
    /// Names from there on.
    pub names: Vec<String>,
}

/// A message that is downloaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Which one.
    pub uid: Uid,
    /// Its size in bytes, as the server tells it.
    pub size: u64,
}

/// The folders that are downloaded, parents before children: all that hold mail but the inbox, which POP3 downloads, and
/// the virtual ones, whose mail is in the others.
pub fn chosen(list: &FolderList) -> Vec<Source> {
    let mut places: HashMap<&FolderId, Place> = HashMap::new();
    let mut chosen = Vec::new();
    for entry in list.entries() {
        let place = place(entry, &places);
        let left = matches!(entry.folder.role, Some(Role::Inbox | Role::All | Role::Flagged));
        if entry.folder.selectable && !left {
            let name = entry.folder.id.as_str().to_owned();
            chosen.push(Source { raw: entry.raw.clone(), name, place: place.clone() });
        }
        places.insert(&entry.folder.id, place);
    }
    chosen
}

/// Special folders are the special folders here, whatever they are called; others have their name in their parent's place.
fn place(entry: &FolderEntry, places: &HashMap<&FolderId, Place>) -> Place {
    match entry.folder.role {
        Some(Role::All | Role::Flagged) | None => {
            let above = entry.folder.parent.as_ref().and_then(|parent| places.get(parent));
            let mut place = above.cloned().unwrap_or_default();
            place.names.push(entry.folder.name.clone());
            place
        }
        role => Place { role, names: Vec::new() },
    }
}

/// Messages in the portions they are asked for in: one answer is in memory at a time.
pub fn portions(wanted: &[Wanted]) -> Vec<UidSet> {
    let mut portions = Vec::new();
    let (mut portion, mut messages, mut bytes) = (UidSet::new(), 0, 0);
    for Wanted { uid, size } in wanted {
        let size = (*size).min(CHUNK.into());
        if messages == PORTION_MESSAGES || (messages > 0 && bytes + size > PORTION_BYTES) {
            portions.push(std::mem::take(&mut portion));
            (messages, bytes) = (0, 0);
        }
        portion.insert(*uid);
        messages += 1;
        bytes += size;
    }
    if messages > 0 {
        portions.push(portion);
    }
    portions
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imap::response::ListedFolder;

    fn listed(name: &str, attributes: &[&str]) -> ListedFolder {
        ListedFolder {
            name: name.as_bytes().to_vec(),
            delimiter: Some('/'),
            attributes: attributes.iter().map(|attribute| (*attribute).to_owned()).collect(),
        }
    }

    #[test]
    fn every_folder_with_mail_has_its_place() {
        let list = FolderList::read(
            &[
                listed("INBOX", &[]),
                listed("INBOX/Lists", &[]),
                listed("Gesendet", &["\\sent"]),
                listed("Gesendet/2025", &[]),
                listed("Entw&APw-rfe", &[]),
                listed("Bin", &["\\trash"]),
                listed("Spam", &[]),
                listed("[Gmail]", &["\\noselect"]),
                listed("[Gmail]/All Mail", &["\\all"]),
                listed("[Gmail]/All Mail/Odd", &[]),
                listed("[Gmail]/Starred", &["\\flagged"]),
                listed("[Gmail]/Important", &[]),
                listed("Work", &[]),
                listed("Work/Plans/&UZl3Hw-", &[]),
            ],
            &[],
            b"",
            false,
        );
        let drawn: Vec<String> = chosen(&list)
            .into_iter()
            .map(|source| {
                let role = source.place.role.map(|role| format!("[{role:?}]"));
                let parts: Vec<String> = role.into_iter().chain(source.place.names).collect();
                format!("{} -> {}", source.name, parts.join(" > "))
            })
            .collect();
        assert_eq!(
            drawn,
            [
                "INBOX/Lists -> [Inbox] > Lists",
                "Entwürfe -> [Drafts]",
                "Gesendet -> [Sent]",
                "Gesendet/2025 -> [Sent] > 2025",
                "Spam -> [Junk]",
                "Bin -> [Trash]",
                "[Gmail]/All Mail/Odd -> [Gmail] > All Mail > Odd",
                "[Gmail]/Important -> [Gmail] > Important",
                "Work -> Work",
                "Work/Plans/写真 -> Work > Plans > 写真",
            ]
        );
    }

    #[test]
    fn portions_hold_everything_once_and_no_more_than_fits() {
        let of = |sizes: &[u64]| -> Vec<Wanted> {
            (1..).zip(sizes).map(|(uid, &size)| Wanted { uid: Uid(uid), size }).collect()
        };
        let lengths = |sizes: &[u64]| -> Vec<u64> { portions(&of(sizes)).iter().map(UidSet::len).collect() };
        let chunk = u64::from(CHUNK);
        let cases: [(&[u64], &[u64]); 5] = [
            (&[], &[]),
            (&[0], &[1]),
            (&[10; 130], &[64, 64, 2]),
            // Of the largest only the beginning comes with the others.
            (&[u64::MAX, chunk, chunk, chunk, 1], &[4, 1]),
            (&[1, chunk * 50, chunk, chunk, chunk, chunk], &[4, 2]),
        ];
        for (sizes, expected) in cases {
            assert_eq!(lengths(sizes), expected, "{sizes:?}");
        }
        let all = portions(&of(&[1000; 200])).iter().fold(UidSet::new(), |all, portion| all.union(portion));
        assert_eq!(all, UidSet::from_ranges([(1, 200)]));
    }
}
