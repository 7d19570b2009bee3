//! A message's parts, opened and closed line by line: headers, boundaries, bodies (RFC 2046 §5.1).

use super::{
    describe::{boundary, describe, is_message, is_text, make_text},
    gather::Gather,
    header::{Header, field_name},
    layout::PartPlace,
    lines::{HEAD_LIMIT, LineSink},
    open::{HeaderEnd, Nesting, Open, Place, delimiter},
};
use crate::imap::{
    part_role::{NESTING_LIMIT, PARTS_LIMIT},
    response::{BodyPart, Envelope},
};

/// How long a header is looked at, in bytes.
const HEADER_LIMIT: u64 = 1024 * 1024;
/// How much is kept of all headers of a message together, in bytes.
const KEPT_LIMIT: usize = 2 * 1024 * 1024;
/// How many addresses of all its headers together.
const ADDRESSES_LIMIT: usize = 30_000;
/// How many parameters.
const PARAMS_LIMIT: usize = 20_000;
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Reads lines into parts.
#[derive(Debug)]
pub(super) struct Tree {
    /// The parts that are open, the innermost last.
    open: Vec<Open>,
    state: State,
    line: Line,
    /// The header of the innermost part, while it is read.
    header: Header,
    /// The break before the line under way.
    line_break: &'static [u8],
    /// Parts that were opened.
    parts: usize,
    /// There was one more than may be: it and the rest belong to the last.
    overflown: bool,
    left: Left,
    gather: Gather,
    found: Found,
}

/// What may still be kept.
#[derive(Debug)]
struct Left {
    bytes: usize,
    addresses: usize,
    params: usize,
}

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// The structure, unless there was no header at all.
    pub structure: Option<BodyPart>,
    /// The message's envelope.
    pub envelope: Envelope,
    /// The topmost Received field's date.
    pub received: Option<i64>,
    /// Where the parts stand, in their order.
    pub places: Vec<PartPlace>,
    /// The texts gathered, by part specifier.
    pub texts: Vec<(String, Vec<u8>)>,
    /// There was no header.
    pub headless: bool,
}

#[derive(Debug)]
enum State {
    /// In the header of the innermost part.
    Header {
        /// The last line was white space: the header went on, or ended there.
        blank: bool,
        /// Where the first line stands that is no header's. It is the body's if no empty line follows.
        stray: Option<u64>,
    },
    /// In the body of the innermost part, or before or behind its parts.
    Body,
}

impl Tree {
    /// At a message's beginning.
    pub fn new() -> Self {
        let mut tree = Self {
            open: Vec::new(),
            state: State::Body,
            line: Line::Skipped,
            header: Header::default(),
            line_break: b"",
            parts: 0,
            overflown: false,
            left: Left { bytes: KEPT_LIMIT, addresses: ADDRESSES_LIMIT, params: PARAMS_LIMIT },
            gather: Gather::default(),
            found: Found::default(),
        };
        tree.open_part(Place::Root, 0);
        tree
    }

    /// At the message's end.
    pub fn finish(mut self, size: u64) -> Found {
        self.close_to(0, size);
        self.found.texts = self.gather.finish();
        if self.found.headless {
            self.found.structure = None;
            self.found.places.clear();
        }
        self.found
    }

    fn open_part(&mut self, place: Place, at: u64) {
        self.parts += 1;
        self.header = Header::default();
        self.state = State::Header { blank: false, stray: None };
        self.open.push(Open::new(place, at));
    }

    /// A boundary of the multipart at that index: whether it is taken for one.
    fn cross(&mut self, index: usize, ends: bool, at: u64) -> bool {
        if self.overflown || (!ends && self.parts >= PARTS_LIMIT) {
            self.overflown = true;
            return false;
        }
        self.close_to(index + 1, at.saturating_sub(self.line_break.len() as u64));
        self.gather.forget();
        self.state = State::Body;
        let Some(multipart) = self.open.last_mut() else { return true };
        if ends {
            multipart.boundary = None;
        } else {
            let number = multipart.part.children.len() + 1;
            self.open_part(Place::Child(number), at);
        }
        true
    }

    fn header_line(&mut self, at: u64, line: &[u8]) -> Line {
        let State::Header { blank, stray } = &mut self.state else { return Line::Text };
        let head = if at == 0 { line.strip_prefix(BYTE_ORDER_MARK).unwrap_or(line) } else { line };
        let is_blank = head.len() < HEAD_LIMIT && head.trim_ascii().is_empty();
        if head.iter().all(|&byte| byte == b'\r') || (is_blank && !self.header.has_fields) {
            return Line::Separator(at + line.len() as u64);
        }
        let was_blank = std::mem::replace(blank, is_blank);
        if self.open.last().is_some_and(|open| at - open.header > HEADER_LIMIT) {
            self.header.skip();
            return Line::Skipped;
        }
        if head.starts_with(b" ") || head.starts_with(b"\t") {
            if self.header.has_fields {
                self.header.more(head, &mut self.left.bytes);
                return Line::Field;
            }
        } else if let Some(name) = field_name(head) {
            self.header.begin(name, head, &mut self.left.bytes);
            return Line::Field;
        } else if at == 0 && (head.starts_with(b"From ") || head.starts_with(b">From ")) {
            // A mailbox file's separator.
            return Line::Skipped;
        }
        self.header.skip();
        if !self.header.has_fields || was_blank {
            self.begin_body(at, HeaderEnd::Text);
            return self.header_line(at, line);
        }
        if stray.is_none() {
            *stray = Some(at);
            self.gather.start();
        }
        Line::Skipped
    }

    /// The innermost part's header is complete, its body begins.
    fn begin_body(&mut self, start: u64, by: HeaderEnd) {
        let header = std::mem::take(&mut self.header);
        let State::Header { stray, .. } = std::mem::replace(&mut self.state, State::Body) else { return };
        let may_nest = self.open.len() <= NESTING_LIMIT && by != HeaderEnd::End;
        let Some((open, parents)) = self.open.split_last_mut() else { return };
        let mut parent = parents.last_mut();
        match (open.place, &mut parent) {
            (Place::Root, _) => {
                self.found.envelope = header.envelope(&mut self.left.addresses);
                self.found.received = header.received();
                self.found.headless = !header.has_fields && by != HeaderEnd::Separator;
            }
            (Place::Message, Some(message)) => {
                message.part.envelope = Some(Box::new(header.envelope(&mut self.left.addresses)));
            }
            _ => {}
        }
        let in_digest = parent.as_ref().is_some_and(|parent| parent.digest);
        let mut part = describe(&header, in_digest, &mut self.left.params);
        let boundary = boundary(&part);
        if part.kind == "multipart" && (boundary.is_none() || by == HeaderEnd::End) {
            make_text(&mut part);
        }
        let nesting = match boundary.filter(|_| may_nest && part.kind == "multipart") {
            Some(boundary) => Nesting::Multipart(boundary),
            None if may_nest && self.parts < PARTS_LIMIT && is_message(&part) => Nesting::Message,
            None => Nesting::None,
        };
        let is_multipart = matches!(nesting, Nesting::Multipart(_));
        part.part = open.place.specifier(parent.map_or("", |parent| &parent.part.part), is_multipart);
        (open.part, open.start) = (part, start);
        if !is_multipart || matches!(open.place, Place::Child(_)) {
            open.seat = Some(self.found.places.len());
            self.found.places.push(PartPlace::default());
        }
        match nesting {
            Nesting::Multipart(boundary) => {
                open.boundary = Some(boundary);
                open.is_multipart = true;
                open.digest = open.part.subtype == "digest";
                // What stands before the first part is the text if none comes.
                self.gather.start();
            }
            Nesting::Message => {
                self.gather.forget();
                self.open_part(Place::Message, start);
            }
            Nesting::None if !is_text(&open.part) => self.gather.forget(),
            Nesting::None if by == HeaderEnd::End && stray.is_some() => {}
            Nesting::None => self.gather.start(),
        }
    }

    /// Closes the parts inside of the outermost `count`: their bodies end at that offset.
    fn close_to(&mut self, count: usize, end: u64) {
        if self.open.len() > count
            && let State::Header { stray, .. } = self.state
        {
            self.begin_body(stray.unwrap_or(end), HeaderEnd::End);
        }
        while self.open.len() > count {
            let Some(closed) = self.open.pop() else { return };
            self.close(closed, end);
        }
    }

    fn close(&mut self, closed: Open, end: u64) {
        let Open { mut part, place, start, seat, is_multipart, .. } = closed;
        let parent = self.open.last_mut();
        let mut seat = seat;
        if is_multipart && part.children.is_empty() {
            // None of its parts can be found: all of it is text (RFC 2045 §5.2).
            make_text(&mut part);
            part.part = place.specifier(parent.as_ref().map_or("", |parent| &parent.part.part), false);
            if seat.is_none() {
                seat = Some(self.found.places.len());
                self.found.places.push(PartPlace::default());
            }
        }
        let start = start.min(end);
        if part.children.is_empty() || part.kind != "multipart" {
            part.size = end - start;
        } else {
            // Of a multipart a server tells nothing of these.
            (part.encoding, part.id, part.description) = (String::new(), None, None);
        }
        if let Some(seat) = seat.and_then(|seat| self.found.places.get_mut(seat)) {
            *seat = PartPlace { part: part.part.clone(), start, end };
        }
        self.gather.keep(&part.part);
        match parent {
            Some(parent) => parent.part.children.push(part),
            None => self.found.structure = Some(part),
        }
    }
}

/// What the line under way is.
#[derive(Debug, PartialEq, Eq)]
enum Line {
    /// A boundary.
    Delimiter,
    /// Of a header, but nothing in it is kept.
    Skipped,
    /// Of a header.
    Field,
    /// The empty line behind a header, whose break stands at this offset.
    Separator(u64),
    /// Of a body.
    Text,
}

impl Line {
    /// Whether it may be text: of a header that was none, too.
    fn is_gathered(&self) -> bool {
        !matches!(self, Self::Delimiter | Self::Separator(_))
    }
}

impl LineSink for Tree {
    fn begin(&mut self, at: u64, head: &[u8]) {
        self.line = match delimiter(&self.open, head) {
            Some((index, ends)) if self.cross(index, ends, at) => Line::Delimiter,
            _ => self.header_line(at, head),
        };
        if self.line.is_gathered() {
            self.gather.line(head);
        }
    }

    fn more(&mut self, bytes: &[u8]) {
        if self.line == Line::Field {
            self.header.more(bytes, &mut self.left.bytes);
        }
        if self.line.is_gathered() {
            self.gather.add(bytes);
        }
    }

    fn end(&mut self, line_break: &'static [u8]) {
        self.line_break = line_break;
        match self.line {
            Line::Separator(at) => self.begin_body(at + line_break.len() as u64, HeaderEnd::Separator),
            _ => self.gather.end_line(line_break),
        }
    }

    fn skips(&self) -> bool {
        matches!(self.state, State::Body) && !self.gather.takes()
    }

    fn skipped(&mut self, line_break: &'static [u8]) {
        self.line_break = line_break;
        self.gather.end_line(line_break);
    }
}
