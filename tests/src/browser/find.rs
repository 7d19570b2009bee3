//! Finding what a person finds: by role and accessible name, as the browser itself computes them.

use super::Browser;
use crate::{
    error::{Error, Result},
    wait,
};
use serde_json::{Value, json};
use thirtyfour::{By, Key, RequestData, SessionId, WebElement, common::command::FormatRequestData};

/// How an accessible name has to be.
#[derive(Clone, Copy, Debug)]
pub enum Name<'a> {
    /// Exactly this.
    Is(&'a str),
    /// Begins with this.
    Starts(&'a str),
    /// Has this in it.
    Has(&'a str),
    /// Whatever it is.
    Any,
}

impl<'a> From<&'a str> for Name<'a> {
    fn from(name: &'a str) -> Self {
        Name::Is(name)
    }
}

impl Name<'_> {
    fn fits(self, name: &str) -> bool {
        match self {
            Name::Is(wanted) => name == wanted,
            Name::Starts(beginning) => name.starts_with(beginning),
            Name::Has(part) => name.contains(part),
            Name::Any => true,
        }
    }
}

/// One element of the accessibility tree.
#[derive(Clone, Debug)]
pub struct Found {
    /// Its accessible name.
    pub name: String,
    /// Its properties, such as `disabled`, `checked` and `busy`, as the DevTools protocol lists them.
    properties: Vec<Value>,
    node: u64,
}

impl Found {
    /// Whether a property such as `disabled` is true.
    pub fn is(&self, property: &str) -> bool {
        let mut found = self.properties.iter().filter(|entry| entry["name"] == property);
        found.any(|entry| entry["value"]["value"] == true || entry["value"]["value"] == "true")
    }
}

impl Browser {
    /// All elements of a role that the browser exposes now, in the page's order.
    pub async fn all(&self, role: &str, name: impl Into<Name<'_>>) -> Result<Vec<Found>> {
        let name = name.into();
        let document = self.cdp("DOM.getDocument", json!({ "depth": 0 })).await?;
        let query = json!({ "backendNodeId": document["root"]["backendNodeId"], "role": role });
        let answer = self.cdp("Accessibility.queryAXTree", query).await?;
        let nodes = answer["nodes"].as_array().cloned().unwrap_or_default();
        let exposed = nodes.iter().filter(|node| node["ignored"] != true);
        Ok(exposed
            .filter_map(|node| {
                Some(Found {
                    name: node["name"]["value"].as_str().unwrap_or_default().to_owned(),
                    properties: node["properties"].as_array().cloned().unwrap_or_default(),
                    node: node["backendDOMNodeId"].as_u64()?,
                })
            })
            .filter(|found| name.fits(&found.name))
            .collect())
    }

    /// Waits for an element by role and name, the first where there are several.
    pub async fn see(&self, role: &str, name: impl Into<Name<'_>>) -> Result<Found> {
        let name = name.into();
        let seen = wait::until(
            &format!("{role} {name:?}"),
            async || self.settled(self.all(role, name).await),
            |found| !found.is_empty(),
        )
        .await;
        match seen {
            Ok(mut found) => Ok(found.swap_remove(0)),
            Err(Error::TimedOut { what, .. }) => {
                let there = self.all(role, Name::Any).await?.into_iter().map(|found| found.name);
                Err(Error::TimedOut { what, last: format!("{:?}", there.collect::<Vec<_>>()) })
            }
            Err(error) => Err(error),
        }
    }

    /// Waits until no element of this role and name is left.
    pub async fn see_none(&self, role: &str, name: impl Into<Name<'_>>) -> Result<()> {
        let name = name.into();
        let what = format!("no {role} {name:?}");
        wait::until(&what, async || self.settled(self.all(role, name).await), Vec::is_empty).await?;
        Ok(())
    }

    /// Waits for an element and clicks in its middle.
    pub async fn click(&self, role: &str, name: impl Into<Name<'_>>) -> Result<()> {
        let name = name.into();
        let what = format!("a click on {role} {name:?} to reach it");
        wait::until(
            &what,
            async || {
                let found = self.see(role, name).await?;
                // It may be rendered anew, or still lie under a closing menu, between finding and clicking.
                match self.element(&found).await?.click().await {
                    Ok(()) => Ok(String::new()),
                    Err(error) => Ok(error.to_string()),
                }
            },
            String::is_empty,
        )
        .await?;
        Ok(())
    }

    /// Waits for a text field, empties it and types into it.
    pub async fn fill(&self, role: &str, name: impl Into<Name<'_>>, text: &str) -> Result<()> {
        let found = self.see(role, name).await?;
        let element = self.element(&found).await?;
        // As a person does it: WebDriver's own clearing tells the page nothing of it.
        element.send_keys(Key::Control + "a").await?;
        element.send_keys(Key::Delete + text).await?;
        Ok(())
    }

    /// Waits until a CSS selector finds something, and returns the first.
    pub async fn css(&self, selector: &str) -> Result<WebElement> {
        let mut found = wait::until(
            selector,
            async || Ok(self.driver().find_all(By::Css(selector)).await?),
            |found| !found.is_empty(),
        )
        .await?;
        Ok(found.swap_remove(0))
    }

    /// How many elements a CSS selector finds now.
    pub async fn count(&self, selector: &str) -> Result<usize> {
        Ok(self.driver().find_all(By::Css(selector)).await?.len())
    }

    /// What WebDriver calls an element. chromedriver's ids are the frame, the document and, last, the number that
    /// the DevTools protocol knows the node by.
    pub async fn element(&self, found: &Found) -> Result<WebElement> {
        let html = self.driver().find(By::Css("html")).await?;
        let id = html.element_id().to_string();
        let frame = id.rsplit_once('.').map_or(id.as_str(), |(frame, _)| frame);
        let reference = json!({ "element-6066-11e4-a52e-4f735466cecf": format!("{frame}.{}", found.node) });
        Ok(WebElement::from_json(reference, self.driver().handle.clone())?)
    }

    /// A page that is being replaced has no tree for a moment: that is no failure, only nothing yet.
    fn settled(&self, found: Result<Vec<Found>>) -> Result<Vec<Found>> {
        match found {
            Err(Error::WebDriver(_)) => Ok(Vec::new()),
            found => found,
        }
    }
}

/// chromedriver's command for the console's messages, which WebDriver itself lacks.
#[derive(Debug)]
pub(super) struct BrowserLog;

impl FormatRequestData for BrowserLog {
    fn format_request(&self, session: &SessionId) -> RequestData {
        RequestData::new(http::Method::POST, format!("/session/{session}/se/log"))
            .add_body(json!({ "type": "browser" }))
    }
}
