//! Tickets: for a while they open one thing without the session's cookie. All of a ticket is sealed under a key made of the
//! server secret, so that it tells nothing and cannot be made by anyone else; each purpose has a key of its own.

use super::{ServerSecret, Sessions, Token, now, seal};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chacha20poly1305::Key;
use postern_shared::ids::MessageKey;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use url::Url;

/// How long a picture or an image can be asked for, in seconds.
const PICTURES: i64 = 10 * 60;

/// How long a link can be followed, in seconds: a mail stays open for long.
const LINKS: i64 = 24 * 60 * 60;

/// What a ticket for a picture opens.
#[derive(Debug)]
pub struct Ticket {
    /// The session that opens it.
    pub token: Token,
    /// Which message.
    pub key: MessageKey,
    /// Which part.
    pub part: String,
}

/// What a ticket for a remote image opens.
#[derive(Debug, Serialize, Deserialize)]
pub struct ImageTicket {
    /// Where the image lies.
    pub url: Url,
}

/// What a ticket for a suspicious link opens.
#[derive(Debug, Serialize, Deserialize)]
pub struct LinkTicket {
    /// Where it leads.
    pub url: Url,
    /// The text that stands for it.
    pub text: String,
}

/// Something a ticket can open.
pub trait Opened: Serialize + DeserializeOwned {
    /// What its key is for; another form takes another text.
    const PURPOSE: &'static [u8];
    /// How long it is good for, in seconds.
    const LIFETIME: i64;
}

impl Opened for ImageTicket {
    const PURPOSE: &'static [u8] = b"postern image ticket 1";
    const LIFETIME: i64 = PICTURES;
}

impl Opened for LinkTicket {
    const PURPOSE: &'static [u8] = b"postern link ticket 1";
    const LIFETIME: i64 = LINKS;
}

#[derive(Serialize, Deserialize)]
struct Picture {
    key: MessageKey,
    part: String,
}

impl Opened for Picture {
    const PURPOSE: &'static [u8] = b"postern ticket 1";
    const LIFETIME: i64 = PICTURES;
}

#[derive(Serialize, Deserialize)]
struct Plain<T> {
    token: String,
    #[serde(flatten)]
    what: T,
    expires_at: i64,
}

/// Makes tickets of one purpose for one session, many at once.
pub struct Issuer {
    token: String,
    key: Key,
}

impl Issuer {
    /// A ticket for that.
    pub fn ticket<T: Opened>(&self, what: &T) -> Option<String> {
        self.ticket_until(what, now() + T::LIFETIME)
    }

    fn ticket_until<T: Opened>(&self, what: &T, expires_at: i64) -> Option<String> {
        let plain = Plain { token: self.token.clone(), what, expires_at };
        let sealed = seal::seal_ticket(&self.key, &serde_json::to_vec(&plain).ok()?)?;
        Some(BASE64_URL_SAFE_NO_PAD.encode(sealed))
    }
}

impl Sessions {
    /// Makes tickets for a session.
    pub fn issuer<T: Opened>(&self, token: &Token) -> Option<Issuer> {
        let key = seal::ticket_key(&self.secret, T::PURPOSE)?;
        Some(Issuer { token: token.reveal(), key })
    }

    /// What a ticket opens, and for which session, if it is one of ours and not too old.
    pub fn opened<T: Opened>(&self, ticket: &str) -> Option<(Token, T)> {
        open(&self.secret, ticket)
    }

    /// A ticket for a part of a message.
    pub fn ticket(&self, token: &Token, key: &MessageKey, part: &str) -> Option<String> {
        let picture = Picture { key: key.clone(), part: part.to_owned() };
        self.issuer::<Picture>(token)?.ticket(&picture)
    }

    /// What a ticket for a part opens, if it is one of ours and not too old.
    pub fn redeem(&self, ticket: &str) -> Option<Ticket> {
        let (token, Picture { key, part }) = self.opened(ticket)?;
        Some(Ticket { token, key, part })
    }
}

fn open<T: Opened>(secret: &ServerSecret, ticket: &str) -> Option<(Token, T)> {
    let sealed = BASE64_URL_SAFE_NO_PAD.decode(ticket).ok()?;
    let plain = seal::open_ticket(&seal::ticket_key(secret, T::PURPOSE)?, &sealed)?;
    let Plain { token, what, expires_at } = serde_json::from_slice(&plain).ok()?;
    let token = Token::parse(&token)?;
    (now() < expires_at).then_some((token, what))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;
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
        let picture = Picture { key, part: "2.1".to_owned() };
        let old = sessions.issuer::<Picture>(&token).unwrap().ticket_until(&picture, now()).unwrap();
        assert!(sessions.redeem(&old).is_none());
    }

    #[tokio::test]
    async fn each_purpose_has_tickets_of_its_own() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).await.unwrap();
        let sessions = Sessions::new(store, ServerSecret::of(&[1; 32]), 30);
        let token = Token::draw().unwrap();
        let url = Url::parse("https://a.test/x").unwrap();
        let image = sessions.issuer::<ImageTicket>(&token).unwrap();
        let ticket = image.ticket(&ImageTicket { url: url.clone() }).unwrap();
        let (opened, ImageTicket { url: found }) = sessions.opened(&ticket).unwrap();
        assert_eq!((opened.hash(), found), (token.hash(), url.clone()));
        assert!(sessions.opened::<LinkTicket>(&ticket).is_none());
        assert!(sessions.redeem(&ticket).is_none());

        let link = LinkTicket { url, text: "text".to_owned() };
        let ticket = sessions.issuer::<LinkTicket>(&token).unwrap().ticket(&link).unwrap();
        let (_, found) = sessions.opened::<LinkTicket>(&ticket).unwrap();
        assert_eq!((found.url, found.text), (link.url, link.text));
    }
}
