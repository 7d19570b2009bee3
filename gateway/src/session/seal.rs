//! Sealing: XChaCha20-Poly1305 under a key that HKDF-SHA256 (RFC 5869) makes of the cookie's key and the server
//! secret. The session's hash is bound in, so that sealed credentials cannot be swapped in the database.

use super::{ServerSecret, Token};
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use hkdf::Hkdf;
use sha2::Sha256;

/// Says what the derived key is for; another form of the sealed bytes takes another text.
const PURPOSE: &[u8] = b"postern session credential 1";

/// Bytes of the nonce, which stands before the sealed bytes.
const NONCE: usize = 24;

/// Seals a credential.
pub(super) fn seal(token: &Token, secret: &ServerSecret, plain: &[u8]) -> Option<Vec<u8>> {
    let mut nonce = [0; NONCE];
    getrandom::fill(&mut nonce).ok()?;
    let payload = Payload { msg: plain, aad: &token.hash().0 };
    let sealed = cipher(token, secret)?.encrypt(XNonce::from_slice(&nonce), payload).ok()?;
    Some([nonce.as_slice(), &sealed].concat())
}

/// Opens a sealed credential; absent if anything about it is not as it was sealed.
pub(super) fn open(token: &Token, secret: &ServerSecret, sealed: &[u8]) -> Option<Vec<u8>> {
    let (nonce, sealed) = sealed.split_at_checked(NONCE)?;
    let payload = Payload { msg: sealed, aad: &token.hash().0 };
    cipher(token, secret)?.decrypt(XNonce::from_slice(nonce), payload).ok()
}

fn cipher(token: &Token, secret: &ServerSecret) -> Option<XChaCha20Poly1305> {
    let mut key = chacha20poly1305::Key::default();
    Hkdf::<Sha256>::new(Some(secret.expose_secret()), token.key()).expand(PURPOSE, &mut key).ok()?;
    Some(XChaCha20Poly1305::new(&key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_cookie_and_server_secret_together_open() {
        let (token, secret) = (Token::draw().unwrap(), ServerSecret::of(&[1; 32]));
        let sealed = seal(&token, &secret, b"credential").unwrap();
        assert_eq!(open(&token, &secret, &sealed).unwrap(), b"credential");
        assert_ne!(sealed, seal(&token, &secret, b"credential").unwrap());

        assert_eq!(open(&Token::draw().unwrap(), &secret, &sealed), None);
        assert_eq!(open(&token, &ServerSecret::of(&[2; 32]), &sealed), None);
        for at in 0..sealed.len() {
            let mut broken = sealed.clone();
            broken[at] ^= 1;
            assert_eq!(open(&token, &secret, &broken), None, "byte {at}");
            assert_eq!(open(&token, &secret, &sealed[..at]), None, "cut at {at}");
        }
    }
}
