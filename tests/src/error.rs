//! How the harness fails. A test returns these with `?`; what it is about, it asserts.

use std::{io, path::PathBuf};

/// The harness's result.
pub type Result<T> = std::result::Result<T, Error>;

/// Why the harness could not go on.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A program could not be started.
    #[error("cannot start {program}: {source}")]
    Start {
        /// The program.
        program: String,
        /// The system's reason.
        source: io::Error,
    },
    /// A program ended when it should have gone on.
    #[error("{program} ended; its log:\n{log}")]
    Ended {
        /// The program.
        program: String,
        /// The end of its log.
        log: String,
    },
    /// Something failed, and the server it was asked of has a log.
    #[error("{error}; the server's log:\n{log}")]
    Explained {
        /// What failed.
        error: Box<Error>,
        /// The server's log.
        log: String,
    },
    /// A condition did not come true before its deadline.
    #[error("waited in vain for {what}; at last: {last}")]
    TimedOut {
        /// The condition.
        what: String,
        /// What was there instead.
        last: String,
    },
    /// A mail server answered something else than it should.
    #[error("the mail server answered {answer:?} to {command:?}")]
    Imap {
        /// What was said.
        command: String,
        /// What came back.
        answer: String,
    },
    /// A file could not be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// A connection broke.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The gateway answered something else than it should.
    #[error("{what} was answered by {got}")]
    Unexpected {
        /// What was said or awaited.
        what: String,
        /// What came.
        got: String,
    },
    /// HTTP failed.
    #[error(transparent)]
    Http(#[from] reqwest::Error),
    /// The socket failed.
    #[error(transparent)]
    Socket(#[from] tokio_tungstenite::tungstenite::Error),
    /// A frame could not be read.
    #[error(transparent)]
    Frame(#[from] postern_shared::wire::CodecError),
    /// A page's answer is not what it was asked for.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    /// The browser refused a command.
    #[error(transparent)]
    WebDriver(#[from] thirtyfour::error::WebDriverError),
    /// A certificate could not be made.
    #[error(transparent)]
    Certificate(#[from] rcgen::Error),
}

/// Says which file an error is about.
pub(crate) trait AtPath<T> {
    /// Says which file an error is about.
    fn at(self, path: impl Into<PathBuf>) -> Result<T>;
}

impl<T> AtPath<T> for io::Result<T> {
    fn at(self, path: impl Into<PathBuf>) -> Result<T> {
        self.map_err(|source| Error::File { path: path.into(), source })
    }
}
