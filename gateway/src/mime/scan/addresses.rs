//! Address lists (RFC 5322 §3.4), with groups, comments, obsolete routes, and what people write instead. Linear.

use crate::imap::response::EnvelopeAddress;

/// How far the end of an encoded word is looked for: they have 75 characters (RFC 2047 §2), unless they are broken.
const ENCODED_WORD_LIMIT: usize = 300;

/// The addresses in a header's unfolded value, at most `limit` of them. Encoded words stay as they are. A group has a
/// start and an end among them, as in an IMAP envelope (RFC 9051 §7.5.2).
pub fn addresses(value: &[u8], limit: usize) -> Vec<EnvelopeAddress> {
    let mut reader =
        Reader { rest: value, list: Vec::new(), limit, mailbox: Mailbox::default(), in_group: false };
    while reader.list.len() < limit && reader.step() {}
    reader.end_mailbox();
    if reader.in_group {
        reader.add(EnvelopeAddress::default());
    }
    reader.list
}

struct Reader<'a> {
    rest: &'a [u8],
    list: Vec<EnvelopeAddress>,
    limit: usize,
    mailbox: Mailbox,
    in_group: bool,
}

/// What was read of one mailbox.
#[derive(Default)]
struct Mailbox {
    words: Vec<Word>,
    /// White space or a comment stood before what comes.
    apart: bool,
    comment: Option<Vec<u8>>,
    angle: Option<(Vec<u8>, Vec<u8>)>,
}

struct Word {
    text: Vec<u8>,
    kind: Kind,
    /// It does not touch the word before.
    apart: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Atom,
    Quoted,
    At,
}

impl Reader<'_> {
    /// Reads one token; false at the end.
    fn step(&mut self) -> bool {
        let Some((&byte, after)) = self.rest.split_first() else { return false };
        match byte {
            b',' => {
                self.rest = after;
                self.end_mailbox();
            }
            b';' => {
                self.rest = after;
                self.end_mailbox();
                if std::mem::take(&mut self.in_group) {
                    self.add(EnvelopeAddress::default());
                }
            }
            b':' if self.mailbox.may_name_group() && !self.in_group => {
                self.rest = after;
                let name = std::mem::take(&mut self.mailbox).phrase();
                self.in_group = true;
                self.add(EnvelopeAddress { mailbox: Some(name), ..EnvelopeAddress::default() });
            }
            b'<' => {
                self.rest = after;
                let spec = self.angle();
                // Of two addresses in one place the first is as good as the second.
                self.mailbox.angle.get_or_insert(spec);
            }
            b'"' => {
                self.rest = after;
                let text = quoted(&mut self.rest);
                self.mailbox.word(text, Kind::Quoted);
            }
            b'(' => {
                self.rest = after;
                let comment = comment(&mut self.rest);
                self.mailbox.comment = Some(comment);
                self.mailbox.apart = true;
            }
            b'@' => {
                self.rest = after;
                self.mailbox.word(b"@".to_vec(), Kind::At);
            }
            byte if is_space(byte) => {
                self.rest = after;
                self.mailbox.apart = true;
            }
            _ => {
                let text = atom(&mut self.rest);
                self.mailbox.word(text, Kind::Atom);
            }
        }
        true
    }

    fn end_mailbox(&mut self) {
        if let Some(address) = std::mem::take(&mut self.mailbox).address() {
            self.add(address);
        }
    }

    fn add(&mut self, address: EnvelopeAddress) {
        if self.list.len() < self.limit {
            self.list.push(address);
        }
    }

    /// What stands in angle brackets: local part and domain. A route before it is obsolete and left out.
    fn angle(&mut self) -> (Vec<u8>, Vec<u8>) {
        let (mut local, mut domain, mut in_domain) = (Vec::new(), Vec::new(), false);
        let mut is_route = self.rest.trim_ascii_start().starts_with(b"@");
        while let Some((&byte, after)) = self.rest.split_first() {
            // A bracket that is not closed ends with its address.
            if byte == b',' && !is_route {
                break;
            }
            self.rest = after;
            let part = if in_domain { &mut domain } else { &mut local };
            match byte {
                b'>' => break,
                b':' if is_route => {
                    is_route = false;
                    (local, domain, in_domain) = (Vec::new(), Vec::new(), false);
                }
                b'"' => part.extend(quoted(&mut self.rest)),
                b'(' => {
                    comment(&mut self.rest);
                }
                b'@' if in_domain => {
                    // The last one counts.
                    local.push(b'@');
                    local.append(&mut domain);
                }
                b'@' => in_domain = true,
                byte if is_space(byte) => {}
                byte => part.push(byte),
            }
        }
        (local, domain)
    }
}

impl Mailbox {
    fn word(&mut self, text: Vec<u8>, kind: Kind) {
        let apart = std::mem::take(&mut self.apart);
        self.words.push(Word { text, kind, apart });
    }

    fn may_name_group(&self) -> bool {
        self.angle.is_none() && !self.words.is_empty() && self.words.iter().all(|word| word.kind != Kind::At)
    }

    /// The words as a display name.
    fn phrase(self) -> Vec<u8> {
        join(&self.words)
    }

    fn address(self) -> Option<EnvelopeAddress> {
        let Self { words, comment, angle, .. } = self;
        let comment = comment.map(|text| text.trim_ascii().to_vec()).filter(|text| !text.is_empty());
        let (name, (local, domain)) = match angle {
            Some(spec) => (join(&words), spec),
            None => bare(words)?,
        };
        let name = Some(name).filter(|name| !name.is_empty()).or(comment);
        if name.is_none() && local.is_empty() && domain.is_empty() {
            return None;
        }
        // The host is there even if it is not known: without one it would be a group.
        Some(EnvelopeAddress { name, mailbox: Some(local), host: Some(domain) })
    }
}

type Named = (Vec<u8>, (Vec<u8>, Vec<u8>));

/// An address without brackets: the words around the last `@`, dots with space around them included; other words are
/// a name.
fn bare(words: Vec<Word>) -> Option<Named> {
    let Some(at) = words.iter().rposition(|word| word.kind == Kind::At) else {
        return match words.as_slice() {
            [] => None,
            [word] if word.kind == Kind::Atom => Some((Vec::new(), (word.text.clone(), Vec::new()))),
            words => Some((join(words), (Vec::new(), Vec::new()))),
        };
    };
    let belongs =
        |left: &Word, right: &Word| !right.apart || left.text.ends_with(b".") || right.text.starts_with(b".");
    let mut first = at.saturating_sub(1);
    while first > 0 && belongs(&words[first - 1], &words[first]) {
        first -= 1;
    }
    let mut last = (at + 1).min(words.len() - 1);
    while last + 1 < words.len() && belongs(&words[last], &words[last + 1]) {
        last += 1;
    }
    let texts = |words: &[Word]| words.iter().flat_map(|word| word.text.iter().copied()).collect::<Vec<u8>>();
    let domain = if last > at { texts(&words[at + 1..=last]) } else { Vec::new() };
    let others = words[..first].iter().chain(&words[last + 1..]);
    let name = others.map(|word| word.text.as_slice()).collect::<Vec<_>>().join(&b' ');
    Some((name, (texts(&words[first..at]), domain)))
}

fn join(words: &[Word]) -> Vec<u8> {
    let mut phrase = Vec::new();
    for (index, word) in words.iter().enumerate() {
        if index > 0 && word.apart {
            phrase.push(b' ');
        }
        phrase.extend_from_slice(&word.text);
    }
    phrase.trim_ascii().to_vec()
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | 0)
}

/// Reads a quoted string up to behind its end.
fn quoted(rest: &mut &[u8]) -> Vec<u8> {
    let mut text = Vec::new();
    while let Some((&byte, after)) = rest.split_first() {
        *rest = after;
        match byte {
            b'"' => break,
            b'\\' => {
                if let Some((&escaped, after)) = rest.split_first() {
                    *rest = after;
                    text.push(escaped);
                }
            }
            byte => text.push(byte),
        }
    }
    text
}

/// Reads a comment up to behind its end; what stands in it.
pub(super) fn comment(rest: &mut &[u8]) -> Vec<u8> {
    let mut text = Vec::new();
    let mut depth = 1_u32;
    while let Some((&byte, after)) = rest.split_first() {
        *rest = after;
        match byte {
            b'(' => depth += 1,
            b')' if depth == 1 => break,
            b')' => depth -= 1,
            b'\\' => {
                if let Some((&escaped, after)) = rest.split_first() {
                    *rest = after;
                    text.push(escaped);
                }
                continue;
            }
            _ => {}
        }
        text.push(byte);
    }
    text
}

/// Reads an atom: an encoded word with whatever stands in it, a domain literal, or up to the next special character.
fn atom(rest: &mut &[u8]) -> Vec<u8> {
    let length = encoded_word(rest).or_else(|| domain_literal(rest)).unwrap_or_else(|| {
        let is_end = |&byte: &u8| is_space(byte) || b",;:<\"(@[".contains(&byte);
        // A special character that begins nothing stands for itself.
        rest.iter().skip(1).position(is_end).map_or(rest.len(), |found| found + 1)
    });
    let (text, after) = rest.split_at(length);
    *rest = after;
    text.to_vec()
}

/// The length of the encoded word at the beginning: some hold commas or quotes that should have been encoded.
fn encoded_word(text: &[u8]) -> Option<usize> {
    let inner = &text.strip_prefix(b"=?")?[..(text.len() - 2).min(ENCODED_WORD_LIMIT)];
    let inner = inner.split(|&byte| is_space(byte)).next()?;
    let mut marks = inner.iter().enumerate().filter(|(_, byte)| **byte == b'?').map(|(index, _)| index);
    let (_, encoding_end) = (marks.next()?, marks.next()?);
    let text = &inner[encoding_end + 1..];
    let end = text.windows(2).position(|pair| pair == b"?=")?;
    Some(2 + encoding_end + 1 + end + 2)
}

fn domain_literal(text: &[u8]) -> Option<usize> {
    let inner = &text.strip_prefix(b"[")?[..(text.len() - 1).min(ENCODED_WORD_LIMIT)];
    inner.iter().position(|&byte| byte == b']').map(|end| end + 2)
}

#[cfg(test)]
mod tests;
