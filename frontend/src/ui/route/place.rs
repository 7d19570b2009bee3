//! Places and their URLs. Pure: what a URL names, and the URL that names a place.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use postern_shared::{
    ids::{AccountId, FolderId, MessageKey, Uid, UidValidity},
    view::{Sort, SortKey},
};

/// Everything but RFC 3986's unreserved characters and `@`, which a path may hold and which people like to read.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'@');

/// A place of the app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// The sign-in page.
    Login {
        /// The URL to go to once signed in.
        next: Option<String>,
    },
    /// Mail.
    Mail(MailPlace),
    /// A page of settings.
    Settings(Page),
    /// A message to be written, as a `mailto:` address says (RFC 6068). It makes room for the mail at once.
    Compose {
        /// The address; empty for a message without any.
        mailto: String,
    },
}

/// What of the mail is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MailPlace {
    /// Which account; absent means the first.
    pub account: Option<AccountId>,
    /// Which folder; absent means the inbox.
    pub folder: Option<FolderId>,
    /// The search; empty shows the folder.
    pub query: String,
    /// The order.
    pub sort: Sort,
    /// Whether struck mail is left out; absent means as the settings say.
    pub hide_deleted: Option<bool>,
    /// The opened message.
    pub message: Option<MessageKey>,
}

/// A page of settings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Page {
    /// Who is signed in.
    #[default]
    Accounts,
    /// What reading a message loads.
    Reading,
    /// Who one writes as, and how.
    Writing,
    /// What Delete and Purge do.
    Deleting,
    /// Colours and density.
    Appearance,
    /// Shortcuts.
    Keyboard,
}

impl Page {
    /// The pages in the order in which they are listed.
    pub const ALL: [Page; 6] =
        [Page::Accounts, Page::Reading, Page::Writing, Page::Deleting, Page::Appearance, Page::Keyboard];

    /// Its heading.
    pub fn title(self) -> &'static str {
        match self {
            Page::Accounts => "Accounts",
            Page::Reading => "Reading",
            Page::Writing => "Writing",
            Page::Deleting => "Deleting",
            Page::Appearance => "Appearance",
            Page::Keyboard => "Keyboard",
        }
    }

    fn slug(self) -> &'static str {
        match self {
            Page::Accounts => "accounts",
            Page::Reading => "reading",
            Page::Writing => "writing",
            Page::Deleting => "deleting",
            Page::Appearance => "appearance",
            Page::Keyboard => "keyboard",
        }
    }
}

impl Default for Place {
    fn default() -> Self {
        Self::Mail(MailPlace::default())
    }
}

impl Place {
    /// What a URL's path and query (without its `?`) name. A path that names nothing is mail.
    pub fn parse(path: &str, query: &str) -> Self {
        let mut segments = path.split('/').skip(1).map(decode);
        let params = || {
            query
                .split('&')
                .filter_map(|pair| pair.split_once('='))
                .map(|(key, value)| (key, decode_param(value)))
        };
        match segments.next().as_deref() {
            Some("login") => {
                Self::Login { next: params().find(|(key, _)| *key == "next").map(|(_, next)| next) }
            }
            Some("compose") => Self::Compose {
                mailto: params()
                    .find(|(key, _)| *key == "mailto")
                    .map(|(_, mailto)| mailto)
                    .unwrap_or_default(),
            },
            Some("settings") => {
                let slug = segments.next().unwrap_or_default();
                Self::Settings(Page::ALL.into_iter().find(|page| page.slug() == slug).unwrap_or_default())
            }
            Some("mail") => {
                let mut segments = segments.filter(|segment| !segment.is_empty());
                let mut place = MailPlace {
                    account: segments.next().map(AccountId),
                    folder: segments.next().map(FolderId),
                    ..MailPlace::default()
                };
                place.read_params(params());
                Self::Mail(place)
            }
            _ => Self::default(),
        }
    }

    /// The URL that names the place.
    pub fn url(&self) -> String {
        match self {
            Self::Login { next: None } => "/login".to_owned(),
            Self::Login { next: Some(next) } => format!("/login?next={}", encode(next)),
            Self::Settings(page) => format!("/settings/{}", page.slug()),
            Self::Compose { mailto } if mailto.is_empty() => "/compose".to_owned(),
            Self::Compose { mailto } => format!("/compose?mailto={}", encode(mailto)),
            Self::Mail(place) => place.url(),
        }
    }
}

impl MailPlace {
    /// The same folder and order without the opened message.
    pub fn closed(&self) -> Self {
        Self { message: None, ..self.clone() }
    }

    fn read_params<'a>(&mut self, params: impl Iterator<Item = (&'a str, String)>) {
        let (mut open, mut home) = (None, None);
        for (key, value) in params {
            match key {
                "q" => self.query = value,
                "sort" => self.sort = parse_sort(&value).unwrap_or_default(),
                "hide" => self.hide_deleted = Some(value == "1"),
                "open" => open = parse_open(&value),
                "of" => home = Some(FolderId(value)),
                _ => {}
            }
        }
        let folder = home.or_else(|| self.folder.clone());
        self.message = open.zip(folder).map(|((validity, uid), folder)| MessageKey { folder, validity, uid });
    }

    fn url(&self) -> String {
        let mut url = "/mail".to_owned();
        for segment in
            [self.account.as_ref().map(AccountId::as_str), self.folder.as_ref().map(FolderId::as_str)]
        {
            let Some(segment) = segment else { break };
            url.push('/');
            url.push_str(&encode(segment));
        }
        let mut mark = '?';
        for (key, value) in self.params() {
            url.push(mark);
            url.push_str(key);
            url.push('=');
            url.push_str(&encode(&value));
            mark = '&';
        }
        url
    }

    fn params(&self) -> Vec<(&'static str, String)> {
        let mut params = Vec::new();
        if !self.query.is_empty() {
            params.push(("q", self.query.clone()));
        }
        if self.sort != Sort::default() {
            params.push(("sort", sort_name(self.sort)));
        }
        if let Some(hide) = self.hide_deleted {
            params.push(("hide", u8::from(hide).to_string()));
        }
        if let Some(key) = &self.message {
            params.push(("open", format!("{}.{}", key.validity, key.uid)));
            if self.folder.as_ref() != Some(&key.folder) {
                params.push(("of", key.folder.to_string()));
            }
        }
        params
    }
}

const SORT_KEYS: [(SortKey, &str); 5] = [
    (SortKey::Arrival, "arrival"),
    (SortKey::Date, "date"),
    (SortKey::Sender, "sender"),
    (SortKey::Subject, "subject"),
    (SortKey::Size, "size"),
];

/// The order's name in a URL: the key, with `-` before it where the greatest comes first.
fn sort_name(sort: Sort) -> String {
    let name = SORT_KEYS.iter().find(|(key, _)| *key == sort.key).map_or("", |(_, name)| name);
    if sort.descending { format!("-{name}") } else { name.to_owned() }
}

fn parse_sort(text: &str) -> Option<Sort> {
    let (descending, name) = match text.strip_prefix('-') {
        Some(name) => (true, name),
        None => (false, text),
    };
    SORT_KEYS.iter().find(|(_, known)| *known == name).map(|&(key, _)| Sort { key, descending })
}

fn parse_open(text: &str) -> Option<(UidValidity, Uid)> {
    let (validity, uid) = text.split_once('.')?;
    Some((UidValidity(validity.parse().ok()?), Uid(uid.parse().ok()?)))
}

fn encode(text: &str) -> String {
    utf8_percent_encode(text, ESCAPED).to_string()
}

fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// A query's value: `+` is a space there, as forms write it.
fn decode_param(text: &str) -> String {
    decode(&text.replace('+', " "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail(folder: &str) -> MailPlace {
        MailPlace {
            account: Some("ada@demo.test".into()),
            folder: Some(folder.into()),
            ..MailPlace::default()
        }
    }

    fn key(folder: &str) -> MessageKey {
        MessageKey { folder: folder.into(), validity: UidValidity(7), uid: Uid(42) }
    }

    fn parse(url: &str) -> Place {
        let (path, query) = url.split_once('?').unwrap_or((url, ""));
        Place::parse(path, query)
    }

    #[test]
    fn a_place_and_its_url_lead_to_each_other() {
        let sorted = Sort { key: SortKey::Sender, descending: false };
        let table = [
            (Place::default(), "/mail"),
            (Place::Login { next: None }, "/login"),
            (Place::Login { next: Some("/mail/a?q=x&y".into()) }, "/login?next=%2Fmail%2Fa%3Fq%3Dx%26y"),
            (Place::Settings(Page::Deleting), "/settings/deleting"),
            (Place::Settings(Page::Reading), "/settings/reading"),
            (Place::Settings(Page::Writing), "/settings/writing"),
            (Place::Compose { mailto: String::new() }, "/compose"),
            (
                Place::Compose { mailto: "mailto:ada@demo.test?subject=a%20b".into() },
                "/compose?mailto=mailto%3Aada@demo.test%3Fsubject%3Da%2520b",
            ),
            (Place::Mail(mail("INBOX")), "/mail/ada@demo.test/INBOX"),
            (Place::Mail(mail("Work/50% & öl")), "/mail/ada@demo.test/Work%2F50%25%20%26%20%C3%B6l"),
            (
                Place::Mail(MailPlace { query: "is:unread a+b".into(), ..mail("A") }),
                "/mail/ada@demo.test/A?q=is%3Aunread%20a%2Bb",
            ),
            (
                Place::Mail(MailPlace { sort: sorted, hide_deleted: Some(true), ..mail("A") }),
                "/mail/ada@demo.test/A?sort=sender&hide=1",
            ),
            (
                Place::Mail(MailPlace { message: Some(key("A")), ..mail("A") }),
                "/mail/ada@demo.test/A?open=7.42",
            ),
            (
                Place::Mail(MailPlace { message: Some(key("B/C")), ..mail("A") }),
                "/mail/ada@demo.test/A?open=7.42&of=B%2FC",
            ),
        ];
        for (place, url) in table {
            assert_eq!(place.url(), url);
            assert_eq!(parse(url), place, "{url}");
        }
    }

    #[test]
    fn what_names_nothing_is_mail_or_a_default() {
        assert_eq!(parse("/"), Place::default());
        assert_eq!(parse("/nonsense/x?q=1"), Place::default());
        assert_eq!(parse("/settings/nonsense"), Place::Settings(Page::Accounts));
        assert_eq!(
            parse("/mail/ada@demo.test/A?open=7.x&sort=-&hide=0"),
            Place::Mail(MailPlace { hide_deleted: Some(false), ..mail("A") })
        );
        assert_eq!(
            parse("/mail?q=a+b"),
            Place::Mail(MailPlace { query: "a b".into(), ..MailPlace::default() })
        );
    }
}
