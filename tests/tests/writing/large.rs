//! A large file over bad connections: up to the gateway in pieces, of which one breaks; on to a slow server, where the
//! connection breaks once.

use crate::stage::{ADA, BOB, PIECE, Stage, accepted, file_path, is_at_rest, is_sent, message};
use postern_shared::{
    ids::{DraftId, FileId},
    writing::{Draft, DraftFile, SendState, WritingCommand},
};
use postern_tests::{error::Result, fake_smtp::Moment, session::Session, wait};
use reqwest::Method;
use tokio::{io::AsyncWriteExt, net::TcpStream};

const DRAFT: DraftId = DraftId(25);
/// The file's size in bytes.
const SIZE: usize = 25 * 1024 * 1024;
/// What the server reads in a second.
const READS: u32 = 15_000_000;

fn file() -> DraftFile {
    DraftFile {
        id: FileId(1),
        name: "film.bin".to_owned(),
        media_type: "application/octet-stream".to_owned(),
        size: SIZE as u64,
        inline: false,
    }
}

/// Sends half of a piece, as a link that breaks would.
async fn break_within_a_piece(session: &Session, port: u16, bytes: &[u8], at: usize) -> Result<()> {
    let request = session.request(Method::PATCH, &file_path(session, DRAFT, &file())).build()?;
    let mut head =
        format!("PATCH {} HTTP/1.1\r\nHost: localhost:{port}\r\n", file_path(session, DRAFT, &file()));
    for (name, value) in request.headers() {
        head.push_str(&format!("{name}: {}\r\n", value.to_str().unwrap()));
    }
    head.push_str(&format!("Upload-Offset: {at}\r\nContent-Length: {PIECE}\r\n\r\n"));
    let mut link = TcpStream::connect(("127.0.0.1", port)).await?;
    link.write_all(head.as_bytes()).await?;
    link.write_all(&bytes[at..at + PIECE / 2]).await?;
    link.shutdown().await?;
    Ok(())
}

#[tokio::test]
async fn a_large_file_arrives_whole_though_every_link_breaks_once() -> Result<()> {
    let mut stage = Stage::begin().await?;
    let mut random = fastrand::Rng::with_seed(SIZE as u64);
    let bytes: Vec<u8> = std::iter::repeat_with(|| random.u8(..)).take(SIZE).collect();
    let ada = stage.ada().await?;
    ada.upload(DRAFT, &file(), &bytes, 10 * PIECE).await?;
    break_within_a_piece(&ada.session, stage.gateway.port(), &bytes, 10 * PIECE).await?;
    assert_eq!(ada.offset(DRAFT, &file()).await?, 10 * PIECE, "half a piece is none");
    ada.upload(DRAFT, &file(), &bytes, 20 * PIECE).await?;
    stage.gateway.kill();
    stage.gateway.restart().await?;
    let mut ada = stage.ada().await?;
    assert_eq!(ada.offset(DRAFT, &file()).await?, 20 * PIECE, "what was taken outlives a kill");
    ada.upload(DRAFT, &file(), &bytes, SIZE).await?;

    stage.smtp.behave(|manner| manner.reads = Some(READS));
    stage.smtp.cut(Moment::Content(SIZE / 2));
    let content = Draft { files: vec![file()], ..message(&[BOB], "film") };
    accepted(ada.send(DRAFT, &content).await?)?;
    let state = ada.stands(DRAFT, is_at_rest).await?;
    assert!(matches!(state, SendState::Queued { delayed_by: Some(_), .. }), "{state:?}");
    accepted(ada.ask(WritingCommand::Retry { draft: DRAFT }).await?)?;
    ada.stands(DRAFT, is_sent).await?;
    let taken = stage.smtp.taken();
    assert_eq!(taken.len(), 1);
    let parsed = mail_parser::MessageParser::default().parse(&taken[0].content).unwrap();
    assert!(parsed.attachment(0).unwrap().contents() == bytes, "it arrives as it was");
    // Its copy in Sent is as large.
    wait::until("the copy", async || stage.dovecot.messages(ADA, "Sent"), |sent| sent.len() == 1).await?;
    Ok(())
}
