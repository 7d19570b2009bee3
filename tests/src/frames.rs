//! Bodies in a browser, without the app around them: opened side by side in frames of a page at the gateway's own origin, where a script
//! that got through would do most.

use crate::{
    browser::Browser,
    error::{Error, Result},
    gateway::Gateway,
};
use postern_shared::{ids::MessageKey, session::SignIn};
use serde::Deserialize;
use serde_json::json;
use std::time::Duration;
use thirtyfour::{By, error::WebDriverErrorInner};

/// Signs in as the app does, and makes room for frames. Returns the account.
const ENTER: &str = r#"
const done = arguments[arguments.length - 1];
const [signIn] = arguments;
document.documentElement.dataset.harness = "";
addEventListener("message", (event) => {
  if (/^ran-/.test(event.data)) document.documentElement.dataset.harness += " " + event.data;
});
const headers = { "content-type": "application/json" };
fetch("/api/session", { method: "POST", headers, body: JSON.stringify(signIn) })
  .then((answer) => answer.json())
  .then((info) => done(info.accounts?.[0] ?? JSON.stringify(info)), (error) => done(String(error)));
"#;

/// Opens bodies in frames, beside those of the call before, whose predecessors go. Answers once all have loaded, or have
/// had their time.
const OPEN: &str = r#"
const done = arguments[arguments.length - 1];
const [urls, sandbox, patience] = arguments;
for (const old of document.querySelectorAll("iframe.old")) old.remove();
for (const frame of document.querySelectorAll("iframe.harness")) frame.className = "old";
let left = urls.length;
const finish = () => (left -= 1) === 0 && setTimeout(done, 50);
urls.forEach((url, index) => {
  const frame = document.createElement("iframe");
  frame.className = "harness";
  if (sandbox !== null) frame.setAttribute("sandbox", sandbox);
  const place = { position: "fixed", zIndex: 9, width: "300px", height: "180px", border: 0 };
  Object.assign(frame.style, place, { left: `${(index % 4) * 310}px`, top: `${Math.floor(index / 4) * 190}px` });
  const late = setTimeout(finish, patience);
  frame.addEventListener("load", () => { clearTimeout(late); finish(); }, { once: true });
  frame.src = url;
  document.body.append(frame);
});
"#;

/// What came of it so far: who told that it ran, and whether the page is still the harness.
const LOOK: &str = "return document.documentElement.dataset.harness ?? null";

/// How the gateway answers.
const ASK: &str = r#"
const done = arguments[arguments.length - 1];
Promise.all(arguments[0].map((url) => fetch(url).then((answer) => answer.status, () => 0))).then(done);
"#;

/// What a frame shows.
const READ: &str = r#"
const banned = "script, svg, math, iframe, object, embed, link, form, input, button, video, audio, base, template";
const handlers = [...document.querySelectorAll("*")].filter((element) =>
  [...element.attributes].some((attribute) => attribute.name.startsWith("on")));
// A frame that has not loaded has nothing to enter: what is read then is the page around it.
return window === top ? { text: "", pictures: 0, banned: [] } : {
  text: document.body?.innerText ?? "",
  pictures: document.images.length,
  banned: [...document.querySelectorAll(banned), ...handlers].map((element) => element.outerHTML.slice(0, 200)),
};
"#;

/// What may act when it is pressed, other than links that only lead elsewhere.
const PRESSABLE: &str = "a:not([href^='http']):not([href^='mailto']), area, button, input, label, summary, \
    [onclick], [tabindex], [xlink\\:href], maction, svg a, object";

/// So many bodies are open at once.
pub const AT_ONCE: usize = 12;

/// A page of the gateway's origin with frames in it.
#[derive(Debug)]
pub struct Frames<'a> {
    browser: &'a Browser,
    url: String,
    sign_in: SignIn,
    account: String,
}

/// What a person sees in a frame.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Shown {
    /// Its text, as it is drawn.
    pub text: String,
    /// How many pictures it has.
    pub pictures: usize,
    /// What in it no body may have.
    pub banned: Vec<String>,
}

/// What one look at the harness told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// The numbers of payloads that told that they ran.
    pub ran: Vec<usize>,
    /// The harness was left, or stopped by a dialog.
    pub disturbed: Option<String>,
}

impl<'a> Frames<'a> {
    /// Opens the harness at a gateway.
    pub async fn enter(browser: &'a Browser, gateway: &Gateway, sign_in: SignIn) -> Result<Self> {
        let url = format!("{}/", gateway.url());
        browser.open(&url).await?;
        let account = browser.driver().execute_async(ENTER, vec![json!(sign_in)]).await?.json().clone();
        // The answer is an account, or what went wrong.
        let account = account["id"].as_str().or(account.as_str()).unwrap_or_default().to_owned();
        if !account.contains('@') {
            return Err(Error::Unexpected { what: "the harness's sign-in".to_owned(), got: account });
        }
        Ok(Self { browser, url, sign_in, account })
    }

    /// Where the body of a message is.
    pub fn body(&self, key: &MessageKey) -> String {
        let MessageKey { folder, validity, uid } = key;
        format!("/api/accounts/{}/messages/{folder}/{validity}/{uid}/body", self.account)
    }

    /// Opens bodies in frames with this `sandbox` attribute, or without any, and waits until each has loaded or `patience`
    /// is over: what gets out of its frame never loads.
    pub async fn open(&self, urls: &[String], sandbox: Option<&str>, patience: Duration) -> Result<Seen> {
        let arguments = vec![json!(urls), json!(sandbox), json!(patience.as_millis())];
        if let Err(error) = self.browser.driver().execute_async(OPEN, arguments).await {
            return self.disturbed(error.to_string()).await;
        }
        self.look().await
    }

    /// Presses what can be pressed in some of the frames opened last.
    pub async fn press(&self, frames: &[usize]) -> Result<()> {
        let driver = self.browser.driver();
        for &frame in frames {
            let found = driver.find_all(By::Css("iframe.harness")).await?;
            let Some(element) = found.get(frame) else { continue };
            if element.clone().enter_frame().await.is_ok() {
                for target in driver.find_all(By::Css(PRESSABLE)).await.unwrap_or_default().iter().take(6) {
                    // Covered, hidden, or gone with what was pressed before: nobody can press it.
                    target.click().await.ok();
                }
            }
            driver.enter_default_frame().await?;
        }
        self.close_others().await
    }

    /// How the gateway answers requests for these addresses: the status codes.
    pub async fn statuses(&self, urls: &[String]) -> Result<Vec<u16>> {
        let statuses = self.browser.driver().execute_async(ASK, vec![json!(urls)]).await?;
        Ok(serde_json::from_value(statuses.json().clone())?)
    }

    /// What the frames opened last show.
    pub async fn shown(&self) -> Result<Vec<Shown>> {
        let driver = self.browser.driver();
        let mut shown = Vec::new();
        for frame in driver.find_all(By::Css("iframe.harness")).await? {
            frame.enter_frame().await?;
            shown.push(serde_json::from_value(self.browser.run(READ, Vec::new()).await?)?);
            driver.enter_default_frame().await?;
        }
        Ok(shown)
    }

    /// What came of everything opened so far.
    pub async fn look(&self) -> Result<Seen> {
        let seen = match self.browser.run(LOOK, Vec::new()).await {
            Ok(seen) => seen,
            Err(error) => return self.disturbed(error.to_string()).await,
        };
        let at = self.browser.driver().current_url().await?;
        match seen.as_str().filter(|_| at.as_str().starts_with(&self.url)) {
            Some(told) => Ok(Seen { ran: numbers(told), disturbed: None }),
            None => self.disturbed(format!("the page became {at}")).await,
        }
    }

    /// Gives what is still under way its time: nothing tells that nothing more will come.
    pub async fn settle(&self) -> Result<Seen> {
        let wait = "setTimeout(arguments[arguments.length - 1], 800)";
        if let Err(error) = self.browser.driver().execute_async(wait, Vec::new()).await {
            return self.disturbed(error.to_string()).await;
        }
        let seen = self.look().await?;
        self.browser.open("about:blank").await?;
        Ok(seen)
    }

    /// Opens the harness again after something got out of its frame. Dialogs were dismissed by the driver.
    async fn disturbed(&self, how: String) -> Result<Seen> {
        for _ in 0..20 {
            match self.reopen().await {
                Err(Error::WebDriver(error))
                    if matches!(error.as_inner(), WebDriverErrorInner::UnexpectedAlertOpen(_)) => {}
                Err(error) => return Err(error),
                Ok(()) => break,
            }
        }
        Ok(Seen { ran: Vec::new(), disturbed: Some(how) })
    }

    async fn reopen(&self) -> Result<()> {
        self.close_others().await?;
        self.browser.open("about:blank").await?;
        self.browser.open(&self.url).await?;
        self.browser.driver().execute_async(ENTER, vec![json!(self.sign_in)]).await?;
        Ok(())
    }

    /// Closes windows that a press opened.
    async fn close_others(&self) -> Result<()> {
        let driver = self.browser.driver();
        let windows = driver.windows().await?;
        if windows.len() > 1 {
            for window in windows.iter().skip(1) {
                driver.switch_to_window(window.clone()).await?;
                driver.close_window().await?;
            }
            driver.switch_to_window(windows[0].clone()).await?;
        }
        Ok(())
    }
}

fn numbers(told: &str) -> Vec<usize> {
    let mut numbers: Vec<usize> =
        told.split_whitespace().filter_map(|word| word.strip_prefix("ran-")?.parse().ok()).collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}
