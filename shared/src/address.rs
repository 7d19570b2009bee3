//! Mail addresses as they are shown.

use serde::{Deserialize, Serialize};

/// One mailbox of an address list (RFC 5322 §3.4), decoded for display. Nothing here is trusted: it is text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Address {
    /// The display name; empty where there is none.
    pub name: String,
    /// `local@domain`, or whatever the mail had in its place.
    pub email: String,
}

impl Address {
    /// The name where there is one, else the address.
    pub fn display(&self) -> &str {
        if self.name.is_empty() { &self.email } else { &self.name }
    }
}
