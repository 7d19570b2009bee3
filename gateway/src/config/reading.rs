//! What reading may load from elsewhere.

use super::Network;
use serde::{Deserialize, Serialize};

/// The `[reading]` section.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Reading {
    /// Whether the gateway fetches remote images for readers who want them.
    pub image_proxy: bool,
    /// Networks it may fetch them from besides the public ones, at any port.
    pub image_proxy_allow: Vec<Network>,
}

impl Default for Reading {
    fn default() -> Self {
        Self { image_proxy: true, image_proxy_allow: Vec::new() }
    }
}
