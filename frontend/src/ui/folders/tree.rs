//! Which items the folder tree shows, what they are called and where keys lead. Pure.

use postern_shared::{
    folder::{Folder, Role},
    ids::FolderId,
};
use std::collections::BTreeSet;

/// One item that is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Its folder.
    pub folder: Folder,
    /// How deep it is; the top is 1.
    pub level: usize,
    /// Its place among its siblings, from 1 on.
    pub position: usize,
    /// How many siblings there are, itself included.
    pub siblings: usize,
    /// Whether its children are shown; absent where it has none.
    pub expanded: Option<bool>,
}

/// The items in the order they are shown. A folder whose parent is not there stands at the top; one that is its own
/// ancestor (no server should say so) is left out.
pub fn items(folders: &[Folder], collapsed: &BTreeSet<FolderId>) -> Vec<Item> {
    let mut out = Vec::with_capacity(folders.len());
    let roots = |folder: &&Folder| {
        let parent = folder.parent.as_ref();
        parent.is_none_or(|parent| !folders.iter().any(|other| other.id == *parent))
    };
    push(&mut out, folders, folders.iter().filter(roots).collect(), 1, collapsed);
    out
}

fn push(
    out: &mut Vec<Item>,
    folders: &[Folder],
    siblings: Vec<&Folder>,
    level: usize,
    collapsed: &BTreeSet<FolderId>,
) {
    let count = siblings.len();
    for (index, folder) in siblings.into_iter().enumerate() {
        let children: Vec<&Folder> =
            folders.iter().filter(|child| child.parent.as_ref() == Some(&folder.id)).collect();
        let expanded = (!children.is_empty()).then(|| !collapsed.contains(&folder.id));
        out.push(Item { folder: folder.clone(), level, position: index + 1, siblings: count, expanded });
        if expanded == Some(true) {
            push(out, folders, children, level + 1, collapsed);
        }
    }
}

/// What a folder is called. `INBOX` is a name of the protocol's (RFC 9051 §5.1), not of a person's.
pub fn display_name(folder: &Folder) -> String {
    if folder.role == Some(Role::Inbox) { "Inbox".to_owned() } else { folder.name.clone() }
}

/// What an item is called by those who do not see it: "Inbox 3 unread, 2 deleted".
pub fn spoken_name(folder: &Folder) -> String {
    let counts = folder.counts.unwrap_or_default();
    let mut name = display_name(folder);
    if counts.unread > 0 {
        name.push_str(&format!(" {} unread", counts.unread));
    }
    if counts.deleted > 0 {
        name.push_str(&format!(", {} deleted", counts.deleted));
    }
    name
}

/// Where a folder is, its ancestors' names before its own.
pub fn path(folders: &[Folder], folder: &Folder) -> String {
    let mut names = vec![display_name(folder)];
    let mut parent = folder.parent.as_ref();
    // No path is longer than there are folders, whatever the parents say.
    for _ in folders {
        let Some(above) = parent.and_then(|id| folders.iter().find(|other| other.id == *id)) else { break };
        names.push(display_name(above));
        parent = above.parent.as_ref();
    }
    names.reverse();
    names.join(" / ")
}

/// Whether `folder` is `ancestor` or below it.
pub fn is_within(folders: &[Folder], folder: &FolderId, ancestor: &FolderId) -> bool {
    let mut at = Some(folder.clone());
    for _ in 0..=folders.len() {
        match at {
            Some(id) if id == *ancestor => return true,
            Some(id) => {
                at = folders.iter().find(|other| other.id == id).and_then(|other| other.parent.clone())
            }
            None => return false,
        }
    }
    false
}

/// What a key does in the tree (ARIA Authoring Practices: tree view).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Focus goes to the item of this index.
    Focus(usize),
    /// The item's children are shown.
    Expand(FolderId),
    /// The item's children are hidden.
    Collapse(FolderId),
}

/// What `key` does at the item of index `at`. Absent where it does nothing.
pub fn step(items: &[Item], at: usize, key: &str) -> Option<Step> {
    let item = items.get(at)?;
    let last = items.len() - 1;
    match key {
        "ArrowDown" => (at < last).then(|| Step::Focus(at + 1)),
        "ArrowUp" => at.checked_sub(1).map(Step::Focus),
        "Home" => Some(Step::Focus(0)),
        "End" => Some(Step::Focus(last)),
        "ArrowRight" => match item.expanded {
            Some(false) => Some(Step::Expand(item.folder.id.clone())),
            Some(true) => Some(Step::Focus(at + 1)),
            None => None,
        },
        "ArrowLeft" if item.expanded == Some(true) => Some(Step::Collapse(item.folder.id.clone())),
        "ArrowLeft" => items[..at].iter().rposition(|above| above.level < item.level).map(Step::Focus),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use postern_shared::folder::Counts;

    fn folder(id: &str, parent: Option<&str>) -> Folder {
        Folder {
            id: id.into(),
            parent: parent.map(FolderId::from),
            name: id.to_owned(),
            role: None,
            selectable: true,
            accepts_children: true,
            subscribed: true,
            counts: None,
        }
    }

    fn sample() -> Vec<Folder> {
        vec![
            folder("A", None),
            folder("B", None),
            folder("B1", Some("B")),
            folder("B2", Some("B")),
            folder("B2x", Some("B2")),
            folder("C", Some("lost")),
        ]
    }

    fn shown(collapsed: &[&str]) -> Vec<Item> {
        items(&sample(), &collapsed.iter().map(|&id| id.into()).collect())
    }

    #[test]
    fn the_tree_is_walked_from_the_top() {
        let all: Vec<_> = shown(&[])
            .into_iter()
            .map(|item| (item.folder.name, item.level, item.position, item.siblings))
            .collect();
        let rows = [
            ("A", 1, 1, 3),
            ("B", 1, 2, 3),
            ("B1", 2, 1, 2),
            ("B2", 2, 2, 2),
            ("B2x", 3, 1, 1),
            ("C", 1, 3, 3),
        ];
        assert_eq!(
            all,
            rows.map(|(name, level, position, siblings)| (name.to_owned(), level, position, siblings))
        );
        let folded: Vec<_> = shown(&["B"]).into_iter().map(|item| item.folder.name).collect();
        assert_eq!(folded, ["A", "B", "C"]);
    }

    #[test]
    fn a_circle_of_parents_ends() {
        let folders = [folder("A", Some("B")), folder("B", Some("A"))];
        assert!(items(&folders, &BTreeSet::new()).is_empty());
        assert_eq!(path(&folders, &folders[0]).matches('/').count(), 2);
        assert!(!is_within(&folders, &"A".into(), &"C".into()));
    }

    #[test]
    fn keys_walk_the_tree() {
        let (open, folded) = (shown(&[]), shown(&["B"]));
        let table = [
            (&open, 0, "ArrowDown", Some(Step::Focus(1))),
            (&open, 5, "ArrowDown", None),
            (&open, 0, "ArrowUp", None),
            (&open, 1, "ArrowRight", Some(Step::Focus(2))),
            (&open, 0, "ArrowRight", None),
            (&open, 1, "ArrowLeft", Some(Step::Collapse("B".into()))),
            (&open, 4, "ArrowLeft", Some(Step::Focus(3))),
            (&open, 2, "ArrowLeft", Some(Step::Focus(1))),
            (&folded, 1, "ArrowRight", Some(Step::Expand("B".into()))),
            (&open, 2, "End", Some(Step::Focus(5))),
            (&open, 2, "Home", Some(Step::Focus(0))),
            (&open, 2, "x", None),
        ];
        for (items, at, key, to) in table {
            assert_eq!(step(items, at, key), to, "{key} at {at}");
        }
    }

    #[test]
    fn names_tell_the_counts_that_matter() {
        let mut inbox = Folder { role: Some(Role::Inbox), ..folder("INBOX", None) };
        assert_eq!(spoken_name(&inbox), "Inbox");
        inbox.counts = Some(Counts { total: 9, unread: 3, deleted: 0 });
        assert_eq!(spoken_name(&inbox), "Inbox 3 unread");
        inbox.counts = Some(Counts { total: 9, unread: 0, deleted: 2 });
        assert_eq!(spoken_name(&inbox), "Inbox, 2 deleted");
    }

    #[test]
    fn a_folder_is_within_its_ancestors() {
        let folders = sample();
        assert!(is_within(&folders, &"B2x".into(), &"B".into()));
        assert!(is_within(&folders, &"B".into(), &"B".into()));
        assert!(!is_within(&folders, &"B".into(), &"B2x".into()));
        assert_eq!(path(&folders, &folders[4]), "B / B2 / B2x");
    }
}
