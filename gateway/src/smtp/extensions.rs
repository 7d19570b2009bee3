//! What EHLO tells (RFC 5321 §4.1.1.1).

use super::reply::Reply;

/// What a server offers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Extensions {
    /// TLS from here on (RFC 3207).
    pub starttls: bool,
    /// Commands may be sent ahead of replies (RFC 2920).
    pub pipelining: bool,
    /// Bodies with bytes beyond ASCII (RFC 6152).
    pub eight_bit: bool,
    /// Addresses and headers beyond ASCII (RFC 6531).
    pub utf8: bool,
    /// Enhanced status codes (RFC 2034).
    pub enhanced_codes: bool,
    /// It takes the size in advance; the largest message in bytes where it names one (RFC 1870).
    pub size: Option<Option<u64>>,
    /// Ways to sign in (RFC 4954).
    pub auth: Vec<Mechanism>,
}

/// A way to sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mechanism {
    /// RFC 4616.
    Plain,
    /// Never standardised, in wide use.
    Login,
    /// OAuth 2 as Google and Microsoft have it.
    XOAuth2,
}

impl Extensions {
    /// Reads the reply to EHLO; its first line is the server's name.
    pub fn of(reply: &Reply) -> Self {
        let mut extensions = Self::default();
        for line in reply.lines.iter().skip(1) {
            // Some old servers write "AUTH=PLAIN".
            let mut words = line.split([' ', '\t', '=']).filter(|word| !word.is_empty());
            let Some(keyword) = words.next() else { continue };
            match keyword.to_ascii_uppercase().as_str() {
                "STARTTLS" => extensions.starttls = true,
                "PIPELINING" => extensions.pipelining = true,
                "8BITMIME" => extensions.eight_bit = true,
                "SMTPUTF8" => extensions.utf8 = true,
                "ENHANCEDSTATUSCODES" => extensions.enhanced_codes = true,
                // 0 is "no limit told" (RFC 1870 §4).
                "SIZE" => {
                    extensions.size =
                        Some(words.next().and_then(|size| size.parse().ok()).filter(|size| *size > 0));
                }
                "AUTH" => words.filter_map(Mechanism::named).for_each(|mechanism| {
                    if !extensions.auth.contains(&mechanism) {
                        extensions.auth.push(mechanism);
                    }
                }),
                _ => {}
            }
        }
        extensions
    }

    /// The largest message the server says it takes, in bytes.
    pub fn size_limit(&self) -> Option<u64> {
        self.size.flatten()
    }
}

impl Mechanism {
    fn named(name: &str) -> Option<Self> {
        match name.to_ascii_uppercase().as_str() {
            "PLAIN" => Some(Self::Plain),
            "LOGIN" => Some(Self::Login),
            "XOAUTH2" => Some(Self::XOAuth2),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(lines: &[&str]) -> Extensions {
        let lines = std::iter::once("mx.test").chain(lines.iter().copied()).map(str::to_owned).collect();
        Extensions::of(&Reply { code: 250, enhanced: None, lines })
    }

    #[test]
    fn what_ehlo_tells() {
        let all = told(&[
            "PIPELINING",
            "SIZE 1000",
            "starttls",
            "AUTH PLAIN LOGIN CRAM-MD5",
            "AUTH=LOGIN XOAUTH2",
            "8BITMIME",
            "SMTPUTF8",
            "ENHANCEDSTATUSCODES",
            "",
        ]);
        assert!(all.starttls && all.pipelining && all.eight_bit && all.utf8 && all.enhanced_codes);
        assert_eq!(all.auth, [Mechanism::Plain, Mechanism::Login, Mechanism::XOAuth2]);
        assert_eq!(all.size_limit(), Some(1000));
        for unlimited in ["SIZE", "SIZE 0", "SIZE x"] {
            assert_eq!(told(&[unlimited]).size, Some(None), "{unlimited}");
        }
        assert_eq!(told(&[]), Extensions::default());
    }

    #[test]
    fn the_greeting_line_is_no_extension() {
        let reply = Reply { code: 250, enhanced: None, lines: vec!["STARTTLS".to_owned()] };
        assert!(!Extensions::of(&reply).starttls);
    }
}
