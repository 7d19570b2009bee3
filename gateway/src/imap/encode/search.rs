//! SEARCH and SORT (RFC 9051 §6.4.4, RFC 4731, RFC 5256).

use super::writer::{EncodeError, Line, Writer, is_flag};
use crate::imap::{
    capabilities::Capabilities,
    command::{Day, SearchKey, SearchReturn, SortCriterion},
    date::month_name,
};
use postern_shared::flags::{Flag, Flags};

/// `UID SEARCH`. A charset is named only where a text needs it: many servers know none.
pub(super) fn search(
    returns: Option<&[SearchReturn]>,
    key: &SearchKey,
    capabilities: &Capabilities,
) -> Result<Vec<Line>, EncodeError> {
    let mut writer = Writer::new(capabilities, "UID SEARCH ");
    writer.raw(&returned(returns));
    // RFC 6855 §3: no charset where UTF-8 is understood anyway.
    if !is_ascii(key) && !capabilities.utf8_accept() {
        writer.raw("CHARSET UTF-8 ");
    }
    top(&mut writer, key)?;
    Ok(writer.finish())
}

/// `UID SORT`. Its charset is mandatory.
pub(super) fn sort(
    returns: Option<&[SearchReturn]>,
    reverse: bool,
    by: SortCriterion,
    key: &SearchKey,
    capabilities: &Capabilities,
) -> Result<Vec<Line>, EncodeError> {
    let mut writer = Writer::new(capabilities, "UID SORT ");
    let by = match by {
        SortCriterion::Arrival => "ARRIVAL",
        SortCriterion::Date => "DATE",
        SortCriterion::DisplayFrom => "DISPLAYFROM",
        SortCriterion::From => "FROM",
        SortCriterion::Subject => "SUBJECT",
        SortCriterion::Size => "SIZE",
    };
    let reverse = if reverse { "REVERSE " } else { "" };
    writer.raw(&returned(returns)).raw(&format!("({reverse}{by}) UTF-8 "));
    top(&mut writer, key)?;
    Ok(writer.finish())
}

fn returned(returns: Option<&[SearchReturn]>) -> String {
    let Some(returns) = returns else { return String::new() };
    let names = returns.iter().map(|option| match option {
        SearchReturn::All => "ALL",
        SearchReturn::Count => "COUNT",
    });
    format!("RETURN ({}) ", names.collect::<Vec<_>>().join(" "))
}

/// The keys of the outermost list stand without parentheses.
fn top(writer: &mut Writer, key: &SearchKey) -> Result<(), EncodeError> {
    match key {
        SearchKey::And(keys) if !keys.is_empty() => sequence(writer, keys),
        _ => one(writer, key),
    }
}

fn sequence(writer: &mut Writer, keys: &[SearchKey]) -> Result<(), EncodeError> {
    for (index, key) in keys.iter().enumerate() {
        writer.raw(if index == 0 { "" } else { " " });
        one(writer, key)?;
    }
    Ok(())
}

fn one(writer: &mut Writer, key: &SearchKey) -> Result<(), EncodeError> {
    match key {
        SearchKey::All => {
            writer.raw("ALL");
        }
        SearchKey::And(keys) if keys.is_empty() => {
            writer.raw("ALL");
        }
        SearchKey::And(keys) => {
            writer.raw("(");
            sequence(writer, keys)?;
            writer.raw(")");
        }
        SearchKey::Or(either, or) => {
            writer.raw("OR ");
            one(writer, either)?;
            writer.raw(" ");
            one(writer, or)?;
        }
        SearchKey::Not(key) => {
            writer.raw("NOT ");
            one(writer, key)?;
        }
        SearchKey::Has(flags) => {
            writer.raw(&flags_set(flags)?);
        }
        SearchKey::Uid(set) => {
            writer.raw("UID ").set(set)?;
        }
        SearchKey::From(text) => {
            writer.raw("FROM ").string(text)?;
        }
        SearchKey::To(text) => {
            writer.raw("OR OR TO ").string(text)?.raw(" CC ").string(text)?.raw(" BCC ").string(text)?;
        }
        SearchKey::Subject(text) => {
            writer.raw("SUBJECT ").string(text)?;
        }
        SearchKey::Text(text) => {
            writer.raw("TEXT ").string(text)?;
        }
        SearchKey::Body(text) => {
            writer.raw("BODY ").string(text)?;
        }
        SearchKey::Header(name, text) => {
            writer.raw("HEADER ").raw(name).raw(" ").string(text)?;
        }
        SearchKey::Since(day) => {
            writer.raw("SINCE ").raw(&date(*day));
        }
        SearchKey::Before(day) => {
            writer.raw("BEFORE ").raw(&date(*day));
        }
        SearchKey::Larger(octets) => {
            writer.raw(&format!("LARGER {octets}"));
        }
    }
    Ok(())
}

fn flags_set(flags: &Flags) -> Result<String, EncodeError> {
    let key = |name: &str| match name {
        _ if !is_flag(name) => Err(EncodeError::Flag),
        _ if Flag::ALL.iter().any(|flag| flag.imap_name() == name) && name.starts_with('\\') => {
            Ok(name[1..].to_ascii_uppercase())
        }
        _ => Ok(format!("KEYWORD {name}")),
    };
    let keys: Vec<String> = flags.imap_names().map(key).collect::<Result<_, _>>()?;
    Ok(match keys.as_slice() {
        [] => "ALL".to_owned(),
        [key] => key.clone(),
        keys => format!("({})", keys.join(" ")),
    })
}

/// `date` (RFC 9051 §9).
fn date(day: Day) -> String {
    format!("{}-{}-{:04}", day.day, month_name(day.month), day.year)
}

fn is_ascii(key: &SearchKey) -> bool {
    match key {
        SearchKey::And(keys) => keys.iter().all(is_ascii),
        SearchKey::Or(either, or) => is_ascii(either) && is_ascii(or),
        SearchKey::Not(key) => is_ascii(key),
        SearchKey::From(text)
        | SearchKey::To(text)
        | SearchKey::Subject(text)
        | SearchKey::Text(text)
        | SearchKey::Body(text)
        | SearchKey::Header(_, text) => text.is_ascii(),
        SearchKey::All
        | SearchKey::Has(_)
        | SearchKey::Uid(_)
        | SearchKey::Since(_)
        | SearchKey::Before(_)
        | SearchKey::Larger(_) => true,
    }
}
