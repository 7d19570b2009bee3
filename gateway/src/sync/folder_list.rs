//! From LIST's answers (RFC 9051 §7.3.1) to the folders people see: names, tree, roles, order.

use crate::{
    imap::{command::MailboxName, response::ListedFolder},
    sync::folder_role,
};
use postern_shared::{
    folder::{Folder, Role},
    ids::FolderId,
};
use std::collections::{HashMap, HashSet};

/// The longest folder name a user may give, in bytes as they are sent to the server.
const LONGEST_NAME: usize = 200;

/// A folder with what the server calls it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FolderEntry {
    /// As browsers see it.
    pub folder: Folder,
    /// Its name on the server.
    pub raw: MailboxName,
}

/// A folder name that cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Nothing but white space.
    #[error("a folder needs a name")]
    Empty,
    /// It holds the character that separates a folder from its parent.
    #[error("the name may not hold \"{0}\", which the mail server uses between a folder and its parent")]
    Delimiter(char),
    /// It holds a control character.
    #[error("the name may not hold line breaks or other control characters")]
    Control,
    /// It is too long.
    #[error("the name is too long")]
    TooLong,
    /// The parent cannot hold folders.
    #[error("folders cannot be created there")]
    Parent,
}

/// All folders of an account, in the order they are shown: depth first, special folders in front.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FolderList {
    entries: Vec<FolderEntry>,
    prefix: Vec<u8>,
    delimiter: Option<char>,
    utf8: bool,
}

impl FolderList {
    /// Reads LIST's answers. `subscribed` are LSUB's names where LIST did not tell subscriptions itself; `prefix` is
    /// the personal namespace's (RFC 2342), such as `INBOX.`, whose folders are shown at the top; `utf8` says
    /// whether names are UTF-8 (`UTF8=ACCEPT`) and not modified UTF-7.
    pub fn read(listed: &[ListedFolder], subscribed: &[Vec<u8>], prefix: &[u8], utf8: bool) -> Self {
        let delimiter = listed.iter().find_map(|folder| folder.delimiter);
        let mut list = Self { entries: Vec::new(), prefix: prefix.to_vec(), delimiter, utf8 };
        let told: HashSet<&[u8]> = subscribed.iter().map(Vec::as_slice).collect();
        let mut seen = HashMap::new();
        for folder in listed.iter().filter(|folder| !folder.name.is_empty()) {
            list.add(folder, &told, &mut seen);
        }
        folder_role::assign(&mut list.entries, listed);
        list.sort();
        list
    }

    /// The folders in the order they are shown.
    pub fn entries(&self) -> &[FolderEntry] {
        &self.entries
    }

    /// The folders as browsers see them.
    pub fn folders(&self) -> Vec<Folder> {
        self.entries.iter().map(|entry| entry.folder.clone()).collect()
    }

    /// What stands between a folder and its parent in the server's names; absent in a flat namespace.
    pub fn delimiter(&self) -> Option<char> {
        self.delimiter
    }

    /// One folder.
    pub fn get(&self, id: &FolderId) -> Option<&FolderEntry> {
        self.entries.iter().find(|entry| entry.folder.id == *id)
    }

    /// One folder, to change its counts.
    pub fn get_mut(&mut self, id: &FolderId) -> Option<&mut Folder> {
        self.entries.iter_mut().map(|entry| &mut entry.folder).find(|folder| folder.id == *id)
    }

    /// The folder with that role.
    pub fn with_role(&self, role: Role) -> Option<&FolderEntry> {
        self.entries.iter().find(|entry| entry.folder.role == Some(role))
    }

    /// The folder the server calls so.
    pub fn by_raw(&self, name: &[u8]) -> Option<&FolderEntry> {
        let id = folder_id(name, self.utf8);
        self.get(&id)
    }

    /// The folder people mean by a name: its role's, its own, or its path, without regard to case.
    pub fn by_spoken_name(&self, name: &str) -> Option<&FolderEntry> {
        let wanted = name.to_lowercase();
        let role = folder_role::by_name(&wanted).and_then(|role| self.with_role(role));
        let matches = |text: &str| text.to_lowercase() == wanted;
        role.or_else(|| self.entries.iter().find(|entry| matches(entry.folder.id.as_str())))
            .or_else(|| self.entries.iter().find(|entry| matches(&entry.folder.name)))
    }

    /// What the server would call a new folder `name` in `parent`.
    pub fn compose(&self, parent: Option<&FolderId>, name: &str) -> Result<MailboxName, NameError> {
        let name = name.trim();
        if name.is_empty() {
            return Err(NameError::Empty);
        }
        if name.chars().any(char::is_control) {
            return Err(NameError::Control);
        }
        if let Some(delimiter) = self.delimiter.filter(|&delimiter| name.contains(delimiter)) {
            return Err(NameError::Delimiter(delimiter));
        }
        let own = MailboxName::encode(name, self.utf8).0;
        if own.len() > LONGEST_NAME {
            return Err(NameError::TooLong);
        }
        let mut raw = match parent {
            None => self.prefix.clone(),
            Some(parent) => self.as_parent(parent)?,
        };
        raw.extend_from_slice(&own);
        Ok(MailboxName(raw))
    }

    fn as_parent(&self, id: &FolderId) -> Result<Vec<u8>, NameError> {
        let entry = self.get(id).filter(|entry| entry.folder.accepts_children).ok_or(NameError::Parent)?;
        let delimiter = self.delimiter.ok_or(NameError::Parent)?;
        let mut raw = entry.raw.0.clone();
        raw.extend_from_slice(delimiter.encode_utf8(&mut [0; 4]).as_bytes());
        Ok(raw)
    }

    /// Adds a listed folder, and first the parents it has that were not listed so far.
    fn add(&mut self, listed: &ListedFolder, told: &HashSet<&[u8]>, seen: &mut HashMap<FolderId, usize>) {
        let parent = self.parent_of(&listed.name, listed.delimiter);
        if let Some(parent) = &parent {
            let missing = ListedFolder {
                name: parent.clone(),
                delimiter: listed.delimiter,
                attributes: vec!["\\nonexistent".to_owned()],
            };
            if !seen.contains_key(&folder_id(parent, self.utf8)) {
                self.add(&missing, told, seen);
            }
        }
        let has = |attribute: &str| listed.attributes.iter().any(|known| known == attribute);
        let exists = !has("\\nonexistent");
        let id = folder_id(&listed.name, self.utf8);
        let inbox = is_inbox(&listed.name);
        let entry = FolderEntry {
            folder: Folder {
                parent: parent.map(|parent| folder_id(&parent, self.utf8)),
                name: if inbox { "Inbox".to_owned() } else { self.own_name(&listed.name, listed.delimiter) },
                role: None,
                selectable: exists && !has("\\noselect"),
                accepts_children: listed.delimiter.is_some() && !has("\\noinferiors"),
                subscribed: inbox || has("\\subscribed") || told.contains(listed.name.as_slice()),
                counts: None,
                id: id.clone(),
            },
            raw: MailboxName(listed.name.clone()),
        };
        match seen.get(&id) {
            // Listed twice, or first as somebody's parent: what exists wins.
            Some(&at) if exists => self.entries[at] = entry,
            Some(_) => {}
            None => {
                seen.insert(id, self.entries.len());
                self.entries.push(entry);
            }
        }
    }

    /// The raw name of the folder above, unless that is only the namespace's prefix.
    fn parent_of(&self, raw: &[u8], delimiter: Option<char>) -> Option<Vec<u8>> {
        let delimiter = u8::try_from(delimiter?).ok()?;
        let own = raw.strip_prefix(self.prefix.as_slice()).unwrap_or(raw);
        let at = own.iter().rposition(|&byte| byte == delimiter).filter(|&at| at > 0)?;
        Some(raw[..raw.len() - own.len() + at].to_vec())
    }

    fn own_name(&self, raw: &[u8], delimiter: Option<char>) -> String {
        let delimiter = delimiter.and_then(|delimiter| u8::try_from(delimiter).ok());
        let start = raw.iter().rposition(|&byte| Some(byte) == delimiter).map_or(0, |at| at + 1);
        // A name that ends in the delimiter is the folder before it.
        let own = if start == raw.len() { raw } else { &raw[start..] };
        MailboxName(own.to_vec())
            .decode(self.utf8)
            .unwrap_or_else(|| String::from_utf8_lossy(own).into_owned())
    }

    fn sort(&mut self) {
        let mut children: HashMap<Option<FolderId>, Vec<FolderEntry>> = HashMap::new();
        for entry in self.entries.drain(..) {
            children.entry(entry.folder.parent.clone()).or_default().push(entry);
        }
        for siblings in children.values_mut() {
            siblings.sort_by_cached_key(|entry| {
                let rank = entry.folder.role.map_or(u8::MAX, |role| role as u8);
                (rank, entry.folder.name.to_lowercase(), entry.folder.id.clone())
            });
        }
        let mut waiting = children.remove(&None).unwrap_or_default();
        waiting.reverse();
        while let Some(entry) = waiting.pop() {
            let below = children.remove(&Some(entry.folder.id.clone())).unwrap_or_default();
            waiting.extend(below.into_iter().rev());
            self.entries.push(entry);
        }
    }
}

/// The identity of a folder: its full path as text where that names exactly these bytes, else the bytes in hex.
/// `INBOX` is one folder however it is written (RFC 9051 §5.1).
pub fn folder_id(raw: &[u8], utf8: bool) -> FolderId {
    if is_inbox(raw) {
        return FolderId("INBOX".to_owned());
    }
    FolderId(MailboxName(raw.to_vec()).decode(utf8).unwrap_or_else(|| {
        raw.iter().fold("raw:".to_owned(), |mut text, byte| {
            text.push_str(&format!("{byte:02x}"));
            text
        })
    }))
}

fn is_inbox(raw: &[u8]) -> bool {
    raw.eq_ignore_ascii_case(b"INBOX")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(name: &str, delimiter: char, attributes: &[&str]) -> ListedFolder {
        ListedFolder {
            name: name.as_bytes().to_vec(),
            delimiter: Some(delimiter),
            attributes: attributes.iter().map(|attribute| (*attribute).to_owned()).collect(),
        }
    }

    /// Each folder as indented name, with its role in brackets.
    fn drawn(list: &FolderList) -> Vec<String> {
        let depth = |entry: &FolderEntry| {
            std::iter::successors(entry.folder.parent.as_ref(), |id| list.get(id)?.folder.parent.as_ref())
                .count()
        };
        let line = |entry: &FolderEntry| {
            let role = entry.folder.role.map(|role| format!(" [{role:?}]")).unwrap_or_default();
            format!("{}{}{role}", " ".repeat(depth(entry)), entry.folder.name)
        };
        list.entries().iter().map(line).collect()
    }

    #[test]
    fn special_folders_come_first_and_the_rest_by_name() {
        let list = FolderList::read(
            &[
                listed("work", '/', &[]),
                listed("work/b", '/', &[]),
                listed("work/A", '/', &[]),
                listed("Bin", '/', &["\\trash"]),
                listed("Trash", '/', &[]),
                listed("Gesendet", '/', &[]),
                listed("INBOX", '/', &[]),
                listed("Archive", '/', &["\\archive"]),
            ],
            &[],
            b"",
            false,
        );
        assert_eq!(
            drawn(&list),
            [
                "Inbox [Inbox]",
                "Gesendet [Sent]",
                "Archive [Archive]",
                "Bin [Trash]",
                "Trash",
                "work",
                " A",
                " b"
            ]
        );
    }

    #[test]
    fn folders_below_the_namespace_prefix_stand_at_the_top() {
        let names = ["INBOX", "INBOX.Sent", "INBOX.Work", "INBOX.Work.Old"];
        let all: Vec<_> = names.iter().map(|name| listed(name, '.', &[])).collect();
        let list = FolderList::read(&all, &[], b"INBOX.", false);
        assert_eq!(drawn(&list), ["Inbox [Inbox]", "Sent [Sent]", "Work", " Old"]);
        assert_eq!(list.compose(None, "New"), Ok(MailboxName(b"INBOX.New".to_vec())));
    }

    #[test]
    fn a_parent_that_was_not_listed_is_shown_but_holds_no_mail() {
        let list = FolderList::read(&[listed("a/b/c", '/', &[])], &[], b"", false);
        assert_eq!(drawn(&list), ["a", " b", "  c"]);
        assert_eq!(
            list.entries().iter().map(|entry| entry.folder.selectable).collect::<Vec<_>>(),
            [false, false, true]
        );
    }

    #[test]
    fn every_name_keeps_its_identity() {
        let broken = ListedFolder { name: b"caf\xe9".to_vec(), delimiter: Some('/'), attributes: vec![] };
        let list = FolderList::read(
            &[broken, listed("Entw&APw-rfe", '/', &[]), listed("inbox", '/', &[])],
            &[],
            b"",
            false,
        );
        let ids: Vec<_> = list.entries().iter().map(|entry| entry.folder.id.as_str()).collect();
        assert_eq!(ids, ["INBOX", "Entwürfe", "raw:636166e9"]);
        assert_eq!(
            list.by_raw(b"INBOX").map(|entry| entry.raw.clone()),
            Some(MailboxName(b"inbox".to_vec()))
        );
    }

    #[test]
    fn people_find_folders_by_role_path_or_name() {
        let all =
            [listed("INBOX", '/', &[]), listed("Gelöscht", '/', &["\\trash"]), listed("a/Deep", '/', &[])];
        let list = FolderList::read(&all, &[], b"", true);
        let found = |name: &str| list.by_spoken_name(name).map(|entry| entry.folder.id.0.clone());
        assert_eq!(found("trash").as_deref(), Some("Gelöscht"));
        assert_eq!(found("deep").as_deref(), Some("a/Deep"));
        assert_eq!(found("A/DEEP").as_deref(), Some("a/Deep"));
        assert_eq!(found("nowhere"), None);
    }

    #[test]
    fn bad_names_are_refused_before_the_server_sees_them() {
        let list =
            FolderList::read(&[listed("a", '/', &["\\noinferiors"]), listed("b", '/', &[])], &[], b"", false);
        assert_eq!(list.compose(None, "  "), Err(NameError::Empty));
        assert_eq!(list.compose(None, "x/y"), Err(NameError::Delimiter('/')));
        assert_eq!(list.compose(None, "x\r\ny"), Err(NameError::Control));
        assert_eq!(list.compose(Some(&"a".into()), "x"), Err(NameError::Parent));
        assert_eq!(list.compose(None, &"x".repeat(201)), Err(NameError::TooLong));
        assert_eq!(list.compose(Some(&"b".into()), "日本"), Ok(MailboxName(b"b/&ZeVnLA-".to_vec())));
    }

    #[test]
    fn subscriptions_come_from_list_or_lsub() {
        let all = [listed("a", '/', &["\\subscribed"]), listed("b", '/', &[]), listed("c", '/', &[])];
        let list = FolderList::read(&all, &[b"b".to_vec()], b"", false);
        assert_eq!(
            list.folders().iter().map(|folder| folder.subscribed).collect::<Vec<_>>(),
            [true, true, false]
        );
    }
}
