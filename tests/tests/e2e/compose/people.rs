//! Who is written to, and as whom: completion, groups, identities.

use super::{BOB, Desk};
use crate::stage::ADA;
use postern_shared::{
    address::Address,
    writing::{Identity, WritingCommand, WritingSettings},
};
use postern_tests::{browser::Key, error::Result, page::Page, session::Session, wait};
use reqwest::Method;
use serde_json::{Value, json};

/// Grace, and a group of Grace and Bob.
const CONTACTS: &str = "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:1\r\nFN:Grace Hopper\r\nEMAIL:grace@navy.test\r\nEND:VCARD\r\n\
    BEGIN:VCARD\r\nVERSION:4.0\r\nUID:2\r\nKIND:group\r\nFN:Gracious Team\r\nMEMBER:1\r\n\
    MEMBER:mailto:bob@demo.test\r\nEND:VCARD\r\n";

/// The names of the chips in To.
const CHIPS: &str = "return [...document.querySelectorAll(\"[aria-label='To recipients'] .chip-name\")]\
    .map(chip => chip.textContent)";

/// What the message says, as a person reads it.
const TEXT: &str =
    "const text = document.querySelector('.compose-text'); return text?.value ?? text?.innerText ?? ''";

async fn chips(page: &Page, names: &[&str]) -> Result<()> {
    wait::until("the chips", async || page.run(CHIPS, vec![]).await, |found| *found == json!(names)).await?;
    Ok(())
}

#[tokio::test]
async fn people_and_groups_are_completed() -> Result<()> {
    let desk = Desk::begin().await?;
    let session = Session::start(&desk.gateway, ADA).await?;
    let path = format!("/api/accounts/{}/contacts", session.account);
    session.request(Method::POST, &path).body(CONTACTS).send().await?.error_for_status()?;
    let page = desk.writing().await?;
    page.fill("combobox", "To", "gra").await?;
    page.see("option", "Grace Hopper <grace@navy.test>").await?;
    page.see("option", "Gracious Team (2 people)").await?;
    // The first one is taken by Enter.
    page.press(Key::Enter).await?;
    chips(&page, &["Grace Hopper"]).await?;
    page.see_none("option", "Gracious Team (2 people)").await?;
    // Of the group, who is there already is not there twice.
    page.fill("combobox", "To", "team").await?;
    page.click("option", "Gracious Team (2 people)").await?;
    chips(&page, &["Grace Hopper", BOB]).await
}

#[tokio::test]
async fn the_signature_follows_the_identity() -> Result<()> {
    let desk = Desk::begin().await?;
    let identity = |name: &str, signature: &str| Identity {
        address: Address { name: name.to_owned(), email: ADA.to_owned() },
        signature: signature.to_owned(),
    };
    let session = Session::start(&desk.gateway, ADA).await?;
    for plain in [true, false] {
        let identities = vec![identity("Ada", "Ada\nLondon"), identity("Countess", "The Countess")];
        let settings = WritingSettings { identities, undo_seconds: 0, plain };
        session.socket().await?.writing(WritingCommand::Choose { settings }).await?;
        let page = desk.writing().await?;
        let text = async || page.run(TEXT, vec![]).await;
        let signed = |name: &'static str, other: &'static str| {
            move |text: &Value| text.as_str().is_some_and(|text| text.contains(name) && !text.contains(other))
        };
        wait::until("the first signature", text, signed("London", "The Countess")).await?;
        page.choose("From", "Countess").await?;
        wait::until("the other signature", text, signed("The Countess", "London")).await?;
        page.choose("From", "Ada").await?;
        wait::until("the first signature again", text, signed("London", "The Countess")).await?;
    }
    Ok(())
}
