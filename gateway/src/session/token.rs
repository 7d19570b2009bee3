//! What a session's cookie holds: an id that finds the session, and a key that opens it. Only the browser keeps them.

use crate::store::SessionHash;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret, SecretBox};
use sha2::{Digest, Sha256};

/// Bytes of the id, and of the key.
const HALF: usize = 32;

/// Id and key of one session.
#[derive(Debug)]
pub struct Token(SecretBox<[u8; 2 * HALF]>);

impl Token {
    /// A new one, from the system's random source.
    pub fn draw() -> Result<Self, getrandom::Error> {
        let mut bytes = Box::new([0; 2 * HALF]);
        getrandom::fill(bytes.as_mut_slice())?;
        Ok(Self(SecretBox::new(bytes)))
    }

    /// Reads a cookie's value.
    pub fn parse(value: &str) -> Option<Self> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(value).ok()?;
        Some(Self(SecretBox::new(Box::new(bytes.try_into().ok()?))))
    }

    /// The cookie's value.
    pub fn reveal(&self) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(self.0.expose_secret())
    }

    /// What names the session in the store.
    pub fn hash(&self) -> SessionHash {
        SessionHash(Sha256::digest(&self.0.expose_secret()[..HALF]).into())
    }

    /// What opens its credential, together with the server secret.
    pub(super) fn key(&self) -> &[u8] {
        &self.0.expose_secret()[HALF..]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_survives_its_cookie() {
        let token = Token::draw().unwrap();
        let read = Token::parse(&token.reveal()).unwrap();
        assert_eq!(read.hash(), token.hash());
        assert_eq!(read.key(), token.key());
        assert!(!format!("{token:?}").contains(&token.reveal()));
    }

    #[test]
    fn what_is_not_a_token_is_refused() {
        let token = Token::draw().unwrap().reveal();
        for wrong in ["", "x", &token[1..], &format!("{token}A"), &token.replace(|_| true, "=")] {
            assert!(Token::parse(wrong).is_none(), "{wrong}");
        }
    }
}
