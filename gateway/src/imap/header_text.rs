//! Header texts as people read them: encoded words (RFC 2047), raw 8-bit, and the broken forms of both. Linear.

use super::charset;
use base64::{
    Engine,
    alphabet::STANDARD,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};

/// A header's text. Line breaks and other control characters become spaces.
pub fn header_text(raw: &[u8]) -> String {
    let mut decoder = Decoder::default();
    let mut plain = raw;
    let mut at = 0;
    while let Some(start) = find(&plain[at..], b"=?").map(|found| at + found) {
        match encoded_word(&plain[start..]) {
            Attempt::Word { charset, octets, length } => {
                decoder.plain(&plain[..start], true);
                decoder.word(charset, octets);
                plain = &plain[start + length..];
                at = 0;
            }
            Attempt::No => at = start + 2,
            Attempt::NoMore => break,
        }
    }
    decoder.plain(plain, false);
    decoder.finish()
}

/// Text so far, and octets of encoded words that are not text yet: a character may be split among neighbours.
#[derive(Default)]
struct Decoder {
    text: String,
    charset: String,
    octets: Vec<u8>,
}

impl Decoder {
    /// What stands between encoded words. White space alone separates them and is no text (RFC 2047 §6.2).
    fn plain(&mut self, octets: &[u8], word_follows: bool) {
        let separates = word_follows && !self.charset.is_empty() && octets.trim_ascii().is_empty();
        if !separates && !octets.is_empty() {
            self.flush();
            self.text.push_str(&charset::decode(octets, None));
        }
    }

    fn word(&mut self, charset: String, octets: Vec<u8>) {
        if charset != self.charset {
            self.flush();
            self.charset = charset;
        }
        self.octets.extend(octets);
    }

    fn flush(&mut self) {
        self.text.push_str(&charset::decode(&self.octets, Some(&self.charset)));
        self.charset.clear();
        self.octets.clear();
    }

    fn finish(mut self) -> String {
        self.flush();
        // A folded line's break goes, its white space stays (RFC 5322 §2.2.3).
        let unfolded = self.text.replace("\r\n", "");
        unfolded.replace(|character: char| character.is_control(), " ").trim().to_owned()
    }
}

enum Attempt {
    /// An encoded word.
    Word { charset: String, octets: Vec<u8>, length: usize },
    /// None here.
    No,
    /// None from here on.
    NoMore,
}

/// Longest name of a charset, with its language (RFC 2231 §5).
const MAX_CHARSET: usize = 64;

/// `=?charset?encoding?text?=` at the start of `raw`. The text may hold spaces and be of any length: senders do that.
fn encoded_word(raw: &[u8]) -> Attempt {
    let inner = &raw[2..];
    let Some(charset_end) = inner.iter().take(MAX_CHARSET).position(|&octet| octet == b'?') else {
        return Attempt::No;
    };
    let charset = String::from_utf8_lossy(&inner[..charset_end]).to_ascii_lowercase();
    let (Some(encoding), Some(b'?')) = (inner.get(charset_end + 1), inner.get(charset_end + 2)) else {
        return Attempt::No;
    };
    let decode: fn(&[u8]) -> Vec<u8> = match encoding.to_ascii_lowercase() {
        b'q' => decode_q,
        b'b' => decode_b,
        _ => return Attempt::No,
    };
    let name = charset.split('*').next().unwrap_or_default();
    if name.is_empty() || !name.bytes().all(|octet| octet.is_ascii_graphic()) {
        return Attempt::No;
    }
    let text = &inner[charset_end + 3..];
    match find(text, b"?=") {
        Some(end) => Attempt::Word {
            charset: name.to_owned(),
            octets: decode(&text[..end]),
            length: charset_end + end + 7,
        },
        None => Attempt::NoMore,
    }
}

/// The "Q" encoding (RFC 2047 §4.2). A `=` that begins no octet stands for itself.
fn decode_q(text: &[u8]) -> Vec<u8> {
    let hex = |at: usize| text.get(at).and_then(|&digit| char::from(digit).to_digit(16));
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(&octet) = text.get(at) {
        match (octet, hex(at + 1), hex(at + 2)) {
            (b'=', Some(high), Some(low)) => {
                out.push((high * 16 + low) as u8);
                at += 2;
            }
            (b'_', ..) => out.push(b' '),
            _ => out.push(octet),
        }
        at += 1;
    }
    out
}

/// The "B" encoding (RFC 2047 §4.1), with padding or without, and whatever is no base64 in it left out.
fn decode_b(text: &[u8]) -> Vec<u8> {
    const CONFIG: GeneralPurposeConfig = GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true);
    const ENGINE: GeneralPurpose = GeneralPurpose::new(&STANDARD, CONFIG);
    let digit = |octet: &u8| octet.is_ascii_alphanumeric() || matches!(octet, b'+' | b'/');
    let mut digits: Vec<u8> = text.iter().copied().filter(digit).collect();
    if digits.len() % 4 == 1 {
        // Six bits of an octet that was cut off.
        digits.pop();
    }
    ENGINE.decode(digits).unwrap_or_default()
}

fn find(haystack: &[u8], needle: &[u8; 2]) -> Option<usize> {
    haystack.windows(2).position(|window| window == needle)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn texts_are_decoded_as_people_meant_them() {
        for (raw, text) in [
            ("plain", "plain"),
            ("=?utf-8?q?gr=C3=BCn?=", "grün"),
            ("=?UTF-8?Q?a_b=5F?=", "a b_"),
            ("=?iso-8859-1?Q?gr=FCn?= tea", "grün tea"),
            ("=?utf-8?B?Z3LDvG4=?=", "grün"),
            ("=?utf-8?B?Z3LDvG4?=", "grün"),
            ("=?utf-8?b?Z3LD?= =?utf-8?b?vG4=?=", "grün"),
            ("=?utf-8?q?a?=\r\n =?utf-8?q?b?= c =?utf-8?q?d?=", "ab c d"),
            ("=?utf-8*en?q?x?=", "x"),
            ("Re:=?utf-8?q?x?=(1)", "Re:x(1)"),
            ("=?utf-8?q?two words?=", "two words"),
            ("=?utf-8?q?=41=4?=", "A=4"),
            ("=?nonsense?q?=C3=BC?=", "ü"),
            ("=?utf-8?x?abc?=", "=?utf-8?x?abc?="),
            ("=?utf-8?q?abc", "=?utf-8?q?abc"),
            ("=??q?abc?=", "=??q?abc?="),
            ("a = b ?= c", "a = b ?= c"),
            ("=?gb2312?B?xOO6ww==?=", "你好"),
            ("=?iso-2022-jp?b?GyRCJCIbKEI=?=", "あ"),
            ("folded\r\n\tline\u{0}end", "folded line end"),
            ("=?utf-8?q?tab=09nul=00?=", "tab nul"),
            ("grün", "grün"),
            ("", ""),
        ] {
            assert_eq!(header_text(raw.as_bytes()), text, "{raw}");
        }
        assert_eq!(header_text(b"gr\xfcn =?utf-8?q?x?="), "grün x");
    }

    proptest! {
        #[test]
        fn nothing_makes_it_panic(raw in proptest::collection::vec(any::<u8>(), 0..200)) {
            header_text(&raw);
        }

        #[test]
        fn nothing_like_encoded_words_makes_it_panic(raw in "(=\\?|utf-8|\\?q|\\?b|\\?=|[ =?a-f0-9_]){0,60}") {
            header_text(raw.as_bytes());
        }
    }
}
