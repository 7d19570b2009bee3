//! Writing, in a browser: with a real server to send by, and another user who gets it.

mod desk;
mod files;
mod keyboard;
mod people;
mod phone;
mod sending;

use crate::stage::ADA;
use postern_tests::{
    dovecot::{Dovecot, Setup},
    error::Result,
    gateway::{Gateway, Settings},
    page::Page,
    postfix::{self, Postfix},
    wait,
};

/// Who is written to.
pub const BOB: &str = "bob@demo.test";

/// Ada and Bob, and the servers between them.
pub struct Desk {
    pub gateway: Gateway,
    pub dovecot: Dovecot,
    _postfix: Postfix,
}

impl Desk {
    pub async fn begin() -> Result<Self> {
        let dovecot = Dovecot::start(Setup::new(&[ADA, BOB])).await?;
        crate::stage::put_numbered(&dovecot, "INBOX", 3, Default::default())?;
        let postfix = Postfix::start(&dovecot, postfix::Setup::default()).await?;
        let settings =
            Settings::both(dovecot.imap_port(), dovecot.pop3_port()).sending(postfix.port(), "none");
        let gateway = Gateway::start(settings).await?;
        Ok(Self { gateway, dovecot, _postfix: postfix })
    }

    /// Ada at a browser, with an empty message open.
    pub async fn writing(&self) -> Result<Page> {
        let page = Page::signed_in(&self.gateway, ADA).await?;
        page.click("button", "Compose").await?;
        page.see("dialog", "New message").await?;
        page.see("textbox", "Message text").await?;
        Ok(page)
    }

    /// The same, with formatting.
    pub async fn formatting(&self) -> Result<Page> {
        let page = self.writing().await?;
        formatted(&page).await?;
        Ok(page)
    }

    /// Waits until so many messages of a user's folder fit, as another mail program sees it.
    pub async fn holds(&self, user: &str, folder: &str, criteria: &str, count: usize) -> Result<()> {
        let mut client = self.dovecot.client(user).await?;
        let mut is_open = false;
        let look = async || {
            if !is_open && client.mailboxes().await?.iter().any(|name| name == folder) {
                client.select(folder).await?;
                is_open = true;
            }
            if is_open { Ok(client.search(criteria).await?.len()) } else { Ok(0) }
        };
        wait::until(&format!("{count} of {folder} of {user} that are {criteria}"), look, |seen| {
            *seen == count
        })
        .await
        .map_err(|error| self.dovecot.explained(error))?;
        Ok(())
    }
}

/// Switches to formatted text where the message began as plain text.
pub async fn formatted(page: &Page) -> Result<()> {
    let switch = "const text = document.querySelector('textarea.compose-text');\
        if (text) [...document.querySelectorAll('.formatting button')].at(-1).click()";
    page.run(switch, Vec::new()).await?;
    // The editor puts a block into it.
    page.css("div.compose-text > *").await.map(drop)
}
