use super::*;
use crate::accounts::submission::session::Session;
use tokio::io::{AsyncWriteExt, DuplexStream, duplex};

const GREETING: &str = "220 mx.test\r\n";
const EHLO: &str = "250-mx.test\r\n250-8BITMIME\r\n250 SIZE 1000\r\n";
const PIPELINING: &str = "250-mx.test\r\n250-PIPELINING\r\n250 SMTPUTF8\r\n";

const MESSAGE: &[u8] = b"Subject: x\r\n\r\n.hello\nworld";
const ON_THE_WIRE: &str = "Subject: x\r\n\r\n..hello\r\nworld";

fn mailbox(address: &str) -> Mailbox {
    Mailbox::new(address).unwrap()
}

fn letter(to: &[&str]) -> Letter<&'static [u8]> {
    Letter {
        from: mailbox("ada@x.test"),
        to: to.iter().map(|to| mailbox(to)).collect(),
        content: MESSAGE,
        size: MESSAGE.len() as u64,
        eight_bit: false,
        utf8_headers: false,
    }
}

/// A server that says these things, whatever it is told, then says no more, and listens to the end.
async fn run(script: &[&str], letter: Letter<&[u8]>) -> (Result<Submitted, SubmitError>, String) {
    let (ours, mut theirs) = duplex(64 * 1024);
    theirs.write_all(script.concat().as_bytes()).await.unwrap();
    theirs.shutdown().await.unwrap();
    let result = async {
        let mut session = Session::greet(Box::new(ours)).await.map_err(SubmitError::Broken)?;
        session.submit(letter).await?.finish().await
    };
    let result = result.await;
    (result, heard(theirs).await)
}

async fn heard(mut theirs: DuplexStream) -> String {
    let mut heard = String::new();
    theirs.read_to_string(&mut heard).await.unwrap();
    heard
}

fn refused(email: &str, reason: &str) -> RefusedRecipient {
    RefusedRecipient { email: email.to_owned(), reason: reason.to_owned() }
}

#[tokio::test]
async fn a_message_goes_in_one_piece() {
    for ehlo in [EHLO, PIPELINING] {
        let script = [GREETING, ehlo, "250 ok\r\n", "250 ok\r\n", "354 go\r\n", "250 2.0.0 queued\r\n"];
        let (result, heard) = run(&script, letter(&["grace@x.test"])).await;
        let taken = Submitted { refused: vec![], deferred: vec![], words: "250 2.0.0 queued".to_owned() };
        assert_eq!(result.unwrap(), taken);
        let size = if ehlo == EHLO { format!(" SIZE={}", MESSAGE.len()) } else { String::new() };
        assert_eq!(
            heard,
            format!(
                "EHLO [127.0.0.1]\r\nMAIL FROM:<ada@x.test>{size}\r\nRCPT TO:<grace@x.test>\r\nDATA\r\n\
                 {ON_THE_WIRE}\r\n.\r\n"
            )
        );
    }
}

#[tokio::test]
async fn recipients_are_refused_and_deferred_one_by_one() {
    let script = [
        GREETING,
        EHLO,
        "250 ok\r\n",
        "250 ok\r\n",
        "550 5.1.1 no such user\r\n",
        "451 4.7.1 greylisted\r\n",
        "354 go\r\n",
        "250 queued\r\n",
    ];
    let (result, _) = run(&script, letter(&["a@x.test", "b@x.test", "c@x.test"])).await;
    let taken = result.unwrap();
    assert_eq!(taken.refused, [refused("b@x.test", "550 5.1.1 no such user")]);
    assert_eq!(taken.deferred, [refused("c@x.test", "451 4.7.1 greylisted")]);
}

/// What each reply means, and that no message goes after a refusal.
#[tokio::test]
async fn refusals_are_told_apart() {
    let table: [(&[&str], &str); 7] = [
        (&["451 busy\r\n"], "later 451 busy"),
        (&["552 5.3.4 too big\r\n", "503 no\r\n"], "never 552 5.3.4 too big"),
        (&["250 ok\r\n", "550 who\r\n"], "never 550 who"),
        (&["250 ok\r\n", "450 greylisted\r\n"], "later 450 greylisted"),
        (&["250 ok\r\n", "250 ok\r\n", "451 not now\r\n"], "later 451 not now"),
        (&["250 ok\r\n", "250 ok\r\n", "354 go\r\n", "554 5.7.1 spam\r\n"], "never 554 5.7.1 spam"),
        (&["250 ok\r\n", "250 ok\r\n", "354 go\r\n", "452 full\r\n"], "later 452 full"),
    ];
    for (replies, expected) in table {
        let script = [&[GREETING, EHLO], replies].concat();
        let (result, heard) = run(&script, letter(&["grace@x.test"])).await;
        let told = match result {
            Err(SubmitError::Later { words }) => format!("later {words}"),
            Err(SubmitError::Never { words, .. }) => format!("never {words}"),
            other => format!("{other:?}"),
        };
        assert_eq!(told, expected);
        assert_eq!(heard.contains(ON_THE_WIRE), replies.contains(&"354 go\r\n"), "{expected}");
    }
}

/// Whatever the server said before it was gone: only what it may have understood as the end makes the outcome unknown.
#[tokio::test]
async fn a_break_before_the_end_is_certain_and_after_it_unknown() {
    let replies = [GREETING, EHLO, "250 ok\r\n", "250 ok\r\n", "354 go\r\n", "250 queued\r\n"].concat();
    let go_ahead = replies.find("354 go\r\n").unwrap() + "354 go\r\n".len();
    for cut in 0..replies.len() {
        let (result, heard) = run(&[&replies[..cut]], letter(&["grace@x.test"])).await;
        let end_sent = heard.ends_with("\r\n.\r\n");
        match result {
            Err(SubmitError::Unknown(_)) => assert!(end_sent, "cut at {cut}"),
            Err(SubmitError::Broken(_)) => assert!(!end_sent && cut < go_ahead, "cut at {cut}"),
            other => panic!("cut at {cut}: {other:?}"),
        }
    }
}

/// The stream to the server ends after each number of bytes: the end of the message is never thought unsent if a byte of
/// it went out.
#[tokio::test]
async fn a_break_while_sending_is_unknown_from_the_end_on() {
    let script = [GREETING, EHLO, "250 ok\r\n", "250 ok\r\n", "354 go\r\n"].concat();
    let (_, whole) = run(&[&script, "250 queued\r\n"], letter(&["grace@x.test"])).await;
    let end = whole.len() - "\r\n.\r\n".len();
    for room in whole.find("DATA").unwrap()..whole.len() {
        let (ours, mut theirs) = duplex(64 * 1024);
        theirs.write_all(script.as_bytes()).await.unwrap();
        let server = tokio::spawn(async move {
            let mut taken = vec![0; room];
            theirs.read_exact(&mut taken).await.unwrap();
        });
        let mut session = Session::greet(Box::new(ours)).await.unwrap();
        let submission = session.submit(letter(&["grace@x.test"])).await;
        let result = match submission {
            Ok(submission) => submission.finish().await,
            Err(error) => Err(error),
        };
        server.await.unwrap();
        match result {
            Err(SubmitError::Unknown(_)) => {}
            Err(SubmitError::Broken(_)) => assert!(room <= end, "{room} of {end} bytes were taken"),
            other => panic!("{room} bytes: {other:?}"),
        }
    }
}

#[tokio::test]
async fn what_the_server_cannot_take_is_not_begun() {
    let large = Letter { size: 1001, ..letter(&["grace@x.test"]) };
    let (result, heard) = run(&[GREETING, EHLO], large).await;
    assert!(matches!(result, Err(SubmitError::TooLarge { size: 1001, limit: 1000 })), "{result:?}");
    assert!(!heard.contains("MAIL"));
    let (result, heard) = run(&[GREETING, EHLO], letter(&["grüße@x.test"])).await;
    assert!(matches!(&result, Err(SubmitError::NeedsUtf8(who)) if who == "grüße@x.test"), "{result:?}");
    assert!(!heard.contains("MAIL"));
    let script = [GREETING, PIPELINING, "250 ok\r\n", "250 ok\r\n", "354 go\r\n", "250 ok\r\n"];
    let (result, heard) = run(&script, letter(&["grüße@x.test"])).await;
    assert!(result.is_ok() && heard.contains("MAIL FROM:<ada@x.test> SMTPUTF8\r\n"), "{heard}");
}
