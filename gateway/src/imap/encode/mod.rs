//! From [`Command`] values to the lines that say them (RFC 9051 §6). Tags are the driver's.

mod search;
#[cfg(test)]
mod tests;
mod writer;

use super::{
    capabilities::Capabilities,
    command::{ChangedSince, Command, FetchItem, MailboxName, SelectMode, SequenceSet, StatusItem},
    date::format_internal_date,
};
use postern_shared::flags::Flags;
use writer::Writer;
pub use writer::{EncodeError, Line, Literal};

/// The lines of a command, as a server with these capabilities takes them.
pub fn command(command: &Command, capabilities: &Capabilities) -> Result<Vec<Line>, EncodeError> {
    let plain = |text: &str| Ok(Writer::new(capabilities, text).finish());
    let on_mailbox = |text: &str, name: &MailboxName| {
        let mut writer = Writer::new(capabilities, text);
        writer.mailbox(name)?;
        Ok(writer.finish())
    };
    let on_set = |text: &str, set: &SequenceSet, to: Option<&MailboxName>| {
        let mut writer = Writer::new(capabilities, text);
        writer.set(set)?;
        if let Some(name) = to {
            writer.raw(" ").mailbox(name)?;
        }
        Ok(writer.finish())
    };
    match command {
        Command::Capability => plain("CAPABILITY"),
        Command::Noop => plain("NOOP"),
        Command::Id(fields) => id(fields, capabilities),
        Command::Enable(names) => plain(&format!("ENABLE {}", names.join(" "))),
        Command::List { extended, status } => plain(&list(*extended, status, capabilities)),
        Command::Lsub => plain("LSUB \"\" \"*\""),
        Command::Namespace => plain("NAMESPACE"),
        Command::Status(name, items) => {
            let mut writer = Writer::new(capabilities, "STATUS ");
            writer.mailbox(name)?.raw(" ").list(&status_items(items));
            Ok(writer.finish())
        }
        Command::Select(name, mode) => {
            let mut writer = Writer::new(capabilities, "SELECT ");
            writer.mailbox(name)?.raw(&select_mode(*mode));
            Ok(writer.finish())
        }
        Command::Examine(name) => on_mailbox("EXAMINE ", name),
        Command::Unselect => plain("UNSELECT"),
        Command::Fetch { uid, set, items, changed_since } => {
            let mut writer = Writer::new(capabilities, if *uid { "UID FETCH " } else { "FETCH " });
            writer.set(set)?.raw(" ").list(&fetch_items(items)?).raw(&modifier(*changed_since));
            Ok(writer.finish())
        }
        Command::Store { set, add, flags } => {
            if flags.is_empty() {
                return Err(EncodeError::NoFlags);
            }
            let mut writer = Writer::new(capabilities, "UID STORE ");
            writer.set(set)?.raw(if *add { " +FLAGS " } else { " -FLAGS " }).flags(flags)?;
            Ok(writer.finish())
        }
        Command::Search { returns, key } => search::search(returns.as_deref(), key, capabilities),
        Command::Sort { returns, reverse, by, key } => {
            search::sort(returns.as_deref(), *reverse, *by, key, capabilities)
        }
        Command::UidExpunge(set) => on_set("UID EXPUNGE ", set, None),
        Command::Expunge => plain("EXPUNGE"),
        Command::Move(set, name) => on_set("UID MOVE ", set, Some(name)),
        Command::Copy(set, name) => on_set("UID COPY ", set, Some(name)),
        Command::Create(name) => on_mailbox("CREATE ", name),
        Command::Rename(from, to) => {
            let mut writer = Writer::new(capabilities, "RENAME ");
            writer.mailbox(from)?.raw(" ").mailbox(to)?;
            Ok(writer.finish())
        }
        Command::Delete(name) => on_mailbox("DELETE ", name),
        Command::Subscribe(name) => on_mailbox("SUBSCRIBE ", name),
        Command::Unsubscribe(name) => on_mailbox("UNSUBSCRIBE ", name),
        Command::Notify => plain(NOTIFY),
        Command::Logout => plain("LOGOUT"),
    }
}

/// RFC 5465 §5 and §6: `SELECTED-DELAYED` keeps EXPUNGE out of commands that use sequence numbers.
const NOTIFY: &str = "NOTIFY SET (SELECTED-DELAYED (MessageNew MessageExpunge FlagChange)) \
    (PERSONAL (MessageNew MessageExpunge FlagChange MailboxName SubscriptionChange))";

/// `APPEND` (RFC 9051 §6.3.12), the message in its last literal: its start, in which its headers are, and how many octets
/// follow that.
pub fn append(
    name: &MailboxName,
    flags: &Flags,
    date: Option<i64>,
    start: &[u8],
    follows: u64,
    capabilities: &Capabilities,
) -> Result<Vec<Line>, EncodeError> {
    let mut writer = Writer::new(capabilities, "APPEND ");
    writer.mailbox(name)?.raw(" ").flags(flags)?.raw(" ");
    if let Some(seconds) = date {
        writer.raw(&format!("\"{}\" ", format_internal_date(seconds)));
    }
    if capabilities.utf8_accept() && !header(start).is_ascii() {
        // UTF-8 in headers is announced (RFC 6855 §4), in bodies it is not.
        writer.raw("UTF8 (~").message(start, follows);
        writer.raw(")");
    } else {
        writer.message(start, follows);
    }
    Ok(writer.finish())
}

fn header(message: &[u8]) -> &[u8] {
    let end = message.windows(4).position(|window| window == b"\r\n\r\n");
    &message[..end.unwrap_or(message.len())]
}

fn id(fields: &[(String, String)], capabilities: &Capabilities) -> Result<Vec<Line>, EncodeError> {
    let mut writer = Writer::new(capabilities, "ID (");
    for (index, (name, value)) in fields.iter().enumerate() {
        writer.raw(if index == 0 { "" } else { " " }).string(name)?.raw(" ").string(value)?;
    }
    writer.raw(")");
    Ok(writer.finish())
}

fn list(extended: bool, status: &[StatusItem], capabilities: &Capabilities) -> String {
    let mut options = Vec::new();
    if extended {
        // SPECIAL-USE is an option of its own capability (RFC 6154 §2).
        let special_use = capabilities.has("SPECIAL-USE").then(|| "SPECIAL-USE".to_owned());
        options.extend(special_use);
        options.extend(["SUBSCRIBED".to_owned(), "CHILDREN".to_owned()]);
    }
    if !status.is_empty() {
        options.push(format!("STATUS ({})", status_items(status).join(" ")));
    }
    match options.is_empty() {
        true => "LIST \"\" \"*\"".to_owned(),
        false => format!("LIST \"\" \"*\" RETURN ({})", options.join(" ")),
    }
}

fn status_items(items: &[StatusItem]) -> Vec<String> {
    let name = |item: &StatusItem| match item {
        StatusItem::Messages => "MESSAGES",
        StatusItem::Unseen => "UNSEEN",
        StatusItem::Deleted => "DELETED",
        StatusItem::UidNext => "UIDNEXT",
        StatusItem::UidValidity => "UIDVALIDITY",
        StatusItem::HighestModSeq => "HIGHESTMODSEQ",
    };
    items.iter().map(|item| name(item).to_owned()).collect()
}

fn select_mode(mode: SelectMode) -> String {
    match mode {
        SelectMode::Plain => String::new(),
        SelectMode::CondStore => " (CONDSTORE)".to_owned(),
        SelectMode::QResync { validity, modseq } => format!(" (QRESYNC ({validity} {modseq}))"),
    }
}

fn modifier(changed_since: Option<ChangedSince>) -> String {
    match changed_since {
        None => String::new(),
        Some(ChangedSince { modseq, vanished: false }) => format!(" (CHANGEDSINCE {modseq})"),
        Some(ChangedSince { modseq, vanished: true }) => format!(" (CHANGEDSINCE {modseq} VANISHED)"),
    }
}

fn fetch_items(items: &[FetchItem]) -> Result<Vec<String>, EncodeError> {
    items.iter().map(fetch_item).collect()
}

fn fetch_item(item: &FetchItem) -> Result<String, EncodeError> {
    Ok(match item {
        FetchItem::Uid => "UID".to_owned(),
        FetchItem::Flags => "FLAGS".to_owned(),
        FetchItem::ModSeq => "MODSEQ".to_owned(),
        FetchItem::InternalDate => "INTERNALDATE".to_owned(),
        FetchItem::Size => "RFC822.SIZE".to_owned(),
        FetchItem::Envelope => "ENVELOPE".to_owned(),
        FetchItem::BodyStructure => "BODYSTRUCTURE".to_owned(),
        FetchItem::Preview => "PREVIEW".to_owned(),
        FetchItem::Section { section, partial } => {
            if !section.bytes().all(|octet| octet.is_ascii_alphanumeric() || octet == b'.') {
                return Err(EncodeError::Section);
            }
            let partial = partial.map(|(origin, length)| format!("<{origin}.{length}>"));
            format!("BODY.PEEK[{section}]{}", partial.unwrap_or_default())
        }
        FetchItem::HeaderFields(names) => format!("BODY.PEEK[HEADER.FIELDS ({})]", names.join(" ")),
    })
}
