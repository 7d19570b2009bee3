//! What helps people to read their mail, and what reading may load from elsewhere.

use super::Network;
use serde::{Deserialize, Serialize};

/// The `[reading]` section.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Reading {
    /// The names under which the operator's mail servers write `Authentication-Results` and `Received` (RFC 8601 §2.5).
    pub authserv_ids: Vec<String>,
    /// Whether the gateway fetches remote images for readers who want them.
    pub image_proxy: bool,
    /// Networks it may fetch them from besides the public ones, at any port.
    pub image_proxy_allow: Vec<Network>,
}

impl Default for Reading {
    fn default() -> Self {
        Self { authserv_ids: Vec::new(), image_proxy: true, image_proxy_allow: Vec::new() }
    }
}

impl Reading {
    /// Values that no server could have written.
    pub(super) fn problems(&self) -> impl Iterator<Item = String> {
        let is_bad = |id: &&String| {
            id.is_empty()
                || id.ends_with('.')
                || id.contains(|c: char| c.is_whitespace() || ";=()\"".contains(c))
        };
        let bad = self.authserv_ids.iter().filter(is_bad);
        bad.map(|id| {
            format!("reading.authserv_ids: \"{id}\" is no name of a server, such as \"mx.example.org\"")
        })
    }
}
