//! A stream cut into lines, however it arrives. Lines end in CRLF or LF; where the first break of a message is a bare
//! CR, in CR as well.

use memchr::{memchr2, memmem, memrchr};

/// How much of a line is looked at before it is complete: what a boundary takes (RFC 2046 §5.1.1), with room.
pub(super) const HEAD_LIMIT: usize = 2048;

/// What reads the lines. The calls do not depend on how the stream was cut.
pub(super) trait LineSink {
    /// A line begins at this offset: the whole of it without its break, or its first [`HEAD_LIMIT`] bytes.
    fn begin(&mut self, at: u64, head: &[u8]);
    /// It goes on, in pieces of any length.
    fn more(&mut self, bytes: &[u8]);
    /// It ends, in this break; in none at the stream's end.
    fn end(&mut self, line_break: &'static [u8]);
    /// Whether lines that do not begin with a dash say nothing now.
    fn skips(&self) -> bool;
    /// Such lines went by, the last of which ended in this break.
    fn skipped(&mut self, line_break: &'static [u8]);
}

/// Cuts a stream into lines.
#[derive(Debug, Default)]
pub(super) struct Lines {
    /// How much of the stream is passed on.
    at: u64,
    /// The line's beginning, while it is shorter than [`HEAD_LIMIT`].
    head: Vec<u8>,
    /// The line was begun.
    begun: bool,
    /// CRs that came last: what follows them decides what they mean.
    held_cr: u64,
    /// Whether a bare CR ends a line: the first break decides.
    cr_ends: Option<bool>,
}

impl Lines {
    /// Reads the next piece.
    pub fn push(&mut self, piece: &[u8], sink: &mut impl LineSink) {
        let mut rest = piece;
        loop {
            rest = self.skip(rest, sink);
            let stop = memchr2(b'\r', b'\n', rest).unwrap_or(rest.len());
            let (content, from_break) = rest.split_at(stop);
            if !content.is_empty() {
                let cr_ends = self.held_cr > 0 && *self.cr_ends.get_or_insert(true);
                self.settle(0, cr_ends, sink);
                self.content(content, sink);
            }
            let Some((&byte, after)) = from_break.split_first() else { return };
            rest = after;
            if byte == b'\r' {
                self.held_cr += 1;
                continue;
            }
            let cr_ends = *self.cr_ends.get_or_insert(false);
            self.settle(1, cr_ends, sink);
            let line_break: &[u8] = if std::mem::take(&mut self.held_cr) > 0 { b"\r\n" } else { b"\n" };
            self.end(line_break, sink);
        }
    }

    /// Passes whole lines by that say nothing; what is left.
    fn skip<'a>(&mut self, rest: &'a [u8], sink: &mut impl LineSink) -> &'a [u8] {
        let at_start = !self.begun && self.head.is_empty() && self.held_cr == 0;
        // Where a CR alone may end a line, this is no place to look for others.
        if !at_start
            || self.cr_ends != Some(false)
            || rest.first().is_none_or(|&byte| byte == b'-')
            || !sink.skips()
        {
            return rest;
        }
        let Some(end) = memmem::find(rest, b"\n-").or_else(|| memrchr(b'\n', rest)) else { return rest };
        let (lines, left) = rest.split_at(end + 1);
        self.at += lines.len() as u64;
        sink.skipped(if lines.ends_with(b"\r\n") { b"\r\n" } else { b"\n" });
        left
    }

    /// Ends the last line; the stream's length.
    pub fn finish(mut self, sink: &mut impl LineSink) -> u64 {
        let cr_ends = self.cr_ends == Some(true);
        self.settle(0, cr_ends, sink);
        if self.begun || !self.head.is_empty() {
            self.end(b"", sink);
        }
        self.at
    }

    /// Passes the CRs on that are held, but for so many, as breaks or as content.
    fn settle(&mut self, keep: u64, as_breaks: bool, sink: &mut impl LineSink) {
        while self.held_cr > keep {
            self.held_cr -= 1;
            if as_breaks {
                self.end(b"\r", sink);
            } else {
                self.content(b"\r", sink);
            }
        }
    }

    fn content(&mut self, bytes: &[u8], sink: &mut impl LineSink) {
        self.at += bytes.len() as u64;
        if self.begun {
            return sink.more(bytes);
        }
        let (head, rest) = bytes.split_at(bytes.len().min(HEAD_LIMIT - self.head.len()));
        self.head.extend_from_slice(head);
        if self.head.len() == HEAD_LIMIT {
            self.begun = true;
            sink.begin(self.at - (HEAD_LIMIT + rest.len()) as u64, &self.head);
            if !rest.is_empty() {
                sink.more(rest);
            }
        }
    }

    fn end(&mut self, line_break: &'static [u8], sink: &mut impl LineSink) {
        if !self.begun {
            sink.begin(self.at - self.head.len() as u64, &self.head);
        }
        self.at += line_break.len() as u64;
        sink.end(line_break);
        self.head.clear();
        self.begun = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct Told(Vec<(u64, Vec<u8>, &'static [u8])>);

    impl LineSink for Told {
        fn begin(&mut self, at: u64, head: &[u8]) {
            self.0.push((at, head.to_vec(), b"?"));
        }

        fn more(&mut self, bytes: &[u8]) {
            self.0.last_mut().unwrap().1.extend_from_slice(bytes);
        }

        fn end(&mut self, line_break: &'static [u8]) {
            self.0.last_mut().unwrap().2 = line_break;
        }

        fn skips(&self) -> bool {
            false
        }

        fn skipped(&mut self, _: &'static [u8]) {}
    }

    fn lines(text: &[u8], cut: usize) -> Vec<(u64, Vec<u8>, &'static [u8])> {
        let mut told = Told::default();
        let mut lines = Lines::default();
        text.chunks(cut).for_each(|piece| lines.push(piece, &mut told));
        assert_eq!(lines.finish(&mut told), text.len() as u64);
        told.0
    }

    #[test]
    fn breaks() {
        type Expected = &'static [(u64, &'static [u8], &'static [u8])];
        let table: &[(&[u8], Expected)] = &[
            (b"", &[]),
            (b"a", &[(0, b"a", b"")]),
            (b"a\r\nb\n\nc", &[(0, b"a", b"\r\n"), (3, b"b", b"\n"), (5, b"", b"\n"), (6, b"c", b"")]),
            (b"a\rb\r\rc", &[(0, b"a", b"\r"), (2, b"b", b"\r"), (4, b"", b"\r"), (5, b"c", b"")]),
            (b"a\nb\rc\r", &[(0, b"a", b"\n"), (2, b"b\rc\r", b"")]),
            (b"a\r\r\nb", &[(0, b"a\r", b"\r\n"), (4, b"b", b"")]),
            (b"a\r\rb", &[(0, b"a", b"\r"), (2, b"", b"\r"), (3, b"b", b"")]),
            (b"a\r\r\r\nb\rc", &[(0, b"a\r\r", b"\r\n"), (5, b"b\rc", b"")]),
            (b"a\rb\r\r\nc", &[(0, b"a", b"\r"), (2, b"b", b"\r"), (4, b"", b"\r\n"), (6, b"c", b"")]),
            (b"\r", &[(0, b"\r", b"")]),
        ];
        for (text, expected) in table {
            let expected: Vec<_> = expected.iter().map(|&(at, line, end)| (at, line.to_vec(), end)).collect();
            for cut in 1..4 {
                assert_eq!(lines(text, cut), expected, "{text:?} by {cut}");
            }
        }
    }

    /// Hears of lines with a dash alone: the break before each, and where it stands.
    #[derive(Default)]
    struct Dashes {
        told: Vec<(&'static [u8], u64, Vec<u8>)>,
        before: &'static [u8],
    }

    impl LineSink for Dashes {
        fn begin(&mut self, at: u64, head: &[u8]) {
            if head.starts_with(b"-") {
                self.told.push((self.before, at, head.to_vec()));
            }
        }

        fn more(&mut self, _: &[u8]) {}

        fn end(&mut self, line_break: &'static [u8]) {
            self.before = line_break;
        }

        fn skips(&self) -> bool {
            true
        }

        fn skipped(&mut self, line_break: &'static [u8]) {
            self.before = line_break;
        }
    }

    #[test]
    fn what_says_nothing_is_passed_by() {
        type Expected = &'static [(&'static [u8], u64, &'static [u8])];
        let table: &[(&[u8], Expected)] = &[
            (b"a\r\nb\r\n-c\r\nd", &[(b"\r\n", 6, b"-c")]),
            (b"a\nb\r\n\n-c\n--d\n\n\n-", &[(b"\n", 6, b"-c"), (b"\n", 9, b"--d"), (b"\n", 15, b"-")]),
            (b"a\nb-\r\r\n-c\r\r-d\n", &[(b"\r\n", 7, b"-c\r\r-d")]),
            (b"a\rb\r-c\rd\n-e", &[(b"\r", 4, b"-c"), (b"\n", 9, b"-e")]),
            (b"a\nb\nc", &[]),
        ];
        for (text, expected) in table {
            let expected: Vec<_> =
                expected.iter().map(|&(before, at, line)| (before, at, line.to_vec())).collect();
            for cut in 1..=text.len() {
                let (mut dashes, mut lines) = (Dashes::default(), Lines::default());
                text.chunks(cut).for_each(|piece| lines.push(piece, &mut dashes));
                assert_eq!(lines.finish(&mut dashes), text.len() as u64);
                assert_eq!(dashes.told, expected, "{text:?} by {cut}");
            }
        }
    }

    #[test]
    fn long_lines() {
        for length in [HEAD_LIMIT - 1, HEAD_LIMIT, HEAD_LIMIT + 1, 3 * HEAD_LIMIT] {
            let text = [b"x\n".as_slice(), &vec![b'a'; length], b"\r\ny"].concat();
            for cut in [1, 700, HEAD_LIMIT, text.len()] {
                let lines = lines(&text, cut);
                assert_eq!((lines[1].0, lines[1].1.len(), lines[1].2), (2, length, b"\r\n".as_slice()));
                assert_eq!(lines[2], (length as u64 + 4, b"y".to_vec(), b"".as_slice()));
            }
        }
    }
}
