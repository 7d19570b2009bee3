//! Lines out of a stream of pieces, bounded: of an overlong line only its beginning is kept.

/// Longer than any line of a listing that means something, in bytes.
const MAX_LINE: usize = 1024;

/// Collects lines.
#[derive(Clone, Debug, Default)]
pub struct Lines {
    line: Vec<u8>,
}

impl Lines {
    /// Takes the next piece; whole lines go to `sink`, without their line breaks.
    pub fn push(&mut self, piece: &[u8], mut sink: impl FnMut(&[u8])) {
        for part in piece.split_inclusive(|&byte| byte == b'\n') {
            let (text, ended) = match part.split_last() {
                Some((b'\n', text)) => (text, true),
                _ => (part, false),
            };
            let room = MAX_LINE.saturating_sub(self.line.len());
            self.line.extend_from_slice(text.get(..room).unwrap_or(text));
            if ended {
                let line = self.line.strip_suffix(b"\r").unwrap_or(&self.line);
                sink(line);
                self.line.clear();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_however_they_are_cut() {
        let long = "x".repeat(5000);
        let text = format!("one\r\ntwo\n\r\n{long}\r\nlast\r\n");
        for step in [1, 2, 3, 7, 6000] {
            let (mut lines, mut found) = (Lines::default(), Vec::new());
            for piece in text.as_bytes().chunks(step) {
                lines.push(piece, |line| found.push(String::from_utf8(line.to_vec()).unwrap()));
            }
            assert_eq!(found, ["one", "two", "", &long[..MAX_LINE], "last"]);
        }
    }
}
