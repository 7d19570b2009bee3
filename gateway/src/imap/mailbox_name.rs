//! Mailbox names between the server's octets and people's text: modified UTF-7 (RFC 3501 §5.1.3), or UTF-8 where
//! `UTF8=ACCEPT` is enabled (RFC 6855 §3).

use super::command::MailboxName;
use base64::{
    Engine,
    alphabet::IMAP_MUTF7,
    engine::{GeneralPurpose, general_purpose::NO_PAD},
};

const BASE64: GeneralPurpose = GeneralPurpose::new(&IMAP_MUTF7, NO_PAD);

impl MailboxName {
    /// The name as people read it, if that text leads back to exactly these octets; else `None`.
    /// `utf8` is [`Capabilities::utf8_accept`](super::capabilities::Capabilities::utf8_accept).
    pub fn decode(&self, utf8: bool) -> Option<String> {
        let raw = std::str::from_utf8(&self.0).ok()?;
        if utf8 {
            return Some(raw.to_owned());
        }
        let text = decode_utf7(raw)?;
        (Self::encode(&text, false) == *self).then_some(text)
    }

    /// The server's name for a text.
    pub fn encode(text: &str, utf8: bool) -> Self {
        if utf8 {
            return Self(text.as_bytes().to_vec());
        }
        let mut raw = String::with_capacity(text.len());
        let mut shifted: Vec<u8> = Vec::new();
        for character in text.chars() {
            if !matches!(character, ' '..='~') {
                let mut units = [0; 2];
                shifted.extend(character.encode_utf16(&mut units).iter().flat_map(|unit| unit.to_be_bytes()));
                continue;
            }
            unshift(&mut shifted, &mut raw);
            raw.push(character);
            if character == '&' {
                raw.push('-');
            }
        }
        unshift(&mut shifted, &mut raw);
        Self(raw.into_bytes())
    }
}

fn unshift(shifted: &mut Vec<u8>, raw: &mut String) {
    if !shifted.is_empty() {
        raw.push('&');
        BASE64.encode_string(&shifted, raw);
        raw.push('-');
        shifted.clear();
    }
}

fn decode_utf7(raw: &str) -> Option<String> {
    let mut text = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((plain, shifted)) = rest.split_once('&') {
        let (shifted, after) = shifted.split_once('-')?;
        text.push_str(plain);
        match shifted {
            "" => text.push('&'),
            _ => text.push_str(&decode_shifted(shifted)?),
        }
        rest = after;
    }
    text.push_str(rest);
    Some(text)
}

fn decode_shifted(shifted: &str) -> Option<String> {
    let octets = BASE64.decode(shifted).ok()?;
    let (units, []) = octets.as_chunks::<2>() else { return None };
    let units: Vec<u16> = units.iter().map(|unit| u16::from_be_bytes(*unit)).collect();
    String::from_utf16(&units).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn modified_utf7_is_read_and_written() {
        for (raw, text) in [
            ("INBOX", "INBOX"),
            ("Entw&APw-rfe", "Entwürfe"),
            ("&Jjo-!", "☺!"),
            ("Tom &- Jerry", "Tom & Jerry"),
            ("~peter/mail/&U,BTFw-/&ZeVnLIqe-", "~peter/mail/台北/日本語"),
            ("&2D3eAA-", "😀"),
            ("&AAA-", "\0"),
        ] {
            let name = MailboxName(raw.as_bytes().to_vec());
            assert_eq!(name.decode(false).as_deref(), Some(text));
            assert_eq!(MailboxName::encode(text, false), name);
        }
    }

    #[test]
    fn names_that_would_not_come_back_are_refused() {
        let broken: [&[u8]; 8] =
            [b"&", b"a&b", b"&AGE-", b"&2D0-", b"&Jjo", b"&Jjo-&Jjo-", "ü".as_bytes(), b"\xff"];
        for raw in broken {
            assert_eq!(MailboxName(raw.to_vec()).decode(false), None, "{}", raw.escape_ascii());
        }
        assert_eq!(MailboxName(b"\xff".to_vec()).decode(true), None);
        assert_eq!(MailboxName("ü &".into()).decode(true).as_deref(), Some("ü &"));
    }

    proptest! {
        #[test]
        fn every_text_comes_back(text in any::<String>(), utf8: bool) {
            prop_assert_eq!(MailboxName::encode(&text, utf8).decode(utf8), Some(text));
        }

        #[test]
        fn whatever_decodes_leads_back(raw in "[&A-Za-z0-9,+ -]{0,20}") {
            let name = MailboxName(raw.into_bytes());
            if let Some(text) = name.decode(false) {
                prop_assert_eq!(MailboxName::encode(&text, false), name);
            }
        }
    }
}
