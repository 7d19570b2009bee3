//! A real browser with a profile of its own, driven by WebDriver: Chromium, or Firefox.

mod engine;
mod find;
mod input;

pub use engine::Engine;
pub use find::{Found, Name};
pub use input::{Key, modifier};

use crate::{
    crypto,
    error::Result,
    process::{self, Process},
};
use serde_json::{Value, json};
use tempfile::TempDir;
use thirtyfour::{WebDriver, common::config::WebDriverConfig, extensions::cdp::ChromeDevTools};

/// What a browser is to be like.
#[derive(Clone, Debug, Default)]
pub struct BrowserOptions {
    /// Its make.
    pub engine: Engine,
    /// More of Chromium's command line.
    pub arguments: Vec<String>,
}

/// A browser with one window.
#[derive(Debug)]
pub struct Browser {
    driver: WebDriver,
    devtools: ChromeDevTools,
    _process: Process,
    // Removed when the browser has died with `_process` above.
    _profile: TempDir,
}

impl Browser {
    /// Starts Chromium with an empty profile and a window of 1280 × 800.
    pub async fn start() -> Result<Self> {
        Self::start_with(BrowserOptions::default()).await
    }

    /// Starts a browser with an empty profile and a window of 1280 × 800.
    pub async fn start_with(options: BrowserOptions) -> Result<Self> {
        let engine = options.engine;
        let profile = tempfile::Builder::new().prefix("postern-browser-").tempdir()?;
        let log = profile.path().join("driver.log");
        let program = process::program(engine.driver())?;
        let port = process::free_port();
        let mut process = Process::spawn(&program, &log, |command| {
            command.args(engine.driver_arguments(port, profile.path())).env("TMPDIR", profile.path());
        })?;
        let ready = |log: &str| engine.is_ready(log).then_some(());
        process.logged(&format!("{} to start", engine.driver()), ready).await?;

        crypto::provide();
        let capabilities = engine.capabilities(profile.path(), &options)?;
        let config = WebDriverConfig::builder().keep_alive(true).build()?;
        let driver =
            WebDriver::new_with_config(format!("http://127.0.0.1:{port}"), capabilities, config).await?;
        // The process guard ends the session; thirtyfour's own way waits for a runtime that may be gone.
        driver.clone().leak().ok();
        let devtools = ChromeDevTools::new(driver.handle.clone());
        Ok(Self { driver, devtools, _process: process, _profile: profile })
    }

    /// What WebDriver itself offers.
    pub fn driver(&self) -> &WebDriver {
        &self.driver
    }

    /// Opens an address and waits until the page has loaded.
    pub async fn open(&self, url: &str) -> Result<()> {
        Ok(self.driver.goto(url).await?)
    }

    /// The path of the page's address, with its query.
    pub async fn path(&self) -> Result<String> {
        let url = self.driver.current_url().await?;
        Ok(url.query().map_or(url.path().to_owned(), |query| format!("{}?{query}", url.path())))
    }

    /// Runs a function body in the page and returns what it returns.
    pub async fn run(&self, script: &str, arguments: Vec<Value>) -> Result<Value> {
        Ok(self.driver.execute(script, arguments).await?.json().clone())
    }

    /// Sends a command of the DevTools protocol.
    pub async fn cdp(&self, command: &str, parameters: Value) -> Result<Value> {
        Ok(self.devtools.execute_cdp_with_params(command, parameters).await?)
    }

    /// Cuts the page off from every network, or connects it again.
    pub async fn set_offline(&self, offline: bool) -> Result<()> {
        self.cdp("Network.enable", json!({})).await?;
        let conditions =
            json!({ "offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1 });
        self.cdp("Network.emulateNetworkConditions", conditions).await.map(drop)
    }

    /// Turns the window into a phone's touch screen, 390 × 844.
    pub async fn be_a_phone(&self) -> Result<()> {
        let metrics = json!({ "width": 390, "height": 844, "deviceScaleFactor": 2, "mobile": true });
        self.cdp("Emulation.setDeviceMetricsOverride", metrics).await?;
        let touch = json!({ "enabled": true, "maxTouchPoints": 1 });
        self.cdp("Emulation.setTouchEmulationEnabled", touch).await.map(drop)
    }

    /// What the page's console said, errors and all, since this was last asked.
    pub async fn console(&self) -> Result<Vec<String>> {
        let log = self.driver.handle.cmd(find::BrowserLog).await?.value_json()?;
        let entries = log.as_array().cloned().unwrap_or_default();
        Ok(entries
            .iter()
            .map(|entry| format!("{}: {}", entry["level"].as_str().unwrap_or("?"), entry["message"]))
            .collect())
    }

    /// A picture of the window, as PNG.
    pub async fn picture(&self) -> Result<Vec<u8>> {
        Ok(self.driver.screenshot_as_png().await?)
    }
}
