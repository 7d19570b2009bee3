//! A server that offers nothing beyond RFC 3501: everything still works.

use postern_shared::{
    command::{AccountCommand, FolderMessages, Target},
    flags::Flag,
    ids::Uid,
    view::{Scope, Sort, SortKey},
};
use postern_tests::{
    dovecot::{Dovecot, Setup, maildir::Marks},
    error::Result,
    gateway::{Gateway, Settings},
    mail::numbered,
    session::Session,
    wait,
};

const ADA: &str = "ada@demo.test";

/// What Postern would use if it were there.
const EXTENSIONS: &[&str] = &[
    "SASL-IR",
    "ID",
    "ENABLE",
    "IDLE",
    "SORT",
    "SORT=DISPLAY",
    "MULTIAPPEND",
    "UNSELECT",
    "CHILDREN",
    "NAMESPACE",
    "UIDPLUS",
    "LIST-EXTENDED",
    "CONDSTORE",
    "QRESYNC",
    "ESEARCH",
    "ESORT",
    "SEARCHRES",
    "WITHIN",
    "CONTEXT=SEARCH",
    "LIST-STATUS",
    "BINARY",
    "MOVE",
    "SNIPPET=FUZZY",
    "PREVIEW=FUZZY",
    "PREVIEW",
    "STATUS=SIZE",
    "SAVEDATE",
    "LITERAL+",
    "NOTIFY",
    "SPECIAL-USE",
];

#[tokio::test]
async fn a_bare_server_shows_sorts_searches_deletes_and_purges() -> Result<()> {
    let dovecot = Dovecot::start(Setup::new(&[ADA]).without(EXTENSIONS)).await?;
    let mut inbox = dovecot.maildir(ADA, "INBOX")?;
    for number in 1..=20 {
        let mail = numbered(number);
        inbox.put(mail.sent, Marks { deleted: number == 3, ..Marks::default() }, &mail.to_bytes()?)?;
    }
    let gateway = Gateway::start(Settings::plain(dovecot.imap_port())).await?;
    let mut wire = Session::start(&gateway, ADA).await?.socket().await?;

    let folder = wire.folder("Inbox").await?;
    let (view, rows) = wire.open(&folder).await?;
    assert_eq!((view.total, rows.rows[0].subject.as_str()), (20, "Message 00020"));

    let scope = Scope::Folder(folder.id.clone());
    let by_sender = Sort { key: SortKey::Sender, descending: false };
    let (_, sorted) = wire.view(scope.clone(), "", by_sender, false).await?;
    assert!(sorted.rows.iter().map(|row| &row.from[0].name).is_sorted());
    let search = async || wire.view(scope.clone(), "subject:00012", Sort::default(), false).await;
    let (_, found) = wait::until("the search", search, |(view, rows)| {
        !view.searching && view.total == rows.rows.len() as u32
    })
    .await?;
    assert_eq!(found.rows.iter().map(|row| row.key.uid).collect::<Vec<_>>(), [Uid(12)]);

    let uids = [5, 9].map(Uid).into_iter().collect();
    let messages = FolderMessages { folder: folder.id.clone(), validity: rows.rows[0].key.validity, uids };
    let target = Target::Messages(vec![messages]);
    let struck = wire.change(|op| AccountCommand::Delete { op, target, mark: true }).await?;
    assert_eq!(struck, Ok(2));
    let (_, rows) = wire.open(&folder).await?;
    let deleted = rows.rows.iter().filter(|row| row.flags.has(Flag::Deleted)).map(|row| row.key.uid);
    assert_eq!(deleted.collect::<Vec<_>>(), [9, 5, 3].map(Uid));

    let plan = wire.plan(&folder).await?;
    assert!(plan.guarded);
    assert_eq!((plan.count, plan.foreign), (3, 1));
    let plan = plan.plan;
    assert_eq!(wire.change(|op| AccountCommand::Purge { op, plan }).await?, Ok(3));
    let mut client = dovecot.client(ADA).await?;
    client.select("INBOX").await?;
    let left: Vec<u32> = (1..=20).filter(|uid| ![3, 5, 9].contains(uid)).collect();
    assert_eq!(client.search("ALL").await?, left);
    Ok(())
}
