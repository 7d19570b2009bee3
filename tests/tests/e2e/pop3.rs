//! A POP3 account in the browser.

use crate::stage::ADA;
use postern_tests::{
    browser::Name,
    dovecot::{Dovecot, PASSWORD, Setup, maildir::Marks},
    error::Result,
    gateway::{Gateway, Settings},
    mail::numbered,
    page::Page,
    wait,
};

/// A server with so many numbered messages in Ada's inbox, and a gateway that offers both of its protocols.
async fn stage(count: u32) -> Result<(Dovecot, Gateway)> {
    let dovecot = Dovecot::start(Setup::new(&[ADA])).await?;
    let mut inbox = dovecot.maildir(ADA, "INBOX")?;
    for number in 1..=count {
        let mail = numbered(number);
        inbox.put(mail.sent, Marks::default(), &mail.to_bytes()?)?;
    }
    let gateway = Gateway::start(Settings::both(dovecot.imap_port(), dovecot.pop3_port())).await?;
    Ok((dovecot, gateway))
}

/// Signs in by the form, with the account type POP3.
pub async fn signed_in(gateway: &Gateway) -> Result<Page> {
    let page = Page::start(gateway).await?;
    sign_in(&page).await?;
    Ok(page)
}

async fn sign_in(page: &Page) -> Result<()> {
    page.click("button", "Server settings").await?;
    page.choose("Account type", "POP3").await?;
    page.sign_in(ADA, PASSWORD).await?;
    page.see("grid", "Messages").await?;
    Ok(())
}

#[tokio::test]
async fn a_thousand_messages_are_downloaded_and_new_mail_is_got() -> Result<()> {
    let (dovecot, gateway) = stage(1000).await?;
    let page = signed_in(&gateway).await?;
    page.see("progressbar", "Downloading mail").await?;
    page.see_count(1000).await?;
    page.see_none("progressbar", "Downloading mail").await?;
    dovecot.deliver(ADA, &[numbered(1001).to_bytes()?]).await?;
    page.click("button", "Get mail").await?;
    page.see_row("Message 01001").await?;
    page.see_count(1001).await
}

#[tokio::test]
async fn deleted_mail_goes_to_deleted_items_and_its_copy_with_it() -> Result<()> {
    let (dovecot, gateway) = stage(5).await?;
    let page = signed_in(&gateway).await?;
    page.see_count(5).await?;
    page.go("/settings/accounts").await?;
    page.see("group", "Copy on the server").await?;
    page.click("radio", "Remove when removed from Deleted Items").await?;
    page.go("/").await?;
    page.click_row("Message 00003").await?;
    page.click("button", "Delete").await?;
    page.see_no_row("Message 00003").await?;
    page.open_folder("Deleted Items").await?;
    page.see_row("Message 00003").await?;
    assert_eq!(dovecot.copies(ADA)?, 5);
    page.click("button", Name::Starts("Empty")).await?;
    page.see("dialog", Name::Starts("Empty")).await?;
    page.click("button", "Empty").await?;
    page.click("button", "Get mail").await?;
    wait::until("the copy to go", async || dovecot.copies(ADA), |copies| *copies == 4).await?;
    Ok(())
}

#[tokio::test]
async fn the_settings_offer_every_policy_and_help() -> Result<()> {
    let (_dovecot, gateway) = stage(2).await?;
    let page = signed_in(&gateway).await?;
    page.see_count(2).await?;
    page.go("/settings/accounts").await?;
    page.see("group", "Copy on the server").await?;
    for choice in ["Leave a copy for", "Remove when removed from Deleted Items", "Remove after download"] {
        page.see("radio", Name::Starts(choice)).await?;
    }
    assert!(page.see("radio", "Leave a copy").await?.is("checked"), "the default");
    assert_eq!(page.accessibility_faults().await?, [""; 0], "settings");
    page.click("button", "Help me choose").await?;
    page.see("dialog", "IMAP or POP3?").await?;
    assert_eq!(page.accessibility_faults().await?, [""; 0], "dialog");
    page.see("table", Name::Any).await?;
    Ok(())
}

#[tokio::test]
async fn whoever_switches_to_pop3_is_told_and_offered_the_other_folders() -> Result<()> {
    let (dovecot, gateway) = stage(2).await?;
    let mut plans = dovecot.maildir(ADA, "Work/Plans")?;
    for number in 10..13 {
        plans.put(1_600_000_000, Marks::default(), &numbered(number).to_bytes()?)?;
    }
    let page = Page::signed_in(&gateway, ADA).await?;
    page.see_count(2).await?;
    page.go("/settings/accounts").await?;
    page.click("button", "Help me choose").await?;
    page.see("dialog", "IMAP or POP3?").await?;
    page.see_text(".switching", "Download server folders").await?;
    page.click("button", "Close").await?;
    page.click("button", "Sign out").await?;
    page.see("button", "Sign in").await?;
    page.go("/").await?;

    sign_in(&page).await?;
    page.see("region", "Server folders").await?;
    assert_eq!(page.accessibility_faults().await?, [""; 0], "the offer");
    page.go("/settings/accounts").await?;
    page.see("heading", "Folders of the IMAP server").await?;
    assert_eq!(page.accessibility_faults().await?, [""; 0], "settings");
    page.go("/").await?;
    page.click("button", "Download server folders").await?;
    page.see_none("region", "Server folders").await?;
    page.open_folder("Plans").await?;
    page.see_count(3).await?;
    page.see_row("Message 00011").await?;
    page.go("/settings/accounts").await?;
    page.see_text("main", "3 messages came from the server’s folders.").await?;
    Ok(())
}
