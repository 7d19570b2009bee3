//! Text held for the search index and the preview while a message streams by: of all its parts together, so much.

/// How much is gathered of one message, in bytes as transferred.
const GATHER_LIMIT: usize = 256 * 1024;

/// Gathers one text after the other.
#[derive(Debug, Default)]
pub(super) struct Gather {
    /// The texts kept, by their part specifiers.
    texts: Vec<(String, Vec<u8>)>,
    kept: usize,
    /// The one under way.
    text: Option<Vec<u8>>,
    /// The last line's break: it belongs to the text if another line follows.
    line_break: &'static [u8],
}

impl Gather {
    /// Begins a text; one under way is forgotten.
    pub fn start(&mut self) {
        self.text = Some(Vec::new());
        self.line_break = b"";
    }

    /// Forgets the text under way.
    pub fn forget(&mut self) {
        self.text = None;
    }

    /// Whether what comes now is kept.
    pub fn takes(&self) -> bool {
        self.text.as_ref().is_some_and(|text| self.kept + text.len() < GATHER_LIMIT)
    }

    /// A line begins.
    pub fn line(&mut self, head: &[u8]) {
        let line_break = std::mem::take(&mut self.line_break);
        self.add(line_break);
        self.add(head);
    }

    /// It goes on.
    pub fn add(&mut self, bytes: &[u8]) {
        if let Some(text) = &mut self.text {
            let room = GATHER_LIMIT - self.kept - text.len();
            text.extend_from_slice(&bytes[..bytes.len().min(room)]);
        }
    }

    /// It ends.
    pub fn end_line(&mut self, line_break: &'static [u8]) {
        self.line_break = line_break;
    }

    /// Keeps the text under way as that part's.
    pub fn keep(&mut self, part: &str) {
        if let Some(text) = self.text.take().filter(|text| !text.is_empty()) {
            self.kept += text.len();
            self.texts.push((part.to_owned(), text));
        }
    }

    /// The texts kept.
    pub fn finish(self) -> Vec<(String, Vec<u8>)> {
        self.texts
    }
}
