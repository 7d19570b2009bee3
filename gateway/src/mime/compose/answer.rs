//! The draft that answers a message or passes it on: whom it goes to, as whom, under which subject, with which quote.

use super::quote::{Quote, quote};
use postern_shared::{
    address::Address,
    ids::MessageKey,
    writing::{Answer, Answers, Draft, DraftFile, Identity},
};
use std::collections::HashSet;

/// What answering has to know of a message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Original {
    /// Decoded subject.
    pub subject: String,
    /// From.
    pub from: Vec<Address>,
    /// Reply-To; empty where there is none.
    pub reply_to: Vec<Address>,
    /// To.
    pub to: Vec<Address>,
    /// Cc.
    pub cc: Vec<Address>,
    /// Mail-Followup-To: where its sender wants answers to all; empty where there is none.
    pub followup_to: Vec<Address>,
    /// The address of List-Post (RFC 2369 §3.4).
    pub list_post: Option<Address>,
    /// Message-ID with angle brackets.
    pub message_id: Option<String>,
    /// References, or In-Reply-To where there are none; oldest first.
    pub references: Vec<String>,
    /// When it was sent, in words.
    pub sent: Option<String>,
    /// What it says.
    pub quote: Quote,
    /// Its files, for passing it on.
    pub files: Vec<DraftFile>,
}

/// The draft that answers.
pub fn answer(key: MessageKey, how: Answer, original: &Original, identities: &[Identity]) -> Draft {
    let identity = chosen(identities, original);
    let recipients = match how {
        Answer::Reply => Recipients { to: sender(original, identities), cc: Vec::new() },
        Answer::ReplyAll => everybody(original, identities),
        Answer::Forward | Answer::ForwardAsFile => Recipients::default(),
    };
    let forwards = matches!(how, Answer::Forward | Answer::ForwardAsFile);
    let message_id = original.message_id.clone();
    let references = if forwards { Vec::new() } else { thread(original) };
    let signature = identity.map(|identity| identity.signature.as_str()).unwrap_or_default();
    Draft {
        from: identity.map(|identity| identity.address.clone()).unwrap_or_default(),
        to: recipients.to,
        cc: recipients.cc,
        bcc: Vec::new(),
        subject: subject(&original.subject, if forwards { "Fwd" } else { "Re" }),
        text: quote(how, original, signature),
        files: if forwards { original.files.clone() } else { Vec::new() },
        answers: Some(Answers {
            key: Some(key),
            how,
            message_id: message_id.filter(|_| !forwards),
            references,
        }),
    }
}

#[derive(Debug, Default, PartialEq, Eq)]
struct Recipients {
    to: Vec<Address>,
    cc: Vec<Address>,
}

/// Whom a reply goes to: where Reply-To says, else to its sender; an answer to one's own mail goes where that went.
fn sender(original: &Original, identities: &[Identity]) -> Vec<Address> {
    let own = !original.from.is_empty() && original.from.iter().all(|from| is_own(from, identities));
    if own && !original.to.is_empty() {
        return unique(original.to.iter(), &mut HashSet::new());
    }
    let answered = if original.reply_to.is_empty() { &original.from } else { &original.reply_to };
    unique(answered.iter(), &mut HashSet::new())
}

/// Whom an answer to all goes to: where Mail-Followup-To says, else to the sender and everybody it was for, oneself left
/// out.
fn everybody(original: &Original, identities: &[Identity]) -> Recipients {
    let mut seen = HashSet::new();
    let others = |list: &[Address]| -> Vec<Address> {
        list.iter().filter(|address| !is_own(address, identities)).cloned().collect()
    };
    if !original.followup_to.is_empty() {
        let to = unique(others(&original.followup_to).iter(), &mut seen);
        return Recipients { to, cc: Vec::new() };
    }
    let to = unique(sender(original, identities).iter(), &mut seen);
    let mut also = others(&original.to);
    also.extend(others(&original.cc));
    // A list that sets Reply-To to the sender, or hides itself, is still part of the conversation.
    also.extend(original.list_post.clone());
    let cc = unique(also.iter(), &mut seen);
    if to.is_empty() { Recipients { to: cc, cc: Vec::new() } } else { Recipients { to, cc } }
}

fn unique<'a>(list: impl Iterator<Item = &'a Address>, seen: &mut HashSet<String>) -> Vec<Address> {
    list.filter(|address| !address.email.is_empty() && seen.insert(address.email.to_lowercase()))
        .cloned()
        .collect()
}

fn is_own(address: &Address, identities: &[Identity]) -> bool {
    identities.iter().any(|own| own.address.email.eq_ignore_ascii_case(&address.email))
}

/// The identity that a message was for, or came from; else the usual one.
fn chosen<'a>(identities: &'a [Identity], original: &Original) -> Option<&'a Identity> {
    let named = original.to.iter().chain(&original.cc).chain(&original.from);
    let mut matching = named.filter_map(|address| {
        identities.iter().find(|own| own.address.email.eq_ignore_ascii_case(&address.email))
    });
    matching.next().or(identities.first())
}

/// RFC 5322 §3.6.4: the message's own References and then its Message-ID.
fn thread(original: &Original) -> Vec<String> {
    original.references.iter().cloned().chain(original.message_id.clone()).collect()
}

/// "Re: " once, whatever language the last one answered in.
fn subject(subject: &str, prefix: &str) -> String {
    const REPLIES: [&str; 9] = ["re", "aw", "sv", "vs", "antw", "ref", "odp", "ynt", "回复"];
    const FORWARDS: [&str; 6] = ["fwd", "fw", "wg", "tr", "rv", "转发"];
    let same = if prefix == "Re" { &REPLIES[..] } else { &FORWARDS[..] };
    let mut rest = subject.trim();
    // "Re: Re: x" and "Re[2]: x" are "x".
    while let Some((before, after)) = rest.split_once([':', '：']) {
        let word = before.split('[').next().unwrap_or_default().trim().to_lowercase();
        let counted = before.split_once('[').is_none_or(|(_, count)| count.trim_end().ends_with(']'));
        if !same.contains(&word.as_str()) || !counted {
            break;
        }
        rest = after.trim_start();
    }
    format!("{prefix}: {rest}").trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use postern_shared::ids::{Uid, UidValidity};

    fn person(email: &str) -> Address {
        Address { name: String::new(), email: email.to_owned() }
    }

    fn people(emails: &[&str]) -> Vec<Address> {
        emails.iter().map(|email| person(email)).collect()
    }

    fn me() -> Vec<Identity> {
        ["ada@x.test", "info@x.test"]
            .map(|email| Identity { address: person(email), signature: String::new() })
            .to_vec()
    }

    fn key() -> MessageKey {
        MessageKey { folder: "INBOX".into(), validity: UidValidity(1), uid: Uid(1) }
    }

    fn original() -> Original {
        Original {
            from: people(&["grace@x.test"]),
            to: people(&["Ada@x.test", "bob@x.test"]),
            cc: people(&["carol@x.test", "grace@x.test"]),
            message_id: Some("<2@x.test>".to_owned()),
            references: vec!["<1@x.test>".to_owned()],
            subject: "Lunch".to_owned(),
            ..Original::default()
        }
    }

    fn recipients(how: Answer, original: &Original) -> (Vec<String>, Vec<String>) {
        let draft = answer(key(), how, original, &me());
        let emails = |list: Vec<Address>| list.into_iter().map(|address| address.email).collect();
        (emails(draft.to), emails(draft.cc))
    }

    #[test]
    fn answers_go_where_people_expect() {
        let plain = original();
        let reply_to = Original { reply_to: people(&["desk@x.test"]), ..original() };
        let followup = Original { followup_to: people(&["list@x.test", "ada@x.test"]), ..original() };
        let own = Original { from: people(&["ada@x.test"]), to: people(&["bob@x.test"]), ..original() };
        let list = Original { list_post: Some(person("list@x.test")), ..original() };
        let table: [(Answer, &Original, &[&str], &[&str]); 8] = [
            (Answer::Reply, &plain, &["grace@x.test"], &[]),
            (Answer::ReplyAll, &plain, &["grace@x.test"], &["bob@x.test", "carol@x.test"]),
            (Answer::Reply, &reply_to, &["desk@x.test"], &[]),
            (Answer::ReplyAll, &reply_to, &["desk@x.test"], &["bob@x.test", "carol@x.test", "grace@x.test"]),
            (Answer::ReplyAll, &followup, &["list@x.test"], &[]),
            (Answer::Reply, &own, &["bob@x.test"], &[]),
            (Answer::ReplyAll, &list, &["grace@x.test"], &["bob@x.test", "carol@x.test", "list@x.test"]),
            (Answer::Forward, &plain, &[], &[]),
        ];
        for (how, original, to, cc) in table {
            let (found_to, found_cc) = recipients(how, original);
            assert_eq!((found_to, found_cc), (to.map_owned(), cc.map_owned()), "{how:?}");
        }
    }

    trait MapOwned {
        fn map_owned(&self) -> Vec<String>;
    }

    impl MapOwned for &[&str] {
        fn map_owned(&self) -> Vec<String> {
            self.iter().map(|text| (*text).to_owned()).collect()
        }
    }

    #[test]
    fn the_identity_is_the_one_the_mail_was_for() {
        let to_info = Original { to: people(&["INFO@x.test"]), ..original() };
        assert_eq!(answer(key(), Answer::Reply, &to_info, &me()).from.email, "info@x.test");
        let to_nobody = Original { to: Vec::new(), cc: Vec::new(), ..original() };
        assert_eq!(answer(key(), Answer::Reply, &to_nobody, &me()).from.email, "ada@x.test");
    }

    #[test]
    fn a_conversation_keeps_its_thread_and_a_forward_begins_one() {
        let reply = answer(key(), Answer::Reply, &original(), &me()).answers.unwrap();
        assert_eq!(reply.message_id.as_deref(), Some("<2@x.test>"));
        assert_eq!(reply.references, ["<1@x.test>", "<2@x.test>"]);
        let forward = answer(key(), Answer::Forward, &original(), &me()).answers.unwrap();
        assert_eq!((forward.message_id, forward.references.len()), (None, 0));
    }

    #[test]
    fn subjects_are_prefixed_once() {
        for (before, prefix, after) in [
            ("Lunch", "Re", "Re: Lunch"),
            ("Re: Lunch", "Re", "Re: Lunch"),
            ("RE: re: AW: Lunch", "Re", "Re: Lunch"),
            ("Re[2]: Lunch", "Re", "Re: Lunch"),
            ("Fwd: Lunch", "Re", "Re: Fwd: Lunch"),
            ("WG: Lunch", "Fwd", "Fwd: Lunch"),
            ("Re: Lunch", "Fwd", "Fwd: Re: Lunch"),
            ("Reminder: Lunch", "Re", "Re: Reminder: Lunch"),
            ("回复：午饭", "Re", "Re: 午饭"),
            ("", "Re", "Re:"),
        ] {
            assert_eq!(subject(before, prefix), after, "{before:?}");
        }
    }
}
