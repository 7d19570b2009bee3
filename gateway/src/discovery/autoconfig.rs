//! The domain's own description of its mail servers: Thunderbird's autoconfig file.

use super::candidate::{Candidate, of_user, public_domain};
use crate::accounts::login::MailServer;
use postern_shared::{account::AccountKind, session::Security};
use quick_xml::{
    XmlVersion,
    escape::resolve_predefined_entity,
    events::{BytesStart, Event},
    reader::Reader,
};
use url::Url;

/// The most servers that are taken from a file.
const MOST: usize = 8;

/// Elements deeper than this are nobody's description of a mail server.
const DEEPEST: usize = 32;

/// The longest text of an element that is kept, in bytes.
const LONGEST: usize = 512;

/// Where the file may be, the better place first.
pub fn urls(domain: &str, address: &str) -> Vec<Url> {
    let own = Url::parse(&format!("https://autoconfig.{domain}/mail/config-v1.1.xml"));
    let known = Url::parse(&format!("https://{domain}/.well-known/autoconfig/mail/config-v1.1.xml"));
    let mut urls: Vec<Url> = own.into_iter().chain(known).collect();
    if let Some(own) = urls.first_mut() {
        own.query_pairs_mut().append_pair("emailaddress", address);
    }
    urls
}

/// A file that is not read.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum AutoconfigError {
    /// It is not UTF-8 or not well-formed.
    #[error("the file is not XML")]
    NotXml,
    /// It declares a document type or uses entities of its own, or is nested beyond reason: such a file is written
    /// for attacking its readers.
    #[error("the file is hostile")]
    Hostile,
}

/// The servers a file names, in its order.
///
/// # Errors
/// The file is not one, or not a harmless one.
pub fn read(file: &[u8], address: &str, insecure: bool) -> Result<Vec<Candidate>, AutoconfigError> {
    let described = described(file, "incomingServer")?.into_iter();
    Ok(described.filter_map(|server| server.candidate(address, insecure)).take(MOST).collect())
}

/// The servers a file names for handing mail over, in its order.
///
/// # Errors
/// As those of [`read`].
pub fn outgoing(file: &[u8], address: &str, insecure: bool) -> Result<Vec<MailServer>, AutoconfigError> {
    let described = described(file, "outgoingServer")?.into_iter().filter(|server| server.kind == "smtp");
    Ok(described.filter_map(|server| server.place(address, insecure)).take(MOST).collect())
}

/// The servers a file describes in elements of that name.
fn described(file: &[u8], wanted: &str) -> Result<Vec<Described>, AutoconfigError> {
    let text = std::str::from_utf8(file).map_err(|_| AutoconfigError::NotXml)?;
    let mut reader = Reader::from_str(text.trim_start_matches('\u{feff}'));
    let mut found = Vec::new();
    let mut server: Option<Described> = None;
    let mut depth = 0;
    let mut words = String::new();
    loop {
        match reader.read_event().map_err(|_| AutoconfigError::NotXml)? {
            Event::Start(element) => {
                depth += 1;
                if depth > DEEPEST {
                    return Err(AutoconfigError::Hostile);
                }
                words.clear();
                if element.name().0 == wanted {
                    server = kind_of(&element).map(Described::new);
                }
            }
            Event::End(element) => {
                depth = depth.saturating_sub(1);
                let name = element.name();
                if name.0 == wanted {
                    found.extend(server.take());
                } else if let Some(server) = &mut server {
                    server.set(name.0, words.trim());
                }
                words.clear();
            }
            Event::Text(text) => keep(&mut words, &text.xml_content(XmlVersion::Implicit1_0)),
            Event::CData(text) => keep(&mut words, &text.xml_content(XmlVersion::Implicit1_0)),
            Event::GeneralRef(entity) => {
                match entity.resolve_char_ref().map_err(|_| AutoconfigError::NotXml)? {
                    Some(char) => keep(&mut words, char.encode_utf8(&mut [0; 4])),
                    None => {
                        let known = resolve_predefined_entity(&entity.into_inner());
                        keep(&mut words, known.ok_or(AutoconfigError::Hostile)?);
                    }
                }
            }
            Event::DocType(_) => return Err(AutoconfigError::Hostile),
            Event::Eof if depth == 0 => return Ok(found),
            Event::Eof => return Err(AutoconfigError::NotXml),
            Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
        }
    }
}

/// A server as far as it is described.
struct Described {
    kind: String,
    host: String,
    port: u16,
    security: Option<Security>,
    user: String,
}

impl Described {
    fn new(kind: String) -> Self {
        let user = "%EMAILADDRESS%".to_owned();
        Self { kind, host: String::new(), port: 0, security: None, user }
    }

    fn set(&mut self, name: &str, text: &str) {
        match name {
            "hostname" => self.host = text.to_owned(),
            "port" => self.port = text.parse().unwrap_or_default(),
            "socketType" => {
                self.security = match text {
                    "SSL" => Some(Security::Tls),
                    "STARTTLS" => Some(Security::StartTls),
                    "plain" => Some(Security::None),
                    _ => None,
                }
            }
            "username" => self.user = text.to_owned(),
            _ => {}
        }
    }

    /// None where something is missing, or not allowed.
    fn candidate(self, address: &str, insecure: bool) -> Option<Candidate> {
        let kind = match self.kind.as_str() {
            "imap" => AccountKind::Imap,
            "pop3" => AccountKind::Pop3,
            _ => return None,
        };
        let server = self.place(address, insecure)?;
        let user = fill(&self.user, address);
        (!user.is_empty()).then_some(Candidate { kind, server, user })
    }

    /// Where it is. None where something is missing, or not allowed.
    fn place(&self, address: &str, insecure: bool) -> Option<MailServer> {
        let host = public_domain(&fill(&self.host, address))?;
        let security = self.security.filter(|security| insecure || *security != Security::None)?;
        (self.port != 0).then(|| of_user(&host, self.port, security))
    }
}

fn kind_of(element: &BytesStart<'_>) -> Option<String> {
    let attribute = element.try_get_attribute("type").ok()??;
    Some(attribute.normalized_value(XmlVersion::Implicit1_0).ok()?.into_owned())
}

/// What is longer than any name is cut: it will be no name.
fn keep(words: &mut String, more: &str) {
    if words.len() + more.len() <= LONGEST {
        words.push_str(more);
    }
}

/// Puts the user's address in the place of the placeholders. What was put in is not looked at again.
fn fill(template: &str, address: &str) -> String {
    let (local_part, domain) = address.rsplit_once('@').unwrap_or((address, ""));
    let mut filled = String::new();
    let mut rest = template;
    while let Some(at) = rest.find('%') {
        filled.push_str(&rest[..at]);
        rest = &rest[at..];
        let known =
            [("%EMAILADDRESS%", address), ("%EMAILLOCALPART%", local_part), ("%EMAILDOMAIN%", domain)];
        let (length, value) = known
            .into_iter()
            .find(|(placeholder, _)| rest.starts_with(placeholder))
            .map_or((1, "%"), |(placeholder, value)| (placeholder.len(), value));
        filled.push_str(value);
        rest = &rest[length..];
    }
    filled + rest
}

#[cfg(test)]
mod tests;
