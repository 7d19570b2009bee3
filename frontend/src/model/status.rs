//! The connection in one word: the socket to the gateway and the account's connection to its mail server together.

use postern_shared::account::Connection;

/// How far the socket to the gateway is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Link {
    /// The browser itself has no network.
    NoNetwork,
    /// Not connected; the app tries by itself.
    #[default]
    Down,
    /// Open, the gateway has not said Welcome yet.
    Greeting,
    /// Commands go through.
    Up,
}

/// The connection in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Changes reach the mail server.
    Online,
    /// They do not now; the app and the gateway try by themselves.
    Reconnecting,
    /// Nothing is tried until the network or the user acts.
    Offline,
}

impl Reach {
    /// The word.
    pub fn label(self) -> &'static str {
        match self {
            Reach::Online => "Online",
            Reach::Reconnecting => "Reconnecting…",
            Reach::Offline => "Offline",
        }
    }
}

/// What the status line says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// The word.
    pub reach: Reach,
    /// Changes that wait for the connection.
    pub waiting: u32,
    /// Why it is not online, in the server's words, where it told them.
    pub reason: Option<String>,
    /// The mail server refused the password: the user has to sign in again.
    pub sign_in_needed: bool,
}

impl Status {
    /// Joins the two connections. `pending` is how many changes are not finished.
    pub fn of(link: Link, connection: Option<&Connection>, pending: u32) -> Self {
        let (reach, reason) = match (link, connection) {
            (Link::NoNetwork, _) => (Reach::Offline, None),
            (Link::Down | Link::Greeting, _) => (Reach::Reconnecting, None),
            (Link::Up, Some(Connection::Reconnecting { reason, .. })) => (Reach::Reconnecting, Some(reason)),
            (Link::Up, Some(Connection::SignInNeeded { reason })) => (Reach::Offline, Some(reason)),
            (Link::Up, Some(Connection::Online) | None) => (Reach::Online, None),
        };
        Self {
            reach,
            waiting: if reach == Reach::Online { 0 } else { pending },
            reason: reason.filter(|reason| !reason.is_empty()).cloned(),
            sign_in_needed: link == Link::Up && matches!(connection, Some(Connection::SignInNeeded { .. })),
        }
    }

    /// "3 changes waiting", or nothing where nothing waits.
    pub fn waiting_text(&self) -> Option<String> {
        match self.waiting {
            0 => None,
            1 => Some("1 change waiting".to_owned()),
            n => Some(format!("{n} changes waiting")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worse_of_the_two_connections_counts() {
        let lost = Connection::Reconnecting { retry_in: 2, reason: "timed out".into() };
        let refused = Connection::SignInNeeded { reason: String::new() };
        let cases = [
            (Link::NoNetwork, Some(&Connection::Online), Reach::Offline, None),
            (Link::Down, Some(&Connection::Online), Reach::Reconnecting, None),
            (Link::Greeting, None, Reach::Reconnecting, None),
            (Link::Up, None, Reach::Online, None),
            (Link::Up, Some(&Connection::Online), Reach::Online, None),
            (Link::Up, Some(&lost), Reach::Reconnecting, Some("timed out")),
            (Link::Up, Some(&refused), Reach::Offline, None),
        ];
        for (link, connection, reach, reason) in cases {
            let status = Status::of(link, connection, 3);
            assert_eq!((status.reach, status.reason.as_deref()), (reach, reason), "{link:?} {connection:?}");
            assert_eq!(status.waiting, if reach == Reach::Online { 0 } else { 3 });
        }
        assert!(Status::of(Link::Up, Some(&refused), 0).sign_in_needed);
    }

    #[test]
    fn what_waits_is_counted_in_words() {
        let text = |pending| Status::of(Link::Down, None, pending).waiting_text();
        assert_eq!(text(0), None);
        assert_eq!(text(1).as_deref(), Some("1 change waiting"));
        assert_eq!(text(3).as_deref(), Some("3 changes waiting"));
    }
}
