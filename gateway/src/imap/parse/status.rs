//! Status responses and their codes (RFC 9051 §7.1).

use super::{
    cursor::{Cursor, Malformed},
    flag_list, lenient,
    numbers::{ranges, uid_set},
    words,
};
use crate::imap::response::{Code, StatusKind, StatusResponse};

/// The kind a word names.
pub(super) fn kind(word: &[u8]) -> Option<StatusKind> {
    Some(match word.to_ascii_uppercase().as_slice() {
        b"OK" => StatusKind::Ok,
        b"NO" => StatusKind::No,
        b"BAD" => StatusKind::Bad,
        b"BYE" => StatusKind::Bye,
        b"PREAUTH" => StatusKind::PreAuth,
        _ => return None,
    })
}

/// What follows the kind: `[CODE argument] text`, each of which may be missing.
pub(super) fn status(kind: StatusKind, rest: &[u8]) -> StatusResponse {
    let rest = rest.trim_ascii();
    let bracketed = rest.strip_prefix(b"[").and_then(|inner| {
        let end = code_end(inner)?;
        Some((&inner[..end], &inner[end + 1..]))
    });
    match bracketed {
        Some((inner, text)) => {
            StatusResponse { kind, code: Some(code(inner)), text: lenient(text.trim_ascii()) }
        }
        None => StatusResponse { kind, code: None, text: lenient(rest) },
    }
}

/// Where a code ends: at the first `]` outside quotes, or the first of all if the quotes do not match.
fn code_end(inner: &[u8]) -> Option<usize> {
    let mut quoted = false;
    let outside = inner.iter().position(|&octet| {
        quoted ^= octet == b'"';
        octet == b']' && !quoted
    });
    outside.or_else(|| inner.iter().position(|&octet| octet == b']'))
}

fn code(inner: &[u8]) -> Code {
    let mut cursor = Cursor::new(inner);
    let name = String::from_utf8_lossy(cursor.word()).to_ascii_uppercase();
    let argument = cursor.rest().trim_ascii();
    known(&name, &mut cursor).unwrap_or_else(|_| Code::Other(name, lenient(argument)))
}

/// A code the gateway acts on, if its argument is what it should be.
fn known(name: &str, argument: &mut Cursor) -> Result<Code, Malformed> {
    Ok(match name {
        "ALERT" => Code::Alert,
        "CAPABILITY" => Code::Capability(words(argument)),
        "PERMANENTFLAGS" => {
            let (flags, any) = flag_list(argument)?;
            Code::PermanentFlags(flags, any)
        }
        "UIDVALIDITY" => Code::UidValidity(argument.number()?),
        "UIDNEXT" => Code::UidNext(argument.number()?),
        "HIGHESTMODSEQ" => Code::HighestModSeq(argument.number()?),
        "NOMODSEQ" => Code::NoModSeq,
        "READ-ONLY" => Code::ReadOnly,
        "READ-WRITE" => Code::ReadWrite,
        "TRYCREATE" => Code::TryCreate,
        "CLOSED" => Code::Closed,
        "APPENDUID" => Code::AppendUid(argument.number()?, uid_set(argument.word())?),
        "COPYUID" => Code::CopyUid(argument.number()?, ranges(argument.word())?, ranges(argument.word())?),
        "MODIFIED" => Code::Modified(uid_set(argument.word())?),
        _ => return Err(Malformed),
    })
}
