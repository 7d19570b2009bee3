//! Mail that leaves here, pure: from a draft to a message (RFC 5322), from a message to the draft that answers it.
//!
//! | module | subject |
//! |---|---|
//! | [`build`] | a draft as a message |
//! | [`flowed`] | plain text that any width can show (RFC 3676) |
//! | [`answer`] | the draft that answers a message or passes it on |
//! | [`mailto`] | what a `mailto:` address says (RFC 6068) |
//! | [`original`] | a message as answering it has to know it |
//! | [`resume`] | a message in Drafts as the draft it is |
//! | [`quote`] | the quoted text in it |
//! | [`editor`] | the HTML that a draft may have |
//! | [`plain`] | HTML as plain text |

pub mod answer;
pub mod build;
pub mod editor;
pub mod flowed;
pub mod mailto;
pub mod original;
pub mod plain;
pub mod quote;
pub mod resume;

/// Text without anything that could end a header field.
fn one_line(text: &str) -> String {
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    text.trim().to_owned()
}
