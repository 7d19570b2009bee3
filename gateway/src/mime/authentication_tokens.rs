//! The words of structured header fields (RFC 5322 §3.2), as far as `Authentication-Results` and `Received` need them.

/// Comments nest no deeper: what is below counts as part of them.
const NESTING: usize = 64;

/// A word or a sign between words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// An atom, a quoted string without its quotes, or both where nothing stands between them.
    Word(String),
    /// `=`.
    Equals,
    /// `;`.
    Semicolon,
}

/// Takes a field's value apart. Comments and folding white space separate words and are no part of them.
pub(super) fn tokens(value: &[u8]) -> Vec<Token> {
    let text = String::from_utf8_lossy(value);
    let mut tokens = Vec::new();
    let mut word: Option<String> = None;
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => quoted(&mut chars, word.get_or_insert_default()),
            '(' => {
                tokens.extend(word.take().map(Token::Word));
                comment(&mut chars);
            }
            '=' | ';' => {
                tokens.extend(word.take().map(Token::Word));
                tokens.push(if c == '=' { Token::Equals } else { Token::Semicolon });
            }
            c if c.is_whitespace() || c.is_control() => tokens.extend(word.take().map(Token::Word)),
            c => word.get_or_insert_default().push(c),
        }
    }
    tokens.extend(word.map(Token::Word));
    tokens
}

fn quoted(chars: &mut std::str::Chars<'_>, word: &mut String) {
    while let Some(c) = chars.next() {
        match c {
            '"' => return,
            '\\' => word.extend(chars.next()),
            '\r' | '\n' => {}
            c => word.push(c),
        }
    }
}

fn comment(chars: &mut std::str::Chars<'_>) {
    let mut depth = 1_usize;
    while let Some(c) = chars.next() {
        match c {
            '(' => depth = (depth + 1).min(NESTING),
            ')' => depth -= 1,
            '\\' => _ = chars.next(),
            _ => {}
        }
        if depth == 0 {
            return;
        }
    }
}
