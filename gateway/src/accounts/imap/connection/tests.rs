use super::*;
use crate::{
    accounts::imap::scripted::{login, play, signed_in},
    imap::{
        command::{FetchItem, SearchKey, SequenceSet},
        response::Fetch,
    },
};
use postern_shared::flags::Flag;
use tokio::{sync::oneshot, task::JoinHandle};

/// A signed-in connection, and the server at its other end.
async fn connect(capabilities: &str, rest: &str) -> (Connection, JoinHandle<()>) {
    let (opened, server) = play(&signed_in(capabilities, rest));
    (Connection::start(opened, &login()).await.unwrap(), server)
}

async fn finish(connection: Connection, server: JoinHandle<()>) {
    drop(connection);
    server.await.unwrap();
}

fn texts(quirk: &str, tag: &str) -> String {
    let quirk = quirk.strip_prefix('T').map_or_else(|| quirk.to_owned(), |rest| format!("{tag}{rest}"));
    let tagged = if quirk.starts_with(tag) { quirk.clone() } else { format!("{tag} OK done") };
    let untagged = if quirk.starts_with(tag) { "* OK nothing" } else { quirk.as_str() };
    format!(
        "S: * 2 FETCH (UID 20 FLAGS (\\Seen))\nS: {untagged}\nS: * 3 FETCH (UID 30 FLAGS ())\nS: {tagged}\n"
    )
}

/// Plays every quirk of a file; whoever has more of them can try those too.
async fn survive(quirks: &str) {
    let seen = |seq, uid, flags: Flags| {
        let fetch =
            Fetch { seq, uid: Some(postern_shared::ids::Uid(uid)), flags: Some(flags), ..Fetch::default() };
        Untagged::Fetch(Box::new(fetch))
    };
    for quirk in quirks.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let script = format!(
            "C: A0002 NOOP\n{}C: A0003 NOOP\n{}",
            texts(quirk, "A0002"),
            "S: * 5 EXISTS\nS: A0003 OK done"
        );
        let (mut connection, server) = connect("", &script).await;
        let untagged =
            connection.run(&Command::Noop).await.unwrap_or_else(|error| panic!("{quirk}: {error}")).untagged;
        assert_eq!(untagged.first(), Some(&seen(2, 20, Flags::one(Flag::Seen))), "{quirk}");
        assert_eq!(untagged.last(), Some(&seen(3, 30, Flags::new())), "{quirk}");
        let next = connection.run(&Command::Noop).await.unwrap_or_else(|error| panic!("{quirk}: {error}"));
        assert_eq!(next.untagged, [Untagged::Exists(5)], "{quirk}");
        finish(connection, server).await;
    }
}

#[tokio::test]
async fn no_response_ends_a_session() {
    survive(include_str!("../quirks.txt")).await;
}

#[tokio::test]
async fn a_connection_introduces_itself_and_enables_what_is_offered() {
    let version = env!("CARGO_PKG_VERSION");
    let script = format!(
        "C: A0002 ID (\"name\" \"Postern\" \"version\" \"{version}\")\nS: * ID NIL\nS: A0002 OK\n\
         C: A0003 ENABLE CONDSTORE QRESYNC\nS: * ENABLED QRESYNC\nS: A0003 OK\n"
    );
    let (connection, server) = connect("ID ENABLE CONDSTORE QRESYNC MOVE", &script).await;
    let capabilities = connection.capabilities();
    assert!(capabilities.has("MOVE") && capabilities.enabled("QRESYNC") && !capabilities.utf8_accept());
    finish(connection, server).await;
}

#[tokio::test]
async fn a_refusal_keeps_its_reason_and_what_came_before() {
    let (mut connection, server) = connect(
        "",
        "C: A0002 UID COPY 1 \"Full\"\nS: * 4 EXISTS\nS: A0002 NO [OVERQUOTA] mailbox is full\nC: A0003 NOOP\nS: A0003 OK\n",
    )
    .await;
    let copy = Command::Copy(SequenceSet("1".to_owned()), MailboxName("Full".into()));
    match connection.run(&copy).await.unwrap_err() {
        CommandError::Refused { refusal: Refusal::No, code: Some(Code::Other(code, _)), text, untagged } => {
            assert_eq!((code.as_str(), text.as_str()), ("OVERQUOTA", "mailbox is full"));
            assert_eq!(untagged, [Untagged::Exists(4)]);
        }
        other => panic!("{other:?}"),
    }
    connection.run(&Command::Noop).await.unwrap();
    finish(connection, server).await;
}

#[tokio::test]
async fn what_cannot_be_said_is_refused_and_harms_nothing() {
    let (mut connection, server) = connect("", "C: A0002 NOOP\nS: A0002 OK\n").await;
    let said = Command::Delete(MailboxName(b"a\0b".to_vec()));
    assert!(matches!(connection.run(&said).await, Err(CommandError::Refused { refusal: Refusal::Bad, .. })));
    connection.run(&Command::Noop).await.unwrap();
    finish(connection, server).await;
}

#[tokio::test]
async fn a_dead_connection_is_never_an_empty_answer() {
    for (end, unavailable) in
        [("S: * SEARCH\nS-", false), ("S-", false), ("S: * BYE shutting down\nS-", true)]
    {
        let (mut connection, _server) = connect("", &format!("C: A0002 UID SEARCH ALL\n{end}")).await;
        let search = Command::Search { returns: None, key: SearchKey::All };
        match connection.run(&search).await.unwrap_err() {
            CommandError::Lost(ConnectError::Unavailable(text)) => {
                assert!(unavailable && text == "shutting down")
            }
            CommandError::Lost(ConnectError::Lost(_)) => assert!(!unavailable),
            other => panic!("{other:?}"),
        }
        assert!(matches!(connection.run(&Command::Noop).await, Err(CommandError::Lost(_))));
    }
}

#[tokio::test]
async fn a_literal_that_is_too_large_ends_the_connection() {
    let (mut connection, _server) =
        connect("", "C: A0002 FETCH 1:1 (BODY.PEEK[])\nS: * 1 FETCH (BODY[] {4294967295}\n").await;
    let items = vec![FetchItem::Section { section: String::new(), partial: None }];
    let fetch = Command::Fetch { uid: false, set: SequenceSet::range(1, 1), items, changed_since: None };
    match connection.run(&fetch).await.unwrap_err() {
        CommandError::Lost(ConnectError::Lost(text)) => assert!(text.contains("4294967295"), "{text}"),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn an_abandoned_command_is_never_spliced_with_the_next() {
    let (mut connection, _server) = connect("", "C: A0002 NOOP\nS: * 1 EXISTS\n").await;
    let (first_answer, arrived) = oneshot::channel();
    let mut first_answer = Some(first_answer);
    tokio::select! {
        _ = connection.run_streaming(&Command::Noop, |_| { first_answer.take().map(|sender| sender.send(())); }) => {
            panic!("the server does not end it")
        }
        Ok(()) = arrived => {}
    }
    assert!(matches!(connection.run(&Command::Noop).await, Err(CommandError::Lost(_))));
}

#[tokio::test(start_paused = true)]
async fn a_silent_server_is_given_up() {
    let (mut connection, _server) = connect("", "C: A0002 NOOP\nS: * 1 EXISTS\nC: never\n").await;
    let error = connection.run(&Command::Noop).await.unwrap_err();
    assert!(matches!(error, CommandError::Lost(ConnectError::Timeout)), "{error:?}");
}

#[tokio::test(start_paused = true)]
async fn time_between_commands_is_no_silence() {
    let (mut connection, server) = connect("", "C: A0002 NOOP\nS: A0002 OK\n").await;
    tokio::time::advance(COMMAND_TIME).await;
    connection.run(&Command::Noop).await.unwrap();
    finish(connection, server).await;
}

#[tokio::test]
async fn large_answers_stream_by() {
    let answers: String = (1..=2000).map(|seq| format!("S: * {seq} FETCH (UID {seq})\n")).collect();
    let (mut connection, server) =
        connect("", &format!("C: A0002 UID FETCH 1:* (UID)\n{answers}S: A0002 OK\n")).await;
    let fetch = Command::Fetch {
        uid: true,
        set: SequenceSet::from(1),
        items: vec![FetchItem::Uid],
        changed_since: None,
    };
    let mut next = 1;
    let completed = connection
        .run_streaming(&fetch, |response| match response {
            Untagged::Fetch(fetch) => {
                assert_eq!(fetch.seq, next);
                next += 1;
            }
            other => panic!("{other:?}"),
        })
        .await
        .unwrap();
    assert_eq!((next, completed.untagged), (2001, vec![]));
    finish(connection, server).await;
}

#[tokio::test]
async fn texts_go_as_literals_when_the_server_asks() {
    let (mut connection, server) = connect(
        "",
        "C: A0002 UID SEARCH CHARSET UTF-8 SUBJECT {5}\nS: * 9 EXISTS\nS: +\nC: grün\nS: * SEARCH 4\nS: A0002 OK\n\
         C: A0003 UID SEARCH CHARSET UTF-8 SUBJECT {5}\nS: A0003 NO [BADCHARSET] only ASCII\n\
         C: A0004 NOOP\nS: A0004 OK\n",
    )
    .await;
    let search = Command::Search { returns: None, key: SearchKey::Subject("grün".to_owned()) };
    let found = connection.run(&search).await.unwrap().untagged;
    assert_eq!(found, [Untagged::Exists(9), Untagged::Search { numbers: vec![4], modseq: None }]);
    let refused = connection.run(&search).await.unwrap_err();
    assert!(matches!(refused, CommandError::Refused { text, .. } if text == "only ASCII"));
    connection.run(&Command::Noop).await.unwrap();
    finish(connection, server).await;
}

#[tokio::test]
async fn messages_are_appended_whatever_comes_before_the_go_ahead() {
    let script = "C: A0002 APPEND \"Sent\" (\\Seen) {9}\nS: * 8 EXISTS\nS: + go\nC: A: b\nC:\nC: c\n\
                  S: A0002 OK [APPENDUID 7 12] done\n\
                  C: A0003 APPEND \"Sent\" (\\Seen) {9}\nS: A0003 NO [OVERQUOTA] full\n";
    // The line break behind the message is the command's own.
    let (mut connection, server) = connect("", script).await;
    let (sent, flags) = (MailboxName("Sent".into()), Flags::one(Flag::Seen));
    let done = connection.append(&sent, &flags, None, 9, &b"A: b\r\n\r\nc"[..]).await.unwrap();
    assert_eq!(done.code, Some(Code::AppendUid(7, postern_shared::uid_set::UidSet::from_ranges([(12, 12)]))));
    assert_eq!(done.untagged, [Untagged::Exists(8)]);
    let refused = connection.append(&sent, &flags, None, 9, &b"A: b\r\n\r\nc"[..]).await.unwrap_err();
    assert!(matches!(refused, CommandError::Refused { text, .. } if text == "full"));
    finish(connection, server).await;
}

#[tokio::test]
async fn idling_tells_what_happens_as_it_happens() {
    let (mut connection, server) = connect(
        "IDLE",
        "C: A0002 IDLE\nS: + idling\nS: * 5 EXISTS\nC: DONE\nS: * 6 EXISTS\nS: A0002 OK\nC: A0003 NOOP\nS: A0003 OK\n",
    )
    .await;
    let (woken, stop) = oneshot::channel();
    let mut woken = Some(woken);
    let mut heard = Vec::new();
    connection
        .idle(async { stop.await.unwrap() }, |response| {
            heard.push(response);
            woken.take().map(|sender| sender.send(()));
        })
        .await
        .unwrap();
    assert_eq!(heard, [Untagged::Exists(5), Untagged::Exists(6)]);
    connection.run(&Command::Noop).await.unwrap();
    finish(connection, server).await;
}

#[tokio::test]
async fn a_refused_or_ended_idle_leaves_the_connection_usable() {
    for (answer, refused) in [
        ("S: A0002 NO not now", true),
        ("S: A0002 BAD what?", true),
        ("S: + idling\nS: A0002 OK enough", false),
    ] {
        let (mut connection, server) =
            connect("IDLE", &format!("C: A0002 IDLE\n{answer}\nC: A0003 NOOP\nS: A0003 OK\n")).await;
        let idled = connection.idle(std::future::pending(), |_| {}).await;
        match idled {
            Err(CommandError::Refused { .. }) => assert!(refused),
            Ok(()) => assert!(!refused),
            Err(lost) => panic!("{lost}"),
        }
        connection.run(&Command::Noop).await.unwrap();
        finish(connection, server).await;
    }
}

#[tokio::test(start_paused = true)]
async fn an_idle_ends_after_its_time_and_the_server_is_checked() {
    let (mut connection, server) =
        connect("IDLE", "C: A0002 IDLE\nS: + idling\nC: DONE\nS: A0002 OK\nC: A0003 NOOP\nS: A0003 OK\n")
            .await;
    connection.idle(std::future::pending(), |_| {}).await.unwrap();
    finish(connection, server).await;

    let (mut connection, _server) = connect("IDLE", "C: A0002 IDLE\nS: + idling\nC: DONE\nC: never\n").await;
    let error = connection.idle(std::future::pending(), |_| {}).await.unwrap_err();
    assert!(matches!(error, CommandError::Lost(ConnectError::Timeout)), "{error:?}");
}
