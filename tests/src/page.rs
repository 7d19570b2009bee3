//! Postern in a browser, by the names and attributes that are its public interface.

use crate::{
    browser::{Browser, Name},
    dovecot::PASSWORD,
    error::{Error, Result},
    gateway::Gateway,
    wait,
};
use serde::Deserialize;
use serde_json::{Value, json};
use std::ops::Deref;
use thirtyfour::{By, WebElement};

/// What the list's rows are, read at one moment. A text is struck where the browser draws a line through it.
const ROWS: &str = r#"
const rows = [...document.querySelectorAll('[role="grid"] [role="row"][data-uid]')];
const texts = row => [...row.querySelectorAll('*')].filter(part => !part.children.length && part.textContent.trim());
const struck = part => getComputedStyle(part).textDecorationLine.includes('line-through');
return rows.map(row => ({
    uid: Number(row.dataset.uid),
    index: Number(row.getAttribute('aria-rowindex')),
    deleted: row.dataset.deleted === 'true',
    busy: row.getAttribute('aria-busy') === 'true',
    selected: row.getAttribute('aria-selected') === 'true',
    focused: row.contains(document.activeElement)
        || row.id !== '' && document.activeElement?.getAttribute('aria-activedescendant') === row.id,
    texts: texts(row).map(part => part.textContent),
    struck: texts(row).filter(struck).map(part => part.textContent),
    top: row.getBoundingClientRect().top,
})).sort((a, b) => a.index - b.index);
"#;

/// A page of Postern.
#[derive(Debug)]
pub struct Page {
    browser: Browser,
    url: String,
}

/// One rendered row of the message list.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Row {
    /// `data-uid`.
    pub uid: u32,
    /// `aria-rowindex`: 1 is the top.
    pub index: u32,
    /// `data-deleted`.
    pub deleted: bool,
    /// Its content is not there yet.
    pub busy: bool,
    /// `aria-selected`.
    pub selected: bool,
    /// The keyboard's place in the list.
    pub focused: bool,
    /// What it shows.
    pub texts: Vec<String>,
    /// What of it is drawn struck through.
    pub struck: Vec<String>,
    /// Where it stands in the window, in CSS pixels.
    pub top: f64,
}

impl Row {
    /// Whether it shows this text.
    pub fn shows(&self, text: &str) -> bool {
        self.texts.iter().any(|shown| shown.contains(text))
    }

    /// Whether it is deleted, and this text of it is drawn struck through.
    pub fn is_struck(&self, text: &str) -> bool {
        self.deleted && self.struck.iter().any(|struck| struck.contains(text))
    }
}

impl Deref for Page {
    type Target = Browser;

    fn deref(&self) -> &Browser {
        &self.browser
    }
}

impl Page {
    /// Opens the sign-in page in a new browser.
    pub async fn start(gateway: &Gateway) -> Result<Self> {
        Self::start_in(Browser::start().await?, gateway).await
    }

    /// Opens the sign-in page in a browser.
    pub async fn start_in(browser: Browser, gateway: &Gateway) -> Result<Self> {
        let page = Self { browser, url: gateway.url() };
        page.go("/").await?;
        page.see("button", "Sign in").await?;
        Ok(page)
    }

    /// Opens a new browser and signs in.
    pub async fn signed_in(gateway: &Gateway, address: &str) -> Result<Self> {
        let page = Self::start(gateway).await?;
        page.sign_in(address, PASSWORD).await?;
        page.see("grid", "Messages").await?;
        Ok(page)
    }

    /// Opens a path of the app by its address.
    pub async fn go(&self, path: &str) -> Result<()> {
        self.open(&format!("{}{path}", self.url)).await
    }

    /// Fills the sign-in form in and sends it.
    pub async fn sign_in(&self, address: &str, password: &str) -> Result<()> {
        self.fill("textbox", "Email address", address).await?;
        self.fill("textbox", "Password", password).await?;
        self.click("button", "Sign in").await
    }

    /// The rendered rows, from the top.
    pub async fn rows(&self) -> Result<Vec<Row>> {
        Ok(serde_json::from_value(self.run(ROWS, Vec::new()).await?)?)
    }

    /// Waits until the rendered rows are as `accept` wants them.
    pub async fn see_rows(&self, what: &str, accept: impl Fn(&[Row]) -> bool) -> Result<Vec<Row>> {
        wait::until(what, async || self.rows().await, |rows| accept(rows)).await
    }

    /// Waits for a row that shows this text.
    pub async fn see_row(&self, text: &str) -> Result<Row> {
        self.see_row_that(text, "is there", |_| true).await
    }

    /// Waits until a row that shows this text is as `accept` wants it.
    pub async fn see_row_that(&self, text: &str, what: &str, accept: impl Fn(&Row) -> bool) -> Result<Row> {
        let fits = |row: &Row| row.shows(text) && accept(row);
        let rows =
            self.see_rows(&format!("the row {text:?} that {what}"), |rows| rows.iter().any(fits)).await?;
        rows.into_iter()
            .find(fits)
            .ok_or_else(|| Error::TimedOut { what: text.to_owned(), last: String::new() })
    }

    /// Waits until no rendered row shows this text, and rows are there.
    pub async fn see_no_row(&self, text: &str) -> Result<Vec<Row>> {
        self.see_rows(&format!("no row {text:?}"), |rows| {
            !rows.is_empty() && !rows.iter().any(|row| row.shows(text))
        })
        .await
    }

    /// Waits until the list has this many messages in all.
    pub async fn see_count(&self, messages: u32) -> Result<()> {
        let what = format!("a list of {messages}");
        wait::until(&what, async || self.count_of_rows().await, |count| *count == Some(messages)).await?;
        Ok(())
    }

    /// The grid's `aria-rowcount`.
    pub async fn count_of_rows(&self) -> Result<Option<u32>> {
        let script =
            "return document.querySelector('[role=\"grid\"]')?.getAttribute('aria-rowcount') ?? null";
        let count = self.run(script, Vec::new()).await?;
        Ok(count.as_str().and_then(|count| count.parse().ok()))
    }

    /// Waits for a row that shows this text and clicks it.
    pub async fn click_row(&self, text: &str) -> Result<()> {
        wait::until(
            &format!("a click on the row {text:?} to reach it"),
            async || {
                let row = self.see_row(text).await?;
                let element = self.element_of(&row).await?;
                // The list may move between looking and clicking.
                Ok(element.click().await.is_ok())
            },
            |clicked| *clicked,
        )
        .await?;
        Ok(())
    }

    /// The element of a row.
    pub async fn element_of(&self, row: &Row) -> Result<WebElement> {
        let selector = format!("[role=\"grid\"] [role=\"row\"][data-uid=\"{}\"]", row.uid);
        Ok(self.driver().find(By::Css(selector)).await?)
    }

    /// Opens a folder from the tree, whatever its counts are.
    pub async fn open_folder(&self, name: &str) -> Result<()> {
        self.click("treeitem", Name::Starts(name)).await?;
        self.see("heading", Name::Starts(name)).await.map(drop)
    }

    /// Waits until a toast or another status says this, among other things.
    pub async fn see_status(&self, text: &str) -> Result<()> {
        self.see_text("[role=\"status\"]", text).await
    }

    /// Waits until an alert says this, among other things.
    pub async fn see_alert(&self, text: &str) -> Result<()> {
        self.see_text("[role=\"alert\"]", text).await
    }

    /// Waits until an element that a selector finds has this text in it.
    pub async fn see_text(&self, selector: &str, text: &str) -> Result<()> {
        let script = "return [...document.querySelectorAll(arguments[0])].map(found => found.textContent)";
        let look = async || {
            let texts: Value = self.run(script, vec![json!(selector)]).await?;
            Ok(serde_json::from_value::<Vec<String>>(texts)?)
        };
        let what = format!("{selector} to say {text:?}");
        wait::until(&what, look, |texts| texts.iter().any(|found| found.contains(text))).await?;
        Ok(())
    }

    /// Waits until the connection's state begins so: "Online", "Reconnecting…" or "Offline".
    pub async fn see_connection(&self, state: &str) -> Result<()> {
        self.see_text("[role=\"status\"][aria-label=\"Connection\"]", state).await
    }

    /// Opens the menu Edit and chooses an item.
    pub async fn edit(&self, item: &str) -> Result<()> {
        self.click("button", "Edit").await?;
        self.click("menuitem", Name::Starts(item)).await
    }

    /// Chooses an option of a combobox.
    pub async fn choose(&self, combobox: &str, option: &str) -> Result<()> {
        let found = self.see("combobox", combobox).await?;
        let element = self.element(&found).await?;
        let options = element.find_all(By::Tag("option")).await?;
        for candidate in options {
            if candidate.text().await?.starts_with(option) {
                return Ok(candidate.click().await?);
            }
        }
        Err(Error::Unexpected { what: format!("the options of {combobox}"), got: format!("no {option}") })
    }

    /// Signs out.
    pub async fn sign_out(&self) -> Result<()> {
        self.click("button", "Account").await?;
        self.click("menuitem", "Sign out").await
    }

    /// Moves the keyboard's focus to the list.
    pub async fn focus_list(&self) -> Result<()> {
        let script = "(document.querySelector('[role=\"grid\"] [tabindex=\"0\"]') \
            ?? document.querySelector('[role=\"grid\"]')).focus()";
        self.run(script, Vec::new()).await.map(drop)
    }

    /// What axe finds wrong with the page's accessibility: the rule, what it wants, and where it is broken.
    pub async fn accessibility_faults(&self) -> Result<Vec<String>> {
        let axe = crate::axe::source()?;
        self.run(&axe, Vec::new()).await?;
        let script = "const done = arguments[arguments.length - 1];\
            axe.run(document, { iframes: false, resultTypes: ['violations'] }).then(result => \
            done(result.violations.map(fault => `${fault.id}: ${fault.help}: ${fault.nodes.map(node => node.html).join(' ')}`)), \
            error => done([`axe failed: ${error}`]))";
        let faults = self.driver().execute_async(script, Vec::new()).await?;
        Ok(serde_json::from_value(faults.json().clone())?)
    }

    /// How far the page can be scrolled sideways, in CSS pixels.
    pub async fn sideways(&self) -> Result<i64> {
        let script = "const page = document.scrollingElement; return page.scrollWidth - page.clientWidth";
        Ok(self.run(script, Vec::new()).await?.as_i64().unwrap_or_default())
    }
}
