use super::*;
use crate::{
    accounts::pop3::model::{connect, login, mail, maildrop},
    sync::pop3::{
        copy_policy::permit,
        ledger::{EntryId, LedgerEntry},
    },
};
use postern_shared::{ids::Uid, pop3::CopyPolicy};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// What a server that refuses the password like this comes to.
async fn refusal(answer: &'static str) -> ConnectError {
    let maildrop = maildrop(Vec::new());
    maildrop.lock().unwrap().habits.refusal = Some(answer);
    let (stream, _serving) = connect(&maildrop, None);
    Pop3Connection::greet(stream, &login()).await.err().unwrap()
}

#[tokio::test]
async fn refusals_are_final_unless_they_say_otherwise() {
    assert!(matches!(refusal("-ERR [AUTH] no").await, ConnectError::Refused(text) if text == "no"));
    assert!(matches!(refusal("-ERR wrong password").await, ConnectError::Refused(_)));
    assert!(matches!(refusal("-ERR").await, ConnectError::Refused(_)));
    assert!(matches!(refusal("-ERR [IN-USE] wait").await, ConnectError::InUse(text) if text == "wait"));
    assert!(matches!(refusal("-ERR [LOGIN-DELAY] wait").await, ConnectError::Delay(_)));
    assert!(matches!(refusal("-ERR [SYS/TEMP] wait").await, ConnectError::Unavailable(_)));
    assert!(matches!(refusal("what").await, ConnectError::NotMail(_)));
}

#[tokio::test]
async fn a_greeting_that_is_none() {
    for (greeting, not_mail) in [("* OK IMAP4rev1\r\n", true), ("-ERR [SYS/TEMP] down\r\n", false)] {
        let (client, mut server) = tokio::io::duplex(1024);
        server.write_all(greeting.as_bytes()).await.unwrap();
        let error = Pop3Connection::greet(Box::new(client), &login()).await.err().unwrap();
        assert_eq!(matches!(error, ConnectError::NotMail(_)), not_mail, "{greeting}: {error}");
        assert_eq!(matches!(error, ConnectError::Unavailable(_)), !not_mail, "{greeting}: {error}");
    }
}

#[tokio::test]
async fn what_no_line_can_carry_is_not_said() {
    let maildrop = maildrop(Vec::new());
    let (stream, _serving) = connect(&maildrop, None);
    let mut login = login();
    login.password = "a\r\nDELE 1".to_owned().into();
    assert!(matches!(Pop3Connection::greet(stream, &login).await, Err(ConnectError::Refused(_))));
    assert!(maildrop.lock().unwrap().heard.is_empty());
}

#[tokio::test]
async fn the_password_is_said_once_and_the_listing_is_told() {
    let maildrop = maildrop(vec![mail("a", "one"), mail("b", "two")]);
    let (stream, _serving) = connect(&maildrop, None);
    let mut connection = Pop3Connection::greet(stream, &login()).await.unwrap();
    assert_eq!(connection.stat().await.unwrap(), DropListing { messages: 2, size: 200 });
    let listing = connection.listing().await.unwrap();
    let ids: Vec<_> = listing.into_iter().map(|listed| (listed.number, listed.unique_id.unwrap())).collect();
    assert_eq!(ids, [(1, "a".to_owned()), (2, "b".to_owned())]);
    assert!(connection.noop().await.unwrap());
    assert!(connection.quit().await.unwrap());
    assert_eq!(
        maildrop.lock().unwrap().heard,
        ["USER ada", "PASS secret", "CAPA", "STAT", "LIST", "UIDL", "NOOP", "QUIT"]
    );
}

#[tokio::test]
async fn nothing_said_before_the_handshake_counts() {
    let (client, mut server) = tokio::io::duplex(1024);
    server.write_all(b"+OK hi\r\n+OK begin\r\n+OK injected\r\n").await.unwrap();
    let mut plain = start_tls(Box::new(client)).await.unwrap();
    let mut said = [0; 6];
    server.read_exact(&mut said).await.unwrap();
    assert_eq!(&said, b"STLS\r\n");
    drop(server);
    let mut rest = Vec::new();
    plain.read_to_end(&mut rest).await.unwrap();
    assert_eq!(rest, b"");
}

#[tokio::test]
async fn without_tls_nothing_goes_on() {
    let (client, mut server) = tokio::io::duplex(1024);
    server.write_all(b"+OK hi\r\n-ERR what?\r\n").await.unwrap();
    assert!(matches!(start_tls(Box::new(client)).await, Err(ConnectError::TlsUnavailable)));
}

#[tokio::test(start_paused = true)]
async fn a_silent_server_is_given_up() {
    let (client, _server) = tokio::io::duplex(1024);
    assert!(matches!(Pop3Connection::greet(Box::new(client), &login()).await, Err(ConnectError::Timeout)));
}

#[tokio::test]
async fn a_server_that_goes_is_lost() {
    let (client, server) = tokio::io::duplex(1024);
    drop(server);
    assert!(matches!(Pop3Connection::greet(Box::new(client), &login()).await, Err(ConnectError::Lost(_))));
}

#[tokio::test]
async fn marks_are_said_ahead_where_the_server_can_take_that() {
    for pipelining in [false, true] {
        let maildrop = maildrop(vec![mail("a", "one"), mail("b", "two")]);
        maildrop.lock().unwrap().habits.pipelining = pipelining;
        let (stream, _serving) = connect(&maildrop, None);
        let mut connection = Pop3Connection::greet(stream, &login()).await.unwrap();
        assert_eq!(connection.window(), if pipelining { WINDOW } else { 1 });
        let entry = LedgerEntry {
            id: EntryId(1),
            unique_id: None,
            hash: [0; 32],
            partial: false,
            uid: Some(Uid(1)),
            downloaded_at: 1,
            copy_deleted_at: None,
        };
        let permit = || permit(CopyPolicy::RemoveAfterDownload, &entry, 2).unwrap();
        // The third is not there.
        let marks = [1, 3, 2].map(|number| (number, permit()));
        if pipelining {
            assert_eq!(connection.delete(marks.into()).await.unwrap(), [true, false, true]);
        } else {
            for (mark, is) in marks.into_iter().zip([true, false, true]) {
                assert_eq!(connection.delete(vec![mark]).await.unwrap(), [is]);
            }
        }
        assert_eq!(maildrop.lock().unwrap().mail.len(), 2, "nothing goes before the session ends");
        assert!(connection.quit().await.unwrap());
        assert_eq!(maildrop.lock().unwrap().mail.len(), 0);
    }
}
