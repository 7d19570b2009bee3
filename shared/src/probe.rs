//! What a mail server offers and how far away it is: `POST /api/probe`, for "IMAP or POP3?".

use crate::session::ServerAddress;
use serde::{Deserialize, Serialize};

/// The body of `POST /api/probe`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProbeRequest {
    /// The mail address; absent: the session's.
    pub address: Option<String>,
    /// The mail password, if it is typed already: only with one is the download rate measured. Absent in a session:
    /// the session's.
    pub password: Option<String>,
    /// The incoming server the user named, where they did.
    pub incoming: Option<ServerAddress>,
}

impl std::fmt::Debug for ProbeRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ProbeRequest").field("address", &self.address).finish_non_exhaustive()
    }
}

/// The answer: what was found out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Probe {
    /// How the servers were found.
    pub found_by: FoundBy,
    /// The IMAP server, if one answers.
    pub imap: Option<Offered>,
    /// The POP3 server, if one answers.
    pub pop3: Option<Offered>,
    /// The median round trip on the real connection, in microseconds.
    pub round_trip: Option<u32>,
    /// Bytes a second the real connection brought; absent where nothing could be read.
    pub bytes_per_second: Option<u64>,
}

/// A server that answers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offered {
    /// Where, for the sign-in; absent where the operator configured it: browsers need not know.
    pub server: Option<ServerAddress>,
    /// It tells of new mail by itself (IDLE); of POP3: never.
    pub pushes: bool,
    /// It takes several commands at once (PIPELINING; IMAP: always).
    pub pipelines: bool,
}

/// How a mail server was found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum FoundBy {
    /// The operator configured it.
    Configured,
    /// The user named it.
    Named,
    /// By SRV records (RFC 6186, RFC 8314).
    Srv,
    /// By the domain's autoconfig file.
    Autoconfig,
    /// By the usual names.
    UsualNames,
    /// Not at all.
    #[default]
    Nothing,
}
