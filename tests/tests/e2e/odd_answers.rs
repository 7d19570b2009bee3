//! Whatever a server answers, the session goes on: what can be understood is, and the rest of the mail is intact.

use postern_shared::{
    account::Connection,
    command::{AccountCommand, FolderMessages, Target},
    event::{Event, Notice},
    ids::{MessageKey, OpId, Uid},
    reply::Reply,
    view::Rows,
};
use postern_tests::{
    error::Result,
    fake_imap::{FakeImap, Manner, UIDS},
    gateway::{Gateway, Settings},
    session::Session,
    wait,
    wire::Wire,
};
use reqwest::Method;

const ADA: &str = "ada@demo.test";

/// What a plain server says, and what others were found to say in its place.
const ODDITIES: &[(&str, &str)] = &[
    // The greeting, capabilities and tagged answers.
    ("* OK [CAPABILITY IMAP4rev1] At your service", "* OK"),
    ("* OK [CAPABILITY IMAP4rev1] At", "* OK [CAPABILITY  IMAP4rev1  X-ODD ] At"),
    ("* OK [CAPABILITY IMAP4rev1] At", "* OK [ALERT] Closed on Sundays\r\n* OK Closed. At"),
    ("* CAPABILITY IMAP4rev1", "* CAPABILITY IMAP4rev1  X-ODD "),
    (" OK SELECT done", " OK [READ-WRITE] [ODD] SELECT grün"),
    (" OK FETCH done", " OK"),
    (" OK LIST done", " OK [UNHEARD-OF (a \"b]\")] "),
    // Folders.
    ("* LIST (\\HasNoChildren) \"/\" \"Other\"", "* LIST () NIL {5}\r\nOther"),
    ("* LIST (\\HasNoChildren) \"/\" \"Other\"", "* LIST (HasNoChildren) \"/\" Other"),
    ("* LIST (\\HasNoChildren) \"/\" \"Other\"", "* LIST () \"\\\\\" \"Other\" (\"CHILDINFO\" (\"X\"))"),
    ("* LIST (\\HasNoChildren) \"/\" \"Other\"", "* LIST () \"/\" \"\"\r\n* LIST () \"/\" \"&Jjo!\""),
    ("* LIST (\\HasNoChildren) \"/\" \"Other\"", "* LIST (\\NoSelect \\NonExistent) \"/\" \"Oth\"er\""),
    ("* STATUS \"Other\" (", "* STATUS Other (X-ODD (1 2) "),
    ("* STATUS \"Other\" (MESSAGES 1", "* STATUS \"Other\" (MESSAGES "),
    // Opening the inbox.
    ("* 0 RECENT", "* RECENT"),
    ("* FLAGS (\\Answered", "* FLAGS (\\Answered \"odd one\" \\*"),
    ("* OK [UIDVALIDITY 7] ", "* OK [UIDVALIDITY 7]"),
    ("* OK [UIDNEXT 14] ", "* OK [UIDNEXT 14"),
    ("* OK [PERMANENTFLAGS (", "* OK [PERMANENTFLAGS () x"),
    ("* OK [UIDNEXT 14] ", "* OK [NOMODSEQ] \r\n* OK [MAILBOXID (F3)] \r\n* OK [CLOSED] "),
    ("* SEARCH 11 12 13", "* SEARCH  11 12 13 (MODSEQ 99)"),
    // Number 12 alone: envelope, structure, date, size, flags.
    ("\"Number 12\" ((", "{9}\r\nNumber 12 (("),
    ("10:20:12 +0000\" \"Number 12\"", "\" NIL"),
    ("ENVELOPE (\"Thu, 1 Feb 2024 10:20:12", "ENVELOPE (\"grün, 32 Foo 10:20:12"),
    (
        "ENVELOPE (\"Thu, 1 Feb 2024 10:20:12",
        "X-ODD (\"a)b\" {2}\r\n)( (c)) ENVELOPE (\"Thu, 1 Feb 2024 10:20:12",
    ),
    ("\"Number 12\" ((\"Ada\" NIL \"ada\" \"fake.example\"))", "\"Number 12\" ()"),
    ("\"Number 12\" ((\"Ada\" NIL \"ada\" \"fake.example\"))", "\"Number 12\" ((\"A\" NIL \"a\"))"),
    (
        "\"Number 12\" ((\"Ada\" NIL \"ada\" \"fake.example\"))",
        "\"Number 12\" ((NIL NIL \"team\" NIL)(NIL NIL NIL NIL))",
    ),
    ("UID 12 FLAGS () INTERNALDATE \" 1-Feb-2024 10:20:30 +0000\"", "UID 12 FLAGS () INTERNALDATE NIL"),
    (
        "UID 12 FLAGS () INTERNALDATE \" 1-Feb-2024",
        "UID 12 FLAGS (\\Seen \"q\" odd]) INTERNALDATE \"31-Feb-2024",
    ),
    ("UID 12 FLAGS ()", "UID 12 MODSEQ (18446744073709551615)  FLAGS ()"),
    // The structure of every message.
    ("(\"TEXT\" \"PLAIN\" (\"CHARSET\" \"UTF-8\") NIL", "(TEXT PLAIN (\"CHARSET\" NIL) NIL"),
    ("(\"TEXT\" \"PLAIN\" (\"CHARSET\" \"UTF-8\") NIL", "(\"TEXT\" \"PLAIN\" () NIL"),
    ("\"7BIT\" 24 1 NIL NIL NIL NIL)", "NIL 24 -1)"),
    ("\"7BIT\" 24 1 NIL NIL NIL NIL)", "\"7BIT\" 24 1 NIL (\"inline\") NIL NIL (\"more\" (1)))"),
    ("\"7BIT\" 24 1 NIL NIL NIL NIL)", "\"7BIT\" NIL NIL)"),
    ("BODYSTRUCTURE (\"TEXT\"", "BODYSTRUCTURE NIL X-ODD (\"TEXT\""),
    ("BODYSTRUCTURE (\"TEXT\"", "BODYSTRUCTURE (\"MULTIPART\" \"MIXED\") X-ODD (\"TEXT\""),
    ("BODYSTRUCTURE (\"TEXT\"", "BODYSTRUCTURE ( \"MIXED\" (\"BOUNDARY\" \"x\") NIL NIL) X-ODD (\"TEXT\""),
    ("RFC822.SIZE 124", "RFC822.SIZE 5000000000"),
    ("RFC822.SIZE 124", "RFC822.SIZE NIL"),
];

/// A signed-in socket on a server of this manner.
async fn enter(manner: Manner) -> Result<(FakeImap, Gateway, Session, Wire)> {
    let server = FakeImap::start(manner).await?;
    let gateway = Gateway::start(Settings::plain(server.port())).await?;
    let session = Session::start(&gateway, ADA).await?;
    let wire = session.socket().await?;
    Ok((server, gateway, session, wire))
}

fn uids(rows: &Rows) -> Vec<u32> {
    rows.rows.iter().rev().map(|row| row.key.uid.0).collect()
}

#[tokio::test]
async fn odd_answers_leave_session_and_mail_alive() -> Result<()> {
    for &(usual, other) in ODDITIES {
        let manner = Manner { instead: (usual, other), ..Manner::default() };
        let (server, _gateway, session, mut wire) = enter(manner).await?;
        let inbox = wire.folder("Inbox").await?;
        let (_, rows) = wire.open(&inbox).await?;
        assert_eq!(uids(&rows), UIDS, "{other:?}");
        for row in rows.rows.iter().filter(|row| row.key.uid != Uid(12)) {
            assert_eq!(row.subject, format!("Number {}", row.key.uid), "{other:?}");
        }
        let key = rows.rows[0].key.clone();
        // Where the structure leads to no text, the message itself does.
        let expected = format!("The text of number {}.", key.uid);
        let body = read(&session, &mut wire, key).await?;
        assert!(body.contains(&expected), "{other:?}: {body}");
        // Folders that nobody looks at are counted behind everything else.
        wait::until(&format!("{usual:?} to be said"), async || Ok(server.has_said(other)), |said| *said)
            .await?;
    }
    Ok(())
}

/// Opens a message and returns its body's page.
async fn read(session: &Session, wire: &mut Wire, key: MessageKey) -> Result<String> {
    let MessageKey { folder, validity, uid } = &key;
    let path = format!("/api/accounts/{}/messages/{folder}/{validity}/{uid}/body", session.account);
    let reply = wire.account(AccountCommand::OpenMessage { key }).await?;
    assert!(matches!(reply, Reply::Message(_)), "{reply:?}");
    Ok(session.request(Method::GET, &path).send().await?.text().await?)
}

#[tokio::test]
async fn a_server_that_expunges_by_itself_is_told_of() -> Result<()> {
    let manner = Manner { expunges_by_itself: true, ..Manner::default() };
    let (server, _gateway, _session, mut wire) = enter(manner).await?;
    let inbox = wire.folder("Inbox").await?;
    let (_, rows) = wire.open(&inbox).await?;
    let validity = rows.rows[0].key.validity;
    let uids = UIDS[..2].iter().map(|&uid| Uid(uid)).collect();
    let target = Target::Messages(vec![FolderMessages { folder: inbox.id.clone(), validity, uids }]);
    let op = OpId(1);
    wire.account(AccountCommand::Delete { op, target, mark: true }).await?;
    let gone = wire.event("the removal", |envelope| match &envelope.event {
        Event::Removed { uids, .. } => Some(uids.iter().map(|uid| uid.0).collect::<Vec<_>>()),
        _ => None,
    });
    assert_eq!(gone.await?, UIDS[..2]);
    let count = wire.event("a notice", |envelope| match &envelope.event {
        Event::Notice(Notice::AutoExpunged { count, .. }) => Some(*count),
        _ => None,
    });
    assert_eq!(count.await?, 2);

    // What is left is still shown, and new mail still comes.
    let uid = server.deliver();
    wire.account(AccountCommand::Refresh).await?;
    wire.event("new mail", |envelope| match &envelope.event {
        Event::Arrived { uids, .. } => uids.contains(Uid(uid)).then_some(()),
        Event::AccountChanged(account) => {
            assert_eq!(account.connection, Connection::Online);
            None
        }
        _ => None,
    })
    .await?;
    Ok(())
}
