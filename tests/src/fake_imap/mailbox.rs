//! The inbox: messages with flags, and what FETCH says of them.

use std::collections::BTreeSet;

/// One message.
#[derive(Clone, Debug)]
pub(super) struct Message {
    pub uid: u32,
    pub flags: BTreeSet<String>,
}

/// The messages in the order of their UIDs.
#[derive(Clone, Debug)]
pub(super) struct Mailbox {
    pub messages: Vec<Message>,
    pub next: u32,
}

impl Mailbox {
    pub fn new(uids: &[u32]) -> Self {
        let mut mailbox = Self { messages: Vec::new(), next: 1 };
        for &uid in uids {
            mailbox.next = uid;
            mailbox.deliver();
        }
        mailbox
    }

    /// Takes one more message in.
    pub fn deliver(&mut self) -> u32 {
        self.messages.push(Message { uid: self.next, flags: BTreeSet::new() });
        self.next += 1;
        self.next - 1
    }

    pub fn get(&mut self, uid: u32) -> Option<&mut Message> {
        self.messages.iter_mut().find(|message| message.uid == uid)
    }

    /// Removes the messages marked as deleted.
    pub fn expunge(&mut self) {
        self.messages.retain(|message| !message.is("\\Deleted"));
    }
}

impl Message {
    /// Whether it has a flag.
    pub fn is(&self, flag: &str) -> bool {
        self.flags.contains(flag)
    }

    /// One item of a FETCH answer (RFC 3501 §7.4.2).
    pub fn item(&self, name: &str) -> String {
        let Self { uid, .. } = self;
        let text = self.text();
        match name {
            "UID" => format!("UID {uid}"),
            "FLAGS" => format!("FLAGS ({})", self.flags.iter().cloned().collect::<Vec<_>>().join(" ")),
            "INTERNALDATE" => "INTERNALDATE \" 1-Feb-2024 10:20:30 +0000\"".to_owned(),
            "RFC822.SIZE" => format!("RFC822.SIZE {}", text.len() + 100),
            "ENVELOPE" => format!(
                "ENVELOPE (\"Thu, 1 Feb 2024 10:20:{uid} +0000\" \"Number {uid}\" {0} {0} {0} {0} NIL NIL NIL \
                 \"<{uid}@fake.example>\")",
                "((\"Ada\" NIL \"ada\" \"fake.example\"))"
            ),
            "BODYSTRUCTURE" => format!(
                "BODYSTRUCTURE (\"TEXT\" \"PLAIN\" (\"CHARSET\" \"UTF-8\") NIL NIL \"7BIT\" {} 1 NIL NIL NIL NIL)",
                text.len()
            ),
            section => {
                let section = section.replacen(".PEEK", "", 1);
                // An origin is named, a length is not (RFC 3501 §7.4.2).
                let named = section.split_once('.').filter(|_| section.contains('<'));
                let named = named.map_or(section.clone(), |(origin, _)| format!("{origin}>"));
                format!("{named} {{{}}}\r\n{text}", text.len())
            }
        }
    }

    fn text(&self) -> String {
        format!("The text of number {}.\r\n", self.uid)
    }
}
