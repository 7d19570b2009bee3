use super::*;
use crate::accounts::imap::scripted::{login, play};
use futures::FutureExt;
use std::net::{IpAddr, Ipv4Addr};
use tokio::io::AsyncReadExt;

/// Plays a transcript to the sign-in and says how it failed.
async fn failure(transcript: &str) -> ConnectError {
    let (opened, _server) = play(transcript);
    sign_in(opened, &login()).await.map(drop).unwrap_err()
}

async fn success(transcript: &str, login: &Login) -> Option<Capabilities> {
    let (opened, server) = play(transcript);
    let (driver, told) = sign_in(opened, login).await.unwrap();
    drop(driver);
    server.await.unwrap();
    told
}

#[tokio::test]
async fn the_best_mechanism_offered_is_used() {
    for transcript in [
        "S: * OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR] hi\n\
         C: A0001 AUTHENTICATE PLAIN AGFkYQBzZWNyZXQ=\nS: A0001 OK",
        "S: * OK hi\nC: A0001 CAPABILITY\nS: * CAPABILITY IMAP4rev1 AUTH=PLAIN LOGINDISABLED\nS: A0001 OK\n\
         C: A0002 AUTHENTICATE PLAIN\nS: * 1 RECENT\nS: + Password, please:\nC: AGFkYQBzZWNyZXQ=\nS: A0002 OK",
        "S: * OK hi\nC: A0001 CAPABILITY\nS: * CAPABILITY IMAP4\nS: * OK  [X]\nS: A0001 OK\n\
         C: A0002 LOGIN \"ada\" \"secret\"\nS: * NAMESPACE nonsense\nS: A0002 OK",
    ] {
        assert_eq!(success(transcript, &login()).await, None);
    }
}

#[tokio::test]
async fn capabilities_of_the_signed_in_state_replace_those_before() {
    let transcript = "S: * OK [CAPABILITY IMAP4rev1 BEFORE] hi\nC: A0001 LOGIN \"ada\" \"secret\"\n";
    for told in
        ["S: A0001 OK [CAPABILITY IMAP4rev1 AFTER] hi", "S: * CAPABILITY IMAP4rev1 AFTER\nS: A0001 OK hi"]
    {
        let capabilities = success(&format!("{transcript}{told}"), &login()).await.unwrap();
        assert!(capabilities.has("AFTER") && !capabilities.has("BEFORE"));
    }
}

#[tokio::test]
async fn a_configured_server_is_told_who_signs_in() {
    let mut login = login();
    login.client = Some(IpAddr::V4(Ipv4Addr::new(192, 0, 2, 7)));
    let greeting = "S: * OK [CAPABILITY IMAP4rev1 ID] hi\n";
    let told = "C: A0001 ID (\"x-originating-ip\" \"192.0.2.7\")\nS: * ID NIL\nS: A0001 OK\n\
                C: A0002 LOGIN \"ada\" \"secret\"\nS: A0002 OK";
    let not_told = "C: A0001 LOGIN \"ada\" \"secret\"\nS: A0001 OK";
    success(&format!("{greeting}{not_told}"), &login).await;
    login.server.named_by = NamedBy::Operator;
    success(&format!("{greeting}{told}"), &login).await;
}

#[tokio::test]
async fn each_refusal_is_told_for_what_it_is() {
    for (answer, expected) in [
        ("NO [AUTHENTICATIONFAILED] wrong", "the mail server refused the sign-in: wrong"),
        ("NO no", "the mail server refused the sign-in: no"),
        ("NO", "the mail server refused the sign-in: "),
        ("NO [UNAVAILABLE] database down", "the mail server is not available: database down"),
        ("NO [INUSE] locked", "the mail server is not available: locked"),
        ("NO [LIMIT] too many", "the mail server is not available: too many"),
        ("NO [PRIVACYREQUIRED] TLS first", "the mail server does not offer TLS"),
        ("BAD what", "the mail server does not answer as one: what"),
    ] {
        let transcript = format!(
            "S: * OK [CAPABILITY IMAP4rev1] hi\nC: A0001 LOGIN \"ada\" \"secret\"\nS: A0001 {answer}\n"
        );
        assert_eq!(failure(&transcript).await.to_string(), expected, "{answer}");
    }
}

#[tokio::test]
async fn greetings_that_do_not_greet_end_it() {
    for (greeting, expected) in [
        ("S: * BYE too many connections", "the mail server is not available: too many connections"),
        ("S: * PREAUTH welcome", "the mail server does not answer as one: it takes us for signed in already"),
        ("S: 220 smtp.example.org ESMTP", "the mail server does not answer as one: its greeting is not IMAP"),
        ("S: +OK POP3 ready", "the mail server does not answer as one: its greeting is not IMAP"),
        ("S-", "the connection to the mail server broke: the mail server closed the connection"),
    ] {
        assert_eq!(failure(&format!("{greeting}\nS-")).await.to_string(), expected, "{greeting}");
    }
}

#[tokio::test]
async fn a_server_that_hangs_up_during_the_sign_in_is_not_a_refusal() {
    let begin = "S: * OK [CAPABILITY IMAP4rev1] hi\nC: A0001 LOGIN \"ada\" \"secret\"\n";
    assert!(matches!(failure(&format!("{begin}S-")).await, ConnectError::Lost(_)));
    let told = failure(&format!("{begin}S: * BYE restarting\nS-")).await;
    assert!(matches!(told, ConnectError::Unavailable(text) if text == "restarting"));
}

#[tokio::test]
async fn no_password_goes_where_none_is_taken() {
    let disabled = "S: * OK [CAPABILITY IMAP4rev1 LOGINDISABLED AUTH=GSSAPI] hi\n";
    assert!(matches!(failure(disabled).await, ConnectError::NotMail(_)));
    for password in ["a\0b", "a\r\nb"] {
        let (opened, server) = play("S: * OK [CAPABILITY IMAP4rev1] hi\n");
        let login = Login { password: password.to_owned().into(), ..login() };
        let error = sign_in(opened, &login).await.map(drop).unwrap_err();
        assert!(matches!(error, ConnectError::Refused(_)));
        server.await.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_that_says_nothing_is_given_up() {
    assert!(matches!(failure("C: never").await, ConnectError::Timeout));
}

#[tokio::test]
async fn tls_is_started_or_the_server_is_left() {
    let (opened, _server) = play("S: * OK hi\nC: A0001 STARTTLS\nS: A0001 OK go\\n* OK injected\n");
    let mut stream = start_tls(opened.transport).await.unwrap();
    assert!(stream.read_u8().now_or_never().is_none(), "what came before the handshake is forgotten");
    for (transcript, unavailable) in [
        ("S: * OK hi\nC: A0001 STARTTLS\nS: A0001 NO no TLS", true),
        ("S: * OK hi\nC: A0001 STARTTLS\nS: A0001 BAD what", true),
        ("S: * PREAUTH hi", false),
    ] {
        let (opened, _server) = play(transcript);
        let error = start_tls(opened.transport).await.map(drop).unwrap_err();
        assert_eq!(matches!(error, ConnectError::TlsUnavailable), unavailable, "{transcript}");
    }
}

#[test]
fn the_driver_cannot_log_the_password() {
    // async-imap logs the lines it sends at trace, and nothing else.
    assert!(log::STATIC_MAX_LEVEL < log::LevelFilter::Trace);
}
