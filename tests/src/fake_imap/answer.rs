//! What is answered to which command.

use super::mailbox::{Mailbox, Message};
use std::fmt::Write;

/// One connection: which messages it has been told of.
#[derive(Clone, Debug, Default)]
pub(super) struct Connection {
    selected: bool,
    known: Vec<u32>,
}

impl Connection {
    /// The answer to one command line, tagged status and all.
    pub fn answer(&mut self, line: &str, mailbox: &mut Mailbox, expunges_by_itself: bool) -> String {
        let (tag, command) = line.split_once(' ').unwrap_or((line, ""));
        let (by_uid, command) = match command.strip_prefix("UID ") {
            Some(command) => (true, command),
            None => (false, command),
        };
        let (name, arguments) = command.split_once(' ').unwrap_or((command, ""));
        let mut said = match name.to_ascii_uppercase().as_str() {
            "CAPABILITY" => "* CAPABILITY IMAP4rev1\r\n".to_owned(),
            "LIST" => list("LIST"),
            "LSUB" => list("LSUB"),
            "STATUS" => status(arguments, mailbox),
            "SELECT" | "EXAMINE" => self.select(mailbox),
            "FETCH" => self.fetch(by_uid, arguments, mailbox),
            "STORE" => self.store(by_uid, arguments, mailbox, expunges_by_itself),
            "SEARCH" => self.search(by_uid, arguments, mailbox),
            "EXPUNGE" => {
                mailbox.expunge();
                String::new()
            }
            "LOGIN" | "NOOP" | "CHECK" | "SUBSCRIBE" => String::new(),
            "LOGOUT" => "* BYE Until soon\r\n".to_owned(),
            _ => return format!("{tag} BAD I do not know {name}\r\n"),
        };
        // Numbers may not change under a command that names messages by them (RFC 3501 §7.4.1).
        if by_uid || !["FETCH", "STORE", "SEARCH"].contains(&name) {
            said.push_str(&self.news(mailbox));
        }
        write!(said, "{tag} OK {name} done\r\n").ok();
        said
    }

    fn select(&mut self, mailbox: &Mailbox) -> String {
        self.selected = true;
        self.known = mailbox.messages.iter().map(|message| message.uid).collect();
        format!(
            "* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)\r\n* {} EXISTS\r\n* 0 RECENT\r\n\
             * OK [UIDVALIDITY 7] \r\n* OK [UIDNEXT {}] \r\n\
             * OK [PERMANENTFLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)] \r\n",
            self.known.len(),
            mailbox.next
        )
    }

    /// What changed since the connection was last told (RFC 3501 §7.3.1, §7.4.1).
    fn news(&mut self, mailbox: &Mailbox) -> String {
        let mut said = String::new();
        if !self.selected {
            return said;
        }
        while let Some(gone) =
            self.known.iter().position(|&uid| mailbox.messages.iter().all(|message| message.uid != uid))
        {
            self.known.remove(gone);
            write!(said, "* {} EXPUNGE\r\n", gone + 1).ok();
        }
        let before = self.known.len();
        let last = self.known.last().copied().unwrap_or_default();
        self.known.extend(mailbox.messages.iter().map(|message| message.uid).filter(|&uid| uid > last));
        if self.known.len() != before {
            write!(said, "* {} EXISTS\r\n", self.known.len()).ok();
        }
        said
    }

    /// The messages of a set, with the numbers this connection knows them by.
    fn chosen(&self, by_uid: bool, set: &str, mailbox: &Mailbox) -> Vec<(usize, Message)> {
        let numbered = self.known.iter().enumerate().map(|(at, &uid)| (at + 1, uid));
        let last = if by_uid { self.known.last().copied() } else { u32::try_from(self.known.len()).ok() };
        let fits = |number: usize, uid: u32| {
            let value = if by_uid { uid } else { u32::try_from(number).unwrap_or_default() };
            set.split(',').any(|range| within(range, value, last.unwrap_or_default()))
        };
        let chosen = numbered.filter(|&(number, uid)| fits(number, uid));
        chosen
            .filter_map(|(number, uid)| {
                let message = mailbox.messages.iter().find(|message| message.uid == uid)?;
                Some((number, message.clone()))
            })
            .collect()
    }

    fn fetch(&self, by_uid: bool, arguments: &str, mailbox: &Mailbox) -> String {
        let (set, items) = arguments.split_once(' ').unwrap_or((arguments, ""));
        let mut names = item_names(items);
        if by_uid && !names.contains(&"UID") {
            names.insert(0, "UID");
        }
        let mut said = String::new();
        for (number, message) in self.chosen(by_uid, set, mailbox) {
            let items: Vec<String> = names.iter().map(|name| message.item(name)).collect();
            write!(said, "* {number} FETCH ({})\r\n", items.join(" ")).ok();
        }
        said
    }

    fn store(
        &self,
        by_uid: bool,
        arguments: &str,
        mailbox: &mut Mailbox,
        expunges_by_itself: bool,
    ) -> String {
        let mut words = arguments.splitn(3, ' ');
        let (set, how) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let flags = words.next().unwrap_or_default().trim_matches(['(', ')']);
        let mut said = String::new();
        for (number, message) in self.chosen(by_uid, set, mailbox) {
            let Some(message) = mailbox.get(message.uid) else { continue };
            for flag in flags.split(' ') {
                if how.starts_with('+') {
                    message.flags.insert(flag.to_owned());
                } else {
                    message.flags.remove(flag);
                }
            }
            let (uid, flags) = (message.item("UID"), message.item("FLAGS"));
            write!(said, "* {number} FETCH ({uid} {flags})\r\n").ok();
        }
        if expunges_by_itself {
            mailbox.expunge();
        }
        said
    }

    /// By flags alone.
    fn search(&self, by_uid: bool, criteria: &str, mailbox: &Mailbox) -> String {
        let fits = |message: &Message| {
            criteria.split([' ', '(', ')']).all(|word| match word {
                "DELETED" => message.is("\\Deleted"),
                "UNDELETED" => !message.is("\\Deleted"),
                "SEEN" => message.is("\\Seen"),
                "UNSEEN" => !message.is("\\Seen"),
                _ => true,
            })
        };
        let found = self.chosen(by_uid, "1:*", mailbox).into_iter().filter(|(_, message)| fits(message));
        let numbers = found.map(|(number, message)| if by_uid { message.uid as usize } else { number });
        numbers.fold("* SEARCH".to_owned(), |said, number| format!("{said} {number}")) + "\r\n"
    }
}

/// The names in a list such as `(UID BODY.PEEK[HEADER.FIELDS (TO)])`.
fn item_names(list: &str) -> Vec<&str> {
    let list = list.strip_prefix('(').and_then(|list| list.strip_suffix(')')).unwrap_or(list);
    let mut inside = false;
    list.split(|char| {
        inside = char == '[' || inside && char != ']';
        char == ' ' && !inside
    })
    .collect()
}

fn list(name: &str) -> String {
    format!("* {name} (\\HasNoChildren) \"/\" \"INBOX\"\r\n* {name} (\\HasNoChildren) \"/\" \"Other\"\r\n")
}

fn status(arguments: &str, mailbox: &Mailbox) -> String {
    let (name, items) = arguments.rsplit_once(" (").unwrap_or((arguments, ""));
    let count = |fits: &dyn Fn(&Message) -> bool| mailbox.messages.iter().filter(|m| fits(m)).count();
    let values = items.trim_end_matches(')').split(' ').filter_map(|item| {
        let value = match item {
            "MESSAGES" => count(&|_| true),
            "UNSEEN" => count(&|message| !message.is("\\Seen")),
            "UIDNEXT" => mailbox.next as usize,
            "UIDVALIDITY" => 7,
            "RECENT" => 0,
            _ => return None,
        };
        Some(format!("{item} {value}"))
    });
    format!("* STATUS {name} ({})\r\n", values.collect::<Vec<_>>().join(" "))
}

/// Whether a value is in a range such as `4`, `2:*` or `9:5`.
fn within(range: &str, value: u32, last: u32) -> bool {
    let number = |text: &str| if text == "*" { Some(last) } else { text.parse().ok() };
    let (from, to) = range.split_once(':').unwrap_or((range, range));
    match (number(from), number(to)) {
        (Some(from), Some(to)) => (from.min(to)..=from.max(to)).contains(&value),
        _ => false,
    }
}
