//! Reports on a message: delivered or not (RFC 3464), read or not (RFC 8098), complained about (RFC 5965).

use super::{
    Card,
    fields::{Group, groups},
};

/// Recipients named one by one.
const RECIPIENTS_LIMIT: usize = 10;

/// What became of a message on its way.
pub(super) fn delivery(text: &str) -> Option<Card> {
    let groups = groups(text);
    let recipients: Vec<_> = groups.iter().filter(|group| recipient(group).is_some()).collect();
    let first = recipients.first()?;
    let mut card = Card::new("Delivery report", title(&recipients));
    for group in recipients.iter().take(RECIPIENTS_LIMIT) {
        card.line(what_became(group));
        card.fact("The server's words", group.untyped("diagnostic-code").unwrap_or_default());
        card.fact("Status", group.get("status").map(status).unwrap_or_default());
    }
    if recipients.len() > RECIPIENTS_LIMIT {
        card.line(format!("And {} more recipients.", recipients.len() - RECIPIENTS_LIMIT));
    }
    card.fact("Server", first.untyped("remote-mta").unwrap_or_default());
    let reporter = groups.iter().find_map(|group| group.untyped("reporting-mta"));
    card.fact("Reported by", reporter.unwrap_or_default());
    let retries = recipients.iter().find_map(|group| group.get("will-retry-until"));
    card.fact("Tries again until", retries.unwrap_or_default());
    Some(card)
}

fn recipient(group: &Group) -> Option<&str> {
    group.untyped("original-recipient").or_else(|| group.untyped("final-recipient"))
}

fn action(group: &Group) -> String {
    let told = group.get("action").unwrap_or_default();
    let word = told.split([' ', '(', ';']).next().unwrap_or_default().to_ascii_lowercase();
    match (word.as_str(), group.get("status").unwrap_or_default().trim_start().chars().next()) {
        ("", Some('5')) => "failed".to_owned(),
        ("", Some('4')) => "delayed".to_owned(),
        ("", Some('2')) => "delivered".to_owned(),
        _ => word,
    }
}

fn title(recipients: &[&Group]) -> String {
    let all = |wanted: &str| recipients.iter().all(|group| action(group) == wanted);
    let title = if all("failed") {
        "Your message could not be delivered"
    } else if all("delayed") {
        "Your message is delayed"
    } else if all("delivered") {
        "Your message was delivered"
    } else if recipients.iter().any(|group| action(group) == "failed") {
        "Your message could not be delivered to everybody"
    } else {
        "What became of your message"
    };
    title.to_owned()
}

fn what_became(group: &Group) -> String {
    let to = recipient(group).unwrap_or("somebody");
    match action(group).as_str() {
        "failed" => format!("Your message to {to} could not be delivered."),
        "delayed" => {
            format!(
                "Your message to {to} has not arrived yet. The mail server keeps trying: send nothing again."
            )
        }
        "delivered" => format!("Your message to {to} was delivered."),
        "relayed" => {
            format!("Your message to {to} was passed on to a server that does not tell whether it arrives.")
        }
        "expanded" => format!("Your message to {to} was passed on to the people behind that address."),
        _ => format!("The mail server reported on your message to {to}."),
    }
}

/// What a status code means (RFC 3463, with what its register added).
fn status(told: &str) -> String {
    let code = told.split([' ', '(']).next().unwrap_or_default();
    let (class, detail) = code.split_once('.').unwrap_or((code, ""));
    let meaning = match detail {
        "1.1" | "1.10" => "there is no such mailbox",
        "1.2" => "there is no such domain",
        "1.3" | "1.7" | "1.8" => "the address is not right",
        "1.6" => "the mailbox has moved",
        "2.1" => "the mailbox takes no mail",
        "2.2" => "the mailbox is full",
        "2.3" | "3.4" => "the message is too large",
        "3.1" => "the server has no room left",
        "4.1" | "4.2" => "the server did not answer",
        "4.3" | "4.4" => "the way to the server was not found",
        "4.6" => "the message went round in circles",
        "4.7" => "the server was tried for too long",
        "7.0" | "7.1" | "7.2" => "the server refuses the message",
        "7.23" | "7.24" | "7.25" | "7.26" | "7.27" => "the server does not trust where the message came from",
        _ => match class {
            "2" => "all went well",
            "4" => "a failure that may pass",
            "5" => "a failure that stays",
            _ => return told.to_owned(),
        },
    };
    format!("{told}: {meaning}")
}

/// What a recipient did with a message.
pub(super) fn disposition(text: &str) -> Option<Card> {
    let groups = groups(text);
    let group = groups.iter().find(|group| group.get("disposition").is_some())?;
    let told = group.get("disposition")?;
    let (mode, kinds) = told.split_once(';').unwrap_or(("", told));
    let kind = kinds.trim().split(['/', ',', ' ']).next().unwrap_or_default().to_ascii_lowercase();
    let who = recipient(group).unwrap_or("The recipient");
    let (title, line) = match kind.as_str() {
        "displayed" => ("Your message was opened", format!("{who} has opened your message.")),
        "deleted" => ("Your message was deleted", format!("{who} deleted your message without opening it.")),
        "dispatched" => ("Your message was passed on", format!("{who} passed your message on.")),
        "processed" => ("Your message was processed", format!("{who} has a program that took your message.")),
        "denied" => ("No read receipt", format!("{who} does not tell whether your message was read.")),
        "failed" => ("A read receipt failed", format!("{who} could not send a read receipt.")),
        _ => ("Read receipt", format!("{who} answered your request for a read receipt: {told}")),
    };
    let mut card = Card::new("Read receipt", title);
    card.line(line);
    if mode.to_ascii_lowercase().contains("automatic") {
        card.line("A program sent this by itself: it does not prove that a person read the message.");
    }
    card.fact("The program's words", group.untyped("error").or(group.untyped("failure")).unwrap_or_default());
    card.fact("Message-ID", group.get("original-message-id").unwrap_or_default());
    Some(card)
}

/// Who complained about a message.
pub(super) fn feedback(text: &str) -> Option<Card> {
    let groups = groups(text);
    let get = |name: &str| groups.iter().find_map(|group| group.untyped(name)).unwrap_or_default();
    let title = match get("feedback-type").to_ascii_lowercase().as_str() {
        "" => return None,
        "abuse" => "Somebody reported a message as spam",
        "fraud" => "Somebody reported a message as fraud",
        "virus" => "A message was reported for malware",
        "not-spam" => "Somebody reported that a message is no spam",
        "auth-failure" => "A message failed authentication at its receiver",
        _ => "A complaint about a message",
    };
    let mut card = Card::new("Complaint", title);
    card.line("This is an automatic report from a mail provider. The message it is about is attached.");
    card.fact("Sent by", get("original-mail-from"));
    card.fact("Sent to", get("original-rcpt-to"));
    card.fact("From the address", get("source-ip"));
    card.fact("Domain", get("reported-domain"));
    card.fact("Arrived", get("arrival-date"));
    Some(card)
}
