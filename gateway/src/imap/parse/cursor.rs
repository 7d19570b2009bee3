//! Reading a response's values one after another, never going back and never failing hard. White space is skipped
//! wherever it stands, because servers put too much of it in places.

use std::borrow::Cow;

/// A value is not what it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Malformed;

/// A place in a response.
#[derive(Clone, Debug)]
pub(super) struct Cursor<'a> {
    rest: &'a [u8],
}

impl<'a> Cursor<'a> {
    pub(super) fn new(input: &'a [u8]) -> Self {
        Self { rest: input }
    }

    /// What was not read yet.
    pub(super) fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// The next octet that is no white space.
    pub(super) fn peek(&mut self) -> Option<u8> {
        self.rest = self.rest.trim_ascii_start();
        self.rest.first().copied()
    }

    /// Takes `octet` if it is next.
    pub(super) fn eat(&mut self, octet: u8) -> bool {
        let next = self.peek() == Some(octet);
        if next {
            self.rest = &self.rest[1..];
        }
        next
    }

    /// Takes `octet` or fails.
    pub(super) fn expect(&mut self, octet: u8) -> Result<(), Malformed> {
        if self.eat(octet) { Ok(()) } else { Err(Malformed) }
    }

    /// Whether a list goes on: takes its end if it is next. The end of input ends every list.
    pub(super) fn in_list(&mut self) -> bool {
        !self.eat(b')') && self.peek().is_some()
    }

    /// Octets up to white space or one of `()"`. Empty if there are none.
    pub(super) fn word(&mut self) -> &'a [u8] {
        self.peek();
        let end = |octet: &u8| octet.is_ascii_whitespace() || matches!(octet, b'(' | b')' | b'"');
        let length = self.rest.iter().position(end).unwrap_or(self.rest.len());
        self.take(length)
    }

    /// The name of a FETCH data item: a word, with what stands in its brackets.
    pub(super) fn item_name(&mut self) -> Cow<'a, str> {
        self.peek();
        let mut depth = 0usize;
        let end = |&octet: &u8| {
            match octet {
                b'[' => depth += 1,
                b']' => depth = depth.saturating_sub(1),
                _ => {}
            }
            depth == 0 && (octet.is_ascii_whitespace() || matches!(octet, b'(' | b')' | b'"'))
        };
        let length = self.rest.iter().position(end).unwrap_or(self.rest.len());
        String::from_utf8_lossy(self.take(length))
    }

    /// A number.
    pub(super) fn number<N: std::str::FromStr>(&mut self) -> Result<N, Malformed> {
        std::str::from_utf8(self.word()).ok().and_then(|digits| digits.parse().ok()).ok_or(Malformed)
    }

    /// `astring`: an atom, a quoted string or a literal.
    pub(super) fn string(&mut self) -> Result<Cow<'a, [u8]>, Malformed> {
        match self.peek() {
            Some(b'"') => self.quoted(),
            Some(b'{') => self.literal().map(Cow::Borrowed),
            Some(b'~') if self.rest.get(1) == Some(&b'{') => {
                self.take(1);
                self.literal().map(Cow::Borrowed)
            }
            _ => match self.word() {
                [] => Err(Malformed),
                word => Ok(Cow::Borrowed(word)),
            },
        }
    }

    /// `nstring`: a string, or NIL.
    pub(super) fn nstring(&mut self) -> Result<Option<Cow<'a, [u8]>>, Malformed> {
        if self.nil() { Ok(None) } else { self.string().map(Some) }
    }

    /// An owned `nstring`.
    pub(super) fn nbytes(&mut self) -> Result<Option<Vec<u8>>, Malformed> {
        Ok(self.nstring()?.map(Cow::into_owned))
    }

    /// An `astring` as text.
    pub(super) fn text(&mut self) -> Result<String, Malformed> {
        self.string().map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
    }

    /// Takes NIL if it is next.
    pub(super) fn nil(&mut self) -> bool {
        let mut ahead = self.clone();
        let nil = ahead.peek() != Some(b'"') && ahead.word().eq_ignore_ascii_case(b"NIL");
        if nil {
            *self = ahead;
        }
        nil
    }

    /// Skips one value of any kind; a list with all that is in it, however deep.
    pub(super) fn skip(&mut self) -> Result<(), Malformed> {
        let mut depth = 0usize;
        loop {
            match self.peek() {
                None => return Err(Malformed),
                Some(b'(') => {
                    self.take(1);
                    depth += 1;
                }
                Some(b')') => {
                    if depth == 0 {
                        return Err(Malformed);
                    }
                    self.take(1);
                    depth -= 1;
                }
                Some(_) => {
                    self.string()?;
                }
            }
            if depth == 0 {
                return Ok(());
            }
        }
    }

    /// Skips the rest of a list and its end.
    pub(super) fn skip_to_end(&mut self) -> Result<(), Malformed> {
        while self.in_list() {
            self.skip()?;
        }
        Ok(())
    }

    /// A quoted string. A backslash before anything but `"` and `\` stands for itself: servers forget to escape.
    fn quoted(&mut self) -> Result<Cow<'a, [u8]>, Malformed> {
        self.expect(b'"')?;
        let mut unescaped: Option<Vec<u8>> = None;
        let mut at = 0;
        loop {
            match self.rest.get(at).ok_or(Malformed)? {
                b'"' => break,
                b'\\' if matches!(self.rest.get(at + 1), Some(b'"' | b'\\')) => {
                    unescaped.get_or_insert_with(|| self.rest[..at].to_vec()).push(self.rest[at + 1]);
                    at += 2;
                }
                &octet => {
                    if let Some(out) = &mut unescaped {
                        out.push(octet);
                    }
                    at += 1;
                }
            }
        }
        let raw = self.take(at);
        self.take(1);
        Ok(unescaped.map_or(Cow::Borrowed(raw), Cow::Owned))
    }

    fn literal(&mut self) -> Result<&'a [u8], Malformed> {
        self.expect(b'{')?;
        let close = self.rest.iter().take(24).position(|&octet| octet == b'}').ok_or(Malformed)?;
        let digits = self.take(close);
        self.take(1);
        let digits = digits.strip_suffix(b"+").unwrap_or(digits);
        let size: usize =
            std::str::from_utf8(digits).ok().and_then(|digits| digits.parse().ok()).ok_or(Malformed)?;
        if self.rest.first() == Some(&b'\r') {
            self.take(1);
        }
        if self.rest.first() != Some(&b'\n') || self.rest.len() <= size {
            return Err(Malformed);
        }
        self.take(1);
        Ok(self.take(size))
    }

    fn take(&mut self, length: usize) -> &'a [u8] {
        let (taken, rest) = self.rest.split_at(length.min(self.rest.len()));
        self.rest = rest;
        taken
    }
}
