use super::*;
use crate::smtp::Client;
use std::time::Duration;

async fn connected(server: &FakeSmtp) -> Client {
    Client::connect(server.port()).await.unwrap()
}

/// Up to the go-ahead for the message.
async fn begin(client: &mut Client, to: &str) -> String {
    client.reply().await;
    client.say("EHLO [127.0.0.1]\r\n").await;
    client.say("AUTH PLAIN AGEAYg==\r\n").await;
    client.say("MAIL FROM:<ada@x.test> SIZE=10\r\n").await;
    let reply = client.say(&format!("RCPT TO:<{to}>\r\n")).await;
    if reply.starts_with("250") { client.say("DATA\r\n").await } else { reply }
}

const WIRE: &str = "Subject: x\r\n\r\n..a\r\n.\r\n";

#[tokio::test]
async fn it_takes_messages_and_tells_them_byte_for_byte() {
    let server = FakeSmtp::start(Manner::default()).await.unwrap();
    let mut client = connected(&server).await;
    assert_eq!(&begin(&mut client, "grace@x.test").await[..3], "354");
    assert_eq!(&client.say(WIRE).await[..3], "250");
    assert_eq!(&client.say("QUIT\r\n").await[..3], "221");
    let taken = server.takes(1).await.unwrap();
    assert_eq!((taken[0].from.as_str(), taken[0].parameters.as_str()), ("ada@x.test", "SIZE=10"));
    assert_eq!(taken[0].to, ["grace@x.test"]);
    assert_eq!(taken[0].text(), "Subject: x\r\n\r\n.a\r\n");
    assert_eq!(taken[0].wire, WIRE.as_bytes());
    assert!(!server.commands().iter().any(|command| command.contains("AGEAYg")));
    server.is_left().await.unwrap();
}

#[tokio::test]
async fn it_answers_as_it_is_told() {
    let server = FakeSmtp::start(Manner { greylisting: true, ..Manner::default() }).await.unwrap();
    server.answer("RCPT TO:<mary@", "550 5.1.1 Nobody");
    server.answer_once(".", "451 4.3.0 Not now");
    assert_eq!(begin(&mut connected(&server).await, "mary@x.test").await, "550 5.1.1 Nobody");
    assert_eq!(&begin(&mut connected(&server).await, "grace@x.test").await[..3], "451");
    for (reply, taken) in [("451", 0), ("250", 1)] {
        let mut client = connected(&server).await;
        begin(&mut client, "grace@x.test").await;
        assert_eq!(&client.say(WIRE).await[..3], reply);
        assert_eq!(server.taken().len(), taken);
    }
    let mut stranger = connected(&server).await;
    stranger.reply().await;
    assert_eq!(&stranger.say("MAIL FROM:<a@x.test>\r\n").await[..3], "530");
}

/// What was taken when the connection broke, and what was said of it.
#[tokio::test]
async fn it_breaks_off_at_any_byte() {
    let reply = "250 2.0.0 Ok: queued\r\n".len();
    let moments = [
        (Moment::Greeting, 0, ""),
        (Moment::command("DATA"), 0, ""),
        (Moment::Content(0), 0, ""),
        (Moment::Content(WIRE.len() - 1), 0, ""),
        (Moment::Content(WIRE.len()), 0, ""),
        (Moment::End, 0, ""),
        (Moment::Taken(0), 1, ""),
        (Moment::Taken(3), 1, "250"),
        (Moment::Taken(reply), 1, "250 2.0.0 Ok: queued"),
    ];
    for (moment, taken, said) in moments {
        let server =
            FakeSmtp::start(Manner { cut: Some(moment.clone()), ..Manner::default() }).await.unwrap();
        let mut client = connected(&server).await;
        if begin(&mut client, "grace@x.test").await.starts_with("354") {
            assert_eq!(client.say(WIRE).await, said, "{moment:?}");
        }
        server.was_cut(1).await.unwrap();
        assert_eq!(server.taken().len(), taken, "{moment:?}");
        assert_eq!(client.say("NOOP\r\n").await, "", "{moment:?}");
    }
}

#[tokio::test]
async fn it_stops_where_it_is_told_to() {
    let server = FakeSmtp::start(Manner { hold: Some(Moment::Taken(0)), ..Manner::default() }).await.unwrap();
    let mut client = connected(&server).await;
    begin(&mut client, "grace@x.test").await;
    client.send(WIRE).await;
    server.held(1).await.unwrap();
    assert_eq!(server.taken().len(), 1);
    server.release();
    assert_eq!(&client.reply().await[..3], "250");
}

#[tokio::test]
async fn it_asks_for_name_and_password_one_by_one() {
    let server = FakeSmtp::start(Manner::offering(&["AUTH LOGIN"])).await.unwrap();
    server.cut(Moment::command("(password)"));
    for last in ["", "235 2.7.0 Welcome"] {
        let mut client = connected(&server).await;
        client.reply().await;
        assert_eq!(client.say("EHLO a\r\n").await.lines().last(), Some("250 AUTH LOGIN"));
        assert_eq!(&client.say("AUTH LOGIN\r\n").await[..3], "334");
        assert_eq!(&client.say("YQ==\r\n").await[..3], "334");
        assert_eq!(client.say("Yg==\r\n").await, last);
    }
}

#[tokio::test]
async fn slowness_changes_nothing() {
    let manner = Manner {
        delay: Duration::from_millis(2),
        byte_takes: Duration::from_millis(1),
        reads: Some(200),
        ..Manner::default()
    };
    let server = FakeSmtp::start(manner).await.unwrap();
    let mut client = connected(&server).await;
    begin(&mut client, "grace@x.test").await;
    assert_eq!(&client.say(WIRE).await[..3], "250");
    assert_eq!(server.taken()[0].wire, WIRE.as_bytes());
}

#[test]
fn what_a_careless_server_would_read() {
    let taken = |wire: &str| Taken {
        from: String::new(),
        parameters: String::new(),
        to: Vec::new(),
        content: unstuffed_of(wire),
        wire: wire.as_bytes().to_vec(),
    };
    assert_eq!(taken(WIRE).as_a_careless_server_reads_it(), ["Subject: x\n\n..a"]);
    assert!(taken(WIRE).has_clean_lines());
    for end in ["\n.\n", "\r.\r", "\r\n.\r", "\n.\r\n", "\r\n\0.\r\n", "\r\r\n.\r\r\n"] {
        let smuggling = taken(&format!("a{end}MAIL FROM:<eve@x.test>\r\n.\r\n"));
        assert_eq!(smuggling.as_a_careless_server_reads_it().len(), 2, "{end:?}");
        assert!(!smuggling.has_clean_lines(), "{end:?}");
    }
}

fn unstuffed_of(wire: &str) -> Vec<u8> {
    taken::unstuffed(wire.as_bytes())
}
