//! Sealing: XChaCha20-Poly1305 under keys that HKDF-SHA256 (RFC 5869) makes, one for each purpose.

use super::{ServerSecret, Token};
use chacha20poly1305::{
    Key, KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use hkdf::Hkdf;
use sha2::Sha256;

/// What credentials' keys are for; another form of the sealed bytes takes another text.
const CREDENTIAL: &[u8] = b"postern session credential 1";

/// Bytes of the nonce, which stands before the sealed bytes.
const NONCE: usize = 24;

/// Seals a session's credential under the cookie's key and the server secret together. The session's hash is bound
/// in, so that sealed credentials cannot be swapped in the database.
pub(super) fn seal(token: &Token, secret: &ServerSecret, plain: &[u8]) -> Option<Vec<u8>> {
    encrypt(&credential_key(token, secret)?, &token.hash().0, plain)
}

/// Opens a sealed credential; absent if anything about it is not as it was sealed.
pub(super) fn open(token: &Token, secret: &ServerSecret, sealed: &[u8]) -> Option<Vec<u8>> {
    decrypt(&credential_key(token, secret)?, &token.hash().0, sealed)
}

/// The key of tickets for a purpose: those for another one do not open under it.
pub(super) fn ticket_key(secret: &ServerSecret, purpose: &[u8]) -> Option<Key> {
    derive(None, secret.expose_secret(), purpose)
}

/// Seals a ticket under the key of its purpose.
pub(super) fn seal_ticket(key: &Key, plain: &[u8]) -> Option<Vec<u8>> {
    encrypt(key, &[], plain)
}

/// Opens a ticket; absent if it is not one of ours.
pub(super) fn open_ticket(key: &Key, sealed: &[u8]) -> Option<Vec<u8>> {
    decrypt(key, &[], sealed)
}

fn credential_key(token: &Token, secret: &ServerSecret) -> Option<Key> {
    derive(Some(secret.expose_secret()), token.key(), CREDENTIAL)
}

fn derive(salt: Option<&[u8]>, material: &[u8], purpose: &[u8]) -> Option<Key> {
    let mut key = Key::default();
    Hkdf::<Sha256>::new(salt, material).expand(purpose, &mut key).ok()?;
    Some(key)
}

fn encrypt(key: &Key, bound: &[u8], plain: &[u8]) -> Option<Vec<u8>> {
    let mut nonce = [0; NONCE];
    getrandom::fill(&mut nonce).ok()?;
    let payload = Payload { msg: plain, aad: bound };
    let sealed = XChaCha20Poly1305::new(key).encrypt(XNonce::from_slice(&nonce), payload).ok()?;
    Some([nonce.as_slice(), &sealed].concat())
}

fn decrypt(key: &Key, bound: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
    let (nonce, sealed) = sealed.split_at_checked(NONCE)?;
    let payload = Payload { msg: sealed, aad: bound };
    XChaCha20Poly1305::new(key).decrypt(XNonce::from_slice(nonce), payload).ok()
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
