//! A mail server that agrees to everything but the password `wrong`.

use base64::{Engine, prelude::BASE64_STANDARD};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

const CAPABILITIES: &str = "IMAP4rev1 SASL-IR AUTH=PLAIN IDLE UIDPLUS";

/// Starts the server for as long as the test runs; returns its port.
pub async fn start() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream));
        }
    });
    port
}

async fn serve(stream: TcpStream) {
    let mut stream = BufReader::new(stream);
    let mut answer = format!("* OK [CAPABILITY {CAPABILITIES}] ready\r\n");
    let mut idling = String::new();
    loop {
        if stream.write_all(answer.as_bytes()).await.is_err() {
            return;
        }
        let mut line = String::new();
        if !matches!(stream.read_line(&mut line).await, Ok(1..)) {
            return;
        }
        let words: Vec<&str> = line.split_whitespace().collect();
        answer = match words[..] {
            ["DONE"] => format!("{idling} OK done\r\n"),
            [tag, "IDLE"] => {
                idling = tag.to_owned();
                "+ idling\r\n".to_owned()
            }
            [tag, "CAPABILITY"] => format!("* CAPABILITY {CAPABILITIES}\r\n{tag} OK done\r\n"),
            [tag, "AUTHENTICATE", "PLAIN", response] if is_wrong(response) => {
                format!("{tag} NO [AUTHENTICATIONFAILED] not you\r\n")
            }
            [tag, ..] => format!("{tag} OK done\r\n"),
            [] => String::new(),
        };
    }
}

fn is_wrong(response: &str) -> bool {
    BASE64_STANDARD.decode(response).unwrap().ends_with(b"\0wrong")
}
