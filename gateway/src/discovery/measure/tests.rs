use super::*;
use crate::{
    accounts::login::{ConnectError, MailServer},
    discovery::{fake::Fake, network::Opened, srv::Service},
};
use async_trait::async_trait;
use postern_shared::session::Security;
use url::Url;

/// A world of one server.
struct Only(Fake);

#[async_trait]
impl Network for Only {
    async fn services(&self, _: &str) -> Vec<Service> {
        Vec::new()
    }

    async fn file(&self, _: &Url) -> Option<Vec<u8>> {
        None
    }

    async fn open(&self, _: AccountKind, _: &MailServer) -> Result<Opened, ConnectError> {
        let (ours, theirs) = tokio::io::duplex(64 * 1024);
        tokio::spawn(self.0.clone().serve(theirs));
        Ok(Opened { transport: Box::new(ours), greeted: false })
    }
}

async fn reached(fake: &Fake) -> Result<Reached, LineError> {
    let candidate = Candidate::of_user(fake.kind, "mail.example.org", 993, Security::Tls, "ada");
    reach(&Only(fake.clone()), &candidate).await
}

/// Signs in as `ada` and reads.
async fn read(fake: &Fake, user: &str, password: &str) -> Result<Option<u64>, LineError> {
    let mut reached = reached(fake).await?;
    let password = password.to_owned().into();
    let with = SignIn { user, password: &password, client: Some([192, 0, 2, 7].into()) };
    if !reached.sign_in(&with).await? {
        return Ok(None);
    }
    Ok(reached.download().await)
}

#[tokio::test]
async fn every_way_to_sign_in_is_known() {
    for (fake, said) in [
        (Fake::imap(), "AUTHENTICATE PLAIN AGFkYQBzZWNyZXQ="),
        (Fake { capabilities: "IMAP4rev1 AUTH=PLAIN", ..Fake::imap() }, "AGFkYQBzZWNyZXQ="),
        (Fake { capabilities: "IMAP4rev1", ..Fake::imap() }, "LOGIN \"ada\" \"secret\""),
        (Fake::pop3(), "PASS secret"),
        (Fake { capabilities: "SASL LOGIN PLAIN\nTOP", ..Fake::pop3() }, "AGFkYQBzZWNyZXQ="),
    ] {
        assert!(read(&fake, "ada", "secret").await.unwrap().is_some(), "{said}");
        assert!(fake.has_heard(said), "{said}");
        let wrong = read(&fake, "ada", "wrong").await;
        assert!(matches!(wrong, Err(LineError::Refused(words)) if words == "not you"), "{said}");
    }
    let none = Fake { capabilities: "IMAP4rev1 LOGINDISABLED", ..Fake::imap() };
    assert!(matches!(read(&none, "ada", "secret").await, Err(LineError::Unsendable)));
}

#[tokio::test]
async fn user_and_password_are_never_commands() {
    for (fake, user, password) in [
        (Fake::imap(), "ada\0", "secret"),
        (Fake::imap(), "ada", "se\0cret"),
        (Fake { capabilities: "IMAP4rev1", ..Fake::imap() }, "ada", "x\r\nP9 DELETE INBOX"),
        (Fake { capabilities: "IMAP4rev1", ..Fake::imap() }, "ada", "pässword"),
        (Fake::pop3(), "ada\r\nDELE 1", "secret"),
        (Fake::pop3(), "ada lovelace", "secret"),
        (Fake::pop3(), "ada", "secret\nDELE 1"),
        (Fake::pop3(), "ada", "se\0cret"),
        (Fake::pop3(), "ada", ""),
    ] {
        let outcome = read(&fake, user, password).await;
        assert!(matches!(outcome, Err(LineError::Unsendable)), "{user:?} {password:?}");
        assert!(!fake.has_heard("DELE"));
    }
    // What quoting or base64 carries is no reason to refuse.
    let quoting = Fake { capabilities: "IMAP4rev1", password: "a\\\"b\\\\c", ..Fake::imap() };
    assert!(read(&quoting, "ada", "a\"b\\c").await.is_ok());
    let eight_bit = Fake { password: "pässword\r\n", ..Fake::imap() };
    assert!(read(&eight_bit, "ada", "pässword\r\n").await.is_ok());
}

#[tokio::test]
async fn reading_changes_nothing() {
    let imap = Fake::imap();
    assert!(read(&imap, "ada", "secret").await.unwrap().is_some());
    assert!(imap.has_heard("FETCH 1:3 (BODY.PEEK[]"));
    let pop3 = Fake::pop3();
    assert!(read(&pop3, "ada", "secret").await.unwrap().is_some());
    for number in [3, 2, 1] {
        assert!(pop3.has_heard(&format!("TOP {number} ")));
    }
    for server in [&imap, &pop3] {
        for changing in ["SELECT", "STORE", "EXPUNGE", "CLOSE", "DELE", "RETR"] {
            assert!(!server.has_heard(changing), "{changing}");
        }
    }
}

#[tokio::test]
async fn a_pop3_server_is_taken_at_its_word() {
    let retr = Fake { capabilities: "USER", ..Fake::pop3() };
    assert!(read(&retr, "ada", "secret").await.unwrap().is_some());
    assert!(retr.has_heard("RETR 3") && !retr.has_heard("RETR 2"));
    // Reading would take the mail away.
    let expiring = Fake { capabilities: "USER\nEXPIRE 0", ..Fake::pop3() };
    assert_eq!(read(&expiring, "ada", "secret").await.unwrap(), None);
    assert!(expiring.has_heard("PASS") && !expiring.has_heard("RETR"));
    // The sign-in that matters would be refused.
    let delaying = Fake { capabilities: "USER\nTOP\nLOGIN-DELAY 300", ..Fake::pop3() };
    assert_eq!(read(&delaying, "ada", "secret").await.unwrap(), None);
    assert!(!delaying.has_heard("USER"));
    let telling = Fake { capabilities: "USER\nTOP\nXCLIENT", ..Fake::pop3() };
    assert!(read(&telling, "ada", "secret").await.is_ok());
    assert!(telling.has_heard("XCLIENT ADDR=192.0.2.7"));
}

#[tokio::test]
async fn an_empty_mailbox_has_no_rate_and_a_full_one_is_not_read_to_its_end() {
    for fake in [Fake::imap, Fake::pop3] {
        let empty = Fake { messages: Vec::new(), ..fake() };
        assert_eq!(read(&empty, "ada", "secret").await.unwrap(), None);
        let huge = format!("{}\r\n", "x".repeat(3 * 1024 * 1024));
        let full = Fake { messages: vec![huge; 2], ..fake() };
        assert!(read(&full, "ada", "secret").await.unwrap().is_some());
        // Cut off in the middle: nothing more is said.
        assert!(!full.has_heard("LOGOUT") && !full.has_heard("QUIT"));
    }
}

#[tokio::test]
async fn what_is_no_mail_server_is_not_reached() {
    for greeting in ["* PREAUTH welcome", "* BYE full", "HTTP/1.1 400 Bad Request", "", "* OKAY"] {
        let fake = Fake { greeting, ..Fake::imap() };
        let is_mail = greeting == "* OKAY";
        assert_eq!(reached(&fake).await.is_ok(), is_mail, "{greeting}");
    }
    for greeting in ["-ERR go away", "* OK ready", "220 smtp"] {
        assert!(reached(&Fake { greeting, ..Fake::pop3() }).await.is_err(), "{greeting}");
    }
}

#[tokio::test]
async fn starttls_hands_over_a_clean_stream() {
    for (kind, greeting, answer, is_clean) in [
        (AccountKind::Imap, "* OK hi\r\n", "P0 OK go\r\n", true),
        (AccountKind::Imap, "* OK hi\r\n", "P0 OK go\r\n* CAPABILITY AUTH=PLAIN\r\n", false),
        (AccountKind::Imap, "* OK hi\r\n", "P0 NO never\r\n", false),
        (AccountKind::Imap, "* PREAUTH hi\r\n", "P0 OK go\r\n", false),
        (AccountKind::Pop3, "+OK hi\r\n", "+OK go\r\n", true),
        (AccountKind::Pop3, "+OK hi\r\n", "+OK go\r\n+OK injected\r\n", false),
        (AccountKind::Pop3, "+OK hi\r\n", "-ERR never\r\n", false),
    ] {
        let (ours, mut theirs) = tokio::io::duplex(1024);
        tokio::io::AsyncWriteExt::write_all(&mut theirs, format!("{greeting}{answer}").as_bytes())
            .await
            .unwrap();
        assert_eq!(start_tls(kind, ours).await.is_ok(), is_clean, "{greeting}{answer}");
    }
}

#[test]
fn a_rate_is_bytes_by_time() {
    assert_eq!(rate(0, Duration::from_secs(1)), None);
    assert_eq!(rate(1000, Duration::from_millis(500)), Some(2000));
    assert_eq!(rate(1000, Duration::ZERO), Some(1_000_000_000));
}
