//! A message that the server took.

/// A message that the server took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// Where it comes from.
    pub from: String,
    /// What else MAIL said, such as `SIZE=7 BODY=8BITMIME`.
    pub parameters: String,
    /// Who it is for: those that were not refused.
    pub to: Vec<String>,
    /// The message, as its recipients get it.
    pub content: Vec<u8>,
    /// All that came after DATA, up to the end and with it.
    pub wire: Vec<u8>,
}

impl Taken {
    /// What a server would have taken that ends lines at any CR, LF or CRLF, overlooks NUL, and so finds more ends than
    /// there are: the first message and what it would have read after it, as commands and messages. One piece is good.
    pub fn as_a_careless_server_reads_it(&self) -> Vec<String> {
        let text: Vec<u8> = self.wire.iter().copied().filter(|&byte| byte != 0).collect();
        let text = String::from_utf8_lossy(&text).replace("\r\n", "\n").replace('\r', "\n");
        let text = text.strip_suffix('\n').unwrap_or(&text);
        let mut pieces = Vec::new();
        let mut piece = Vec::new();
        for line in text.split('\n') {
            if line == "." {
                pieces.push(std::mem::take(&mut piece).join("\n"));
            } else {
                piece.push(line);
            }
        }
        if !piece.is_empty() {
            pieces.push(piece.join("\n"));
        }
        pieces
    }

    /// Whether every CR and LF on the wire is half of a CRLF, and there is no NUL.
    pub fn has_clean_lines(&self) -> bool {
        let lines = self.wire.strip_suffix(b"\r\n").unwrap_or(&self.wire);
        let mut bytes = lines.iter().copied().peekable();
        while let Some(byte) = bytes.next() {
            match byte {
                b'\r' if bytes.peek() == Some(&b'\n') => {
                    bytes.next();
                }
                b'\r' | b'\n' | 0 => return false,
                _ => {}
            }
        }
        self.wire.ends_with(b"\r\n")
    }

    /// The message as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.content).into_owned()
    }
}

/// The message that was sent as `wire`: without its end, dots no more doubled (RFC 5321 §4.5.2).
pub(super) fn unstuffed(wire: &[u8]) -> Vec<u8> {
    let body = wire.strip_suffix(b".\r\n").unwrap_or(wire);
    let mut content = Vec::with_capacity(body.len());
    let mut at_line_start = true;
    for (at, &byte) in body.iter().enumerate() {
        if !(at_line_start && byte == b'.') {
            content.push(byte);
        }
        at_line_start = byte == b'\n' && at > 0 && body[at - 1] == b'\r';
    }
    content
}
