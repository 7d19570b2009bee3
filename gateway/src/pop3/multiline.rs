//! Multi-line answers (RFC 1939 §3), unstuffed while they stream by: constant memory, however they are cut.

use memchr::memmem;

/// Reads one answer, from behind its status line to the line with nothing but a dot.
#[derive(Clone, Debug)]
pub struct Multiline {
    place: Place,
    bare: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// At the beginning of a line.
    Start,
    /// Behind the dot a line begins with.
    Dot,
    /// Behind that and a CR.
    DotCr,
    /// Within a line.
    Text,
    /// Behind a CR within a line.
    Cr,
    /// Behind the end.
    Done,
}

impl Multiline {
    /// At the beginning of an answer. `bare` is for servers that end lines with LF alone, known by their status lines;
    /// with others an LF alone is content, and a dot behind it too.
    pub fn new(bare: bool) -> Self {
        Self { place: Place::Start, bare }
    }

    /// Whether the end was read.
    pub fn is_done(&self) -> bool {
        self.place == Place::Done
    }

    /// Reads on; tells how much belonged to the answer. Content goes to `sink` in pieces, line breaks as they came.
    pub fn push(&mut self, input: &[u8], mut sink: impl FnMut(&[u8])) -> usize {
        // Where content begins that was not passed on yet, and where we are.
        let (mut from, mut at) = (0, 0);
        while let Some(&byte) = input.get(at) {
            match (self.place, byte) {
                (Place::Done, _) => return at,
                (Place::Start, b'.') => {
                    sink(&input[from..at]);
                    from = at + 1;
                    self.place = Place::Dot;
                }
                (Place::Dot, b'\r') => {
                    from = at + 1;
                    self.place = Place::DotCr;
                }
                (Place::Dot, b'\n') if self.bare => return self.end(at),
                (Place::DotCr, b'\n') => return self.end(at),
                (Place::DotCr, _) => {
                    // No end after all: the CR is content.
                    sink(b"\r");
                    from = at;
                    self.place = Place::Cr;
                    continue;
                }
                (Place::Start | Place::Dot | Place::Text | Place::Cr, _) => {
                    at = self.skip(input, at);
                    continue;
                }
            }
            at += 1;
        }
        if from < input.len() {
            sink(&input[from..]);
        }
        input.len()
    }

    /// Goes on, within a line, to the next line that begins with a dot, or else to the end of the input.
    fn skip(&mut self, input: &[u8], at: usize) -> usize {
        let before = |end: usize| match end.checked_sub(1) {
            Some(last) if last >= at => input[last],
            _ if self.place == Place::Cr => b'\r',
            _ => 0,
        };
        let is_break = |end: usize| self.bare || before(end) == b'\r';
        let found =
            memmem::find_iter(&input[at..], b"\n.").map(|found| at + found).find(|&end| is_break(end));
        if let Some(end) = found {
            self.place = Place::Start;
            return end + 1;
        }
        let end = input.len();
        self.place = match before(end) {
            b'\r' => Place::Cr,
            b'\n' if is_break(end - 1) => Place::Start,
            _ => Place::Text,
        };
        end
    }

    fn end(&mut self, at: usize) -> usize {
        self.place = Place::Done;
        at + 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The content, and what is left over, read in pieces of `step` bytes.
    fn read(answer: &[u8], step: usize, bare: bool) -> (Vec<u8>, bool, Vec<u8>) {
        let (mut reader, mut content, mut used) = (Multiline::new(bare), Vec::new(), 0);
        for piece in answer.chunks(step) {
            used += reader.push(piece, |piece| content.extend_from_slice(piece));
        }
        (content, reader.is_done(), answer[used..].to_vec())
    }

    #[test]
    fn answers_however_they_are_cut() {
        let table: [(&str, &str); 11] = [
            (".\r\n", ""),
            ("a\r\n.\r\n", "a\r\n"),
            ("..\r\n.\r\n", ".\r\n"),
            ("...x\r\n..y\r\n.\r\n", "..x\r\n.y\r\n"),
            ("a\r\n\r\n.\r\n", "a\r\n\r\n"),
            ("a\n.\nb\r\n.\r\n", "a\n.\nb\r\n"),
            ("a\n.\r\nb\r\n.\r\n", "a\n.\r\nb\r\n"),
            ("a\r.\r\n.\r\n", "a\r.\r\n"),
            ("..\rx\r\n.\r\n", ".\rx\r\n"),
            (".\r\rx\r\n.\r\n", "\r\rx\r\n"),
            ("a.\r\n.b\r\n.\r\n", "a.\r\nb\r\n"),
        ];
        for (answer, content) in table {
            let answer = format!("{answer}+OK next\r\n");
            for step in 1..=answer.len() {
                let expected = (content.as_bytes().to_vec(), true, b"+OK next\r\n".to_vec());
                assert_eq!(read(answer.as_bytes(), step, false), expected, "{answer:?} by {step}");
            }
        }
    }

    #[test]
    fn a_server_of_bare_line_feeds() {
        for step in 1..8 {
            let expected = (b"a\n.\nb\r\n".to_vec(), true, b"x".to_vec());
            assert_eq!(read(b"a\n..\nb\r\n.\nx", step, true), expected);
        }
    }

    #[test]
    fn a_cut_answer_is_not_done() {
        let answer = b"a\r\n..b\r\n.\r\n";
        for end in 0..answer.len() {
            assert!(!read(&answer[..end], 4, false).1, "{end}");
        }
    }

    proptest! {
        #[test]
        fn however_anything_is_cut(input in "[.a\\r\\n]{0,24}", step in 2_usize..25, bare: bool) {
            prop_assert_eq!(read(input.as_bytes(), step, bare), read(input.as_bytes(), 1, bare));
        }

        #[test]
        fn what_is_stuffed_comes_back(lines in prop::collection::vec("[.a\r\n]{0,5}", 0..6), step in 1_usize..9) {
            let content = lines.iter().map(|line| format!("{line}\r\n")).collect::<String>();
            let stuffed: String = content.split_inclusive("\r\n").map(|line| {
                if line.starts_with('.') { format!(".{line}") } else { line.to_owned() }
            }).collect();
            let answer = format!("{stuffed}.\r\n");
            prop_assert_eq!(read(answer.as_bytes(), step, false), (content.into_bytes(), true, Vec::new()));
        }
    }
}
