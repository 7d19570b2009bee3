//! A mail server that plays a transcript: what it must hear (`C:`) and what it says then (`S:`).

use super::connect::{Opened, Transport};
use crate::accounts::login::{Login, MailServer, NamedBy};
use postern_shared::{account::AccountKind, ids::AccountId, session::Security};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader, DuplexStream},
    task::JoinHandle,
};

/// The sign-in as `ada` with password `secret` at a server that can everything the transcript's caller names.
pub fn signed_in(capabilities: &str, rest: &str) -> String {
    format!(
        "S: * OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR] ready\n\
         C: A0001 AUTHENTICATE PLAIN AGFkYQBzZWNyZXQ=\n\
         S: A0001 OK [CAPABILITY IMAP4rev1 {capabilities}] welcome\n{rest}"
    )
}

/// Plays a transcript at the other end of the stream. The task ends when all was said and heard, and panics on a
/// line that was not expected. `\n` in a line of the server's is a line break of its own. The connection stays open
/// until the client closes it, or `S-` does.
pub fn play(transcript: &str) -> (Opened, JoinHandle<()>) {
    let (client, server) = tokio::io::duplex(64 * 1024);
    let lines: Vec<String> = transcript.lines().map(str::to_owned).collect();
    let task = tokio::spawn(perform(server, lines));
    let transport: Box<dyn Transport> = Box::new(client);
    (Opened { transport, greeted: false }, task)
}

async fn perform(server: DuplexStream, lines: Vec<String>) {
    let mut stream = BufReader::new(server);
    for line in lines {
        match line.split_at_checked(2) {
            Some(("S:", said)) => {
                let said = said.strip_prefix(' ').unwrap_or(said).replace("\\n", "\r\n");
                stream.write_all(format!("{said}\r\n").as_bytes()).await.unwrap();
            }
            Some(("C:", expected)) => {
                let mut heard = String::new();
                stream.read_line(&mut heard).await.unwrap();
                assert_eq!(heard, format!("{}\r\n", expected.strip_prefix(' ').unwrap_or(expected)));
            }
            Some(("S-", _)) => return,
            _ => assert!(line.is_empty() || line.starts_with('#'), "no line of a transcript: {line}"),
        }
    }
    let mut surplus = String::new();
    stream.read_line(&mut surplus).await.unwrap();
    assert_eq!(surplus, "", "more was said than the transcript holds");
}

/// The sign-in of [`signed_in`].
pub fn login() -> Login {
    Login {
        kind: AccountKind::Imap,
        account: AccountId("ada@demo.test".to_owned()),
        server: MailServer {
            host: "mail.demo.test".to_owned(),
            port: 993,
            security: Security::Tls,
            named_by: NamedBy::User,
            pinned_certificate: None,
        },
        imap: None,
        smtp: None,
        user: "ada".to_owned(),
        password: "secret".to_owned().into(),
        client: None,
    }
}
