//! A browser as the core sees it: it keeps its lists by what it is told.

use crate::{browser::BrowserId, sync::output::Output};
use postern_shared::{
    event::Event,
    flags::Flags,
    folder::Counts,
    ids::{FolderId, RequestId, Revision, UidValidity, ViewId},
    reply::Reply,
    summary::Summary,
    view::{Splice, ViewChange},
};
use std::collections::HashMap;

/// A message in a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    pub folder: FolderId,
    pub validity: UidValidity,
    pub uid: u32,
    pub flags: Flags,
}

#[derive(Debug, Default)]
pub struct Looker {
    pub lists: HashMap<ViewId, (Revision, Vec<Option<Row>>)>,
    pub counts: HashMap<FolderId, Counts>,
    pub replies: Vec<(RequestId, Reply)>,
    pub events: Vec<Event>,
}

pub const BROWSER: BrowserId = BrowserId(1);

fn row(summary: &Summary) -> Row {
    let key = &summary.key;
    Row { folder: key.folder.clone(), validity: key.validity, uid: key.uid.0, flags: summary.flags.clone() }
}

impl Looker {
    pub fn take(&mut self, output: Output) {
        match output {
            Output::Reply(_, id, reply) => self.replied(id, reply),
            Output::Event(_, event) => self.heard(event),
            _ => {}
        }
    }

    fn replied(&mut self, id: RequestId, reply: Reply) {
        if let Reply::ViewOpened { view, rows } = &reply {
            assert_eq!(view.revision, rows.revision);
            let mut list: Vec<Option<Row>> = rows.rows.iter().map(|summary| Some(row(summary))).collect();
            list.resize(view.total as usize, None);
            self.lists.insert(view.id, (view.revision, list));
        }
        if let Reply::Rows(rows) = &reply
            && let Some((revision, list)) = self.lists.get_mut(&rows.view)
            && *revision == rows.revision
        {
            for (offset, summary) in rows.rows.iter().enumerate() {
                list[rows.start as usize + offset] = Some(row(summary));
            }
        }
        self.replies.push((id, reply));
    }

    fn heard(&mut self, event: Event) {
        match &event {
            Event::ViewChanged(change) => self.changed(change),
            Event::ViewClosed { view } => drop(self.lists.remove(view)),
            Event::Counts { folder, counts } => drop(self.counts.insert(folder.clone(), *counts)),
            Event::FlagsChanged { folder, validity, uids, change } => {
                let rows = self.lists.values_mut().flat_map(|(_, rows)| rows.iter_mut().flatten());
                for row in rows.filter(|row| row.folder == *folder && row.validity == *validity) {
                    if uids.contains(postern_shared::ids::Uid(row.uid)) {
                        change.apply(&mut row.flags);
                    }
                }
            }
            _ => {}
        }
        self.events.push(event);
    }

    fn changed(&mut self, change: &ViewChange) {
        let Some((revision, list)) = self.lists.get_mut(&change.view.id) else { return };
        assert_eq!(revision.0 + 1, change.view.revision.0);
        *revision = change.view.revision;
        for splice in &change.splices {
            match splice {
                Splice::Remove { start, count } => {
                    drop(list.drain(*start as usize..(start + count) as usize))
                }
                Splice::Insert { start, count, rows } => {
                    let mut new: Vec<Option<Row>> = rows.iter().map(|summary| Some(row(summary))).collect();
                    new.resize(*count as usize, None);
                    list.splice(*start as usize..*start as usize, new);
                }
            }
        }
        assert_eq!(list.len(), change.view.total as usize);
    }
}
