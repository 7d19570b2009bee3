//! Mail of our own making.

use crate::{dovecot::maildir::Marks, error::Result};
use mail_builder::{MessageBuilder, headers::message_id::MessageId};
use std::borrow::Cow;

/// A name and an address.
pub type Person = (&'static str, &'static str);

/// One message and how it lies in its folder.
#[derive(Clone, Debug, Default)]
pub struct Mail {
    /// Sender.
    pub from: Option<Person>,
    /// To.
    pub to: Vec<Person>,
    /// Cc.
    pub cc: Vec<Person>,
    /// Subject, in any script.
    pub subject: String,
    /// Date and time of arrival, in seconds since 1970.
    pub sent: u64,
    /// Message-ID without angle brackets.
    pub id: String,
    /// The Message-IDs of the conversation before it, the oldest first.
    pub references: Vec<String>,
    /// The plain text.
    pub text: Option<String>,
    /// The HTML.
    pub html: Option<String>,
    /// Attachments: media type, name, content.
    pub files: Vec<(&'static str, Cow<'static, str>, Vec<u8>)>,
    /// Pictures the HTML shows as `cid:NAME`: media type, name, content.
    pub pictures: Vec<(&'static str, &'static str, Vec<u8>)>,
    /// Flags.
    pub marks: Marks,
}

impl Mail {
    /// A letter in plain text.
    pub fn new(from: Person, to: Person, subject: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            from: Some(from),
            to: vec![to],
            subject: subject.into(),
            text: Some(text.into()),
            ..Self::default()
        }
    }

    /// The answer to it, with its text quoted.
    #[must_use]
    pub fn answer(&self, from: Person, text: &str) -> Self {
        let subject = self.subject.strip_prefix("Re: ").unwrap_or(&self.subject);
        let quoted = self.text.iter().flat_map(|text| text.lines()).map(|line| format!("> {line}\n"));
        let quoted: String = quoted.collect();
        let author = self.from.map_or("", |(name, _)| name);
        Self {
            from: Some(from),
            to: self
                .from
                .into_iter()
                .chain(self.to.iter().copied())
                .filter(|person| *person != from)
                .collect(),
            cc: self.cc.iter().copied().filter(|person| *person != from).collect(),
            subject: format!("Re: {subject}"),
            references: self.references.iter().chain([&self.id]).cloned().collect(),
            text: Some(format!("{text}\n\n{author} wrote:\n{quoted}")),
            ..Self::default()
        }
    }

    /// The message as it travels (RFC 5322).
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        let mut message = MessageBuilder::new()
            .message_id(self.id.as_str())
            .date(i64::try_from(self.sent).unwrap_or_default())
            .to(self.to.clone());
        if !self.subject.is_empty() {
            message = message.subject(self.subject.as_str());
        }
        if let Some(from) = self.from {
            message = message.from(from);
        }
        if !self.cc.is_empty() {
            message = message.cc(self.cc.clone());
        }
        if let Some(last) = self.references.last() {
            let all = MessageId::new_list(self.references.iter().map(String::as_str));
            message = message.in_reply_to(last.as_str()).references(all);
        }
        if let Some(text) = &self.text {
            message = message.text_body(text.as_str());
        }
        if let Some(html) = &self.html {
            message = message.html_body(html.as_str());
        }
        for (media_type, name, content) in &self.files {
            message = message.attachment(*media_type, name.as_ref(), content.as_slice());
        }
        for (media_type, name, content) in &self.pictures {
            message = message.inline(*media_type, *name, content.as_slice());
        }
        Ok(message.write_to_vec()?)
    }
}

/// The `number`th of many short, plain messages: its subject is "Message 00001" and so on. Senders repeat every ten.
pub fn numbered(number: u32) -> Mail {
    const SENDERS: [Person; 10] = [
        ("Alma", "alma@example.org"),
        ("Bruno", "bruno@example.org"),
        ("Chiara", "chiara@example.org"),
        ("Dilek", "dilek@example.org"),
        ("Emil", "emil@example.org"),
        ("Freya", "freya@example.org"),
        ("Goran", "goran@example.org"),
        ("Hanna", "hanna@example.org"),
        ("Ines", "ines@example.org"),
        ("Jakob", "jakob@example.org"),
    ];
    let from = SENDERS[(number % 10) as usize];
    let mut letter = Mail::new(
        from,
        ("Ada", "ada@demo.test"),
        format!("Message {number:05}"),
        format!("This is message number {number}.\n"),
    );
    letter.id = format!("{number}@numbered.example.org");
    letter.sent = 1_600_000_000 + 60 * u64::from(number);
    letter.marks.seen = true;
    letter
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_names_and_quotes_what_it_answers() -> Result<()> {
        let (ada, grace) = (("Ada", "ada@demo.test"), ("Grace", "grace@demo.test"));
        let mut first = Mail::new(ada, grace, "Engine", "It runs.");
        first.id = "1@demo.test".to_owned();
        let answer = first.answer(grace, "At last!");
        assert_eq!((answer.to, answer.subject.as_str()), (vec![ada], "Re: Engine"));
        assert_eq!(answer.references, ["1@demo.test"]);
        assert_eq!(answer.text.as_deref(), Some("At last!\n\nAda wrote:\n> It runs.\n"));
        Ok(())
    }

    #[test]
    fn a_subject_in_another_script_travels_in_ascii() -> Result<()> {
        let mut letter = numbered(7);
        letter.subject = "写真 📷".to_owned();
        let bytes = letter.to_bytes()?;
        assert!(bytes.is_ascii());
        assert!(String::from_utf8_lossy(&bytes).contains("Message-ID: <7@numbered.example.org>"));
        Ok(())
    }
}
