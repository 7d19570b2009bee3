//! Mail for tests.

use postern_shared::{
    account::{Account, AccountKind, Connection, DeletingSettings, ReadingSettings},
    flags::{Flag, Flags},
    folder::{Counts, Folder, Role},
    ids::{AccountId, FolderId, MessageKey, Uid, UidValidity},
    summary::Summary,
};

/// The folder every message of these is in.
pub const FOLDER: &str = "INBOX";

/// A key in [`FOLDER`].
pub fn key(uid: u32) -> MessageKey {
    MessageKey { folder: FolderId::from(FOLDER), validity: UidValidity(1), uid: Uid(uid) }
}

/// A read message.
pub fn summary(uid: u32) -> Summary {
    with_flags(uid, &[Flag::Seen])
}

/// A message with just these flags.
pub fn with_flags(uid: u32, flags: &[Flag]) -> Summary {
    Summary {
        key: key(uid),
        flags: flags.iter().copied().collect::<Flags>(),
        from: Vec::new(),
        to: Vec::new(),
        subject: format!("Message {uid}"),
        preview: None,
        sent: None,
        received: 0,
        size: 1,
        has_attachment: false,
        unreadable: false,
    }
}

/// An account with the choices everyone begins with.
pub fn account() -> Account {
    Account {
        id: AccountId::from("ada@demo.test"),
        kind: AccountKind::Imap,
        deleting: DeletingSettings::default(),
        connection: Connection::Online,
        pop3: None,
        reading: ReadingSettings::default(),
    }
}

/// A folder at the top.
pub fn folder(name: &str, role: Option<Role>, counts: Counts) -> Folder {
    Folder {
        id: FolderId::from(name),
        parent: None,
        name: name.to_owned(),
        role,
        selectable: true,
        accepts_children: true,
        subscribed: true,
        counts: Some(counts),
    }
}
