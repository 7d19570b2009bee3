//! The header of a message, as a person looks into it.

use serde::{Deserialize, Serialize};

/// The header of a message, field by field.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeaderFields {
    /// The fields, in the message's order.
    pub fields: Vec<HeaderField>,
    /// Whether that is all of them.
    pub complete: bool,
}

/// One field of a header (RFC 5322 §2.2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeaderField {
    /// Its name as it is written; empty for a line that is none.
    pub name: String,
    /// What stands behind the colon as it was sent, with its line breaks.
    pub raw: String,
    /// The same on one line and decoded (RFC 2047).
    pub text: String,
}
