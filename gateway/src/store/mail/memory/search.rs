//! What a query finds and how a list is ordered, message by message.

use super::Kept;
use crate::{
    store::mail::{
        NewMessage, day,
        words::{self, fold, folded_addresses},
    },
    sync::{
        order::{OrderValue, base_subject},
        query::{Query, What},
    },
};
use postern_shared::view::SortKey;

/// Whether all terms of a query hold for a message.
pub(super) fn finds(query: &Query, message: &NewMessage) -> bool {
    query.terms().iter().all(|term| match holds(&term.what, message) {
        Some(holds) => holds != term.excluded,
        None => true,
    })
}

/// Whether a condition holds; absent where it says nothing.
fn holds(what: &What, message: &NewMessage) -> Option<bool> {
    let within = |there: String, wanted: &str| there.contains(&fold(wanted));
    Some(match what {
        What::Words(text) => {
            let wanted = words::words(text);
            if wanted.is_empty() {
                return None;
            }
            let recipients = [message.to.as_slice(), &message.cc].concat();
            let fields = [
                message.subject.clone(),
                folded_addresses(&message.from),
                folded_addresses(&recipients),
                message.text.clone(),
            ];
            fields.iter().any(|field| words::found(&wanted, &words::words(field)))
        }
        What::From(text) => within(folded_addresses(&message.from), text),
        What::To(text) => within(folded_addresses(&[message.to.as_slice(), &message.cc].concat()), text),
        What::Subject(text) => within(fold(&message.subject), text),
        What::Flag(flag, on) => message.flags.has(*flag) == *on,
        What::Attachment => message.has_attachment,
        What::Before(day) => message.received < day::begins(*day),
        What::Since(day) => message.received >= day::begins(*day),
        What::Larger(size) => message.size > u64::from(*size),
    })
}

/// What a message is ordered by.
pub(super) fn value(kept: &Kept, key: SortKey) -> OrderValue {
    let message = &kept.message;
    match key {
        SortKey::Arrival => OrderValue::Number(message.received),
        SortKey::Date => OrderValue::Number(message.sent.unwrap_or(message.received)),
        SortKey::Sender => OrderValue::Text(
            message.from.first().map(|from| from.display().to_lowercase()).unwrap_or_default(),
        ),
        SortKey::Subject => OrderValue::Text(base_subject(&message.subject)),
        SortKey::Size => OrderValue::Number(i64::try_from(message.size).unwrap_or(i64::MAX)),
    }
}
