//! Commands as lines. An address goes into one only as a [`Mailbox`]: nothing breaks out of it.

use base64::{Engine, prelude::BASE64_STANDARD};

/// The longest address, in bytes (RFC 5321 §4.5.3.1.3: 256 with its brackets).
const MAX_MAILBOX: usize = 254;

/// An address as the envelope has it (RFC 5321 §4.1.2): a local part, `@`, a domain.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Mailbox(String);

/// Something that is no address a server could take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadMailbox {
    /// There is no local part or no domain.
    #[error("it is not an address")]
    NoAddress,
    /// It is longer than servers take.
    #[error("it is too long")]
    TooLong,
    /// It holds what no address may.
    #[error("it holds a character that addresses cannot have")]
    BadCharacter,
}

impl Mailbox {
    /// Takes an address. The domain is brought into its ASCII form (RFC 5891) where it has one; a local part beyond
    /// ASCII stays and needs SMTPUTF8.
    ///
    /// # Errors
    /// [`BadMailbox`].
    pub fn new(address: &str) -> Result<Self, BadMailbox> {
        let address = address.trim();
        if address.chars().any(|c| c.is_control() || c.is_whitespace() || matches!(c, '<' | '>')) {
            return Err(BadMailbox::BadCharacter);
        }
        let (local, domain) = address.rsplit_once('@').ok_or(BadMailbox::NoAddress)?;
        if !is_local_part(local) {
            return Err(if local.is_empty() { BadMailbox::NoAddress } else { BadMailbox::BadCharacter });
        }
        let domain = domain_in_ascii(domain).ok_or(BadMailbox::NoAddress)?;
        let mailbox = format!("{local}@{domain}");
        if mailbox.len() > MAX_MAILBOX {
            return Err(BadMailbox::TooLong);
        }
        Ok(Self(mailbox))
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it can only go to a server with SMTPUTF8.
    pub fn needs_utf8(&self) -> bool {
        !self.0.is_ascii()
    }
}

/// A dot-atom, or a quoted string (RFC 5321 §4.1.2), with characters beyond ASCII (RFC 6531 §3.3).
fn is_local_part(local: &str) -> bool {
    if let Some(quoted) = local.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        return !quoted.is_empty() && !quoted.contains(['"', '\\']);
    }
    let atom = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c) || !c.is_ascii();
    !local.is_empty() && local.split('.').all(|word| !word.is_empty() && word.chars().all(atom))
}

/// A domain in the form that the wire has, or an address literal as it is.
fn domain_in_ascii(domain: &str) -> Option<String> {
    if domain.starts_with('[') && domain.ends_with(']') {
        let inside = domain.get(1..domain.len() - 1)?;
        let literal = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | ':');
        return (!inside.is_empty() && inside.chars().all(literal)).then(|| domain.to_owned());
    }
    let ascii = match url::Host::parse(domain).ok()? {
        url::Host::Domain(domain) => domain,
        // A bare address is no domain.
        url::Host::Ipv4(_) | url::Host::Ipv6(_) => return None,
    };
    let label = |label: &str| {
        !label.is_empty()
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    ascii.split('.').all(label).then_some(ascii)
}

/// A command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command<'a> {
    /// Who we are; the server tells what it offers.
    Ehlo(&'a HelloName),
    /// TLS from here on (RFC 3207).
    StartTls,
    /// The beginning of a message (RFC 5321 §4.1.1.2).
    Mail {
        /// Where it comes from.
        from: &'a Mailbox,
        /// Its size in bytes, for servers that take it (RFC 1870).
        size: Option<u64>,
        /// It has bytes beyond ASCII (RFC 6152).
        eight_bit: bool,
        /// It has addresses or headers beyond ASCII (RFC 6531).
        utf8: bool,
    },
    /// A recipient.
    Rcpt(&'a Mailbox),
    /// The message follows.
    Data,
    /// Forget the message that was begun.
    Reset,
    /// The end.
    Quit,
}

/// How we call ourselves in EHLO: an address literal that says nothing about the machine or its user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HelloName(String);

impl Default for HelloName {
    /// `[127.0.0.1]`: allowed for submission clients without a name (RFC 5321 §4.1.4), and tells nobody anything.
    fn default() -> Self {
        Self("[127.0.0.1]".to_owned())
    }
}

impl Command<'_> {
    /// Its line, with the line break.
    pub fn line(&self) -> String {
        match self {
            Self::Ehlo(name) => format!("EHLO {}\r\n", name.0),
            Self::StartTls => "STARTTLS\r\n".to_owned(),
            Self::Mail { from, size, eight_bit, utf8 } => {
                let size = size.map(|size| format!(" SIZE={size}")).unwrap_or_default();
                let body = if *eight_bit { " BODY=8BITMIME" } else { "" };
                let utf8 = if *utf8 { " SMTPUTF8" } else { "" };
                format!("MAIL FROM:<{}>{size}{body}{utf8}\r\n", from.0)
            }
            Self::Rcpt(to) => format!("RCPT TO:<{}>\r\n", to.0),
            Self::Data => "DATA\r\n".to_owned(),
            Self::Reset => "RSET\r\n".to_owned(),
            Self::Quit => "QUIT\r\n".to_owned(),
        }
    }
}

/// The line that signs in with PLAIN and an initial response (RFC 4616, RFC 4954 §4). NUL cannot be in either.
pub fn auth_plain(user: &str, password: &str) -> Option<String> {
    let clean = !user.contains('\0') && !password.contains('\0');
    clean.then(|| format!("AUTH PLAIN {}\r\n", BASE64_STANDARD.encode(format!("\0{user}\0{password}"))))
}

/// The line that signs in with an access token.
pub fn auth_xoauth2(user: &str, token: &str) -> Option<String> {
    let clean = !user.contains('\u{1}') && !token.contains('\u{1}');
    let plain = format!("user={user}\u{1}auth=Bearer {token}\u{1}\u{1}");
    clean.then(|| format!("AUTH XOAUTH2 {}\r\n", BASE64_STANDARD.encode(plain)))
}

/// One answer of LOGIN: the user's name, then the password.
pub fn login_answer(text: &str) -> String {
    format!("{}\r\n", BASE64_STANDARD.encode(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn addresses() {
        for (address, mailbox) in [
            ("ada@example.org", "ada@example.org"),
            (" ada@Example.ORG ", "ada@example.org"),
            ("a.b+c@x.test", "a.b+c@x.test"),
            ("ada@bücher.test", "ada@xn--bcher-kva.test"),
            ("grüße@x.test", "grüße@x.test"),
            ("\"a(b)\"@x.test", "\"a(b)\"@x.test"),
            ("ada@[192.0.2.1]", "ada@[192.0.2.1]"),
            ("root@localhost", "root@localhost"),
        ] {
            assert_eq!(Mailbox::new(address).as_ref().map(Mailbox::as_str), Ok(mailbox));
        }
        for (address, why) in [
            ("", BadMailbox::NoAddress),
            ("ada", BadMailbox::NoAddress),
            ("@x.test", BadMailbox::NoAddress),
            ("ada@", BadMailbox::NoAddress),
            ("ada@1.2.3.4", BadMailbox::NoAddress),
            ("a..b@x.test", BadMailbox::BadCharacter),
            ("ada lovelace@x.test", BadMailbox::BadCharacter),
            ("ada@x.test>\r\nRCPT TO:<eve@x.test", BadMailbox::BadCharacter),
            ("ada\n@x.test", BadMailbox::BadCharacter),
            ("<ada@x.test>", BadMailbox::BadCharacter),
            ("a\u{0}b@x.test", BadMailbox::BadCharacter),
        ] {
            assert_eq!(Mailbox::new(address), Err(why), "{address:?}");
        }
        assert_eq!(Mailbox::new(&format!("{}@x.test", "a".repeat(300))), Err(BadMailbox::TooLong));
        assert!(Mailbox::new("grüße@x.test").unwrap().needs_utf8());
    }

    #[test]
    fn commands_are_lines() {
        let ada = Mailbox::new("ada@x.test").unwrap();
        let mail = |size, eight_bit, utf8| Command::Mail { from: &ada, size, eight_bit, utf8 }.line();
        assert_eq!(mail(None, false, false), "MAIL FROM:<ada@x.test>\r\n");
        assert_eq!(mail(Some(7), true, true), "MAIL FROM:<ada@x.test> SIZE=7 BODY=8BITMIME SMTPUTF8\r\n");
        assert_eq!(Command::Rcpt(&ada).line(), "RCPT TO:<ada@x.test>\r\n");
    }

    #[test]
    fn credentials_cannot_carry_what_separates_them() {
        assert_eq!(auth_plain("ada", "pw").as_deref(), Some("AUTH PLAIN AGFkYQBwdw==\r\n"));
        assert_eq!(auth_plain("ada\0x", "pw"), None);
        assert_eq!(auth_xoauth2("ada", "x\u{1}y"), None);
    }

    proptest! {
        #[test]
        fn no_address_ends_its_line(address in "\\PC{0,40}|.{0,20}@.{0,20}") {
            if let Ok(mailbox) = Mailbox::new(&address) {
                let line = Command::Rcpt(&mailbox).line();
                prop_assert_eq!(line.matches(['\r', '\n']).count(), 2);
                prop_assert_eq!(line.matches(['<', '>']).count(), 2);
            }
        }
    }
}
