//! Replies (RFC 5321 §4.2): a code of three digits, one line of text or many, perhaps an enhanced status code (RFC 3463).

/// More lines of one reply are not kept.
const LINES_LIMIT: usize = 100;

/// A whole reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// Its code, 200 to 599.
    pub code: u16,
    /// The enhanced status code of its last line that has one, such as `5.1.1` (RFC 2034).
    pub enhanced: Option<String>,
    /// The text of its lines, without codes. The server's words.
    pub lines: Vec<String>,
}

/// What a reply means for what was asked (RFC 5321 §4.2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// 2yz: done.
    Done,
    /// 3yz: go on.
    GoOn,
    /// 4yz: not now; the same may work later.
    Later,
    /// 5yz: no; the same will not work.
    Never,
}

/// A line that is no reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the answer is not SMTP")]
pub struct NoReply;

impl Reply {
    /// What it means.
    pub fn meaning(&self) -> Meaning {
        match self.code / 100 {
            2 => Meaning::Done,
            3 => Meaning::GoOn,
            4 => Meaning::Later,
            _ => Meaning::Never,
        }
    }

    /// The server's words, as one line with its codes.
    pub fn text(&self) -> String {
        let words = self.lines.iter().map(|line| line.trim()).filter(|line| !line.is_empty());
        let words = words.collect::<Vec<_>>().join(" ");
        match &self.enhanced {
            Some(enhanced) => format!("{} {enhanced} {words}", self.code),
            None => format!("{} {words}", self.code),
        }
        .trim_end()
        .to_owned()
    }
}

/// Puts the lines of a reply together.
#[derive(Debug, Default)]
pub struct Gathering {
    code: Option<u16>,
    enhanced: Option<String>,
    lines: Vec<String>,
}

impl Gathering {
    /// Takes a line without its line break; gives the reply if that was its last line.
    ///
    /// # Errors
    /// [`NoReply`] where the line is none, or has another code than the lines before.
    pub fn push(&mut self, line: &[u8]) -> Result<Option<Reply>, NoReply> {
        let digits = line.get(..3).filter(|digits| digits.iter().all(u8::is_ascii_digit)).ok_or(NoReply)?;
        let code = digits.iter().fold(0, |code, digit| code * 10 + u16::from(digit - b'0'));
        if !(200..600).contains(&code) || self.code.is_some_and(|before| before != code) {
            return Err(NoReply);
        }
        let last = match line.get(3) {
            None | Some(b' ' | b'\t') => true,
            Some(b'-') => false,
            Some(_) => return Err(NoReply),
        };
        self.code = Some(code);
        let text = String::from_utf8_lossy(line.get(4..).unwrap_or_default());
        let (enhanced, text) = split_enhanced(&text, code);
        if let Some(enhanced) = enhanced {
            self.enhanced = Some(enhanced.to_owned());
        }
        if self.lines.len() < LINES_LIMIT {
            let visible = |c: char| if c.is_control() { ' ' } else { c };
            self.lines.push(text.chars().map(visible).collect());
        }
        if !last {
            return Ok(None);
        }
        let Self { enhanced, lines, .. } = std::mem::take(self);
        Ok(Some(Reply { code, enhanced, lines }))
    }
}

/// `5.1.1 No such user`: the class is that of the reply (RFC 2034 §4).
fn split_enhanced(text: &str, code: u16) -> (Option<&str>, &str) {
    let (word, rest) = text.split_once(' ').unwrap_or((text, ""));
    let mut numbers = word.split('.');
    let class = numbers.next().and_then(|class| class.parse::<u16>().ok());
    let detail = |text: &str| (1..=3).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    let two = numbers.next().is_some_and(detail) && numbers.next().is_some_and(detail);
    let is_code = class == Some(code / 100) && two && numbers.next().is_none();
    if is_code { (Some(word), rest) } else { (None, text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gather(lines: &[&str]) -> Result<Option<Reply>, NoReply> {
        let mut gathering = Gathering::default();
        let mut reply = None;
        for line in lines {
            assert_eq!(reply, None, "it went on after its last line");
            reply = gathering.push(line.as_bytes())?;
        }
        Ok(reply)
    }

    #[test]
    fn replies_of_one_line_and_of_many() {
        let table: [(&[&str], Meaning, &str); 8] = [
            (&["250 ok"], Meaning::Done, "250 ok"),
            (&["250"], Meaning::Done, "250"),
            (&["250-mx", "250-SIZE 10", "250 DSN"], Meaning::Done, "250 mx SIZE 10 DSN"),
            (&["354 go on"], Meaning::GoOn, "354 go on"),
            (&["451 4.7.1 Greylisted"], Meaning::Later, "451 4.7.1 Greylisted"),
            (&["550-5.1.1 No such user", "550 5.1.1 Ask"], Meaning::Never, "550 5.1.1 No such user Ask"),
            (&["550 4.1.1 wrong class"], Meaning::Never, "550 4.1.1 wrong class"),
            (&["250 2.0.0.1 ok"], Meaning::Done, "250 2.0.0.1 ok"),
        ];
        for (lines, meaning, text) in table {
            let reply = gather(lines).unwrap().unwrap();
            assert_eq!((reply.meaning(), reply.text().as_str()), (meaning, text));
        }
        assert_eq!(gather(&["550 5.1.1 No such user"]).unwrap().unwrap().enhanced.as_deref(), Some("5.1.1"));
    }

    #[test]
    fn what_is_no_reply_is_refused() {
        for lines in [
            &[""][..],
            &["25"],
            &["25x ok"],
            &["150 x"],
            &["600 x"],
            &["250ok"],
            &["+OK"],
            &["250-a", "251 b"],
        ] {
            assert_eq!(gather(lines), Err(NoReply), "{lines:?}");
        }
        assert_eq!(gather(&["250-a"]), Ok(None));
    }

    #[test]
    fn a_reply_without_end_is_not_kept_for_ever() {
        let mut gathering = Gathering::default();
        for _ in 0..10_000 {
            assert_eq!(gathering.push(b"250-again"), Ok(None));
        }
        assert_eq!(gathering.push(b"250 end").unwrap().unwrap().lines.len(), LINES_LIMIT);
    }
}
