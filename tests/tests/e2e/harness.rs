//! The harness itself: what the other scenarios stand on.

use postern_tests::{
    browser::{Browser, Key, Name},
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

#[tokio::test]
async fn a_browser_finds_by_role_and_name_and_types() -> Result<()> {
    const PAGE: &str = "data:text/html,<label>City <input></label><button disabled>Send</button>\
        <button onclick='document.body.append(document.querySelector(`input`).value);console.error(`told`)'>Tell</button>\
        <div hidden><button>Hidden</button></div><p role=status></p><script>let n=0;\
        onkeydown=e=>{if(e.key=='Delete'&&e.target==document.body){n+=1;document.querySelector('p').textContent=n+' '+e.repeat}}</script>";
    let browser = Browser::start().await?;
    browser.open(PAGE).await?;
    browser.fill("textbox", "City", "Zürich").await?;
    browser.click("button", "Tell").await?;
    assert!(browser.css("body").await?.text().await?.ends_with("Zürich"));
    assert!(browser.see("button", "Send").await?.is("disabled"));
    let buttons = browser.all("button", Name::Any).await?;
    assert_eq!(buttons.iter().map(|button| button.name.as_str()).collect::<Vec<_>>(), ["Send", "Tell"]);
    browser.run("document.activeElement.blur()", Vec::new()).await?;
    browser.hold(Key::Delete, 20).await?;
    assert_eq!(browser.css("[role=status]").await?.text().await?, "20 true");
    assert!(browser.console().await?.iter().any(|line| line.contains("told")));
    browser.be_a_phone().await?;
    assert_eq!(browser.run("return innerWidth", Vec::new()).await?, 980);
    Ok(())
}
