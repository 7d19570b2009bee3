//! The browsers there are, each with the program that WebDriver reaches it by.

use super::BrowserOptions;
use crate::{error::Result, process};
use serde_json::json;
use std::path::Path;
use thirtyfour::{Capabilities, CapabilitiesHelper, ChromiumLikeCapabilities, DesiredCapabilities};

/// A browser's make.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Engine {
    /// Chromium, through chromedriver. What finds by role and name and what presses keys needs its DevTools.
    #[default]
    Chromium,
    /// Firefox, through geckodriver: pages, scripts, frames and clicks.
    Firefox,
}

/// What keeps Chromium small, quiet and on this machine.
const CHROMIUM_ARGUMENTS: [&str; 12] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--disable-background-timer-throttling",
    "--lang=en-US",
    // It ends when chromedriver does, whatever ends that.
    "--remote-debugging-pipe",
];

impl Engine {
    /// The program that drives it.
    pub(super) fn driver(self) -> &'static str {
        match self {
            Engine::Chromium => "chromedriver",
            Engine::Firefox => "geckodriver",
        }
    }

    /// What the driver is started with.
    pub(super) fn driver_arguments(self, port: u16, profile: &Path) -> Vec<String> {
        let port = format!("--port={port}");
        match self {
            Engine::Chromium => vec![port],
            // Its own second port has a fixed number otherwise.
            Engine::Firefox => {
                vec![port, "--websocket-port=0".to_owned(), format!("--profile-root={}", profile.display())]
            }
        }
    }

    /// What the driver says once it listens.
    pub(super) fn is_ready(self, log: &str) -> bool {
        log.contains(match self {
            Engine::Chromium => "started successfully",
            Engine::Firefox => "Listening on",
        })
    }

    /// What the session is to be like.
    pub(super) fn capabilities(self, profile: &Path, options: &BrowserOptions) -> Result<Capabilities> {
        match self {
            Engine::Chromium => chromium(profile, options),
            Engine::Firefox => firefox(),
        }
    }
}

fn chromium(profile: &Path, options: &BrowserOptions) -> Result<Capabilities> {
    let mut capabilities = DesiredCapabilities::chrome();
    for argument in CHROMIUM_ARGUMENTS.iter().copied().chain(options.arguments.iter().map(String::as_str)) {
        capabilities.add_arg(argument)?;
    }
    capabilities.add_arg(&format!("--user-data-dir={}", profile.join("profile").display()))?;
    capabilities.add_arg("--window-size=1280,800")?;
    capabilities.insert_base_capability("goog:loggingPrefs".to_owned(), json!({ "browser": "ALL" }));
    Ok(capabilities.into())
}

fn firefox() -> Result<Capabilities> {
    let mut capabilities = DesiredCapabilities::firefox();
    let binary = process::program("firefox-esr").or_else(|_| process::program("firefox"))?;
    let options = json!({ "binary": binary, "args": ["-headless", "-width", "1280", "-height", "800"] });
    capabilities.insert_base_capability("moz:firefoxOptions".to_owned(), options);
    Ok(capabilities.into())
}
