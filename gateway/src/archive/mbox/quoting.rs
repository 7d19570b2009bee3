//! The quoting of mboxrd: a line of `>`s, maybe none, and then `From ` gets one `>` more on its way into an mbox, and
//! loses it on its way out. Every other byte stays.

const FROM: &[u8] = b"From ";

/// Quotes or unquotes, however the message is cut.
#[derive(Debug)]
pub(super) struct Quoting {
    out: bool,
    /// How much of `From ` was seen at the line's beginning; absent behind it.
    seen: Option<usize>,
    /// On the way out: a `>` that may have to go. It stands for any of those before it.
    held: bool,
}

impl Quoting {
    /// For the way into an mbox.
    pub fn quote() -> Self {
        Self { out: false, seen: Some(0), held: false }
    }

    /// For the way out of it.
    pub fn unquote() -> Self {
        Self { out: true, seen: Some(0), held: false }
    }

    /// Takes the next piece, and appends what is certain by now.
    pub fn push(&mut self, mut piece: &[u8], to: &mut Vec<u8>) {
        while let Some(&byte) = piece.first() {
            match self.seen {
                None => {
                    let end = piece.iter().position(|&byte| byte == b'\n');
                    let (now, rest) = piece.split_at(end.map_or(piece.len(), |at| at + 1));
                    to.extend_from_slice(now);
                    piece = rest;
                    if end.is_some() {
                        self.seen = Some(0);
                    }
                }
                Some(0) if byte == b'>' => {
                    if self.held || !self.out {
                        to.push(b'>');
                    }
                    self.held = self.out;
                    piece = &piece[1..];
                }
                Some(seen) if FROM.get(seen) == Some(&byte) => {
                    piece = &piece[1..];
                    self.seen = Some(seen + 1);
                    if seen + 1 == FROM.len() {
                        if !self.out {
                            to.push(b'>');
                        }
                        self.held = false;
                        self.release(to);
                    }
                }
                Some(_) => self.release(to),
            }
        }
    }

    /// Appends what is left.
    pub fn finish(mut self, to: &mut Vec<u8>) {
        self.release(to);
    }

    fn release(&mut self, to: &mut Vec<u8>) {
        if std::mem::take(&mut self.held) {
            to.push(b'>');
        }
        to.extend_from_slice(&FROM[..self.seen.take().unwrap_or(0)]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn through(mut quoting: Quoting, text: &[u8], cut: usize) -> Vec<u8> {
        let mut out = Vec::new();
        text.chunks(cut).for_each(|piece| quoting.push(piece, &mut out));
        quoting.finish(&mut out);
        out
    }

    #[test]
    fn lines_that_look_like_a_beginning_are_quoted() {
        for (plain, quoted) in [
            ("From here", ">From here"),
            ("a\nFrom b\n>From c\n>>From d", "a\n>From b\n>>From c\n>>>From d"),
            ("From\n> From \nfrom x\nxFrom y", "From\n> From \nfrom x\nxFrom y"),
            ("\r\nFrom a\rFrom b\r\n>Fro", "\r\n>From a\rFrom b\r\n>Fro"),
            (">>>", ">>>"),
            ("", ""),
        ] {
            for cut in 1..12 {
                assert_eq!(through(Quoting::quote(), plain.as_bytes(), cut), quoted.as_bytes(), "{plain:?}");
                assert_eq!(
                    through(Quoting::unquote(), quoted.as_bytes(), cut),
                    plain.as_bytes(),
                    "{plain:?}"
                );
            }
        }
    }

    proptest! {
        #[test]
        fn unquoting_brings_back_every_byte(
            text in prop::collection::vec(
                prop::sample::select(vec!["From ", ">", "\n", "\r\n", "x", "Fr"]),
                0..40,
            ),
            cut in 1usize..20,
        ) {
            let text = text.concat().into_bytes();
            let quoted = through(Quoting::quote(), &text, cut);
            prop_assert!(!quoted.split(|&byte| byte == b'\n').any(|line| line.starts_with(FROM)));
            prop_assert_eq!(through(Quoting::unquote(), &quoted, cut), text);
        }
    }
}
