//! Header fields as every reader takes them: the library writes names as encoded words in quotes (RFC 2047 §5 forbids
//! that) and never divides them.

use postern_shared::address::Address;
use std::{
    fmt::Write as _,
    io::{self, Write},
};

/// Bytes of text in one encoded word: it is at most 75 characters long (RFC 2047 §2).
const WORD: usize = 45;
/// Bytes of a parameter's value in one piece, before they are encoded.
const PIECE: usize = 20;

/// Writes a field of addresses, each on a line of its own.
///
/// # Errors
/// Those of `out`.
pub fn write_addresses(name: &str, list: &[Address], out: &mut impl Write) -> io::Result<()> {
    let addresses: Vec<String> = list.iter().map(written).collect();
    write!(out, "{name}: {}\r\n", addresses.join(",\r\n\t"))
}

fn written(address: &Address) -> String {
    let email: String =
        address.email.chars().filter(|c| !c.is_control() && !matches!(c, '<' | '>' | ' ')).collect();
    let name = one_line(&address.name);
    if name.is_empty() { format!("<{email}>") } else { format!("{}\r\n\t<{email}>", phrase(&name)) }
}

/// A display name: as it is in quotes, or as encoded words where it is long or beyond ASCII.
fn phrase(name: &str) -> String {
    use base64::{Engine, prelude::BASE64_STANDARD};
    if name.is_ascii() && name.len() < 60 && !name.contains("=?") {
        return format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""));
    }
    let words =
        pieces(name, WORD).into_iter().map(|piece| format!("=?utf-8?B?{}?=", BASE64_STANDARD.encode(piece)));
    words.collect::<Vec<_>>().join("\r\n\t")
}

/// A parameter (RFC 2045 §5.1), divided and encoded where it has to be (RFC 2231 §4.1), to stand behind a semicolon.
/// Spaces are where a line may be folded.
pub fn parameter(name: &str, value: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if value.len() < 60 && value.chars().all(is_plain) {
        return format!("{name}=\"{value}\"");
    }
    let mut parameter = String::new();
    for (index, piece) in pieces(value, PIECE).into_iter().enumerate() {
        parameter.push_str(if index == 0 { "" } else { "; " });
        let charset = if index == 0 { "utf-8''" } else { "" };
        // Writing to a string cannot fail.
        let _ = write!(parameter, "{name}*{index}*={charset}");
        for byte in piece.bytes() {
            let _ = if is_plain(byte.into()) {
                write!(parameter, "{}", char::from(byte))
            } else {
                write!(parameter, "%{byte:02X}")
            };
        }
    }
    parameter
}

/// Text without anything that could end a header.
pub fn one_line(text: &str) -> String {
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    text.trim().to_owned()
}

/// The text in pieces of at most so many bytes, divided between characters.
fn pieces(text: &str, limit: usize) -> Vec<&str> {
    let (mut pieces, mut start) = (Vec::new(), 0);
    for (at, c) in text.char_indices() {
        if at + c.len_utf8() - start > limit {
            pieces.extend(text.get(start..at));
            start = at;
        }
    }
    pieces.extend(text.get(start..));
    pieces
}
