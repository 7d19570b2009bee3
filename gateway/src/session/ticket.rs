//! Tickets: for a while they open one part of one message without the session's cookie. All of it is sealed under a
//! key made of the server secret, so that a ticket tells nothing and cannot be made by anyone else.

use super::{Sessions, Token, now, seal};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use postern_shared::ids::MessageKey;
use serde::{Deserialize, Serialize};

/// How long a ticket is good for, in seconds.
const LIFETIME: i64 = 10 * 60;

/// What a ticket opens.
#[derive(Debug)]
pub struct Ticket {
    /// The session that opens it.
    pub token: Token,
    /// Which message.
    pub key: MessageKey,
    /// Which part.
    pub part: String,
}

#[derive(Serialize, Deserialize)]
struct Plain {
    token: String,
    key: MessageKey,
    part: String,
    expires_at: i64,
}

impl Sessions {
    /// A ticket for a part of a message.
    pub fn ticket(&self, token: &Token, key: &MessageKey, part: &str) -> Option<String> {
        self.ticket_until(token, key, part, now() + LIFETIME)
    }

    /// What a ticket opens, if it is one of ours and not too old.
    pub fn redeem(&self, ticket: &str) -> Option<Ticket> {
        let sealed = BASE64_URL_SAFE_NO_PAD.decode(ticket).ok()?;
        let plain = seal::open_ticket(&self.secret, &sealed)?;
        let Plain { token, key, part, expires_at } = serde_json::from_slice(&plain).ok()?;
        let token = Token::parse(&token)?;
        (now() < expires_at).then_some(Ticket { token, key, part })
    }

    fn ticket_until(&self, token: &Token, key: &MessageKey, part: &str, expires_at: i64) -> Option<String> {
        let plain = Plain { token: token.reveal(), key: key.clone(), part: part.to_owned(), expires_at };
        let sealed = seal::seal_ticket(&self.secret, &serde_json::to_vec(&plain).ok()?)?;
        Some(BASE64_URL_SAFE_NO_PAD.encode(sealed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{session::ServerSecret, store::Store};
    use postern_shared::ids::{Uid, UidValidity};

    #[tokio::test]
    async fn a_ticket_opens_what_it_was_made_for_and_only_here_and_now() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).await.unwrap();
        let sessions = Sessions::new(store.clone(), ServerSecret::of(&[1; 32]), 30);
        let token = Token::draw().unwrap();
        let key = MessageKey { folder: "INBOX".into(), validity: UidValidity(1), uid: Uid(2) };

        let ticket = sessions.ticket(&token, &key, "2.1").unwrap();
        let redeemed = sessions.redeem(&ticket).unwrap();
        assert_eq!(
            (redeemed.token.hash(), redeemed.key, redeemed.part),
            (token.hash(), key.clone(), "2.1".to_owned())
        );
        assert!(!ticket.contains(&token.reveal()));

        let elsewhere = Sessions::new(store, ServerSecret::of(&[2; 32]), 30);
        assert!(elsewhere.redeem(&ticket).is_none());
        assert!(sessions.redeem(&ticket[1..]).is_none());
        let old = sessions.ticket_until(&token, &key, "2.1", now()).unwrap();
        assert!(sessions.redeem(&old).is_none());
    }
}
