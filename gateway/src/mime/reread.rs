//! A message read here from its source, beside what its server told of it: for mail that is too broken for the server
//! to find its text, and for mail of so many parts that one fetch of all is cheaper than one of each.

use super::{
    page::{FetchedPart, PageOptions, Rendered, render},
    scan::{Layout, Scanner},
    select::{BodyPlan, TextFormat, TextPart},
};
use crate::imap::response::BodyPart;
use std::{collections::HashMap, ops::Range};

/// A message, or its beginning, with what was found in it.
pub struct Reread {
    source: Vec<u8>,
    complete: bool,
    layout: Layout,
}

impl Reread {
    /// Reads a source; `complete` says whether it is all of it. It takes time linear in the data.
    pub fn new(source: Vec<u8>, complete: bool) -> Self {
        let mut scanner = Scanner::new();
        scanner.push(&source);
        let layout = scanner.finish().layout;
        Self { source, complete, layout }
    }

    /// The page of what can be read in it, where the page by the server's plan shows nothing: its text as it is found
    /// here, else the source itself. Absent if a person could read nothing there either. Pictures and attachments stay
    /// what the server knows by its own part specifiers.
    pub fn second_look(&self, told: &BodyPlan, options: &PageOptions<'_>) -> Option<Rendered> {
        let found = BodyPlan {
            pictures: told.pictures.clone(),
            attachments: told.attachments.clone(),
            ..BodyPlan::of(self.layout.structure.as_ref())
        };
        let page = |plan: &BodyPlan| render(plan, &self.parts(plan), options);
        let mut rendered = page(&found);
        if let Some(spare) = found.by_spare().filter(|_| rendered.blank) {
            rendered = page(&spare);
        }
        if !rendered.empty {
            return Some(rendered);
        }
        self.has_more_than(&found).then(|| page(&BodyPlan::source()))
    }

    /// The contents of those parts that were found here just as the server tells of them. A broken mail's parts may
    /// have other specifiers here, and what was cut off is not found.
    pub fn contents(&self, told: &BodyPart, wanted: &[TextPart]) -> HashMap<String, Vec<u8>> {
        let (told, found) = (by_specifier(told), self.layout.structure.as_ref().map(by_specifier));
        let places = self.places();
        let content = |part: &str| {
            let (told, found) = (told.get(part)?, found.as_ref()?.get(part)?);
            let is_same = told.size == found.size && told.kind == found.kind && told.subtype == found.subtype;
            let place = places.get(part).filter(|place| is_same && self.has(place))?;
            Some((part.to_owned(), self.source.get(place.clone())?.to_vec()))
        };
        wanted.iter().filter_map(|wanted| content(&wanted.part)).collect()
    }

    fn parts(&self, plan: &BodyPlan) -> Vec<FetchedPart> {
        let places = self.places();
        let part = |wanted: &TextPart| {
            let place = places.get(wanted.part.as_str())?.clone();
            let complete = self.has(&place);
            Some(FetchedPart { part: wanted.part.clone(), data: self.source.get(place)?.to_vec(), complete })
        };
        plan.body.iter().filter_map(part).collect()
    }

    /// Where the parts stand; the empty specifier is the whole.
    fn places(&self) -> HashMap<&str, Range<usize>> {
        let place = |place: &Range<u64>| Some(place.start.try_into().ok()?..place.end.try_into().ok()?);
        let parts = self.layout.places.iter().map(|part| (part.part.as_str(), part.start..part.end));
        let all = parts.chain([("", 0..self.layout.size)]);
        all.filter_map(|(part, range)| Some((part, place(&range)?))).collect()
    }

    /// Whether all of a place is here: what reaches to the end of a beginning goes on behind it.
    fn has(&self, place: &Range<usize>) -> bool {
        self.complete || place.end < self.source.len()
    }

    /// Whether there is anything to read behind the header besides that plan's HTML, which shows nothing to anybody.
    /// Parts' headers are nothing to read, nor is the note for readers without MIME (RFC 2046 §5.1.1).
    fn has_more_than(&self, plan: &BodyPlan) -> bool {
        let Some(structure) = &self.layout.structure else { return !self.source.trim_ascii().is_empty() };
        let places = self.places();
        let is_multipart = structure.kind == "multipart";
        let html = plan.body.iter().chain(&plan.spare).filter(|part| part.format == TextFormat::Html);
        let mut html: Vec<_> = html
            .filter_map(|part| places.get(part.part.as_str()))
            .map(|place| (place.start, place.end))
            .collect();
        html.sort_unstable();
        let mut html = html.into_iter().peekable();
        let (mut at, mut in_header) = match places.get(structure.part.as_str()) {
            Some(body) if !is_multipart => (body.start, false),
            _ => (0, true),
        };
        let behind = self.source.get(at..).unwrap_or_default();
        for line in behind.split_inclusive(|&byte| byte == b'\n') {
            let start = at;
            at += line.len();
            let text = line.trim_ascii();
            while html.next_if(|(_, end)| *end <= start).is_some() {}
            if html.peek().is_some_and(|(begin, _)| *begin <= start) {
                in_header = false;
            } else if is_multipart && text.starts_with(b"--") {
                in_header = !text.ends_with(b"--");
            } else if in_header {
                in_header = !text.is_empty();
            } else if !text.is_empty() && !text.windows(4).any(|word| word.eq_ignore_ascii_case(b"MIME")) {
                return true;
            }
        }
        false
    }
}

/// The parts that are no multiparts.
fn by_specifier(structure: &BodyPart) -> HashMap<&str, &BodyPart> {
    let (mut parts, mut left) = (HashMap::new(), vec![structure]);
    while let Some(part) = left.pop() {
        left.extend(&part.children);
        if part.kind != "multipart" {
            parts.insert(part.part.as_str(), part);
        }
    }
    parts
}

#[cfg(test)]
mod tests;
