//! The harness itself: what the other scenarios stand on.

use postern_tests::{
    dovecot::{Dovecot, Setup, maildir::Marks},
    error::Result,
};

const ADA: &str = "ada@demo.test";

#[tokio::test]
async fn a_killed_mail_server_comes_back_with_its_mail() -> Result<()> {
    let mut dovecot = Dovecot::start(Setup::new(&[ADA]).without(&["MOVE"])).await?;
    let mut inbox = dovecot.maildir(ADA, "INBOX")?;
    inbox.put(1_700_000_000, Marks::default(), b"Subject: one\r\n\r\n1\r\n")?;
    inbox.put(1_700_000_001, Marks { deleted: true, ..Marks::default() }, b"Subject: two\r\n\r\n2\r\n")?;
    dovecot.maildir(ADA, "Pläne/写真")?.put(1, Marks::default(), b"Subject: three\r\n\r\n3\r\n")?;

    for _ in 0..2 {
        let mut client = dovecot.client(ADA).await?;
        client.select("INBOX").await?;
        assert_eq!(client.search("ALL").await?, [1, 2]);
        assert_eq!(client.search("DELETED").await?, [2]);
        assert!(client.mailboxes().await?.contains(&"Pl&AOQ-ne/&UZl3Hw-".to_owned()));
        let capabilities = client.ok("CAPABILITY").await?.lines.concat();
        assert!(capabilities.contains("UIDPLUS") && !capabilities.contains(" MOVE"));

        dovecot.kill();
        assert!(client.ok("NOOP").await.is_err());
        dovecot.restart().await?;
    }
    Ok(())
}
