//! Parts inside of a part that servers do not look into: an attached message that is encoded for transfer, a message
//! inside of an S/MIME signature, the files in a `winmail.dat`. What is found gets part specifiers of its own: `2!1.2`
//! is part 1.2 of what is packed into part 2.

mod signed_data;
mod tnef;

use super::{
    attached::is_message,
    decode::TransferEncoding,
    scan::{PartPlace, Scanner},
    select,
};
use crate::imap::{
    part_role::{Roles, is_tnef},
    response::{BodyPart, Envelope, Fetch},
};
use std::ops::Range;

/// What parts the outer part's specifier from the inner one's.
const SEPARATOR: char = '!';
/// How large a packed part is at most that is looked into, in bytes as transferred.
pub const SIZE_LIMIT: u64 = 16 * 1024 * 1024;
/// How many parts of one message are looked into.
const PARTS_LIMIT: usize = 4;

/// What was found in a packed part.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unpacked {
    /// Its parts.
    pub children: Vec<BodyPart>,
    /// An attached message's envelope.
    pub envelope: Option<Box<Envelope>>,
    /// Where the parts stand in the content.
    pub places: Vec<PartPlace>,
    /// What the places refer to.
    pub content: Vec<u8>,
}

impl Unpacked {
    /// The content of a part found here, by its part specifier.
    pub fn place(&self, part: &str) -> Option<Range<usize>> {
        let place = self.places.iter().find(|place| place.part == part)?;
        let at = |offset: u64| usize::try_from(offset).ok().filter(|at| *at <= self.content.len());
        Some(at(place.start)?..at(place.end)?)
    }
}

/// The specifier of the part that the server has, if this one is packed into it.
pub fn outer(part: &str) -> Option<&str> {
    part.split_once(SEPARATOR).map(|(outer, _)| outer)
}

/// The parts of a message that want to be looked into, by part specifier.
pub fn packed(structure: &Fetch) -> Vec<String> {
    let Some(structure) = &structure.structure else { return Vec::new() };
    let roles = Roles::of(structure);
    let mut left = SIZE_LIMIT;
    let mut fits = |part: &&BodyPart| {
        let fits = part.size <= left;
        left -= if fits { part.size } else { 0 };
        fits
    };
    let parts = roles.parts.iter().map(|(part, _)| *part).filter(|part| is_packed(part));
    parts.filter(|part| fits(part)).take(PARTS_LIMIT).map(|part| part.part.clone()).collect()
}

fn is_packed(part: &BodyPart) -> bool {
    let is_closed =
        part.children.is_empty() && (is_tnef(part) || may_be_signed_data(part) || is_message(part));
    is_closed || is_misread(part)
}

/// A message that is encoded for transfer, which it must not be (RFC 2046 §5.2.1). Servers that look into it all the
/// same take the code for its text.
fn is_misread(part: &BodyPart) -> bool {
    let is_ours = part.children.iter().any(|child| outer(&child.part).is_some());
    is_message(part) && !is_ours && TransferEncoding::named(&part.encoding) != TransferEncoding::Identity
}

fn may_be_signed_data(part: &BodyPart) -> bool {
    let is_enveloped = |value: &[u8]| value.trim_ascii().eq_ignore_ascii_case(b"enveloped-data");
    part.kind == "application"
        && matches!(part.subtype.as_str(), "pkcs7-mime" | "x-pkcs7-mime")
        && !part.params.iter().any(|(name, value)| name == "smime-type" && is_enveloped(value))
}

/// Looks into a part. Absent if there is nothing in it that can be shown.
pub fn unpack(part: &BodyPart, transferred: &[u8]) -> Option<Unpacked> {
    let content = TransferEncoding::named(&part.encoding).decode(transferred);
    let mut unpacked = if is_tnef(part) {
        tnef::unpack(content)?
    } else if is_message(part) {
        message(content)?
    } else {
        Unpacked { envelope: None, ..message(signed_data::content(&content)?)? }
    };
    let name = |inner: &str| format!("{}{SEPARATOR}{inner}", part.part);
    unpacked.places.iter_mut().for_each(|place| place.part = name(&place.part));
    unpacked.children.iter_mut().for_each(|child| rename(child, &name));
    Some(unpacked)
}

/// The message's structure with what was found in that part of it.
pub fn insert(structure: &mut Fetch, part: &str, unpacked: &Unpacked) {
    let found = structure.structure.as_mut().and_then(|root| find_mut(root, part));
    if let Some(found) = found {
        found.children.clone_from(&unpacked.children);
        found.envelope.clone_from(&unpacked.envelope);
    }
}

/// The part of that specifier as the server told of it, if it can be unpacked.
pub fn packed_part<'f>(structure: &'f Fetch, part: &str) -> Option<&'f BodyPart> {
    select::find(structure.structure.as_ref()?, part).filter(|part| part.size <= SIZE_LIMIT)
}

fn message(content: Vec<u8>) -> Option<Unpacked> {
    let mut scanner = Scanner::new();
    scanner.push(&content);
    let layout = scanner.finish().layout;
    Some(Unpacked {
        children: vec![layout.structure?],
        envelope: Some(Box::new(layout.envelope)),
        places: layout.places,
        content,
    })
}

// The scanner bounds how deep parts nest.
fn rename(part: &mut BodyPart, name: &impl Fn(&str) -> String) {
    part.part = name(&part.part);
    part.children.iter_mut().for_each(|child| rename(child, name));
}

fn find_mut<'a>(node: &'a mut BodyPart, part: &str) -> Option<&'a mut BodyPart> {
    if node.part == part && node.kind != "multipart" {
        return Some(node);
    }
    node.children.iter_mut().find_map(|child| find_mut(child, part))
}

#[cfg(test)]
mod tests;
