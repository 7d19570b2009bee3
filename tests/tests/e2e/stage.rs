//! What most scenarios begin with.

use postern_tests::{
    dovecot::{Dovecot, Setup, maildir::Marks},
    error::Result,
    gateway::{Gateway, Settings},
    mail::numbered,
    page::Page,
    proxy::Proxy,
    session::Session,
    wire::Wire,
};

/// The user whose mailbox it is.
pub const ADA: &str = "ada@demo.test";

/// A mail server and a gateway for it, with a network between them that can fail.
pub struct Stage {
    pub gateway: Gateway,
    pub proxy: Proxy,
    pub dovecot: Dovecot,
}

impl Stage {
    /// Ada's inbox holds so many numbered messages.
    pub async fn with_mail(count: u32) -> Result<Self> {
        Self::with(Setup::new(&[ADA]), count, Marks { seen: true, ..Marks::default() }).await
    }

    /// A server as `setup` wants it, and numbered messages with these flags in Ada's inbox.
    pub async fn with(setup: Setup, count: u32, marks: Marks) -> Result<Self> {
        let dovecot = Dovecot::start(setup).await?;
        put_numbered(&dovecot, "INBOX", count, marks)?;
        let proxy = Proxy::start(dovecot.imap_port()).await?;
        let gateway = Gateway::start(Settings::plain(proxy.port())).await?;
        Ok(Self { gateway, proxy, dovecot })
    }

    /// A new browser, signed in, that shows the inbox.
    pub async fn page(&self) -> Result<Page> {
        let page = Page::signed_in(&self.gateway, ADA).await?;
        page.see_rows("mail in the list", |rows| rows.iter().any(|row| !row.busy)).await?;
        Ok(page)
    }

    /// Another mail client, with the inbox open.
    pub async fn other_client(&self) -> Result<postern_tests::imap::Client> {
        let mut client = self.dovecot.client(ADA).await?;
        client.select("INBOX").await?;
        Ok(client)
    }

    /// A signed-in socket without a browser.
    pub async fn wire(&self) -> Result<Wire> {
        Session::start(&self.gateway, ADA).await?.socket().await
    }
}

/// Puts numbered messages into a folder of Ada's.
pub fn put_numbered(dovecot: &Dovecot, folder: &str, count: u32, marks: Marks) -> Result<()> {
    let mut maildir = dovecot.maildir(ADA, folder)?;
    for number in 1..=count {
        let mail = numbered(number);
        maildir.put(mail.sent, marks, &mail.to_bytes()?)?;
    }
    Ok(())
}
