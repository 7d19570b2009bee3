//! Mail that leaves here, pure: from a draft to a message (RFC 5322), from a message to the draft that answers it.
//!
//! | module | subject |
//! |---|---|
//! | [`build`] | a draft as a message |
//! | [`flowed`] | plain text that any width can show (RFC 3676) |
//! | [`answer`] | the draft that answers a message or passes it on |
//! | [`quote`] | the quoted text in it |
//! | [`editor_html`] | HTML as the editor may have it |
//! | `fields` | names of people and files in headers |
//! | [`mailto`] | the draft that a `mailto:` address asks for (RFC 6068) |

pub mod answer;
pub mod build;
pub mod editor_html;
mod fields;
pub mod flowed;
pub mod mailto;
pub mod quote;
