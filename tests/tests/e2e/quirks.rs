//! Whatever a server says out of turn, the session goes on.

use crate::stage::Stage;
use postern_shared::event::Event;
use postern_tests::{error::Result, mail::numbered};

/// What servers say that a strict reader would stumble over.
const ODDITIES: &[&str] = &[
    "* CAPABILITY IMAP4rev2  IDLE ",
    "* OK",
    "* OK [ALERT]The coffee machine is empty",
    "* NO [OVERQUOTA",
    "* BAD",
    "* 99 FETCH (FLAGS (\\Seen)  UID 9999 )",
    "* 98 FETCH (ENVELOPE (NIL NIL () () () () NIL NIL NIL NIL))",
    "* 97 FETCH (BODYSTRUCTURE (\"text\" \"plain\" NIL NIL NIL \"7bit\" 12))",
    "* 96 FETCH (BODY[] {5}\r\n)\r\n(*)",
    "* 95 FETCH (X-UNHEARD-OF (1 (2 (3))) UID 9998)",
    "* 94 FETCH (RFC822.SIZE 99999999999)",
    "* LIST (\\HasNoChildren) NIL {4}\r\na\"b\\",
    "* LIST () \"/\" \"\"",
    "* LIST (NoBackslash) \"/\" odd (CHILDINFO (\"SUBSCRIBED\"))",
    "* STATUS odd (MESSAGES 1 X-NEW 7)",
    "* STATUS odd ()",
    "* SEARCH",
    "* SEARCH 1  2 (MODSEQ 4)",
    "* ESEARCH (TAG \"nobody\") UID ALL 1:9,12",
    "* SORT 3 1 2",
    "* THREAD (1 (2)(3))((4))",
    "* NAMESPACE ((\"\" \"/\" \"X-MORE\" (\"a\"))) NIL NIL",
    "* VANISHED (EARLIER) 41,43:116",
    "* ID (\"name\" NIL)",
    "* ID ()",
    "* ENABLED",
    "* LANGUAGE (TLH)",
    "* METADATA INBOX /shared/comment",
    "* QUOTA \"\" (STORAGE 10 512)",
    "* 12 UNHEARD-OF",
    "* UNHEARD-OF {3}\r\nabc {2}\r\nde",
    "* 0 RECENT",
    "*  OK  two spaces",
    "* OK [UNHEARD-OF (a (b c)) \"]\"] with brackets",
    "* OK gr\u{fc}\u{df}e in eight bits",
    "",
];

#[tokio::test]
async fn odd_responses_leave_the_session_alive() -> Result<()> {
    let stage = Stage::with_mail(3).await?;
    let mut wire = stage.wire().await?;
    let inbox = wire.folder("Inbox").await?;
    wire.open(&inbox).await?;
    let mut client = stage.other_client().await?;
    for (number, oddity) in (4..).zip(ODDITIES) {
        stage.proxy.invent(&format!("{oddity}\r\n"));
        client.append("INBOX", "", &numbered(number).to_bytes()?).await?;
        let arrived = wire.event(oddity, |envelope| match &envelope.event {
            Event::Arrived { uids, .. } => Some(uids.iter().map(|uid| uid.0).collect::<Vec<_>>()),
            Event::AccountChanged(account)
                if account.connection != postern_shared::account::Connection::Online =>
            {
                Some(Vec::new())
            }
            _ => None,
        });
        assert_eq!(arrived.await?, [number], "after {oddity:?}");
    }
    Ok(())
}
